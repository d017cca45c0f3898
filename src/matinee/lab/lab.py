"""The lab: a little internet on loopback with metadata, an indexer, a tracker, a seeder and a news server."""

import asyncio
import json
import signal
from pathlib import Path
from types import TracebackType
from typing import Self

from starlette.applications import Starlette

from matinee.lab import control, pictures, tmdb, torznab, tracking, troubling, tvdb, tvmaze, wikidata
from matinee.lab.faults import Faults
from matinee.lab.films import Progress, film_stock
from matinee.lab.news import NewsLab
from matinee.lab.seeder import Seeder
from matinee.lab.server import Door, listen
from matinee.lab.street import Addresses, Street, addresses
from matinee.lab.torrents import Torrent
from matinee.lab.tracker import Tracker
from matinee.lab.troubles import Troubled, Troubles


class Lab:
    """Everything Matinee finds outside, running in this event loop; films are made into `folder` once.

    `seed_rate` is the seeder's upload limit in bytes a second; `on_progress` hears (steps done, steps in all)
    while films are made, from any thread. `faults` may be changed at any time.
    """

    def __init__(
        self,
        folder: Path,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        seed_rate: int | None = None,
        faults: Faults | None = None,
        on_progress: Progress | None = None,
    ) -> None:
        self.folder = folder
        self.faults = faults or Faults()
        self._host, self._port = host, port
        self._seed_rate = seed_rate
        self._on_progress = on_progress
        self._street: Street | None = None
        self._door: Door | None = None

    async def start(self) -> Addresses:
        """Make the films if need be, open the door, seed; returns when the tracker knows all seeds."""
        torrents = await asyncio.to_thread(film_stock, self.folder, self._on_progress)
        listener = listen(self._host, self._port)
        base = f"http://{self._host}:{listener.getsockname()[1]}"
        news = NewsLab(host=self._host)
        news.start()
        self._street = self._furnish(base, torrents, news)
        self._door = Door(_app(self._street), listener)
        try:
            await self._door.open()
            await self._street.start_seeding()
        except BaseException:
            await self.stop()
            raise
        return self._street.addresses

    async def stop(self) -> None:
        """Leave the swarms and shut the door; a lab that did not start is already stopped."""
        if self._street is None or self._door is None:
            return
        self._street.closing.set()
        await self._street.stop_seeding()
        if self._street.news:
            await asyncio.to_thread(self._street.news.stop)
        await self._door.close()
        self._street = self._door = None

    @property
    def addresses(self) -> Addresses:
        """Where everything is to be found; RuntimeError when nothing runs."""
        return self.street.addresses

    @property
    def street(self) -> Street:
        """What runs: tracker, seeder, torrents; RuntimeError when nothing does."""
        if self._street is None:
            raise RuntimeError("the lab is not running")
        return self._street

    async def stop_seeding(self) -> None:
        """Take the seeder out of all swarms."""
        await self.street.stop_seeding()

    async def start_seeding(self) -> None:
        """Bring the seeder back, on another port; returns when the tracker knows."""
        await self.street.start_seeding()

    @property
    def news(self) -> NewsLab:
        """The news server; RuntimeError when nothing runs."""
        if self.street.news is None:
            raise RuntimeError("the lab has no news server")
        return self.street.news

    @property
    def troubles(self) -> Troubles:
        """Which catalogue fails, and how; RuntimeError when nothing runs."""
        return self.street.troubles

    def set_seed_rate(self, rate: int | None) -> None:
        """Change the upload limit, in bytes a second; None lifts it."""
        self.street.seeder.set_rate(rate)

    def _furnish(self, base: str, torrents: tuple[Torrent, ...], news: NewsLab) -> Street:
        return Street(
            base=base,
            addresses=addresses(base, f"{news.host}:{news.port}"),
            faults=self.faults,
            torrents=torrents,
            tracker=Tracker(torrent.infohash for torrent in torrents),
            seeder=Seeder(self._host, self._seed_rate),
            news=news,
            closing=asyncio.Event(),
        )

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()


def _app(here: Street) -> Starlette:
    """All houses of the street under one roof."""
    houses = (tmdb, tvdb, tvmaze, wikidata, pictures, torznab, tracking, control, troubling)
    app = Starlette(routes=[route for house in houses for route in house.routes()])
    app.add_middleware(Troubled, troubles=here.troubles, closing=here.closing)
    app.state.street = here
    return app


def run_lab(
    folder: Path,
    port: int = 0,
    *,
    host: str = "127.0.0.1",
    seed_rate: int | None = None,
    ready_file: Path | None = None,
    on_progress: Progress | None = None,
) -> None:
    """Run a lab until SIGINT or SIGTERM; addresses go to standard output and, as JSON, into `ready_file`."""
    lab = Lab(folder, host=host, port=port, seed_rate=seed_rate, on_progress=on_progress)
    asyncio.run(_until_told(lab, ready_file))


async def _until_told(lab: Lab, ready_file: Path | None) -> None:
    """Start, tell where, wait for the signal, stop."""
    told = asyncio.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sign, told.set)
    try:
        where = await lab.start()
        _tell(where, ready_file)
        await told.wait()
    finally:
        await lab.stop()


def _tell(where: Addresses, ready_file: Path | None) -> None:
    """Print the addresses and write them down whole or not at all."""
    for name, address in where.as_dict().items():
        print(f"{name:12} {address}", flush=True)  # noqa: T201 -- a command's answer
    if ready_file:
        draft = ready_file.with_name(f"{ready_file.name}.part")
        draft.write_text(json.dumps(where.as_dict()))
        draft.replace(ready_file)
