"""Read a graph in the Mermaid language, to compare what is written with what is so."""

import re
from dataclasses import dataclass

from matinee.kernel.errors import Refused


@dataclass(frozen=True, slots=True)
class MermaidGraph:
    """What a Mermaid graph says, without regard to order: equal graphs say the same.

    groups (id, title, members); nodes (id, label, shape), the label's lines joined by "<br/>";
    links (source, label, target, style); looks (name, properties); wearers (node, look).
    """

    direction: str
    groups: frozenset[tuple[str, str, frozenset[str]]]
    nodes: frozenset[tuple[str, str, str]]
    links: frozenset[tuple[str, str, str, str]]
    looks: frozenset[tuple[str, frozenset[str]]]
    wearers: frozenset[tuple[str, str]]


_ID = r"[A-Za-z0-9_]+(?:-[A-Za-z0-9_]+)*"
_NODE = re.compile(rf'({_ID})\s*(?:\(\[\s*"?(?P<stadium>.*?)"?\s*\]\)|\[\s*"?(?P<box>.*?)"?\s*\])?(?=\s|$|--|-\.)')
_ARROW = re.compile(
    r"""\s*(?:
        (?P<solid>-->)          (?:\|\s*"?(?P<solid_bar>[^|]*?)"?\s*\|)?
      | (?P<dotted>-\.->)       (?:\|\s*"?(?P<dotted_bar>[^|]*?)"?\s*\|)?
      | --\s+"?(?P<solid_label>[^"]+?)"?\s*-->
      | -\.\s+"?(?P<dotted_label>[^"]+?)"?\s*\.->
    )\s*""",
    re.VERBOSE,
)
_ENTITIES = {"quot": '"', "lt": "<", "gt": ">", "amp": "&", "35": "#"}
_IGNORED = ("linkStyle ", "style ", "click ", "direction ", "%%")


def read_mermaid(text: str) -> MermaidGraph:
    """The graph that a Mermaid text describes. Raises Refused for a line it does not understand."""
    reader = _Reader()
    for number, line in enumerate(text.splitlines(), start=1):
        statement = line.strip().removesuffix(";")
        if not statement or statement.startswith(_IGNORED):
            continue
        try:
            reader.read(statement)
        except ValueError as error:
            raise Refused(f"Mermaid line {number} is not understood: {statement}") from error
    return reader.graph()


class _Reader:
    """Reads line by line and remembers which frame it stands in."""

    def __init__(self) -> None:
        self.direction = ""
        self.frames: list[str] = []
        self.titles: dict[str, str] = {}
        self.nodes: dict[str, tuple[str, str]] = {}
        self.home: dict[str, str] = {}
        self.links: set[tuple[str, str, str, str]] = set()
        self.looks: set[tuple[str, frozenset[str]]] = set()
        self.wearers: set[tuple[str, str]] = set()

    def read(self, statement: str) -> None:
        """One line; ValueError when it says nothing known."""
        word, _, rest = statement.partition(" ")
        if word in ("flowchart", "graph"):
            self.direction = rest.strip()
        elif word == "subgraph":
            self._open(rest.strip())
        elif statement == "end":
            self._close()
        elif word == "classDef":
            name, properties = rest.split(maxsplit=1)
            self.looks.add((name, frozenset(properties.replace(" ", "").split(","))))
        elif word == "class":
            wearers, look = rest.rsplit(maxsplit=1)
            self.wearers |= {(node.strip(), look) for node in wearers.split(",")}
        else:
            self._chain(statement)

    def _open(self, text: str) -> None:
        """A frame begins."""
        id, title, _ = self._end(text, 0)
        self.frames.append(id)
        self.titles[id] = title or id

    def _close(self) -> None:
        """A frame ends."""
        if not self.frames:
            raise ValueError("end")
        self.frames.pop()

    def _chain(self, text: str) -> None:
        """A box, or boxes joined by lines."""
        source, at = self._box(text, 0)
        while at < len(text):
            arrow = _ARROW.match(text, at)
            if arrow is None:
                raise ValueError(text)
            target, at = self._box(text, arrow.end())
            said = arrow.groupdict()
            style = "solid" if said["solid"] or said["solid_label"] else "dotted"
            label = said[f"{style}_label"] or said[f"{style}_bar"] or ""
            self.links.add((source, _plain(label), target, style))
            source = target

    def _box(self, text: str, at: int) -> tuple[str, int]:
        """A box at this place: remember its label, and the frame when it is first named in one."""
        id, label, match = self._end(text, at)
        if label is not None:
            self.nodes[id] = (label, "stadium" if match["stadium"] is not None else "box")
        elif id not in self.titles:
            self.nodes.setdefault(id, (id, "box"))
        if self.frames:
            self.home.setdefault(id, self.frames[-1])
        return id, match.end()

    def _end(self, text: str, at: int) -> tuple[str, str | None, re.Match[str]]:
        """The id at this place, and the label that may follow it."""
        match = _NODE.match(text, at)
        if match is None:
            raise ValueError(text)
        label = match["stadium"] if match["stadium"] is not None else match["box"]
        return match[1], None if label is None else _plain(label), match

    def graph(self) -> MermaidGraph:
        """All that was read."""
        members = {group: frozenset(node for node, home in self.home.items() if home == group) for group in self.titles}
        return MermaidGraph(
            direction=self.direction,
            groups=frozenset((id, title, members[id]) for id, title in self.titles.items()),
            nodes=frozenset((id, label, shape) for id, (label, shape) in self.nodes.items() if id not in self.titles),
            links=frozenset(self.links),
            looks=frozenset(self.looks),
            wearers=frozenset(self.wearers),
        )


def _plain(text: str) -> str:
    """The text without Mermaid's entities."""
    return re.sub(r"#(\w+);", lambda match: _ENTITIES.get(match[1], match[0]), text)
