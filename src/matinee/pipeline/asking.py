"""Somebody wishes for a title: the wish is written down, and for each thing in it a journey sets off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from matinee.kernel.auth import User
from matinee.kernel.database import Transaction
from matinee.kernel.errors import Conflict, NotFound, Refused
from matinee.kernel.journal import JourneyRecord, State, journeys_of
from matinee.media.title import Episode, Kind, Title, TitleRef
from matinee.pipeline.acquiring import TALE
from matinee.pipeline.news import RequestCancelled, TitleRequested
from matinee.pipeline.parts import Parts
from matinee.pipeline.putting_away import PUT_AWAY
from matinee.store.downloads import Download, downloads_of_wants, used_by_others
from matinee.store.files import files_in_slot
from matinee.store.history import remember
from matinee.store.requests import (
    Want,
    add_request,
    add_want,
    cancel_request,
    request_by_id,
    wanted_already,
    wants_of,
)
from matinee.store.titles import episode_ids, keep_slot, keep_title

DEFAULT_SLOT = "main"
PATIENCE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks for; of a series some episodes, whole seasons, or (with neither) all that has aired."""

    ref: TitleRef
    slot: str | None = None
    seasons: tuple[int, ...] = ()
    episodes: tuple[tuple[int, int], ...] = ()


async def ask(parts: Parts, user: User, wish: Wish) -> int:
    """Write the wish down and set its journeys off; returns the request's id.

    NotFound for an unknown title or episode, Conflict when all of it is wished for or there already.
    """
    title = await parts.metadata.title(wish.ref)
    picked = episodes_wished(title, wish, parts.clock().date())
    return await parts.database.write(lambda tx: _write_down(tx, parts, user, wish, (title, picked)))


def episodes_wished(title: Title, wish: Wish, today: date) -> list[Episode]:
    """The episodes that a wish means, in order; none for a movie."""
    if title.kind is Kind.MOVIE:
        if wish.seasons or wish.episodes:
            raise Refused(f"{title.name} is a movie and has no episodes")
        return []
    known = {(episode.season, episode.number): episode for episode in title.episodes}
    missing = [pick for pick in wish.episodes if pick not in known]
    if missing:
        raise NotFound(f"{title.name} has no episode S{missing[0][0]:02}E{missing[0][1]:02}")
    for season in wish.seasons:
        if season not in {episode.season for episode in title.episodes}:
            raise NotFound(f"{title.name} has no season {season}")
    picked = [
        episode
        for place, episode in sorted(known.items())
        if place in wish.episodes or (episode.season in wish.seasons and _has_aired(episode, today))
    ]
    if not wish.seasons and not wish.episodes:
        picked = [episode for _, episode in sorted(known.items()) if episode.season and _has_aired(episode, today)]
    if not picked:
        raise NotFound(f"{title.name}: nothing of that has aired yet")
    return picked


def _has_aired(episode: Episode, today: date) -> bool:
    return episode.air_date is not None and episode.air_date <= today


def _write_down(tx: Transaction, parts: Parts, user: User, wish: Wish, told: tuple[Title, Sequence[Episode]]) -> int:
    title, picked = told
    moment = parts.clock()
    title_id = keep_title(tx, title, moment)
    folder = parts.shelf.folder_for(title.kind)
    slot = keep_slot(tx, title_id, wish.slot or DEFAULT_SLOT, parts.default_profile, folder)
    ids = episode_ids(tx.connection, title_id)
    things: list[int | None] = [ids[episode.season, episode.number] for episode in picked] or [None]
    fresh = _not_wished_before(tx, slot.id, things, title)
    request_id = add_request(tx, title_id, slot.id, user.id, moment)
    for episode_id in fresh:
        want_id = add_want(tx, request_id, slot.id, episode_id)
        parts.journeys.start(tx, TALE, want_id)
    remember(tx, moment, "requested", title_id, text=f"{user.name} asked for {title.name}.")
    tx.publish(TitleRequested(request_id, title_id))
    return request_id


def _not_wished_before(tx: Transaction, slot_id: int, things: list[int | None], title: Title) -> list[int | None]:
    wished = wanted_already(tx.connection, slot_id, things)
    there = [thing for thing in things if thing not in wished and files_in_slot(tx.connection, slot_id, thing)]
    fresh = [thing for thing in things if thing not in wished and thing not in there]
    if not fresh:
        raise Conflict(f"{title.name}: all of that is wished for already or in the library")
    return fresh


async def cancel(parts: Parts, request_id: int) -> None:
    """Take a wish back: its journeys end, what was only half downloaded goes; the library keeps what it has."""
    request, wants = await parts.database.read(lambda db: (request_by_id(db, request_id), wants_of(db, [request_id])))
    if request.cancelled:
        return
    for journey in await _journeys(parts, wants):
        await parts.journeys.cancel(journey.id)
    doomed = await _unfinished_downloads(parts, wants)

    def change(tx: Transaction) -> list[int]:
        moment = parts.clock()
        cancel_request(tx, request_id, moment)
        remember(tx, moment, "cancelled", request.title_id, text="The wish was taken back.")
        tx.publish(RequestCancelled(request_id, request.title_id))
        return [parts.journeys.start(tx, PUT_AWAY, download.id) for download in doomed]

    # A silent client holds nobody up: what must go is written down, and goes when it answers.
    await parts.journeys.settle(await parts.database.write(change), PATIENCE_SECONDS)


async def search_now(parts: Parts, request_id: int) -> None:
    """Wake everything of a wish that waits or has failed; indexers that are left alone are tried again as well."""
    _, wants = await parts.database.read(lambda db: (request_by_id(db, request_id), wants_of(db, [request_id])))
    await parts.hub.forgive()
    for journey in await _journeys(parts, wants):
        if journey.state in (State.WAITING, State.FAILED):
            await parts.journeys.wake(journey.id)


async def _journeys(parts: Parts, wants: list[Want]) -> list[JourneyRecord]:
    ids = [want.id for want in wants]
    return await parts.database.read(lambda db: journeys_of(db, TALE, ids, last=1))


async def _unfinished_downloads(parts: Parts, wants: list[Want]) -> list[Download]:
    """Downloads that nothing was imported from: removing them loses nothing."""
    by_id = {want.id: want for want in wants}

    def query(db: Connection) -> list[Download]:
        found = {
            download.id: download
            for want_id, download in downloads_of_wants(db, by_id)
            if download.removed is None
            and not used_by_others(db, download.id, by_id)
            and not files_in_slot(db, by_id[want_id].slot_id, by_id[want_id].episode_id)
        }
        return list(found.values())

    return await parts.database.read(query)
