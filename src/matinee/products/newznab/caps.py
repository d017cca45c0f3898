"""What an indexer says that it can do."""

from collections.abc import Iterator, Mapping

from lxml import etree

from matinee.media.categories import CUSTOM, STANDARD, name_of
from matinee.media.indexing import Abilities, Category, Function
from matinee.products.newznab.document import child_of, local_name, not_a_feed, number, open_document
from matinee.products.newznab.refusals import raise_error
from matinee.products.newznab.wire import ELEMENTS, LARGEST_PAGE, UNSAID

_MOST_CATEGORIES = 2000
_LONGEST_NAME = 100


def read_caps(indexer: str, body: bytes, content_type: str = "") -> Abilities:
    """The answer to t=caps."""
    root = open_document(indexer, body, content_type)
    raise_error(indexer, root)
    if local_name(root) != "caps":
        raise not_a_feed(indexer, f"expected <caps>, got <{root.tag!s:.40}>")
    server, searching = child_of(root, "server"), child_of(root, "searching")
    return Abilities(
        functions=_functions(searching) if searching is not None else {},
        categories=tuple(_categories(root)),
        page_size=_page_size(child_of(root, "limits")),
        turns_pages=True,
        takes_raw_text=searching is not None and any(child.get("searchEngine") == "raw" for child in searching),
        server=((server.get("title") or server.get("version") or "") if server is not None else "")[:_LONGEST_NAME],
    )


def _functions(searching: etree._Element) -> Mapping[Function, frozenset[str]]:
    found = {function: _parameters(searching, element) for function, element in ELEMENTS.items()}
    music = found[Function.MUSIC] or _parameters(searching, "audio-search")
    told = {**found, Function.MUSIC: music}
    return {function: takes or UNSAID[function] for function, takes in told.items() if takes is not None}


def _parameters(searching: etree._Element, name: str) -> frozenset[str] | None:
    """The parameters a function takes, none when it does not say; None when it is not available."""
    element = child_of(searching, name)
    if element is None or (element.get("available") or "yes").strip().lower() not in ("yes", "true", "1"):
        return None
    said = element.get("supportedParams") or ""
    return frozenset(word.strip().lower() for word in said.split(",") if word.strip())


def _categories(root: etree._Element) -> Iterator[Category]:
    """Each once, those above before those below, at most _MOST_CATEGORIES."""
    seen: set[int] = set()
    categories = child_of(root, "categories")
    for element in categories.iter("{*}category", "{*}subcat") if categories is not None else ():
        id_ = number(element.get("id"))
        if id_ is None or id_ in seen or id_ >= 2**31 or len(seen) >= _MOST_CATEGORIES:
            continue
        seen.add(id_)
        said = (element.get("name") or "").strip()[:_LONGEST_NAME]
        yield Category(id_, name_of(id_) if id_ in STANDARD and id_ < CUSTOM else said or str(id_))


def _page_size(limits: etree._Element | None) -> int:
    if limits is None:
        return LARGEST_PAGE
    told = max(number(limits.get("default")) or 0, number(limits.get("max")) or 0)
    return min(LARGEST_PAGE, told) or LARGEST_PAGE
