"""We answer as an indexer strictly enough for everybody's client, and understand ourselves field for field."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from matinee.kernel.errors import Refused, Unreachable
from matinee.media.indexing import Abilities, Category, Function, Page, Question
from matinee.media.release import Protocol, Release
from matinee.media.title import ExternalIds
from matinee.pipeline.ports import Limited, Unanswerable
from matinee.products.newznab import NewznabIndexer
from matinee.products.newznab.caps import read_caps
from matinee.products.newznab.feed import read_feed
from matinee.products.newznab.server import (
    Source,
    Wrong,
    answer,
    caps_document,
    error_document,
    feed_document,
    filtered,
    read_filters,
    read_function,
    read_question,
)
from matinee.products.newznab.typed import read_typed
from matinee.products.newznab.wire import IDS, WORDS
from tests.products.newznab.house import ABILITIES, ALBUM, EPISODE, FILM, KEY, Shelf, house, of_usenet
from tests.products.newznab.nzbs import NZB
from tests.products.torznab.torrents import infohash, torrent

NOW = datetime(2026, 11, 3, tzinfo=UTC)
TORZNAB, NEWZNAB = "{http://torznab.com/schemas/2015/feed}", "{http://www.newznab.com/DTD/2010/feeds/attributes/}"


def link(release: Release) -> str:
    return f"https://house.test/get/{release.guid[-4:]}?a=1&b=2"


def written(*releases: Release, **more: object) -> etree._Element:
    page = Page(releases, rows=len(releases))
    return etree.fromstring(feed_document(page, link_for=link, now=NOW, **more))  # type: ignore[arg-type]


def test_caps_are_understood_as_they_were_meant() -> None:
    assert read_caps("House", caps_document(ABILITIES, "Our house")) == ABILITIES


def test_caps_stand_in_prowlarrs_order() -> None:
    odd = (Category(100002, "alpha"), Category(100001, "Beta"), Category(5045, "TV/UHD"), Category(2000, "Movies"))
    root = etree.fromstring(caps_document(replace(ABILITIES, categories=odd, takes_raw_text=True), "House & home"))
    assert [child.tag for child in root] == ["server", "limits", "searching", "categories", "tags"]
    searching = root.find("searching")
    assert searching is not None
    assert [child.tag for child in searching] == [
        "search",
        "tv-search",
        "movie-search",
        "music-search",
        "audio-search",
        "book-search",
    ]
    assert [dict(child.attrib) for child in searching][1] == {
        "available": "yes",
        "supportedParams": "q,season,ep,imdbid,tvdbid,rid",
        "searchEngine": "raw",
    }
    assert dict(searching[5].attrib)["available"] == "no" and searching[5].get("supportedParams") == "q"
    told = [(one.tag, one.get("id"), one.get("name")) for one in root.iter("category", "subcat")]
    assert told == [
        ("category", "2000", "Movies"),
        ("category", "5000", "TV"),
        ("subcat", "5045", "TV/UHD"),
        ("category", "100002", "alpha"),
        ("category", "100001", "Beta"),
    ]


@pytest.mark.parametrize("release", [FILM, EPISODE, ALBUM, *of_usenet()])
def test_a_release_is_understood_as_it_was_meant(release: Release) -> None:
    body = feed_document(Page((release,)), link_for=link, offset=3, total=99)
    page, _ = read_feed("House", body, protocol=release.protocol)
    assert page.releases == (replace(release, download_url=link(release)),)
    assert (page.rows, page.total, page.troubles) == (1, 99, ())


def test_a_row_has_all_that_strict_clients_want() -> None:
    source = Source(7, "private", "House")
    (item,) = written(FILM, source_for=lambda _: source).iter("item")
    assert [child.tag for child in item][:12] == [
        "title",
        "description",
        "guid",
        "prowlarrindexer",
        "comments",
        "pubDate",
        "size",
        "link",
        "category",
        "category",
        "category",
        "enclosure",
    ]
    enclosure, told = item.find("enclosure"), item.find("prowlarrindexer")
    assert enclosure is not None and told is not None
    assert dict(enclosure.attrib) == {"url": link(FILM), "length": "4000000000", "type": "application/x-bittorrent"}
    assert (dict(told.attrib), told.text) == ({"id": "7", "type": "private"}, "House")
    assert parsedate_to_datetime(item.findtext("pubDate") or "") == FILM.published
    assert [(attr.get("name"), attr.get("value")) for attr in item.iter(f"{TORZNAB}attr")] == [
        ("category", "2000"),
        ("category", "2040"),
        ("category", "100042"),
        ("size", "4000000000"),
        ("tag", "freeleech"),
        ("tag", "doubleupload"),
        ("tag", "internal"),
        ("genre", "Noir"),
        ("imdb", "0063350"),
        ("imdbid", "tt0063350"),
        ("tmdbid", "41"),
        ("seeders", "12"),
        ("leechers", "3"),
        ("files", "2"),
        ("grabs", "31"),
        ("peers", "15"),
        ("year", "2021"),
        ("infohash", infohash()),
        ("minimumratio", "1.5"),
        ("minimumseedtime", "172800"),
        ("downloadvolumefactor", "0"),
        ("uploadvolumefactor", "2"),
        ("coverurl", "https://house.test/1.jpg"),
    ]


def test_a_usenet_row_is_newznab() -> None:
    (item,) = written(of_usenet()[0]).iter("item")
    names = [attr.get("name") for attr in item.iter(f"{NEWZNAB}attr")]
    enclosure = item.find("enclosure")
    assert enclosure is not None and enclosure.get("type") == "application/x-nzb"
    assert "usenetdate" in names and "seeders" not in names and not list(item.iter(f"{TORZNAB}attr"))


def test_what_is_not_known_is_said_nevertheless() -> None:
    (item,) = written(Release("g", "Tin", "House", "https://a.test", 0)).iter("item")
    attributes = {attr.get("name"): attr.get("value") for attr in item.iter(f"{TORZNAB}attr")}
    assert attributes["size"] == "0" and attributes["category"] == item.findtext("category") == "8000"
    assert parsedate_to_datetime(item.findtext("pubDate") or "") == NOW
    assert "seeders" not in attributes and item.find("comments") is None


def test_the_place_of_the_page_is_told() -> None:
    response = written(FILM, EPISODE, offset=50, total=300).find(f"channel/{NEWZNAB}response")
    assert response is not None and dict(response.attrib) == {"offset": "50", "total": "300"}
    unsaid = written(FILM, EPISODE, offset=50).find(f"channel/{NEWZNAB}response")
    assert unsaid is not None and unsaid.get("total") == "52"


TEXT = st.text(max_size=20)
TAKES = frozenset({*WORDS.values(), *IDS.values()})


@settings(deadline=None, max_examples=60)
@given(TEXT, TEXT, st.lists(st.tuples(TEXT, TEXT), max_size=3), TEXT)
def test_whatever_an_uploader_writes_is_xml(name: str, guid: str, others: list[tuple[str, str]], url: str) -> None:
    release = replace(FILM, name=name, guid=guid, description=name, attributes=tuple(others))
    body = feed_document(Page((release,)), link_for=lambda _: url, title=name, site=url)
    assert etree.fromstring(body).find("channel/item") is not None
    assert etree.fromstring(error_document(900, name)).get("code") == "900"
    assert etree.fromstring(caps_document(replace(ABILITIES, categories=(Category(100001, name),)), guid)) is not None


@pytest.mark.parametrize(
    ("params", "question"),
    [
        ({"t": "search"}, Question()),
        ({"T": "S", "Q": " tin  comet "}, Question(text="tin comet")),
        (
            {"t": "movie", "imdbid": "tt0063350", "tmdbid": "41", "cat": "2000, 2040,,"},
            Question(Function.MOVIE, imdb="tt0063350", tmdb=41, categories=(2000, 2040)),
        ),
        ({"t": "m", "imdbid": "0063350"}, Question(Function.MOVIE, imdb="tt0063350")),
        ({"t": "m", "ImdbId": "63350"}, Question(Function.MOVIE, imdb="tt0063350")),
        ({"t": "m", "imdbid": "tt12345678"}, Question(Function.MOVIE, imdb="tt12345678")),
        ({"t": "m", "imdbid": "0", "tmdbid": "0"}, Question(Function.MOVIE)),
        ({"t": "tvsearch", "season": "S03", "ep": "E02"}, Question(Function.TV, season=3, episode="2")),
        ({"t": "tv", "season": "3", "ep": "02"}, Question(Function.TV, season=3, episode="2")),
        ({"t": "tv", "season": "2026", "ep": "1/8"}, Question(Function.TV, season=2026, episode="01/08")),
        ({"t": "tv", "season": "0", "ep": "1-2"}, Question(Function.TV, season=0, episode="1-2")),
        ({"t": "tv", "title": "Night Tram", "rageid": "5"}, Question(Function.TV, "Night Tram", rage=5)),
        (
            {"t": "tv", "tvdbid": "1", "tvmazeid": "2", "traktid": "3", "doubanid": "4", "rid": "5", "genre": "Noir"},
            Question(Function.TV, tvdb=1, tvmaze=2, trakt=3, douban=4, rage=5, genre="Noir"),
        ),
        (
            {"t": "music", "artist": "A", "album": "B", "label": "C", "track": "D", "year": "1999"},
            Question(Function.MUSIC, artist="A", album="B", label="C", track="D", year=1999),
        ),
        ({"t": "audio", "artist": "A"}, Question(Function.MUSIC, artist="A")),
        (
            {"t": "book", "author": "A", "title": "B", "publisher": "C"},
            Question(Function.BOOK, author="A", title="B", publisher="C"),
        ),
        ({"t": "search", "offset": "20", "limit": "30", "extended": "1", "o": "xml"}, Question(offset=20, limit=30)),
        ({"t": "search", "limit": "5000"}, Question(limit=100)),
        ({"t": "search", "limit": "0", "cat": ""}, Question()),
    ],
)
def test_a_question_is_read_however_it_is_put(params: dict[str, str], question: Question) -> None:
    assert read_question(params) == question


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("tin comet {ImdbId:tt0063350} {tmdb: 41}", Question(Function.TV, "tin comet", imdb="tt0063350", tmdb=41)),
        ("{season:S02}night{episode:3} tram", Question(Function.TV, "night tram", season=2, episode="3")),
        ("{season:2026}{ep:10/18}{genre:Noir}", Question(Function.TV, season=2026, episode="10/18", genre="Noir")),
        ("{artist:Comet Orchestra} {album:Tin}", Question(Function.TV, artist="Comet Orchestra", album="Tin")),
        ("{size:5} {} {imdbid}", Question(Function.TV, "{size:5} {} {imdbid}")),
    ],
)
def test_what_a_person_types_may_name_numbers(text: str, question: Question) -> None:
    assert read_typed({"T": "tvsearch", "Q": text}) == question


def test_a_typed_number_that_is_none_is_wrong() -> None:
    with pytest.raises(Wrong, match="tmdbid"):
        read_typed({"t": "movie", "q": "{tmdbid:many}"})


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({}, 200),
        ({"t": " "}, 200),
        ({"t": "search", "cat": "movies"}, 201),
        ({"t": "search", "cat": "-5"}, 201),
        ({"t": "search", "cat": ",".join(map(str, range(1, 400)))}, 201),
        ({"t": "search", "offset": "-1"}, 201),
        ({"t": "search", "limit": "-1"}, 201),
        ({"t": "search", "limit": "9" * 5000}, 201),
        ({"t": "search", "q": "x" * 501}, 201),
        ({"t": "movie", "imdbid": "nm0000001"}, 201),
        ({"t": "movie", "tmdbid": "²"}, 201),
        ({"t": "tvsearch", "season": "first"}, 201),
        ({"t": "tvsearch", "season": "2026", "ep": "13/40"}, 201),
        ({"t": "tvsearch", "ep": "a/b"}, 201),
        ({"t": "teleport"}, 202),
        ({"t": "getnfo"}, 203),
        ({"t": "d"}, 203),
        ({"t": "caps"}, 203),
    ],
)
def test_what_is_asked_wrongly_has_its_code_and_status(params: dict[str, str], code: int) -> None:
    with pytest.raises(Wrong) as raised:
        read_question(params)
    assert (raised.value.code, raised.value.status) == (code, 400)


def test_functions_have_short_names() -> None:
    assert read_function({"t": "c"}) == read_function({"t": "CAPS"}) == "caps"


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(["t", "q", "cat", "season", "ep", "imdbid", "limit", "tag", "minsize"]), TEXT))
def test_any_call_is_a_question_or_wrong(params: dict[str, str]) -> None:
    for told in (params, {**params, "t": "tvsearch"}):
        try:
            assert isinstance(read_question(told), Question)
            read_filters(told)
        except Wrong as wrong:
            assert wrong.description


@pytest.mark.parametrize(
    ("params", "kept"),
    [
        ({}, True),
        ({"minsize": "4000000000", "maxsize": "4000000000"}, True),
        ({"minsize": "4000000001"}, False),
        ({"maxsize": "3999999999"}, False),
        ({"maxage": "2"}, True),
        ({"maxage": "1"}, False),
        ({"minage": "1"}, True),
        ({"minage": "2"}, False),
        ({"tag": "freeleech"}, True),
        ({"tag": "remux,Internal"}, True),
        ({"tag": "remux"}, False),
        ({"tag": "-remux"}, True),
        ({"tag": "freeleech,-internal"}, False),
    ],
)
def test_answers_are_narrowed_here(params: Mapping[str, str], kept: bool) -> None:
    page = filtered(Page((FILM,), total=30), read_filters(params), NOW)
    assert bool(page.releases) is kept and page.total == (None if params else 30)


def test_what_is_not_known_is_no_reason_to_drop_a_release() -> None:
    unknown = replace(FILM, size=0, published=None)
    assert filtered(Page((unknown,)), read_filters({"minsize": "9", "maxage": "1"}), NOW).releases


@pytest.mark.parametrize("params", [{"minsize": "-1"}, {"maxage": "old"}, {"maxage": "9999999999"}])
def test_a_filter_that_cannot_be_read_is_wrong(params: Mapping[str, str]) -> None:
    with pytest.raises(Wrong, match="Incorrect parameter"):
        read_filters(params)


async def told(params: Mapping[str, str], shelf: Shelf | None = None) -> tuple[int, etree._Element, Mapping[str, str]]:
    found = await answer(params, shelf or Shelf(), link_for=link, clock=lambda: NOW)
    return found.status, etree.fromstring(found.body), found.headers


@pytest.mark.parametrize(
    ("trouble", "status", "code", "pause"),
    [
        (Limited("House: its limit is reached", seconds=61.4), 429, "429", "61"),
        (Limited("House: its limit is reached"), 429, "429", "3600"),
        (Unreachable("House: no answer in time"), 500, "900", None),
        (Refused("House: the API key was refused"), 500, "900", None),
        (Unanswerable("House: Incorrect parameter (ep)"), 400, "201", None),
    ],
)
async def test_status_and_document_say_the_same(trouble: Exception, status: int, code: str, pause: str | None) -> None:
    shelf = Shelf()
    shelf.trouble = trouble
    found, root, headers = await told({"t": "search"}, shelf)
    assert (found, root.tag, root.get("code"), headers.get("Retry-After")) == (status, "error", code, pause)
    assert "House" in (root.get("description") or "")


async def test_categories_nobody_has_get_an_empty_feed_without_a_question() -> None:
    shelf = Shelf()
    status, root, _ = await told({"t": "search", "cat": "7000,8010"}, shelf)
    assert (status, root.tag, list(root.iter("item")), shelf.asked) == (200, "rss", [], [])
    await told({"t": "search", "cat": "7000,2030,5000,100042"}, shelf)
    assert shelf.asked[0].categories == (2030, 5000, 100042)


async def test_a_function_the_indexer_lacks_is_not_available() -> None:
    assert (await told({"t": "book"}))[1].get("code") == "203"


async def test_pages_are_cut_as_asked() -> None:
    shelf = Shelf(tuple(replace(FILM, guid=f"g{number}") for number in range(120)))
    _, root, _ = await told({"t": "search", "offset": "100", "limit": "30"}, shelf)
    assert len(list(root.iter("item"))) == 20
    _, root, _ = await told({"t": "search", "limit": "500"}, shelf)
    assert len(list(root.iter("item"))) == 50


def ours(shelf: Shelf, key: str = KEY) -> NewznabIndexer:
    line = httpx2.ASGITransport(app=house(shelf))
    return NewznabIndexer("House", "http://house.test", key, protocol=shelf.releases[0].protocol, transport=line)


async def test_our_client_and_our_server_understand_each_other() -> None:
    shelf = Shelf()
    indexer = ours(shelf)
    assert await indexer.abilities() == ABILITIES
    question = Question(Function.MOVIE, imdb="tt0063350", categories=(2000,), limit=50)
    (film,) = (await indexer.ask(question)).releases
    assert film == replace(FILM, download_url="http://house.test/download/0")
    assert shelf.asked == [replace(question, categories=(2000, 2040))]
    assert (await indexer.fetch(film)).torrent == torrent()
    assert (await indexer.probe()).startswith("2 releases")


async def test_our_client_fetches_an_nzb_from_our_server() -> None:
    indexer = ours(Shelf(of_usenet()))
    (episode,) = (await indexer.ask(Question(Function.TV, tvdb=333, season=1, episode="2"))).releases
    assert episode.name == EPISODE.name and (await indexer.fetch(episode)).nzb == NZB


async def test_every_field_of_a_question_arrives() -> None:
    shelf = Shelf(abilities=Abilities({Function.TV: TAKES}, page_size=50, turns_pages=True))
    asked = Question(
        Function.TV,
        "tram",
        imdb="tt0000005",
        tmdb=1,
        tvdb=2,
        tvmaze=3,
        rage=4,
        trakt=5,
        douban=6,
        season=2026,
        episode="10/18",
        year=2026,
        genre="Noir",
        offset=5,
        limit=9,
    )
    await ours(shelf).ask(asked)
    assert shelf.asked == [asked]


async def test_a_wrong_key_is_a_refusal() -> None:
    with pytest.raises(Refused, match="House: the API key was refused"):
        await ours(Shelf(), "a wrong key").ask(Question())


async def test_a_pause_arrives_as_it_was_sent() -> None:
    shelf = Shelf()
    shelf.trouble = Limited("Tracker: its limit is reached", seconds=timedelta(hours=2).total_seconds())
    with pytest.raises(Limited) as raised:
        await ours(shelf).ask(Question())
    assert raised.value.seconds == 7200


def test_ids_beyond_the_four_are_told_as_they_came() -> None:
    release = replace(FILM, ids=ExternalIds(), attributes=(("traktid", "5"), ("rageid", "6"), ("size", "1")))
    (item,) = written(release).iter("item")
    attributes = [(attr.get("name"), attr.get("value")) for attr in item.iter(f"{TORZNAB}attr")]
    assert ("traktid", "5") in attributes and ("rageid", "6") in attributes and ("size", "1") not in attributes


def test_a_feed_may_hold_both_kinds() -> None:
    both = written(FILM, of_usenet()[1])
    types = [one.get("type") for one in both.iter("enclosure")]
    assert types == ["application/x-bittorrent", "application/x-nzb"]
    assert [one.get("type") for one in written(FILM, protocol=Protocol.USENET).iter("enclosure")] == types[1:]
