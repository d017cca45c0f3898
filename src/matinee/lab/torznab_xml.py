"""How a Torznab indexer writes its abilities, its findings and its errors as XML."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from email.utils import format_datetime

from lxml import etree

from matinee.lab.offers import Offer
from matinee.lab.torrents import Torrent

TORZNAB = "http://torznab.com/schemas/2015/feed"
NEWZNAB = "http://www.newznab.com/DTD/2010/feeds/attributes/"
ATOM = "http://www.w3.org/2005/Atom"
DEFAULT_LIMIT, LARGEST_LIMIT = 50, 100
MOVIE_KINDS = ((2010, "Foreign"), (2030, "SD"), (2040, "HD"), (2045, "UHD"), (2050, "BluRay"), (2070, "DVD"))
TV_KINDS = ((5010, "WEB-DL"), (5030, "SD"), (5040, "HD"), (5045, "UHD"))
CATEGORIES = ((2000, "Movies", (*MOVIE_KINDS, (2080, "WEB-DL"))), (5000, "TV", TV_KINDS))
SEARCHES = (
    ("search", "q"),
    ("tv-search", "q,season,ep,imdbid,tmdbid,tvdbid,tvmazeid"),
    ("movie-search", "q,imdbid,tmdbid"),
)
BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE rss [
<!ENTITY a "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">
<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;">
<!ENTITY f "&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;"><!ENTITY g "&f;&f;&f;&f;&f;&f;&f;&f;&f;&f;">
<!ENTITY h "&g;&g;&g;&g;&g;&g;&g;&g;&g;&g;"><!ENTITY i SYSTEM "file:///etc/passwd">
]>
<rss version="2.0"><channel><title>&h;</title><item><title>&i;</title></item></channel></rss>
"""


def caps(base: str) -> bytes:
    """What this indexer can be asked."""
    root = etree.Element("caps")
    etree.SubElement(root, "server", version="1.3", title="Lab Indexer", url=base)
    etree.SubElement(root, "limits", default=str(DEFAULT_LIMIT), max=str(LARGEST_LIMIT))
    etree.SubElement(root, "registration", available="no", open="no")
    searching = etree.SubElement(root, "searching")
    for name, params in SEARCHES:
        etree.SubElement(searching, name, available="yes", supportedParams=params)
    for name in ("music-search", "audio-search", "book-search"):
        etree.SubElement(searching, name, available="no", supportedParams="q")
    categories = etree.SubElement(root, "categories")
    for number, name, children in CATEGORIES:
        parent = etree.SubElement(categories, "category", id=str(number), name=name)
        for child, child_name in children:
            etree.SubElement(parent, "subcat", id=str(child), name=child_name)
    return _bytes(root)


def error(code: int, description: str) -> bytes:
    """A refusal."""
    return _bytes(etree.Element("error", code=str(code), description=description))


def feed(base: str, found: Sequence[Torrent], *, offset: int, total: int, now: datetime) -> bytes:
    """Findings as RSS with Torznab attributes."""
    root = etree.Element("rss", {"version": "2.0"}, nsmap={"atom": ATOM, "torznab": TORZNAB, "newznab": NEWZNAB})
    channel = etree.SubElement(root, "channel")
    etree.SubElement(channel, f"{{{ATOM}}}link", href=f"{base}/torznab/api", rel="self", type="application/rss+xml")
    _text(channel, "title", "Lab Indexer")
    _text(channel, "description", "Releases of films nobody has ever seen")
    _text(channel, "link", base)
    _text(channel, "language", "en-us")
    etree.SubElement(channel, f"{{{NEWZNAB}}}response", offset=str(offset), total=str(total))
    for place, torrent in enumerate(found, offset):
        _item(channel, base, torrent, now - timedelta(hours=5 + 31 * place))
    return _bytes(root)


def _item(channel: etree._Element, base: str, torrent: Torrent, published: datetime) -> None:
    """One release."""
    offer, infohash = torrent.offer, torrent.infohash.hex()
    size, url = str(offer.listed_size or torrent.size), f"{base}/torznab/download/{infohash}/{offer.name}.torrent"
    item = etree.SubElement(channel, "item")
    _text(item, "title", offer.name)
    _text(item, "guid", f"{base}/torznab/details/{infohash}")
    _text(item, "link", url)
    _text(item, "comments", f"{base}/torznab/details/{infohash}#comments")
    _text(item, "pubDate", format_datetime(published))
    _text(item, "size", size)
    _text(item, "description", offer.name)
    for category in offer.categories:
        _text(item, "category", str(category))
    etree.SubElement(item, "enclosure", url=url, length=size, type="application/x-bittorrent")
    for name, value in _attributes(offer, size, infohash, len(torrent.offer.files)):
        etree.SubElement(item, f"{{{TORZNAB}}}attr", name=name, value=value)


def _attributes(offer: Offer, size: str, infohash: str, files: int) -> Iterator[tuple[str, str]]:
    """The Torznab attributes of a release."""
    leechers = offer.seeders // 5
    yield from (("category", str(category)) for category in offer.categories)
    yield "size", size
    yield "files", str(files)
    yield "grabs", str(offer.seeders * 7)
    yield "seeders", str(offer.seeders)
    yield "leechers", str(leechers)
    yield "peers", str(offer.seeders + leechers)
    yield "infohash", infohash
    yield "language", offer.language
    yield "downloadvolumefactor", "1"
    yield "uploadvolumefactor", "1"
    if offer.season is not None:
        yield "season", str(offer.season)
    if offer.episode is not None:
        yield "episode", str(offer.episode)
    if offer.identified:
        yield from _ids(offer)


def _ids(offer: Offer) -> Iterator[tuple[str, str]]:
    """Which title it is of."""
    title = offer.title
    yield "imdb", title.imdb.removeprefix("tt")
    yield "imdbid", title.imdb
    yield "tmdbid", str(title.tmdb)
    yield "year", str(title.year)
    if title.kind == "tv":
        yield "tvdbid", str(title.tvdb)
        yield "tvmazeid", str(title.tvmaze)


def _text(parent: etree._Element, name: str, text: str) -> None:
    etree.SubElement(parent, name).text = text


def _bytes(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
