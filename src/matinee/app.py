"""The house, built once: settings → memory → engines and products fill the roles → pages → journeys."""

import asyncio
import contextlib
import fcntl
import hashlib
import logging
import os
import secrets
import socket
import struct
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

from matinee.engines.artwork import Artwork, hosts_of
from matinee.engines.metadata import Cached, Crosswalk, Sources, Tmdb, Tvdb, TvMaze, Wikidata
from matinee.engines.probing import probe
from matinee.guises import Guises
from matinee.house_map import house_parts, map_now, tunnel_in_words
from matinee.kernel.auth import Doorkeeper, Role
from matinee.kernel.cache import FolderCache
from matinee.kernel.children import Child
from matinee.kernel.clock import now
from matinee.kernel.config import write_privately
from matinee.kernel.database import Database
from matinee.kernel.drivers import driver
from matinee.kernel.errors import Refused
from matinee.kernel.events import Bus
from matinee.kernel.guard import Guard
from matinee.kernel.journeys import Backoff, Journeys
from matinee.kernel.redact import redact
from matinee.kernel.server import serve, stop_on_signals
from matinee.media.release import Protocol
from matinee.pipeline.clients import ClientSeat
from matinee.pipeline.explaining import Explained, explain
from matinee.pipeline.following import Follower
from matinee.pipeline.noticing import notice_news
from matinee.pipeline.parts import Parts, Shelf
from matinee.pipeline.ports import DownloadClient, MetadataSource
from matinee.pipeline.search import Hub
from matinee.pipeline.tales import tell_tales
from matinee.pipeline.taste import Tastes
from matinee.products.qbittorrent.client import QBittorrentClient
from matinee.seating import Seating, seats_of
from matinee.settings import BUILTIN, PROTOCOLS, ClientSettings, Settings
from matinee.store.indexers import StoredIndexer
from matinee.store.migrations import migrate, newest
from matinee.store.profiles import is_done, keep_done, read_definitions_source
from matinee.topology import Topology
from matinee.topology.checks import checks_for
from matinee.topology.house import running_house
from matinee.topology.probe import Prober
from matinee.topology.report import LinkProbed, States
from matinee.web.catalogue import Catalogue
from matinee.web.desk import Desk, FrontDoor, HouseFacts, SetupCode
from matinee.web.house import findings
from matinee.web.site import site

log = logging.getLogger(__name__)

MB = 1024 * 1024
FIRST_INDEXER = "first indexer"
LEAST_RSS_MINUTES = 1.0
LONGEST_SOCKET_PATH = 100


@dataclass
class House:
    """All parts of the running house, and what keeps them running."""

    settings: Settings
    desk: Desk
    children: list[Child]
    needs_owner: bool


@contextlib.asynccontextmanager
async def open_house(settings: Settings, stopping: asyncio.Event) -> AsyncIterator[House]:
    """Build the house, start what must run, and put everything away in the end."""
    _make_folders(settings)
    async with _alone(settings.data_folder), _at_rest(settings, stopping) as desk:
        parts, children = desk.parts, _torrent_child(settings)
        errands = _errands(settings, desk)
        async with _running([*(child.run() for child in children), *errands]):
            await parts.journeys.open()
            try:
                yield House(settings, desk, children, not await desk.doorkeeper.anyone_here())
            finally:
                await parts.journeys.close()


async def map_of_house(settings: Settings, *, live: bool) -> tuple[Topology, States]:
    """The declared map, or that of the house itself when none is; `live` asks every link, from outside."""
    if settings.declared.services:
        prober = Prober(settings.declared, checks_for(settings.declared))
        if live:
            await prober.probe()
        return settings.declared, prober.states
    if not live:
        return running_house(house_parts(settings, seats_of(settings.indexers))), {}
    async with _at_rest(settings, asyncio.Event()) as desk:
        await desk.prober.probe()
        return desk.topology, desk.prober.states


async def examine_house(settings: Settings) -> list[str]:
    """What the owner should look after, in words; empty when all is well."""
    async with _at_rest(settings, asyncio.Event()) as desk:
        await desk.prober.probe()
        return findings(desk)


async def explain_title(settings: Settings, text: str, *, search: bool) -> list[Explained]:
    """Every release of a title with its score and reasons, as the house remembers them or by asking now."""
    async with _at_rest(settings, asyncio.Event()) as desk:
        return await explain(desk.parts, text, search=search)


async def create_owner(settings: Settings, name: str) -> str:
    """Make the first owner; returns the password, which is nowhere else."""
    password = secrets.token_urlsafe(12)
    async with _at_rest(settings, asyncio.Event()) as desk:
        await desk.doorkeeper.create_user(name, password, Role.OWNER, now())
    return password


@contextlib.asynccontextmanager
async def _at_rest(settings: Settings, stopping: asyncio.Event) -> AsyncIterator[Desk]:
    """The house with its memory open, but with nothing set in motion."""
    _make_folders(settings)
    database = Database(settings.database_url(), Bus())
    database.open(migrate)
    try:
        sources = _sources(settings)
        catalogue = await _catalogue(settings, database)
        seating = Seating(database, catalogue, Guard(settings.search.allow_hosts))
        parts = _parts(settings, database, sources, seating)
        await parts.tastes.open()
        await seating.read()
        await parts.hub.open()
        await _begin_with_the_archive(settings, parts)
        desk = _desk(settings, parts, sources, seating, stopping)
        tell_tales(parts)
        yield desk
        await parts.hub.close()
        await seating.close()
        await desk.prober.close()
        await desk.artwork.close()
    finally:
        await database.close()


async def run_house(settings: Settings, *, on_ready: Callable[[House, str], None], stopping: asyncio.Event) -> None:
    """Serve the house until it is asked to stop."""
    with stop_on_signals(stopping):
        async with open_house(settings, stopping) as house:

            def opened(url: str) -> None:
                house.desk.door.url = url
                on_ready(house, url)

            await serve(
                site(house.desk),
                host=settings.server.host,
                port=settings.server.port,
                trusted_proxies=settings.server.trusted_proxies,
                stopping=stopping,
                on_ready=opened,
            )


@contextlib.asynccontextmanager
async def _alone(folder: Path) -> AsyncIterator[None]:
    """One house a data folder: a second one would do every errand twice. Refused while another holds it."""
    with (folder / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Refused(
                f"another Matinee runs on {folder}: stop it, or give this one a folder of its own (data)"
            ) from error
        yield


@contextlib.asynccontextmanager
async def _running(errands: list[Coroutine[None, None, None]]) -> AsyncIterator[None]:
    """Run these for as long as the block lasts."""
    tasks = [asyncio.create_task(errand) for errand in errands]
    for task in tasks:
        task.add_done_callback(_should_not_end)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _should_not_end(task: asyncio.Task[None]) -> None:
    """These run for as long as the house; one that ends by itself has a fault to tell of."""
    if not task.cancelled():
        log.error("a part of the house has stopped", exc_info=task.exception())


def _errands(settings: Settings, desk: Desk) -> list[Coroutine[None, None, None]]:
    """What goes on for as long as the house is open."""
    parts, minutes = desk.parts, settings.search.rss_minutes
    errands = [
        desk.catalogue.keep_fresh(partial(parts.hub.reload, anew=True)),
        _keep_the_map(desk),
        *(follower.follow() for follower in parts.followers.values()),
    ]
    if desk.sync:
        errands.append(desk.sync.keep_in_step())
    if minutes:
        errands.append(notice_news(parts, max(minutes, LEAST_RSS_MINUTES)))
    return errands


def _make_folders(settings: Settings) -> None:
    for folder in (settings.data_folder, settings.downloads, settings.shelf):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Refused(f"the folder {folder} cannot be made: {error.strerror}") from error
    settings.data_folder.chmod(0o700)


def _parts(settings: Settings, database: Database, sources: list[MetadataSource], seating: Seating) -> Parts:
    own = _torrent_client(settings)
    clients = [*([own] if own else []), *(_client(told) for told in settings.clients)]
    followers = {client.name: Follower(client, database.bus) for client in clients}
    return Parts(
        database=database,
        journeys=Journeys(database, backoff=Backoff(first=timedelta(seconds=2), longest=timedelta(minutes=15))),
        metadata=Sources(sources, _crosswalk(settings, sources)),
        hub=_hub(settings, database, seating),
        followers=followers,
        clients=(*([ClientSeat(own.name)] if own else []), *map(_seat, settings.clients)),
        probe=probe,
        shelf=Shelf(
            library=settings.shelf,
            downloads=settings.downloads,
            movies=settings.library.movies,
            series=settings.library.series,
            allow_copy=settings.library.allow_copy,
        ),
        tastes=Tastes(database, settings.library.profile),
        search_again=timedelta(minutes=settings.search.again_minutes),
        stall_after=timedelta(minutes=settings.torrent.stall_minutes),
    )


def _sources(settings: Settings) -> list[MetadataSource]:
    """The metadata sources, each behind its memory on disk; in the order of `_house_parts`."""
    told = settings.metadata
    cache = FolderCache(settings.data_folder / "cache" / "metadata", limit_bytes=told.cache_mb * MB // 4)
    found: list[MetadataSource] = []
    if told.tmdb.key:
        tmdb = Tmdb(
            str(told.tmdb.url),
            told.tmdb.key.get_secret_value(),
            image_base=str(told.tmdb.images),
            language=told.tmdb.language,
        )
        found.append(Cached(tmdb, cache, scope=told.tmdb.language))
    if told.tvdb.key:
        tvdb = Tvdb(
            str(told.tvdb.url),
            told.tvdb.key.get_secret_value(),
            pin=told.tvdb.pin.get_secret_value(),
            language=told.tvdb.language,
            order=told.tvdb.order,
        )
        found.append(Cached(tvdb, cache, scope=f"{told.tvdb.language} {told.tvdb.order}"))
    if told.tvmaze.enabled:
        found.append(Cached(TvMaze(str(told.tvmaze.url)), cache))
    if told.wikidata.enabled and told.wikidata.contact:
        wikidata = Wikidata(
            str(told.wikidata.url),
            contact=told.wikidata.contact,
            queries=str(told.wikidata.queries),
            images=str(told.wikidata.images),
            language=told.wikidata.language,
        )
        found.append(Cached(wikidata, cache, scope=told.wikidata.language))
    return found


def _crosswalk(settings: Settings, sources: list[MetadataSource]) -> Crosswalk:
    """What each source calls the titles of the others, with a memory of its own."""
    return Crosswalk(sources, FolderCache(settings.data_folder / "cache" / "numbers", limit_bytes=8 * MB))


def _hub(settings: Settings, database: Database, seating: Seating) -> Hub:
    told = settings.search
    return Hub(
        database,
        seating.make,
        fixed=seats_of(settings.indexers),
        deadline=told.deadline_seconds,
        patience=seating.patience,
        search_seconds=told.cache_minutes * 60,
        rss_seconds=told.rss_cache_minutes * 60,
    )


async def _begin_with_the_archive(settings: Settings, parts: Parts) -> None:
    """A new house without an indexer begins with the one that is free for everybody; sent away, it stays away."""
    is_settled = await parts.database.read(lambda db: is_done(db, FIRST_INDEXER))
    if is_settled or parts.hub.seats():
        return
    if settings.search.internet_archive:
        await parts.hub.add(StoredIndexer(name="Internet Archive", kind="archive", priority=50))
    await parts.database.write(lambda tx: keep_done(tx, FIRST_INDEXER))


def _torrent_client(settings: Settings) -> DownloadClient | None:
    """Who downloads torrents; nobody while the owner has not said where their traffic may go."""
    told = settings.torrent
    if told.client != BUILTIN:
        make: Callable[..., DownloadClient] = driver(told.client, "make_download_client")
        return make(url=str(told.url), username=told.username, password=told.password.get_secret_value())
    if settings.tunnel.mode == "off":
        return None
    return QBittorrentClient(
        "http://torrent-engine",
        ENGINE_USER,
        _engine_password(settings),
        uds=str(_engine_socket(settings)),
        name="Torrent engine",
    )


def _client(told: ClientSettings) -> DownloadClient:
    """One of the owner's own clients, called as the owner calls it."""
    make: Callable[..., DownloadClient] = driver(told.kind, "make_download_client")
    made = make(url=str(told.url), username=told.username, password=told.password.get_secret_value())
    made.name = told.name
    return made


def _seat(told: ClientSettings) -> ClientSeat:
    protocol = Protocol(told.protocol or PROTOCOLS[told.kind])
    indexers = frozenset(told.indexers)
    return ClientSeat(told.name, protocol, told.priority, indexers, told.their_folder, told.our_folder)


ENGINE_USER = "matinee"


def _torrent_child(settings: Settings) -> list[Child]:
    """The built-in torrent engine, in a process of its own and bound to the tunnel's address alone."""
    if settings.torrent.client != BUILTIN or settings.tunnel.mode == "off":
        return []
    password = {"MATINEE_TORRENT_PASSWORD": _engine_password(settings)}
    return [Child("torrent engine", lambda: _engine_arguments(settings), password)]


def _engine_arguments(settings: Settings) -> list[str]:
    options = {
        "--state": settings.data_folder / "torrent",
        "--socket": _engine_socket(settings),
        "--port": settings.torrent.port,
        "--downloads": settings.downloads,
        "--username": ENGINE_USER,
        "--parent": os.getpid(),
    }
    address = tunnel_address(settings)
    if settings.tunnel.mode == "interface":
        options["--device"] = settings.tunnel.device
    else:
        options["--bind"] = address
    arguments = ["-m", "matinee.torrent_process"]
    for name, value in options.items():
        arguments += [name, str(value)]
    return [*arguments, "--dht"] if settings.torrent.dht else arguments


def tunnel_address(settings: Settings) -> str:
    """The one address torrents may use. Refused when the tunnel's device is not there: nothing leaks around it.

    The engine is told the device's name and ties every socket to it, because an address alone chooses no way out.
    Names of trackers are still looked up with the house's own DNS, until the engine lives in a network namespace.
    """
    if settings.tunnel.mode == "none":
        return "0.0.0.0"  # noqa: S104 - the owner has written out that torrents go unprotected
    return address_of(settings.tunnel.device)


def address_of(device: str) -> str:
    """The IPv4 address of a network device; Refused, with the cure, when it has none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            answer = fcntl.ioctl(asking.fileno(), 0x8915, struct.pack("256s", device.encode()[:15]))  # SIOCGIFADDR
        except OSError as error:
            raise Refused(
                f"tunnel.device '{device}' is not there or has no address: start the VPN first, "
                "or name another device. Torrents stay off until then."
            ) from error
    return socket.inet_ntoa(answer[20:24])


def _engine_socket(settings: Settings) -> Path:
    """Where the engine listens; Linux allows no long paths for that, so a deep data folder gets a short one."""
    beside = settings.data_folder / "torrent.sock"
    if len(os.fsencode(beside)) <= LONGEST_SOCKET_PATH:
        return beside
    name = hashlib.sha256(os.fsencode(beside)).hexdigest()[:16]
    folder = Path(tempfile.gettempdir()) / f"matinee-{os.getuid()}-{name}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.getuid() or folder.stat().st_mode & 0o077:
        raise Refused(f"{folder} belongs to somebody else: remove it, or give `data` a shorter path")
    return folder / "torrent.sock"


def _engine_password(settings: Settings) -> str:
    """The password between the house and its engine, made once and kept for the owner's eyes only."""
    path = settings.data_folder / "torrent.secret"
    if not path.exists():
        write_privately(path, secrets.token_urlsafe(32))
    password = path.read_text().strip()
    redact.remember([password])
    return password


async def _catalogue(settings: Settings, database: Database) -> Catalogue:
    """The definitions that the settings name, else those that the owner chose on the page."""
    chosen = await database.read(read_definitions_source)
    guard = Guard(settings.search.allow_hosts)
    return Catalogue(settings.definitions_folder, settings.definitions.source or chosen or "", guard=guard)


def _desk(
    settings: Settings,
    parts: Parts,
    sources: list[MetadataSource],
    seating: Seating,
    stopping: asyncio.Event,
) -> Desk:
    told = settings.metadata
    pictures = FolderCache(settings.data_folder / "cache" / "pictures", limit_bytes=told.cache_mb * MB * 3 // 4)
    hosts = hosts_of([str(told.tmdb.images), str(told.wikidata.images)]) | frozenset(told.picture_hosts)
    door = FrontDoor(_usual_address(settings))
    draw = partial(map_now, settings, parts, sources, door)
    topology, checks = draw()
    database = settings.database_url().partition(":")[0]
    facts = HouseFacts(now(), database, newest(), tunnel_in_words(settings))
    doorkeeper = Doorkeeper(parts.database)
    guises = Guises(parts, doorkeeper, seating, settings.data_folder)
    return Desk(
        parts=parts,
        doorkeeper=doorkeeper,
        artwork=Artwork(pictures, hosts),
        draw=draw,
        topology=topology,
        prober=Prober(topology, checks, tell=lambda report: parts.database.bus.publish(LinkProbed(report))),
        facts=facts,
        setup=SetupCode(),
        door=door,
        stopping=stopping,
        catalogue=seating.catalogue,
        seating=seating,
        sync=guises,
        guises=guises.apps(),
    )


async def _keep_the_map(desk: Desk) -> None:
    """Draw it anew whenever an indexer comes, goes or changes."""
    seen = 0
    while True:
        seen = await desk.parts.hub.changed(seen)
        desk.topology, checks = desk.draw()
        desk.prober.redraw(desk.topology, checks)


def _usual_address(settings: Settings) -> str:
    """Where this house is found when it is open; empty when only it knows (port 0)."""
    host, port = settings.server.host, settings.server.port
    if not port:
        return ""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
