"""What is in the library is replaced by something better only."""

from matinee.media.wanted import Wanted
from matinee.pipeline.decide.candidate import Candidate
from matinee.pipeline.decide.decision import Reason
from matinee.pipeline.decide.upgrade import why_no_upgrade


def is_better_than_the_file(one: Candidate, wanted: Wanted) -> Reason | None:
    """There is no file yet, or this is an upgrade of it."""
    if wanted.held is None:
        return None
    told = why_no_upgrade(one, wanted.held, wanted)
    return Reason("held", f"there is a file already: {told[0]}", cure=told[1]) if told else None
