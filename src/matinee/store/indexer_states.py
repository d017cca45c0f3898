"""How an indexer has been lately: how long it is left alone and why, its login, and what was seen of it last."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Connection, ForeignKey, Integer, Table, Text, insert, select, update

from matinee.kernel.database import Moment, Transaction, metadata
from matinee.store.indexer_events import writable

indexer_states = Table(
    "indexer_states",
    metadata,
    Column("indexer_id", ForeignKey("indexers.id", ondelete="CASCADE"), primary_key=True),
    Column("level", Integer, nullable=False, default=0),
    Column("blocked_until", Moment),
    Column("reason", Text, nullable=False, default=""),
    Column("failing_since", Moment),
    Column("cookies", JSON, nullable=False, default=dict),
    Column("caps_json", Text),
    Column("last_seen_guid", Text, nullable=False, default=""),
)


@dataclass(frozen=True, slots=True)
class IndexerState:
    """The state between two asks. `level` 0 is well; `cookies` are secret, `caps_json` is the driver's own text."""

    level: int = 0
    blocked_until: datetime | None = None
    reason: str = ""
    failing_since: datetime | None = None
    cookies: Mapping[str, str] = field(default_factory=dict)
    caps_json: str | None = None
    last_seen_guid: str = ""


def read_state(db: Connection, indexer_id: int) -> IndexerState:
    """The state of one indexer; well when nothing is kept."""
    row = db.execute(select(indexer_states).where(indexer_states.c.indexer_id == indexer_id)).one_or_none()
    return IndexerState() if row is None else IndexerState(*row[1:])


def read_states(db: Connection) -> dict[int, IndexerState]:
    """The states of all indexers that have one, by the indexer's id."""
    return {row.indexer_id: IndexerState(*row[1:]) for row in db.execute(select(indexer_states))}


def write_state(tx: Transaction, indexer_id: int, state: IndexerState) -> None:
    """Keep all of it."""
    keep_back_off(tx, indexer_id, state)
    _keep(
        tx,
        indexer_id,
        cookies=dict(state.cookies),
        caps_json=state.caps_json,
        last_seen_guid=state.last_seen_guid,
    )


def keep_back_off(tx: Transaction, indexer_id: int, state: IndexerState) -> None:
    """Keep only how it fails: level, until when, why and since when."""
    told = {"level": state.level, "blocked_until": state.blocked_until, "reason": writable(state.reason)}
    _keep(tx, indexer_id, **told, failing_since=state.failing_since)


def keep_cookies(tx: Transaction, indexer_id: int, cookies: Mapping[str, str]) -> None:
    """Keep only the login."""
    _keep(tx, indexer_id, cookies=dict(cookies))


def keep_caps(tx: Transaction, indexer_id: int, caps_json: str | None) -> None:
    """Keep only what it says it can do."""
    _keep(tx, indexer_id, caps_json=caps_json)


def keep_last_seen(tx: Transaction, indexer_id: int, guid: str) -> None:
    """Keep only up to where its newest uploads were read."""
    _keep(tx, indexer_id, last_seen_guid=writable(guid))


def _keep(tx: Transaction, indexer_id: int, **values: Any) -> None:
    """One hand writes, so nobody can come between the two statements. An indexer that is gone keeps nothing."""
    mine = indexer_states.c.indexer_id == indexer_id
    if tx.execute(select(indexer_states.c.level).where(mine)).one_or_none() is not None:
        tx.execute(update(indexer_states).where(mine).values(**values))
    elif tx.execute(select(_indexers().c.id).where(_indexers().c.id == indexer_id)).one_or_none() is not None:
        tx.execute(insert(indexer_states).values(indexer_id=indexer_id, **values))


def _indexers() -> Table:
    return metadata.tables["indexers"]
