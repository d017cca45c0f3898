"""All tales that journeys tell in this house."""

from matinee.pipeline.acquiring import TALE, acquire
from matinee.pipeline.parts import Parts
from matinee.pipeline.putting_away import PUT_AWAY, put_away
from matinee.pipeline.seeing_off import SEE_OFF, see_off


def tell_tales(parts: Parts) -> None:
    """Make them known, before the journeys set off."""
    parts.journeys.tell(TALE, lambda journey: acquire(journey, parts))
    parts.journeys.tell(PUT_AWAY, lambda journey: put_away(journey, parts))
    parts.journeys.tell(SEE_OFF, lambda journey: see_off(journey, parts))
