"""Names of files and folders, by the settings and the subject that a record gives."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from matinee.media.naming import RADARR, SONARR, Airing, Colon, Named, NamingScheme, Numbered, Streams, Style, Subject
from matinee.media.naming.build import file_parts, format_for, names, requires_absolute_number
from matinee.media.naming.clean import clean_name
from matinee.media.naming.safe import safe_suffix
from matinee.media.naming.template import read_format, tokens_in
from matinee.media.naming.truncate import LONGEST, size
from matinee.media.quality import LADDER, UNKNOWN, Revision, name_in
from matinee.media.title import ExternalIds, Kind

Record = dict[str, Any]
_FORMATS = {
    "movie": "standard_movie_format",
    "standard": "standard_episode_format",
    "daily": "daily_episode_format",
    "anime": "anime_episode_format",
}


def _file(record: Record, asker: Kind | None) -> Record:
    return {"result": "/".join(_file_parts(record["given"]))}


def _path(record: Record, asker: Kind | None) -> Record:
    given, subject = record["given"], _subject(record["given"])
    naming, series = given["naming"], given["series"]
    text = naming["season_folder_format" if subject.season else "specials_folder_format"]
    season = _folder(given, text, subject) if series.get("season_folder") else ""
    return {"result": "/".join(part for part in (series["path"], season, *_file_parts(given)) if part)}


def _movie_folder(record: Record, asker: Kind | None) -> Record:
    given = record["given"]
    return {"result": _folder(given, given["naming"]["movie_folder_format"], _subject(given))}


def _series_folder(record: Record, asker: Kind | None) -> Record:
    """A series' folder keeps the separator that its format is written with."""
    given = record["given"]
    text = given["naming"]["series_folder_format"]
    return {"result": _folder(given, text, _subject(given)).replace("/", "\\" if "\\" in text else "/")}


def _season_folder(record: Record, asker: Kind | None) -> Record:
    given = record["given"]
    season = (given.get("args") or record.get("args") or [1])[0]
    subject = replace(_subject(given), episodes=(Numbered(season, 1),))
    text = given["naming"]["season_folder_format" if season else "specials_folder_format"]
    return {"result": _folder(given, text, subject)}


def _clean(record: Record, asker: Kind | None) -> Record:
    return {"result": clean_name(record["input"])}


def _requires_absolute(record: Record, asker: Kind | None) -> Record:
    naming = (record.get("given") or {}).get("naming") or {}
    scheme = SONARR
    if "anime_episode_format" in naming:
        scheme = replace(SONARR, anime=naming["anime_episode_format"])
    return {"result": requires_absolute_number(scheme)}


def _requires_title(record: Record, asker: Kind | None) -> Record:
    given = record["given"]
    subject = _subject(given)
    pieces = read_format(given["naming"][_FORMATS[format_for(subject)]], doubled_are_plain=subject.of_series)
    told = any(token.key in ("episodetitle", "episodecleantitle") for token in tokens_in(pieces))
    return {"result": told and given["naming"].get("rename_episodes", True)}


def _file_parts(given: Record) -> tuple[str, ...]:
    subject, naming, suffix = _subject(given), given["naming"], safe_suffix(given.get("extension") or "")
    scheme = _scheme(naming, subject.kind)
    if not scheme.rename:
        return file_parts(scheme, subject, suffix)
    *folders, name = names(naming[_FORMATS[format_for(subject)]], scheme, subject, room=LONGEST - size(suffix))
    return (*folders, name + suffix)


def _folder(given: Record, text: str, subject: Subject) -> str:
    return "/".join(names(text, _scheme(given["naming"], subject.kind), subject, of_folder=True))


def _scheme(naming: Record, kind: Kind) -> NamingScheme:
    """The rules of a scheme; the formats under test are given beside it, many of them no whole ones."""
    colon = naming.get("colon_replacement_format") or "Smart"
    style = naming.get("multi_episode_style") or "PrefixedRange"
    return replace(
        RADARR if kind is Kind.MOVIE else SONARR,
        rename=bool(naming.get("rename_movies", naming.get("rename_episodes", True))),
        replace_illegal=naming.get("replace_illegal_characters", True),
        colon=next(one for one in Colon if one.value.lower() == colon.lower()),
        custom_colon=naming.get("custom_colon_replacement_format") or "",
        style=next(one for one in Style if one.value.lower() == style.lower()),
    )


def _subject(given: Record) -> Subject:
    kind = Kind.MOVIE if "movie" in given else Kind.SERIES
    title, file = given.get("movie") or given.get("series") or {}, given.get("file") or {}
    ids = ExternalIds(
        title.get("tmdb_id", 1), title.get("imdb_id", "ImdbId1"), title.get("tvdb_id", 1), title.get("tv_maze_id", 1)
    )
    quality = file.get("quality") or {}
    revision = quality.get("revision") or {}
    return Subject(
        kind=kind,
        title=title.get("title", "Title1"),
        year=title.get("year", 1),
        original_title=title.get("original_title", "OriginalTitle1"),
        ids=ids,
        quality=next((one for one in LADDER if _is_called(one, quality.get("quality"), kind)), UNKNOWN),
        revision=Revision(revision.get("version", 1), revision.get("real", 0)),
        episodes=tuple(_numbered(one) for one in given.get("episodes") or ()),
        file=_named(given, title, file),
    )


def _is_called(quality: Any, name: str | None, kind: Kind) -> bool:
    return name in (quality.name, name_in(quality, of_series=kind is Kind.SERIES))


def _named(given: Record, title: Record, file: Record) -> Named:
    formats = given.get("custom_formats") or ()
    path = file.get("relative_path")
    return Named(
        release_group=file.get("release_group"),
        release_hash=file.get("release_hash"),
        edition=file.get("edition") or "",
        scene_name=file.get("scene_name"),
        file_name=path,
        custom_formats=tuple(one["name"] for one in formats if one.get("include_custom_format_when_renaming")),
        streams=_streams(file["media_info"]) if file.get("media_info") else None,
        is_new=file.get("id", 1) == 0,
        airing=Airing((title.get("series_type") or "Standard").lower()),
        collection=title.get("collection_title") or "",
        certification=title.get("certification") or "",
        translations={one["language"]: one["title"] for one in given.get("movie_translations") or ()},
    )


def _numbered(episode: Record) -> Numbered:
    aired = episode.get("air_date")
    return Numbered(
        season=episode.get("season_number", 1),
        number=episode.get("episode_number", 1),
        title=episode.get("title", "Title1"),
        absolute=episode.get("absolute_episode_number", 1),
        air_date=date.fromisoformat(aired) if aired else None,
    )


_RANGES = {"None": "", "Hdr10": "HDR10", "Hdr10Plus": "HDR10Plus", "DolbyVision": "DV", "Hlg10": "HLG", "Pq10": "PQ"}
_BEHIND = {"": "DV", "Hdr10": "DV HDR10", "Hdr10Plus": "DV HDR10Plus", "Hlg": "DV HLG", "Sdr": "DV SDR"}


def _streams(told: Record) -> Streams:
    sounds = told.get("audio_streams") or ()
    first = sounds[0] if sounds else {}
    hdr = told.get("video_hdr_format") or "None"
    behind = hdr.removeprefix("DolbyVision") if hdr.startswith("DolbyVision") else None
    return Streams(
        video_codec=told.get("video_format") or "",
        audio_codec=told.get("audio_format") or first.get("format") or "",
        audio_profile=told.get("audio_profile") or first.get("profile") or "",
        channels=told.get("audio_channels") or first.get("channels") or 0,
        bit_depth=told.get("video_bit_depth") or 0,
        dynamic_range=_BEHIND.get(behind, "DV") if behind is not None else _RANGES.get(hdr, hdr),
        is_3d=(told.get("video_multi_view_count") or 0) > 1,
        audio_languages=tuple(told.get("audio_languages") or (one.get("language", "") for one in sounds)),
        subtitle_languages=tuple(
            told.get("subtitles") or (one.get("language", "") for one in told.get("subtitle_streams") or ())
        ),
    )


ANSWERS: dict[str, Callable[[Record, Kind | None], Record]] = {
    "build_file_name": _file,
    "build_file_path": _path,
    "get_movie_folder": _movie_folder,
    "get_series_folder": _series_folder,
    "get_season_folder": _season_folder,
    "clean_file_name": _clean,
    "requires_absolute_episode_number": _requires_absolute,
    "requires_episode_title": _requires_title,
}
