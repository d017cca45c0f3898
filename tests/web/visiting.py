"""The house as its visitors see it: the whole site, in this process, with fakes of everything outside."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx2
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from PIL import Image
from starlette.routing import BaseRoute, Mount

from matinee.engines.artwork import Artwork
from matinee.kernel.auth import Role, User
from matinee.kernel.cache import FolderCache
from matinee.kernel.database import Database
from matinee.kernel.errors import MatineeError
from matinee.topology.house import HouseParts, Part, house_checks, running_house
from matinee.topology.probe import Prober
from matinee.topology.report import LinkProbed
from matinee.web.catalogue import Catalogue
from matinee.web.desk import Desk, FrontDoor, HouseFacts, SetupCode
from matinee.web.site import site
from tests.pipeline.household import EVENING, PASSWORD, Household, household

HOME = "http://house.test"
SITE = site()  # built once: its routes do not change, only what lies on the desk
POSTER = "https://image.tmdb.org/t/p/original/tin.jpg"


@dataclass
class Visit:
    """The site, its desk, and the household behind it. Anna is the owner."""

    home: Household
    desk: Desk
    app: FastAPI
    asked_for_pictures: list[str]
    open_clients: list[httpx2.AsyncClient] = field(default_factory=list)

    def stranger(self, **headers: str) -> httpx2.AsyncClient:
        """Somebody without any credentials, or with these headers."""
        transport = httpx2.ASGITransport(self.app, raise_app_exceptions=False)
        client = httpx2.AsyncClient(transport=transport, base_url=HOME, headers=headers)
        self.open_clients.append(client)
        return client

    async def signed_in(self, name: str = "Anna", *, csrf: bool = True) -> httpx2.AsyncClient:
        """Somebody's browser, with the cookie and (unless told otherwise) what proves that the page is ours."""
        client = self.stranger()
        answer = await client.post("/api/login", json={"name": name, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        if csrf:
            client.headers["X-CSRF-Token"] = answer.json()["csrf"]
        return client

    async def app_of(self, user: User | None = None) -> tuple[httpx2.AsyncClient, int]:
        """An app with a key of its own, and the key's id."""
        made, key = await self.home.doorkeeper.make_key((user or self.home.owner).id, "TV", EVENING)
        return self.stranger(**{"X-Api-Key": key}), made.id

    async def person(self, name: str, role: Role) -> User:
        return await self.home.doorkeeper.create_user(name, PASSWORD, role, EVENING)


class Unmoved:
    """The way through the net stays as it is."""

    async def read(self) -> None:
        return


@asynccontextmanager
async def visiting(database: Database, folder: Path) -> AsyncIterator[Visit]:
    """A house that is open to visitors."""
    async with household(database, folder) as home:
        shelf = home.parts.shelf
        told = HouseParts(
            metadata=(Part("TMDB", "http://tmdb.test"),),
            indexers=(Part("Lab", "http://lab.test"),),
            torrent=Part("Torrent Engine"),
            tunnel="none",
            library=str(shelf.library),
            downloads=str(shelf.downloads),
        )
        topology = running_house(told)
        asked: list[str] = []
        pictures = FolderCache(folder / "pictures", limit_bytes=10_000_000)
        artwork = Artwork(pictures, frozenset({"image.tmdb.org"}), transport=_gallery(asked))
        checks = house_checks(told)
        desk = Desk(
            parts=home.parts,
            doorkeeper=home.doorkeeper,
            artwork=artwork,
            topology=topology,
            prober=Prober(topology, checks, tell=lambda report: database.bus.publish(LinkProbed(report))),
            facts=HouseFacts(EVENING, "sqlite", "0001", "none"),
            setup=SetupCode(),
            door=FrontDoor(HOME),
            stopping=asyncio.Event(),
            catalogue=Catalogue(folder / "definitions", ""),
            seating=Unmoved(),
            draw=lambda: (topology, checks),
        )
        SITE.state.desk = desk
        visit = Visit(home, desk, SITE, asked)
        try:
            yield visit
        finally:
            for client in visit.open_clients:
                await client.aclose()
            await desk.prober.close()
            await artwork.close()


def _gallery(asked: list[str]) -> httpx2.MockTransport:
    out = BytesIO()
    Image.new("RGB", (300, 450), (40, 80, 120)).save(out, "JPEG")

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(str(request.url))
        return httpx2.Response(200, content=out.getvalue())

    return httpx2.MockTransport(answer)


@dataclass(frozen=True)
class Door:
    """One way in: a method and a path pattern."""

    method: str
    path: str
    route: BaseRoute

    @property
    def address(self) -> str:
        """The path with something in its blanks."""
        return re.sub(r"\{[^}]*\}", "1", self.path.replace("{ref}", "movie-tmdb-603"))


def doors(app: FastAPI) -> list[Door]:
    """Every way into the site, those of mounted applications included."""
    return list(_doors(app.routes, ""))


def _doors(routes: list[BaseRoute], above: str) -> Iterator[Door]:
    for told in iter_route_contexts(routes):
        route = told.original_route
        if isinstance(route, Mount):
            below = getattr(route.app, "routes", None)
            if below is None:
                yield Door("*", above + route.path, route)
            else:
                yield from _doors(below, above + route.path)
            continue
        for method in sorted(told.methods or {"*"}):
            yield Door(method, above + (told.path or ""), route)


class Stream:
    """One listener at /api/events; the answer is read as it comes."""

    def __init__(self, app: FastAPI, headers: dict[str, str]) -> None:
        self._messages: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._left = asyncio.Event()
        self._begun = False
        self._text = ""
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": "/api/events",
            "raw_path": b"/api/events",
            "query_string": b"",
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
            "server": ("house.test", 80),
            "client": ("127.0.0.1", 1),
        }
        self.task = asyncio.create_task(app(scope, self._receive, self._send))  # type: ignore[arg-type]

    async def _receive(self) -> dict[str, Any]:
        if not self._begun:
            self._begun = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self._left.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: dict[str, Any]) -> None:
        self._messages.put_nowait(message)

    async def head(self) -> tuple[int, dict[str, str]]:
        message = await self._next()
        headers = {name.decode(): value.decode() for name, value in message["headers"]}
        return message["status"], headers

    async def event(self, name: str | None = None) -> dict[str, Any]:
        """The next event, or the next of this name: its data."""
        while True:
            while "\n\n" not in self._text:
                self._text += (await self._next())["body"].decode()
            block, _, self._text = self._text.partition("\n\n")
            lines = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
            if lines and name in (None, lines["event"]):
                data: dict[str, Any] = json.loads(lines["data"])
                return data

    async def _next(self) -> dict[str, Any]:
        async with asyncio.timeout(15):
            return await self._messages.get()

    async def hang_up(self) -> None:
        self._left.set()
        async with asyncio.timeout(15):
            await self.task


@asynccontextmanager
async def listening(visit: Visit, client: httpx2.AsyncClient) -> AsyncIterator[Stream]:
    """A page that listens to what happens, from the greeting on."""
    cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    stream = Stream(visit.app, {"host": "house.test", "cookie": cookie})
    try:
        yield stream
    finally:
        await stream.hang_up()


def raises(error: MatineeError) -> Any:
    """A stand-in that only fails."""

    async def fail(*args: object, **more: object) -> None:
        raise error

    return fail
