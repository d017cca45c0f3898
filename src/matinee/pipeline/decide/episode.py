"""A release must be the wanted movie or hold the wanted episode."""

from matinee.media.parse import ReleaseName
from matinee.media.parse.explain import told_episodes
from matinee.media.title import Episode
from matinee.media.wanted import Wanted
from matinee.pipeline.decide.candidate import Candidate
from matinee.pipeline.decide.decision import Reason


def is_the_right_episode(one: Candidate, wanted: Wanted) -> Reason | None:
    """Season and episode agree, or the day it was on the air; a whole season only where packs are accepted."""
    name = one.name
    if wanted.episode is None:
        return _is_no_movie(name)
    if name.air_date and name.air_date == wanted.episode.air_date:
        return None
    if name.season is None:
        return Reason("episode", f"its name tells no episode, and {wanted.label} is wanted")
    if name.is_season_pack and not (wanted.accepts_packs and name.season == wanted.episode.season):
        return Reason("episode", f"it is the whole of season {name.season}; single episodes are grabbed for now")
    if name.is_season_pack or _holds(name, wanted.episode):
        return None
    return Reason("episode", f"it is {told_episodes(name)}, not {wanted.label}")


def _is_no_movie(name: ReleaseName) -> Reason | None:
    if name.season is None and not name.air_date:
        return None
    return Reason("episode", f"it is {told_episodes(name)} of a series, not a movie")


def _holds(name: ReleaseName, episode: Episode) -> bool:
    return name.season == episode.season and episode.number in name.episodes
