"""A film that is not out yet is a fake, or filmed in the cinema."""

from datetime import timedelta

from matinee.media.title import Kind
from matinee.media.wanted import Wanted
from matinee.pipeline.decide.candidate import Candidate
from matinee.pipeline.decide.decision import Reason


def is_available_by_now(one: Candidate, wanted: Wanted) -> Reason | None:
    """The day from which the film is believed in has come; whoever searches by hand knows better."""
    day = wanted.available_from
    if wanted.asked_by_hand or day is None or wanted.now is None or wanted.title.kind is not Kind.MOVIE:
        return None
    from_day = day + timedelta(days=wanted.preferences.limits.availability_delay_days)
    if wanted.now.date() >= from_day:
        return None
    text = f"{wanted.title.name} is out on {from_day:%d %B %Y}: until then it is a fake, or filmed in the cinema"
    return Reason("availability", text, permanent=False)
