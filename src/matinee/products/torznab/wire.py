"""Torznab on the wire: what an indexer can do, the releases in its feed, and its way of saying no."""

import hashlib
import logging
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import islice

from lxml import etree

from matinee.kernel.errors import MatineeError, NotFound, Refused, Unreachable
from matinee.kernel.redact import redact
from matinee.media.release import Release
from matinee.media.title import ExternalIds
from matinee.products.torznab.document import local_name, open_document
from matinee.products.torznab.magnet import magnet_infohash

log = logging.getLogger(__name__)

LARGEST_PAGE = 100
MOST_ROWS = 500  # of one page that are read, whatever was asked for
_LONGEST_NUMBER = 18
_LONGEST_TEXT = 2000
_LARGEST_KEPT = 2**31 - 1  # what an Integer column holds

# What a function takes when the indexer does not say: the Newznab text's minimum.
_UNSAID = {
    "search": frozenset({"q"}),
    "tv-search": frozenset({"q", "rid", "season", "ep"}),
    "movie-search": frozenset({"q", "imdbid"}),
}

Attributes = Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class Caps:
    """What an indexer can do: parameters by function (none: it lacks the function), page size, categories."""

    server: str
    page_size: int
    search: frozenset[str]
    tv: frozenset[str]
    movie: frozenset[str]
    categories: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Feed:
    """One page of an answer; `rows` counts the unreadable ones too, `total` where the indexer tells it."""

    releases: tuple[Release, ...]
    rows: int
    total: int | None


def read_caps(indexer: str, body: bytes, content_type: str = "") -> Caps:
    """The answer to t=caps."""
    root = _root(indexer, body, content_type)
    if local_name(root) != "caps":
        raise Refused(
            f"{indexer} answers something that is not a Torznab feed: expected <caps>, got <{root.tag!s:.40}>"
        )
    server, limits = root.find("server"), root.find("limits")
    return Caps(
        server=(server.get("title") or server.get("version") or "") if server is not None else "",
        page_size=_page_size(limits),
        search=_parameters(root, "search"),
        tv=_parameters(root, "tv-search"),
        movie=_parameters(root, "movie-search"),
        categories=tuple(_category_ids(root)),
    )


def read_feed(indexer: str, body: bytes, content_type: str = "", *, priority: int = 25) -> Feed:
    """The answer to a search, MOST_ROWS of it at most; a row that cannot be read is logged and left out."""
    root = _root(indexer, body, content_type)
    channel = next((child for child in root if local_name(child) == "channel"), None)
    if local_name(root) != "rss" or channel is None:
        raise Refused(f"{indexer} answers something that is not a Torznab feed: there is no channel in it")
    items = list(islice((child for child in channel if local_name(child) == "item"), MOST_ROWS))
    response = next((child for child in channel if local_name(child) == "response"), None)
    total = number(response.get("total")) if response is not None else None
    return Feed(tuple(_releases(indexer, items, priority)), len(items), total)


def refusal(indexer: str, code: int, description: str) -> MatineeError:
    """What an <error> means: keys are to be changed, limits are to be waited for."""
    words = redact(description[:_LONGEST_TEXT]).strip()[:200] or "no reason given"
    if 100 <= code < 200:
        return Refused(f"{indexer}: the API key was refused ({words})")
    if code in (429, 500, 501) or words.lower() == "request limit reached":
        return Unreachable(f"{indexer}: its limit is reached ({words})")
    if code == 300:
        return NotFound(f"{indexer}: {words}")
    if code == 900:
        return Unreachable(f"{indexer}: {words} (error {code})")
    return Refused(f"{indexer}: {words} (error {code})")


def raise_error(indexer: str, root: etree._Element) -> None:
    """Raise what an <error> document means; any other document passes."""
    if local_name(root) == "error":
        raise refusal(indexer, number(root.get("code")) or 0, root.get("description") or "")


def number(text: str | None) -> int | None:
    """A whole number that is not negative."""
    digits = (text or "").strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST_NUMBER else None


def _root(indexer: str, body: bytes, content_type: str) -> etree._Element:
    root = open_document(indexer, body, content_type)
    raise_error(indexer, root)
    return root


def _page_size(limits: etree._Element | None) -> int:
    if limits is None:
        return LARGEST_PAGE
    told = max(number(limits.get("default")) or 0, number(limits.get("max")) or 0)
    return min(LARGEST_PAGE, told) or LARGEST_PAGE


def _parameters(caps: etree._Element, function: str) -> frozenset[str]:
    """The parameters a function takes, empty when it is not available."""
    element = caps.find(f"searching/{function}")
    if element is None or (element.get("available") or "yes").lower() != "yes":
        return frozenset()
    said = element.get("supportedParams")
    if not said:
        return _UNSAID[function]
    return frozenset(word.strip().lower() for word in said.split(",") if word.strip())


def _category_ids(caps: etree._Element) -> Iterator[int]:
    for element in caps.iterfind("categories//*"):
        if (id_ := number(element.get("id"))) is not None:
            yield id_


def _releases(indexer: str, items: list[etree._Element], priority: int) -> Iterator[Release]:
    for item in items:
        try:
            yield _release(indexer, item, priority)
        except ValueError as error:
            log.warning("%s: one row of the feed was left out: %s", indexer, error)


def _release(indexer: str, item: etree._Element, priority: int) -> Release:
    attributes = _attributes(item)
    name = _text(item, "title")
    if not name:
        raise ValueError("it has no title")
    magnet = next(iter(attributes.get("magneturl", ())), "")
    download_url = _download_url(item, magnet)
    if download_url is None:
        raise ValueError(f"'{name[:80]}' has no address to download a torrent from")
    seeders = _first(attributes, "seeders", largest=_LARGEST_KEPT)
    return Release(
        guid=_guid(item, download_url),
        name=name,
        indexer=indexer,
        download_url=download_url,
        size=_size(item, attributes),
        published=_published(_text(item, "pubDate")),
        seeders=seeders,
        leechers=_leechers(attributes, seeders),
        categories=_categories(item, attributes),
        infohash=_infohash(attributes, magnet or download_url),
        ids=_ids(attributes),
        page_url=_page_url(item),
        indexer_priority=priority,
    )


def _attributes(item: etree._Element) -> Attributes:
    """The `torznab:attr` elements of a row, whatever their prefix: values by name in small letters."""
    found: dict[str, list[str]] = defaultdict(list)
    for child in item:
        name, value = child.get("name"), child.get("value")
        if local_name(child) == "attr" and name and value:
            found[name.lower()].append(value.strip())
    return found


def _text(item: etree._Element, name: str) -> str:
    """The words of a child element, in one line."""
    child = next((child for child in item if local_name(child) == name), None)
    return " ".join((child.text or "").split()) if child is not None else ""


def _first(attributes: Attributes, *names: str, largest: int = 10**_LONGEST_NUMBER) -> int | None:
    """The first of the named attributes that is a number within reason."""
    values = (number(value) for name in names for value in attributes.get(name, ()))
    return next((value for value in values if value is not None and value <= largest), None)


def _download_url(item: etree._Element, magnet: str) -> str | None:
    """Where the torrent is: the enclosure, else the link, else the magnet; None when nowhere safe."""
    enclosure = _enclosure(item)
    offered = [enclosure.get("url") or ""] if enclosure is not None else []
    for url in (*offered, _text(item, "link"), magnet):
        if url.strip().lower().startswith(("http://", "https://", "magnet:?")):
            return url.strip()
    return None


def _enclosure(item: etree._Element) -> etree._Element | None:
    """The enclosure; ValueError when it is a usenet one."""
    for child in item:
        if local_name(child) == "enclosure":
            if "nzb" in (child.get("type") or "").lower():
                raise ValueError("it is a usenet release, and this is a torrent indexer")
            return child
    return None


def _guid(item: etree._Element, download_url: str) -> str:
    """What tells a release from the others; hashed where it carries a key or is endless, for a guid is shown."""
    guid = _text(item, "guid") or download_url
    if guid == download_url or len(guid) > _LONGEST_TEXT or guid != redact(guid):
        return hashlib.sha256(guid.encode("utf-8", "replace")).hexdigest()[:40]
    return guid


def _size(item: etree._Element, attributes: Attributes) -> int:
    """Bytes; 0 when the indexer does not say."""
    enclosure = next((child for child in item if local_name(child) == "enclosure"), None)
    length = number(enclosure.get("length")) if enclosure is not None else None
    return _first(attributes, "size") or number(_text(item, "size")) or length or 0


def _leechers(attributes: Attributes, seeders: int | None) -> int | None:
    """Told directly, or as peers: seeders and leechers together."""
    told, peers = (_first(attributes, name, largest=_LARGEST_KEPT) for name in ("leechers", "peers"))
    if told is not None or peers is None:
        return told
    return max(0, peers - (seeders or 0))


def _categories(item: etree._Element, attributes: Attributes) -> tuple[int, ...]:
    plain = [child.text for child in item if local_name(child) == "category"]
    found = (number(value) for value in (*attributes.get("category", ()), *plain))
    return tuple(dict.fromkeys(value for value in found if value is not None))


def _infohash(attributes: Attributes, magnet: str) -> str | None:
    for value in attributes.get("infohash", ()):
        if re.fullmatch(r"[0-9a-fA-F]{40}", value):
            return value.lower()
    return magnet_infohash(magnet)


def _ids(attributes: Attributes) -> ExternalIds:
    return ExternalIds(
        tmdb=_first(attributes, "tmdbid", "tmdb", largest=_LARGEST_KEPT) or None,
        imdb=_imdb(attributes),
        tvdb=_first(attributes, "tvdbid", "tvdb", largest=_LARGEST_KEPT) or None,
        tvmaze=_first(attributes, "tvmazeid", largest=_LARGEST_KEPT) or None,
    )


def _imdb(attributes: Attributes) -> str | None:
    """`tt` and at least seven digits, however the indexer writes it."""
    for value in (*attributes.get("imdbid", ()), *attributes.get("imdb", ())):
        if digits := number(value.lower().removeprefix("tt")):
            return f"tt{digits:07}"
    return None


def _page_url(item: etree._Element) -> str | None:
    """The page about the release, unless its address carries a key."""
    for url in (_text(item, "comments").removesuffix("#comments"), _text(item, "guid")):
        if url.startswith(("http://", "https://")) and len(url) <= _LONGEST_TEXT and url == redact(url):
            return url
    return None


def _published(text: str) -> datetime | None:
    """The moment of upload in UTC, by RFC 822 or ISO 8601."""
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            moment = read(text)
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None
