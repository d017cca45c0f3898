"""A journey is a long errand in steps; each is written down as it ends, so that pulling the plug loses nothing.

A tale is an async function that calls `journey.step(name, work)` one step after the other. When it is run
again after a crash, finished steps give back their recorded results instead of doing their work again, and
the tale goes on where it was. A step's record and its effects (`step.on_commit`) are one transaction. Work
may be cut off before that, so it must be harmless when done twice.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from matinee.kernel.clock import Clock, now
from matinee.kernel.database import Database, Transaction
from matinee.kernel.errors import MatineeError, NotFound, Refused, Unreachable
from matinee.kernel.journal import (
    JourneyMoved,
    JourneyRecord,
    JourneyStarted,
    State,
    StepRecord,
    cancel,
    forget_steps,
    journeys,
    mark,
    read_journey,
    rouse,
    steps,
    unfinished,
)

log = logging.getLogger(__name__)


@dataclass
class Step:
    """A step while it is worked on: what it tells, and what shall be written together with its end."""

    seq: int
    name: str
    attempt: int
    text: str = ""
    notes: list[str] = field(default_factory=list)
    changes: list[Callable[[Transaction], None]] = field(default_factory=list)

    def tell(self, text: str) -> None:
        """The sentence that stands in the timeline for this step."""
        self.text = text

    def note(self, text: str) -> None:
        """One more line below that sentence."""
        self.notes.append(text)

    def on_commit(self, change: Callable[[Transaction], None]) -> None:
        """Do this to the memory in the same transaction that records the step as done."""
        self.changes.append(change)


Work = Callable[[Step], Awaitable[Any]]
Tale = Callable[["Journey"], Awaitable[None]]


class _Asleep(Exception):
    """The journey has nothing to do until its wake-up time."""


class _StoryChanged(Exception):
    """The recorded steps are those of an older tale."""


class _Overtaken(Exception):
    """Somebody else has begun or ended this step meanwhile: the record is theirs."""

    def __init__(self, seq: int, step: Step) -> None:
        super().__init__(f"step {seq} ({step.name})")
        self.attempt = step.attempt


@dataclass(frozen=True)
class Backoff:
    """How long to wait before trying again: doubling from first to longest."""

    first: timedelta = timedelta(seconds=5)
    longest: timedelta = timedelta(hours=1)

    def after(self, attempts: int) -> timedelta:
        """The pause after so many failed attempts (1 or more)."""
        return min(self.first * float(2 ** min(attempts - 1, 20)), self.longest)


class Journey:
    """One telling of a tale: hands out steps, from the record as long as there is one."""

    def __init__(self, record: JourneyRecord, database: Database, clock: Clock, backoff: Backoff) -> None:
        self.id = record.id
        self.subject = record.subject
        self.tale = record.tale
        self._records = {step.seq: step for step in record.steps}
        self._database = database
        self._clock = clock
        self._backoff = backoff
        self._seq = 0

    async def step(self, name: str, work: Work) -> Any:
        """Do the work once and for all; its result must be plain JSON.

        Unreachable puts the journey to sleep and tries the same step later. Refused is recorded and
        raised, also in every later telling.
        """
        seq, record = self._turn_page(name)
        if record and record.state is State.DONE:
            return record.result
        if record and record.state is State.FAILED:
            raise Refused(record.text)
        step = Step(seq, name, record.attempts + 1 if record else 1)
        await self._begin(seq, step)
        try:
            result = await self._work(seq, step, work)
            await self._write(lambda tx: self._finish(tx, seq, step, State.DONE, result))
        except Refused as error:
            step.text, step.changes = str(error), []
            await self._write(lambda tx: self._finish(tx, seq, step, State.FAILED, None))
            raise
        return result

    async def _work(self, seq: int, step: Step, work: Work) -> Any:
        """Only the work's own Unreachable is slept over: that of the memory says nothing about the work."""
        try:
            return await work(step)
        except Unreachable as error:
            await self._sleep_until(seq, step, self._clock() + self._backoff.after(step.attempt), str(error))

    async def rest(self, name: str, until: datetime, text: str) -> None:
        """Sleep until then, or until somebody wakes the journey; costs nothing meanwhile."""
        seq, record = self._turn_page(name)
        if record and record.state is State.DONE:
            return
        step = Step(seq, name, record.attempts if record else 1, text)
        if record is None or (record.wake_at and record.wake_at > self._clock()):
            await self._sleep_until(seq, step, record.wake_at if record and record.wake_at else until, text)
        await self._write(lambda tx: self._finish(tx, seq, step, State.DONE, None))

    def _turn_page(self, name: str) -> tuple[int, StepRecord | None]:
        self._seq += 1
        record = self._records.get(self._seq)
        if record and record.name != name:
            raise _StoryChanged(f"step {self._seq} was '{record.name}', is now '{name}'")
        return self._seq, record

    async def _begin(self, seq: int, step: Step) -> None:
        values = {"state": State.RUNNING, "attempts": step.attempt, "wake_at": None, "text": "", "notes": []}
        moment = self._clock()

        def change(tx: Transaction) -> None:
            if step.attempt == 1:
                tx.execute(insert(steps).values(journey_id=self.id, seq=seq, name=step.name, started=moment, **values))
            elif not tx.execute(update(steps).where(self._is_open(seq, step.attempt - 1)).values(**values)).rowcount:
                raise _Overtaken(seq, step)
            self._mark(tx, State.RUNNING, "")

        await self._write(change)

    def _finish(self, tx: Transaction, seq: int, step: Step, state: State, result: Any) -> None:
        """Write the end of a step down with its effects; only the latest attempt may."""
        values = {"state": state, "text": step.text, "notes": step.notes, "result": result}
        mine = update(steps).where(self._is_open(seq, step.attempt))
        if not tx.execute(mine.values(**values, ended=self._clock(), wake_at=None)).rowcount:
            raise _Overtaken(seq, step)
        for change in step.changes:
            change(tx)
        self._mark(tx, State.RUNNING, step.text)

    async def _sleep_until(self, seq: int, step: Step, moment: datetime, text: str) -> None:
        """Write down why and until when, and leave the tale; what has ended meanwhile stays ended."""

        def change(tx: Transaction) -> None:
            values = {"state": State.WAITING, "text": text, "notes": step.notes, "wake_at": moment}
            known = tx.execute(update(steps).where(self._is_open(seq, step.attempt)).values(**values)).rowcount
            if not known:
                if tx.execute(select(steps.c.seq).where(self._is(seq))).first():
                    raise _Overtaken(seq, step)
                fresh = {"journey_id": self.id, "seq": seq, "name": step.name, "started": self._clock(), "attempts": 1}
                tx.execute(insert(steps).values(**fresh, **values))
            self._mark(tx, State.WAITING, text, moment)

        await self._write(change)
        raise _Asleep

    def _mark(self, tx: Transaction, state: State, text: str, wake_at: datetime | None = None) -> None:
        mark(tx, self.id, self._clock(), state=state, text=text, wake_at=wake_at)
        tx.publish(JourneyMoved(self.id, self.subject, self.tale))

    def _is(self, seq: int) -> Any:
        return (steps.c.journey_id == self.id) & (steps.c.seq == seq)

    def _is_open(self, seq: int, attempt: int) -> Any:
        """Whether the step has not ended, and nobody has begun it once more since that attempt."""
        return self._is(seq) & (steps.c.attempts == attempt) & steps.c.state.in_((State.RUNNING, State.WAITING))

    async def _write(self, change: Callable[[Transaction], None]) -> None:
        await self._database.write(change)


class Journeys:
    """Sets journeys off, wakes them, and takes them up again after the lights went out."""

    def __init__(self, database: Database, *, clock: Clock = now, backoff: Backoff | None = None) -> None:
        self._database = database
        self._clock = clock
        self._backoff = backoff or Backoff()
        self._tales: dict[str, Tale] = {}
        self._running: dict[int, asyncio.Task[None]] = {}
        self._timers: dict[int, asyncio.TimerHandle] = {}
        self._again: set[int] = set()
        self._woken: set[int] = set()
        self._ending: set[int] = set()
        self._open = False
        database.bus.listen(JourneyStarted, lambda event: self._set_off(event.journey_id))

    def tell(self, name: str, tale: Tale) -> None:
        """Make a tale known under its name."""
        self._tales[name] = tale

    def start(self, tx: Transaction, tale: str, subject: int) -> int:
        """Write a new journey down; it sets off as soon as the transaction is safe. Returns its id."""
        moment = self._clock()
        journey_id = tx.insert(
            journeys, tale=tale, subject=subject, state=State.RUNNING, text="", started=moment, changed=moment
        )
        tx.publish(JourneyStarted(journey_id), JourneyMoved(journey_id, subject, tale))
        return journey_id

    async def open(self) -> None:
        """Take up every journey that was under way."""
        self._open = True
        for record in await self._database.read(unfinished):
            if record.state is State.WAITING and record.wake_at:
                self._set_alarm(record.id, record.wake_at)
            else:
                self._set_off(record.id)

    async def close(self) -> None:
        """Stop telling; what is not finished is taken up next time."""
        self._open = False
        for timer in self._timers.values():
            timer.cancel()
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def wake(self, journey_id: int) -> None:
        """Go on now instead of later. A journey that failed tries its last step again."""
        if journey_id in self._running:
            self._woken.add(journey_id)  # should it fall asleep just now, it is roused once more
        await self._database.write(lambda tx: rouse(tx, journey_id, self._clock()))
        self._set_off(journey_id)

    async def settle(self, journey_ids: Iterable[int], seconds: float) -> None:
        """Give these a moment to come to an end or to rest."""
        tasks = [self._running[id] for id in journey_ids if id in self._running]
        if tasks:
            await asyncio.wait(tasks, timeout=seconds)

    async def cancel(self, journey_id: int, then: Callable[[Transaction], None] | None = None) -> None:
        """End a journey for good, wherever it is; a finished one stays finished. `then` is written with its end."""
        self._ending.add(journey_id)

        def change(tx: Transaction) -> None:
            cancel(tx, journey_id, self._clock())
            if then:
                then(tx)

        try:
            await self._stop(journey_id)
            await self._database.write(change)
        finally:
            self._ending.discard(journey_id)

    async def _stop(self, journey_id: int) -> None:
        """Break off the telling; nobody sets it off again while it is ending."""
        task = self._running.get(journey_id)
        if task:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        timer = self._timers.pop(journey_id, None)
        if timer:
            timer.cancel()

    def _set_off(self, journey_id: int) -> None:
        if not self._open or journey_id in self._ending:
            return
        if journey_id in self._running:
            self._again.add(journey_id)  # it may be just falling asleep: look once more when it has
            return
        timer = self._timers.pop(journey_id, None)
        if timer:
            timer.cancel()
        task = asyncio.get_running_loop().create_task(self._tell(journey_id), name=f"journey-{journey_id}")
        self._running[journey_id] = task
        task.add_done_callback(lambda _: self._arrive(journey_id))

    def _arrive(self, journey_id: int) -> None:
        del self._running[journey_id]
        if journey_id in self._again:
            self._again.discard(journey_id)
            self._set_off(journey_id)

    def _set_alarm(self, journey_id: int, moment: datetime) -> None:
        if not self._open:
            return
        seconds = max(0.0, (moment - self._clock()).total_seconds())
        loop = asyncio.get_running_loop()
        self._timers[journey_id] = loop.call_later(seconds, self._set_off, journey_id)

    async def _tell(self, journey_id: int) -> None:
        """Tell one journey until it is done, asleep or lost; never raises."""
        try:
            if journey_id in self._woken:
                self._woken.discard(journey_id)
                await self._database.write(lambda tx: rouse(tx, journey_id, self._clock()))
            record = await self._database.read(lambda db: read_journey(db, journey_id))
            if record.state in (State.RUNNING, State.WAITING):
                await self._tell_record(record)
        except Unreachable as error:
            log.warning("journey %d waits for the database: %s", journey_id, error)
            self._set_alarm(journey_id, self._clock() + self._backoff.first)
        except NotFound:
            log.warning("journey %d is no longer there", journey_id)
        except Exception:  # one journey's trouble must stay its own
            log.exception("journey %d stands still until the next start", journey_id)

    async def _tell_record(self, record: JourneyRecord) -> None:
        journey = Journey(record, self._database, self._clock, self._backoff)
        try:
            await self._tales[record.tale](journey)
        except _Asleep:
            await self._sleep(record.id)
        except _StoryChanged as change:
            log.warning("journey %d begins again: %s", record.id, change)
            await self._database.write(lambda tx: forget_steps(tx, record.id, self._clock()))
            self._again.add(record.id)
        except _Overtaken as other:
            log.warning("journey %d is told by somebody else: %s", record.id, other)
            self._set_alarm(record.id, self._clock() + self._backoff.after(other.attempt))  # should they fall silent
        except Unreachable:
            raise
        except MatineeError as error:
            await self._end(record, State.FAILED, str(error))
        except Exception as error:  # a fault of ours must not take the other journeys down
            log.exception("journey %d failed", record.id)
            await self._end(record, State.FAILED, f"A fault inside Matinee ({type(error).__name__}); see its log.")
        else:
            await self._end(record, State.DONE, None)

    async def _sleep(self, journey_id: int) -> None:
        record = await self._database.read(lambda db: read_journey(db, journey_id))
        if record.wake_at:
            self._set_alarm(journey_id, record.wake_at)

    async def _end(self, record: JourneyRecord, state: State, text: str | None) -> None:
        def change(tx: Transaction) -> None:
            mark(tx, record.id, self._clock(), state=state, text=text)
            tx.publish(JourneyMoved(record.id, record.subject, record.tale))

        await self._database.write(change)
