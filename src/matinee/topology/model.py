"""The map as its owner writes it down: hosts, groups, services, and the links and flows between them."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from matinee.topology import rules

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, pattern=r"^[^\x00-\x1f\x7f]+$")]
Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]
HostId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
LinkId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$")]
Colour = Annotated[str, StringConstraints(pattern=r"^#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$")]
Url = Annotated[str, StringConstraints(pattern=r"(?i)^([a-z][a-z0-9+.-]*://[^\s/][^\s]*|(unix|file):///[^\s]+)$")]


class Role(StrEnum):
    """What a service is there for, whoever fills the role."""

    PERSON = "person"
    INTERNET = "internet"
    PORTAL = "portal"
    PIPELINE = "pipeline"
    METADATA = "metadata"
    MOVIES = "movies"
    SERIES = "series"
    INDEXER = "indexer"
    SUBTITLES = "subtitles"
    TORRENT = "torrent"
    USENET = "usenet"
    TUNNEL = "tunnel"
    LIBRARY = "library"
    SERVER = "server"
    ANALYTICS = "analytics"
    PROXY = "proxy"
    CONTAINERS = "containers"
    DNS = "dns"
    MESH = "mesh"
    METRICS = "metrics"
    DASHBOARDS = "dashboards"
    AUTOMATION = "automation"
    DATABASE = "database"
    CACHE = "cache"
    START_PAGE = "start-page"
    ASSISTANT = "assistant"
    STACK = "stack"


class Protocol(StrEnum):
    """The language spoken over a link; it decides how the link is checked."""

    HTTP = "http"
    TORZNAB = "torznab"
    QBITTORRENT = "qbittorrent"
    SABNZBD = "sabnzbd"
    BITTORRENT = "bittorrent"
    NNTP = "nntp"
    TUNNEL = "tunnel"
    WIREGUARD = "wireguard"
    FILESYSTEM = "filesystem"
    IN_PROCESS = "in-process"
    DOCKER = "docker"
    SSH = "ssh"
    METRICS = "metrics"
    PROMETHEUS = "prometheus"
    DNS = "dns"
    POSTGRESQL = "postgresql"
    REDIS = "redis"
    TCP = "tcp"


class Shape(StrEnum):
    """A program is a box; people and the internet are stadiums."""

    BOX = "box"
    STADIUM = "stadium"


class LineStyle(StrEnum):
    """Work goes along solid lines; what merely carries or watches it is dotted."""

    SOLID = "solid"
    DOTTED = "dotted"


class Direction(StrEnum):
    """Which way a graph is read."""

    LR = "LR"
    TB = "TB"


class End(StrEnum):
    """One of the two ends of a link."""

    SOURCE = "source"
    TARGET = "target"


class Table(BaseModel):
    """A table of the file: no key in it is ignored, and nobody changes it afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Document(Table):
    """What stands above and below the graphs on the printed page."""

    title: Line = "Service Connections"
    preamble: Line | None = None
    flows_title: Line = "Data Flow Summary"


class Look(Table):
    """The colours that the boxes of one kind wear."""

    fill: Colour
    stroke: Colour
    color: Colour


class Host(Table):
    """A machine of the house; `reach` is how its containers are driven: ssh://, tcp:// or unix://."""

    id: HostId
    name: Line | None = None
    address: Line | None = None
    reach: Url | None = None


class Group(Table):
    """Services that belong together; a frame with a title on the map."""

    id: Id
    title: Line
    host: HostId | None = None
    look: Id | None = None


class Service(Table):
    """A box of the map: its role, and the product that fills it ("matinee" for a built-in engine).

    `expect` is a text that must stand on the page behind `url` for the service to count as itself.
    """

    id: Id
    title: Line
    subtitle: Line | None = None
    role: Role
    filled_by: Line = "matinee"
    group: Id | None = None
    shape: Shape = Shape.BOX
    look: Id | None = None
    url: Url | None = None
    expect: Line | None = None


class Link(Table):
    """A line of the map; an end is a service or a whole group, and `answerer` is the end that a check asks.

    Its `id` is made of its two ends; only a second link between them needs one of its own. Links that follow
    each other under one `topic` stand together on the printed page.
    """

    source: Id
    target: Id
    id: LinkId = Field(default_factory=lambda link: f"{link['source']}-{link['target']}")
    label: Line | None = None
    protocol: Protocol
    style: LineStyle = LineStyle.SOLID
    topic: Line | None = None
    answerer: End = End.TARGET

    @property
    def answering(self) -> str:
        """The service or group that a check of this link asks."""
        return self.source if self.answerer is End.SOURCE else self.target


class Flow(Table):
    """A row of the summary: what travels, along which path; it is well when all its links are."""

    name: Line
    path: Line
    protocol: Line
    links: tuple[LinkId, ...] = ()


class Graph(Table):
    """One picture of the document: its groups, and the services that stand outside of any frame."""

    id: Id
    title: Line
    direction: Direction = Direction.LR
    groups: tuple[Id, ...] = ()
    outside: tuple[Id, ...] = ()


class Topology(Table):
    """The whole map, in the order of the file; it does not exist unless it makes sense."""

    document: Document = Document()
    looks: dict[Id, Look] = {}
    hosts: tuple[Host, ...] = ()
    groups: tuple[Group, ...] = ()
    services: tuple[Service, ...] = ()
    links: tuple[Link, ...] = ()
    flows: tuple[Flow, ...] = ()
    graphs: tuple[Graph, ...] = ()

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if complaints := rules.complaints(self):
            raise ValueError("\n".join(complaints))
        return self

    def service(self, id: str) -> Service | None:
        """The service of that id."""
        return next((service for service in self.services if service.id == id), None)

    def group(self, id: str) -> Group | None:
        """The group of that id."""
        return next((group for group in self.groups if group.id == id), None)

    def host(self, id: str | None) -> Host | None:
        """The host of that id."""
        return next((host for host in self.hosts if host.id == id), None)

    def link(self, id: str) -> Link | None:
        """The link of that id."""
        return next((link for link in self.links if link.id == id), None)

    def members(self, group: str) -> tuple[Service, ...]:
        """The services of a group, in the order of the file."""
        return tuple(service for service in self.services if service.group == group)

    def title_of(self, end: str) -> str:
        """How a link's end is called on the map."""
        thing = self.service(end) or self.group(end)
        return thing.title if thing else end
