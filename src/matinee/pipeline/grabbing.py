"""Take the best release left, look at its list of files first, and hand it to the download client."""

import asyncio
import hashlib
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from sqlalchemy import Connection

from matinee.kernel.database import Transaction
from matinee.kernel.errors import NotFound, Refused, Unreachable
from matinee.kernel.journeys import Step
from matinee.media.nzb_file import read_nzb
from matinee.media.parse import read_name
from matinee.media.release import Release
from matinee.media.seeding import SeedingGoal, goal_in_words
from matinee.media.torrent_file import TorrentFile, read_torrent
from matinee.pipeline.decide import release_key
from matinee.pipeline.decide.decision import Reason
from matinee.pipeline.errand import Errand
from matinee.pipeline.following import Follower
from matinee.pipeline.judging import NEVER, ListedFile, judge_before_download, judge_nzb
from matinee.pipeline.news import ReleaseGrabbed
from matinee.pipeline.parts import Parts
from matinee.pipeline.ports import ClientRefused, Payload
from matinee.pipeline.seeding import goal_for
from matinee.pipeline.seeing_off import part_with
from matinee.pipeline.sharing import share
from matinee.store.downloads import add_grab, downloads_of_wants, drop_grab, mark_removed, used_by_others
from matinee.store.history import remember
from matinee.store.picks import settle_picks
from matinee.store.releases import KeptRelease, add_reasons, block, candidates, mark_chosen, release_by_id

CATEGORY = "matinee"


async def grab(parts: Parts, errand: Errand, step: Step, search_seq: int) -> dict[str, Any] | None:
    """Grab the best release that one search left; None when nothing is left.

    Those that turn out bad on the way are refused with a reason and the next one is looked at. Unreachable when
    nothing could be taken because an indexer or the download client is silent.
    """
    kept = await parts.database.read(lambda db: _left(db, errand, search_seq))
    silent: list[str] = []
    for candidate in kept:
        if not errand.pick and release_key(candidate.release) in errand.wanted.blocked:
            continue
        try:
            follower = await _client(parts, candidate.release)
            payload = await _fetch(parts, candidate)
        except Unreachable as error:
            step.note(f"{candidate.release.name} could not be fetched: {error}")
            silent.append(str(error))
            continue
        except Refused as error:  # the indexer's key or limit, most likely: a later search may try it again
            _leave_aside(parts, step, candidate, str(error))
            continue
        try:
            is_private = await asyncio.to_thread(_judge, payload, candidate, errand)
        except Refused as error:
            _leave_aside(parts, step, candidate, str(error), never_again=errand)
            continue
        goal = goal_for(parts, candidate.release, errand.wanted.title.kind, is_private=is_private)
        payload = replace(payload, goal=goal, looks_first=payload.magnet is not None)
        early = await _own(parts, errand, candidate, _Place(follower.client.name, _known_by(payload), goal))
        try:
            client_id = await _hand_over(parts, follower, payload)
        except Refused as error:
            _leave_aside(parts, step, candidate, str(error), never_again=errand)
            _disown(parts, errand, step, early, str(error))
            continue
        await _remove_strays(parts, errand, step, early, client_id)
        _write_down(parts, errand, step, candidate, _Place(follower.client.name, client_id, goal))
        taken = {"release": candidate.id, "client": follower.client.name, "client_id": client_id}
        return taken | ({"magnet": True} if payload.looks_first else {})
    if silent:
        raise Unreachable("; ".join(dict.fromkeys(silent)))
    _settle_pick(parts, errand, step)
    step.tell("No release is left to try." if kept else "Nothing acceptable was found.")
    return None


async def _client(parts: Parts, release: Release) -> Follower:
    """The preferred client that answers. Unreachable when nobody downloads such releases, or none answers."""
    followers = parts.clients_for(release)
    answering = next((follower for follower in followers if not follower.trouble), None)
    if answering is None:
        await followers[0].answering()  # it may be starting: it has a moment
    return answering or followers[0]


def _known_by(payload: Payload) -> str:
    """What a client will most likely call it; of an NZB nobody knows before it is handed over."""
    return payload.infohash.lower() or hashlib.sha256(payload.nzb or b"").hexdigest()


def _left(db: Connection, errand: Errand, search_seq: int) -> list[KeptRelease]:
    """What may be tried: the release that somebody picked by hand, or else what the search left."""
    if errand.pick:
        return [release_by_id(db, errand.pick.release_id)]
    return candidates(db, errand.want.id, search_seq)


def _settle_pick(parts: Parts, errand: Errand, step: Step) -> None:
    want_id, moment = errand.want.id, parts.clock()
    if errand.pick:
        step.on_commit(lambda tx: settle_picks(tx, want_id, moment))


async def _fetch(parts: Parts, candidate: KeptRelease) -> Payload:
    release = candidate.release
    try:
        return replace(await parts.hub.fetch(release, source="Matinee"), name=release.name)
    except NotFound as error:
        raise Refused(f"{release.indexer} has no download of it ({error})") from error


@dataclass(frozen=True, slots=True)
class _Place:
    """Which client has it, under what name, and what it owes."""

    client: str
    client_id: str
    goal: SeedingGoal | None


async def _own(parts: Parts, errand: Errand, candidate: KeptRelease, place: _Place) -> int:
    """Write the grab down before the client hears of it: whatever happens then, the download is somebody's."""
    return await parts.database.write(lambda tx: _add_grab(tx, parts, errand, candidate, place))


def _add_grab(tx: Transaction, parts: Parts, errand: Errand, candidate: KeptRelease, place: _Place) -> int:
    return add_grab(
        tx,
        want_id=errand.want.id,
        release_id=candidate.id,
        client=place.client,
        client_id=place.client_id,
        name=candidate.release.name,
        size=candidate.release.size,
        moment=parts.clock(),
        goal=place.goal,
    )


def _disown(parts: Parts, errand: Errand, step: Step, download_id: int, reason: str) -> None:
    """A download that is not there works for this want no longer."""
    want_id, moment = errand.want.id, parts.clock()

    def change(tx: Transaction) -> None:
        drop_grab(tx, want_id, download_id)
        if not used_by_others(tx.connection, download_id, [want_id]):
            mark_removed(tx, download_id, moment, reason)

    step.on_commit(change)


async def _remove_strays(parts: Parts, errand: Errand, step: Step, early: int, client_id: str) -> None:
    """What an earlier try handed over, before it was cut off, is not needed when another was taken."""
    want_id = errand.want.id
    for _, stray in await parts.database.read(lambda db: downloads_of_wants(db, [want_id])):
        if stray.client_id == client_id:
            continue
        if stray.id == early:  # the client calls it by another name
            _disown(parts, errand, step, early, f"It is called {client_id}.")
            continue
        shared = await parts.database.read(partial(used_by_others, download_id=stray.id, want_ids=[want_id]))
        if stray.client in parts.followers and not shared and not stray.removed:
            await part_with(parts, stray, step, "Another release was taken.")
            step.on_commit(partial(drop_grab, want_id=want_id, download_id=stray.id))
        else:
            _disown(parts, errand, step, stray.id, "Another release was taken.")


async def _hand_over(parts: Parts, follower: Follower, payload: Payload) -> str:
    """Give it to the client. A client that lets nobody in says nothing about the release: Unreachable."""
    try:
        shared = await share(parts, follower.client, CATEGORY)
    except Refused as error:
        raise Unreachable(str(error)) from error
    try:
        return await follower.client.add(payload, category=CATEGORY, folder=shared.theirs)
    except ClientRefused as error:
        raise Unreachable(str(error)) from error
    except Refused as error:
        if follower.trouble:
            raise Unreachable(str(error)) from error
        raise


def _judge(payload: Payload, candidate: KeptRelease, errand: Errand) -> bool:
    """Read the list of files before a single byte of them is downloaded; whether a torrent is private."""
    if payload.nzb is not None:
        _judge_posts(payload.nzb, candidate, errand)
        return False
    if payload.torrent is None:
        return False  # a magnet link tells its files later: `magnets` judges them then
    try:
        torrent = read_torrent(payload.torrent)
    except ValueError as error:
        raise Refused(f"its torrent cannot be read: {error}") from error
    name = read_name(candidate.release.name, errand.wanted.title.kind)
    _refuse(judge_before_download(listed(torrent), name, errand.wanted), errand)
    return torrent.private


def _judge_posts(body: bytes, candidate: KeptRelease, errand: Errand) -> None:
    try:
        nzb = read_nzb(body)
    except ValueError as error:
        raise Refused(f"its NZB cannot be read: {error}") from error
    _refuse(judge_nzb(nzb, read_name(candidate.release.name, errand.wanted.title.kind), errand.wanted), errand)


def _refuse(reasons: list[Reason], errand: Errand) -> None:
    """Refused for these reasons; somebody's own pick only for what nobody can wish for."""
    told = [reason for reason in reasons if reason.rule in NEVER] if errand.pick else reasons
    if told:
        raise Refused("; ".join(reason.text for reason in told))


def listed(torrent: TorrentFile) -> list[ListedFile]:
    """The files of a torrent, names as they stand there."""
    return [ListedFile("/".join(parts), size) for parts, size in torrent.files]


def _leave_aside(
    parts: Parts, step: Step, candidate: KeptRelease, reason: str, *, never_again: Errand | None = None
) -> None:
    name, moment = candidate.release.name, parts.clock()
    step.note(f"{name} was left aside: {reason}")
    step.on_commit(lambda tx: add_reasons(tx, candidate.id, [reason]))
    if never_again:
        want_id, keys = never_again.want.id, [release_key(candidate.release)]
        step.on_commit(lambda tx: block(tx, want_id, keys, name=name, reason=reason, moment=moment))


def _write_down(parts: Parts, errand: Errand, step: Step, candidate: KeptRelease, place: _Place) -> None:
    release, want, moment = candidate.release, errand.want, parts.clock()
    text = f"{release.name} from {release.indexer}"
    step.tell(f"Grabbed {text}.")
    if place.goal:
        step.note(f"It must seed before it may go: {goal_in_words(place.goal)}.")
    _settle_pick(parts, errand, step)
    step.on_commit(lambda tx: mark_chosen(tx, candidate.id))
    step.on_commit(lambda tx: _ignore(_add_grab(tx, parts, errand, candidate, place)))
    step.on_commit(
        lambda tx: remember(tx, moment, "grabbed", errand.title_id, episode_id=want.episode_id, text=f"Grabbed {text}.")
    )
    step.on_commit(lambda tx: tx.publish(ReleaseGrabbed(want.id, release.name)))


def _ignore(_: object) -> None:
    """A change gives nothing back."""
