"""Picks are releases that somebody chose by hand: who, when, against which reasons, and why."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Connection, ForeignKey, Integer, Table, Text, select, update

from matinee.kernel.auth import users
from matinee.kernel.database import Moment, Transaction, metadata

picks = Table(
    "picks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("want_id", ForeignKey("wants.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("release_id", ForeignKey("releases.id", ondelete="CASCADE"), nullable=False),
    Column("user_id", ForeignKey(users.c.id), nullable=False),
    Column("why", Text, nullable=False),
    Column("against", JSON, nullable=False),
    Column("picked", Moment, nullable=False),
    Column("settled", Moment),
)


@dataclass(frozen=True, slots=True)
class Pick:
    """A release picked for a want; `settled` when it was handed over, or turned out to be impossible."""

    id: int
    want_id: int
    release_id: int
    user_id: int
    why: str
    against: tuple[str, ...]
    picked: datetime
    settled: datetime | None


def add_pick(
    tx: Transaction,
    want_id: int,
    release_id: int,
    user_id: int,
    *,
    why: str,
    against: tuple[str, ...],
    moment: datetime,
) -> int:
    """Write a pick down; an earlier one of the same want that still waits is settled by it. Returns its id."""
    settle_picks(tx, want_id, moment)
    return tx.insert(
        picks,
        want_id=want_id,
        release_id=release_id,
        user_id=user_id,
        why=why,
        against=list(against),
        picked=moment,
    )


def open_pick(db: Connection, want_id: int) -> Pick | None:
    """The pick of a want that waits to be grabbed."""
    query = select(picks).where(picks.c.want_id == want_id, picks.c.settled.is_(None)).order_by(picks.c.id.desc())
    row = db.execute(query).first()
    return _pick(row) if row else None


def picks_of(db: Connection, want_id: int) -> list[Pick]:
    """All picks of a want, newest first."""
    query = select(picks).where(picks.c.want_id == want_id).order_by(picks.c.id.desc())
    return [_pick(row) for row in db.execute(query)]


def was_picked(db: Connection, want_id: int, release_id: int) -> bool:
    """Whether somebody chose this release by hand for the want."""
    mine = select(picks.c.id).where(picks.c.want_id == want_id, picks.c.release_id == release_id)
    return db.execute(mine).first() is not None


def settle_picks(tx: Transaction, want_id: int, moment: datetime) -> None:
    """Nothing waits to be grabbed by hand any more."""
    tx.execute(update(picks).where(picks.c.want_id == want_id, picks.c.settled.is_(None)).values(settled=moment))


def _pick(row: Any) -> Pick:
    return Pick(
        id=row.id,
        want_id=row.want_id,
        release_id=row.release_id,
        user_id=row.user_id,
        why=row.why,
        against=tuple(row.against),
        picked=row.picked,
        settled=row.settled,
    )
