"""The house itself: what moves, the live map, and how everything is."""

import shutil
from pathlib import Path

from fastapi import APIRouter

from matinee import __version__
from matinee.kernel.auth import Identity, Role
from matinee.kernel.database import filesystem_of
from matinee.pipeline.parts import Shelf
from matinee.pipeline.tunnel_port import TunnelState
from matinee.topology.as_json import as_json
from matinee.topology.report import LinkState
from matinee.web.desk import AtDesk, Desk, Me, Owner
from matinee.web.models import Activity, MapOut, SystemOut, TunnelOut
from matinee.web.transfers import downloads_out

router = APIRouter(prefix="/api", tags=["house"])


@router.get("/activity")
async def read_activity(desk: AtDesk, me: Me) -> Activity:
    """All downloads, and whom they work for."""
    return Activity(downloads=await desk.parts.database.read(lambda db: downloads_out(db, desk.parts)))


@router.get("/map")
async def read_map(desk: AtDesk, me: Me) -> MapOut:
    """The map with the last known state of every link; asks once when nothing is known yet."""
    if not desk.prober.states:
        await desk.prober.probe()
    return map_out(desk, me)


@router.post("/map/probe")
async def probe(desk: AtDesk, me: Me) -> MapOut:
    """The map, after every link was asked just now."""
    await desk.prober.probe()
    return map_out(desk, me)


@router.get("/system")
async def read_system(desk: AtDesk, me: Owner) -> SystemOut:
    """How the house is, and what should be looked after."""
    shelf = desk.parts.shelf
    return SystemOut(
        version=__version__,
        started=desk.facts.started,
        database=desk.facts.database,
        schema_version=desk.facts.schema,
        free_bytes=_free_bytes(shelf.library),
        library=str(shelf.library),
        tunnel=desk.facts.tunnel,
        tunnel_now=_tunnel_out(desk.tunnel.state) if desk.tunnel and desk.tunnel.state else None,
        findings=findings(desk),
    )


def _tunnel_out(state: TunnelState) -> TunnelOut:
    return TunnelOut(
        up=state.up,
        words=state.words,
        address=state.address_inside,
        port=state.port,
        handshake_age=state.handshake_age,
        received=state.received,
        sent=state.sent,
        outside_packets=state.outside_packets,
        refused_packets=state.refused_packets,
        reconnections=state.reconnections,
        notes=list(state.notes),
    )


def _free_bytes(folder: Path) -> int:
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return 0  # `findings` say why


def map_out(desk: Desk, identity: Identity) -> MapOut:
    """The map as the page draws it; paths of addresses and folders are for the owner alone."""
    told = as_json(desk.topology, desk.prober.states, in_full=identity.user.role is Role.OWNER)
    return MapOut.model_validate(told)


def findings(desk: Desk) -> list[str]:
    """What the owner should know, in words."""
    found = _about_folders(desk.parts.shelf)
    if not desk.parts.followers:
        found.append(
            "Torrents are off: name your VPN provider's file in tunnel.files, or say in tunnel.mode where they may go."
        )
    if not any(seat.stored.enabled for seat in desk.parts.hub.seats()):
        found.append("No indexer is asked: add one under Indexers, or nothing can be found.")
    states = desk.prober.states
    for link in desk.topology.links:
        report = states.get(link.id)
        if report and report.state is LinkState.RED:
            ends = desk.topology.title_of(link.source), desk.topology.title_of(link.target)
            found.append(f"{' → '.join(ends)}: {report.reason}")
    return found


def _about_folders(shelf: Shelf) -> list[str]:
    """What is not well with the folders of the library and the downloads."""
    try:
        together = shelf.library.stat().st_dev == shelf.downloads.stat().st_dev
    except OSError as error:
        return [f"The folder {error.filename} cannot be looked at ({error.strerror}): is its disk there?"]
    found = []
    if not together:
        found.append(
            "Downloads and library lie on different file systems: importing would have to copy. "
            "Put both below one folder (library.root)."
        )
    if filesystem_of(shelf.library) in ("tmpfs", "overlay"):
        found.append("The library lies in memory or in a container's own layer: it is gone after a restart.")
    return found
