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
# Whoever stands in line, is checked, or was stopped by hand does not stand still by their own fault.
_PATIENT = frozenset({DownloadState.QUEUED, DownloadState.CHECKING, DownloadState.PAUSED})
_GRACE_SECONDS = 15.0
_LONGEST_PAUSE = 30.0
_TOLERATED_FAILURES = 6


class Follower:
    """Follows one download client: the newest statuses, and waiting for one to settle."""

    def __init__(self, client: DownloadClient, bus: Bus) -> None:
        self.client = client
        self.statuses: dict[str, DownloadStatus] = {}
        self.trouble: str | None = f"{client.name} does not answer yet"
        self._bus = bus
        self._there_since = 0.0
        self._moved = asyncio.Event()
        self._failures = 0

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
            except Exception as error:  # whatever the client says, the house must go on watching it
                log.exception("%s cannot be followed", self.client.name)
                self._lose(f"{self.client.name}: a fault inside Matinee ({type(error).__name__}); see its log")
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    async def settled(self, id: str, stall_after: timedelta, *, resumed: bool = False) -> DownloadStatus | None:
        """Wait until a download is complete or failed. None when the client has forgotten it.

        Raises Stalled when it stood still for `stall_after`, in words that say why. A download that was just
        `resumed` may be told as failed for a moment longer.
        """
        clock = asyncio.get_running_loop().time
        begun = clock()
        last_done, listed_at, moved_at = -1, begun, begun
        while True:
            moved, now, status = self._moved, clock(), self.statuses.get(id)
            overlooked = resumed and now < begun + _GRACE_SECONDS
            if status and (status.state is DownloadState.COMPLETE or (status.state in _SETTLED and not overlooked)):
                return status
            if status or self.trouble:  # the client's silence is not the download's fault
                listed_at = now
            if self.trouble or status is None or status.state in _PATIENT or status.done != last_done:
                last_done, moved_at = status.done if status else last_done, now
            missing_from = max(listed_at, self._there_since)
            if status is None and not self.trouble and now >= missing_from + _GRACE_SECONDS:
                return None
            stands_still_at = max(moved_at, self._there_since) + stall_after.total_seconds()
            if now >= stands_still_at:
                raise Stalled(_why_it_stands(status, stall_after))
            watched_for = (begun if overlooked else missing_from) + _GRACE_SECONDS
            until = min(stands_still_at, watched_for) if overlooked or status is None else stands_still_at
            await _wait(moved, max(0.0, until - now))

    def _take(self, statuses: dict[str, DownloadStatus]) -> None:
        if self.trouble:
            log.info("%s is there", self.client.name)
            self._there_since = asyncio.get_running_loop().time()
        self.trouble = None
        self.statuses = statuses
        self._wake()
        self._bus.publish(DownloadsMoved(self.client.name, tuple(statuses.values())))

    def _lose(self, reason: str) -> None:
        self._failures += 1
        if self._failures == _TOLERATED_FAILURES:  # a client that is just starting is no news
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
