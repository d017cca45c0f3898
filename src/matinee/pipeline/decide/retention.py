"""A usenet server keeps what was uploaded for so many days only."""

from matinee.media.release import Protocol
from matinee.media.wanted import Wanted
from matinee.pipeline.decide.candidate import Candidate, age_of
from matinee.pipeline.decide.decision import Reason


def is_within_retention(one: Candidate, wanted: Wanted) -> Reason | None:
    """Not older than the servers remember."""
    days, age = wanted.preferences.limits.usenet_retention_days, age_of(one, wanted)
    if one.release.protocol is not Protocol.USENET or not days or age is None or age.days <= days:
        return None
    text = f"it is {age.days:,} days old, and the servers keep {days:,}"
    return Reason("retention", text, cure="tell the true retention of your usenet servers")
