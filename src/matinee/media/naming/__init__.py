"""Where a film stands in the library, named as its owner names things."""

from pathlib import PurePosixPath

from matinee.media.naming.build import (
    file_parts,
    folder_parts,
    requires_absolute_number,
    requires_episode_title,
    season_parts,
)
from matinee.media.naming.clean import Colon
from matinee.media.naming.episodes import Style
from matinee.media.naming.mediainfo import Streams, streams_of
from matinee.media.naming.safe import safe_suffix
from matinee.media.naming.scheme import DEFAULT, PRESETS, RADARR, SONARR, NamingScheme
from matinee.media.naming.subject import Airing, Named, Numbered, Subject, subject_of
from matinee.media.naming.tokens import TokenMeaning, tokens
from matinee.media.quality import Quality, Revision
from matinee.media.title import Kind, Title
from matinee.media.wanted import Wanted

__all__ = [
    "DEFAULT",
    "PRESETS",
    "RADARR",
    "SONARR",
    "Airing",
    "Colon",
    "Named",
    "NamingScheme",
    "Numbered",
    "Streams",
    "Style",
    "Subject",
    "TokenMeaning",
    "library_path",
    "movie_folder",
    "preview",
    "quality_full",
    "requires_absolute_number",
    "requires_episode_title",
    "season_folder",
    "series_folder",
    "streams_of",
    "subject_of",
    "tokens",
]
_PLAIN = Named()


def library_path(
    wanted: Wanted,
    quality: Quality,
    revision: Revision,
    suffix: str,
    *,
    scheme: NamingScheme = DEFAULT,
    named: Named = _PLAIN,
) -> PurePosixPath:
    """The path below the root folder; `suffix` as in `.mkv`. ValueError for a series without its episode."""
    subject = subject_of(wanted, quality, revision, named)
    if subject.of_series and not subject.episodes:
        raise ValueError(f"'{wanted.label}' is a series: only an episode of it is a file")
    return preview(scheme, subject, suffix)


def preview(scheme: NamingScheme, subject: Subject, suffix: str = ".mkv") -> PurePosixPath:
    """Where a file would stand, to be looked at before a scheme is applied."""
    seasons = season_parts(scheme, subject) if subject.of_series else ()
    return PurePosixPath(*folder_parts(scheme, subject), *seasons, *file_parts(scheme, subject, safe_suffix(suffix)))


def movie_folder(title: Title, scheme: NamingScheme = DEFAULT) -> str:
    """`Tin Comet (2021)`."""
    return "/".join(folder_parts(scheme, _of(title)))


def series_folder(title: Title, scheme: NamingScheme = DEFAULT) -> str:
    """`Night Tram`."""
    return "/".join(folder_parts(scheme, _of(title)))


def season_folder(season: int, scheme: NamingScheme = DEFAULT, title: str = "") -> str:
    """`Season 01`, and `Specials` for season 0; the series' title where the format tells it."""
    return "/".join(season_parts(scheme, Subject(Kind.SERIES, title, episodes=(Numbered(season, 1),))))


def quality_full(quality: Quality, revision: Revision) -> str:
    """`WEBDL-1080p`, `WEBDL-1080p Proper`, `WEBDL-1080p Proper REAL`."""
    return quality.name + " Proper" * (revision.version > 1) + " REAL" * (revision.real > 0)


def _of(title: Title) -> Subject:
    return Subject(title.kind, title.name, title.year, title.original_name or "", title.ids, otherwise=str(title.ref))
