"""History is what happened to a title, in plain words, for good."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, ForeignKey, Integer, String, Table, Text, select

from matinee.kernel.database import Moment, Transaction, metadata

history = Table(
    "history",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Moment, nullable=False, index=True),
    Column("what", String(20), nullable=False),
    Column("title_id", ForeignKey("titles.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("episode_id", ForeignKey("episodes.id", ondelete="CASCADE")),
    Column("text", Text, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of history; `what` is requested, grabbed, imported, refused or cancelled."""

    id: int
    at: datetime
    what: str
    title_id: int
    episode_id: int | None
    text: str


def remember(
    tx: Transaction, moment: datetime, what: str, title_id: int, *, episode_id: int | None = None, text: str
) -> None:
    """Write a line of history."""
    tx.insert(history, at=moment, what=what, title_id=title_id, episode_id=episode_id, text=text)


def history_of(db: Connection, title_id: int, limit: int = 100) -> list[Happening]:
    """What happened to a title, newest first."""
    query = select(history).where(history.c.title_id == title_id).order_by(history.c.id.desc()).limit(limit)
    return [Happening(*row) for row in db.execute(query)]
