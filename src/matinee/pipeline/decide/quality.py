"""A quality profile says which qualities are welcome."""

from matinee.media.parse import read_name
from matinee.media.quality import UNKNOWN
from matinee.media.release import Release
from matinee.media.wanted import Wanted
from matinee.pipeline.decide.decision import Reason


def quality_is_wanted(release: Release, wanted: Wanted) -> Reason | None:
    """The profile allows the quality that the name states."""
    quality = read_name(release.name).quality
    if wanted.profile.rank(quality.name) is not None:
        return None
    if quality == UNKNOWN:
        return Reason("quality", "its name does not tell the quality")
    return Reason("quality", f"{quality.name} is not in the profile '{wanted.profile.name}'")
