"""Wait until all of it has arrived; when it does not, say why, and let go of it as far as it owes nothing."""

import shutil
from typing import Any

from matinee.kernel.errors import Unreachable
from matinee.kernel.journeys import Step
from matinee.pipeline.decide import release_key
from matinee.pipeline.errand import Errand
from matinee.pipeline.following import Stalled
from matinee.pipeline.parts import Parts
from matinee.pipeline.ports import DownloadState, DownloadStatus
from matinee.pipeline.seeing_off import part_with
from matinee.store.downloads import (
    Download,
    downloads_of_wants,
    drop_grab,
    mark_completed,
    used_by_others,
)
from matinee.store.history import remember
from matinee.store.releases import add_reasons, block, release_by_id

MB = 1_000_000


async def download(parts: Parts, errand: Errand, step: Step, taken: dict[str, Any]) -> dict[str, Any]:
    """Wait for a download to settle: `ok`, or not ok with a `reason` (`later` when that may pass).

    A full disk is waited for.
    """
    follower = parts.follower(taken["client"])
    if step.attempt > 1:
        await (await follower.answering()).resume(taken["client_id"])
    try:
        status = await follower.settled(taken["client_id"], parts.stall_after, resumed=step.attempt > 1)
    except Stalled as stall:
        return given_up(step, str(stall)) | {"later": True}
    if status is None:
        return given_up(step, "The download was removed from the client")
    if status.state is DownloadState.FAILED:
        wait_for_space(parts, status)
        return given_up(step, status.message or "The client reports an error")
    step.tell(f"{status.name} has arrived ({status.size / MB:,.0f} MB).")
    row = await the_download(parts, errand, taken)
    moment = parts.clock()
    step.on_commit(lambda tx: mark_completed(tx, row.id, moment))
    return {"ok": True}


def given_up(step: Step, reason: str) -> dict[str, Any]:
    """What a step gives back that came to nothing."""
    step.tell(f"{reason}. Another release is tried.")
    return {"ok": False, "reason": reason}


def wait_for_space(parts: Parts, status: DownloadStatus) -> None:
    """A full disk is nobody's fault: Unreachable, with figures."""
    free = shutil.disk_usage(parts.shelf.downloads).free
    needed = status.size - status.done
    if free <= needed or "space" in status.message.lower():
        raise Unreachable(
            f"The disk with the downloads is full: {free / MB:,.0f} MB free, {needed / MB:,.0f} MB needed. "
            "It goes on when there is space."
        )


async def let_go(parts: Parts, errand: Errand, step: Step, taken: dict[str, Any], ended: dict[str, Any]) -> None:
    """Remove a download that came to nothing; one that owes something stays until it has given it back.

    The same release is never taken again, unless it only stood still: a later search may find it alive.
    """
    reason = ended["reason"]
    row = await the_download(parts, errand, taken)
    kept = await parts.database.read(lambda db: release_by_id(db, taken["release"]))
    shared = await parts.database.read(lambda db: used_by_others(db, row.id, [errand.want.id]))
    moment, name = parts.clock(), kept.release.name
    step.tell(f"{name} was put back.")
    if not shared:
        await part_with(parts, row, step, reason)
    step.on_commit(lambda tx: drop_grab(tx, errand.want.id, row.id))
    step.on_commit(lambda tx: add_reasons(tx, kept.id, [reason]))
    if not ended.get("later"):
        keys = [release_key(kept.release)]
        step.on_commit(lambda tx: block(tx, errand.want.id, keys, name=name, reason=reason, moment=moment))
    episode = errand.want.episode_id
    text = f"{name} was refused: {reason}"
    step.on_commit(lambda tx: remember(tx, moment, "refused", errand.title_id, episode_id=episode, text=text))


async def the_download(parts: Parts, errand: Errand, taken: dict[str, Any]) -> Download:
    """What the store knows of the download that was taken."""
    rows = await parts.database.read(lambda db: downloads_of_wants(db, [errand.want.id]))
    return next(row for _, row in reversed(rows) if row.client_id == taken["client_id"])
