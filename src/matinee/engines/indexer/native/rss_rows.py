"""The rows of a feed of torrents, whichever of the many dialects it is written in."""

import hashlib
import html
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from lxml import etree

from matinee.engines.indexer.native.moments import moment
from matinee.engines.indexer.native.rss_document import local_name
from matinee.kernel.redact import redact
from matinee.media.magnet import infohash_of, v1_infohash
from matinee.media.parse import read_name
from matinee.media.release import Release
from matinee.media.title import Kind

_LONGEST_TEXT = 2000
_LONGEST_NAME = 500
_LARGEST = 2**53
_MOST_PEERS = 5_000_000
_MAGNET = re.compile(r"magnet:\?[^\s\"'<>]{20,4000}", re.IGNORECASE)
_SIZE = re.compile(r"(?<![\w.,])(\d{1,7}(?:[.,]\d{1,3}){0,4})\s{0,3}(bytes|[kmgt]i?b|[kmgt])\b", re.IGNORECASE)
_TOLD_SIZE = re.compile(r"(?:file)?size\b[^\d<]{0,20}", re.IGNORECASE)
_PEERS = re.compile(r"\b(seed(?:er)?s?|leech(?:er)?s?|peers?)\b[^\w<]{0,5}(\d{1,7})\b", re.IGNORECASE)
_MAGNETS_STAND_IN = (
    "magneturi",
    "magneturl",
    "magnet",
    "enclosed",
    "link",
    "guid",
    "comments",
    "description",
)
_LARGEST_TORRENT_FILE = 10 * 1024 * 1024  # a smaller length of an enclosure may be that of the .torrent itself
_UNITS = {"k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40}
_TAGS = re.compile(r"<[^<>]{0,500}>")

Fields = Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class FeedPlace:
    """Which feed rows are read from: its indexer, its address and the priority of what it offers."""

    indexer: str
    url: str
    priority: int
    present: datetime


def release(row: etree._Element, place: FeedPlace) -> Release:
    """One row as a release, with size 0 where none is told; ValueError says why it is none."""
    fields = _fields(row)
    name = " ".join(html.unescape(_first(fields, "title")).split())[:_LONGEST_NAME]
    if not name:
        raise ValueError("it has no title")
    magnet = _magnet(fields)
    address = _address(row, fields, place.url, magnet)
    if address is None:
        raise ValueError(f"'{name[:80]}' has no address to download a torrent from")
    words = _words(fields)
    seeders, leechers = _swarm(fields, words)
    return Release(
        guid=_guid(fields, address),
        name=name,
        indexer=place.indexer,
        download_url=address,
        size=_size(row, fields, words),
        published=_published(fields, place.present),
        seeders=seeders,
        leechers=leechers,
        categories=_categories(name),
        infohash=_infohash(fields, magnet or address),
        page_url=_page(fields, place.url, address),
        indexer_priority=place.priority,
        magnet_url=magnet or None,
        grabs=_number(fields, "downloads", "grabs"),
    )


def size_in_words(text: str) -> int:
    """The bytes of `1.4 GB`, `1,4 GiB` or `1,024.5 MB`, those behind the word "size" first; 0 when none is told."""
    told = _TOLD_SIZE.search(text)
    match = (_SIZE.search(text, told.end()) if told else None) or _SIZE.search(text)
    if match is None:
        return 0
    whole = re.split(r"[.,]", match[1])
    # The last group is behind the point, as the field reads it: "1,024 MB" is a little more than one.
    number = float("".join(whole[:-1]) + "." + whole[-1]) if len(whole) > 1 else float(whole[0])
    return int(min(number * _UNITS.get(match[2][0].lower(), 1), _LARGEST))


def _fields(row: etree._Element) -> Fields:
    """The texts of everything in a row by name without namespace (`seeders` of nyaa:seeders), attributes too."""
    found: dict[str, list[str]] = defaultdict(list)
    for element in row.iterdescendants():
        name = local_name(element)
        if name == "attr":  # torznab:attr name="seeders" value="3"
            found[(element.get("name") or "").lower()].append((element.get("value") or "").strip())
        elif name == "enclosure":
            found["enclosed"].append((element.get("url") or "").strip())
        elif name == "link" and element.get("href"):
            found["enclosed" if element.get("rel") == "enclosure" else "link"].append(
                (element.get("href") or "").strip()
            )
        elif name and (text := (element.text or "").strip()):
            found[name].append(text)
    return found


def _first(fields: Fields, *names: str) -> str:
    return next((text for name in names for text in fields.get(name, ())), "")


def _number(fields: Fields, *names: str, largest: int = _MOST_PEERS) -> int | None:
    for name in names:
        for text in fields.get(name, ()):
            digits = text.replace(",", "").strip()
            if digits.isascii() and digits.isdigit() and len(digits) < 18 and int(digits) <= largest:
                return int(digits)
    return None


def _words(fields: Fields) -> str:
    """The description without its marks."""
    told = _first(fields, "description", "summary", "encoded", "content")[:20_000]
    return " ".join(_TAGS.sub(" ", html.unescape(told)).split())


def _magnet(fields: Fields) -> str:
    """The magnet link of a row, wherever it stands."""
    for name in _MAGNETS_STAND_IN:
        for text in fields.get(name, ()):
            match = _MAGNET.search(html.unescape(text[:20_000]))
            if match and infohash_of(match[0]):
                return str(match[0])
    return ""


def _address(row: etree._Element, fields: Fields, feed: str, magnet: str) -> str | None:
    """Where the torrent is: the enclosure, a link to a .torrent, the magnet, any link; None when nowhere safe."""
    links = [urljoin(feed, link) for link in fields.get("link", ())]
    torrents = [link for link in links if urlsplit(link).path.lower().endswith(".torrent")]
    for url in (*_enclosures(row, fields, feed), *torrents, magnet, *links):
        if url.lower().startswith(("http://", "https://", "magnet:?")):
            return url
    return None


def _enclosures(row: etree._Element, fields: Fields, feed: str) -> Iterator[str]:
    """Addresses of what is enclosed, torrents before anything else; pictures never."""
    kinds = {
        (one.get("url") or "").strip(): (one.get("type") or "").lower() for one in row if local_name(one) == "enclosure"
    }
    told = [(kinds.get(url, ""), url) for url in fields.get("enclosed", ()) if url]
    fitting = [(kind, url) for kind, url in told if not kind.startswith(("image/", "audio/", "text/"))]
    for _, url in sorted(fitting, key=lambda one: "bittorrent" not in one[0]):
        yield url if url.lower().startswith("magnet:") else urljoin(feed, url)


def _size(row: etree._Element, fields: Fields, words: str) -> int:
    """Bytes: told in a field, by the enclosure (a length of a .torrent itself is none), or in words."""
    told = _number(fields, "contentlength", "size", "filesize", "length", largest=_LARGEST)
    if told:
        return told
    if in_field := size_in_words(_first(fields, "size", "filesize", "contentlength")):
        return in_field
    lengths = (one.get("length") or "" for one in row if local_name(one) == "enclosure")
    length = max((int(one) for one in lengths if one.isascii() and one.isdigit() and len(one) < 17), default=0)
    in_words = size_in_words(words) if words else 0
    return length if length > _LARGEST_TORRENT_FILE or not in_words else in_words


def _swarm(fields: Fields, words: str) -> tuple[int | None, int | None]:
    """Seeders and leechers, from fields or from the description; peers are both together."""
    told = {name.lower()[:4]: int(count) for name, count in _PEERS.findall(words)}
    seeders = _number(fields, "seeders", "seeds", "seed")
    seeders = seeders if seeders is not None else told.get("seed")
    leechers = _number(fields, "leechers", "leeches", "leech")
    leechers = leechers if leechers is not None else told.get("leec")
    peers = _number(fields, "peers")
    peers = peers if peers is not None else told.get("peer")
    if leechers is None and peers is not None:
        leechers = max(0, peers - (seeders or 0))
    return seeders, leechers


def _published(fields: Fields, present: datetime) -> datetime | None:
    for name in ("pubdate", "published", "date", "updated", "added"):
        for text in fields.get(name, ()):
            if (found := moment(text, present)) is not None:
                return found
    return None


def _infohash(fields: Fields, address: str) -> str | None:
    told = (v1_infohash(text) for text in fields.get("infohash", ()))
    return next((found for found in told if found), None) or infohash_of(address)


def _guid(fields: Fields, address: str) -> str:
    """What tells a release from the others; hashed where it carries a key or is endless, for a guid is shown."""
    guid = _first(fields, "guid", "id") or address
    if guid == address or len(guid) > _LONGEST_TEXT or guid != redact(guid):
        return hashlib.sha256(guid.encode("utf-8", "replace")).hexdigest()[:40]
    return guid


def _page(fields: Fields, feed: str, address: str) -> str | None:
    """The page about the release, unless its address carries a key or is the torrent's."""
    for told in (*fields.get("comments", ()), *fields.get("guid", ()), *fields.get("link", ())):
        url: str = urljoin(feed, told)
        is_page = url.lower().startswith(("http://", "https://")) and not urlsplit(url).path.endswith(".torrent")
        if is_page and url != address and len(url) <= _LONGEST_TEXT and url == redact(url) and told.startswith("http"):
            return url
    return None


def _categories(name: str) -> tuple[int, ...]:
    """Movies or television, and how fine: by what the name says."""
    read = read_name(name)
    above = 5000 if read.kind is Kind.SERIES else 2000
    if read.resolution >= 2160:
        return above, above + 45
    if read.resolution >= 720:
        return above, above + 40
    return (above, above + 30) if read.resolution else (above,)
