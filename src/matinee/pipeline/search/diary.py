"""What happens with the indexers is written down in one go, while the next things happen already."""

import asyncio
import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from matinee.kernel.clock import Clock
from matinee.kernel.database import Database, Transaction
from matinee.kernel.errors import MatineeError
from matinee.store.indexers import (
    IndexerEvent,
    IndexerState,
    add_event,
    add_unique_finds,
    keep_back_off,
    keep_last_seen,
    prune_events,
)

log = logging.getLogger(__name__)

KEPT = timedelta(days=90)
PRUNED_EVERY = timedelta(days=1)


@dataclass(eq=False)
class Entry:
    """An event on its way into the memory; `id` is 0 until it is there."""

    event: IndexerEvent
    id: int = 0


class Diary:
    """Collects events and states, and writes what has come together in one change of the memory."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._entries: list[Entry] = []
        self._back_offs: dict[int, IndexerState] = {}
        self._seen: dict[int, str] = {}
        self._unique: dict[Entry, int] = {}
        self._writing: asyncio.Task[None] | None = None
        self._pruned: datetime | None = None

    def write(self, event: IndexerEvent) -> Entry:
        """Write down what happened."""
        entry = Entry(event)
        self._entries.append(entry)
        self._begin()
        return entry

    def add_unique(self, entry: Entry, unique: int) -> None:
        """What is known of an entry only when the others have answered."""
        if unique:
            self._unique[entry] = unique
            self._begin()

    def keep_back_off(self, indexer_id: int, state: IndexerState) -> None:
        """How an indexer is from now on."""
        self._back_offs[indexer_id] = state
        self._begin()

    def keep_last_seen(self, indexer_id: int, guid: str) -> None:
        """Up to where its newest uploads were read."""
        self._seen[indexer_id] = guid
        self._begin()

    async def settle(self) -> None:
        """Wait until all is written."""
        while self._writing is not None:
            await asyncio.shield(self._writing)

    def _begin(self) -> None:
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())

    async def _write(self) -> None:
        try:
            while self._entries or self._back_offs or self._seen or self._unique:
                await self._write_once()
        finally:
            self._writing = None

    async def _write_once(self) -> None:
        entries, back_offs, seen, unique = self._entries, self._back_offs, self._seen, self._unique
        self._entries, self._back_offs, self._seen, self._unique = [], {}, {}, {}
        before = self._time_to_prune()

        def keep(tx: Transaction) -> None:
            for entry in entries:
                entry.id = add_event(tx, replace(entry.event, unique=unique.get(entry, 0)))
            for entry, count in unique.items():
                add_unique_finds(tx, entry.id, count)
            for indexer_id, state in back_offs.items():
                keep_back_off(tx, indexer_id, state)
            for indexer_id, guid in seen.items():
                keep_last_seen(tx, indexer_id, guid)
            if before is not None:
                prune_events(tx, before)

        try:
            await self._database.write(keep)
        except MatineeError as error:
            log.warning("indexers: %d events could not be written down: %s", len(entries), error)
        except Exception:  # one odd event must not end the diary
            log.exception("indexers: %d events could not be written down", len(entries))

    def _time_to_prune(self) -> datetime | None:
        moment = self._clock()
        if self._pruned is not None and moment - self._pruned < PRUNED_EVERY:
            return None
        self._pruned = moment
        return moment - KEPT
