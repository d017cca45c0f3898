"""A download leaves its client once it owes nothing: a torrent after it has seeded enough, the others when imported."""

import asyncio
import shutil
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from matinee.kernel.database import Transaction
from matinee.kernel.errors import Unreachable
from matinee.kernel.journal import State, journeys_of
from matinee.kernel.journeys import Journey, Step
from matinee.media.release import Protocol
from matinee.media.seeding import SeedingGoal, goal_in_words
from matinee.pipeline.errand import ACQUIRE
from matinee.pipeline.following import Follower
from matinee.pipeline.parts import Parts
from matinee.pipeline.ports import DownloadStatus, Stopping
from matinee.pipeline.seeding import has_seeded_enough
from matinee.store.downloads import Download, download_by_id, is_under_way, mark_removed, titles_of
from matinee.store.history import remember

SEE_OFF = "see off"


def begin_to_see_off(tx: Transaction, parts: Parts, download_id: int) -> None:
    """From now on a download is seen off, if it is not already."""
    known = journeys_of(tx.connection, SEE_OFF, [download_id])
    if not any(one.state in (State.RUNNING, State.WAITING) for one in known):
        parts.journeys.start(tx, SEE_OFF, download_id)


async def see_off(journey: Journey, parts: Parts) -> None:
    """Wait until a download owes nothing, and remove it; `journey.subject` is its id in the store."""
    left = await journey.step("seeded", lambda step: _wait(parts, journey.subject, step))
    await journey.step("removed", lambda step: _remove(parts, journey.subject, step, left))


async def part_with(parts: Parts, download: Download, step: Step, why: str) -> bool:
    """Remove a download that nobody waits for, with its files: whether it is gone.

    One that came in part or whole and owes something stays: it is seen off when it has given that back.
    """
    follower = parts.follower(download.client)
    client = await follower.answering()
    if download.goal and await _owes(follower, download, download.goal):
        step.note(f"{download.name} stays in {client.name} until it has seeded: {goal_in_words(download.goal)}.")
        step.on_commit(lambda tx: begin_to_see_off(tx, parts, download.id))
        return False
    await client.remove(download.client_id, delete_files=True)
    moment = parts.clock()
    step.on_commit(lambda tx: mark_removed(tx, download.id, moment, why))
    return True


async def _owes(follower: Follower, download: Download, goal: SeedingGoal) -> bool:
    """Whether anything of it was taken from others and is not given back; the client is asked, its list may be old."""
    taken = sum(file.done for file in await follower.client.files(download.client_id))
    status = follower.statuses.get(download.client_id)
    return taken > 0 and not (status and has_seeded_enough(status, goal))


async def _wait(parts: Parts, download_id: int, step: Step) -> dict[str, Any]:
    """Wait until it owes nothing; where its files lie, while they can still be asked for."""
    download = await parts.database.read(lambda db: download_by_id(db, download_id))
    follower = parts.follower(download.client)
    if parts.protocol_of(download.client) is Protocol.USENET:
        status = await follower.until(download.client_id, lambda _: True)
        return {"path": _where(parts, download, status)}
    status = await _stopped(follower, download)
    if status is None:
        step.tell(f"{download.name} was removed from {download.client} by somebody.")
    elif download.goal:
        step.tell(f"{download.name} has seeded enough: {goal_in_words(download.goal)}.")
    else:
        step.tell(f"{download.name} has seeded as much as {download.client} asks.")
    return {"path": _where(parts, download, status)}


async def _stopped(follower: Follower, download: Download) -> DownloadStatus | None:
    """It has seeded enough and stands still. None when the client has forgotten it."""
    enough = partial(has_seeded_enough, goal=download.goal)
    status = await follower.until(download.client_id, enough)
    if status and status.seeding and not status.seeding.stopped and isinstance(follower.client, Stopping):
        await follower.client.stop(download.client_id)
        status = await follower.until(download.client_id, lambda now: not now.seeding or now.seeding.stopped)
    return status


def _where(parts: Parts, download: Download, status: DownloadStatus | None) -> str:
    return str(parts.here(download.client, status.path)) if status else ""


async def _remove(parts: Parts, download_id: int, step: Step, left: dict[str, Any]) -> None:
    """Out of the client with its files, and what it left in the folder as well; the library keeps its links."""
    download, used = await parts.database.read(
        lambda db: (download_by_id(db, download_id), is_under_way(db, download_id, ACQUIRE))
    )
    if download.removed:
        return
    if used:
        raise Unreachable(f"{download.name} is needed by another wish still.")
    follower = parts.follower(download.client)
    client = await follower.answering()
    status = follower.statuses.get(download.client_id)
    if status and status.seeding and not has_seeded_enough(status, download.goal):
        raise Unreachable(f"{download.name} owes more again.")
    await client.remove(download.client_id, delete_files=True)
    is_usenet = parts.protocol_of(download.client) is Protocol.USENET
    if left["path"]:
        await asyncio.to_thread(_sweep, Path(left["path"]), parts.folder_of(download.client), whole=is_usenet)
    step.tell(f"{download.name} was removed from {download.client}.")
    step.on_commit(lambda tx: _write_down(tx, parts, download))


def _write_down(tx: Transaction, parts: Parts, download: Download) -> None:
    moment, text = parts.clock(), f"{download.name} owes nothing any more and was removed from {download.client}."
    mark_removed(tx, download.id, moment)
    for title_id, episode_id in titles_of(tx.connection, download.id):
        remember(tx, moment, "removed", title_id, episode_id=episode_id, text=text)


def _sweep(content: Path, within: Path, *, whole: bool) -> None:
    """Take away what a client left of a download: of usenet's (`whole`) all, of a torrent's only empty folders.

    A torrent's folder may belong to another torrent as well, the folder of a usenet job never does.
    """
    root = within.resolve()
    if not content.is_relative_to(within) or content.resolve() == root or root not in content.resolve().parents:
        return
    if whole and content.is_dir() and not content.is_symlink():
        shutil.rmtree(content, ignore_errors=True)
    elif whole:
        content.unlink(missing_ok=True)
    with suppress(OSError):  # the first that is not empty stays, and all above it
        for folder in (content, *content.parents):
            if folder == within:
                break
            if folder.is_dir():
                folder.rmdir()
