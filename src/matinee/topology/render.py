"""Show the map in the form that is asked for: a page, a graph, a picture or plain facts."""

import json
from collections.abc import Callable
from typing import Literal

from matinee.topology.as_json import as_json
from matinee.topology.document import write_document
from matinee.topology.drawing import drawings
from matinee.topology.mermaid import write_mermaid
from matinee.topology.model import Topology
from matinee.topology.report import States
from matinee.topology.svg import write_svg

Format = Literal["md", "mermaid", "json", "svg"]


def render(topology: Topology, format: Format, states: States | None = None) -> str:
    """The map as text; the same map in the same state is the same text."""
    return WRITERS[format](topology, states)


def _mermaid(topology: Topology, states: States | None) -> str:
    """Every graph, a blank line between them."""
    return "\n".join(write_mermaid(topology, drawing, states) for drawing in drawings(topology))


def _json(topology: Topology, states: States | None) -> str:
    """The facts, indented for people who read them."""
    return json.dumps(as_json(topology, states), indent=2, ensure_ascii=False) + "\n"


WRITERS: dict[str, Callable[[Topology, States | None], str]] = {
    "md": write_document,
    "mermaid": _mermaid,
    "json": _json,
    "svg": write_svg,
}
