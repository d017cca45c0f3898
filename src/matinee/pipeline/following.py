"""Keeps an eye on a download client, and tells at once when something moves."""

import asyncio
import logging
from datetime import timedelta

from matinee.kernel.errors import Refused, Unreachable
from matinee.kernel.events import Bus
from matinee.pipeline.news import DownloadsMoved
from matinee.pipeline.ports import DownloadClient, DownloadState, DownloadStatus

log = logging.getLogger(__name__)

_SETTLED = frozenset({DownloadState.COMPLETE, DownloadState.FAILED})
_GRACE_SECONDS = 15.0
_LONGEST_PAUSE = 30.0


class Follower:
    """Follows one download client: the newest statuses, and waiting for one to settle."""

    def __init__(self, client: DownloadClient, bus: Bus) -> None:
        self.client = client
        self.statuses: dict[str, DownloadStatus] = {}
        self.trouble: str | None = "not asked yet"
        self._bus = bus
        self._moved = asyncio.Event()

    async def follow(self) -> None:
        """Run for ever: watch the client, and come back to it when it was away."""
        pause = 0.1
        while True:
            try:
                async for statuses in self.client.watch():
                    self._take(statuses)
                    pause = 0.1
            except (Unreachable, Refused) as error:
                self._lose(str(error))
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    async def settled(self, id: str, stall_after: timedelta) -> DownloadStatus | None:
        """Wait until a download is complete or failed. None when the client has forgotten it.

        Unreachable when it stood still for `stall_after`, in words that say why.
        """
        loop = asyncio.get_running_loop()
        last_done, since = -1, loop.time()
        while True:
            moved = self._moved
            status = self.statuses.get(id)
            if status and status.state in _SETTLED:
                return status
            if status and (status.done != last_done or status.state is DownloadState.PAUSED):
                last_done, since = status.done, loop.time()
            if self.trouble:  # its silence is not the download's fault
                since = loop.time()
            if status is None and not self.trouble and loop.time() - since > _GRACE_SECONDS:
                return None
            left = since + (stall_after.total_seconds() if status else _GRACE_SECONDS + 1) - loop.time()
            if left <= 0:
                raise Stalled(_why_it_stands(status, stall_after))
            await _wait(moved, left)

    def _take(self, statuses: dict[str, DownloadStatus]) -> None:
        if self.trouble:
            log.info("%s is there", self.client.name)
        self.trouble = None
        self.statuses = statuses
        self._wake()
        self._bus.publish(DownloadsMoved(self.client.name, tuple(statuses.values())))

    def _lose(self, reason: str) -> None:
        if self.trouble != reason:
            log.warning("%s", reason)
        self.trouble = reason
        self._wake()

    def _wake(self) -> None:
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()


class Stalled(Unreachable):
    """A download stood still for too long."""


async def _wait(moved: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await moved.wait()
    except TimeoutError:
        return


def _why_it_stands(status: DownloadStatus | None, stall_after: timedelta) -> str:
    minutes = stall_after.total_seconds() / 60
    waited = f"No progress for {minutes:g} minutes"
    if status is None:
        return waited
    if status.message:
        return f"{waited}: {status.message}"
    if status.seeders == 0:
        return f"{waited}: nobody offers it (0 seeders)"
    return f"{waited} although {status.seeders} offer it"
