"""Keeps an eye on a download client, and tells at once when something moves."""

import asyncio
import logging
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from matinee.kernel.errors import Refused, Unreachable
from matinee.kernel.events import Bus
from matinee.pipeline.news import DownloadsMoved
from matinee.pipeline.ports import DownloadClient, DownloadState, DownloadStatus

log = logging.getLogger(__name__)

# Whoever stands in line, is checked, or was stopped by hand does not stand still by their own fault.
_PATIENT = frozenset({DownloadState.QUEUED, DownloadState.CHECKING, DownloadState.PAUSED})
_GRACE_SECONDS = 15.0
_LONGEST_PAUSE = 30.0
_TOLERATED_FAILURES = 6

Claim = Callable[[DownloadStatus], bool]


def _is_complete(status: DownloadStatus) -> bool:
    return status.state is DownloadState.COMPLETE


class Follower:
    """Follows one download client: the newest statuses, and waiting for one to settle."""

    def __init__(self, client: DownloadClient, bus: Bus) -> None:
        self.client = client
        self.statuses: dict[str, DownloadStatus] = {}
        self.trouble: str | None = f"{client.name} does not answer yet"
        self._bus = bus
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

    async def answering(self) -> DownloadClient:
        """The client, as soon as it answers. Unreachable, with the reason, when it does not within a moment."""
        until = asyncio.get_running_loop().time() + _GRACE_SECONDS
        while self.trouble:
            left = until - asyncio.get_running_loop().time()
            if left <= 0:
                raise Unreachable(self.trouble)
            await _wait(self._moved, left)
        return self.client

    async def settled(
        self, id: str, stall_after: timedelta, *, resumed: bool = False, enough: Claim = _is_complete
    ) -> DownloadStatus | None:
        """Wait until a download is complete (or else `enough`) or failed. None when the client has forgotten it.

        Raises Stalled when it stood still for `stall_after`, in words that say why. A download that was just
        `resumed` may be told as failed for a moment longer.
        """
        clock = asyncio.get_running_loop().time
        vigil = _Vigil(stall_after, enough, overlook_until=clock() + _GRACE_SECONDS if resumed else 0.0)
        while True:
            moved, status = self._moved, self.statuses.get(id)
            seconds = vigil.look(status, away=self.trouble is not None, now=clock())
            if seconds is None:
                return status
            await _wait(moved, seconds)

    async def until(self, id: str, fits: Claim) -> DownloadStatus | None:
        """Wait, for days if need be, until a download is as wanted. None when the client has forgotten it."""
        clock = asyncio.get_running_loop().time
        listed_at = clock()
        while True:
            moved, status, seconds = self._moved, self.statuses.get(id), math.inf
            if self.trouble or status:
                listed_at = clock()
            if not self.trouble and status is None:
                left = _left(listed_at + _GRACE_SECONDS - clock())
                if left is None:
                    return None
                seconds = left
            elif status and not self.trouble and fits(status):
                return status
            await _wait(moved, seconds)

    def _take(self, statuses: dict[str, DownloadStatus]) -> None:
        if self.trouble:
            log.info("%s is there", self.client.name)
        self.trouble, self._failures = None, 0
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


@dataclass
class _Vigil:
    """How long one download has been missing, or standing still. The client's own silence counts as neither."""

    stall_after: timedelta
    enough: Claim
    overlook_until: float
    was_away: bool = True
    listed_at: float = 0.0
    moved_at: float = 0.0
    done: int = -1

    def look(self, status: DownloadStatus | None, *, away: bool, now: float) -> float | None:
        """Seconds to wait before the next look; None when it has settled. Raises Stalled."""
        if away or self.was_away:
            self.listed_at = self.moved_at = now
        self.was_away = away
        if away:
            return math.inf
        if status is None:
            return _left(self.listed_at + _GRACE_SECONDS - now)
        self.listed_at = now
        if status.state is DownloadState.FAILED:
            return _left(self.overlook_until - now)
        if self.enough(status):
            return None
        return self._until_stalled(status, now)

    def _until_stalled(self, status: DownloadStatus, now: float) -> float:
        if status.state in _PATIENT or status.done != self.done:
            self.moved_at, self.done = now, status.done
        left = self.moved_at + self.stall_after.total_seconds() - now
        if left <= 0:
            raise Stalled(_why_it_stands(status, self.stall_after))
        return left


def _left(seconds: float) -> float | None:
    return seconds if seconds > 0 else None


async def _wait(moved: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(None if math.isinf(seconds) else seconds):
            await moved.wait()
    except TimeoutError:
        return


def _why_it_stands(status: DownloadStatus, stall_after: timedelta) -> str:
    minutes = stall_after.total_seconds() / 60
    waited = f"No progress for {minutes:g} minutes"
    if status.message:
        return f"{waited}: {status.message}"
    if status.seeders == 0:
        return f"{waited}: nobody offers it (0 seeders)"
    return f"{waited} although {status.seeders} offer it"
