"""An indexer that failed again and again is left in peace for a while."""

from matinee.media.wanted import Wanted
from matinee.pipeline.decide.candidate import Candidate, terms_of
from matinee.pipeline.decide.decision import Reason


def indexer_is_awake(one: Candidate, wanted: Wanted) -> Reason | None:
    """Its indexer is not resting."""
    until = terms_of(one, wanted).disabled_until
    if not until:
        return None
    return Reason("indexer", f"{one.release.indexer} failed too often and rests until {until}", permanent=False)
