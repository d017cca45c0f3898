"""Turns what the house remembers into what the pages show."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, cast
from urllib.parse import quote

from sqlalchemy import Connection

from matinee.kernel.auth import User, users_by_id
from matinee.kernel.journal import JourneyRecord, State, StepRecord, journeys_of
from matinee.media.title import Episode, Kind, TitleCard
from matinee.pipeline.acquiring import TALE
from matinee.pipeline.parts import Parts
from matinee.pipeline.ports import DownloadStatus
from matinee.store.downloads import Owner, downloads_of_wants, owners
from matinee.store.files import LibraryFile, files_of_titles
from matinee.store.releases import KeptRelease, releases_of
from matinee.store.requests import (
    Request,
    Want,
    episodes_requested,
    request_by_id,
    titles_requested,
    want_by_id,
    wants_of,
)
from matinee.store.titles import KnownTitle, episodes_by_id, refs_known, slot_by_id, titles_by_id
from matinee.store.watching import Place, places
from matinee.web.models import (
    Availability,
    Card,
    DownloadOut,
    EpisodeOut,
    FileOut,
    JourneyOut,
    JourneyState,
    Person,
    RefusalOut,
    RequestOut,
    StageName,
    StepOut,
    StepState,
)

# What the steps of the tale mean on the timeline.
_STAGE_OF: dict[str, StageName] = {
    "asked": "asked",
    "searched": "searched",
    "rested": "searched",
    "grabbed": "grabbed",
    "downloaded": "downloaded",
    "imported": "imported",
    "put back": "imported",
    "ready": "ready",
}

MOST_STEPS = 60  # of a journey that are told

_BROWSER_CONTAINERS = frozenset({".mp4", ".m4v", ".webm"})
_BROWSER_VIDEO = frozenset({"h264", "vp8", "vp9", "av1"})
_BROWSER_AUDIO = frozenset({"aac", "mp3", "opus", "vorbis", "flac"})


def person(user: User) -> Person:
    """Somebody, for the page."""
    return Person(id=user.id, name=user.name, role=user.role.value)


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


@dataclass(frozen=True)
class _Album:
    """All that is needed to show some requests, read at once."""

    users: Mapping[int, User]
    titles: Mapping[int, KnownTitle]
    episodes: Mapping[int, Episode]
    journeys: Mapping[int, JourneyRecord]
    downloads: Mapping[int, DownloadOut]
    files: Mapping[tuple[int, int | None], int]


def requests_out(db: Connection, parts: Parts, found: list[Request], *, steps: bool) -> list[RequestOut]:
    """Wishes with their journeys; the steps of the journeys only when told."""
    wants = wants_of(db, [request.id for request in found])
    album = _album(db, parts, found, wants, last=MOST_STEPS if steps else 1)
    by_request: dict[int, list[Want]] = {}
    for want in wants:
        by_request.setdefault(want.request_id, []).append(want)
    return [_request(db, request, by_request.get(request.id, []), album, steps=steps) for request in found]


def request_out(db: Connection, parts: Parts, request_id: int) -> RequestOut:
    """One wish with all its steps. NotFound when there is none."""
    return requests_out(db, parts, [request_by_id(db, request_id)], steps=True)[0]


def journey_view(db: Connection, parts: Parts, want_id: int) -> tuple[RequestOut, JourneyOut]:
    """One journey with its steps, but not the releases looked at; and the wish it belongs to, without steps."""
    request = request_by_id(db, want_by_id(db, want_id).request_id)
    (told,) = requests_out(db, parts, [request], steps=False)
    (record,) = journeys_of(db, TALE, [want_id], last=MOST_STEPS)
    (journey,) = (journey for journey in told.journeys if journey.id == record.id)
    return told, journey.model_copy(update={"steps": _steps(db, want_id, record, releases=False)})


def _album(db: Connection, parts: Parts, found: list[Request], wants: list[Want], *, last: int) -> _Album:
    title_ids = {request.title_id for request in found}
    want_ids = [want.id for want in wants]
    held = files_of_titles(db, title_ids)
    return _Album(
        users=users_by_id(db),
        titles=titles_by_id(db, title_ids),
        episodes=episodes_by_id(db, [want.episode_id for want in wants if want.episode_id]),
        journeys={journey.subject: journey for journey in journeys_of(db, TALE, want_ids, last=last)},
        downloads=_live_downloads(db, parts, want_ids),
        files={(file.slot_id, file.episode_id): file.id for files in held.values() for file in files},
    )


def _live_downloads(db: Connection, parts: Parts, want_ids: list[int]) -> dict[int, DownloadOut]:
    statuses = {status.id: (name, status) for name, status in _statuses(parts)}
    found = {}
    for want_id, download in downloads_of_wants(db, want_ids):
        if download.client_id in statuses:
            name, status = statuses[download.client_id]
            found[want_id] = download_out(name, status, None, None)
    return found


def _request(db: Connection, request: Request, wants: list[Want], album: _Album, *, steps: bool) -> RequestOut:
    title = album.titles[request.title_id].title
    told = [_journey(db, want, title.card, album, steps=steps) for want in wants if want.id in album.journeys]
    state, leading = _overall(told)
    user = album.users[request.user_id]
    return RequestOut(
        id=request.id,
        ref=str(title.ref),
        title_id=request.title_id,
        kind=title.kind.value,
        name=title.name,
        year=title.year,
        poster=picture(title.poster),
        slot=slot_by_id(db, request.slot_id).name,
        user=person(user),
        asked=request.asked,
        state=state,
        text=leading.text if leading else "",
        stage=leading.stage if leading else "asked",
        ready=sum(journey.state == "done" for journey in told),
        journeys=told,
    )


def _overall(told: list[JourneyOut]) -> tuple[JourneyState, JourneyOut | None]:
    """The state of a whole wish: that of the journey which most wants to be looked at."""
    order: tuple[JourneyState, ...] = ("failed", "running", "waiting", "cancelled", "done")
    for state in order:
        for journey in told:
            if journey.state == state:
                return state, journey
    return "running", None


def _journey(db: Connection, want: Want, title: TitleCard, album: _Album, *, steps: bool) -> JourneyOut:
    record = album.journeys[want.id]
    episode = album.episodes.get(want.episode_id) if want.episode_id else None
    last = record.steps[-1] if record.steps else None
    label = f"{title.name} S{episode.season:02}E{episode.number:02}" if episode else title.name
    return JourneyOut(
        id=record.id,
        label=label,
        season=episode.season if episode else None,
        episode=episode.number if episode else None,
        state=record.state.value,
        stage=_STAGE_OF[last.name] if last else "asked",
        text=record.text or (last.text if last else ""),
        wake_at=record.wake_at,
        steps=_steps(db, want.id, record, releases=True) if steps else [],
        download=album.downloads.get(want.id),
        file_id=album.files.get((want.slot_id, want.episode_id)),
    )


def _steps(db: Connection, want_id: int, record: JourneyRecord, *, releases: bool) -> list[StepOut]:
    """The steps that were read; when there were more before them, the first one says so."""
    told = [_step(db, want_id, step, releases=releases) for step in record.steps]
    earlier = told[0].seq - 1 if told else 0
    if earlier:
        told[0].notes.append(f"{earlier:,} earlier {'step is' if earlier == 1 else 'steps are'} not shown.")
    return told


def _step(db: Connection, want_id: int, step: StepRecord, *, releases: bool) -> StepOut:
    looked_at = releases_of(db, want_id, step.seq) if releases and step.name == "searched" else []
    return StepOut(
        seq=step.seq,
        stage=_STAGE_OF[step.name],
        state=_step_state(step),
        text=step.text,
        notes=list(step.notes),
        started=step.started,
        ended=step.ended,
        attempts=step.attempts,
        wake_at=step.wake_at,
        releases=[_refusal(kept) for kept in looked_at],
    )


def _step_state(step: StepRecord) -> StepState:
    """A step that ended with a "no" is shown as failed, although the tale went on."""
    result = step.result if isinstance(step.result, dict) else {}
    if step.state is State.DONE and result.get("ok") is False:
        return "failed"
    return cast("StepState", step.state.value)


def _refusal(kept: KeptRelease) -> RefusalOut:
    return RefusalOut(
        name=kept.release.name,
        indexer=kept.release.indexer,
        size=kept.release.size,
        quality=kept.quality,
        seeders=kept.release.seeders,
        chosen=kept.chosen,
        reasons=list(kept.reasons),
    )


def downloads_out(db: Connection, parts: Parts) -> list[DownloadOut]:
    """All downloads of all clients, with whom they work for."""
    statuses = list(_statuses(parts))
    whose = owners(db, [status.id for _, status in statuses])
    labels = {want_id: _label(db, want_id) for want_id in {owner.want_id for owner in whose.values()}}
    return [download_out(name, status, whose.get(status.id), labels) for name, status in statuses]


def _statuses(parts: Parts) -> Iterable[tuple[str, DownloadStatus]]:
    for name, follower in parts.followers.items():
        for status in follower.statuses.values():
            yield name, status


def _label(db: Connection, want_id: int) -> tuple[str, int, int | None]:
    """What a want is called, its request and its journey."""
    want = want_by_id(db, want_id)
    title = titles_by_id(db, [request_by_id(db, want.request_id).title_id])
    name = next(iter(title.values())).title.name
    episode = episodes_by_id(db, [want.episode_id]).get(want.episode_id) if want.episode_id else None
    told = journeys_of(db, TALE, [want_id], last=1)
    label = f"{name} S{episode.season:02}E{episode.number:02}" if episode else name
    return label, want.request_id, told[-1].id if told else None


def download_out(
    client: str, status: DownloadStatus, owner: Owner | None, labels: Mapping[int, tuple[Any, ...]] | None
) -> DownloadOut:
    """A transfer; without an owner it is somebody else's."""
    label, request_id, journey_id = (labels or {}).get(owner.want_id if owner else 0, (status.name, None, None))
    return DownloadOut(
        id=status.id,
        client=client,
        name=status.name,
        label=label,
        request_id=request_id,
        journey_id=journey_id,
        state=status.state.value,
        size=status.size,
        done=status.done,
        speed=status.speed,
        eta=status.eta,
        seeders=status.seeders,
        message=status.message,
    )
