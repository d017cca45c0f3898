"""A usenet upload needs some minutes until every server has all of it."""

from matinee.media.release import Protocol
from matinee.media.wanted import Wanted
from matinee.pipeline.decide.candidate import Candidate, age_of
from matinee.pipeline.decide.decision import Reason


def is_old_enough(one: Candidate, wanted: Wanted) -> Reason | None:
    """As many minutes old as the house asks for."""
    least, age = wanted.preferences.limits.least_usenet_minutes, age_of(one, wanted)
    if one.release.protocol is not Protocol.USENET or not least or age is None:
        return None
    minutes = age.total_seconds() / 60
    if minutes >= least:
        return None
    return Reason("age", f"it is {minutes:.0f} minutes old, and {least} is the least", permanent=False)
