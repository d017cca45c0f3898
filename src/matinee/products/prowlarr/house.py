"""What the desk of indexers needs of the house, and how it finds out what an indexer can do."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol as Promise

from matinee.kernel.clock import Clock, now
from matinee.kernel.database import Database
from matinee.kernel.errors import MatineeError
from matinee.media.indexing import Abilities, Function, IndexerFacts, Privacy
from matinee.media.release import Protocol, Release
from matinee.pipeline.search.answers import Seat
from matinee.products.servarr.house import Indexers
from matinee.products.servarr.manager import Manager
from matinee.store.indexers import StoredApp, StoredIndexer, StoredProxy

VERSION = "2.3.6.5350"
_KNOW_THEMSELVES = ("cardigann", "rss", "archive")
_PATIENCE = 5.0  # seconds; a list of indexers does not wait longer for one that is silent


class Setting(Promise):
    """One thing a definition asks of its user."""

    @property
    def name(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def default(self) -> str | None: ...
    @property
    def options(self) -> Mapping[str, str]: ...


class Definition(Promise):
    """A definition of an indexer, as far as a form needs it."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def description(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def encoding(self) -> str: ...
    @property
    def privacy(self) -> Privacy: ...
    @property
    def links(self) -> tuple[str, ...]: ...
    @property
    def legacy_links(self) -> tuple[str, ...]: ...
    @property
    def settings(self) -> Sequence[Setting]: ...


class Summary(Promise):
    """A definition in a line."""

    @property
    def id(self) -> str: ...
    @property
    def categories(self) -> tuple[int, ...]: ...
    @property
    def takes(self) -> Mapping[Function, frozenset[str]]: ...


class Definitions(Promise):
    """The shelf of definitions."""

    def summaries(self) -> Sequence[Summary]:
        """Every definition in a line."""
        ...

    def get(self, id: str) -> Definition:
        """One definition; NotFound."""
        ...


@dataclass(frozen=True, slots=True)
class House:
    """What the server is given.

    `secret` (32 bytes or more, kept over restarts) seals download links. `api_key` is the key of ours that managers
    are given, `manager` makes the line to one. `grab` downloads a release; it is told who asks. `commands` are run
    by their names in small letters and answer in words. `rewire` is called when proxies have changed. `own_url` is
    where we are reached, by default as asked.
    """

    indexers: Indexers
    database: Database
    secret: bytes
    api_key: str
    manager: Callable[[StoredApp], Manager]
    grab: Callable[[Release, str], Awaitable[None]]
    definitions: Definitions | None = None
    test_proxy: Callable[[StoredProxy], Awaitable[str]] | None = None
    rewire: Callable[[], Awaitable[None]] | None = None
    commands: Mapping[str, Callable[[], Awaitable[str]]] = field(default_factory=dict)
    own_url: str = ""
    clock: Clock = now
    syncing: asyncio.Lock = field(default_factory=asyncio.Lock)


async def abilities_of(seat: Seat) -> Abilities | None:
    """What an indexer can do; None when it does not say so soon, or cannot be asked at all.

    One that is switched off is not asked: then only those that know it by themselves tell. One that is left alone tells
    only what it has told before, so that nobody waits for it.
    """
    if not seat.stored.enabled and seat.stored.kind not in _KNOW_THEMSELVES:
        return None
    try:
        async with asyncio.timeout(0 if seat.health.state == "blocked" else _PATIENCE):
            return await seat.indexer.abilities()
    except (MatineeError, TimeoutError):
        return None


async def all_abilities(seats: Sequence[Seat]) -> list[Abilities | None]:
    """What each of them can do, asked at the same time."""
    return list(await asyncio.gather(*(abilities_of(seat) for seat in seats)))


def facts_of(seat: Seat) -> IndexerFacts:
    """What is known of an indexer without asking it, even when its driver cannot be made."""
    try:
        return seat.indexer.facts
    except MatineeError:
        return IndexerFacts(protocol=protocol_of(seat.stored))


def protocol_of(stored: StoredIndexer) -> Protocol:
    """How the indexer's releases are downloaded, as far as its kind tells."""
    return Protocol.USENET if stored.kind == "newznab" else Protocol.TORRENT
