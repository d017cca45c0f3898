"""A page of a site that is no list of releases: a login form, a download page, an error."""

from matinee.engines.indexer.language.definition import Selector
from matinee.engines.indexer.language.scope import Scope
from matinee.engines.indexer.language.template import render
from matinee.engines.indexer.pages.css_matching import Node
from matinee.engines.indexer.pages.html_tree import HtmlTree
from matinee.engines.indexer.pages.selecting import ElementRow, element_of, value_of


class Missing(ValueError):
    """Something that the definition names does not stand on the page; the message tells what was looked for."""


class Document:
    """A page and its address; selectors in it are templates."""

    def __init__(self, body: bytes, encoding: str, url: str) -> None:
        self.url = url
        self.encoding = encoding
        self._tree = HtmlTree(body.decode(encoding, "replace"))
        self._row = ElementRow(self._tree, self._tree.root)

    def first(self, selector: str, scope: Scope) -> Node | None:
        """The first element that the selector means. Raises ValueError for a selector that cannot be read."""
        return element_of(render(selector, scope).strip(), self._row)

    def every(self, selector: str, within: Node) -> list[Node]:
        """All elements inside another that the selector means."""
        return self._tree.select(within, selector)

    def text(self, node: Node) -> str:
        """The words in an element."""
        return self._tree.text(node)

    def attribute(self, node: Node, name: str) -> str | None:
        """An attribute as it is written; None when it is not there."""
        return self._tree.attribute(node, name)

    def value(self, block: Selector, scope: Scope, *, trims: bool = True) -> str | None:
        """What a selector block says of the page; an optional one its default. Raises Missing."""
        try:
            return value_of(block, self._row, scope, self.encoding, trims=trims)
        except ValueError as error:
            if not block.optional:
                raise Missing(str(error)) from error
            return None if block.default is None else render(block.default, scope)
