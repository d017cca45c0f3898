"""On some pages a day stands once, above all that was uploaded on it."""

from matinee.engines.indexer.language.dates import from_unknown
from matinee.engines.indexer.language.definition import Definition
from matinee.engines.indexer.language.scope import Scope
from matinee.engines.indexer.pages.css_matching import Node
from matinee.engines.indexer.pages.normalise import Draft, Setting
from matinee.engines.indexer.pages.releases import NotARelease
from matinee.engines.indexer.pages.selecting import ElementRow, Row, value_of
from matinee.engines.indexer.pages.tree import Tree


class Headers:
    """The days found so far on one page: each element above the rows is looked at once."""

    def __init__(self, definition: Definition, scope: Scope, setting: Setting) -> None:
        self._block = definition.search.rows.date_headers
        self._encoding = definition.encoding
        self._scope = scope
        self._setting = setting
        self._found: dict[int, str | None] = {}

    def date(self, draft: Draft, row: Row) -> None:
        """Give a draft without a date the one that stands above it. Raises NotARelease where it must have one."""
        if self._block is None or draft.published is not None or not isinstance(row, ElementRow):
            return
        above = self._above(row)
        if above is None:
            if not self._block.optional:
                raise NotARelease("no date stands above it")
            return
        try:
            draft.published = from_unknown(above, self._setting.now)
        except ValueError as error:
            raise NotARelease(f"the date above it cannot be read: {error}") from error

    def _above(self, row: ElementRow) -> str | None:
        node = _before(row.tree, row.node)
        while node is not None:
            row.tree.step()
            key = row.tree.key(node)
            if key not in self._found:
                self._found[key] = self._told(row.tree, node)
            if (found := self._found[key]) is not None:
                return found
            node = _before(row.tree, node)
        return None

    def _told(self, tree: Tree, node: Node) -> str | None:
        if self._block is None:  # pragma: no cover - asked before
            return None
        try:
            return value_of(self._block, ElementRow(tree, node, tree.span_of(node)), self._scope, self._encoding)
        except ValueError:
            return None


def _before(tree: Tree, node: Node) -> Node | None:
    """The element before it; at the beginning, the one before its parent."""
    found = tree.previous(node)
    if found is None and (parent := tree.parent(node)) is not None:
        found = tree.previous(parent)
    return found
