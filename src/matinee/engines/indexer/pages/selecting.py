"""One value of a row: where it stands on the page, and what is made of it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from matinee.engines.indexer.language.dates import newtonsoft_date
from matinee.engines.indexer.language.definition import Selector
from matinee.engines.indexer.language.filters import apply_filters
from matinee.engines.indexer.language.scope import Scope
from matinee.engines.indexer.language.template import render
from matinee.engines.indexer.pages.css_matching import Node
from matinee.engines.indexer.pages.json_paths import MISSING, Json, find, path_of, printed
from matinee.engines.indexer.pages.tree import Span, Tree


class NoValue(ValueError):
    """The page does not say it; the message tells what was looked for."""


@dataclass(slots=True)
class ElementRow:
    """A row of a page: an element and its span; None where it has to be searched by itself."""

    tree: Tree
    node: Node
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class JsonRow:
    """A row of a JSON answer, the one around it, and all of the answer."""

    value: Json
    outer: Json
    root: Json


Row = ElementRow | JsonRow
Reader = Callable[[Row, Scope, str], str | None]  # with the definition's encoding


def value_of(block: Selector, row: Row, scope: Scope, encoding: str, *, trims: bool = True) -> str | None:
    """What the block says of the row; None for the null of a JSON answer.

    Raises NoValue, and other ValueErrors of templates, selectors, paths and filters that fail.
    """
    found: str | None
    if block.text is not None:
        found = render(block.text, scope)
    else:
        found = _element_value(block, row, scope) if isinstance(row, ElementRow) else _json_value(block, row, scope)
        if found is None:
            return None
        if trims:
            found = found.strip()
    return apply_filters(block.filters, found, scope, encoding=encoding) if block.filters else found


def reader_of(block: Selector) -> Reader:
    """`value_of` for the rows of a page: what does not change from row to row is looked at once.

    Most blocks are a place on the page and nothing else: those are read without a detour.
    """
    selector, attribute = (block.selector or "").strip(), block.attribute
    is_plain = block.text is None and not block.remove and not block.case
    if not is_plain or not selector or "{{" in selector or selector.startswith(":root"):
        return partial(value_of, block)

    def read(row: Row, scope: Scope, encoding: str) -> str | None:
        if not isinstance(row, ElementRow):
            return value_of(block, row, scope, encoding)
        element = row.tree.first(row.node, selector, row.span)
        if element is None:
            raise NoValue(f"nothing fits '{selector}'")
        told = row.tree.text(element) if attribute is None else _attribute(attribute, row.tree, element)
        return apply_filters(block.filters, told.strip(), scope, encoding=encoding) if block.filters else told.strip()

    return read


def element_of(selector: str, row: ElementRow) -> Node | None:
    """The row itself or the first in it that the selector means; `:root…` is looked for on the whole page."""
    if selector.startswith(":root"):
        rest = selector[5:].strip()
        return row.tree.below_root(rest) if rest else row.tree.root
    return row.tree.first(row.node, selector, row.span)


def _element_value(block: Selector, row: ElementRow, scope: Scope) -> str:
    element = row.node
    if block.selector is not None:
        selector = render(block.selector, scope).strip()
        element = element_of(selector, row)
        if element is None:
            raise NoValue(f"nothing fits '{selector}'")
    if block.remove:
        row.tree.remove(element, block.remove, row.span and row.tree.span_of(element))
        row.span = None
    if block.case:
        inner = row if element is row.node else ElementRow(row.tree, element, row.span and row.tree.span_of(element))
        return _first_case(block, scope, lambda key: element_of(key, inner) is not None)
    if block.attribute is not None:
        return _attribute(block.attribute, row.tree, element)
    return row.tree.text(element)


def _attribute(name: str, tree: Tree, element: Node) -> str:
    found = tree.attribute(element, name.lower() if tree.is_html else name)
    if found is None:
        raise NoValue(f"<{tree.tag(element)}> has no attribute '{name}'")
    return found


def _first_case(block: Selector, scope: Scope, fits: Callable[[str], bool]) -> str:
    for key, template in block.case:
        if key == "*" or fits(key):
            return render(template, scope)
    raise NoValue(f"no case fits of: {', '.join(key for key, _ in block.case)}")


def _json_value(block: Selector, row: JsonRow, scope: Scope) -> str | None:
    raw = row.value
    if block.selector is not None:
        selector = render(block.selector, scope)
        path = path_of(selector)
        raw = find(row.root if path.is_root else row.outer if path.is_outer else raw, path)
        if raw is MISSING:
            raise NoValue(f"there is no '{selector}'")
    value = printed(raw, lambda text: newtonsoft_date(text, scope.zone))
    if not block.case:
        return value
    for key, template in block.case:
        if key in ("*", value):
            return render(template, scope)
    return value
