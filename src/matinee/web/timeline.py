"""Wishes and their journeys as the pages show them, step by step and reason by reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from sqlalchemy import Connection

from matinee.kernel.auth import User, users_by_id
from matinee.kernel.journal import JourneyRecord, State, StepRecord, journeys_of
from matinee.media.title import Episode, TitleCard
from matinee.pipeline.acquiring import TALE
from matinee.pipeline.parts import Parts
from matinee.pipeline.seeding import standing_in_words
from matinee.store.downloads import downloads_of_wants
from matinee.store.files import files_of_titles
from matinee.store.releases import KeptRelease, releases_of
from matinee.store.requests import (
    Request,
    Want,
    request_by_id,
    want_by_id,
    wants_of,
)
from matinee.store.titles import KnownTitle, episodes_by_id, slot_by_id, titles_by_id
from matinee.web.models import (
    DownloadOut,
    JourneyOut,
    JourneyState,
    Person,
    RefusalOut,
    RequestOut,
    StageName,
    StepOut,
    StepState,
)
from matinee.web.posters import picture
from matinee.web.transfers import download_out, statuses

# What the steps of the tale mean on the timeline.
_STAGE_OF: dict[str, StageName] = {
    "asked": "asked",
    "searched": "searched",
    "rested": "searched",
    "grabbed": "grabbed",
    "looked at": "grabbed",
    "downloaded": "downloaded",
    "imported": "imported",
    "put back": "imported",
    "ready": "ready",
}

MOST_STEPS = 60  # of a journey that are told


def person(user: User) -> Person:
    """Somebody, for the page."""
    return Person(id=user.id, name=user.name, role=user.role.value)


@dataclass(frozen=True)
class _Album:
    """All that is needed to show some requests, read at once."""

    users: Mapping[int, User]
    titles: Mapping[int, KnownTitle]
    episodes: Mapping[int, Episode]
    journeys: Mapping[int, JourneyRecord]
    downloads: Mapping[int, DownloadOut]
    standing: Mapping[int, list[str]]
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
    record = journeys_of(db, TALE, [want_id], last=MOST_STEPS)[-1]  # who picks by hand begins another one
    (journey,) = (journey for journey in told.journeys if journey.id == record.id)
    steps = _steps(db, want_id, record, releases=False)
    _tell_seeding(steps, *_downloads(db, parts, [want_id])[1].get(want_id, ()))
    return told, journey.model_copy(update={"steps": steps})


def _album(db: Connection, parts: Parts, found: list[Request], wants: list[Want], *, last: int) -> _Album:
    title_ids = {request.title_id for request in found}
    want_ids = [want.id for want in wants]
    held = files_of_titles(db, title_ids)
    downloads, standing = _downloads(db, parts, want_ids)
    return _Album(
        users=users_by_id(db),
        titles=titles_by_id(db, title_ids),
        episodes=episodes_by_id(db, [want.episode_id for want in wants if want.episode_id]),
        journeys={journey.subject: journey for journey in journeys_of(db, TALE, want_ids, last=last)},
        downloads=downloads,
        standing=standing,
        files={(file.slot_id, file.episode_id): file.id for files in held.values() for file in files},
    )


def _downloads(
    db: Connection, parts: Parts, want_ids: list[int]
) -> tuple[dict[int, DownloadOut], dict[int, list[str]]]:
    """The transfer of each want that its client tells of, and in words what each of its downloads gives back."""
    live = {(name, status.id): status for name, status in statuses(parts)}
    shown: dict[int, DownloadOut] = {}
    standing: dict[int, list[str]] = {}
    for want_id, download in downloads_of_wants(db, want_ids):
        status = live.get((download.client, download.client_id))
        if status:
            shown[want_id] = download_out(download.client, status, None, None, download)
        if told := standing_in_words(download, status):
            standing.setdefault(want_id, []).append(told)
    return shown, standing


def _tell_seeding(steps: list[StepOut], *standing: str) -> None:
    """What is given back stands below the last step, once the film can be watched."""
    if steps and steps[-1].stage == "ready":
        steps[-1].notes += standing


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
    shown = _steps(db, want.id, record, releases=True) if steps else []
    _tell_seeding(shown, *album.standing.get(want.id, ()))
    return JourneyOut(
        id=record.id,
        label=label,
        season=episode.season if episode else None,
        episode=episode.number if episode else None,
        state=record.state.value,
        stage=_STAGE_OF[last.name] if last else "asked",
        text=record.text or (last.text if last else ""),
        wake_at=record.wake_at,
        steps=shown,
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
