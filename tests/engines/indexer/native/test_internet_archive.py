from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest

from matinee.engines.indexer.native import InternetArchive
from matinee.engines.indexer.native.archive_query import lucene
from matinee.engines.indexer.native.archive_rows import release_name
from matinee.engines.indexer.native.calling import Pace
from matinee.kernel.errors import NotFound, Refused, Unreachable
from matinee.kernel.guard import Guard
from matinee.lab.archive import Item, LabArchive
from matinee.lab.server import Door, listen
from matinee.media.indexing import Function, Question
from matinee.media.parse import read_name
from matinee.media.torrent_file import decode, read_torrent
from matinee.pipeline.ports import Indexer, Limited

LIVING = Item("NightLiving", "Night of the Living Dead", "2006-01-04T10:00:00Z", 1968, imdb="tt0063350")
CHARADE = Item("charade_1963", "Charade 1080p BluRay", "2010-05-06T07:08:09Z", 1963, more=(("language", ["eng"]),))
NOSFERATU = Item("nosferatu", "Nosferatu &amp; Co", "2001-02-03T00:00:00Z", more=(("date", "1922-03-04T00:00:00Z"),))
SHELF = [LIVING, CHARADE, NOSFERATU]


async def at_once(seconds: float) -> None:
    return


@asynccontextmanager
async def archive(items: list[Item], **more: Any) -> AsyncIterator[tuple[InternetArchive, LabArchive]]:
    lab, listener = LabArchive(items, **more), listen("127.0.0.1", 0)
    door = Door(lab.app(), listener)
    await door.open()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    indexer = InternetArchive(url=url, guard=Guard(), pace=Pace(0, sleep=at_once))
    try:
        yield indexer, lab
    finally:
        await indexer.close()
        await door.close()


def answering(answer: httpx2.Response) -> InternetArchive:
    transport = httpx2.MockTransport(lambda request: answer)
    return InternetArchive(transport=transport, pace=Pace(0, sleep=at_once))


def listing(*rows: Any) -> InternetArchive:
    docs = {"numFound": len(rows), "start": 0, "docs": list(rows)}
    return answering(httpx2.Response(200, json={"response": docs}))


async def test_it_is_an_indexer_without_any_key() -> None:
    indexer: Indexer = InternetArchive()
    abilities = await indexer.abilities()
    assert abilities.takes(Function.MOVIE, "imdbid")
    assert Function.TV not in abilities.functions
    assert [category.id for category in abilities.categories] == [2000, 2020, 2040]
    await indexer.close()


async def test_without_a_question_the_newest_come_first() -> None:
    async with archive(SHELF) as (indexer, lab):
        page = await indexer.ask(Question())
    assert [one.name for one in page.releases] == [
        "Charade (1963) 1080p BluRay",
        "Night of the Living Dead (1968) WEB-DL",
        "Nosferatu & Co (1922) WEB-DL",
    ]
    assert (page.rows, page.total, lab.asked[0]["sort"]) == (3, 3, "-publicdate")
    assert 'format:("Archive BitTorrent")' in lab.asked[0]["q"]


async def test_a_row_tells_all_that_is_known() -> None:
    async with archive(SHELF) as (indexer, _):
        (found,) = (await indexer.ask(Question(Function.MOVIE, imdb="tt0063350"))).releases
    assert found.guid.endswith("/details/NightLiving")
    assert found.download_url.endswith("/download/NightLiving/NightLiving_archive.torrent")
    assert (found.size, found.seeders, found.leechers) == (700 * 1024 * 1024, 1, 1)
    assert found.published is not None
    assert found.published.isoformat() == "2006-01-04T10:00:00+00:00"
    assert (found.ids.imdb, found.categories, len(found.infohash or "")) == ("tt0063350", (2000, 2020), 40)


@pytest.mark.parametrize(
    ("question", "found"),
    [
        (Question(text="night living dead"), ["NightLiving"]),
        (Question(Function.MOVIE, text="Charade 1963"), ["charade_1963"]),
        (Question(Function.MOVIE, text="Charade", year=1964), ["charade_1963"]),
        (Question(Function.MOVIE, text="Charade", year=1999), []),
        (Question(Function.MOVIE, imdb="63350"), ["NightLiving"]),
        (Question(Function.MOVIE, imdb="tt9999999"), []),
        (Question(Function.MOVIE, imdb="tt9999999", text="Charade"), ["charade_1963"]),
        (Question(Function.MOVIE, tmdb=7), []),
        (Question(categories=(2040,)), ["charade_1963"]),
        (Question(categories=(5000,)), []),
        (Question(Function.TV, text="Charade"), []),
        (Question(text='") OR mediatype:(texts'), []),
    ],
)
async def test_it_answers_by_name_year_and_number(question: Question, found: list[str]) -> None:
    async with archive(SHELF) as (indexer, _):
        page = await indexer.ask(question)
    assert [one.guid.rpartition("/")[2] for one in page.releases] == found


def test_nothing_in_a_name_is_an_operator() -> None:
    query = lucene(Question(text='Who? AND (what) "a\\b" title:* -x ~2'), ["films"])
    shelf = 'mediatype:(movies) AND format:("Archive BitTorrent") AND collection:(films)'
    words = '"Who" AND "AND" AND "what" AND "a" AND "b" AND "title" AND "x" AND "2"'
    assert query == f"{shelf} AND title:({words})"


@pytest.mark.parametrize(
    ("offset", "limit", "expected"), [(0, 50, 50), (50, 50, 50), (75, 50, 50), (240, 50, 10), (300, 50, 0)]
)
async def test_pages_are_turned_from_any_row(offset: int, limit: int, expected: int) -> None:
    many = [Item(f"item{n:03}", f"Film {n:03}", f"2001-01-01T00:{n // 60:02}:{n % 60:02}Z", 1930) for n in range(250)]
    async with archive(many) as (indexer, _):
        page = await indexer.ask(Question(offset=offset, limit=limit))
    names = [f"Film {249 - n:03} (1930) WEB-DL" for n in range(offset, offset + expected)]
    assert [one.name for one in page.releases] == names
    assert page.total == 250


async def test_beyond_ten_thousand_rows_are_walked_to_and_remembered() -> None:
    many = [Item(f"i{n:05}", f"Film {n:05}", f"2001-{n:06}", 1930, size=9) for n in range(10_250)]
    async with archive(many) as (indexer, lab):
        page = await indexer.ask(Question(offset=10_000, limit=100))
        assert [one.name for one in page.releases][:2] == ["Film 00249 (1930) WEB-DL", "Film 00248 (1930) WEB-DL"]
        assert [asked["count"] for asked in lab.asked] == ["10000", "100"]
        page = await indexer.ask(Question(offset=10_100, limit=100))
        assert page.releases[0].name == "Film 00149 (1930) WEB-DL"
        assert len(lab.asked) == 3  # one call more: the place was remembered
        assert not (await indexer.ask(Question(offset=20_000, limit=100))).releases


async def test_too_deep_is_told() -> None:
    rows = [{"identifier": "x"}] * 10_000
    indexer = answering(httpx2.Response(200, json={"items": rows, "cursor": "c", "total": 10**6}))
    with pytest.raises(Refused, match="row 90,000 is too deep"):
        await indexer.ask(Question(offset=90_000))


@pytest.mark.parametrize("has_web_seeds", [True, False])
async def test_a_torrent_comes_with_the_archive_as_a_source(has_web_seeds: bool) -> None:
    async with archive([LIVING], has_web_seeds=has_web_seeds) as (indexer, _):
        (found,) = (await indexer.ask(Question())).releases
        payload = await indexer.fetch(found)
    assert payload.torrent is not None
    assert payload.infohash == found.infohash == read_torrent(payload.torrent).infohash
    assert b"/download/" in str(decode(payload.torrent)[b"url-list"]).encode()


async def test_a_torrent_that_is_gone_or_is_none_of_its_own_is_told() -> None:
    from dataclasses import replace

    async with archive([LIVING]) as (indexer, lab):
        (found,) = (await indexer.ask(Question())).releases
        with pytest.raises(Refused, match="is none of its items"):
            await indexer.fetch(replace(found, download_url="http://127.0.0.1/x"))
        lab.items.clear()
        with pytest.raises(NotFound, match=r"Night of the Living Dead \(1968\) WEB-DL' is gone"):
            await indexer.fetch(found)


async def test_a_redirect_of_the_archive_into_the_house_is_not_followed() -> None:
    where = {"location": "http://169.254.169.254/latest/"}
    transport = httpx2.MockTransport(lambda request: httpx2.Response(302, headers=where))
    indexer = InternetArchive(transport=transport, guard=Guard(), pace=Pace(0, sleep=at_once))
    with pytest.raises(Refused, match="Internet Archive: a link points"):
        await indexer.ask(Question())


async def test_a_bad_row_does_not_lose_the_others() -> None:
    good = LIVING.card()
    bad: list[Any] = [None, 7, [], {}, {"identifier": "../../etc", "title": "x"}, {"identifier": "x"}]
    strange = {**good, "identifier": "odd", "btih": 7, "publicdate": "soon", "item_size": "x", "year": [], "date": {}}
    page = await listing(*bad, good, {**strange, "title": ["Odd", "Other"]}).ask(Question(is_interactive=True))
    assert [one.name for one in page.releases] == ["Night of the Living Dead (1968) WEB-DL", "Odd WEB-DL"]
    assert (len(page.troubles), page.rows) == (6, 8)
    assert page.releases[1].published is None


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (httpx2.Response(200, json=[]), Refused, "no list of items"),
        (httpx2.Response(200, json={"error": "too deep"}), Refused, "Internet Archive: too deep"),
        (httpx2.Response(200, json={"response": {"docs": 7}}), Refused, "no list of items"),
        (httpx2.Response(200, text="<html>"), Refused, "expected JSON"),
        (httpx2.Response(500), Unreachable, "HTTP 500"),
        (httpx2.Response(404), NotFound, "HTTP 404"),
    ],
)
async def test_strange_answers_are_told(answer: httpx2.Response, kind: type[Exception], says: str) -> None:
    with pytest.raises(kind, match=says):
        await answering(answer).ask(Question())


@pytest.mark.parametrize(("told", "seconds"), [("120", 120.0), ("", None), ("soon", None), ("9" * 30, 86_400.0)])
async def test_a_wish_for_a_pause_is_passed_on(told: str, seconds: float | None) -> None:
    with pytest.raises(Limited) as caught:
        await answering(httpx2.Response(429, headers={"retry-after": told})).ask(Question())
    assert caught.value.seconds == seconds


@pytest.mark.parametrize(
    ("row", "name", "resolution"),
    [
        ({"title": "Detour", "year": "1945"}, "Detour (1945) WEB-DL", 0),
        ({"title": "Detour (1945)", "year": "1945"}, "Detour (1945) WEB-DL", 0),
        ({"title": "Detour 1945", "year": 1945}, "Detour 1945 WEB-DL", 0),
        ({"title": "2001 Nights 720p", "date": "1940-01-01"}, "2001 Nights (1940) 720p WEB-DL", 720),
        ({"title": "M [1080p]", "year": "1931", "language": "ger"}, "M (1931) [1080p] WEB-DL German", 1080),
        (
            {"title": "  The \n General ", "year": "1926", "format": ["h.264", "Metadata"]},
            "The General (1926) WEB-DL h264",
            0,
        ),
        ({"title": "Old &amp; Gold", "year": "unknown"}, "Old & Gold WEB-DL", 0),
    ],
)
def test_a_name_is_written_as_our_reader_reads_it(row: dict[str, Any], name: str, resolution: int) -> None:
    assert release_name(row) == name
    assert read_name(name).resolution == resolution
    if "(" in name:
        assert read_name(name).title == name.partition(" (")[0]


async def test_calls_are_made_with_time_between_them() -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    transport = httpx2.MockTransport(lambda request: httpx2.Response(200, json={"response": {"docs": []}}))
    indexer = InternetArchive(transport=transport, pace=Pace(2.0, monotonic=lambda: 100.0, sleep=sleep))
    await indexer.ask(Question())
    await indexer.ask(Question())
    assert slept == [2.0]


async def test_its_probe_counts_the_films() -> None:
    async with archive(SHELF) as (indexer, _):
        assert (await indexer.probe()).startswith("3 films, ")
