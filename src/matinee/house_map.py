"""The map of this very house: what it is made of tonight, and a real question for each of its links."""

import asyncio
import os
import socket
from collections.abc import Sequence
from functools import partial

from matinee.kernel.errors import Unreachable
from matinee.kernel.http import Wire
from matinee.pipeline.clients import ClientSeat
from matinee.pipeline.grabbing import CATEGORY
from matinee.pipeline.parts import Parts
from matinee.pipeline.ports import MetadataSource
from matinee.pipeline.sharing import share
from matinee.products.qbittorrent.client import QBittorrentClient
from matinee.settings import BUILTIN, Settings
from matinee.store.indexers import StoredIndexer
from matinee.topology import Topology
from matinee.topology.address import without_login
from matinee.topology.house import NO_TUNNEL, HouseParts, Part, house_checks, part_ids, running_house
from matinee.topology.probe import Check
from matinee.web.desk import FrontDoor


def map_now(
    settings: Settings, parts: Parts, sources: list[MetadataSource], door: FrontDoor
) -> tuple[Topology, dict[str, Check]]:
    """The map of the house as it is now, and what to ask each of its links."""
    told = house_parts(settings, [seat.stored for seat in parts.hub.seats()])
    return running_house(told), {**house_checks(told), **_checks(told, parts, sources, door)}


def tunnel_in_words(settings: Settings) -> str:
    """Where torrent traffic leaves, as the map and the settings page tell it."""
    tunnel = settings.tunnel
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
        checks["torrent"] = follower.client.probe
        if isinstance(follower.client, QBittorrentClient) and told.tunnel != NO_TUNNEL:
            checks["tunnel-internet"] = follower.client.reach
    seats = {seat.name: seat for seat in parts.seats}
    for client, id in zip(told.clients, part_ids("client", told.clients), strict=True):
        checks[id] = partial(_client_answers, parts, seats[client.name])
    checks["library"] = lambda: _library_reads(parts)
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
