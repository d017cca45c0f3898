"""Write a graph in the Mermaid language, which any Markdown page can show."""

import re
from collections.abc import Iterator

from matinee.topology.drawing import Drawing, look_of
from matinee.topology.model import LineStyle, Link, Service, Shape, Topology
from matinee.topology.report import LinkState, States

INDENT = "    "
BROKEN = "stroke:#e5383b,stroke-width:3px"
_BRACKETS = {Shape.BOX: ("[", "]"), Shape.STADIUM: ("([", "])")}
_BARE = {LineStyle.SOLID: "-->", LineStyle.DOTTED: "-.->"}
_WITH_LABEL = {LineStyle.SOLID: ("--", "-->"), LineStyle.DOTTED: ("-.", ".->")}


def write_mermaid(topology: Topology, drawing: Drawing, states: States | None = None) -> str:
    """The graph as text, byte for byte the same for the same map; broken links are red when states are given."""
    late = _introduced_by_a_link(drawing)
    paragraphs = [
        [_node(service) for service in drawing.outside if service.id not in late],
        *(_subgraph(title=group.title, id=group.id, members=members) for group, members in drawing.groups),
        *_links(drawing, late),
        _class_defs(topology, drawing),
        _classes(topology, drawing),
        _broken(drawing, states or {}),
    ]
    body = "\n\n".join("\n".join(INDENT + line for line in lines) for lines in paragraphs if lines)
    return f"flowchart {drawing.direction}\n{body}\n"


def _introduced_by_a_link(drawing: Drawing) -> frozenset[str]:
    """Outside boxes that start nothing are written where a link first reaches them, like the internet."""
    starting = {link.source for link in drawing.links}
    reached = {link.target for link in drawing.links}
    return frozenset(service.id for service in drawing.outside if service.id in reached - starting)


def _node(service: Service) -> str:
    """One box with its label."""
    opening, closing = _BRACKETS[service.shape]
    lines = (service.title, service.subtitle) if service.subtitle else (service.title,)
    return f'{service.id}{opening}"{"<br/>".join(map(_escaped, lines))}"{closing}'


def _subgraph(*, id: str, title: str, members: tuple[Service, ...]) -> list[str]:
    """One frame with its boxes."""
    return [f'subgraph {id}["{_escaped(title)}"]', *(INDENT + _node(service) for service in members), "end"]


def _links(drawing: Drawing, late: frozenset[str]) -> Iterator[list[str]]:
    """The lines, a paragraph for each topic."""
    nodes = {service.id: _node(service) for service in drawing.services if service.id in late}
    paragraph: list[str] = []
    topic: str | None = None
    for link in drawing.links:
        if link.topic != topic and paragraph:
            yield paragraph
            paragraph = []
        topic = link.topic
        paragraph.append(f"{link.source} {_arrow(link)} {nodes.pop(link.target, link.target)}")
    yield paragraph


def _arrow(link: Link) -> str:
    """The line between two ends."""
    if link.label is None:
        return _BARE[link.style]
    opening, closing = _WITH_LABEL[link.style]
    return f'{opening} "{_escaped(link.label)}" {closing}'


def _class_defs(topology: Topology, drawing: Drawing) -> list[str]:
    """The looks that somebody in this graph wears."""
    return [
        f"classDef {name} fill:{look.fill},stroke:{look.stroke},color:{look.color}"
        for name, look in topology.looks.items()
        if _wearers(topology, drawing, name)
    ]


def _classes(topology: Topology, drawing: Drawing) -> list[str]:
    """Who wears which look."""
    worn = ((name, _wearers(topology, drawing, name)) for name in topology.looks)
    return [f"class {','.join(wearers)} {name}" for name, wearers in worn if wearers]


def _wearers(topology: Topology, drawing: Drawing, look: str) -> list[str]:
    """The boxes of one look."""
    return [service.id for service in drawing.services if look_of(topology, service) == look]


def _broken(drawing: Drawing, states: States) -> list[str]:
    """The links that are red, by their place in the text, as Mermaid wants it."""
    red = [
        str(place)
        for place, link in enumerate(drawing.links)
        if (report := states.get(link.id)) and report.state is LinkState.RED
    ]
    return [f"linkStyle {','.join(red)} {BROKEN}"] if red else []


def _escaped(text: str) -> str:
    """A text that can stand between quotes: Mermaid's own entities for what would end or format it."""
    text = re.sub(r"#(?=\w+;)", "#35;", text)
    text = re.sub(r"&(?=#?\w+;)", "#amp;", text)
    return text.replace('"', "#quot;").replace("<", "#lt;").replace(">", "#gt;")
