"""A page as a tree of elements, whether its site writes HTML or XML."""

from abc import ABC, abstractmethod
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import NoReturn

from matinee.engines.indexer.pages import css
from matinee.engines.indexer.pages.css_matching import Node
from matinee.engines.indexer.pages.css_terms import Compound
from matinee.kernel.errors import Refused

STEPS = 4_000_000  # elements looked at, for one page: some seconds
_LONG_TEXT = 65_536  # characters; longer ones are not kept

Span = tuple[int, int]


def too_much() -> NoReturn:
    """Say of a page that it is a burden."""
    raise Refused("the page is too large or too deeply nested to be read; ask for fewer rows")


class Tree(ABC):
    """A page that is read by selectors. It may be changed, and it may be looked at only so often."""

    is_html: bool
    root: Node

    def __init__(self) -> None:
        self.is_settled = True
        self.is_whole = True  # nothing is taken out
        self.is_untouched = True  # nor moved
        self._steps = STEPS
        self._texts: dict[int, str] = {}
        self._places: dict[tuple[int, bool, bool], dict[int, int]] = {}
        self._found: dict[str, tuple[list[int], list[Node]]] = {}
        self._order: dict[int, int] = {}

    # What is asked of a page.

    def select(self, node: Node, selector: str) -> list[Node]:
        """What a selector means in an element, itself included. Raises css.BadSelector, and Refused when too long."""
        return css.select(self, node, selector)

    def first(self, node: Node, selector: str, span: Span | None = None) -> Node | None:
        """The first of `select`. With its `span` (see `span_of`) the page is searched once for all rows together."""
        if span is None or not self.is_settled:
            return css.first(self, node, selector)
        found = self._found.get(selector)
        if found is None:
            if css.plan_of(selector, is_html=self.is_html).uses_scope:
                return css.first(self, node, selector)
            found = self._searched(selector)
        places, nodes = found
        at = bisect_left(places, span[0])
        return nodes[at] if at < len(places) and places[at] < span[1] else None

    def _searched(self, selector: str) -> tuple[list[int], list[Node]]:
        """Everything on the page that the selector means, with its place."""
        found = self._found.get(selector)
        if found is None:
            nodes = css.select(self, self.root, selector)
            found = self._found[selector] = ([self._order[key] for key in self.keys(nodes)], nodes)
        return found

    def span_of(self, node: Node) -> Span | None:
        """The element's place on the page and the first one after all in it; None while the page is changing."""
        start = self._order.get(self.key(node)) if self.is_settled else None
        end = self._end_of(node)
        return None if start is None or end is None else (start, end)

    def _end_of(self, node: Node) -> int | None:
        at: Node | None = node
        while at is not None:
            self.step()
            for following in self.following(at):
                return self._order.get(self.key(following))
            at = self.parent(at)
        return len(self._order)

    def below_root(self, selector: str) -> Node | None:
        """The first that the selector means on the whole page, its root left out."""
        found = self._searched(selector)[1] if self.is_settled and self.is_whole else self.select(self.root, selector)
        return next((one for one in found if self.key(one) != self.key(self.root)), None)

    def remove(self, node: Node, selector: str, span: Span | None = None) -> None:
        """Take what the selector means out of the element, for good; the row it is in has no `span` from then on."""
        itself = self.key(node)
        found = [one for one in self._within(node, selector, span) if self.key(one) != itself]
        for one in found:
            self.drop(one)
        if found:
            self.is_whole = self.is_untouched = False
            self._texts.clear()
            self._places.clear()

    def _within(self, node: Node, selector: str, span: Span | None) -> list[Node]:
        """As `select`; with the element's span the page is searched once for all rows together."""
        if span is None or not self.is_settled or css.plan_of(selector, is_html=self.is_html).uses_scope:
            return self.select(node, selector)
        places, nodes = self._searched(selector)
        return nodes[bisect_left(places, span[0]) : bisect_left(places, span[1])]

    def changed(self) -> None:
        """Much was moved: what was learnt of the page no longer holds, until it settles."""
        self.is_settled = self.is_untouched = False
        self._texts.clear()
        self._found.clear()
        self._places.clear()

    def settle(self) -> None:
        """Learn the page anew: all changes are made."""
        self._order = {self.key(one): place for place, one in enumerate(self.everything(self.root))}
        self.is_settled = True

    @abstractmethod
    def adopt(self, node: Node, other: Node) -> None:
        """Move all that stands in the other element to the end of this one."""

    @abstractmethod
    def drop(self, node: Node) -> None:
        """Take an element out."""

    # What the tests of a selector ask.

    def step(self, count: int = 1) -> None:
        """Count one look. Raises Refused when it is one too many."""
        self._steps -= count
        if self._steps < 0:
            too_much()

    def text(self, node: Node) -> str:
        """All text inside the element, as it stands."""
        key = self.key(node)
        found = self._texts.get(key)
        if found is None:
            found = self.whole_text(node)
            self.step(1 + len(found) // 64)
            if len(found) < _LONG_TEXT:
                self._texts[key] = found
        return found

    def stands_whole(self, text: str) -> bool:
        """Whether the text, wherever the page has it, stands in one piece: so the page library finds it."""
        return False

    def places(self, node: Node, *, by_type: bool, from_end: bool) -> dict[int, int]:
        """The place of the element and each of its siblings, by key, counted from one."""
        parent = self.parent(node)
        if parent is None:
            return {self.key(node): 1}
        key = (self.key(parent), by_type, from_end)
        found = self._places.get(key)
        if found is None:
            children = list(self.children(parent))
            found = self._places[key] = self._counted(children[::-1] if from_end else children, by_type=by_type)
        return found

    def _counted(self, children: list[Node], *, by_type: bool) -> dict[int, int]:
        counts: dict[str, int] = {}
        found: dict[int, int] = {}
        for child in children:
            name = self.tag(child) if by_type else ""
            counts[name] = found[self.key(child)] = counts.get(name, 0) + 1
        return found

    def order(self, nodes: list[Node]) -> list[Node]:
        """Each element once, in the order of the page."""
        if not self.is_settled:
            return list(dict(zip(self.keys(nodes), nodes, strict=True)).values())
        places = [self._order[key] for key in self.keys(nodes)]
        distinct = dict(zip(places, nodes, strict=True))
        return [distinct[place] for place in sorted(distinct)]

    def candidates(self, node: Node, lasts: tuple[Compound, ...]) -> Iterable[Node]:
        """All in the element that may be one of the compounds, in the order of the page."""
        return self.everything(node)

    @abstractmethod
    def key(self, node: Node) -> int: ...
    @abstractmethod
    def keys(self, nodes: Iterable[Node]) -> list[int]: ...
    @abstractmethod
    def tag(self, node: Node) -> str: ...
    @abstractmethod
    def attribute(self, node: Node, name: str) -> str | None: ...
    @abstractmethod
    def parent(self, node: Node) -> Node | None: ...
    @abstractmethod
    def previous(self, node: Node) -> Node | None: ...
    @abstractmethod
    def following(self, node: Node) -> Iterator[Node]: ...
    @abstractmethod
    def children(self, node: Node) -> Iterator[Node]: ...
    @abstractmethod
    def below(self, node: Node, compound: Compound) -> Iterator[Node]: ...
    @abstractmethod
    def everything(self, node: Node) -> Iterator[Node]: ...
    @abstractmethod
    def whole_text(self, node: Node) -> str: ...
    @abstractmethod
    def is_empty(self, node: Node) -> bool: ...
    @abstractmethod
    def native(self, node: Node, words: str, *, is_simple: bool, is_first: bool = False) -> list[Node] | None: ...
