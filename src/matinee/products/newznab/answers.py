"""What we say as an indexer: our abilities, the releases of an answer, and our way of saying no."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from lxml import etree

from matinee.kernel.clock import now as present
from matinee.media.categories import CUSTOM, STANDARD, name_of, parent_of
from matinee.media.indexing import Abilities, Category, Function, Page
from matinee.media.release import Protocol, Release
from matinee.products.newznab.wire import ATOM, ELEMENTS, ENCLOSURE, IDS, NAMESPACE, NEWZNAB, TAGS, TORZNAB, WORDS

_FORBIDDEN = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")
_PARAMETERS = [*WORDS.values(), *IDS.values()]
_ATTRIBUTES = (
    "category size tag language subs genre rageid tvdbid imdb imdbid tmdbid traktid tvmazeid doubanid seeders leechers "
    "files grabs peers year author booktitle artist album label track infohash minimumratio minimumseedtime "
    "downloadvolumefactor uploadvolumefactor coverurl"
)
_ORDER = {name: place for place, name in enumerate(_ATTRIBUTES.split())}
_UNSORTED = 8000  # what is said of a release whose indexer does not say
_NAMESPACES = {"atom": ATOM, "newznab": NEWZNAB, "torznab": TORZNAB}


@dataclass(frozen=True, slots=True)
class Source:
    """Which indexer a release is from, for clients that know Prowlarr: its number, kind and name."""

    id: int
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class _More:
    """What a row needs besides the release."""

    source: Source | None
    now: datetime


def caps_document(abilities: Abilities, title: str) -> bytes:
    """What can be asked: the answer to t=caps."""
    root = etree.Element("caps")
    _add(root, "server", title=title)
    size = str(abilities.page_size)
    _add(root, "limits", default=size, max=size)
    searching = _add(root, "searching")
    for function, element in ELEMENTS.items():
        _searching(searching, abilities, function, element)
        if function is Function.MUSIC:
            _searching(searching, abilities, function, "audio-search")
    _categories(_add(root, "categories"), abilities.categories)
    tags = _add(root, "tags")
    for name, description in TAGS.items():
        _add(tags, "tag", name=name, description=description)
    return _bytes(root)


def feed_document(
    page: Page,
    *,
    link_for: Callable[[Release], str],
    title: str = "Matinee",
    site: str = "",
    self_url: str = "",
    protocol: Protocol | None = None,
    source_for: Callable[[Release], Source | None] | None = None,
    offset: int = 0,
    total: int | None = None,
    now: datetime | None = None,
) -> bytes:
    """The releases of a page as RSS; `link_for` tells where each is downloaded without any further key.

    `protocol` where all are of one, else each release's own. `total` is the count of all pages (page.total without
    it); `now` stands for the moment of upload where that is not known.
    """
    root = etree.Element("rss", {"version": "2.0"}, nsmap=_NAMESPACES)
    channel = _add(root, "channel")
    _add(channel, f"{{{ATOM}}}link", rel="self", type="application/rss+xml", href=self_url)
    for name, text in (("title", title), ("description", f"{title}: releases"), ("link", site), ("language", "en-US")):
        _add(channel, name, text)
    _add(channel, "category", "search")
    told = total if total is not None else page.total
    counted = told if told is not None else offset + len(page.releases)
    _add(channel, f"{{{NEWZNAB}}}response", offset=str(offset), total=str(counted))
    moment = now or present()
    for release in page.releases:
        more = _More(source_for(release) if source_for else None, moment)
        _item(channel, release, link_for(release), protocol or release.protocol, more)
    return _bytes(root)


def error_document(code: int, description: str) -> bytes:
    """A refusal; the HTTP status that goes with it is `wire.status_of(code)`."""
    root = etree.Element("error")
    root.set("code", str(code))
    root.set("description", _legal(description))
    return _bytes(root)


def _searching(searching: etree._Element, abilities: Abilities, function: Function, element: str) -> None:
    takes = abilities.functions.get(function)
    parameters = sorted(takes or {"q"}, key=lambda name: (name not in _PARAMETERS, _place(name), name))
    said = {"available": "no" if takes is None else "yes", "supportedParams": ",".join(parameters)}
    _add(searching, element, **said, **({"searchEngine": "raw"} if abilities.takes_raw_text else {}))


def _place(parameter: str) -> int:
    return _PARAMETERS.index(parameter) if parameter in _PARAMETERS else 0


def _categories(parent: etree._Element, categories: Iterable[Category]) -> None:
    """Standard ones by number below those above them, then the indexer's own by name."""
    told = {category.id: category.name for category in categories}
    standard = sorted({id_ for id_ in told if id_ in STANDARD} | {top for id_ in told if (top := parent_of(id_))})
    for top in (id_ for id_ in standard if parent_of(id_) is None):
        element = _add(parent, "category", id=str(top), name=name_of(top))
        for below in (id_ for id_ in standard if parent_of(id_) == top):
            _add(element, "subcat", id=str(below), name=name_of(below))
    odd = {id_: name for id_, name in told.items() if id_ not in STANDARD}
    for id_, name in sorted(odd.items(), key=lambda one: (one[0] < CUSTOM, one[1].casefold(), one[0])):
        _add(parent, "category", id=str(id_), name=name)


def _item(channel: etree._Element, release: Release, link: str, protocol: Protocol, more: _More) -> None:
    item = _add(channel, "item")
    size, source = str(release.size), more.source
    _add(item, "title", release.name)
    _add(item, "description", release.description or release.name)
    _add(item, "guid", release.guid, isPermaLink="false")
    if source is not None:
        _add(item, "prowlarrindexer", source.name, id=str(source.id), type=source.kind)
    if release.page_url:
        _add(item, "comments", release.page_url)
    _add(item, "pubDate", format_datetime(release.published or more.now))
    _add(item, "size", size)
    _add(item, "link", link)
    for category in release.categories or (_UNSORTED,):
        _add(item, "category", str(category))
    _add(item, "enclosure", url=link, length=size, type=ENCLOSURE[protocol])
    for name, value in _attributes(release, protocol):
        _add(item, f"{{{NAMESPACE[protocol]}}}attr", name=name, value=value)


def _attributes(release: Release, protocol: Protocol) -> list[tuple[str, str]]:
    """What is told of a release, in Prowlarr's order; what that does not have comes last."""
    ours = [*_of_any(release), *(_of_usenet(release) if protocol is Protocol.USENET else _of_torrents(release))]
    said = {name for name, _ in ours if name != "tag"}
    told = [*ours, *(one for one in release.attributes if one[0] not in said)]
    return sorted(told, key=lambda one: _ORDER.get(one[0], len(_ORDER)))


def _of_any(release: Release) -> Iterator[tuple[str, str]]:
    yield from (("category", str(category)) for category in release.categories or (_UNSORTED,))
    yield "size", str(release.size)
    yield from (("tag", flag) for flag in TAGS if flag in release.flags)
    ids = release.ids
    digits = ids.imdb.removeprefix("tt") if ids.imdb else None
    told = {"tvdbid": ids.tvdb, "imdb": digits, "imdbid": ids.imdb, "tmdbid": ids.tmdb, "tvmazeid": ids.tvmaze}
    yield from ((name, str(value)) for name, value in told.items() if value)
    counts = {"files": release.files, "grabs": release.grabs}
    yield from ((name, str(value)) for name, value in counts.items() if value is not None)


def _of_usenet(release: Release) -> Iterator[tuple[str, str]]:
    if release.published:
        yield "usenetdate", format_datetime(release.published)


def _of_torrents(release: Release) -> Iterator[tuple[str, str]]:
    if release.seeders is not None:
        yield "seeders", str(release.seeders)
        yield "leechers", str(release.leechers or 0)
        yield "peers", str(release.seeders + (release.leechers or 0))
    if release.infohash:
        yield "infohash", release.infohash
    if release.minimum_ratio is not None:
        yield "minimumratio", f"{release.minimum_ratio:g}"
    if release.minimum_seed_time is not None:
        yield "minimumseedtime", str(release.minimum_seed_time)
    yield "downloadvolumefactor", f"{release.download_factor:g}"
    yield "uploadvolumefactor", f"{release.upload_factor:g}"


def _add(parent: etree._Element, tag: str, text: str | None = None, **attributes: str) -> etree._Element:
    element = etree.SubElement(parent, tag, {name: _legal(value) for name, value in attributes.items()})
    element.text = _legal(text) if text is not None else None
    return element


def _legal(text: str) -> str:
    """The text without characters that XML forbids."""
    return _FORBIDDEN.sub("", text)


def _bytes(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
