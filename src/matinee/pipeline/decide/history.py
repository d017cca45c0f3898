"""What was grabbed a moment ago may still be coming: a feed's release must be better."""

from datetime import timedelta

from matinee.media.wanted import Wanted
from matinee.pipeline.decide.candidate import Candidate
from matinee.pipeline.decide.decision import Reason
from matinee.pipeline.decide.upgrade import why_no_upgrade

RECENT = timedelta(hours=12)


def is_better_than_the_last_grab(one: Candidate, wanted: Wanted) -> Reason | None:
    """Searches may grab again; what comes by feed must beat a grab of the last twelve hours."""
    last = wanted.last_grab
    if wanted.is_search or last is None or last.added is None or wanted.now is None:
        return None
    if wanted.now - last.added >= RECENT:
        return None
    told = why_no_upgrade(one, last, wanted)
    return Reason("history", f"{last.told} was grabbed just now: {told[0]}", cure=told[1]) if told else None
