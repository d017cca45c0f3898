"""A season can be had as a whole when all of it was on the air."""

from datetime import timedelta

from matinee.media.wanted import Wanted
from matinee.pipeline.decide.candidate import Candidate
from matinee.pipeline.decide.decision import Reason

A_DAY = timedelta(days=1)  # time zones


def whole_season_has_aired(one: Candidate, wanted: Wanted) -> Reason | None:
    """No episode of the season is still to come, or has no date."""
    if not one.name.is_season_pack or one.name.is_season_extra or not wanted.season or wanted.now is None:
        return None
    tomorrow = (wanted.now + A_DAY).date()
    late = [episode for episode in wanted.season if episode.air_date is None or episode.air_date > tomorrow]
    if not late:
        return None
    told = f"{len(late)} of its {len(wanted.season)} episodes {'has' if len(late) == 1 else 'have'}"
    text = f"it says to be all of season {one.name.season}, and {told} not been on the air"
    return Reason("season", text, permanent=False)
