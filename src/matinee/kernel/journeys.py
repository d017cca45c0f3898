"""A journey is a long errand in steps; each is written down as it ends, so that pulling the plug loses nothing.

A tale is an async function that calls `journey.step(name, work)` one step after the other. When it is run
again after a crash, finished steps give back their recorded results instead of doing their work again, and
the tale goes on where it was. A step's record and its effects (`step.on_commit`) are one transaction. Work
may be cut off before that, so it must be harmless when done twice.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    delete,
    insert,
    select,
    update,
)

from matinee.kernel.clock import Clock, now
from matinee.kernel.database import Database, Moment, Transaction, metadata
from matinee.kernel.errors import MatineeError, NotFound, Refused, Unreachable
from matinee.kernel.events import Event

log = logging.getLogger(__name__)

journeys = Table(
    "journeys",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("tale", String(40), nullable=False),
    Column("subject", Integer, nullable=False),
    Column("state", String(12), nullable=False),
    Column("text", Text, nullable=False, default=""),
    Column("wake_at", Moment),
    Column("started", Moment, nullable=False),
    Column("changed", Moment, nullable=False),
    Index(None, "tale", "subject"),
    Index(None, "state"),
)

steps = Table(
    "journey_steps",
    metadata,
    Column("journey_id", ForeignKey("journeys.id", ondelete="CASCADE"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("name", String(40), nullable=False),
    Column("state", String(12), nullable=False),
    Column("text", Text, nullable=False, default=""),
    Column("notes", JSON, nullable=False, default=list),
    Column("result", JSON),
    Column("attempts", Integer, nullable=False, default=0),
    Column("started", Moment, nullable=False),
    Column("ended", Moment),
    Column("wake_at", Moment),
)


class State(StrEnum):
    """Where a journey or one of its steps stands."""

    RUNNING = "running"
    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class StepRecord:
    """One step as it is written down; `result` is plain JSON."""

    seq: int
    name: str
    state: State
    text: str
    notes: tuple[str, ...]
    result: Any
    attempts: int
    started: datetime
    ended: datetime | None
    wake_at: datetime | None


@dataclass(frozen=True, slots=True)
class JourneyRecord:
    """One journey as it is written down, its steps in order."""

    id: int
    tale: str
    subject: int
    state: State
    text: str
    wake_at: datetime | None
    started: datetime
    changed: datetime
    steps: tuple[StepRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class JourneyStarted(Event):
    """A journey was written down and may set off."""

    journey_id: int


@dataclass(frozen=True, slots=True)
class JourneyMoved(Event):
    """A step began, ended or waits, or the whole journey changed its state."""

    journey_id: int
    subject: int


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
            result = await work(step)
            await self._write(lambda tx: self._finish(tx, seq, step, State.DONE, result))
        except Unreachable as error:
            await self._sleep_until(seq, step, self._clock() + self._backoff.after(step.attempt), str(error))
        except Refused as error:
            step.text, step.changes = str(error), []
            await self._write(lambda tx: self._finish(tx, seq, step, State.FAILED, None))
            raise
        return result

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
            else:
                tx.execute(update(steps).where(self._is(seq)).values(**values))
            self._mark(tx, State.RUNNING, "")

        await self._write(change)

    def _finish(self, tx: Transaction, seq: int, step: Step, state: State, result: Any) -> None:
        """Write the end of a step down with its effects; only the latest attempt may."""
        mine = self._is(seq) & (steps.c.attempts == step.attempt) & steps.c.state.in_((State.RUNNING, State.WAITING))
        values = {"state": state, "text": step.text, "notes": step.notes, "result": result}
        if not tx.execute(update(steps).where(mine).values(**values, ended=self._clock(), wake_at=None)).rowcount:
            raise _Overtaken(f"step {seq} ({step.name})")
        for change in step.changes:
            change(tx)
        self._mark(tx, State.RUNNING, step.text)

    async def _sleep_until(self, seq: int, step: Step, moment: datetime, text: str) -> None:
        """Write down why and until when, and leave the tale."""

        def change(tx: Transaction) -> None:
            values = {"state": State.WAITING, "text": text, "notes": step.notes, "wake_at": moment}
            known = tx.execute(update(steps).where(self._is(seq)).values(**values)).rowcount
            if not known:
                fresh = {"journey_id": self.id, "seq": seq, "name": step.name, "started": self._clock(), "attempts": 1}
                tx.execute(insert(steps).values(**fresh, **values))
            self._mark(tx, State.WAITING, text, moment)

        await self._write(change)
        raise _Asleep

    def _mark(self, tx: Transaction, state: State, text: str, wake_at: datetime | None = None) -> None:
        _mark(tx, self.id, self._clock(), state=state, text=text, wake_at=wake_at)
        tx.publish(JourneyMoved(self.id, self.subject))

    def _is(self, seq: int) -> Any:
        return (steps.c.journey_id == self.id) & (steps.c.seq == seq)

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
        tx.publish(JourneyStarted(journey_id), JourneyMoved(journey_id, subject))
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
        await self._database.write(lambda tx: _rouse(tx, journey_id, self._clock()))
        self._set_off(journey_id)

    async def cancel(self, journey_id: int) -> None:
        """End a journey for good, wherever it is; a finished one stays finished."""
        self._ending.add(journey_id)
        try:
            await self._stop(journey_id)
            await self._database.write(lambda tx: _cancel(tx, journey_id, self._clock()))
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
                await self._database.write(lambda tx: _rouse(tx, journey_id, self._clock()))
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
            await self._database.write(lambda tx: _forget_steps(tx, record.id, self._clock()))
            self._again.add(record.id)
        except _Overtaken as other:
            log.warning("journey %d is told by somebody else: %s", record.id, other)
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
            _mark(tx, record.id, self._clock(), state=state, text=text)
            tx.publish(JourneyMoved(record.id, record.subject))

        await self._database.write(change)


def read_journey(db: Connection, journey_id: int) -> JourneyRecord:
    """One journey with its steps; NotFound when there is none."""
    row = db.execute(select(journeys).where(journeys.c.id == journey_id)).one_or_none()
    if row is None:
        raise NotFound(f"there is no journey {journey_id}")
    return _with_steps(db, [row])[0]


def journeys_of(db: Connection, tale: str, subjects: list[int]) -> list[JourneyRecord]:
    """All journeys of a tale for these subjects, oldest first, with their steps."""
    query = select(journeys).where(journeys.c.tale == tale, journeys.c.subject.in_(subjects)).order_by(journeys.c.id)
    return _with_steps(db, list(db.execute(query)))


def unfinished(db: Connection) -> list[JourneyRecord]:
    """All journeys under way, without their steps."""
    query = select(journeys).where(journeys.c.state.in_([State.RUNNING, State.WAITING])).order_by(journeys.c.id)
    return [_journey(row, ()) for row in db.execute(query)]


def _with_steps(db: Connection, rows: list[Any]) -> list[JourneyRecord]:
    told: dict[int, list[StepRecord]] = {row.id: [] for row in rows}
    query = select(steps).where(steps.c.journey_id.in_(list(told))).order_by(steps.c.journey_id, steps.c.seq)
    for row in db.execute(query):
        told[row.journey_id].append(_step(row))
    return [_journey(row, tuple(told[row.id])) for row in rows]


def _journey(row: Any, told: tuple[StepRecord, ...]) -> JourneyRecord:
    state = State(row.state)
    return JourneyRecord(row.id, row.tale, row.subject, state, row.text, row.wake_at, row.started, row.changed, told)


def _step(row: Any) -> StepRecord:
    return StepRecord(
        row.seq,
        row.name,
        State(row.state),
        row.text,
        tuple(row.notes),
        row.result,
        row.attempts,
        row.started,
        row.ended,
        row.wake_at,
    )


def _mark(
    tx: Transaction,
    journey_id: int,
    moment: datetime,
    *,
    state: State,
    text: str | None = None,
    wake_at: datetime | None = None,
) -> None:
    """Write the state of a whole journey; without a text the last one stays."""
    values: dict[str, Any] = {"state": state, "wake_at": wake_at, "changed": moment}
    if text is not None:
        values["text"] = text
    tx.execute(update(journeys).where(journeys.c.id == journey_id).values(**values))


def _rouse(tx: Transaction, journey_id: int, moment: datetime) -> None:
    """Let a sleeping step be due now, and a failed last step be as if never tried."""
    record = read_journey(tx.connection, journey_id)
    if record.state in (State.DONE, State.CANCELLED, State.RUNNING):
        return
    mine = steps.c.journey_id == journey_id
    tx.execute(update(steps).where(mine, steps.c.state == State.WAITING).values(wake_at=moment))
    if record.state is State.FAILED:
        tx.execute(delete(steps).where(mine, steps.c.state == State.FAILED, steps.c.seq == len(record.steps)))
    _mark(tx, journey_id, moment, state=State.RUNNING, text="")
    tx.publish(JourneyMoved(journey_id, record.subject))


def _cancel(tx: Transaction, journey_id: int, moment: datetime) -> None:
    record = read_journey(tx.connection, journey_id)
    if record.state not in (State.DONE, State.CANCELLED):
        _mark(tx, journey_id, moment, state=State.CANCELLED, text="Cancelled.")
        tx.publish(JourneyMoved(journey_id, record.subject))


def _forget_steps(tx: Transaction, journey_id: int, moment: datetime) -> None:
    tx.execute(delete(steps).where(steps.c.journey_id == journey_id))
    _mark(tx, journey_id, moment, state=State.RUNNING, text="")
