"""The queue of jobs: whose turn it is, what the threads tell, and when everything must wait."""

import asyncio
import contextlib
import logging
import os
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any

from matinee.engines.usenet.archive import Archive
from matinee.engines.usenet.clockwork import keep_looking, keep_syncing
from matinee.engines.usenet.disk import FULL
from matinee.engines.usenet.diskroom import DiskRoom
from matinee.engines.usenet.downloader import Downloader
from matinee.engines.usenet.hearing import Hearing
from matinee.engines.usenet.live import Live
from matinee.engines.usenet.record import JobRecord, Phase, Rules
from matinee.engines.usenet.seat import Seat
from matinee.engines.usenet.seating import Seating
from matinee.engines.usenet.servers import Roster
from matinee.engines.usenet.settings import Settings
from matinee.engines.usenet.speed import Meter
from matinee.kernel.errors import MatineeError, NotFound

log = logging.getLogger(__name__)

ACTIVE = 3  # jobs fetched at once: the next one begins while the last articles of one are under way
MOST_OPEN = 6  # jobs whose lists are kept in memory


class Queue:
    """All jobs that are not finished. `ended` is called once for each whose articles are settled, with why it is
    hopeless, if it is; `ticked` twice a second.
    """

    def __init__(
        self,
        archive: Archive,
        roster: Roster,
        rules: Rules,
        *,
        incomplete: Path,
        settings: Settings,
        ended: Callable[[Seat, str], Awaitable[None]],
        ticked: Callable[[], None] = lambda: None,
    ) -> None:
        self.archive, self.roster, self.rules, self.settings = archive, roster, rules, settings
        self.incomplete = incomplete
        self.seats: dict[str, Seat] = {}
        self.revision = 1
        self.quota_trouble = ""  # why nothing may come from any server
        self.trouble = ""  # why nothing is fetched though it should be
        self.room = DiskRoom(
            incomplete, least=settings.least_room, seconds=settings.room_seconds, changed=self._room_changed
        )
        self.meter = Meter()
        self._hearing = Hearing(self)
        self.downloader = Downloader(
            roster, self._hearing.disk_failed, threads=settings.threads or max(2, os.cpu_count() or 2)
        )
        self.ended, self.ticked = ended, ticked
        self._seating = Seating(
            archive,
            roster,
            incomplete,
            least_room=settings.least_room,
            told=self._hearing.told,
            checked=self._hearing.checked,
            locked=self._hearing.locked,
        )
        self._saving = threading.Lock()
        self._news = asyncio.Event()
        self._rearranged = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    def open(self) -> None:
        """Begin, with the jobs of last time."""
        for record in sorted(self.archive.jobs(), key=lambda one: one.position):
            self.seats[record.id] = Seat(record)
        self.downloader.throttle.limit = self.rules.speed_limit
        self.downloader.start()
        for work in (self._keep_arranging(), keep_looking(self), keep_syncing(self)):
            self.spawn(work)
        self.arrange()

    async def close(self) -> None:
        """Stop; all progress is kept."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.to_thread(self.downloader.stop)
        for seat in self.seats.values():
            seat.look()
            await self.close_live(seat)
            with contextlib.suppress(MatineeError):
                self.archive.put(seat.record)

    def _room_changed(self) -> None:
        if self.room.trouble:
            self.downloader.put([])
        self.arrange()

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Do this aside, and log when it fails."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("the usenet engine failed at something", exc_info=error)

    # looking

    def seat(self, id: str) -> Seat:
        """One job."""
        if id not in self.seats or self.seats[id].is_leaving:
            raise NotFound(f"there is no job {id} in the queue")
        return self.seats[id]

    def ordered(self) -> list[Seat]:
        """All jobs, the ones to be fetched first first."""
        seats = [seat for seat in self.seats.values() if not seat.is_leaving]
        return sorted(seats, key=lambda seat: (-seat.record.priority, seat.record.position))

    @property
    def propagation(self) -> float:
        """Seconds that a post is left to spread."""
        return self.rules.preferences.propagation_minutes * 60.0

    def tell(self) -> None:
        """Something changed that others may want to see."""
        self.revision += 1
        self._news.set()
        self._news = asyncio.Event()

    async def changed(self, seen: int) -> int:
        """Returns when the revision is another one than `seen`: the new one."""
        while self.revision == seen:
            await self._news.wait()
        return self.revision

    # changing

    def put(self, seat: Seat, record: JobRecord) -> None:
        """Keep its page as it is now."""
        seat.record = record
        self.archive.put(record)
        self.arrange()

    def put_rules(self, rules: Rules) -> None:
        """Keep the rules as they are now."""
        self.rules = rules
        self.save_rules()
        self.arrange()

    def save_rules(self) -> None:
        """Have the rules on disk, with what came from each server; from any thread, the newest ones last."""
        with self._saving:
            whole = replace(self.rules, slots=tuple(self.roster.slots), usage=self.roster.usages())
            self.archive.put_rules(whole)

    def arrange(self) -> None:
        """Think anew about whose turn it is, soon."""
        self._rearranged.set()
        self.tell()

    async def _keep_arranging(self) -> None:
        while True:
            await self._rearranged.wait()
            self._rearranged.clear()
            try:
                await self._arrange()
            except Exception:
                log.exception("the queue could not be arranged")

    async def _arrange(self) -> None:
        now, active = time.time(), list[Seat]()
        for seat in self.ordered():
            runs = seat.may_run(all_paused=self.rules.paused, now=now, propagation=self.propagation)
            seat.is_active = runs and len(active) < ACTIVE and not self._all_waits() and await self._opened(seat)
            if seat.is_active:
                active.append(seat)
        self.downloader.put([job for seat in active if (job := seat.check or seat.live)])
        idle = [
            seat for seat in self.ordered() if seat.live and not seat.is_active and seat.record.phase is Phase.FETCH
        ]
        for seat in idle[max(0, MOST_OPEN - len(active)) :]:
            await self.close_live(seat)
        self.tell()

    def _all_waits(self) -> bool:
        self.trouble = self.room.trouble or self.quota_trouble or self._nobody()
        return bool(self.trouble)

    def _nobody(self) -> str:
        """Why there is nobody to ask, if that is so."""
        if not self.roster.is_empty:
            return ""
        spent = [live for live in self.roster.lives if live.spec.enabled and live.is_spent]
        why = "; ".join(f"{live.spec.name}: {live.why_not(self.settings.clock())}" for live in spent)
        return f"No news server may be asked: {why}" if spent else "There is no news server to ask"

    def why_waits(self, seat: Seat) -> str:
        """Why nothing of this job comes though it is its turn; empty when something may come."""
        if self.trouble or not seat.is_active or seat.live is None:
            return self.trouble
        now = self.settings.clock()
        asked = [live for live in self.roster.lives if seat.live.count(live)]
        why = [(live.spec.name, live.why_not(now)) for live in asked]
        return (
            "It waits for " + "; ".join(f"{name}: {words}" for name, words in why)
            if why and all(w for _, w in why)
            else ""
        )

    async def _opened(self, seat: Seat) -> bool:
        """Have its lists in memory; a job whose NZB or folder is damaged ends."""
        if seat.live or seat.check:
            return True
        try:
            await self._seating.open(seat, self.rules)
        except (OSError, MatineeError) as error:
            if isinstance(error, OSError) and error.errno in FULL:
                self.room.is_full(f"{error.strerror} ({error.filename or self.incomplete})")
                return False
            log.error("%s cannot be fetched: %s", seat.record.name, error)
            self._hearing.end(seat, str(error))
            return False
        seat.look()
        return True

    async def open_live(self, seat: Seat) -> Live:
        """Read the job's NZB and its journal."""
        return await self._seating.open_live(seat)

    async def close_live(self, seat: Seat) -> None:
        """Let its lists go; its files are synced and closed."""
        await self._seating.close(seat)
