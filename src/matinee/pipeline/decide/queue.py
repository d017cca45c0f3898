"""What is on its way already is not fetched again, unless this is better."""

from matinee.media.preferences import Propers
from matinee.media.wanted import Wanted
from matinee.pipeline.decide.candidate import Candidate
from matinee.pipeline.decide.decision import Reason
from matinee.pipeline.decide.upgrade import is_corrected, why_no_upgrade


def is_better_than_the_queue(one: Candidate, wanted: Wanted) -> Reason | None:
    """Nothing as good is being downloaded for the same."""
    for queued in wanted.queued:
        if told := why_no_upgrade(one, queued, wanted):
            return Reason("queue", f"{queued.told} is on its way: {told[0]}", permanent=False, cure=told[1])
        if wanted.preferences.propers is Propers.WAIT and is_corrected(one, queued, wanted):
            text = f"{queued.told} is on its way, and a proper does not stop it"
            return Reason("queue", text, permanent=False, cure="let propers and repacks upgrade")
    return None
