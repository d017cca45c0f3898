from email.utils import parsedate_to_datetime

import httpx2
import libtorrent as lt
import pytest
from lxml import etree

from matinee.lab import IndexerFault, Lab
from matinee.lab.offers import OFFERS
from matinee.lab.search import Ask, fits

ATTR = "{http://torznab.com/schemas/2015/feed}attr"
SAFE = etree.XMLParser(resolve_entities=False)


async def ask(browser: httpx2.AsyncClient, lab: Lab, **params: str | int) -> etree._Element:
    answer = await browser.get(lab.addresses.torznab, params={"apikey": lab.addresses.torznab_key, **params})
    assert answer.status_code == 200
    assert "xml" in answer.headers["content-type"]
    return etree.fromstring(answer.content, SAFE)


def names(feed: etree._Element) -> list[str]:
    return [item.findtext("title") or "" for item in feed.iter("item")]


async def test_caps_tell_searches_limits_and_categories(lab: Lab, browser: httpx2.AsyncClient) -> None:
    caps = await ask(browser, lab, t="caps")
    assert caps.tag == "caps"
    movie = caps.find("searching/movie-search")
    assert movie is not None
    assert dict(movie.attrib) == {"available": "yes", "supportedParams": "q,imdbid,tmdbid"}
    assert [category.get("id") for category in caps.iter("category")] == ["2000", "5000"]
    limits = caps.find("limits")
    assert limits is not None
    assert dict(limits.attrib) == {"default": "50", "max": "100"}


async def test_an_item_has_all_a_client_needs(lab: Lab, browser: httpx2.AsyncClient) -> None:
    feed = await ask(browser, lab, t="movie", imdbid="9910001", q="Tin Comet 2021 LAB")
    (item,) = feed.iter("item")
    attributes = {attr.get("name"): attr.get("value") for attr in item.iter(ATTR)}
    enclosure = item.find("enclosure")
    assert enclosure is not None
    assert enclosure.get("type") == "application/x-bittorrent"
    assert attributes["seeders"] == "24"
    assert attributes["peers"] == "28"
    assert attributes["imdbid"] == "tt9910001"
    assert attributes["size"] == item.findtext("size") == enclosure.get("length")
    assert parsedate_to_datetime(item.findtext("pubDate") or "").tzinfo is not None
    torrent = await browser.get(enclosure.get("url") or "")
    read = lt.load_torrent_buffer(torrent.content)
    assert read.trackers == [lab.addresses.tracker]
    assert read.ti is not None
    assert read.ti.info_hashes().v1.to_bytes().hex() == attributes["infohash"]


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"t": "caps", "apikey": "wrong"}, "100"),
        ({"t": "music"}, "202"),
        ({}, "200"),
        ({"t": "tvsearch", "season": "first"}, "201"),
        ({"t": "search", "cat": "movies"}, "201"),
        ({"t": "search", "offset": "-1"}, "201"),
    ],
)
async def test_a_wrong_question_has_its_code(
    lab: Lab, browser: httpx2.AsyncClient, params: dict[str, str], code: str
) -> None:
    refusal = await ask(browser, lab, **params)
    assert (refusal.tag, refusal.get("code")) == ("error", code)


async def test_no_question_gets_the_latest(lab: Lab, browser: httpx2.AsyncClient) -> None:
    every = names(await ask(browser, lab, t="search"))
    assert len(every) == sum(not offer.climbing for offer in OFFERS)
    assert len(names(await ask(browser, lab, t="movie"))) + len(names(await ask(browser, lab, t="tvsearch"))) == len(
        every
    )


async def test_pages_follow_each_other(lab: Lab, browser: httpx2.AsyncClient) -> None:
    every = names(await ask(browser, lab, t="search"))
    page = names(await ask(browser, lab, t="search", offset=3, limit=2))
    assert page == every[3:5]
    assert names(await ask(browser, lab, t="search", offset=1000)) == []


async def test_episodes_are_found_by_number_and_packs_by_season(lab: Lab, browser: httpx2.AsyncClient) -> None:
    second = names(await ask(browser, lab, t="tvsearch", tvdbid=990001, season="S01", ep="02"))
    assert second
    assert all("S01E02" in name for name in second)
    season = names(await ask(browser, lab, t="tvsearch", tvmazeid=95001, season=1))
    assert "Night.Tram.S01.720p.HDTV.x264-SOFA" in season


@pytest.mark.parametrize(
    ("ask", "found"),
    [
        (Ask(text="tin comet"), True),
        (Ask(text="Tin Comet 2021"), True),
        (Ask(text="tin comets"), False),
        (Ask(kind="tv", text="tin comet"), False),
        (Ask(ids=(("imdbid", "tt9910001"),)), True),
        (Ask(ids=(("imdbid", "1"), ("tmdbid", "910001"))), True),
        (Ask(ids=(("tmdbid", "910002"),), text="tin comet"), False),
        (Ask(categories=(2000,)), True),
        (Ask(categories=(2080, 5000)), True),
        (Ask(categories=(5000,)), False),
    ],
)
def test_what_fits_a_question(ask: Ask, found: bool) -> None:
    assert fits(OFFERS[0], ask) is found


async def test_a_title_without_releases_has_none(lab: Lab, browser: httpx2.AsyncClient) -> None:
    assert names(await ask(browser, lab, t="movie", q="Moth Parade")) == []


async def test_a_limited_indexer_says_when_to_come_back(lab: Lab, browser: httpx2.AsyncClient) -> None:
    lab.faults.indexer, lab.faults.retry_after = IndexerFault.LIMIT, 7
    answer = await browser.get(lab.addresses.torznab)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")


async def test_a_sick_indexer_answers_500(lab: Lab, browser: httpx2.AsyncClient) -> None:
    lab.faults.indexer = IndexerFault.ERROR
    assert (await browser.get(lab.addresses.torznab)).status_code == 500


@pytest.mark.parametrize("fault", [IndexerFault.MALFORMED, IndexerFault.BOMB])
async def test_a_broken_feed_is_no_feed(lab: Lab, browser: httpx2.AsyncClient, fault: IndexerFault) -> None:
    lab.faults.indexer = fault
    answer = await browser.get(lab.addresses.torznab)
    assert answer.status_code == 200
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(answer.content)


async def test_a_hanging_indexer_says_nothing(lab: Lab, browser: httpx2.AsyncClient) -> None:
    lab.faults.indexer = IndexerFault.HANG
    with pytest.raises(httpx2.ReadTimeout):
        await browser.get(lab.addresses.torznab, timeout=0.2)


async def test_the_climbing_release_is_on_top_of_its_title_only(lab: Lab, browser: httpx2.AsyncClient) -> None:
    lab.faults.climbing = "tin-comet"
    assert names(await ask(browser, lab, t="movie", tmdbid=910001))[0] == "Tin.Comet.2021.1080p.BluRay.x264-CLIMB"
    assert not any("CLIMB" in name for name in names(await ask(browser, lab, t="movie", tmdbid=910002)))
