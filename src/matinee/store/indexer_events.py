"""What was asked of which indexer, when, by whom and with what luck: the history that limits and figures count from."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Float,
    Index,
    Integer,
    Select,
    String,
    Table,
    Text,
    and_,
    case,
    delete,
    func,
    select,
    update,
)

from matinee.kernel.database import Moment, Transaction, metadata
from matinee.kernel.errors import NotFound

indexer_events = Table(
    "indexer_events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("indexer_id", Integer, nullable=False),  # no foreign key: the history outlives its indexer
    Column("indexer", String(100), nullable=False),
    Column("at", Moment, nullable=False, index=True),
    Column("kind", String(8), nullable=False),
    Column("ok", Boolean, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("results", Integer, nullable=False),
    Column("unique_finds", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("source", String(120), nullable=False),
    Column("reason", Text, nullable=False),
    Column("cached", Boolean, nullable=False),
    Column("details", JSON, nullable=False),
    Index(None, "indexer_id", "at"),
)

KINDS = ("query", "rss", "grab", "auth", "info")


@dataclass(frozen=True, slots=True)
class IndexerEvent:
    """One happening; `id` 0 is not kept yet.

    `kind` is query, rss, grab, auth or info; `text` says in words what was asked (of a grab the release's name),
    `source` which app asked. `unique` counts finds that no other indexer had, `cached` means that nobody was asked.
    `details` holds no secret: function, query and categories of a search, guid and infohash of a grab.
    """

    id: int = 0
    indexer_id: int = 0
    indexer: str = ""
    at: datetime | None = None
    kind: str = "query"
    ok: bool = True
    seconds: float = 0.0
    results: int = 0
    unique: int = 0
    text: str = ""
    source: str = ""
    reason: str = ""
    cached: bool = False
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class IndexerStatistics:
    """How one indexer did; times are averages in seconds over what really was asked of it."""

    indexer_id: int
    indexer: str
    queries: int = 0
    failed_queries: int = 0
    cached_queries: int = 0
    rss: int = 0
    failed_rss: int = 0
    grabs: int = 0
    failed_grabs: int = 0
    auths: int = 0
    failed_auths: int = 0
    seconds: float = 0.0
    grab_seconds: float = 0.0
    results: int = 0
    unique: int = 0


def add_event(tx: Transaction, event: IndexerEvent) -> int:
    """Write it down; `at` must be told. Returns its id."""
    return tx.insert(
        indexer_events,
        indexer_id=event.indexer_id,
        indexer=event.indexer[:100],
        at=event.at,
        kind=event.kind,
        ok=event.ok,
        seconds=event.seconds,
        results=event.results,
        unique_finds=event.unique,
        text=writable(event.text),
        source=writable(event.source)[:120],
        reason=writable(event.reason),
        cached=event.cached,
        details={name: writable(told) for name, told in event.details.items()},
    )


def writable(text: str) -> str:
    """The text as every database takes it: without NUL and halves of letters, which strangers do send."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def add_unique_finds(tx: Transaction, event_id: int, unique: int) -> None:
    """What only became known when the others had answered."""
    tx.execute(update(indexer_events).where(indexer_events.c.id == event_id).values(unique_finds=unique))


def events(
    db: Connection, *, indexer: int | None = None, kind: str | None = None, offset: int = 0, limit: int = 100
) -> list[IndexerEvent]:
    """The latest happenings, newest first; of one indexer, of one kind."""
    query = _of(select(indexer_events), indexer, kind).order_by(indexer_events.c.id.desc())
    return [_event(row) for row in db.execute(query.offset(offset).limit(limit))]


def count_events(db: Connection, *, indexer: int | None = None, kind: str | None = None) -> int:
    """How many there are in all, for a list with pages."""
    counted: int = db.execute(_of(select(func.count()).select_from(indexer_events), indexer, kind)).scalar_one()
    return counted


def event_by_id(db: Connection, event_id: int) -> IndexerEvent:
    """The event with this id; NotFound when it never was, or is too long ago."""
    row = db.execute(select(indexer_events).where(indexer_events.c.id == event_id)).one_or_none()
    if row is None:
        raise NotFound(f"there is no such event in the indexers' history: {event_id}")
    return _event(row)


def count_events_since(db: Connection, indexer_id: int, kinds: Collection[str], since: datetime) -> int:
    """How often an indexer really was asked since then."""
    return len(moments_since(db, indexer_id, kinds, since))


def moments_since(db: Connection, indexer_id: int, kinds: Collection[str], since: datetime) -> list[datetime]:
    """When an indexer really was asked since then, oldest first."""
    at = indexer_events.c.at
    asked = and_(indexer_events.c.indexer_id == indexer_id, at > since, indexer_events.c.cached.is_(False))
    query = select(at).where(asked, indexer_events.c.kind.in_(list(kinds))).order_by(at)
    return list(db.execute(query).scalars())


def prune_events(tx: Transaction, before: datetime) -> int:
    """Forget what is older; returns how many that were."""
    return tx.execute(delete(indexer_events).where(indexer_events.c.at < before)).rowcount


def statistics(db: Connection, since: datetime | None = None) -> list[IndexerStatistics]:
    """How each indexer did since then, those that are gone too, by their ids."""
    query = select(
        indexer_events.c.indexer_id,
        func.max(indexer_events.c.indexer).label("indexer"),
        _times("query").label("queries"),
        _times("query", ok=False).label("failed_queries"),
        _counted(and_(indexer_events.c.kind == "query", indexer_events.c.cached.is_(True))).label("cached_queries"),
        _times("rss").label("rss"),
        _times("rss", ok=False).label("failed_rss"),
        _times("grab").label("grabs"),
        _times("grab", ok=False).label("failed_grabs"),
        _times("auth").label("auths"),
        _times("auth", ok=False).label("failed_auths"),
        _average("query", "rss").label("seconds"),
        _average("grab").label("grab_seconds"),
        func.sum(case((_asked("query", "rss"), indexer_events.c.results), else_=0)).label("results"),
        func.sum(indexer_events.c.unique_finds).label("unique"),
    ).group_by(indexer_events.c.indexer_id)
    query = query if since is None else query.where(indexer_events.c.at > since)
    rows = db.execute(query.order_by(indexer_events.c.indexer_id)).mappings()
    return [_counts(row) for row in rows]


def asked_by(db: Connection, since: datetime | None = None) -> dict[str, tuple[int, int]]:
    """How many searches and how many grabs each app asked for, those answered from memory too."""
    searches, grabs = _counted(indexer_events.c.kind.in_(["query", "rss"])), _counted(indexer_events.c.kind == "grab")
    query = select(indexer_events.c.source, searches.label("searches"), grabs.label("grabs"))
    query = query if since is None else query.where(indexer_events.c.at > since)
    rows = db.execute(query.group_by(indexer_events.c.source).order_by(indexer_events.c.source))
    return {row.source: (int(row.searches), int(row.grabs)) for row in rows}


def _of(query: "Select[Any]", indexer: int | None, kind: str | None) -> "Select[Any]":
    query = query if indexer is None else query.where(indexer_events.c.indexer_id == indexer)
    return query if kind is None else query.where(indexer_events.c.kind == kind)


def _asked(*kinds: str) -> Any:
    return and_(indexer_events.c.kind.in_(kinds), indexer_events.c.cached.is_(False))


def _counted(which: Any) -> Any:
    return func.sum(case((which, 1), else_=0))


def _times(kind: str, *, ok: bool | None = None) -> Any:
    return _counted(_asked(kind) if ok is None else and_(_asked(kind), indexer_events.c.ok.is_(ok)))


def _average(*kinds: str) -> Any:
    return func.avg(case((and_(_asked(*kinds), indexer_events.c.ok.is_(True)), indexer_events.c.seconds)))


def _counts(row: Mapping[Any, Any]) -> IndexerStatistics:
    told: dict[str, Any] = {key: value or 0 for key, value in row.items()}
    return IndexerStatistics(**told)


def _event(row: Any) -> IndexerEvent:
    return IndexerEvent(*row)
