"""What others push to us waits in line behind what waits already."""

from matinee.media.wanted import Wanted
from matinee.pipeline.decide.candidate import Candidate
from matinee.pipeline.decide.decision import Reason


def nothing_waits_in_line(one: Candidate, wanted: Wanted) -> Reason | None:
    """A pushed release does not overtake those that are kept waiting for the same."""
    if not wanted.is_pushed or wanted.oldest_pending is None:
        return None
    return Reason("pending", f"another release of {wanted.label} is kept waiting already", permanent=False)
