"""One row of a feed, read into a release with everything its indexer tells of it."""

import hashlib
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from lxml import etree

from matinee.kernel.redact import redact
from matinee.media.categories import STANDARD, category_named
from matinee.media.magnet import infohash_of, v1_infohash, v2_infohash
from matinee.media.release import Protocol, Release
from matinee.products.newznab.attributes import (
    LARGEST_KEPT,
    MOST_ATTRIBUTES,
    Attributes,
    decimal,
    factor,
    first_number,
    flags_of,
    ids_of,
    leechers_of,
    others_of,
    read_attributes,
)
from matinee.products.newznab.document import child_of, local_name, number

_BETWEEN = re.compile(r"\s*(?:>|:|/)\s*")
_MARKUP = re.compile(r"<[^<>]*>")
_LONGEST_TEXT = 2000
_LONGEST_NAME = 500
_LONGEST_URL = 8000


def read_row(indexer: str, item: etree._Element, protocol: Protocol, priority: int) -> Release:
    """The release; ValueError says why it cannot be one."""
    attributes = read_attributes(item)
    name = _text(item, "title")[:_LONGEST_NAME]
    if not name:
        raise ValueError("it has no title")
    _must_be(protocol, item)
    magnet = next(iter(attributes.get("magneturl", ())), "") if protocol is Protocol.TORRENT else ""
    download_url = _download_url(item, magnet, protocol)
    if download_url is None:
        raise ValueError(f"'{name[:80]}' has no address to download it from")
    magnet_url = next((url for url in (magnet, download_url) if url.lower().startswith("magnet:?")), None)
    seeders = first_number(attributes, "seeders", largest=LARGEST_KEPT)
    download, upload = factor(attributes, "downloadvolumefactor"), factor(attributes, "uploadvolumefactor")
    return Release(
        guid=_guid(item, attributes, download_url),
        name=name,
        indexer=indexer,
        download_url=download_url,
        size=_size(item, attributes),
        protocol=protocol,
        published=_published(item, attributes, protocol),
        seeders=seeders,
        leechers=leechers_of(attributes, seeders),
        categories=_categories(item, attributes),
        infohash=_infohash(attributes, magnet_url or ""),
        ids=ids_of(attributes),
        page_url=_page_url(item),
        indexer_priority=priority,
        flags=frozenset(flags_of(attributes, download, upload)),
        magnet_url=magnet_url,
        grabs=_count(item, attributes, "grabs"),
        files=_count(item, attributes, "files"),
        download_factor=download,
        upload_factor=upload,
        minimum_ratio=decimal(attributes, "minimumratio"),
        minimum_seed_time=first_number(attributes, "minimumseedtime", largest=LARGEST_KEPT),
        description=_description(item, name),
        attributes=tuple(others_of(attributes)),
    )


def read_moment(text: str) -> datetime | None:
    """A moment in UTC, by RFC 822, ISO 8601 or seconds since 1970."""
    for read in (parsedate_to_datetime, datetime.fromisoformat, _seconds):
        try:
            moment = read(text)
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, TypeError, IndexError, OverflowError, OSError):
            continue
    return None


def _seconds(text: str) -> datetime:
    if not re.fullmatch(r"\d{9,11}", text.strip(), re.ASCII):
        raise ValueError("no seconds since 1970")
    return datetime.fromtimestamp(int(text), UTC)


def _text(item: etree._Element, name: str) -> str:
    """The words of a child element, in one line."""
    child = child_of(item, name)
    return " ".join((child.text or "").split()) if child is not None else ""


def _count(item: etree._Element, attributes: Attributes, name: str) -> int | None:
    """The attribute, or the element that some sites write in its place."""
    told = first_number(attributes, name, largest=LARGEST_KEPT)
    plain = number(_text(item, name)) if told is None else told
    return plain if plain is None or plain <= LARGEST_KEPT else None


def _must_be(protocol: Protocol, item: etree._Element) -> None:
    """ValueError when the row is for another kind of download client than its indexer's."""
    kinds = [(child.get("type") or "").lower() for child in item if local_name(child) == "enclosure"]
    if protocol is Protocol.TORRENT and any("nzb" in kind for kind in kinds):
        raise ValueError("it is a usenet release, and this is a torrent indexer")
    if protocol is Protocol.USENET and any("bittorrent" in kind for kind in kinds):
        raise ValueError("it is a torrent, and this is a usenet indexer")


def _download_url(item: etree._Element, magnet: str, protocol: Protocol) -> str | None:
    """Where the payload is: the enclosure, else the link, else the magnet; None when nowhere safe."""
    enclosure = child_of(item, "enclosure")
    offered = [enclosure.get("url") or ""] if enclosure is not None else []
    starts = ("http://", "https://") if protocol is Protocol.USENET else ("http://", "https://", "magnet:?")
    urls = (url.strip() for url in (*offered, _text(item, "link"), magnet))
    return next((url for url in urls if url.lower().startswith(starts) and len(url) <= _LONGEST_URL), None)


def _guid(item: etree._Element, attributes: Attributes, download_url: str) -> str:
    """What tells a release from the others; hashed where it carries a key or is endless, for a guid is shown."""
    guid = _text(item, "guid") or next(iter(attributes.get("guid", ())), "") or download_url
    if guid == download_url or len(guid) > _LONGEST_TEXT or guid != redact(guid):
        return hashlib.sha256(guid.encode("utf-8", "replace")).hexdigest()[:40]
    return guid


def _size(item: etree._Element, attributes: Attributes) -> int:
    """Bytes; 0 when the indexer does not say."""
    enclosure = child_of(item, "enclosure")
    length = number(enclosure.get("length")) if enclosure is not None else None
    return first_number(attributes, "size") or number(_text(item, "size")) or length or 0


def _published(item: etree._Element, attributes: Attributes, protocol: Protocol) -> datetime | None:
    """When it was uploaded; of usenet the moment of its posting, for that decides whether it is still there."""
    posted = attributes.get("usenetdate", []) if protocol is Protocol.USENET else []
    return next((moment for text in (*posted, _text(item, "pubDate")) if (moment := read_moment(text))), None)


def _categories(item: etree._Element, attributes: Attributes) -> tuple[int, ...]:
    """By number, else by names as `TV > HD`; a site's own number such as 2041 counts as 2000 too."""
    plain = [child.text or "" for child in item if local_name(child) == "category"]
    found = [number(value) for value in (*attributes.get("category", ()), *plain)]
    told = [value for value in found if value is not None and value <= LARGEST_KEPT]
    named = [category_named(_BETWEEN.sub("/", name[:_LONGEST_NAME])) for name in plain] if not told else []
    above = [value - value % 1000 for value in told if 1000 < value < 10_000 and value not in STANDARD]
    whole = (*told, *(value for value in named if value is not None), *above)
    return tuple(dict.fromkeys(whole))[:MOST_ATTRIBUTES]


def _infohash(attributes: Attributes, magnet: str) -> str | None:
    """In hex, however it is written; of v2 its first 40 digits."""
    told = (v1_infohash(value) or v2_infohash(value) for value in attributes.get("infohash", ()))
    return next((found for found in told if found), None) or infohash_of(magnet)


def _page_url(item: etree._Element) -> str | None:
    """The page about the release, unless its address carries a key."""
    for url in (_text(item, "comments").removesuffix("#comments"), _text(item, "guid")):
        if url.startswith(("http://", "https://")) and len(url) <= _LONGEST_TEXT and url == redact(url):
            return url
    return None


def _description(item: etree._Element, name: str) -> str:
    """What is said about it, without markup, unless that is only its name again or carries a key."""
    told = " ".join(_MARKUP.sub(" ", _text(item, "description")[:_LONGEST_TEXT]).split())
    return "" if told == name or told != redact(told) else told
