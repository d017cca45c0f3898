"""An untouched disc plays in a disc player, not in a library."""

from matinee.media.quality import UNTOUCHED
from matinee.media.wanted import Wanted
from matinee.pipeline.decide.candidate import Candidate
from matinee.pipeline.decide.decision import Reason


def is_not_a_raw_disc(one: Candidate, wanted: Wanted) -> Reason | None:
    """The name is not that of a disc image or of a whole disc."""
    if not (one.name.is_disc or one.name.quality.name in UNTOUCHED):
        return None
    return Reason("disc", "it is an untouched disc or its image, not a film file")
