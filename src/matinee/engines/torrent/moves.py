"""Files change their folder: from where they lie until complete to where they belong, or by the owner's word."""

import errno
import logging
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import libtorrent as lt

from matinee.engines.torrent.live import Live

if TYPE_CHECKING:
    from matinee.engines.torrent.swarm import Swarm

log = logging.getLogger(__name__)


def go_home(swarm: "Swarm", live: Live) -> None:
    """Carry a complete torrent to where it belongs."""
    if live.record.lies and not live.record.moving_to:
        swarm.spawn(carry(swarm, live, live.record.folder))


async def carry(swarm: "Swarm", live: Live, target: Path) -> None:
    """Begin to move the files; nothing that lies there already is overwritten. The target is on disk first."""
    if target == live.record.place:
        return
    live.trouble = replace(live.trouble, move="")
    await swarm.put(live, replace(live.record, moving_to=str(target)))
    live.handle.move_storage(str(target), lt.move_flags_t.fail_if_exist)


def moved(swarm: "Swarm", live: Live, alert: lt.storage_moved_alert) -> None:
    """The files are there."""
    lies = "" if alert.storage_path() == str(live.record.folder) else alert.storage_path()
    log.info("torrent %s lies in %s now", live.torrent.name, alert.storage_path())
    swarm.spawn(swarm.put(live, replace(live.record, lies=lies, moving_to="")))
    swarm.keeper.save(live, whole=True)
    swarm.look()


def did_not_move(swarm: "Swarm", live: Live, alert: lt.storage_moved_failed_alert) -> None:
    """The files stay where they were."""
    target, there = live.record.moving_to, alert.error.value() == errno.EEXIST
    reason = "a file of that name is there already" if there else alert.error.message()
    live.trouble = replace(live.trouble, move=f"its files could not be moved to {target}: {reason}")
    log.warning("torrent %s: %s", live.torrent.name, live.trouble.move)
    swarm.spawn(swarm.put(live, replace(live.record, moving_to="")))
