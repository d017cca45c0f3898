"""An untouched disc plays in a disc player, not in a library."""

from matinee.media.parse import read_name
from matinee.media.release import Release
from matinee.media.wanted import Wanted
from matinee.pipeline.decide.decision import Reason


def is_not_a_raw_disc(release: Release, wanted: Wanted) -> Reason | None:
    """The name is not that of a disc image or of a whole disc."""
    if not read_name(release.name).is_disc:
        return None
    return Reason("disc", "it is an untouched disc or its image, not a film file")
