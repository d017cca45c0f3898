"""A real house in processes of its own, with the lab around it, for the stories to live in."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from matinee.demo.guest import Guest, News
from matinee.lab import Addresses
from matinee.web.models import JourneyOut, RequestOut

OWNER, PASSWORD = "anna", "correct horse battery"
START_SECONDS = 30.0

SETTINGS = """
data = "{folder}/data"
{database}

[server]
port = 0

[library]
root = "{media}"

[metadata]
picture_hosts = ["{host}"]

[metadata.tmdb]
key = "{tmdb_key}"
url = "{tmdb}"
images = "{images}"

[metadata.tvdb]
key = "{tvdb_key}"
pin = "{tvdb_pin}"
url = "{tvdb}"

[metadata.tvmaze]
url = "{tvmaze}"

[metadata.wikidata]
contact = "anna@house.test"
url = "{wikidata}"
queries = "{wikidata_queries}"
images = "{wikidata_images}"

[tunnel]
{tunnel}

[torrent]
port = 0
dht = false
{torrent}

[search]
internet_archive = false
{search}

{indexers}
"""

TIED_TO_LOOPBACK = """
mode = "interface"
device = "lo"
"""

THE_LAB = """
[[indexers]]
name = "Lab"
url = "{torznab}"
api_key = "{torznab_key}"
"""


@dataclass
class RunningHouse:
    """`matinee serve` in a folder; it can be killed and started again and remembers."""

    folder: Path
    found: Addresses
    media: Path = field(init=False)
    torrent: str = ""
    tunnel: str = TIED_TO_LOOPBACK
    search: str = ""
    plug: str | None = None
    database: str = ""
    indexers: str = THE_LAB
    url: str = ""
    guest: Guest = field(init=False)
    _process: asyncio.subprocess.Process | None = None
    _signed_up: bool = False
    _log: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.media = self.folder / "media"

    @property
    def library(self) -> Path:
        return self.media / "library"

    @property
    def films(self) -> list[Path]:
        """Every file of the library, hidden ones too."""
        return sorted(path for path in self.library.rglob("*") if path.is_file())

    async def start(self) -> None:
        """Start it and sign in; returns when it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        config = self.folder / "matinee.toml"
        config.write_text(self._settings())
        program = [str(Path(__file__).with_name("crashing_house.py"))] if self.plug else ["-m", "matinee.cli"]
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            *program,
            "serve",
            "--config",
            str(config),
            env={**os.environ, **self._plugged()},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        async with asyncio.timeout(START_SECONDS):
            await self._find_url()
        self.guest = Guest(self.url)
        if self._signed_up:
            await self.guest.sign_in(OWNER, PASSWORD)

    def _plugged(self) -> Mapping[str, str]:
        return {"MATINEE_PLUG": self.plug} if self.plug else {}

    async def _find_url(self) -> None:
        assert self._process and self._process.stdout
        async for raw in self._process.stdout:
            line = raw.decode().strip()
            self._log.append(line)
            if line.startswith("Matinee is at "):
                self.url = line.rsplit(" ", 1)[-1]
                if self._signed_up:
                    break
            if "enter the code" in line:
                guest = Guest(self.url)
                await guest.set_up(line.rsplit(" ", 1)[-1], OWNER, PASSWORD)
                await guest.http.aclose()
                self._signed_up = True
                break
        else:
            raise AssertionError("the house did not start:\n" + "\n".join(self._log))
        self._reader = asyncio.create_task(self._read_on())

    async def _read_on(self) -> None:
        assert self._process and self._process.stdout
        async for raw in self._process.stdout:
            self._log.append(raw.decode().rstrip())

    async def died(self) -> None:
        """Wait until it has died by itself."""
        assert self._process
        await self._process.wait()
        await self._reader
        await self.guest.http.aclose()

    async def kill(self) -> None:
        """kill -9, as a power cut would."""
        assert self._process
        self._process.send_signal(signal.SIGKILL)
        await self.died()

    async def restart(self) -> None:
        """Start again after it died."""
        await self.start()

    async def stop(self) -> None:
        """Close the house politely."""
        if self._process is None:
            return
        if self._process.returncode is None:
            self._process.terminate()
            async with asyncio.timeout(20):
                await self.died()

    def engine(self) -> psutil.Process:
        """The torrent engine's process."""
        return self.program("matinee.torrent_process")

    def program(self, module: str) -> psutil.Process:
        """The process of one of the house's own programs."""
        assert self._process
        for child in psutil.Process(self._process.pid).children():
            with contextlib.suppress(psutil.Error):  # it may just have ended
                if module in child.cmdline():
                    return child
        raise AssertionError(f"{module} does not run")

    async def until(self, request_id: int, state: str = "done", *, seconds: float = 60.0) -> RequestOut:
        """Follow a request until all its journeys are in this state, told by the live stream."""
        async with self.guest.news() as news, asyncio.timeout(seconds):
            while True:
                request = await self.guest.request(request_id)
                if all(journey.state == state for journey in request.journeys):
                    return request
                await _next_of(news, "journey")

    async def until_downloading(self, *, share: float) -> None:
        """Wait until a transfer has come this far."""
        async with self.guest.news() as news, asyncio.timeout(30):
            async for item in news:
                if item.kind == "download" and any(d["done"] >= share * d["size"] > 0 for d in item.told["downloads"]):
                    return

    async def downloads(self) -> list[dict[str, Any]]:
        """What the download client holds; waits for it to come up after a restart."""
        async with self.guest.news() as news, asyncio.timeout(30):
            while True:
                answer = await self.guest.http.get("/api/activity")
                found: list[dict[str, Any]] = answer.json()["downloads"]
                if found and all(download["state"] == "complete" for download in found):
                    return found
                await _next_of(news, "download")

    @property
    def log(self) -> str:
        """All it has said."""
        return "\n".join(self._log)

    def _settings(self) -> str:
        found = self.found
        return SETTINGS.format(
            folder=self.folder,
            media=self.media,
            host=found.tmdb.split("/")[2],
            tmdb=found.tmdb,
            tmdb_key=found.tmdb_key,
            images=found.tmdb_images,
            tvdb=found.tvdb,
            tvdb_key=found.tvdb_key,
            tvdb_pin=found.tvdb_pin,
            tvmaze=found.tvmaze,
            wikidata=found.wikidata,
            wikidata_queries=found.wikidata_queries,
            wikidata_images=found.wikidata_images,
            indexers=self.indexers.format(
                torznab=found.torznab,
                torznab_key=found.torznab_key,
                newznab=found.newznab,
                news_host=found.news.partition(":")[0],
                news_port=found.news.partition(":")[2],
            ),
            torrent=self.torrent,
            tunnel=self.tunnel,
            search=self.search,
            database=f'database.url = "{self.database}"' if self.database else "",
        )


async def _next_of(news: AsyncIterator[News], kind: str) -> News:
    async for item in news:
        if item.kind == kind:
            return item
    raise AssertionError("the live stream ended")


def only_journey(request: RequestOut) -> JourneyOut:
    """The one journey of a movie."""
    (journey,) = request.journeys
    return journey
