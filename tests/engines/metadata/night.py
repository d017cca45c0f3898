"""An evening with all four catalogues of the lab, each behind its memory, without a socket."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
from starlette.applications import Starlette

from matinee.engines.metadata import Cached, Crosswalk, Sources, Tmdb, Tvdb, TvMaze, Wikidata
from matinee.kernel.cache import FolderCache
from matinee.lab import pictures, tmdb, tvdb, tvmaze, wikidata
from matinee.lab.faults import Faults
from matinee.lab.seeder import Seeder
from matinee.lab.street import TMDB_KEY, TVDB_KEY, TVDB_PIN, Street, addresses
from matinee.lab.tracker import Tracker
from matinee.lab.troubles import Troubled
from matinee.pipeline.ports import MetadataSource

BASE = "http://lab.test"


class Night:
    """The catalogues, what goes wrong with them, and a house that asks them; `asked` are the paths it asked for."""

    def __init__(self, folder: Path) -> None:
        self.moment = datetime(2026, 11, 1, 20, 0, tzinfo=UTC)
        self.street = _street()
        self.asked: list[str] = []
        self._transport = _Listening(_app(self.street), self.asked)
        self._folder = folder
        self.tvdb = self._tvdb()

    @property
    def sources(self) -> list[MetadataSource]:
        """Each catalogue as it is, the preferred one first."""
        where, transport = self.street.addresses, self._transport
        return [
            Tmdb(where.tmdb, TMDB_KEY, image_base=where.tmdb_images, transport=transport),
            self.tvdb,
            TvMaze(where.tvmaze, transport=transport),
            Wikidata(
                where.wikidata,
                contact="owner@house.test",
                queries=where.wikidata_queries,
                images=where.wikidata_images,
                transport=transport,
            ),
        ]

    def house(self, *names: str, patience: float = 5.0) -> Sources:
        """The sources of these names (all without any) as one, with their memories on disk."""
        answers = FolderCache(self._folder / "answers", limit_bytes=10_000_000, clock=lambda: self.moment)
        cached = [Cached(one, answers) for one in self.sources if not names or one.name in names]
        return Sources(cached, self.crosswalk(*names), patience=patience)

    def crosswalk(self, *names: str) -> Crosswalk:
        """The crosswalk over the sources of these names, with its memory on disk."""
        numbers = FolderCache(self._folder / "numbers", limit_bytes=1_000_000, clock=lambda: self.moment)
        return Crosswalk([one for one in self.sources if not names or one.name in names], numbers)

    def tells(self, **troubles: str) -> None:
        """Something goes wrong with a catalogue, or right again."""
        self.street.troubles.tell(troubles)

    def passes(self, time: timedelta) -> None:
        self.moment += time

    def _tvdb(self) -> Tvdb:
        return Tvdb(self.street.addresses.tvdb, TVDB_KEY, pin=TVDB_PIN, transport=self._transport)


@asynccontextmanager
async def night(folder: Path) -> AsyncIterator[Night]:
    """A night that ends: whoever still hangs is let go."""
    one = Night(folder)
    yield one
    one.street.closing.set()


class _Listening(httpx2.ASGITransport):
    """Calls the lab in this process, and remembers what was asked."""

    def __init__(self, app: Troubled, asked: list[str]) -> None:
        super().__init__(app=app)
        self._asked = asked

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self._asked.append(request.url.path)
        return await super().handle_async_request(request)


def _street() -> Street:
    return Street(
        base=BASE,
        addresses=addresses(BASE),
        faults=Faults(),
        torrents=(),
        tracker=Tracker([]),
        seeder=Seeder("127.0.0.1", None),
        closing=asyncio.Event(),
    )


def _app(here: Street) -> Troubled:
    houses = (tmdb, tvdb, tvmaze, wikidata, pictures)
    app = Starlette(routes=[route for house in houses for route in house.routes()])
    app.state.street = here
    return Troubled(app, here.troubles, here.closing)
