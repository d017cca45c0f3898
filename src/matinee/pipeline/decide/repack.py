"""A repack mends the release of the group that made it, nobody else's."""

from matinee.media.preferences import Propers
from matinee.media.wanted import Wanted
from matinee.pipeline.decide.candidate import Candidate
from matinee.pipeline.decide.decision import Reason
from matinee.pipeline.decide.upgrade import is_corrected


def repack_is_of_the_same_group(one: Candidate, wanted: Wanted) -> Reason | None:
    """Where it would mend the file that is there, it is of the same group."""
    held = wanted.held
    if not one.name.is_repack or held is None or not is_corrected(one, held, wanted):
        return None
    if wanted.preferences.propers is Propers.WAIT:
        return Reason("repack", "it is a repack, and those are not fetched", cure="let propers and repacks upgrade")
    ours, theirs = one.name.group or "an unknown group", held.group or "an unknown group"
    if one.name.group and held.group and ours.casefold() == theirs.casefold():
        return None
    return Reason("repack", f"it is a repack by {ours}, and the file that is there is by {theirs}")
