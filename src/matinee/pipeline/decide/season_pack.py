"""When a season is long over, its single episodes come and go, and the pack stays."""

from datetime import timedelta

from matinee.media.wanted import Wanted
from matinee.pipeline.decide.candidate import Candidate, terms_of
from matinee.pipeline.decide.decision import Reason


def is_a_pack_where_asked(one: Candidate, wanted: Wanted) -> Reason | None:
    """Where the owner asks for packs of old seasons and one is searched for, it is one; anime has no seasons."""
    days = terms_of(one, wanted).season_pack_after_days
    is_asked = days is not None and wanted.is_season_search and not wanted.is_anime
    if days is None or not is_asked or one.name.is_season_pack or wanted.now is None:
        return None
    aired = [episode.air_date for episode in wanted.season if episode.air_date]
    if not aired or wanted.now.date() - max(aired) <= timedelta(days=days):
        return None
    text = f"the season ended more than {days} days ago, and {one.release.indexer} is asked for packs then"
    return Reason("season_pack", text, cure=f"ask {one.release.indexer} for single episodes, too")
