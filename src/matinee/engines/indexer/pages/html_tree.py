"""An HTML page as browsers build it, with all that its author left out."""

from collections.abc import Iterable, Iterator
from functools import cached_property

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from matinee.engines.indexer.pages.css_native import seed_css
from matinee.engines.indexer.pages.css_terms import Compound
from matinee.engines.indexer.pages.nesting import DEEPEST, is_a_burden
from matinee.engines.indexer.pages.tree import Tree, too_much

_TAME_ELEMENTS = 12_000  # the page library is quick, but its worst case is the square of what it is given
_TAME_DEPTH = 200
_FEW_WORDS = 64  # characters
_MANY_WORDS = 300_000  # characters; the library would search them again for each element around them
_SAMPLE = 64  # the depth is looked at every so many elements: between two it can grow by no more


class HtmlTree(Tree):
    """The page; the library finds in it what it finds exactly, the own matcher all else."""

    is_html = True
    root: LexborNode

    def __init__(self, text: str) -> None:
        """Raises Refused for a page that piles up elements without end."""
        super().__init__()
        if is_a_burden(text):
            too_much()
        root = LexborHTMLParser(text).root
        if root is None:  # pragma: no cover - the library builds at least <html>
            too_much()
        self.root = root
        elements = root.css("*")
        self._order = dict(zip(self.keys(elements), range(len(elements)), strict=True))
        depth = max(map(_depth, elements[::_SAMPLE])) + _SAMPLE
        self._whole: dict[str, bool] = {}
        self._is_tame = len(elements) <= _TAME_ELEMENTS and depth <= _TAME_DEPTH

    def adopt(self, node: LexborNode, other: LexborNode) -> None:
        child = other.first_child
        while child is not None:
            following = child.next
            node.insert_child(child, move=True)
            child = following
            self.step()
        self.changed()

    def drop(self, node: LexborNode) -> None:
        node.remove(recursive=False)

    def key(self, node: LexborNode) -> int:
        return node.mem_id

    def keys(self, nodes: Iterable[LexborNode]) -> list[int]:
        return [node.mem_id for node in nodes]

    def tag(self, node: LexborNode) -> str:
        return (node.tag or "").lower()

    def attribute(self, node: LexborNode, name: str) -> str | None:
        found = node.attributes
        return (found[name] or "") if name in found else None

    def parent(self, node: LexborNode) -> LexborNode | None:
        found = node.parent
        return found if found is not None and found.is_element_node else None

    def previous(self, node: LexborNode) -> LexborNode | None:
        found = node.prev
        while found is not None and not found.is_element_node:
            found = found.prev
        return found

    def following(self, node: LexborNode) -> Iterator[LexborNode]:
        return self._elements(node.next)

    def children(self, node: LexborNode) -> Iterator[LexborNode]:
        return self._elements(node.first_child)

    def _elements(self, found: LexborNode | None) -> Iterator[LexborNode]:
        while found is not None:
            if found.is_element_node:
                self.step()
                yield found
            found = found.next

    def below(self, node: LexborNode, compound: Compound) -> Iterator[LexborNode]:
        found = self.native(node, seed_css(compound), is_simple=True)
        for one in self.everything(node) if found is None else found:
            self.step()
            if one.mem_id != node.mem_id:
                yield one

    def everything(self, node: LexborNode) -> Iterator[LexborNode]:
        for one in node.traverse():
            self.step()
            if one.is_element_node:
                yield one

    def whole_text(self, node: LexborNode) -> str:
        return node.text()

    def stands_whole(self, text: str) -> bool:
        if not self.is_untouched:
            return False
        found = self._whole.get(text)
        if found is None:
            words, pieces = self._words
            self.step(1 + len(words) // 64)
            is_short = len(words) <= _MANY_WORDS
            found = self._whole[text] = is_short and _never_overlaps(text) and words.count(text) == pieces.count(text)
        return found

    @cached_property
    def _words(self) -> tuple[str, str]:
        """All text of the page, and the same with a mark between the pieces."""
        pieces = self.root.text(separator="\0")
        return pieces.replace("\0", ""), pieces

    def is_empty(self, node: LexborNode) -> bool:
        child = node.first_child
        while child is not None and child.is_comment_node:
            child = child.next
        return child is None

    def native(
        self, node: LexborNode, words: str, *, is_simple: bool, is_first: bool = False
    ) -> list[LexborNode] | None:
        if not self._is_tame and not (is_simple and node.mem_id == self.root.mem_id):
            return None
        try:
            if is_first:
                found = node.css_first(words)
                return [] if found is None else [found]
            return node.css(words)
        except SelectolaxError:
            return None


def _never_overlaps(words: str) -> bool:
    """Whether two finds of the words never share a sign, so that counting them misses none."""
    return 0 < len(words) <= _FEW_WORDS and not any(words.startswith(words[at:]) for at in range(1, len(words)))


def _depth(node: LexborNode) -> int:
    depth = 0
    at: LexborNode | None = node
    while at is not None:
        depth += 1
        if depth > DEEPEST:
            too_much()
        at = at.parent
    return depth
