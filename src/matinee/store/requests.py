"""Requests are wishes of people; each holds one want for the movie, or one for every episode."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, ForeignKey, Integer, String, Table, select, update

from matinee.kernel.auth import users
from matinee.kernel.database import Moment, Transaction, metadata
from matinee.kernel.errors import NotFound
from matinee.store.titles import episodes, slots

requests = Table(
    "requests",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("title_id", ForeignKey("titles.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("slot_id", ForeignKey("slots.id", ondelete="CASCADE"), nullable=False),
    Column("user_id", ForeignKey(users.c.id), nullable=False, index=True),
    Column("asked", Moment, nullable=False),
    Column("cancelled", Moment),
)

wants = Table(
    "wants",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("request_id", ForeignKey("requests.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("slot_id", ForeignKey("slots.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("episode_id", ForeignKey("episodes.id", ondelete="CASCADE"), index=True),
    # One want at most for the same thing; a cancelled one gives its key up.
    Column("key", String(40), unique=True),
)


@dataclass(frozen=True, slots=True)
class Request:
    """A wish of somebody."""

    id: int
    title_id: int
    slot_id: int
    user_id: int
    asked: datetime
    cancelled: datetime | None


@dataclass(frozen=True, slots=True)
class Want:
    """One movie or one episode that a request wants in a slot."""

    id: int
    request_id: int
    slot_id: int
    episode_id: int | None


def add_request(tx: Transaction, title_id: int, slot_id: int, user_id: int, moment: datetime) -> int:
    """Write a wish down; returns its id."""
    return tx.insert(requests, title_id=title_id, slot_id=slot_id, user_id=user_id, asked=moment)


def add_want(tx: Transaction, request_id: int, slot_id: int, episode_id: int | None) -> int:
    """Write down what the wish wants; returns its id. Check `wanted_already` in the same transaction first."""
    return tx.insert(
        wants, request_id=request_id, slot_id=slot_id, episode_id=episode_id, key=want_key(slot_id, episode_id)
    )


def want_key(slot_id: int, episode_id: int | None) -> str:
    """What makes two wants the same want."""
    return f"{slot_id}:{episode_id or 'movie'}"


def wanted_already(db: Connection, slot_id: int, episode_ids: Iterable[int | None]) -> dict[int | None, Want]:
    """Which of these are wanted in the slot already."""
    keys = {want_key(slot_id, episode_id): episode_id for episode_id in episode_ids}
    rows = db.execute(select(wants).where(wants.c.key.in_(list(keys))))
    return {keys[row.key]: _want(row) for row in rows}


def cancel_request(tx: Transaction, request_id: int, moment: datetime) -> None:
    """The wish is taken back: its wants may be wished for again."""
    tx.execute(update(requests).where(requests.c.id == request_id).values(cancelled=moment))
    tx.execute(update(wants).where(wants.c.request_id == request_id).values(key=None))


def request_by_id(db: Connection, request_id: int) -> Request:
    """The request with this id; NotFound when there is none."""
    row = db.execute(select(requests).where(requests.c.id == request_id)).one_or_none()
    if row is None:
        raise NotFound(f"there is no request {request_id}")
    return Request(*row)


def latest_requests(db: Connection, *, user_id: int | None = None, limit: int = 200) -> list[Request]:
    """Wishes that stand, newest first; of one person when told."""
    query = select(requests).where(requests.c.cancelled.is_(None)).order_by(requests.c.id.desc()).limit(limit)
    if user_id is not None:
        query = query.where(requests.c.user_id == user_id)
    return [Request(*row) for row in db.execute(query)]


def requests_of_title(db: Connection, title_id: int) -> list[Request]:
    """Wishes for a title that stand, newest first."""
    query = select(requests).where(requests.c.title_id == title_id, requests.c.cancelled.is_(None))
    return [Request(*row) for row in db.execute(query.order_by(requests.c.id.desc()))]


def wants_of(db: Connection, request_ids: Iterable[int]) -> list[Want]:
    """What these requests want, in the order of seasons and episodes."""
    query = (
        select(wants)
        .join(episodes, episodes.c.id == wants.c.episode_id, isouter=True)
        .where(wants.c.request_id.in_(list(request_ids)))
        .order_by(episodes.c.season.nulls_first(), episodes.c.number, wants.c.id)
    )
    return [_want(row) for row in db.execute(query)]


def want_by_id(db: Connection, want_id: int) -> Want:
    """The want with this id; NotFound when there is none."""
    row = db.execute(select(wants).where(wants.c.id == want_id)).one_or_none()
    if row is None:
        raise NotFound(f"there is no want {want_id}")
    return _want(row)


def titles_requested(db: Connection, title_ids: Iterable[int]) -> set[int]:
    """Which of these titles somebody wishes for."""
    query = select(requests.c.title_id).where(requests.c.title_id.in_(list(title_ids)), requests.c.cancelled.is_(None))
    return set(db.execute(query).scalars())


def episodes_requested(db: Connection, title_id: int) -> dict[int, int]:
    """Which episodes of a series are wished for, and by which request: episode id to request id."""
    query = (
        select(wants.c.episode_id, wants.c.request_id)
        .join(slots, slots.c.id == wants.c.slot_id)
        .where(slots.c.title_id == title_id, wants.c.key.is_not(None), wants.c.episode_id.is_not(None))
    )
    return {row.episode_id: row.request_id for row in db.execute(query)}


def _want(row: Any) -> Want:
    return Want(row.id, row.request_id, row.slot_id, row.episode_id)
