"""Is it better than what there is? The first line that differs decides."""

from matinee.media.preferences import Propers
from matinee.media.quality import Revision
from matinee.media.wanted import Held, Wanted
from matinee.pipeline.decide.candidate import Candidate


def why_no_upgrade(one: Candidate, held: Held, wanted: Wanted) -> tuple[str, str] | None:
    """None when it is an upgrade; else the reason in words and what would change it."""
    profile = wanted.profile
    rank, there = one.rank, profile.rank(held.quality)
    if rank is None:
        return f"its {one.name.quality.name} is not in '{profile.name}'", ""
    if there is not None and rank < there:
        return f"{held.quality} is better than its {one.name.quality.name}", ""
    corrected = _compare(one.name.revision, held.revision, wanted)
    if not profile.upgrades:
        return _no_upgrades(wanted)
    if corrected > 0 or there is None or (rank > there and there < profile.cutoff_rank):
        return None
    return _of_the_same_rank(one, held, wanted, corrected)


def _of_the_same_rank(one: Candidate, held: Held, wanted: Wanted, corrected: int) -> tuple[str, str] | None:
    """The quality does not decide: it is the same, or what is there is good enough."""
    profile = wanted.profile
    if corrected < 0:
        return f"version {held.revision.version} is there, and it is version {one.name.revision.version}", ""
    if profile.rank(held.quality) != one.rank:
        return f"{held.quality} is good enough for '{profile.name}'", f"raise the cutoff of '{profile.name}'"
    return _by_score(one, held, wanted)


def is_corrected(one: Candidate, held: Held, wanted: Wanted) -> bool:
    """Whether it is the same quality, made again."""
    return one.name.quality.name == held.quality and _compare(one.name.revision, held.revision, wanted) > 0


def _by_score(one: Candidate, held: Held, wanted: Wanted) -> tuple[str, str] | None:
    profile = wanted.profile
    if one.score <= held.score:
        return f"its score of {one.score:+d} is no more than the {held.score:+d} of {held.told}", ""
    if held.score >= profile.cutoff_score:
        told = f"the score of {held.score:+d} is good enough for '{profile.name}'"
        return told, f"raise the cutoff score of '{profile.name}' above {held.score:+d}"
    if one.score - held.score < profile.least_gain:
        told = f"its score of {one.score:+d} gains less than {profile.least_gain} over {held.score:+d}"
        return told, f"lower the least gain of '{profile.name}' to {one.score - held.score}"
    return None


def _no_upgrades(wanted: Wanted) -> tuple[str, str]:
    return f"'{wanted.profile.name}' wants no upgrades", f"allow upgrades in '{wanted.profile.name}'"


def _compare(ours: Revision, theirs: Revision, wanted: Wanted) -> int:
    """Above 0 for a newer one, below for an older one; all are alike where propers are not preferred."""
    if wanted.preferences.propers is Propers.IGNORE:
        return 0
    return (ours > theirs) - (ours < theirs)
