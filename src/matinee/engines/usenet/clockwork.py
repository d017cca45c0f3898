"""What time brings: servers are let back in, pauses end, the disk is looked at, progress is put on the disk."""

import asyncio
import logging
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from matinee.engines.usenet.journal import SYNC_SECONDS
from matinee.kernel.errors import MatineeError

if TYPE_CHECKING:
    from matinee.engines.usenet.queue import Queue

log = logging.getLogger(__name__)

TICK = 0.5


async def keep_looking(queue: "Queue") -> None:
    """Twice a second, for as long as the queue is open."""
    while True:
        await asyncio.sleep(TICK)
        await tick(queue)


async def tick(queue: "Queue") -> None:
    """Half a second has passed."""
    revision = queue.roster.revision
    queue.roster.tick()
    if revision != queue.roster.revision:
        await asyncio.to_thread(queue.downloader.settle)
    queue.meter.show(queue.downloader.bytes_total)
    for seat in queue.seats.values():
        seat.look()
        if seat.is_active:
            seat.record = replace(seat.record, seconds=seat.record.seconds + TICK)
    if queue.rules.paused_until and time.time() >= queue.rules.paused_until:
        queue.put_rules(replace(queue.rules, paused=False, paused_until=0.0))
    queue.ticked()
    is_busy = any(seat.is_active for seat in queue.seats.values())
    queue.room.look(is_busy=is_busy)
    if queue.propagation or is_busy:
        queue.arrange()


async def keep_syncing(queue: "Queue") -> None:
    """Have on the disk what was fetched, again and again."""
    saved = 0
    while True:
        await asyncio.sleep(SYNC_SECONDS)
        try:
            for live in [seat.live for seat in queue.seats.values() if seat.live]:
                await asyncio.to_thread(live.sync)
            if queue.downloader.bytes_total != saved:
                saved = queue.downloader.bytes_total
                await asyncio.to_thread(queue.save_rules)
        except (OSError, MatineeError) as error:
            log.error("progress cannot be synced to the disk: %s", error)
