"""A definition file is an outline: names, lists and words, and every word stays as it was typed."""

from collections.abc import Iterator

import yaml

from matinee.kernel.errors import Refused

Node = str | None | list["Node"] | dict[str, "Node"]

_LONGEST = 1_000_000  # characters; the longest public definition has 60,000
_DEEPEST = 40
_MOST_NODES = 100_000  # counted with what aliases repeat
_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})


def read_tree(text: str, where: str) -> dict[str, Node]:
    """The mapping that the YAML holds: `01`, `yes` and `0.50` stay text; a key with nothing after it is None."""
    if len(text) > _LONGEST:
        raise Refused(f"{where}: longer than {_LONGEST:,} characters; this is no definition")
    try:
        tree = _Reading(text, where).document()
    except (yaml.YAMLError, ValueError) as error:
        raise Refused(f"{where}: not YAML ({_told(error)}); correct the file") from error
    if not isinstance(tree, dict):
        raise Refused(f"{where}: holds no mapping of keys; a definition begins with its id")
    return tree


class _Reading:
    """One document on its way from events to a tree; aliases are followed, and counted each time."""

    def __init__(self, text: str, where: str) -> None:
        self._events: Iterator[yaml.Event] = yaml.parse(text.removeprefix("\ufeff"), Loader=_loader())
        self._where = where
        self._anchors: dict[str, tuple[Node, int]] = {}
        self._nodes = 0

    def document(self) -> Node:
        for event in self._events:
            if isinstance(event, yaml.NodeEvent):
                return self._node(event, 0)
        return None

    def _node(self, event: yaml.Event, depth: int) -> Node:
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        self._count(1, depth)
        before = self._nodes
        node = self._value(event, depth)
        anchor = getattr(event, "anchor", None)
        if anchor:
            self._anchors[anchor] = node, self._nodes - before + 1
        return node

    def _value(self, event: yaml.Event, depth: int) -> Node:
        if isinstance(event, yaml.ScalarEvent):
            is_plain = event.style in (None, "")
            return None if is_plain and event.value in _NOTHING else str(event.value)
        if isinstance(event, yaml.SequenceStartEvent):
            return [self._node(item, depth + 1) for item in self._until(yaml.SequenceEndEvent)]
        return self._mapping(depth)

    def _mapping(self, depth: int) -> dict[str, Node]:
        found: dict[str, Node] = {}
        for event in self._until(yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise Refused(f"{self._where}: line {_line(event)} has a key that is no word; write a plain key")
            found[str(event.value)] = self._node(next(self._events), depth + 1)
        return found

    def _until(self, end: type[yaml.Event]) -> Iterator[yaml.Event]:
        for event in self._events:
            if isinstance(event, end):
                return
            yield event

    def _alias(self, event: yaml.AliasEvent) -> Node:
        if event.anchor not in self._anchors:
            raise Refused(
                f"{self._where}: line {_line(event)} repeats *{event.anchor:.40}, which is not complete there"
            )
        node, size = self._anchors[event.anchor]
        self._count(size, 0)
        return node

    def _count(self, more: int, depth: int) -> None:
        self._nodes += more
        if self._nodes > _MOST_NODES or depth > _DEEPEST:
            raise Refused(f"{self._where}: too many or too deep values; this is no definition")


def _loader() -> type[yaml.BaseLoader]:
    """The parser in C where the library has one: ten times as fast."""
    found: type[yaml.BaseLoader] = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    return found


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 0


def _told(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or "unreadable"
    return f"line {mark.line + 1}: {problem}" if mark else f"{problem}"
