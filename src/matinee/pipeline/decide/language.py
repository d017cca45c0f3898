"""A profile may ask for languages: the release must speak one of them."""

from matinee.media.parse.languages import LANGUAGES, MULTI, ORIGINAL
from matinee.media.wanted import Wanted
from matinee.pipeline.decide.candidate import Candidate
from matinee.pipeline.decide.decision import Reason

UNNAMED = frozenset({ORIGINAL, "English"})  # what a release speaks whose name is silent, by the field's custom


def language_is_wanted(one: Candidate, wanted: Wanted) -> Reason | None:
    """One of the release's languages is in the profile; a `Multi` has them all."""
    welcome = frozenset(wanted.profile.languages)
    if not welcome:
        return None
    spoken = frozenset(one.name.languages) - _in_the_title(wanted)
    if MULTI in spoken or welcome & (spoken or UNNAMED) or _is_original(spoken, welcome, wanted):
        return None
    told = f"it is in {_listed(spoken)}" if spoken else "its name tells no language"
    cure = f"add {_listed(spoken)} to '{wanted.profile.name}'" if spoken else ""
    return Reason("language", f"{told}, and {_listed(welcome)} is wanted", cure=cure)


def _is_original(spoken: frozenset[str], welcome: frozenset[str], wanted: Wanted) -> bool:
    return ORIGINAL in welcome and wanted.title.original_language in spoken


def _in_the_title(wanted: Wanted) -> frozenset[str]:
    """The German of "The Good German" is its title's, not its sound."""
    words = wanted.title.name.casefold().split()
    return frozenset(LANGUAGES[word] for word in words if word in LANGUAGES)


def _listed(languages: frozenset[str]) -> str:
    return " or ".join(sorted(languages))
