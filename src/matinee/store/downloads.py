"""Grabs and the downloads they started: who fetches what, for which want."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
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
from matinee.store.requests import wants

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
    """A download of some client; `client_id` is the client's own name for it (an infohash)."""

    id: int
    client: str
    client_id: str
    name: str
    size: int
    added: datetime
    completed: datetime | None
    removed: datetime | None
    failure: str | None


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
) -> int:
    """Write down that a release was handed to a client; the same download twice is one. Returns its id.

    A want has one grab of a download, however often it is written down; the latest release counts.
    """
    query = select(downloads.c.id).where(downloads.c.client == client, downloads.c.client_id == client_id)
    known = tx.execute(query).scalar()
    if known is None:
        values = {"client": client, "client_id": client_id, "name": name, "size": size, "added": moment}
        download_id = tx.insert(downloads, **values)
    else:
        download_id = int(known)
        tx.execute(update(downloads).where(downloads.c.id == download_id).values(removed=None, failure=None))
    mine = update(grabs).where(grabs.c.want_id == want_id, grabs.c.download_id == download_id)
    if not tx.execute(mine.values(release_id=release_id)).rowcount:
        tx.insert(grabs, want_id=want_id, release_id=release_id, download_id=download_id, grabbed=moment)
    return download_id


def download_by_id(db: Connection, download_id: int) -> Download:
    """The download with this id, which must be there."""
    return Download(*db.execute(select(downloads).where(downloads.c.id == download_id)).one())


def downloads_of_wants(db: Connection, want_ids: Iterable[int]) -> list[tuple[int, Download]]:
    """The downloads these wants have started, oldest first, each with its want."""
    query = (
        select(grabs.c.want_id, *downloads.c)
        .join(downloads, downloads.c.id == grabs.c.download_id)
        .where(grabs.c.want_id.in_(list(want_ids)))
        .order_by(grabs.c.id)
    )
    return [(row[0], Download(*row[1:])) for row in db.execute(query)]


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
