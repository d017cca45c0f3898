"""Read the file in which fans have written down a site, and refuse it with the reason where it cannot work."""

import codecs
import re
from urllib.parse import urlsplit

from matinee.engines.indexer.language.blocks import read_filters, read_selector
from matinee.engines.indexer.language.definition import CategoryMapping, Definition, DefinitionCaps, Setting
from matinee.engines.indexer.language.place import Place
from matinee.engines.indexer.language.reading_login import read_download, read_login
from matinee.engines.indexer.language.reading_search import read_search
from matinee.engines.indexer.language.tree import read_tree
from matinee.media.categories import category_named
from matinee.media.indexing import Privacy

__all__ = ["MODES", "read_definition", "read_filters", "read_selector"]

MODES = ("search", "tv-search", "movie-search", "music-search", "book-search")
_ID = re.compile(r"[\w][\w.\- ]{0,99}")
_TYPES = {"public": Privacy.PUBLIC, "semi-private": Privacy.SEMI_PRIVATE, "private": Privacy.PRIVATE}
_ACCOUNT = (Setting("username", "text", "Username"), Setting("password", "password", "Password"))
_SETTING_TYPES = frozenset({"text", "password", "checkbox", "select", "multi-select"})
# What the field calls an encoding and Python does not.
_CODECS = {"windows-874": "cp874"}


def read_definition(text: str, *, where: str) -> Definition:
    """The definition in a YAML text; `where` names the file in errors. Raises Refused with file, key and cure."""
    top = Place(read_tree(text, where), where)
    return Definition(
        id=_id(top),
        name=top.needed("name"),
        description=top.text("description") or "",
        language=top.text("language") or "en-US",
        privacy=_privacy(top),
        encoding=_encoding(top),
        links=_links(top),
        caps=_caps(top),
        search=read_search(top),
        legacy_links=top.texts("legacylinks"),
        replaces=top.texts("replaces"),
        follow_redirect=bool(top.flag("followredirect")),
        test_link_torrent=top.flag("testlinktorrent") is not False,
        request_delay=top.number("requestDelay", 2.0),
        certificates=top.texts("certificates"),
        settings=tuple(_setting(one) for one in top.inners("settings")) if "settings" in top else _ACCOUNT,
        login=read_login(top.inner("login")),
        download=read_download(top.inner("download")),
    )


def _id(top: Place) -> str:
    found = top.needed("id")
    if not _ID.fullmatch(found):
        raise top.refused("id", f"is {found!r:.60}; use letters, digits, dots and dashes")
    return found


def _privacy(top: Place) -> Privacy:
    told = top.needed("type").lower()
    if told not in _TYPES:
        raise top.refused("type", f"is {told!r:.40}; write public, semi-private or private")
    return _TYPES[told]


def _encoding(top: Place) -> str:
    """The encoding as it is written, or as Python calls it where it knows only that."""
    told = (top.text("encoding") or "UTF-8").strip()
    found = _CODECS.get(told.lower(), told)
    try:
        "a".encode(codecs.lookup(found).name)
    except (LookupError, ValueError):
        raise top.refused("encoding", f"is {told!r:.40}, which is no known encoding; write UTF-8 or another") from None
    return found


def _links(top: Place) -> tuple[str, ...]:
    found = tuple(link.strip() for link in top.texts("links"))
    if not found:
        raise top.refused("links", "is missing; add the address of the site")
    for link in found:
        if not _is_address(link):
            raise top.refused("links", f"holds {link!r:.80}; write an address with http:// or https://")
    return found


def _is_address(link: str) -> bool:
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _caps(top: Place) -> DefinitionCaps:
    caps = top.inner("caps")
    if caps is None:
        raise top.refused("caps", "is missing; add the categories and the modes of the site")
    mappings = _mappings(caps)
    if not mappings:
        raise caps.refused("categorymappings", "is missing; map the categories of the site")
    return DefinitionCaps(
        mappings,
        _modes(caps),
        allow_raw_search=bool(caps.flag("allowrawsearch")),
        allow_tv_search_imdb=bool(caps.flag("allowtvsearchimdb")),
    )


def _modes(caps: Place) -> dict[str, tuple[str, ...]]:
    found = {name: told for name, told in caps.lists("modes") if name in MODES}
    if "search" not in found:
        raise caps.refused("modes.search", "is missing; write search: [q]")
    return found


def _mappings(caps: Place) -> tuple[CategoryMapping, ...]:
    """Both ways to write them; one whose standard name is unknown is dropped, one without such a name is the site's."""
    short = [CategoryMapping(id_, category_named(name)) for id_, name in caps.pairs("categories")]
    long = [_mapping(one) for one in caps.inners("categorymappings")]
    return tuple(one for one in (*short, *long) if one is not None and (one.category is not None or one.description))


def _mapping(one: Place) -> CategoryMapping | None:
    name = (one.text("cat") or "").strip()
    category = category_named(name)
    if name and category is None:
        return None
    return CategoryMapping(one.needed("id"), category, one.text("desc"), bool(one.flag("default")))


def _setting(one: Place) -> Setting:
    name = one.needed("name")
    kind = one.needed("type").lower()
    if kind not in _SETTING_TYPES and not kind.startswith("info"):
        raise one.refused("type", f"is {kind!r:.40}; write text, password, checkbox, select or info")
    label = one.text("label") or name
    return Setting(name, kind, label, one.text("default"), dict(one.pairs("options")), one.texts("defaults"))
