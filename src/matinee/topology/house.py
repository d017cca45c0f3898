"""The map of the running house itself: what this Matinee is made of tonight, and what it speaks to."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from matinee.topology.checks.machine import HardlinkCheck, InterfaceCheck, KnownBroken
from matinee.topology.model import (
    Direction,
    Document,
    Flow,
    Graph,
    Group,
    Host,
    LineStyle,
    Link,
    Look,
    Protocol,
    Role,
    Service,
    Shape,
    Topology,
)
from matinee.topology.probe import Check

NO_TUNNEL = "none"
TUNNEL_OFF = "off"
TOLD_BY_THE_HOUSE = ("netns", "proxy")  # tunnels whose links only the running house can ask
NO_TUNNEL_REASON = (
    "torrent traffic leaves without a VPN, everyone in a swarm sees this house's address: set a tunnel for it"
)

LOOKS = {
    "face": Look(fill="#2d6a4f", stroke="#1b4332", color="#fff"),
    "brain": Look(fill="#264653", stroke="#2a9d8f", color="#fff"),
    "download": Look(fill="#6a040f", stroke="#d00000", color="#fff"),
    "serve": Look(fill="#7b2cbf", stroke="#c77dff", color="#fff"),
    "external": Look(fill="#495057", stroke="#adb5bd", color="#fff"),
}


class Part(NamedTuple):
    """A named thing that fills a role, and where it is reached."""

    name: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class HouseParts:
    """What the house is built of; `clients` are further download clients.

    `tunnel` is "netns file.conf", "interface wg0", "proxy socks5://host:1080", "none" or "off"; `usenet` the built-in
    engine if it runs, `usenet_is_inside` whether in the tunnel.
    """

    metadata: tuple[Part, ...]
    indexers: tuple[Part, ...]
    torrent: Part
    tunnel: str
    library: str
    downloads: str
    portal_url: str = ""
    host: str = "this house"
    clients: tuple[Part, ...] = ()
    usenet: Part | None = None
    usenet_is_inside: bool = False


def running_house(parts: HouseParts) -> Topology:
    """The map of these parts; each part of a list has the id that `part_ids` gives it."""
    return Topology(
        document=Document(title="This House", preamble="Printed by the running Matinee"),
        looks=LOOKS,
        hosts=(Host(id="here", name=parts.host),),
        groups=_groups(parts),
        services=(*_people(), *_ours(parts), *_theirs(parts)),
        links=_links(parts),
        flows=_flows(parts),
        graphs=(_graph(parts),),
    )


def house_checks(parts: HouseParts) -> dict[str, Check]:
    """The checks that need no live part of the house; app.py adds those of the parts it built."""
    checks: dict[str, Check] = {"pipeline-library": HardlinkCheck(Path(parts.downloads), Path(parts.library))}
    if parts.tunnel == TUNNEL_OFF:  # not configured, so there is nothing to ask
        return checks
    kind, _, interface = parts.tunnel.partition(" ")
    if kind in TOLD_BY_THE_HOUSE:
        return checks
    if kind == "interface" and interface:
        return {**checks, "torrent-tunnel": InterfaceCheck(interface)}
    reason = NO_TUNNEL_REASON if kind == NO_TUNNEL else f"the tunnel mode '{parts.tunnel}' is unknown"
    return {**checks, "torrent-tunnel": KnownBroken(reason), "tunnel-internet": KnownBroken(reason)}


def part_ids(kind: str, parts: Iterable[Part]) -> tuple[str, ...]:
    """The service ids of a list of parts, in its order: "metadata_tmdb"; a second of the same name gets a number."""
    ids: list[str] = []
    for part in parts:
        slug = re.sub(r"[^a-z0-9]+", "_", part.name.lower()).strip("_") or "unnamed"
        same = sum(id == f"{kind}_{slug}" or id.startswith(f"{kind}_{slug}__") for id in ids)
        ids.append(f"{kind}_{slug}" + (f"__{same + 1}" if same else ""))
    return tuple(ids)


def _groups(parts: HouseParts) -> tuple[Group, ...]:
    """The frames; without any metadata source or indexer there is nobody outside the house to frame."""
    outside = [
        Group(id="knowing", title="Knowing Titles", look="external") if parts.metadata else None,
        Group(id="finding", title="Finding Releases", look="external") if parts.indexers else None,
    ]
    return (
        Group(id="matinee", title=f"Matinee — {parts.host}", host="here", look="brain"),
        *(group for group in outside if group),
        Group(id="download", title="Download", host="here", look="download"),
        Group(id="serve", title="Library", host="here", look="serve"),
    )


def _people() -> tuple[Service, ...]:
    """Those for whom it is all done, and the wide world."""
    return (
        Service(id="user", title="User / Family", role=Role.PERSON, filled_by="people", shape=Shape.STADIUM),
        Service(
            id="internet",
            title="Internet",
            role=Role.INTERNET,
            filled_by="internet",
            shape=Shape.STADIUM,
            look="external",
        ),
    )


def _ours(parts: HouseParts) -> tuple[Service, ...]:
    """The parts that run in this house."""
    tunnel = parts.tunnel if parts.tunnel != NO_TUNNEL else "none: open to the internet"
    return (
        Service(
            id="portal",
            title="Portal",
            subtitle="Ask and watch",
            role=Role.PORTAL,
            group="matinee",
            look="face",
            url=parts.portal_url or None,
        ),
        Service(
            id="pipeline", title="Pipeline", subtitle="From a wish to the film", role=Role.PIPELINE, group="matinee"
        ),
        Service(
            id="torrent",
            title=parts.torrent.name,
            subtitle="Torrents",
            role=Role.TORRENT,
            filled_by="qbittorrent",
            group="download",
            url=parts.torrent.url or None,
        ),
        *_usenet(parts),
        Service(id="tunnel", title="Tunnel", subtitle=tunnel, role=Role.TUNNEL, group="download"),
        Service(id="library", title="Library", subtitle=parts.library, role=Role.LIBRARY, group="serve"),
    )


def _usenet(parts: HouseParts) -> tuple[Service, ...]:
    if parts.usenet is None:
        return ()
    return (
        Service(
            id="usenet",
            title=parts.usenet.name,
            subtitle="Usenet",
            role=Role.USENET,
            filled_by="sabnzbd",
            group="download",
        ),
    )


def _theirs(parts: HouseParts) -> tuple[Service, ...]:
    """The sources and indexers that are asked."""
    return (
        *_row("metadata", parts.metadata, Role.METADATA, "knowing"),
        *_row("indexer", parts.indexers, Role.INDEXER, "finding"),
        *_row("client", parts.clients, Role.TORRENT, "download"),
    )


def _row(kind: str, parts: tuple[Part, ...], role: Role, group: str) -> tuple[Service, ...]:
    """One box for each part."""
    return tuple(
        Service(id=id, title=part.name, role=role, filled_by=part.name, group=group, url=part.url or None)
        for id, part in zip(part_ids(kind, parts), parts, strict=True)
    )


def _links(parts: HouseParts) -> tuple[Link, ...]:
    """Who speaks to whom; a link's id is its two ends, such as "pipeline-torrent"."""
    return (
        Link(source="user", target="portal", label="Ask for a film", protocol=Protocol.HTTP),
        Link(source="portal", target="pipeline", label="Wishes", protocol=Protocol.IN_PROCESS),
        *(
            Link(source="pipeline", target=id, label="Look up titles", protocol=Protocol.HTTP)
            for id in part_ids("metadata", parts.metadata)
        ),
        *(
            Link(source="pipeline", target=id, label="Search releases", protocol=Protocol.TORZNAB)
            for id in part_ids("indexer", parts.indexers)
        ),
        Link(source="pipeline", target="torrent", label="Add torrent", protocol=Protocol.QBITTORRENT),
        *(
            Link(source="pipeline", target=id, label="Add download", protocol=Protocol.HTTP)
            for id in part_ids("client", parts.clients)
        ),
        *_usenet_links(parts),
        Link(
            source="torrent",
            target="tunnel",
            label="All traffic",
            protocol=Protocol.TUNNEL,
            style=LineStyle.DOTTED,
        ),
        Link(source="tunnel", target="internet", label="Peers", protocol=Protocol.BITTORRENT),
        Link(source="pipeline", target="library", label="Import by hardlink", protocol=Protocol.FILESYSTEM),
        Link(source="portal", target="library", label="Stream", protocol=Protocol.FILESYSTEM),
    )


def _usenet_links(parts: HouseParts) -> tuple[Link, ...]:
    if parts.usenet is None:
        return ()
    return (
        Link(source="pipeline", target="usenet", label="Add NZB", protocol=Protocol.SABNZBD),
        Link(
            source="usenet",
            target="tunnel" if parts.usenet_is_inside else "internet",
            label="News servers",
            protocol=Protocol.NNTP,
        ),
    )


def _flows(parts: HouseParts) -> tuple[Flow, ...]:
    """What travels through the house."""
    titles = tuple(f"pipeline-{id}" for id in part_ids("metadata", parts.metadata))
    releases = tuple(f"pipeline-{id}" for id in part_ids("indexer", parts.indexers))
    asked, watched = ("user-portal", "portal-pipeline"), ("user-portal", "portal-library")
    download = ("pipeline-torrent", "torrent-tunnel", "tunnel-internet")
    return tuple(
        Flow(name=name, path=path, protocol=protocol, links=links)
        for name, path, protocol, links in (
            ("Request", "User -> Portal -> Pipeline", "HTTP", asked),
            ("Titles", _path(parts.metadata), "HTTP API", titles),
            ("Releases", _path(parts.indexers), "Torznab", releases),
            ("Download", f"Pipeline -> {parts.torrent.name} -> Tunnel -> Internet", "BitTorrent", download),
            *_usenet_flow(parts),
            ("Import", "Downloads -> Library", "Filesystem (hardlink)", ("pipeline-library",)),
            ("Playback", "User -> Portal -> Library", "HTTP", watched),
        )
    )


def _usenet_flow(parts: HouseParts) -> list[tuple[str, str, str, tuple[str, ...]]]:
    if parts.usenet is None:
        return []
    way = f"Pipeline -> {parts.usenet.name} -> "
    if parts.usenet_is_inside:
        return [("Usenet", f"{way}Tunnel -> Internet", "NNTP", ("pipeline-usenet", "usenet-tunnel", "tunnel-internet"))]
    return [("Usenet", f"{way}Internet", "NNTP", ("pipeline-usenet", "usenet-internet"))]


def _path(asked: tuple[Part, ...]) -> str:
    """From the pipeline to those it asks."""
    return f"Pipeline -> {' / '.join(part.name for part in asked) or 'nobody yet'}"


def _graph(parts: HouseParts) -> Graph:
    """All of it in one picture."""
    return Graph(
        id="house",
        title="The Running House",
        direction=Direction.LR,
        groups=tuple(group.id for group in _groups(parts)),
        outside=("user", "internet"),
    )
