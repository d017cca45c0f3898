"""A release must be the wanted movie or hold the wanted episode."""

from matinee.media.parse import ReleaseName
from matinee.media.parse.explain import told_episodes
from matinee.media.title import Episode
from matinee.media.wanted import Wanted
from matinee.pipeline.decide.candidate import Candidate
from matinee.pipeline.decide.decision import Reason


def is_the_right_episode(one: Candidate, wanted: Wanted) -> Reason | None:
    """The name tells the wanted episode, or its whole season where packs are accepted."""
    name = one.name
    if wanted.episode is None:
        return _is_no_movie(name)
    if _is_the_pack(name, wanted.episode) and wanted.accepts_packs:
        return None
    if tells_the_episode(name, wanted):
        return None
    return Reason("episode", _why(name, wanted))


def tells_the_episode(name: ReleaseName, wanted: Wanted) -> bool:
    """By season and number, by the day it was on the air, or counted from the first episode on."""
    episode = wanted.episode
    if episode is None:
        return False
    if name.season == episode.season and episode.number in name.episodes:
        return True
    if name.air_date:
        return name.air_date == episode.air_date and _is_told_apart(name, episode, wanted)
    return name.season is None and not name.is_special and wanted.absolute in name.absolute


def _is_told_apart(name: ReleaseName, episode: Episode, wanted: Wanted) -> bool:
    """Of several episodes of one day the part tells which."""
    of_the_day = [one.number for one in wanted.season if one.air_date == episode.air_date]
    if len(of_the_day) < 2:
        return True
    return name.daily_part is not None and sorted(of_the_day).index(episode.number) == name.daily_part - 1


def _is_the_pack(name: ReleaseName, episode: Episode) -> bool:
    return name.is_season_pack and not name.is_season_extra and name.season == episode.season


def _is_no_movie(name: ReleaseName) -> Reason | None:
    told = told_episodes(name)
    return Reason("episode", f"it is {told} of a series, not a movie") if told else None


def _why(name: ReleaseName, wanted: Wanted) -> str:
    """What it is instead."""
    if name.is_season_extra:
        return f"it is the extras of season {name.season}, not {wanted.label}"
    if name.is_partial_season:
        return f"it is a part of season {name.season}, and which episodes it holds is not told"
    if name.is_season_pack and not name.is_multi_season:
        return f"it is the whole of season {name.season}; single episodes are grabbed for now"
    told = told_episodes(name)
    if not told:
        return f"its name tells no episode, and {wanted.label} is wanted"
    if wanted.episode and name.air_date and name.air_date == wanted.episode.air_date:
        return f"it is of {told}, a day with several episodes, and not the part that is {wanted.label}"
    return f"it is {told}, not {wanted.label}"
