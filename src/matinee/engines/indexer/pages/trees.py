"""A page as its site has sent it, made ready to be read."""

from matinee.engines.indexer.pages.html_tree import HtmlTree
from matinee.engines.indexer.pages.tree import Tree
from matinee.engines.indexer.pages.xml_tree import XmlTree

__all__ = ["HtmlTree", "Tree", "XmlTree", "decoded", "tree_of"]

_OTHER_NAMES = {"windows-874": "cp874", "tis-620": "cp874"}


def decoded(body: bytes, encoding: str) -> str:
    """The body as text; what does not fit the encoding is replaced, an encoding unknown is read as UTF-8."""
    name = encoding.strip().lower() or "utf-8"
    try:
        text = body.decode(_OTHER_NAMES.get(name, name), "replace")
    except (LookupError, ValueError):
        text = body.decode("utf-8", "replace")
    return text.removeprefix("\ufeff")


def tree_of(text: str, kind: str) -> Tree:
    """The page as HTML unless `kind` is `xml`. Raises Refused for what cannot be read or would take too long."""
    return XmlTree(text) if kind == "xml" else HtmlTree(text)
