"""A quality profile says which qualities are welcome."""

from matinee.media.quality import UNKNOWN
from matinee.media.wanted import Wanted
from matinee.pipeline.decide.candidate import Candidate
from matinee.pipeline.decide.decision import Reason


def quality_is_wanted(one: Candidate, wanted: Wanted) -> Reason | None:
    """The profile allows the quality that the name states."""
    if one.rank is not None:
        return None
    quality, profile = one.name.quality, wanted.profile
    if quality is UNKNOWN:
        return Reason("quality", "its name does not tell the quality")
    text = f"{quality.name} is not in the profile '{profile.name}'"
    return Reason("quality", text, cure=f"allow {quality.name} in '{profile.name}'")
