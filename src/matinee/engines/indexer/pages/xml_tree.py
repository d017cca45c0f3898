"""An XML answer, as feeds are written; names know case there, and prefixes do not count."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from html.entities import html5

from lxml import etree

from matinee.engines.indexer.pages.css_terms import Compound
from matinee.engines.indexer.pages.tree import Tree
from matinee.kernel.errors import Refused

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_ENTITY = re.compile(r"<!ENTITY(?:[^>\"']|\"[^\"]*\"|'[^']*')*>")
_DOCTYPE = re.compile(r"<!DOCTYPE[^>\[]*(?:\[[^\]]*\]\s*)?>", re.IGNORECASE)
_REFERENCE = re.compile(r"<!\[CDATA\[.*?(?:\]\]>|\Z)|&(#[0-9]+;|#x[0-9a-fA-F]+;|([A-Za-z][A-Za-z0-9]*;))?", re.DOTALL)
_NAMESPACE = re.compile(r"\{[^}]*\}")

Element = etree._Element


class XmlTree(Tree):
    """The answer; entities that it defines itself are left out, and small faults are passed over."""

    is_html = False
    root: Element

    def __init__(self, text: str) -> None:
        """Raises Refused for what is no XML at all."""
        super().__init__()
        text = _ENTITY.sub("", _FORBIDDEN.sub("", text))
        if "<!ENTITY" in text:
            raise Refused("the answer defines entities of its own, which are not read")
        root = _parsed(_REFERENCE.sub(_plain, _DOCTYPE.sub("", text)))
        if root is None:
            raise Refused("the answer is not XML; the site may be down, or it wants a new login")
        self.root = root
        self._alive = list(root.iter(etree.Element))  # so long each keeps its key
        self._order = {id(element): place for place, element in enumerate(self._alive)}
        self._named: dict[str, list[Element]] = {}
        self._marked: dict[tuple[str, str], list[Element]] = {}
        for element in self._alive:
            self._named.setdefault(_local(str(element.tag)), []).append(element)
            for name, value in element.items():
                self._marked.setdefault((_local(str(name)), str(value)), []).append(element)

    def adopt(self, node: Element, other: Element) -> None:
        if len(node):
            node[-1].tail = (node[-1].tail or "") + (other.text or "")
        else:
            node.text = (node.text or "") + (other.text or "")
        node.extend(list(other))
        self.changed()

    def drop(self, node: Element) -> None:
        parent = node.getparent()
        if parent is None:
            return
        before = node.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + (node.tail or "")
        else:
            parent.text = (parent.text or "") + (node.tail or "")
        parent.remove(node)

    def key(self, node: Element) -> int:
        return id(node)

    def keys(self, nodes: Iterable[Element]) -> list[int]:
        return [id(node) for node in nodes]

    def tag(self, node: Element) -> str:
        return _local(str(node.tag))

    def attribute(self, node: Element, name: str) -> str | None:
        found = node.get(name)
        if found is None:
            found = next((value for key, value in node.attrib.items() if _local(key) == name), None)
        return found if found is None else str(found)

    def parent(self, node: Element) -> Element | None:
        return node.getparent()

    def previous(self, node: Element) -> Element | None:
        return next(node.itersiblings(etree.Element, preceding=True), None)

    def following(self, node: Element) -> Iterator[Element]:
        return node.itersiblings(etree.Element)

    def children(self, node: Element) -> Iterator[Element]:
        return node.iterchildren(etree.Element)

    def below(self, node: Element, compound: Compound) -> Iterator[Element]:
        return (one for one in self.everything(node) if one is not node)

    def everything(self, node: Element) -> Iterator[Element]:
        for one in node.iter(etree.Element):
            self.step()
            yield one

    def candidates(self, node: Element, lasts: tuple[Compound, ...]) -> Iterable[Element]:
        if node is not self.root or not self.is_untouched or len(lasts) > 1:
            return self.everything(node)
        if lasts[0].tags:
            return self._named.get(lasts[0].tags[0], [])
        wanted = [one for one in lasts[0].attributes if one.operator == "=" and not one.ignores_case]
        if wanted:
            return self._marked.get((wanted[0].name, wanted[0].value), [])
        return self.everything(node)

    def whole_text(self, node: Element) -> str:
        return str(_TEXT(node))

    def is_empty(self, node: Element) -> bool:
        return not node.text and next(node.iterchildren(etree.Element), None) is None

    def native(self, node: Element, words: str, *, is_simple: bool, is_first: bool = False) -> list[Element] | None:
        return None  # the own matcher does it all


_TEXT = etree.XPath("string()")


@lru_cache(maxsize=256)  # a feed has few names and says each of them a thousand times
def _local(name: str) -> str:
    return _NAMESPACE.sub("", name, count=1) if name.startswith("{") else name


def _plain(found: re.Match[str]) -> str:
    """A sign by its number: after the first fault the library loses even `&amp;`; an unknown name is nothing."""
    reference, name = found.groups()
    if name is not None:
        return "".join(f"&#{ord(sign)};" for sign in html5.get(name, ""))
    return found[0] if reference or found[0] != "&" else "&#38;"


def _parsed(text: str) -> Element | None:
    parser = etree.XMLParser(
        encoding="utf-8", recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        return etree.fromstring(text.strip().encode(), parser)
    except etree.XMLSyntaxError:
        return None
