"""A household for the tests: fakes of everything outside, a real memory, real files and real journeys."""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from matinee.kernel.auth import Doorkeeper, Role, User
from matinee.kernel.database import Database
from matinee.kernel.errors import MatineeError, NotFound
from matinee.kernel.journal import JourneyMoved, JourneyRecord, State, journeys_of
from matinee.kernel.journeys import Backoff, Journeys
from matinee.media.file import MediaFacts
from matinee.media.indexing import Abilities, Category, Function, IndexerFacts, Page, Question
from matinee.media.release import Release
from matinee.media.title import Episode, ExternalIds, Shelf, Title, TitleCard, TitleRef
from matinee.pipeline import parts as parts_module
from matinee.pipeline.acquiring import TALE
from matinee.pipeline.asking import Wish, ask
from matinee.pipeline.following import Follower
from matinee.pipeline.parts import Parts
from matinee.pipeline.ports import DownloadFile, DownloadState, DownloadStatus, Payload
from matinee.pipeline.search import Hub
from matinee.pipeline.tales import tell_tales
from matinee.pipeline.taste import Tastes
from matinee.store.indexers import StoredIndexer
from matinee.store.requests import wants_of
from tests.products.torznab.torrents import bencode

EVENING = datetime(2024, 5, 4, 20, 15, tzinfo=UTC)
PASSWORD = "correct horse battery"
MOVIE = Title(
    ref=TitleRef.parse("movie-tmdb-603"),
    name="Tin Comet",
    year=2021,
    ids=ExternalIds(tmdb=603, imdb="tt0133093"),
    runtime_minutes=101,
    poster="https://image.tmdb.org/t/p/original/tin.jpg",
)
SERIES = Title(
    ref=TitleRef.parse("series-tvmaze-82"),
    name="Night Tram",
    year=2023,
    ids=ExternalIds(tvdb=121361, tvmaze=82),
    episodes=(
        Episode(0, 1, "Before", "s1", date(2023, 8, 1)),
        Episode(1, 1, "Depot", "e1", date(2023, 9, 1), 45),
        Episode(1, 2, "Terminus", "e2", date(2023, 9, 8), 45),
        Episode(2, 1, "Rails", "e3", date(2124, 9, 8), 45),
    ),
)
PIECE = 16 * 2**20  # bytes
FACTS = MediaFacts(6060.0, 1920, 800, "h264", "aac", "matroska")


@dataclass
class FakeMetadata:
    """Knows two titles."""

    name: str = "tmdb"
    titles: dict[str, Title] = field(default_factory=lambda: {str(title.ref): title for title in (MOVIE, SERIES)})
    trouble: MatineeError | None = None

    async def search(self, text: str) -> list[TitleCard]:
        self._check()
        return [title.card for title in self.titles.values() if text.lower() in title.name.lower()]

    async def discover(self) -> list[Shelf]:
        self._check()
        return [Shelf("Tonight", tuple(title.card for title in self.titles.values()))]

    async def title(self, ref: TitleRef) -> Title:
        self._check()
        if str(ref) not in self.titles:
            raise NotFound(f"TMDB has no {ref}")
        return self.titles[str(ref)]

    async def probe(self) -> str:
        self._check()
        return "2 titles"

    def _check(self) -> None:
        if self.trouble:
            raise self.trouble


@dataclass
class FakeIndexer:
    """Offers what it was given; `torrents` may hold another content than the honest one, or an error."""

    name: str = "Lab"
    priority: int = 25
    offers: list[Release] = field(default_factory=list)
    torrents: dict[str, Payload | MatineeError] = field(default_factory=dict)
    trouble: MatineeError | None = None
    questions: list[Question] = field(default_factory=list)
    facts: IndexerFacts = field(default_factory=lambda: IndexerFacts(requests_apart=0))

    def offer(self, name: str, **more: Any) -> Release:
        """Offer one more release, and the torrent that belongs to it."""
        release = Release(
            guid=f"{self.name}:{name}", name=name, indexer=self.name, download_url=f"http://lab/{name}", size=20_000,
            seeders=5,
        )  # fmt: skip
        release = replace(release, **more)
        self.offers.append(release)
        return release

    async def abilities(self) -> Abilities:
        functions = {Function.SEARCH: {"q"}, Function.MOVIE: {"q"}, Function.TV: {"q", "season", "ep"}}
        categories = (Category(2000, "Movies"), Category(5000, "TV"))
        return Abilities({function: frozenset(told) for function, told in functions.items()}, categories)

    async def ask(self, question: Question) -> Page:
        self.questions.append(question)
        if self.trouble:
            raise self.trouble
        return Page(tuple(self.offers), len(self.offers))

    async def close(self) -> None:
        return

    async def fetch(self, release: Release) -> Payload:
        found = self.torrents.get(release.name) or torrent_of(f"{release.name}.mkv")
        if isinstance(found, MatineeError):
            raise found
        return found

    async def probe(self) -> str:
        return f"{len(self.offers)} releases"


def torrent_of(*names: str, size: int = 2_000_000_000) -> Payload:
    """A torrent of one file, or of a folder with these files."""
    pieces = -(-size * len(names) // PIECE)
    info: dict[str, Any] = {"name": names[0], "piece length": PIECE, "pieces": bytes(20 * pieces)}
    if len(names) == 1:
        info["length"] = size
    else:
        info |= {"name": "folder", "files": [{"path": name.split("/"), "length": size} for name in names]}
    return Payload(hashlib.sha1(bencode(info)).hexdigest(), torrent=bencode({"info": info}))


@dataclass
class FakeClient:
    """Has everything at once, unless a test holds it up: `outcomes` say by release name what comes instead."""

    folder: Path
    name: str = "torrent engine"
    statuses: dict[str, DownloadStatus] = field(default_factory=dict)
    outcomes: dict[str, DownloadState] = field(default_factory=dict)
    content: bytes = b"film" * 5000
    added: list[str] = field(default_factory=list)
    removed: list[tuple[str, bool]] = field(default_factory=list)
    resumed: list[str] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)
    payloads: list[Payload] = field(default_factory=list)
    listings: dict[str, list[DownloadFile]] = field(default_factory=dict)
    refusing: MatineeError | None = None
    trouble: MatineeError | None = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def add(self, payload: Payload, *, category: str, folder: Path) -> str:
        if self.refusing:
            raise self.refusing
        assert (category, folder) == ("matinee", self.folder)
        found = re.search(rb":([^:]+)\.mkv", payload.torrent or b"")
        id = payload.infohash or f"nzo_{len(self.added)}"
        name = found[1].decode() if found else id
        state = self.outcomes.get(name, DownloadState.COMPLETE)
        path = folder / f"{name}.mkv"
        self.added.append(name)
        self.payloads.append(payload)
        if payload.looks_first:
            self.statuses.setdefault(id, DownloadStatus(id, id, DownloadState.METADATA, 0, 0, 0, None, 0, path))
            self.tell()
            return id
        path.write_bytes(self.content)
        size = len(self.content)
        done = size if state is DownloadState.COMPLETE else size // 2
        status = DownloadStatus(id, name, state, size, done, 0, None, 0, path)
        self.statuses[id] = status
        self.tell()
        return id

    async def watch(self) -> AsyncIterator[dict[str, DownloadStatus]]:
        while True:
            changed = self.changed
            if self.trouble:
                raise self.trouble
            yield dict(self.statuses)
            await changed.wait()

    async def files(self, id: str) -> list[DownloadFile]:
        if id in self.listings:
            return self.listings[id]
        status = self.statuses.get(id)
        return [DownloadFile(Path(status.path.name), status.size, status.done)] if status else []

    async def remove(self, id: str, *, delete_files: bool) -> None:
        if self.refusing:
            raise self.refusing
        self.removed.append((id, delete_files))
        status = self.statuses.pop(id, None)
        if status and delete_files and status.path.is_file():  # a folder is left, as usenet clients leave it
            status.path.unlink()
        self.tell()

    async def resume(self, id: str) -> None:
        self.resumed.append(id)

    async def stop(self, id: str) -> None:
        self.stopped.append(id)
        if (status := self.statuses.get(id)) and status.seeding:
            self.statuses[id] = replace(status, seeding=replace(status.seeding, stopped=True))
            self.tell()

    async def probe(self) -> str:
        return f"{len(self.statuses)} downloads"

    def set(self, name: str, **values: Any) -> None:
        """Something has happened to a download."""
        id = next(id for id, status in self.statuses.items() if status.name == name)
        self.statuses[id] = replace(self.statuses[id], **values)
        self.tell()

    def tell(self) -> None:
        changed, self.changed = self.changed, asyncio.Event()
        changed.set()


@dataclass
class FakeProbe:
    """Sees the same film in every file, unless it was told otherwise of one."""

    facts: MediaFacts = FACTS
    others: dict[str, MediaFacts | MatineeError] = field(default_factory=dict)

    async def __call__(self, path: Path) -> MediaFacts:
        found = self.others.get(path.name, self.facts)
        if isinstance(found, MatineeError):
            raise found
        return found


@dataclass
class Household:
    """Everything a test may want to touch."""

    parts: Parts
    client: FakeClient
    indexer: FakeIndexer
    metadata: FakeMetadata
    probe: FakeProbe
    doorkeeper: Doorkeeper
    owner: User

    @property
    def database(self) -> Database:
        return self.parts.database

    @property
    def library(self) -> Path:
        return self.parts.shelf.library

    async def wish(self, ref: TitleRef = MOVIE.ref, *, user: User | None = None, **more: Any) -> int:
        return await ask(self.parts, user or self.owner, Wish(ref, **more))

    async def journeys(self, request_id: int) -> list[JourneyRecord]:
        """The latest journey of each thing that the wish wants."""

        def query(db: Any) -> list[JourneyRecord]:
            found = journeys_of(db, TALE, [want.id for want in wants_of(db, [request_id])])
            return list({journey.subject: journey for journey in found}.values())

        return await self.database.read(query)

    async def until(self, request_id: int, fits: Callable[[JourneyRecord], bool]) -> JourneyRecord:
        """The wish's first journey, as soon as it fits."""
        with self.database.bus.reading() as events:
            async with asyncio.timeout(20):
                while not fits(journey := (await self.journeys(request_id))[0]):
                    while not isinstance(await anext(events), JourneyMoved):
                        pass
        return journey

    async def ready(self, request_id: int) -> JourneyRecord:
        """The journey when it is done; a failed one is an error that tells why."""
        journey = await self.until(request_id, lambda one: one.state in (State.DONE, State.FAILED))
        assert journey.state is State.DONE, journey.text
        return journey

    async def resting(self, request_id: int, step: str = "rested") -> JourneyRecord:
        return await self.until(
            request_id, lambda one: one.state is State.WAITING and bool(one.steps) and one.steps[-1].name == step
        )


def hub_of(database: Database, *indexers: FakeIndexer, deadline: float = 20.0) -> Hub:
    """A hub that asks these fakes, remembers nothing and forgives every failure: its clock runs by days."""
    days = count()
    by_name = {one.name: one for one in indexers}
    fixed = [StoredIndexer(name=one.name, kind="fake", priority=one.priority, origin="file") for one in indexers]
    return Hub(
        database,
        lambda stored: by_name[stored.name],
        fixed=fixed,
        clock=lambda: EVENING + timedelta(days=next(days)),
        deadline=deadline,
        search_seconds=0,
        rss_seconds=0,
    )


@asynccontextmanager
async def household(database: Database, folder: Path, **more: Any) -> AsyncIterator[Household]:
    """A house with its journeys going and its download client followed; `more` replaces some of its parts."""
    library, downloads = folder / "media" / "library", folder / "media" / "downloads"
    for place in (library, downloads):
        place.mkdir(parents=True, exist_ok=True)
    client, indexer, metadata, probe = FakeClient(downloads), FakeIndexer(), FakeMetadata(), FakeProbe()
    values: dict[str, Any] = {
        "database": database,
        "journeys": Journeys(database, backoff=Backoff(timedelta(milliseconds=1), timedelta(milliseconds=5))),
        "metadata": metadata,
        "followers": {client.name: Follower(client, database.bus)},
        "probe": probe,
        "shelf": parts_module.Shelf(library, downloads),
        "tastes": Tastes(database),
    }
    asked: tuple[FakeIndexer, ...] = more.pop("indexers", (indexer,))
    hub = hub_of(database, *asked, deadline=more.pop("deadline", 20.0))
    parts = Parts(**({"hub": hub} | values | more))
    await hub.open()
    await parts.tastes.open()
    tell_tales(parts)
    doorkeeper = Doorkeeper(database)
    owner = await doorkeeper.create_user("Anna", PASSWORD, Role.OWNER, EVENING)
    following = [asyncio.create_task(follower.follow()) for follower in parts.followers.values()]
    await parts.journeys.open()
    try:
        yield Household(parts, client, indexer, metadata, probe, doorkeeper, owner)
    finally:
        await parts.journeys.close()
        await hub.close()
        for task in following:
            task.cancel()
        await asyncio.gather(*following, return_exceptions=True)
