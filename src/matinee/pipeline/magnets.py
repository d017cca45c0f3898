"""A magnet link tells its files late: they are judged in that moment, before anything of them is downloaded."""

import asyncio
from typing import Any

from sqlalchemy import Connection

from matinee.kernel.errors import Refused
from matinee.kernel.journeys import Step
from matinee.media.parse import read_name
from matinee.pipeline.downloading import given_up, wait_for_space
from matinee.pipeline.errand import Errand
from matinee.pipeline.following import Stalled
from matinee.pipeline.judging import NEVER, ListedFile, judge_before_download
from matinee.pipeline.parts import Parts
from matinee.pipeline.ports import DownloadClient, DownloadState, DownloadStatus, Stopping
from matinee.store.picks import was_picked
from matinee.store.releases import KeptRelease, release_by_id

_STANDING = frozenset({DownloadState.PAUSED, DownloadState.COMPLETE})


async def look(parts: Parts, errand: Errand, step: Step, taken: dict[str, Any]) -> dict[str, Any]:
    """Judge the files that a magnet link turned out to name: `ok`, and it goes on; or not ok with a `reason`.

    One that tells no names within the time that a download may stand still is given up, for this time (`later`).
    """
    follower, id = parts.follower(taken["client"]), taken["client_id"]
    try:
        status = await follower.settled(id, parts.stall_after, resumed=step.attempt > 1, enough=_names_are_known)
    except Stalled as stall:
        return given_up(step, f"Its magnet link did not tell its files. {stall}") | {"later": True}
    if status is None:
        return given_up(step, "The download was removed from the client")
    if status.state is DownloadState.FAILED:
        wait_for_space(parts, status)
        return given_up(step, status.message or "The client reports an error")
    files = await _listed(follower.client, status)
    kept, by_hand = await parts.database.read(lambda db: _taken(db, errand, taken))
    reasons = await asyncio.to_thread(_judge, files, kept, errand, by_hand=by_hand)
    if reasons:
        return given_up(step, "; ".join(reasons))
    await follower.client.resume(id)
    step.tell(f"Its magnet link told {len(files)} {'file' if len(files) == 1 else 'files'}, and they look right.")
    return {"ok": True}


def _names_are_known(status: DownloadStatus) -> bool:
    return status.size > 0 and status.state is not DownloadState.METADATA


async def _listed(client: DownloadClient, status: DownloadStatus) -> list[ListedFile]:
    """What it holds; a client that does not stop by itself at the names is stopped now."""
    if status.state not in _STANDING and isinstance(client, Stopping):
        await client.stop(status.id)
    files = [ListedFile(file.path, file.size) for file in await client.files(status.id)]
    if not files:
        raise Refused(f"{client.name} does not tell what {status.name} holds")
    return files


def _taken(db: Connection, errand: Errand, taken: dict[str, Any]) -> tuple[KeptRelease, bool]:
    return release_by_id(db, taken["release"]), was_picked(db, errand.want.id, taken["release"])


def _judge(files: list[ListedFile], kept: KeptRelease, errand: Errand, *, by_hand: bool) -> list[str]:
    """What speaks against them; who picked it by hand overrules all but what nobody can wish for."""
    name = read_name(kept.release.name, errand.wanted.title.kind)
    reasons = judge_before_download(files, name, errand.wanted)
    return [reason.text for reason in reasons if not by_hand or reason.rule in NEVER]
