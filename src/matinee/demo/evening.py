"""Opens the lab and the house, asks for a film and an episode, watches them arrive, and checks what came."""

import asyncio
import contextlib
import secrets
import shutil
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from matinee.app import House, run_house
from matinee.demo.check import Finding, check_all
from matinee.demo.guest import Guest
from matinee.demo.report import judge_times, report, write_report
from matinee.demo.show import Show
from matinee.kernel.config import load, write_privately
from matinee.kernel.errors import MatineeError, Refused
from matinee.lab import Addresses, Lab
from matinee.settings import Settings
from matinee.web.models import JourneyOut, RequestOut

FILM = "Paper Orchard"
SERIES = "Night Tram"
SEED_RATE = 12_000_000
PATIENCE_SECONDS = 50.0
OWNER = "owner"
FIRST_PORT = 8440

_SETTINGS = """# The demo's house. A real one looks much the same: see docs/configuration.md
data = "{folder}/data"

[server]
port = {port}

[library]
root = "{folder}/media"

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
contact = "demo@localhost"
url = "{wikidata}"
queries = "{wikidata_queries}"
images = "{wikidata_images}"

# The lab's internet is the loopback device: torrents are bound to it and can reach nothing else.
[tunnel]
mode = "interface"
device = "lo"

[torrent]
port = 0
dht = false

[[indexers]]
name = "Lab"
url = "{torznab}"
api_key = "{torznab_key}"
"""


class Failed(MatineeError):
    """The evening did not go as planned; the message names the stage."""


@dataclass(frozen=True)
class Opened:
    """The house as the guest finds it."""

    url: str
    house: House


async def run_demo(var: Path, *, once: bool, console: Console) -> None:
    """The whole evening. With `once` everything is checked, a report is written, and the house closes."""
    begun = time.time()
    folder = var / "demo"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    lab = Lab(var / "lab", seed_rate=SEED_RATE, on_progress=lambda done, of: _say_making(console, done, of))
    console.print("[bold]Matinee[/bold]  Ask for a film, watch it tonight.\n")
    async with _lab_open(lab) as found:
        console.print(f"The lab, a little internet on this machine, is open at {found.control}.", soft_wrap=True)
        warm = time.time()  # making the films is done once and for all
        async with _house_open(folder, found) as opened:
            await _evening(folder, opened, Times(begun, warm), once=once, console=console)


@dataclass(frozen=True)
class Times:
    """When the demo began, and when its films were there; seconds since 1970."""

    begun: float
    warm: float


async def _evening(folder: Path, opened: Opened, times: Times, *, once: bool, console: Console) -> None:
    password = secrets.token_urlsafe(9)
    async with Guest(opened.url) as guest:
        await guest.set_up(opened.house.desk.setup.code, OWNER, password)
        console.print(f"The house is open at [bold]{opened.url}[/bold], with its own torrent engine.\n")
        wishes: list[RequestOut] = []
        findings: list[Finding] = []
        try:
            wishes = await _watch_arrive(guest, console)
            _all_arrived(wishes)
            if once:
                findings = await check_all(opened.house.desk.parts, guest, wishes)
                findings += judge_times(wishes, time.time() - times.warm)
        finally:
            told = report(wishes, findings, begun=times.begun, ended=time.time())
            write_report(folder / "report.json", told)
    if once:
        _summarise(console, folder, told, findings)
        return
    _invite(console, opened.url, password, wishes)
    await opened.house.desk.stopping.wait()


async def _watch_arrive(guest: Guest, console: Console) -> list[RequestOut]:
    """Ask for both, and follow them until they have come to an end or patience has."""
    with Show(console) as show:
        async with guest.news() as news:
            try:
                wishes = [await guest.ask_for_film(FILM), await guest.ask_for_episode(SERIES, 1, 1)]
            except MatineeError as error:
                raise Failed(f"stage 'asked' failed: {error}") from error
            show.ask(wishes)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE_SECONDS):
                    async for item in news:
                        show.take(item)
                        if show.settled:
                            break
    return [await guest.request(wish.id) for wish in wishes]


def _all_arrived(wishes: list[RequestOut]) -> None:
    """Failed names the stage where a journey has stopped."""
    for journey in _journeys(wishes):
        if journey.state == "failed":
            raise Failed(f"stage '{journey.stage}' of {journey.label} failed: {journey.text}")
        if journey.state != "done":
            why = f": {journey.text}" if journey.text else ""
            raise Failed(f"stage '{journey.stage}' of {journey.label} did not end in {PATIENCE_SECONDS:g} s{why}")


def _journeys(wishes: list[RequestOut]) -> list[JourneyOut]:
    return [journey for wish in wishes for journey in wish.journeys]


@contextlib.asynccontextmanager
async def _lab_open(lab: Lab) -> AsyncIterator[Addresses]:
    found = await lab.start()
    try:
        yield found
    finally:
        await lab.stop()


@contextlib.asynccontextmanager
async def _house_open(folder: Path, found: Addresses) -> AsyncIterator[Opened]:
    """Serve the house for as long as the block lasts; on the usual port, or any when that is taken."""
    for port in (FIRST_PORT, 0):
        stopping, ready = asyncio.Event(), asyncio.get_running_loop().create_future()
        task = asyncio.create_task(run_house(_settings(folder, found, port), on_ready=_tell(ready), stopping=stopping))
        await asyncio.wait({task, ready}, return_when=asyncio.FIRST_COMPLETED)
        if ready.done():
            break
        if port == 0 or not isinstance(task.exception(), Refused):
            task.result()
    try:
        yield ready.result()
    finally:
        stopping.set()
        await task


def _tell(ready: "asyncio.Future[Opened]") -> Callable[[House, str], None]:
    return lambda house, url: ready.set_result(Opened(url, house))


def _settings(folder: Path, found: Addresses, port: int) -> Settings:
    text = _SETTINGS.format(
        folder=folder.absolute(),
        port=port,
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
        torznab=found.torznab,
        torznab_key=found.torznab_key,
    )
    path = folder / "matinee.toml"
    write_privately(path, text)
    return load(Settings, path, {})


def _say_making(console: Console, done: int, of: int) -> None:
    if done == 0:
        console.print("Making the lab's films (only the first time) …")
    elif done == of:
        console.print(f"Made {of} films.")


def _summarise(console: Console, folder: Path, told: dict[str, object], findings: list[Finding]) -> None:
    console.print()
    for finding in findings:
        mark = "[green]✓[/green]" if finding.ok else "[yellow]–[/yellow]" if finding.skipped else "[red]✗[/red]"
        console.print(f"{mark} {finding.what}: {finding.seen}", soft_wrap=True)
    console.print(
        f"\nFrom the wishes to the screen: {told['total_seconds']} s; "
        f"from download complete to ready: {told['own_seconds']} s. Report: {folder / 'report.json'}",
        soft_wrap=True,
    )
    bad = [finding for finding in findings if not finding.ok and not finding.skipped]
    if bad:
        raise Failed(f"stage '{bad[0].stage}': {bad[0].what}: {bad[0].seen}")


def _invite(console: Console, url: str, password: str, finished: list[RequestOut]) -> None:
    film = finished[0].journeys[0].file_id
    console.print(
        f"\n[bold green]Ready.[/bold green] Watch it at [bold]{url}/watch/{film}[/bold]\n"
        f"Sign in as [bold]{OWNER}[/bold] with [bold]{password}[/bold] (shown this one time). Ctrl+C closes the house."
    )
