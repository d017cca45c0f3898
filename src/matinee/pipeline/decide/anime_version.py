"""A second version of an anime episode counts when the same group made the first."""

from matinee.media.wanted import Wanted
from matinee.pipeline.decide.candidate import Candidate
from matinee.pipeline.decide.decision import Reason


def version_is_of_the_same_group(one: Candidate, wanted: Wanted) -> Reason | None:
    """`[Group] Title - 07v2` replaces the file of its own group only."""
    held = wanted.held
    is_new_version = held is not None and one.name.revision.version > held.revision.version
    if not wanted.is_anime or held is None or not is_new_version or held.quality != one.name.quality.name:
        return None
    if not held.group or not one.name.group:
        return Reason("anime_version", "it is a new version, and one of the two groups is unknown")
    if held.group.casefold() == one.name.group.casefold():
        return None
    return Reason("anime_version", f"it is by {one.name.group}, and the file that is there is by {held.group}")
