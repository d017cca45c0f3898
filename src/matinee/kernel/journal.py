"""The journal of journeys: what is written down of each step, so that it need not be done twice."""

from dataclasses import dataclass
from datetime import datetime
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
    func,
    select,
    update,
)

from matinee.kernel.database import Moment, Transaction, metadata
from matinee.kernel.errors import NotFound
from matinee.kernel.events import Event

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
    tale: str


def read_journey(db: Connection, journey_id: int) -> JourneyRecord:
    """One journey with its steps; NotFound when there is none."""
    row = db.execute(select(journeys).where(journeys.c.id == journey_id)).one_or_none()
    if row is None:
        raise NotFound(f"there is no journey {journey_id}")
    return _with_steps(db, [row])[0]


def journeys_of(db: Connection, tale: str, subjects: list[int], *, last: int | None = None) -> list[JourneyRecord]:
    """All journeys of a tale for these subjects, oldest first, with their steps or the `last` so many of each."""
    query = select(journeys).where(journeys.c.tale == tale, journeys.c.subject.in_(subjects)).order_by(journeys.c.id)
    return _with_steps(db, list(db.execute(query)), last)


def unfinished(db: Connection) -> list[JourneyRecord]:
    """All journeys under way, without their steps."""
    query = select(journeys).where(journeys.c.state.in_([State.RUNNING, State.WAITING])).order_by(journeys.c.id)
    return [_journey(row, ()) for row in db.execute(query)]


def _with_steps(db: Connection, rows: list[Any], last: int | None = None) -> list[JourneyRecord]:
    told: dict[int, list[StepRecord]] = {row.id: [] for row in rows}
    query = select(steps).where(steps.c.journey_id.in_(list(told))).order_by(steps.c.journey_id, steps.c.seq)
    if last is not None:
        later = steps.alias()
        newest = select(func.max(later.c.seq)).where(later.c.journey_id == steps.c.journey_id).scalar_subquery()
        query = query.where(steps.c.seq > newest - last)
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


def mark(
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


def rouse(tx: Transaction, journey_id: int, moment: datetime) -> None:
    """Let a sleeping step be due now, and a failed last step be as if never tried."""
    record = read_journey(tx.connection, journey_id)
    if record.state in (State.DONE, State.CANCELLED, State.RUNNING):
        return
    mine = steps.c.journey_id == journey_id
    tx.execute(update(steps).where(mine, steps.c.state == State.WAITING).values(wake_at=moment))
    if record.state is State.FAILED:
        tx.execute(delete(steps).where(mine, steps.c.state == State.FAILED, steps.c.seq == len(record.steps)))
    mark(tx, journey_id, moment, state=State.RUNNING, text="")
    tx.publish(JourneyMoved(journey_id, record.subject, record.tale))


def cancel(tx: Transaction, journey_id: int, moment: datetime) -> None:
    """End a journey for good; a finished one stays finished."""
    record = read_journey(tx.connection, journey_id)
    if record.state not in (State.DONE, State.CANCELLED):
        mark(tx, journey_id, moment, state=State.CANCELLED, text="Cancelled.")
        tx.publish(JourneyMoved(journey_id, record.subject, record.tale))


def forget_steps(tx: Transaction, journey_id: int, moment: datetime) -> None:
    """Let a journey begin at its beginning."""
    tx.execute(delete(steps).where(steps.c.journey_id == journey_id))
    mark(tx, journey_id, moment, state=State.RUNNING, text="")
