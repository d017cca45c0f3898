"""What one graph of the document shows: its frames, its boxes and its lines."""

from dataclasses import dataclass

from matinee.topology.model import Direction, Graph, Group, Link, Service, Topology
from matinee.topology.rules import shown_ends


@dataclass(frozen=True, slots=True)
class Drawing:
    """One graph with everything looked up; `groups` holds each frame with its boxes, in order."""

    id: str
    title: str
    direction: Direction
    groups: tuple[tuple[Group, tuple[Service, ...]], ...]
    outside: tuple[Service, ...]
    links: tuple[Link, ...]

    @property
    def services(self) -> tuple[Service, ...]:
        """All boxes, those outside of frames first."""
        return (*self.outside, *(service for _, members in self.groups for service in members))


def drawings(topology: Topology) -> tuple[Drawing, ...]:
    """The graphs in the order of the file; without any declared, one that shows everything."""
    return tuple(_drawing(topology, graph) for graph in topology.graphs or (_everything(topology),))


def _drawing(topology: Topology, graph: Graph) -> Drawing:
    """The things of one graph; a link belongs to it when both of its ends do."""
    groups = [group for id in graph.groups if (group := topology.group(id))]
    shown = shown_ends(topology, graph)
    return Drawing(
        id=graph.id,
        title=graph.title,
        direction=graph.direction,
        groups=tuple((group, topology.members(group.id)) for group in groups),
        outside=tuple(service for id in graph.outside if (service := topology.service(id))),
        links=tuple(link for link in topology.links if link.source in shown and link.target in shown),
    )


def _everything(topology: Topology) -> Graph:
    """The picture of a map that declares none."""
    return Graph(
        id="map",
        title="The Map",
        groups=tuple(group.id for group in topology.groups),
        outside=tuple(service.id for service in topology.services if service.group is None),
    )


def look_of(topology: Topology, service: Service) -> str | None:
    """The look a box wears: its own, or that of its frame."""
    group = topology.group(service.group) if service.group else None
    return service.look or (group.look if group else None)
