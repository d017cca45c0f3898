"""What the threads tell, heard where the queue is: files and articles that are settled, checks, a disk that is full."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from matinee.engines.usenet.check import Check
from matinee.engines.usenet.hope import hopeless
from matinee.engines.usenet.opening import settled, take_down
from matinee.engines.usenet.record import Phase
from matinee.engines.usenet.seat import Seat
from matinee.pipeline.usenet_port import JobState, Locked

if TYPE_CHECKING:
    from matinee.engines.usenet.queue import Queue


ENCRYPTED = "ENCRYPTED"


class Hearing:
    """The first three may be called by any thread."""

    def __init__(self, queue: "Queue") -> None:
        self._queue = queue
        self._loop = asyncio.get_running_loop()

    def told(self, id: str, index: int | None) -> None:
        """A file of the job is settled; None for articles that were lost, or when nothing is outstanding."""
        self._soon(self._hear, id, index)

    def checked(self, id: str) -> None:
        """The job's check is over."""
        self._soon(self._hear_check, id)

    def disk_failed(self, words: str) -> None:
        """The disk takes no more."""
        self._soon(self._queue.room.is_full, words)

    def _soon(self, hear: Callable[..., Any], *told: Any) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(hear, *told)

    def _hear(self, id: str, index: int | None) -> None:
        queue, seat = self._queue, self._queue.seats.get(id)
        if seat is None or seat.live is None or seat.is_leaving:
            return
        seat.look()
        if index is not None:
            if seat.direct:
                seat.direct.note(settled(seat.live, index))
            queue.tell()
            return
        if seat.record.phase is Phase.FETCH:
            why = hopeless(seat.live.files)
            if why or seat.live.is_settled:
                self.end(seat, why)
        queue.arrange()

    def _hear_check(self, id: str) -> None:
        seat = self._queue.seats.get(id)
        if seat and seat.check and not seat.is_leaving:
            check, seat.check = seat.check, None
            seat.record = replace(seat.record, checked=True)
            if check.why:
                self.end(seat, check.why)
            else:
                self._queue.spawn(self._take_over(seat, check))

    def locked(self, id: str) -> None:
        """An archive of the job needs a password that nobody told: as its owner wishes, once."""
        queue, seat = self._queue, self._queue.seats.get(id)
        if seat is None or seat.is_leaving or seat.record.phase is not Phase.FETCH or ENCRYPTED in seat.record.labels:
            return
        wish = queue.rules.preferences.locked
        seat.record = replace(seat.record, labels=(*seat.record.labels, ENCRYPTED))
        if wish is Locked.FAIL:
            self.end(seat, "An archive in it needs a password, and none is known that opens it")
        else:
            queue.put(seat, replace(seat.record, paused=seat.record.paused or wish is Locked.PAUSE))

    async def _take_over(self, seat: Seat, check: Check) -> None:
        """What was found out serves the fetching."""
        await asyncio.to_thread(take_down, seat.record, self._queue.archive, check)
        self._queue.put(seat, seat.record)

    def end(self, seat: Seat, why: str) -> None:
        """Fetch no more of it; aside, for the one being ended may wait for us."""
        seat.record = replace(seat.record, phase=Phase.POST)
        seat.stage, seat.is_active = JobState.CHECKING, False
        self._queue.spawn(self._end(seat, why))

    async def _end(self, seat: Seat, why: str) -> None:
        self._queue.archive.put(seat.record)
        if why:
            await self._queue.close_live(seat)
        await self._queue.ended(seat, why)
