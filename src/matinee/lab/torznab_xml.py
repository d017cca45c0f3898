"""How an indexer of torrents or of usenet writes its abilities, its findings and its errors as XML."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from email.utils import format_datetime

from lxml import etree

from matinee.lab.offers import Offer
from matinee.lab.torrents import Torrent

TORZNAB = "http://torznab.com/schemas/2015/feed"
NEWZNAB = "http://www.newznab.com/DTD/2010/feeds/attributes/"
NZB = "http://www.newzbin.com/DTD/2003/nzb"
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
USENET_SEARCHES = (
    ("music-search", "q,artist,album,year"),
    ("audio-search", "q,artist,album,year"),
    ("book-search", "q,author,title"),
)
ARTICLE = 716_800  # bytes of an article as they are posted
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


def caps(base: str, *, usenet: bool = False) -> bytes:
    """What this indexer can be asked; the one of usenet also for music and books, of which it has none."""
    root = etree.Element("caps")
    etree.SubElement(root, "server", version="1.3", title="Lab Indexer", url=base)
    etree.SubElement(root, "limits", default=str(DEFAULT_LIMIT), max=str(LARGEST_LIMIT))
    etree.SubElement(root, "registration", available="no", open="no")
    searching = etree.SubElement(root, "searching")
    for name, params in SEARCHES:
        etree.SubElement(searching, name, available="yes", supportedParams=params)
    for name, params in USENET_SEARCHES:
        etree.SubElement(
            searching, name, available="yes" if usenet else "no", supportedParams=params if usenet else "q"
        )
    categories = etree.SubElement(root, "categories")
    for number, name, children in CATEGORIES:
        parent = etree.SubElement(categories, "category", id=str(number), name=name)
        for child, child_name in children:
            etree.SubElement(parent, "subcat", id=str(child), name=child_name)
    return _bytes(root)


def error(code: int, description: str) -> bytes:
    """A refusal."""
    return _bytes(etree.Element("error", code=str(code), description=description))


def feed(base: str, found: Sequence[Torrent], *, offset: int, total: int, now: datetime, usenet: bool = False) -> bytes:
    """Findings as RSS with the attributes of the kind."""
    root = etree.Element("rss", {"version": "2.0"}, nsmap={"atom": ATOM, "torznab": TORZNAB, "newznab": NEWZNAB})
    channel = etree.SubElement(root, "channel")
    here = f"{base}/{'newznab' if usenet else 'torznab'}"
    etree.SubElement(channel, f"{{{ATOM}}}link", href=f"{here}/api", rel="self", type="application/rss+xml")
    _text(channel, "title", "Lab Indexer")
    _text(channel, "description", "Releases of films nobody has ever seen")
    _text(channel, "link", base)
    _text(channel, "language", "en-us")
    etree.SubElement(channel, f"{{{NEWZNAB}}}response", offset=str(offset), total=str(total))
    for place, torrent in enumerate(found, offset):
        _item(channel, here, torrent, now - timedelta(hours=5 + 31 * place), usenet)
    return _bytes(root)


def nzb(torrent: Torrent) -> bytes:
    """A release that nobody has, as usenet would list it: one file, cut into articles that nobody ever posted."""
    offer, name = torrent.offer, torrent.infohash.hex()
    articles = max(1, -(-torrent.size // ARTICLE))
    root = etree.Element("nzb", nsmap={None: NZB})
    file = etree.SubElement(
        root, "file", poster="lab@lab.test (Lab)", subject=f'"{offer.name}.mkv" yEnc (1/{articles})'
    )
    _text(etree.SubElement(file, "groups"), "group", "alt.binaries.lab")
    segments = etree.SubElement(file, "segments")
    for at in range(articles):
        size = min(ARTICLE, torrent.size - at * ARTICLE)
        segment = etree.SubElement(segments, "segment", bytes=str(size), number=str(at + 1))
        segment.text = f"{at + 1}.{name}@lab.test"
    return _bytes(root)


def _item(channel: etree._Element, here: str, torrent: Torrent, published: datetime, usenet: bool) -> None:
    """One release."""
    offer, infohash, kind = torrent.offer, torrent.infohash.hex(), "nzb" if usenet else "torrent"
    size, url = str(offer.listed_size or torrent.size), f"{here}/download/{infohash}/{offer.name}.{kind}"
    item = etree.SubElement(channel, "item")
    _text(item, "title", offer.name)
    _text(item, "guid", f"{here}/details/{infohash}")
    _text(item, "link", url)
    _text(item, "comments", f"{here}/details/{infohash}#comments")
    _text(item, "pubDate", format_datetime(published))
    _text(item, "size", size)
    _text(item, "description", offer.name)
    for category in offer.categories:
        _text(item, "category", str(category))
    etree.SubElement(item, "enclosure", url=url, length=size, type=f"application/x-{'nzb' if usenet else 'bittorrent'}")
    own = _usenet_attributes(published) if usenet else _torrent_attributes(torrent)
    for name, value in (*_attributes(offer, size, len(offer.files)), *own):
        etree.SubElement(item, f"{{{NEWZNAB if usenet else TORZNAB}}}attr", name=name, value=value)


def _attributes(offer: Offer, size: str, files: int) -> Iterator[tuple[str, str]]:
    """The attributes of a release, however it is downloaded."""
    yield from (("category", str(category)) for category in offer.categories)
    yield "size", size
    yield "files", str(files)
    yield "grabs", str(offer.seeders * 7)
    yield "language", offer.language
    if offer.season is not None:
        yield "season", str(offer.season)
    if offer.episode is not None:
        yield "episode", str(offer.episode)
    if offer.identified:
        yield from _ids(offer)


def _torrent_attributes(torrent: Torrent) -> Iterator[tuple[str, str]]:
    """What only torrents have."""
    seeders = torrent.offer.seeders
    yield "seeders", str(seeders)
    yield "leechers", str(seeders // 5)
    yield "peers", str(seeders + seeders // 5)
    yield "infohash", torrent.infohash.hex()
    yield "downloadvolumefactor", "1"
    yield "uploadvolumefactor", "1"


def _usenet_attributes(published: datetime) -> Iterator[tuple[str, str]]:
    """What only usenet has."""
    yield "usenetdate", format_datetime(published)
    yield "poster", "lab@lab.test (Lab)"
    yield "group", "alt.binaries.lab"
    yield "password", "0"


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
