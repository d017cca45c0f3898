"""A profile may ask for languages: the release must speak one of them."""

from matinee.media.parse import read_name
from matinee.media.parse.languages import LANGUAGES, MULTI, ORIGINAL
from matinee.media.release import Release
from matinee.media.wanted import Wanted
from matinee.pipeline.decide.decision import Reason

UNNAMED = frozenset({ORIGINAL, "English"})  # what a release speaks whose name is silent, by the field's custom


def language_is_wanted(release: Release, wanted: Wanted) -> Reason | None:
    """One of the release's languages is in the profile; a `Multi` has them all."""
    welcome = frozenset(wanted.profile.languages)
    spoken = frozenset(read_name(release.name).languages) - _in_the_title(wanted)
    if not welcome or MULTI in spoken or welcome & (spoken or UNNAMED):
        return None
    told = f"it is in {_listed(spoken)}" if spoken else "its name tells no language"
    return Reason("language", f"{told}, and {_listed(welcome)} is wanted")


def _in_the_title(wanted: Wanted) -> frozenset[str]:
    """The German of "The Good German" is its title's, not its sound."""
    words = wanted.title.name.casefold().split()
    return frozenset(LANGUAGES[word] for word in words if word in LANGUAGES)


def _listed(languages: frozenset[str]) -> str:
    return " or ".join(sorted(languages))
