"""Indexers of a few lines, and a time that goes on only when somebody sleeps."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from matinee.kernel.database import Database
from matinee.media.indexing import Abilities, Category, Function, IndexerFacts, Page, Question
from matinee.media.release import Release
from matinee.pipeline.ports import Payload
from matinee.pipeline.search import Answered, Hub
from matinee.store.indexers import StoredIndexer

EVENING = datetime(2026, 5, 4, 20, 0, tzinfo=UTC)
ALL = Abilities(
    {
        Function.SEARCH: frozenset({"q"}),
        Function.MOVIE: frozenset({"q", "imdbid", "tmdbid"}),
        Function.TV: frozenset({"q", "tvdbid", "season", "ep"}),
    },
    (Category(2040, "Movies/HD"), Category(5040, "TV/HD")),
)
PLAIN = Abilities({Function.SEARCH: frozenset({"q"})})
TIN = Question(Function.SEARCH, "tin comet")


@dataclass
class Time:
    """Seconds since the evening began."""

    seconds: float = 0.0

    def clock(self) -> datetime:
        return EVENING + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.seconds += seconds
        await asyncio.sleep(0)


@dataclass
class Fake:
    """Answers every question with the same releases, or with the same trouble."""

    name: str = "Lab"
    releases: Sequence[Release] = ()
    error: BaseException | None = None
    can: Abilities = ALL
    priority: int = 25
    facts: IndexerFacts = field(default_factory=IndexerFacts)
    gate: asyncio.Event | None = None
    asked: list[Question] = field(default_factory=list)
    at: list[float] = field(default_factory=list)
    grabbed: list[Release] = field(default_factory=list)
    time: Time = field(default_factory=Time)
    is_closed: bool = False
    answers: Callable[[Question], Page] | None = None
    cancelled: int = 0
    begun: asyncio.Event = field(default_factory=asyncio.Event)

    async def abilities(self) -> Abilities:
        return self.can

    async def ask(self, question: Question) -> Page:
        self.asked.append(question)
        self.at.append(self.time.seconds)
        self.begun.set()
        if self.gate:
            try:
                await self.gate.wait()
            except asyncio.CancelledError:
                self.cancelled += 1
                raise
        if self.error:
            raise self.error
        return self.answers(question) if self.answers else Page(tuple(self.releases), len(self.releases))

    async def fetch(self, release: Release) -> Payload:
        self.grabbed.append(release)
        if self.error:
            raise self.error
        return Payload("a" * 40, torrent=b"d4:infoe")

    async def probe(self) -> str:
        return "well"

    async def close(self) -> None:
        self.is_closed = True


def offer(name: str = "Tin.Comet.2021.1080p.WEB-DL.x264-GRP", **more: Any) -> Release:
    told: dict[str, Any] = {"guid": more.pop("guid", name), "indexer": "Lab", "download_url": "http://lab/1"}
    return Release(**{**told, "name": name, "size": 4_000_000_000, "seeders": 10, **more})


@dataclass
class House:
    """A hub with fakes at it."""

    hub: Hub
    time: Time
    fakes: dict[str, Fake]
    made: list[str]
    database: Database

    def id(self, name: str) -> int:
        return next(seat.stored.id for seat in self.hub.seats() if seat.stored.name == name)

    async def search(self, question: Question = TIN, **more: Any) -> list[Answered]:
        return [answered async for answered in self.hub.stream(question, **more)]


@asynccontextmanager
async def house_of(
    database: Database, *fakes: Fake, time: Time | None = None, stored: dict[str, Any] | None = None, **more: Any
) -> AsyncIterator[House]:
    """A hub of these indexers; `stored` holds by name what differs from an ordinary StoredIndexer."""
    time, made = time or Time(), []
    by_name = {fake.name: fake for fake in fakes}

    def make(one: StoredIndexer) -> Fake:
        made.append(one.name)
        by_name[one.name].time = time
        return by_name[one.name]

    kept = [
        replace(StoredIndexer(name=fake.name, priority=fake.priority, kind="fake"), **(stored or {}).get(fake.name, {}))
        for fake in fakes
    ]
    told = {"fixed": kept, "clock": time.clock, "monotonic": time.monotonic, "sleep": time.sleep, **more}
    hub = Hub(database, make, **told)
    await hub.open()
    try:
        yield House(hub, time, by_name, made, database)
    finally:
        await hub.close()
