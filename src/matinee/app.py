"""The house, built once: settings → memory → engines and products fill the roles → pages → journeys."""

import asyncio
import contextlib
import fcntl
import logging
import secrets
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

from matinee.download_settings import BUILTIN, PROTOCOLS, ClientSettings, Torrent
from matinee.engine_doors import engine_doors
from matinee.engines.artwork import Artwork, hosts_of
from matinee.engines.metadata import Cached, Crosswalk, Sources, Tmdb, Tvdb, TvMaze, Wikidata
from matinee.engines.probing import probe
from matinee.guises import Guises
from matinee.house_map import TUNNEL_LINKS, Guarded, house_parts, map_now, tunnel_in_words
from matinee.kernel.auth import Doorkeeper, Role
from matinee.kernel.cache import FolderCache
from matinee.kernel.children import Child
from matinee.kernel.clock import now
from matinee.kernel.database import Database
from matinee.kernel.drivers import driver
from matinee.kernel.errors import Refused
from matinee.kernel.events import Bus
from matinee.kernel.guard import Guard
from matinee.kernel.journeys import Backoff, Journeys
from matinee.kernel.server import serve, stop_on_signals
from matinee.media.release import Protocol
from matinee.own_programs import USENET_ENGINE, OwnPrograms
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
from matinee.settings import Settings
from matinee.store.indexers import StoredIndexer
from matinee.store.migrations import migrate, newest
from matinee.store.profiles import is_done, keep_done, read_definitions_source
from matinee.topology import Topology
from matinee.topology.checks import checks_for
from matinee.topology.house import running_house
from matinee.topology.probe import Prober
from matinee.topology.report import LinkProbed, LinkState, States
from matinee.tunnel_watch import TunnelWatch
from matinee.web.catalogue import Catalogue
from matinee.web.desk import Desk, FrontDoor, HouseFacts, SetupCode
from matinee.web.house import findings
from matinee.web.site import site

log = logging.getLogger(__name__)

MB = 1024 * 1024
FIRST_INDEXER = "first indexer"
LEAST_RSS_MINUTES = 1.0
TUNNEL_PAUSE, TUNNEL_REST = 1.0, 60.0  # seconds between two looks at the tunnel's links


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
    async with _alone(settings.data_folder), _at_rest(settings, stopping) as rest:
        desk, children = rest.desk, rest.programs.children()
        parts, errands = desk.parts, _errands(settings, rest)
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
    async with _looking(settings) as desk:
        await desk.prober.probe()
        return desk.topology, desk.prober.states


async def examine_house(settings: Settings) -> list[str]:
    """What the owner should look after, in words; empty when all is well."""
    async with _looking(settings) as desk:
        await desk.prober.probe()
        return findings(desk)


async def explain_title(settings: Settings, text: str, *, search: bool) -> list[Explained]:
    """Every release of a title with its score and reasons, as the house remembers them or by asking now."""
    async with _looking(settings) as desk:
        return await explain(desk.parts, text, search=search)


async def create_owner(settings: Settings, name: str) -> str:
    """Make the first owner; returns the password, which is nowhere else."""
    password = secrets.token_urlsafe(12)
    async with _looking(settings) as desk:
        await desk.doorkeeper.create_user(name, password, Role.OWNER, now())
    return password


@contextlib.asynccontextmanager
async def _looking(settings: Settings) -> AsyncIterator[Desk]:
    """The house for one look at it or one change; it may be running elsewhere at the same time."""
    async with _at_rest(settings, asyncio.Event()) as rest:
        if rest.watch:
            await rest.watch.look()
        yield rest.desk


@dataclass(frozen=True)
class _AtRest:
    """The house with nothing set in motion, and what will be."""

    desk: Desk
    programs: OwnPrograms
    watch: TunnelWatch | None


@contextlib.asynccontextmanager
async def _at_rest(settings: Settings, stopping: asyncio.Event) -> AsyncIterator[_AtRest]:
    """The house with its memory open, but with nothing set in motion."""
    _make_folders(settings)
    database = Database(settings.database_url(), Bus())
    database.open(migrate)
    try:
        sources = _sources(settings)
        catalogue = await _catalogue(settings, database)
        seating = Seating(database, catalogue, Guard(settings.search.allow_hosts))
        programs = OwnPrograms(settings)
        engine = programs.torrent_client()
        parts = _parts(settings, database, sources, seating, [engine, programs.usenet_client()])
        watch = _watch(programs, engine, settings)
        await parts.tastes.open()
        await seating.read()
        await parts.hub.open()
        await _begin_with_the_archive(settings, parts)
        desk = _desk(settings, parts, sources, seating, stopping, guarded=Guarded(programs, watch))
        tell_tales(parts)
        yield _AtRest(desk, programs, watch)
        await parts.hub.close()
        await seating.close()
        await desk.prober.close()
        await desk.artwork.close()
        if watch:
            await watch.close()
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


def _errands(settings: Settings, rest: _AtRest) -> list[Coroutine[None, None, None]]:
    """What goes on for as long as the house is open."""
    desk, minutes = rest.desk, settings.search.rss_minutes
    parts = desk.parts
    errands = [
        desk.catalogue.keep_fresh(partial(parts.hub.reload, anew=True)),
        _keep_the_map(desk),
        *(follower.follow() for follower in parts.followers.values()),
    ]
    if rest.watch:
        errands += [rest.watch.follow(), _look_at_the_tunnel(desk, rest.watch)]
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


def _parts(
    settings: Settings,
    database: Database,
    sources: list[MetadataSource],
    seating: Seating,
    engines: Sequence[DownloadClient | None],
) -> Parts:
    own: list[DownloadClient] = [engine for engine in engines if engine]
    if settings.torrent.client != BUILTIN:
        own.insert(0, _torrent_client(settings.torrent))
    clients = [*own, *(_client(told) for told in settings.clients)]
    followers = {client.name: Follower(client, database.bus) for client in clients}
    return Parts(
        database=database,
        journeys=Journeys(database, backoff=Backoff(first=timedelta(seconds=2), longest=timedelta(minutes=15))),
        metadata=Sources(sources, _crosswalk(settings, sources)),
        hub=_hub(settings, database, seating),
        followers=followers,
        clients=(*map(_own_seat, own), *map(_seat, settings.clients)),
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


def _torrent_client(told: Torrent) -> DownloadClient:
    """The owner's own torrent client, in the place of our engine."""
    make: Callable[..., DownloadClient] = driver(told.client, "make_download_client")
    return make(url=str(told.url), username=told.username, password=told.password.get_secret_value())


def _client(told: ClientSettings) -> DownloadClient:
    """One of the owner's own clients, called as the owner calls it."""
    make: Callable[..., DownloadClient] = driver(told.kind, "make_download_client")
    made = make(url=str(told.url), username=told.username, password=told.password.get_secret_value())
    made.name = told.name
    return made


def _own_seat(client: DownloadClient) -> ClientSeat:
    return ClientSeat(client.name, Protocol.USENET if client.name == USENET_ENGINE else Protocol.TORRENT)


def _watch(programs: OwnPrograms, engine: QBittorrentClient | None, settings: Settings) -> TunnelWatch | None:
    """Whoever looks after the tunnel, if there is one that can be asked."""
    line = programs.tunnel_line()
    if line is None:
        return None

    async def listen(port: int) -> None:
        programs.port = port
        if engine:
            await engine.listen_on(port or settings.torrent.port)

    return TunnelWatch(line, is_own=programs.keeps_a_tunnel, listen=listen)


def _seat(told: ClientSettings) -> ClientSeat:
    protocol = Protocol(told.protocol or PROTOCOLS[told.kind])
    indexers = frozenset(told.indexers)
    return ClientSeat(told.name, protocol, told.priority, indexers, told.their_folder, told.our_folder)


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
    *,
    guarded: Guarded,
) -> Desk:
    told = settings.metadata
    pictures = FolderCache(settings.data_folder / "cache" / "pictures", limit_bytes=told.cache_mb * MB * 3 // 4)
    hosts = hosts_of([str(told.tmdb.images), str(told.wikidata.images)]) | frozenset(told.picture_hosts)
    door = FrontDoor(_usual_address(settings))
    draw = partial(map_now, settings, parts, sources, door, guarded)
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
        guises={**guises.apps(), **engine_doors(guarded.programs, guises.allow)},
        tunnel=guarded.watch,
    )


async def _look_at_the_tunnel(desk: Desk, watch: TunnelWatch) -> None:
    """Show on the map at once that the tunnel went or came back; what is red then is asked again until it is not."""
    seen, pause = 0, TUNNEL_PAUSE
    while True:
        with contextlib.suppress(TimeoutError):
            seen = await asyncio.wait_for(watch.moved(seen), pause)
            pause = TUNNEL_PAUSE
        reports = await asyncio.gather(*(desk.prober.probe_link(link) for link in TUNNEL_LINKS))
        is_red = any(report and report.state is LinkState.RED for report in reports)
        pause = min(pause * 2, TUNNEL_REST) if is_red else TUNNEL_REST


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
