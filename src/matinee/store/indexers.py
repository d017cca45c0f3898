"""Whom the house asks for releases: its indexers, each with what it is told and how often it may be asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import JSON, Column, Connection, Integer, String, Table, delete, insert, select, update

from matinee.kernel.clock import now
from matinee.kernel.database import Moment, Transaction, metadata
from matinee.kernel.errors import Conflict, NotFound, Refused
from matinee.store.indexer_apps import (
    StoredApp,
    StoredProxy,
    add_app,
    add_proxy,
    change_app,
    change_proxy,
    indexer_apps,
    indexer_proxies,
    read_app,
    read_apps,
    read_proxies,
    read_proxy,
    remove_app,
    remove_proxy,
)
from matinee.store.indexer_events import (
    IndexerEvent,
    IndexerStatistics,
    add_event,
    add_unique_finds,
    asked_by,
    count_events,
    count_events_since,
    event_by_id,
    events,
    indexer_events,
    moments_since,
    prune_events,
    statistics,
)
from matinee.store.indexer_states import (
    IndexerState,
    indexer_states,
    keep_back_off,
    keep_caps,
    keep_cookies,
    keep_last_seen,
    read_state,
    read_states,
    write_state,
)

__all__ = [
    "IndexerEvent",
    "IndexerState",
    "IndexerStatistics",
    "StoredApp",
    "StoredIndexer",
    "StoredProxy",
    "add_app",
    "add_event",
    "add_indexer",
    "add_proxy",
    "add_unique_finds",
    "asked_by",
    "change_app",
    "change_indexer",
    "change_proxy",
    "count_events",
    "count_events_since",
    "event_by_id",
    "events",
    "indexer_apps",
    "indexer_events",
    "indexer_proxies",
    "indexer_states",
    "indexers",
    "keep_back_off",
    "keep_caps",
    "keep_cookies",
    "keep_last_seen",
    "moments_since",
    "prune_events",
    "read_app",
    "read_apps",
    "read_indexer",
    "read_indexers",
    "read_proxies",
    "read_proxy",
    "read_state",
    "read_states",
    "remove_app",
    "remove_indexer",
    "remove_proxy",
    "statistics",
    "write_state",
]

LONGEST_NAME = 100
UNITS = ("hour", "day")

indexers = Table(
    "indexers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(LONGEST_NAME), nullable=False, unique=True),
    Column("kind", String(40), nullable=False),
    Column("added", Moment, nullable=False),
    Column("body", JSON, nullable=False),
    sqlite_autoincrement=True,  # apps and the history know an indexer by its number: never give it to another
)


@dataclass(frozen=True, slots=True)
class StoredIndexer:
    """One indexer as it is kept; `id` 0 is not kept yet.

    `kind` is cardigann, torznab, newznab, rss, archive or the name of an installed driver; `definition` is the id of
    a cardigann definition. `settings` is what its driver is told (url, api_path, api_key, cookie, username, password,
    categories as `2000,5000` …), `secrets` the keys of those that are never shown. `origin` is file, page or prowlarr.
    Limits count per `limit_unit` (hour or day); seed times are in minutes, `deadline` in seconds.
    """

    id: int = 0
    name: str = ""
    kind: str = "torznab"
    definition: str = ""
    enabled: bool = True
    priority: int = 25
    settings: Mapping[str, str] = field(default_factory=dict)
    secrets: frozenset[str] = frozenset()
    tags: tuple[str, ...] = ()
    origin: str = "page"
    query_limit: int | None = None
    grab_limit: int | None = None
    limit_unit: str = "day"
    for_rss: bool = True
    for_automatic: bool = True
    for_interactive: bool = True
    redirect: bool = False
    minimum_seeders: int | None = None
    seed_ratio: float | None = None
    seed_time: int | None = None
    pack_seed_time: int | None = None
    deadline: float | None = None
    added: datetime | None = None

    @property
    def chosen(self) -> tuple[int, ...]:
        """The categories that its owner chose; none means all that it has."""
        told = self.settings.get("categories", "").replace(" ", "").split(",")
        return tuple(int(one) for one in told if one.isascii() and one.isdigit() and len(one) < 10)


_SHAPE = TypeAdapter(StoredIndexer)
_COLUMNS = {"id", "name", "kind", "added"}


def read_indexers(db: Connection) -> dict[int, StoredIndexer]:
    """All indexers by their ids, in the order of their coming."""
    return {row.id: _stored(row) for row in db.execute(select(indexers).order_by(indexers.c.id))}


def read_indexer(db: Connection, indexer_id: int) -> StoredIndexer:
    """The indexer with this id; NotFound when there is none."""
    row = db.execute(select(indexers).where(indexers.c.id == indexer_id)).one_or_none()
    if row is None:
        raise NotFound(f"there is no indexer {indexer_id}")
    return _stored(row)


def add_indexer(tx: Transaction, stored: StoredIndexer) -> int:
    """Keep a new indexer. Conflict when its name is taken, Refused when a field is out of bounds."""
    check_indexer(stored)
    _check_name(tx.connection, stored.name)
    row = {"name": stored.name, "kind": stored.kind, "added": stored.added or now(), "body": _body(stored)}
    new_id: int = tx.execute(insert(indexers).returning(indexers.c.id).values(**row)).scalar_one()
    return new_id


def change_indexer(tx: Transaction, stored: StoredIndexer) -> None:
    """Keep an indexer as it is now. NotFound, Conflict when its name is taken, Refused."""
    check_indexer(stored)
    read_indexer(tx.connection, stored.id)
    _check_name(tx.connection, stored.name, but=stored.id)
    row = {"name": stored.name, "kind": stored.kind, "body": _body(stored)}
    tx.execute(update(indexers).where(indexers.c.id == stored.id).values(**row))


def remove_indexer(tx: Transaction, indexer_id: int) -> None:
    """Forget an indexer; what happened with it stays in the history. NotFound when there is none."""
    read_indexer(tx.connection, indexer_id)
    tx.execute(delete(indexers).where(indexers.c.id == indexer_id))


def check_indexer(stored: StoredIndexer) -> None:
    """Refused, with the field, when something is out of its bounds."""
    limits = (stored.query_limit, stored.grab_limit, stored.seed_time, stored.pack_seed_time, stored.minimum_seeders)
    wrong = {
        "name": "1 to 100 letters" if not 1 <= len(stored.name.strip()) <= LONGEST_NAME else "",
        "kind": "the name of a driver" if not 1 <= len(stored.kind) <= 40 else "",
        "priority": "1 (first) to 50 (last)" if not 1 <= stored.priority <= 50 else "",
        "limit_unit": "hour or day" if stored.limit_unit not in UNITS else "",
        "query_limit": "no limit below 0" if any(one is not None and one < 0 for one in limits) else "",
        "deadline": "more than 0 seconds" if stored.deadline is not None and not stored.deadline > 0 else "",
    }
    for name, told in wrong.items():
        if told:
            raise Refused(f"indexer '{stored.name}': {name.replace('_', ' ')} must be {told}", field=name)


def _stored(row: Any) -> StoredIndexer:
    stored: StoredIndexer = _SHAPE.validate_python(row.body)
    return replace(stored, id=row.id, name=row.name, kind=row.kind, added=row.added)


def _body(stored: StoredIndexer) -> Any:
    return _SHAPE.dump_python(stored, mode="json", exclude=_COLUMNS)


def _check_name(db: Connection, name: str, but: int = 0) -> None:
    names = db.execute(select(indexers.c.name).where(indexers.c.id != but)).scalars()
    if name.casefold() in {known.casefold() for known in names}:
        raise Conflict(f"there is an indexer called '{name}' already", field="name")
