"""What nobody watches over is fetched by hand only."""

from matinee.media.wanted import Wanted
from matinee.pipeline.decide.candidate import Candidate
from matinee.pipeline.decide.decision import Reason


def is_monitored(one: Candidate, wanted: Wanted) -> Reason | None:
    """The title and the episode are monitored, or somebody searches by hand."""
    if wanted.monitored or wanted.asked_by_hand:
        return None
    return Reason("monitored", f"{wanted.label} is not monitored", cure=f"monitor {wanted.label}")
