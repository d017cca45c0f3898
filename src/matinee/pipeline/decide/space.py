"""A download needs room on the disk, and some must be left."""

from matinee.media.wanted import Wanted
from matinee.pipeline.decide.candidate import MB, Candidate, in_words
from matinee.pipeline.decide.decision import Reason


def disk_has_room(one: Candidate, wanted: Wanted) -> Reason | None:
    """What is free now holds it, and as much as must stay free."""
    if wanted.free_bytes is None:
        return None
    left, least = wanted.free_bytes - one.release.size, wanted.preferences.limits.least_free_mb * MB
    if left > 0 and left >= least:
        return None
    text = f"it needs {in_words(one.release.size)}, and {in_words(wanted.free_bytes)} are free"
    return Reason("space", text, permanent=False, cure=f"free {in_words(least - left)}")
