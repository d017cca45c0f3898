"""Who sits at the hub when the house comes up: those of the configuration file, and those that people added."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from matinee.kernel.database import Transaction
from matinee.pipeline.search.allowance import WINDOWS
from matinee.pipeline.search.back_off import LONGEST_PAUSE
from matinee.pipeline.search.desk import Desk
from matinee.pipeline.search.room import Room
from matinee.store.indexers import (
    IndexerState,
    StoredIndexer,
    add_indexer,
    change_indexer,
    moments_since,
    read_indexers,
    read_states,
    remove_indexer,
)

FILE = "file"


@dataclass(frozen=True, slots=True)
class Loaded:
    """One indexer as it is kept, how it was, and when it was asked within its limits."""

    stored: StoredIndexer
    state: IndexerState
    queried: tuple[datetime, ...]
    grabbed: tuple[datetime, ...]

    @property
    def secrets(self) -> list[str]:
        """What must never be told of it."""
        own = [self.stored.settings[key] for key in self.stored.secrets if key in self.stored.settings]
        return [*own, *self.state.cookies.values()]

    def desk(self, room: Room, former: Desk | None, *, anew: bool = False) -> Desk:
        """Its desk: the former one when nothing changed, else, or `anew`, another that keeps the former's pace."""
        if former is not None and former.stored == self.stored and not anew:
            return former
        desk = Desk(self.stored, room, self.state, queried=self.queried, grabbed=self.grabbed)
        if former is not None:
            desk.pace, desk.recent = former.pace, former.recent
        return desk


def load(db: Connection, fixed: Sequence[StoredIndexer], moment: datetime) -> list[Loaded]:
    """All that are kept; those of the file with the secrets that only the file has."""
    states, from_file = read_states(db), {one.name.casefold(): one for one in fixed}
    return [
        _loaded(db, _with_secrets(stored, from_file), states.get(indexer_id, IndexerState()), moment)
        for indexer_id, stored in read_indexers(db).items()
    ]


def keep_fixed(tx: Transaction, fixed: Sequence[StoredIndexer], moment: datetime) -> None:
    """Give those of the file a number that stays; who left the file is forgotten. Their secrets stay in the file."""
    kept = {stored.name.casefold(): stored for stored in read_indexers(tx.connection).values()}
    for one in fixed:
        former = kept.pop(one.name.casefold(), None)
        told = replace(one, origin=FILE, settings=_bare(one), added=former.added if former else moment)
        if former is None:
            add_indexer(tx, told)
        elif replace(told, id=former.id) != former:
            change_indexer(tx, replace(told, id=former.id))
    for stored in kept.values():
        if stored.origin == FILE:
            remove_indexer(tx, stored.id)


def _loaded(db: Connection, stored: StoredIndexer, state: IndexerState, moment: datetime) -> Loaded:
    since = moment - WINDOWS[stored.limit_unit]
    queried = moments_since(db, stored.id, ("query", "rss"), since) if stored.query_limit else []
    grabbed = moments_since(db, stored.id, ("grab",), since) if stored.grab_limit else []
    latest = moment + timedelta(seconds=LONGEST_PAUSE)
    if state.blocked_until and state.blocked_until > latest:  # the clock was wrong once
        state = replace(state, blocked_until=latest)
    return Loaded(stored, state, tuple(queried), tuple(grabbed))


def _with_secrets(stored: StoredIndexer, fixed: dict[str, StoredIndexer]) -> StoredIndexer:
    own = fixed.get(stored.name.casefold())
    return stored if own is None or stored.origin != FILE else replace(stored, settings=own.settings)


def _bare(stored: StoredIndexer) -> dict[str, str]:
    return {key: told for key, told in stored.settings.items() if key not in stored.secrets}
