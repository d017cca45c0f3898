"""Wait until all of it has arrived; when it does not, say why, and let go of it without a trace."""

import shutil
from typing import Any

from matinee.kernel.errors import Unreachable
from matinee.kernel.journeys import Step
from matinee.pipeline.decide import release_key
from matinee.pipeline.errand import Errand
from matinee.pipeline.following import Follower, Stalled
from matinee.pipeline.parts import Parts
from matinee.pipeline.ports import DownloadState, DownloadStatus
from matinee.store.downloads import (
    Download,
    downloads_of_wants,
    drop_grab,
    mark_completed,
    mark_removed,
    used_by_others,
)
from matinee.store.history import remember
from matinee.store.releases import add_reasons, block, release_by_id

MB = 1_000_000


async def download(parts: Parts, errand: Errand, step: Step, taken: dict[str, Any]) -> dict[str, Any]:
    """Wait for a download to settle: `ok`, or not ok with a `reason` (`later` when that may pass).

    A full disk is waited for.
    """
    follower = the_follower(parts, taken["client"])
    if step.attempt > 1:
        await (await follower.answering()).resume(taken["client_id"])
    try:
        status = await follower.settled(taken["client_id"], parts.stall_after, resumed=step.attempt > 1)
    except Stalled as stall:
        return _given_up(step, str(stall)) | {"later": True}
    if status is None:
        return _given_up(step, "The download was removed from the client")
    if status.state is DownloadState.FAILED:
        _wait_for_space(parts, status)
        return _given_up(step, status.message or "The client reports an error")
    step.tell(f"{status.name} has arrived ({status.size / MB:,.0f} MB).")
    row = await _download(parts, errand, taken)
    moment = parts.clock()
    step.on_commit(lambda tx: mark_completed(tx, row.id, moment))
    return {"ok": True}


def the_follower(parts: Parts, name: str) -> Follower:
    """The follower of a client by its name. Unreachable while it is not configured."""
    follower = parts.followers.get(name)
    if follower is None:
        raise Unreachable(f"The download client {name} is not configured any more.")
    return follower


def _given_up(step: Step, reason: str) -> dict[str, Any]:
    step.tell(f"{reason}. Another release is tried.")
    return {"ok": False, "reason": reason}


def _wait_for_space(parts: Parts, status: DownloadStatus) -> None:
    """A full disk is nobody's fault: Unreachable, with figures."""
    free = shutil.disk_usage(parts.shelf.downloads).free
    needed = status.size - status.done
    if free <= needed or "space" in status.message.lower():
        raise Unreachable(
            f"The disk with the downloads is full: {free / MB:,.0f} MB free, {needed / MB:,.0f} MB needed. "
            "It goes on when there is space."
        )


async def let_go(parts: Parts, errand: Errand, step: Step, taken: dict[str, Any], ended: dict[str, Any]) -> None:
    """Remove a download that came to nothing.

    The same release is never taken again, unless it only stood still: a later search may find it alive.
    """
    reason = ended["reason"]
    row = await _download(parts, errand, taken)
    kept = await parts.database.read(lambda db: release_by_id(db, taken["release"]))
    shared = await parts.database.read(lambda db: used_by_others(db, row.id, [errand.want.id]))
    if not shared:
        client = await the_follower(parts, taken["client"]).answering()
        await client.remove(taken["client_id"], delete_files=True)
    moment, name = parts.clock(), kept.release.name
    step.tell(f"{name} was put back.")
    step.on_commit(lambda tx: drop_grab(tx, errand.want.id, row.id))
    if not shared:
        step.on_commit(lambda tx: mark_removed(tx, row.id, moment, reason))
    step.on_commit(lambda tx: add_reasons(tx, kept.id, [reason]))
    if not ended.get("later"):
        keys = [release_key(kept.release)]
        step.on_commit(lambda tx: block(tx, errand.want.id, keys, name=name, reason=reason, moment=moment))
    episode = errand.want.episode_id
    text = f"{name} was refused: {reason}"
    step.on_commit(lambda tx: remember(tx, moment, "refused", errand.title_id, episode_id=episode, text=text))


async def _download(parts: Parts, errand: Errand, taken: dict[str, Any]) -> Download:
    rows = await parts.database.read(lambda db: downloads_of_wants(db, [errand.want.id]))
    return next(row for _, row in reversed(rows) if row.client_id == taken["client_id"])
