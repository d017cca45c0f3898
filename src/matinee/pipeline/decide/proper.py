"""A proper for a file that has been there for long is not worth the traffic of a feed."""

from datetime import timedelta

from matinee.media.preferences import Propers
from matinee.media.wanted import Wanted
from matinee.pipeline.decide.candidate import Candidate
from matinee.pipeline.decide.decision import Reason
from matinee.pipeline.decide.upgrade import is_corrected

OLD = timedelta(days=7)


def proper_is_worth_it(one: Candidate, wanted: Wanted) -> Reason | None:
    """Searched for, or of a file younger than a week; and the house lets propers upgrade."""
    held = wanted.held
    if wanted.is_search or held is None or not is_corrected(one, held, wanted):
        return None
    if wanted.preferences.propers is Propers.WAIT:
        return Reason("proper", "it is a proper, and those do not upgrade", cure="let propers and repacks upgrade")
    if held.added is None or wanted.now is None or wanted.now - held.added <= OLD:
        return None
    return Reason("proper", f"it is a proper for a file of {held.added:%d %B %Y}", cure="search for it by hand")
