"""Several seasons in one download are more than anybody asked for."""

from matinee.media.wanted import Wanted
from matinee.pipeline.decide.candidate import Candidate
from matinee.pipeline.decide.decision import Reason


def is_one_season_at_most(one: Candidate, wanted: Wanted) -> Reason | None:
    """The name tells one season."""
    if not one.name.is_multi_season:
        return None
    return Reason("multi_season", f"it is seasons {one.name.season} to {one.name.last_season} in one")
