"""Where a film stands in the library, named as the whole field names it."""

from pathlib import PurePosixPath

from matinee.media.naming.safe import fit_file, fit_folder
from matinee.media.quality import Quality, Revision
from matinee.media.title import Kind, Title
from matinee.media.wanted import Wanted

__all__ = ["library_path", "movie_folder", "quality_full", "season_folder", "series_folder"]


def library_path(wanted: Wanted, quality: Quality, revision: Revision, suffix: str) -> PurePosixPath:
    """The path below the root folder; `suffix` as in `.mkv`. ValueError for a series without its episode."""
    full = quality_full(quality, revision)
    if wanted.title.kind is Kind.MOVIE:
        return PurePosixPath(movie_folder(wanted.title), _movie_file(wanted.title, full, suffix))
    if wanted.episode is None:
        raise ValueError(f"'{wanted.label}' is a series: only an episode of it is a file")
    season = season_folder(wanted.episode.season)
    return PurePosixPath(series_folder(wanted.title), season, _episode_file(wanted, full, suffix))


def movie_folder(title: Title) -> str:
    """`Tin Comet (2021)`."""
    return fit_folder(title.name, after=_year(title), otherwise=str(title.ref))


def series_folder(title: Title) -> str:
    """`Night Tram`."""
    return fit_folder(title.name, otherwise=str(title.ref))


def season_folder(season: int) -> str:
    """`Season 01`, and `Specials` for season 0."""
    return f"Season {season:02}" if season else "Specials"


def quality_full(quality: Quality, revision: Revision) -> str:
    """`WEBDL-1080p`, `WEBDL-1080p Proper`, `WEBDL-1080p Proper REAL`."""
    return quality.name + " Proper" * (revision.version > 1) + " REAL" * (revision.real > 0)


def _movie_file(title: Title, full: str, suffix: str) -> str:
    return fit_file(title.name, after=f"{_year(title)} {full}", suffix=suffix, otherwise=str(title.ref))


def _episode_file(wanted: Wanted, full: str, suffix: str) -> str:
    """A long episode title gives way before the series' own."""
    episode = wanted.episode
    assert episode  # noqa: S101 - the caller has looked
    number = f" - S{episode.season:02}E{episode.number:02}"
    return fit_file(
        wanted.title.name, number, episode.name, after=f" {full}", suffix=suffix, otherwise=str(wanted.title.ref)
    )


def _year(title: Title) -> str:
    return f" ({title.year})" if title.year else ""
