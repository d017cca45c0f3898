"""Grabs and the downloads they started: who fetches what, for which want."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Connection,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    delete,
    select,
    update,
)

from matinee.kernel.database import Moment, Transaction, metadata
from matinee.kernel.journal import State, journeys, steps
from matinee.media.seeding import SeedingGoal, stricter
from matinee.store.requests import requests, wants

downloads = Table(
    "downloads",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("client", String(120), nullable=False),
    Column("client_id", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("added", Moment, nullable=False),
    Column("completed", Moment),
    Column("removed", Moment),
    Column("failure", Text),
    Column("goal", JSON(none_as_null=True)),
    UniqueConstraint("client", "client_id"),
)

grabs = Table(
    "grabs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("want_id", ForeignKey("wants.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("release_id", ForeignKey("releases.id", ondelete="CASCADE"), nullable=False),
    Column("download_id", ForeignKey("downloads.id"), nullable=False, index=True),
    Column("grabbed", Moment, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Download:
    """A download of some client; `client_id` is the client's own name for it (an infohash).

    `goal` is what it must give back before it may be removed.
    """

    id: int
    client: str
    client_id: str
    name: str
    size: int
    added: datetime
    completed: datetime | None
    removed: datetime | None
    failure: str | None
    goal: SeedingGoal | None = None


@dataclass(frozen=True, slots=True)
class Owner:
    """Which want and request a download works for."""

    want_id: int
    release_id: int


def add_grab(
    tx: Transaction,
    *,
    want_id: int,
    release_id: int,
    client: str,
    client_id: str,
    name: str,
    size: int,
    moment: datetime,
    goal: SeedingGoal | None = None,
) -> int:
    """Write down that a release was handed to a client; the same download twice is one. Returns its id.

    A want has one grab of a download, however often it is written down; the latest release counts. Of two seeding
    goals for one download the stricter holds.
    """
    query = select(downloads).where(downloads.c.client == client, downloads.c.client_id == client_id)
    known = tx.execute(query).one_or_none()
    if known is None:
        values = {"client": client, "client_id": client_id, "name": name, "size": size, "added": moment}
        download_id = tx.insert(downloads, goal=_kept_goal(goal), **values)
    else:
        download_id, before = int(known.id), _download(known)
        held = goal if before.removed else stricter(before.goal, goal)
        fresh = {"removed": None, "failure": None, "goal": _kept_goal(held)}
        tx.execute(update(downloads).where(downloads.c.id == download_id).values(**fresh))
    mine = update(grabs).where(grabs.c.want_id == want_id, grabs.c.download_id == download_id)
    if not tx.execute(mine.values(release_id=release_id)).rowcount:
        tx.insert(grabs, want_id=want_id, release_id=release_id, download_id=download_id, grabbed=moment)
    return download_id


def download_by_id(db: Connection, download_id: int) -> Download:
    """The download with this id, which must be there."""
    return _download(db.execute(select(downloads).where(downloads.c.id == download_id)).one())


def downloads_named(db: Connection, client_ids: Iterable[str]) -> dict[tuple[str, str], Download]:
    """The downloads with these ids of their clients, by client and id."""
    query = select(downloads).where(downloads.c.client_id.in_(list(client_ids)))
    return {(row.client, row.client_id): _download(row) for row in db.execute(query)}


def downloads_of_wants(db: Connection, want_ids: Iterable[int]) -> list[tuple[int, Download]]:
    """The downloads these wants have started, oldest first, each with its want."""
    query = (
        select(grabs.c.want_id, *downloads.c)
        .join(downloads, downloads.c.id == grabs.c.download_id)
        .where(grabs.c.want_id.in_(list(want_ids)))
        .order_by(grabs.c.id)
    )
    return [(row.want_id, _download(row)) for row in db.execute(query)]


def owners(db: Connection, client_ids: Iterable[str]) -> dict[str, Owner]:
    """Whom these downloads work for, by the clients' own ids; the latest grab speaks."""
    query = (
        select(downloads.c.client_id, grabs.c.want_id, grabs.c.release_id)
        .join(grabs, grabs.c.download_id == downloads.c.id)
        .where(downloads.c.client_id.in_(list(client_ids)))
        .order_by(grabs.c.id)
    )
    return {row.client_id: Owner(row.want_id, row.release_id) for row in db.execute(query)}


def used_by_others(db: Connection, download_id: int, want_ids: Iterable[int]) -> bool:
    """Whether a want that stands, and is none of these, works with the same download."""
    query = (
        select(grabs.c.id)
        .join(wants, wants.c.id == grabs.c.want_id)
        .where(grabs.c.download_id == download_id, grabs.c.want_id.not_in(list(want_ids)), wants.c.key.is_not(None))
    )
    return db.execute(query.limit(1)).scalar() is not None


def drop_grab(tx: Transaction, want_id: int, download_id: int) -> None:
    """The want has nothing to do with the download any more."""
    tx.execute(delete(grabs).where(grabs.c.want_id == want_id, grabs.c.download_id == download_id))


def mark_completed(tx: Transaction, download_id: int, moment: datetime) -> None:
    """All of it has arrived."""
    tx.execute(update(downloads).where(downloads.c.id == download_id).values(completed=moment))


def mark_removed(tx: Transaction, download_id: int, moment: datetime, failure: str | None = None) -> None:
    """The client has forgotten it, maybe for a reason."""
    tx.execute(update(downloads).where(downloads.c.id == download_id).values(removed=moment, failure=failure))


def is_wanted(db: Connection, download_id: int) -> bool:
    """Whether any want that stands works with this download."""
    query = (
        select(grabs.c.id)
        .join(wants, wants.c.id == grabs.c.want_id)
        .where(grabs.c.download_id == download_id, wants.c.key.is_not(None))
    )
    return db.execute(query.limit(1)).scalar() is not None


def is_under_way(db: Connection, download_id: int, tale: str) -> bool:
    """Whether a journey that works with this download for a want that stands has not come to its step `ready` yet."""
    ready = select(steps.c.seq).where(steps.c.journey_id == journeys.c.id, steps.c.name == "ready")
    query = (
        select(grabs.c.id)
        .join(wants, wants.c.id == grabs.c.want_id)
        .join(journeys, journeys.c.subject == wants.c.id)
        .where(
            grabs.c.download_id == download_id,
            wants.c.key.is_not(None),
            journeys.c.tale == tale,
            journeys.c.state.in_((State.RUNNING, State.WAITING)),
            ~ready.exists(),
        )
    )
    return db.execute(query.limit(1)).scalar() is not None


def wants_of_download(db: Connection, download_id: int) -> list[int]:
    """The wants that were grabbed with a download."""
    query = select(grabs.c.want_id).where(grabs.c.download_id == download_id).distinct().order_by(grabs.c.want_id)
    return list(db.execute(query).scalars())


def titles_of(db: Connection, download_id: int) -> list[tuple[int, int | None]]:
    """The titles and episodes that were grabbed with a download."""
    query = (
        select(requests.c.title_id, wants.c.episode_id)
        .join(wants, wants.c.request_id == requests.c.id)
        .join(grabs, grabs.c.want_id == wants.c.id)
        .where(grabs.c.download_id == download_id)
        .distinct()
    )
    return [(row.title_id, row.episode_id) for row in db.execute(query)]


def _download(row: Any) -> Download:
    named = {column.name: getattr(row, column.name) for column in downloads.columns}
    return Download(**named | {"goal": SeedingGoal(**row.goal) if row.goal else None})


def _kept_goal(goal: SeedingGoal | None) -> dict[str, Any] | None:
    return asdict(goal) if goal else None
