"""Posters, and the films behind them, as the pages show them."""

from collections.abc import Iterable
from pathlib import PurePosixPath
from urllib.parse import quote

from sqlalchemy import Connection

from matinee.media.title import Episode, Kind, TitleCard
from matinee.store.files import LibraryFile, files_of_titles
from matinee.store.requests import (
    episodes_requested,
    titles_requested,
)
from matinee.store.titles import refs_known, titles_by_id
from matinee.store.watching import Place, places
from matinee.web.models import (
    Availability,
    Card,
    EpisodeOut,
    FileOut,
)

_BROWSER_CONTAINERS = frozenset({".mp4", ".m4v", ".webm"})
_BROWSER_VIDEO = frozenset({"h264", "vp8", "vp9", "av1"})
_BROWSER_AUDIO = frozenset({"aac", "mp3", "opus", "vorbis", "flac"})


def picture(source: str | None) -> str | None:
    """The address in our house of a picture elsewhere; the page adds `&w=` and a width."""
    return f"/api/images?u={quote(source, safe='')}" if source else None


def card(told: TitleCard, availability: Availability) -> Card:
    """A poster."""
    return Card(
        ref=str(told.ref),
        kind=told.ref.kind.value,
        name=told.name,
        year=told.year,
        overview=told.overview,
        poster=picture(told.poster),
        rating=told.rating,
        availability=availability,
    )


def cards(db: Connection, told: Iterable[TitleCard]) -> list[Card]:
    """Posters with what the house has of each."""
    told = list(told)
    known = refs_known(db, [str(one.ref) for one in told])
    state = availabilities(db, known.values())
    return [card(one, state.get(known.get(str(one.ref), 0), "none")) for one in told]


def availabilities(db: Connection, title_ids: Iterable[int]) -> dict[int, Availability]:
    """What the house has of these titles, at a glance."""
    ids = list(title_ids)
    requested, held = titles_requested(db, ids), files_of_titles(db, ids)
    kinds = titles_by_id(db, ids)
    found: dict[int, Availability] = {}
    for title_id in ids:
        if title_id in held:
            whole = kinds[title_id].title.kind is Kind.MOVIE or title_id not in requested
            found[title_id] = "available" if whole or _all_there(db, title_id, held[title_id]) else "partial"
        elif title_id in requested:
            found[title_id] = "requested"
    return found


def _all_there(db: Connection, title_id: int, held: list[LibraryFile]) -> bool:
    return set(episodes_requested(db, title_id)) <= {file.episode_id for file in held}


def file_out(file: LibraryFile, place: Place | None) -> FileOut:
    """A film on disk, and where this viewer stopped."""
    facts = file.facts
    return FileOut(
        id=file.id,
        name=file.path.name,
        size=file.size,
        quality=file.quality,
        duration=facts.duration,
        width=facts.width,
        height=facts.height,
        video_codec=facts.video_codec,
        audio_codec=facts.audio_codec,
        container=file.path.suffix.removeprefix("."),
        added=file.added,
        position=place.position if place else 0.0,
        watched=bool(place and place.watched),
        stream_url=f"/api/files/{file.id}/stream",
        browser_plays=_browser_plays(file.path, facts.video_codec, facts.audio_codec),
    )


def _browser_plays(path: PurePosixPath, video: str, audio: str | None) -> bool:
    sound = audio is None or audio in _BROWSER_AUDIO
    return path.suffix.lower() in _BROWSER_CONTAINERS and video in _BROWSER_VIDEO and sound


def files_for(db: Connection, user_id: int, title_id: int) -> dict[int | None, list[FileOut]]:
    """The files of one title by episode id (None for a movie), as this viewer sees them."""
    seen = places(db, user_id, [title_id])
    found: dict[int | None, list[FileOut]] = {}
    for file in files_of_titles(db, [title_id]).get(title_id, []):
        found.setdefault(file.episode_id, []).append(file_out(file, seen.get((title_id, file.episode_id))))
    return found


def episode_out(episode: Episode, file: FileOut | None, request_id: int | None) -> EpisodeOut:
    """One episode."""
    return EpisodeOut(
        season=episode.season,
        number=episode.number,
        name=episode.name,
        overview=episode.overview,
        air_date=episode.air_date,
        runtime_minutes=episode.runtime_minutes,
        availability="available" if file else "requested" if request_id else "none",
        file=file,
        request_id=request_id,
    )
