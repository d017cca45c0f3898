"""The usenet engine: what others may ask of it."""

import asyncio
import logging
import shutil
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from matinee.engines.usenet.admitting import WAITING, admitted, failed_at_once, new_record, seen_before, with_password
from matinee.engines.usenet.archive import Archive
from matinee.engines.usenet.disk import free_place
from matinee.engines.usenet.ending import Ending
from matinee.engines.usenet.names import safe_folder
from matinee.engines.usenet.plan import read_plan, unpacked
from matinee.engines.usenet.planning import Planning
from matinee.engines.usenet.queue import Queue
from matinee.engines.usenet.record import FinishedRecord, JobRecord, Phase
from matinee.engines.usenet.seat import Seat
from matinee.engines.usenet.servers import Roster
from matinee.engines.usenet.settings import Settings
from matinee.engines.usenet.watching import watch
from matinee.kernel.errors import NotFound, Refused
from matinee.pipeline.usenet_port import (
    Duplicates,
    FinishedJob,
    JobState,
    Priority,
    UsenetFile,
    UsenetJob,
)

log = logging.getLogger(__name__)


class NewsEngine(Planning):
    """A UsenetEngine; all it must remember lies in `state`.

    Raises Refused at once when another engine works on the same state.
    """

    def __init__(self, state: Path, *, complete: Path, incomplete: Path, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        self._archive = Archive(state)
        self._complete, self._incomplete = complete, incomplete
        self._history: dict[str, FinishedRecord] = {}
        self._adding = asyncio.Lock()
        self._is_closed = False

    async def open(self) -> None:
        """Start working, with the jobs of last time."""
        for folder in (self._complete, self._incomplete):
            folder.mkdir(parents=True, exist_ok=True)
        rules = self._archive.rules()
        roster = Roster(self.settings.penalties)
        roster.restore(rules.slots, rules.usage)
        roster.put(rules.servers, self.settings.clock())
        self._history = {finished.job.id: finished for finished in self._archive.history()}
        self._ending = Ending(self._complete, self.settings.wishes, self.category, self._put_down)
        self._queue = Queue(
            self._archive,
            roster,
            rules,
            incomplete=self._incomplete,
            settings=self.settings,
            ended=self._end,
            ticked=self.weigh,
        )
        self._queue.open()
        for seat in self._queue.ordered():
            if seat.record.phase is not Phase.FETCH:
                seat.stage = JobState.CHECKING
                self._queue.spawn(self._end(seat, ""))
        self._queue.spawn(self.keep_the_clock())
        if self.settings.watched:
            self._queue.spawn(watch(self, self.settings.watched, self.settings.watch_seconds))

    async def close(self) -> None:
        """Stop working; all progress is kept."""
        if self._is_closed:
            return
        self._is_closed = True
        self._queue.put_rules(self._queue.rules)
        await self._queue.close()
        self._archive.close()

    def release_waiters(self) -> None:
        """Let everybody who waits for a change go, before closing."""
        self._queue.tell()

    async def _end(self, seat: Seat, why: str) -> None:
        await self._ending.end(self._queue, seat, why)

    def _put_down(self, finished: FinishedRecord) -> None:
        self._archive.finish(finished, keep=finished.job.can_retry)
        self._history[finished.job.id] = finished

    # coming and going

    async def add(
        self, nzb: bytes, *, name: str = "", category: str = "*", priority: Priority | None = None, password: str = ""
    ) -> str:
        """Begin a job; it is on disk by then."""
        source = await asyncio.to_thread(unpacked, nzb)
        plan = await asyncio.to_thread(read_plan, source)
        async with self._adding:
            queued, done = [seat.record for seat in self._queue.seats.values()], self._history.values()
            position = 1 + max((other.position for other in queued), default=0)
            record = await asyncio.to_thread(
                new_record,
                plan,
                name=name,
                category=self.category(category),
                priority=priority,
                password=password,
                position=position,
            )
            verdict, why = seen_before(record, queued, done, self.preferences())
            record = admitted(record, verdict, why)
            record = replace(record, folder=self._new_folder(record).name)
            await asyncio.to_thread(self._archive.add, record, source)
            if verdict is Duplicates.FAIL:
                self._put_down(failed_at_once(record, why))
            else:
                self._queue.seats[record.id] = Seat(record)
        log.info("%s is queued", record.name)
        self._queue.arrange()
        return record.id

    def _new_folder(self, record: JobRecord) -> Path:
        folder = free_place(self._incomplete, safe_folder(record.name))
        folder.mkdir(parents=True)
        return folder

    async def remove(self, id: str, *, delete_files: bool) -> None:
        """Forget a job of the queue or the history."""
        if id in self._history:
            finished = self._history.pop(id)
            folder = finished.job.storage
        else:
            folder = await self._leave(self._queue.seat(id))
        self._archive.forget(id)
        if delete_files and folder and self._is_ours(folder):
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
        self._queue.arrange()

    async def _leave(self, seat: Seat) -> Path:
        seat.is_leaving = True
        self._queue.seats.pop(seat.record.id, None)
        await self._queue.close_live(seat)
        return self._incomplete / seat.record.folder

    def _is_ours(self, folder: Path) -> bool:
        """Whether it is a job's own folder and not one that holds many."""
        whole = folder.resolve()
        roots = {self._complete.resolve(), self._incomplete.resolve()}
        roots |= {(self._complete / one.folder.rstrip("*")).resolve() for one in self.categories()}
        return whole not in roots and any(whole.is_relative_to(root) for root in roots)

    async def retry(self, id: str, nzb: bytes | None = None, *, password: str = "") -> str:
        """Try a failed job again: what is there stays, what no server had is asked for again."""
        finished = self._history.get(id)
        if finished is None:
            raise NotFound(f"there is no job {id} in the history")
        if not finished.job.can_retry:
            raise Refused(f"{finished.job.name} is complete: there is nothing to try again")
        record = replace(finished.record, phase=Phase.FETCH, checked=False, paused=False)
        record = with_password(record, password or record.password)
        if nzb is not None:
            await self._new_source(record, nzb)
        del self._history[id]
        self._archive.bring_back(record)
        await asyncio.to_thread(self._archive.forget_failures, id)
        self._queue.seats[id] = Seat(record)
        self._queue.arrange()
        return id

    async def _new_source(self, record: JobRecord, nzb: bytes) -> None:
        """Another NZB of the same: its articles take the place of those of the first."""
        source = await asyncio.to_thread(unpacked, nzb)
        if (await asyncio.to_thread(read_plan, source)).fingerprint() != record.fingerprint:
            self._archive.journal(record.id).unlink(missing_ok=True)
        await asyncio.to_thread(self._archive.add, record, source)

    # looking

    def queue(self) -> Sequence[UsenetJob]:
        """All jobs that are not finished, in order."""
        rules, now = self._queue.rules, time.time()
        return [
            seat.job(
                all_paused=rules.paused,
                now=now,
                propagation=self._queue.propagation,
                trouble=self._queue.why_waits(seat),
            )
            for seat in self._queue.ordered()
        ]

    def history(self) -> Sequence[FinishedJob]:
        """All finished jobs, the newest first."""
        return sorted((one.job for one in self._history.values()), key=lambda job: job.completed, reverse=True)

    def files(self, id: str) -> Sequence[UsenetFile]:
        """The files of one job; none while it is not its turn."""
        return self._queue.seat(id).files()

    async def changed(self, seen: int) -> int:
        """Returns when queue or history changed after the revision `seen`: the new revision."""
        return await self._queue.changed(seen)

    # changing jobs

    async def change(
        self,
        id: str,
        *,
        name: str | None = None,
        category: str | None = None,
        priority: Priority | None = None,
        position: int | None = None,
        password: str | None = None,
    ) -> None:
        """Change a job of the queue; a new category brings its priority along unless one is given."""
        seat = self._queue.seat(id)
        record = seat.record
        if category is not None:
            if not any(one.name == category for one in self.categories()):
                raise NotFound(f"there is no category '{category}'")
            record = replace(record, category=category)
        if priority is not None:
            waits = priority in WAITING
            record = replace(record, paused=waits, priority=record.priority if waits else priority)
        record = replace(record, name=name or record.name)
        if password is not None:
            record = with_password(record, password)
        self._queue.put(seat, record)
        if position is not None:
            self._move_to(seat, position)

    def _move_to(self, seat: Seat, position: int) -> None:
        """Change its place among all; the priorities still come first."""
        others = [one for one in self._queue.ordered() if one is not seat]
        others.insert(max(0, position), seat)
        for at, one in enumerate(others):
            if one.record.position != at:
                self._queue.put(one, replace(one.record, position=at))
