"""Print the whole page again: both graphs and the table of what travels where."""

import re
from dataclasses import dataclass

from matinee.topology.drawing import drawings
from matinee.topology.mermaid import write_mermaid
from matinee.topology.mermaid_reader import MermaidGraph, read_mermaid
from matinee.topology.model import Flow, Topology
from matinee.topology.report import LinkState, States


def write_document(topology: Topology, states: States | None = None) -> str:
    """The page in Markdown; with states, broken links are red in the graphs and explained in a table."""
    about = topology.document
    parts = [
        f"# {about.title}",
        *([f"> {about.preamble}"] if about.preamble else []),
        *_graphs(topology, states),
        *([f"## {about.flows_title}", _table(topology.flows)] if topology.flows else []),
        *(_broken(topology, states) if states else []),
    ]
    return "\n\n".join(parts) + "\n"


def _graphs(topology: Topology, states: States | None) -> list[str]:
    """Each graph under its title."""
    return [
        f"## {drawing.title}\n\n```mermaid\n{write_mermaid(topology, drawing, states)}```"
        for drawing in drawings(topology)
    ]


def _table(flows: tuple[Flow, ...]) -> str:
    """The rows of the summary."""
    rows = [_row(flow.name, flow.path, flow.protocol) for flow in flows]
    return "\n".join(("| Flow | Path | Protocol |", "|------|------|----------|", *rows))


def _broken(topology: Topology, states: States) -> list[str]:
    """Why the red links are red; no times in it, so that the same state prints the same page."""
    red = [
        _row(f"{topology.title_of(link.source)} -> {topology.title_of(link.target)}", link.protocol, report.reason)
        for link in topology.links
        if (report := states.get(link.id)) and report.state is LinkState.RED
    ]
    return ["## Broken Links", "\n".join(("| Link | Protocol | Reason |", "|---|---|---|", *red))] if red else []


def _row(*cells: str) -> str:
    """One row of a table; a cell never breaks out of its column."""
    return f"| {' | '.join(' '.join(cell.split()).replace('|', chr(92) + '|') for cell in cells)} |"


@dataclass(frozen=True, slots=True)
class Page:
    """What a printed page says: its graphs by title, and the rows (name, path, protocol) of its flows."""

    graphs: dict[str, MermaidGraph]
    flows: tuple[tuple[str, str, str], ...]


_GRAPH = re.compile(r"^## (?P<title>[^\n]+)\n+```mermaid\n(?P<body>.*?)^```", re.MULTILINE | re.DOTALL)
_FLOWS = re.compile(r"^\| Flow \| Path \| Protocol \|\n\|[-|]+\|\n(?P<rows>(?:\|[^\n]*\n?)+)", re.MULTILINE)


def read_document(text: str) -> Page:
    """The page read back, to compare two of them by what they say. Raises Refused as read_mermaid does."""
    table = _FLOWS.search(text)
    rows = table["rows"].splitlines() if table else []
    return Page(
        graphs={match["title"]: read_mermaid(match["body"]) for match in _GRAPH.finditer(text)},
        flows=tuple((cells[0], cells[1], cells[2]) for row in rows if len(cells := _cells(row)) == 3),
    )


def _cells(row: str) -> list[str]:
    """The cells of one row."""
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", row.strip()[1:-1])]
