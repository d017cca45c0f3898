"""The map of this very house: what it is made of tonight, and a real question for each of its links."""

import asyncio
import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from matinee.download_settings import BUILTIN, Tunnel
from matinee.engines.tunnel.socks import SocksProxy
from matinee.kernel.errors import Unreachable
from matinee.kernel.http import Wire
from matinee.own_programs import USENET_ENGINE, OwnPrograms
from matinee.pipeline.clients import ClientSeat
from matinee.pipeline.grabbing import CATEGORY
from matinee.pipeline.parts import Parts
from matinee.pipeline.ports import MetadataSource
from matinee.pipeline.sharing import share
from matinee.products.qbittorrent.client import QBittorrentClient
from matinee.products.sabnzbd.client import SABnzbdClient
from matinee.settings import Settings
from matinee.store.indexers import StoredIndexer
from matinee.topology import Topology
from matinee.topology.address import without_login
from matinee.topology.house import NO_TUNNEL, HouseParts, Part, house_checks, part_ids, running_house
from matinee.topology.probe import Check
from matinee.tunnel_watch import TunnelWatch
from matinee.web.desk import FrontDoor

TUNNEL_LINKS = ("torrent-tunnel", "tunnel-internet")


@dataclass(frozen=True)
class Guarded:
    """Our programs, and whoever looks after the tunnel that torrents leave by."""

    programs: OwnPrograms
    watch: TunnelWatch | None


def map_now(
    settings: Settings, parts: Parts, sources: list[MetadataSource], door: FrontDoor, guarded: Guarded
) -> tuple[Topology, dict[str, Check]]:
    """The map of the house as it is now, and what to ask each of its links."""
    told = house_parts(settings, [seat.stored for seat in parts.hub.seats()])
    return running_house(told), {
        **house_checks(told),
        **_checks(told, parts, sources, door),
        **_tunnel_checks(settings.tunnel, guarded),
    }


def tunnel_in_words(settings: Settings) -> str:
    """Where torrent traffic leaves, as the map and the settings page tell it."""
    tunnel = settings.tunnel
    if way := tunnel.way_out():
        return f"proxy {way.address}"
    if tunnel.mode == "netns":
        return f"netns {', '.join(file.name for file in tunnel.files)}"
    return f"interface {tunnel.device}" if tunnel.mode == "interface" else tunnel.mode


def house_parts(settings: Settings, asked: Sequence[StoredIndexer]) -> HouseParts:
    """What the house is built of by its settings, with the indexers that are asked."""
    told = settings.metadata
    known = [Part("TMDB", str(told.tmdb.url))] if told.tmdb.key else []
    if told.tvdb.key:
        known.append(Part("TheTVDB", str(told.tvdb.url)))
    if told.tvmaze.enabled:
        known.append(Part("TVmaze", str(told.tvmaze.url)))
    if told.wikidata.enabled and told.wikidata.contact:
        known.append(Part("Wikidata", str(told.wikidata.url)))
    engine = "Torrent Engine" if settings.torrent.client == BUILTIN else settings.torrent.client
    return HouseParts(
        metadata=tuple(known),
        indexers=tuple(Part(one.name, one.settings.get("url", "")) for one in asked if one.enabled),
        torrent=Part(engine, without_login(str(settings.torrent.url)) if settings.torrent.url else ""),
        tunnel=tunnel_in_words(settings),
        library=str(settings.shelf),
        downloads=str(settings.downloads),
        host=socket.gethostname(),
        clients=tuple(Part(one.name, without_login(str(one.url))) for one in settings.clients),
        usenet=Part(USENET_ENGINE.title()) if settings.usenet.servers else None,
        usenet_is_inside=settings.tunnel.usenet,
    )


def _checks(told: HouseParts, parts: Parts, sources: list[MetadataSource], door: FrontDoor) -> dict[str, Check]:
    """A real call to every part that was built."""
    checks: dict[str, Check] = {
        "user-portal": lambda: _portal_answers(door),
        "portal-pipeline": lambda: _memory_answers(parts),
    }
    for source, id in zip(sources, part_ids("metadata", told.metadata), strict=True):
        checks[id] = source.probe
    asked = [seat.stored.id for seat in parts.hub.seats() if seat.stored.enabled]
    for indexer_id, id in zip(asked, part_ids("indexer", told.indexers), strict=True):
        checks[id] = partial(parts.hub.probe, indexer_id)
    theirs = {part.name for part in told.clients}
    for follower in (one for one in parts.followers.values() if one.client.name not in theirs):
        if isinstance(follower.client, SABnzbdClient) and follower.client.name == USENET_ENGINE:
            checks |= dict.fromkeys(("usenet-internet", "usenet-tunnel"), follower.client.reach)
            checks["usenet"] = follower.client.probe
            continue
        checks["torrent"] = follower.client.probe
        if isinstance(follower.client, QBittorrentClient) and told.tunnel != NO_TUNNEL:
            checks["tunnel-internet"] = follower.client.reach
    seats = {seat.name: seat for seat in parts.seats}
    for client, id in zip(told.clients, part_ids("client", told.clients), strict=True):
        checks[id] = partial(_client_answers, parts, seats[client.name])
    checks["library"] = lambda: _library_reads(parts)
    return checks


def _tunnel_checks(told: Tunnel, guarded: Guarded) -> dict[str, Check]:
    """Where torrents leave, asked of those who know; the links are the same whoever keeps the tunnel."""
    checks: dict[str, Check] = {}
    watch, way = guarded.watch, told.way_out()
    if guarded.programs.keeps_a_tunnel:
        checks["torrent-tunnel"] = guarded.programs.prove_torrents_are_inside
    elif way:
        checks["torrent-tunnel"] = SocksProxy(way.host, way.port, way.username, way.password).probe
    if watch:
        checks["tunnel-internet"] = watch.probe
    return checks


async def _client_answers(parts: Parts, seat: ClientSeat) -> str:
    """What the client says, and which folder it shares with us: written and read here, and seen there where it can."""
    client = parts.followers[seat.name].client
    seen = await client.probe()
    return f"{seen}; {(await share(parts, client, CATEGORY, anew=True)).in_words}"


async def _portal_answers(door: FrontDoor) -> str:
    if not door.url:
        raise Unreachable("the house is not open here (server.port is 0, so only a running house knows its address)")
    async with Wire(f"the portal at {door.url}", door.url, timeout=5) as wire:
        await wire.get("/healthz")
    return f"{door.url} answers"


async def _memory_answers(parts: Parts) -> str:
    version = await parts.database.read(
        lambda db: db.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    )
    return f"schema {version}"


async def _library_reads(parts: Parts) -> str:
    names = await asyncio.to_thread(os.listdir, parts.shelf.library)
    return f"{len(names)} folders"
