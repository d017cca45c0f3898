"""Two houses in one street: ours with its Prowlarr, and another that is a Radarr and a Sonarr."""

import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
from starlette.types import ASGIApp

from matinee.kernel.database import Database
from matinee.kernel.events import Bus
from matinee.media.indexing import Abilities, Category, Function, IndexerFacts, Page, Question
from matinee.media.release import Protocol, Release
from matinee.pipeline.ports import Indexer, Payload
from matinee.pipeline.search import Hub
from matinee.products.newznab.client import NewznabIndexer
from matinee.products.prowlarr.house import House
from matinee.products.prowlarr.server import prowlarr_app
from matinee.products.radarr.client import make_manager as make_radarr
from matinee.products.radarr.server import radarr_app
from matinee.products.servarr.manager import Manager, Schemas
from matinee.products.sonarr.client import make_manager as make_sonarr
from matinee.products.sonarr.server import sonarr_app
from matinee.store.indexers import StoredApp, StoredIndexer
from matinee.store.migrations import migrate
from tests.pipeline.search.fakes import EVENING, Time

OUR_KEY, THEIR_KEY = "ours-0123456789abcdef", "theirs-0123456789abcdef"
PROWLARR, RADARR, SONARR = "http://prowlarr:9696", "http://radarr:7878", "http://sonarr:8989"
TORRENT = b"d4:infod6:lengthi1e4:name3:tin12:piece lengthi16384e6:pieces20:aaaaaaaaaaaaaaaaaaaaee"
BOTH = Abilities(
    {
        Function.SEARCH: frozenset({"q"}),
        Function.MOVIE: frozenset({"q", "imdbid", "tmdbid"}),
        Function.TV: frozenset({"q", "tvdbid", "season", "ep"}),
    },
    (
        Category(2000, "Movies"),
        Category(2040, "Movies/HD"),
        Category(5000, "TV"),
        Category(5040, "TV/HD"),
        Category(5070, "TV/Anime"),
        Category(100123, "Movies of the lab"),
    ),
)
BOOKS = Abilities({Function.BOOK: frozenset({"q"})}, (Category(7020, "Books/EBook"),))


class Street(httpx2.AsyncBaseTransport):
    """Every host of the street is an app in this process; other hosts do not answer."""

    def __init__(self) -> None:
        self.hosts: dict[str, ASGIApp] = {}
        self.calls: list[str] = []

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.calls.append(f"{request.method} {request.url.host}{request.url.path}")
        app = self.hosts.get(request.url.host)
        if app is None:
            raise httpx2.ConnectError("nobody lives here", request=request)
        return await httpx2.ASGITransport(app=app).handle_async_request(request)


@dataclass
class Fake:
    """An indexer with a few releases."""

    name: str = "Lab"
    releases: tuple[Release, ...] = ()
    can: Abilities = BOTH
    facts: IndexerFacts = field(default_factory=IndexerFacts)
    error: Exception | None = None
    payload: Payload = field(default_factory=lambda: Payload("a" * 40, torrent=TORRENT))
    priority: int = 25
    asked: list[Question] = field(default_factory=list)
    fetched: list[Release] = field(default_factory=list)

    async def abilities(self) -> Abilities:
        if self.error:
            raise self.error
        return self.can

    async def ask(self, question: Question) -> Page:
        self.asked.append(question)
        if self.error:
            raise self.error
        return Page(self.releases, len(self.releases))

    async def fetch(self, release: Release) -> Payload:
        self.fetched.append(release)
        if self.error:
            raise self.error
        return self.payload

    async def probe(self) -> str:
        return "well"

    async def close(self) -> None:
        return


def offer(name: str = "Tin.Comet.2021.1080p.WEB-DL.x264-GRP", indexer: str = "Lab", **more: Any) -> Release:
    told: dict[str, Any] = {
        "guid": f"{indexer}:{name}",
        "download_url": "https://lab.example/dl/1?passkey=hidden-hidden",
        "size": 4_000_000_000,
        "seeders": 10,
        "leechers": 2,
        "categories": (2000, 2040),
        "published": EVENING - timedelta(days=3),
    }
    return Release(name=name, indexer=indexer, **{**told, **more})


@dataclass
class Ours:
    """Our house: its hub, its fakes, its Prowlarr, and what was grabbed."""

    hub: Hub
    database: Database
    house: House
    app: ASGIApp
    street: Street
    time: Time
    fakes: dict[str, Fake]
    grabbed: list[tuple[Release, str]]

    async def add(self, fake: Fake, **more: Any) -> int:
        self.fakes[fake.name] = fake
        told: dict[str, Any] = {
            "kind": "torznab",
            "settings": {"url": "https://lab.example", "api_key": "lab-secret-1"},
        }
        stored = StoredIndexer(name=fake.name, secrets=frozenset({"api_key"}), **{**told, **more})
        return await self.hub.add(stored)

    def client(self, **more: Any) -> httpx2.AsyncClient:
        headers = {"X-Api-Key": OUR_KEY, "User-Agent": "Radarr/5.0 (linux)"}
        return httpx2.AsyncClient(base_url=PROWLARR, headers=headers, transport=self.street, **more)


@dataclass
class Theirs:
    """The other house: it is a Radarr and a Sonarr with one hub."""

    hub: Hub
    radarr: Manager
    sonarr: Manager


def allowing(key: str) -> Callable[[str], Any]:
    async def allow(told: str) -> bool:
        return told == key

    return allow


def file_copy(migrated_file: Path, tmp_path: Path, name: str) -> Database:
    path = tmp_path / f"{name}.db"
    shutil.copyfile(migrated_file, path)
    database = Database(f"sqlite:///{path}", Bus())
    database.open(migrate)
    return database


@asynccontextmanager
async def our_house(database: Database, street: Street, **more: Any) -> AsyncIterator[Ours]:
    time, fakes, grabbed = Time(), dict[str, Fake](), list[tuple[Release, str]]()
    hub = Hub(database, lambda stored: fakes[stored.name], clock=time.clock, monotonic=time.monotonic, sleep=time.sleep)
    await hub.open()

    schemas: Schemas = {}

    async def grab(release: Release, source: str) -> None:
        await hub.fetch(release, source=source)
        grabbed.append((release, source))

    def manager(app: StoredApp) -> Manager:
        make = make_radarr if app.kind == "radarr" else make_sonarr
        return make(
            name=app.name, url=app.url, api_key=app.api_key, schemas=schemas, transport=street, clock=time.clock
        )

    told: dict[str, Any] = {"secret": b"s" * 32, "api_key": OUR_KEY, "manager": manager, "grab": grab}
    house = House(hub, database, **{**told, "clock": time.clock, **more})
    app = prowlarr_app(house, allowing(OUR_KEY))
    street.hosts["prowlarr"] = app
    yield Ours(hub, database, house, app, street, time, fakes, grabbed)
    await hub.close()


@asynccontextmanager
async def their_house(database: Database, street: Street) -> AsyncIterator[Theirs]:
    time = Time()

    def make(stored: StoredIndexer) -> Indexer:
        return NewznabIndexer(
            stored.name,
            stored.settings["url"],
            stored.settings["api_key"],
            protocol=Protocol.USENET if stored.kind == "newznab" else Protocol.TORRENT,
            api_path=stored.settings["api_path"],
            categories=stored.chosen,
            transport=street,
            clock=time.clock,
            sleep=time.sleep,
        )

    hub = Hub(database, make, clock=time.clock, monotonic=time.monotonic, sleep=time.sleep)
    await hub.open()
    street.hosts["radarr"] = radarr_app(hub, allowing(THEIR_KEY))
    street.hosts["sonarr"] = sonarr_app(hub, allowing(THEIR_KEY))
    radarr = make_radarr(name="Radarr", url=RADARR, api_key=THEIR_KEY, transport=street)
    sonarr = make_sonarr(name="Sonarr", url=SONARR, api_key=THEIR_KEY, transport=street)
    yield Theirs(hub, radarr, sonarr)
    await radarr.close()
    await sonarr.close()
    await hub.close()


RADARR_APP = StoredApp(name="Radarr", kind="radarr", url=RADARR, api_key=THEIR_KEY, own_url=PROWLARR)
SONARR_APP = replace(RADARR_APP, name="Sonarr", kind="sonarr", url=SONARR)
