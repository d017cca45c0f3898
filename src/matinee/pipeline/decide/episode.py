"""A release must be the wanted movie or hold the wanted episode."""

from matinee.media.parse import ReleaseName, read_name
from matinee.media.release import Release
from matinee.media.title import Episode
from matinee.media.wanted import Wanted
from matinee.pipeline.decide.decision import Reason


def is_the_right_episode(release: Release, wanted: Wanted) -> Reason | None:
    """Season and episode agree; a whole season is not taken apart yet."""
    name = read_name(release.name)
    if wanted.episode is None:
        return Reason("episode", f"it is {_told(name)} of a series, not a movie") if name.season is not None else None
    if name.season is None:
        return Reason("episode", f"its name tells no episode, and {wanted.label} is wanted")
    if name.is_season_pack:
        return Reason("episode", f"it is the whole of season {name.season}; single episodes are grabbed for now")
    return None if _holds(name, wanted.episode) else Reason("episode", f"it is {_told(name)}, not {wanted.label}")


def _holds(name: ReleaseName, episode: Episode) -> bool:
    return name.season == episode.season and episode.number in name.episodes


def _told(name: ReleaseName) -> str:
    """`S01E02`, `S01E02-E04`, `season 1`."""
    if not name.episodes:
        return f"season {name.season}"
    first, last = name.episodes[0], name.episodes[-1]
    return f"S{name.season:02}E{first:02}" + (f"-E{last:02}" if last != first else "")
