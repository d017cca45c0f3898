"""A map must make sense before the house is built from it: every rule names the mistake and the cure."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matinee.topology.model import Graph, Link, Topology

RESERVED = frozenset({"end", "graph", "subgraph", "flowchart", "class", "classDef", "click", "default", "direction"})
RESERVED |= {"style", "linkStyle"}


def complaints(topology: "Topology") -> list[str]:
    """Everything that is wrong, so that the owner can mend it in one go."""
    return [complaint for rule in RULES for complaint in rule(topology)]


def names_are_unique(topology: "Topology") -> Iterator[str]:
    """Two things of one name could not be told apart."""
    for kind, ids in (
        ("hosts", [host.id for host in topology.hosts]),
        ("groups", [group.id for group in topology.groups]),
        ("services", [service.id for service in topology.services]),
        ("graphs", [graph.id for graph in topology.graphs]),
        ("flows", [flow.name for flow in topology.flows]),
    ):
        yield from (f"two {kind} are called '{id}': rename one of them" for id in _twice(ids))
    for id in _twice(link.id for link in topology.links):
        yield f"two links are called '{id}': give one of them an `id` of its own"
    for id in sorted({group.id for group in topology.groups} & {service.id for service in topology.services}):
        yield f"'{id}' is a group and a service: rename one of them, a link could mean either"


def names_are_printable(topology: "Topology") -> Iterator[str]:
    """Some words mean something else in a Mermaid graph."""
    for id in (*(group.id for group in topology.groups), *(service.id for service in topology.services)):
        if id in RESERVED:
            yield f"'{id}' is a word of the Mermaid language: choose another id, such as '{id}_1'"


def groups_stand_somewhere(topology: "Topology") -> Iterator[str]:
    """A group's host and look exist, and somebody lives in it."""
    hosts = {host.id: host.name or "" for host in topology.hosts}
    looks = dict.fromkeys(topology.looks, "")
    inhabited = {service.group for service in topology.services}
    for group in topology.groups:
        if group.host is not None and group.host not in hosts:
            yield f"group '{group.id}': there is no host '{group.host}'{_nearest(group.host, hosts)}"
        if group.look is not None and group.look not in looks:
            yield f"group '{group.id}': there is no look '{group.look}'{_nearest(group.look, looks)}"
        if group.id not in inhabited:
            yield f"group '{group.id}' is empty: write `group = \"{group.id}\"` in a service, or remove the group"


def services_stand_somewhere(topology: "Topology") -> Iterator[str]:
    """A service's group and look exist."""
    groups = {group.id: group.title for group in topology.groups}
    looks = dict.fromkeys(topology.looks, "")
    for service in topology.services:
        if service.group is not None and service.group not in groups:
            yield f"service '{service.id}': there is no group '{service.group}'{_nearest(service.group, groups)}"
        if service.look is not None and service.look not in looks:
            yield f"service '{service.id}': there is no look '{service.look}'{_nearest(service.look, looks)}"


def links_join_two_things(topology: "Topology") -> Iterator[str]:
    """Both ends of a link exist and neither holds the other."""
    ends = _ends(topology)
    home = {service.id: service.group for service in topology.services}
    for link in topology.links:
        for end in (link.source, link.target):
            if end not in ends:
                yield f"{_called(link)}: there is no service or group '{end}'{_nearest(end, ends)}"
        if link.source == link.target:
            yield f"{_called(link)}: both ends are the same; a link joins two things"
        if link.target == home.get(link.source) or link.source == home.get(link.target):
            yield f"{_called(link)}: one end stands inside the other; name two services instead"


def flows_follow_links(topology: "Topology") -> Iterator[str]:
    """A flow runs over links that exist."""
    links = {link.id: link.label or "" for link in topology.links}
    for flow in topology.flows:
        for id in flow.links:
            if id not in links:
                yield f"flow '{flow.name}': there is no link '{id}'{_nearest(id, links)}"


def graphs_show_what_exists(topology: "Topology") -> Iterator[str]:
    """A graph's groups and the services outside of them exist."""
    groups = {group.id: group.title for group in topology.groups}
    services = {service.id: service.title for service in topology.services}
    home = {service.id: service.group for service in topology.services}
    for graph in topology.graphs:
        for id in graph.groups:
            if id not in groups:
                yield f"graph '{graph.id}': there is no group '{id}'{_nearest(id, groups)}"
        for id in graph.outside:
            if id not in services:
                yield f"graph '{graph.id}': there is no service '{id}' to stand outside{_nearest(id, services)}"
            elif home[id] in graph.groups:
                yield f"graph '{graph.id}': '{id}' stands in the group '{home[id]}' already: take it out of `outside`"
        for id in _twice((*graph.groups, *graph.outside)):
            yield f"graph '{graph.id}': '{id}' is listed twice: once is enough"


def nothing_is_left_out(topology: "Topology") -> Iterator[str]:
    """With graphs declared, everything stands in one, or the document would silently lack it."""
    if not topology.graphs:
        return
    shown = [shown_ends(topology, graph) for graph in topology.graphs]
    anywhere = frozenset[str]().union(*shown)
    for group in topology.groups:
        if group.id not in anywhere:
            yield f"group '{group.id}' stands in no graph: add it to the `groups` of one"
    for service in topology.services:
        if service.group is None and service.id not in anywhere:
            yield f"service '{service.id}' stands in no group and no graph: give it a `group`, or list it as `outside`"
    for link in topology.links:
        if {link.source, link.target} <= anywhere and not any({link.source, link.target} <= ends for ends in shown):
            yield f"{_called(link)}: no graph shows both ends: list one of them as `outside` in the other's graph"


RULES: tuple[Callable[["Topology"], Iterator[str]], ...] = (
    names_are_unique,
    names_are_printable,
    groups_stand_somewhere,
    services_stand_somewhere,
    links_join_two_things,
    flows_follow_links,
    graphs_show_what_exists,
    nothing_is_left_out,
)


def shown_ends(topology: "Topology", graph: "Graph") -> frozenset[str]:
    """All groups and services that a graph shows."""
    inside = (service.id for service in topology.services if service.group in graph.groups)
    return frozenset((*graph.groups, *graph.outside, *inside))


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant."""
    by_lower = {candidate.lower(): candidate for candidate in known if candidate}
    found = get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[found[0]] if found else None


def _nearest(id: str, known: Mapping[str, str]) -> str:
    """The end of a complaint: which id was probably meant, by the id itself or by its title."""
    titles = {title: key for key, title in known.items()}
    found = nearest(id, known) or titles.get(nearest(id, titles) or "")
    return f"; did you mean '{found}'?" if found else ""


def _ends(topology: "Topology") -> dict[str, str]:
    """Everything a link can end at, with its title."""
    services = {service.id: service.title for service in topology.services}
    return services | {group.id: group.title for group in topology.groups}


def _called(link: "Link") -> str:
    """How a complaint speaks of a link."""
    return f"link {link.source} -> {link.target}"


def _twice(ids: Iterable[str]) -> list[str]:
    """The ids that occur more than once."""
    return [id for id, times in Counter(ids).items() if times > 1]
