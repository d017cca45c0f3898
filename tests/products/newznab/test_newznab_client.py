"""The indexer is asked in the way it understands, and its refusals are told in words."""

import asyncio
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from matinee.kernel.errors import MatineeError, NotFound, Refused, Unreachable
from matinee.media.indexing import Function, Page, Privacy, Question
from matinee.media.release import Protocol
from matinee.pipeline.ports import Indexer, Limited, Unanswerable
from matinee.products.newznab import NewznabIndexer, client
from matinee.products.newznab.client import indexer_from
from matinee.products.newznab.feed import Allowance, read_feed
from tests.products.newznab.feeds import CAPS, feed, item
from tests.products.newznab.site import KEY, Site, caps

NEWEST = Question(categories=(2000,))
FILM = Question(Function.MOVIE, imdb="tt7654321", tmdb=41, categories=(2000,))
EPISODE = Question(Function.TV, tvdb=333, season=1, episode="2", categories=(5000,))


def test_it_keeps_the_promise_of_an_indexer() -> None:
    promised: Indexer = Site().indexer()
    assert (promised.name, promised.priority) == ("Reel", 25)
    assert promised.facts.protocol is Protocol.TORRENT and promised.facts.privacy is Privacy.PRIVATE
    assert promised.facts.site == "http://prowlarr:9696/"


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("http://prowlarr:9696/1/", "http://prowlarr:9696/1/api?"),
        ("http://prowlarr:9696/1/api", "http://prowlarr:9696/1/api?"),
        ("https://tntracker.org", "https://tntracker.org/api/torznab/api?"),
        ("https://www.morethantv.me/api/torznab/", "https://www.morethantv.me/api/torznab?"),
        (
            "http://jackett:9117/api/v2.0/indexers/x/results/torznab/",
            "http://jackett:9117/api/v2.0/indexers/x/results/torznab/api?",
        ),
    ],
)
async def test_the_address_may_be_pasted_with_or_without_its_end(url: str, asked: str) -> None:
    site = Site()
    await site.indexer(url).abilities()
    assert site.urls[0].startswith(asked) and f"apikey={KEY}" in site.urls[0]


async def test_a_path_of_the_owners_is_used() -> None:
    site = Site()
    await site.indexer("http://reel.test", api_path="/newznab/v2", additional={"uid": "7"}).abilities()
    assert site.urls == [f"http://reel.test/newznab/v2?uid=7&apikey={KEY}&t=caps"]


async def test_all_that_an_owner_may_set_is_heard() -> None:
    site = Site()
    kept = {
        "url": "http://reel.test", "api_key": KEY, "api_path": "/newznab", "categories": "2040, x",
        "additional_parameters": "&uid=7&extra=a%20b",
    }  # fmt: skip
    line = httpx2.MockTransport(site)
    indexer = indexer_from(kept, name="Reel", protocol=Protocol.USENET, priority=3, transport=line)
    await indexer.newest()
    assert site.urls[1].startswith(f"http://reel.test/newznab?uid=7&extra=a+b&apikey={KEY}&t=search&cat=2040&")
    assert (indexer.priority, indexer.facts.protocol) == (3, Protocol.USENET)


async def test_a_movie_is_asked_by_its_numbers_in_one_call() -> None:
    site = Site()
    site.feeds = [feed([item(1), item(2)])]
    assert len((await site.indexer().ask(FILM)).releases) == 2
    assert site.searches == [{"t": "movie", "imdbid": "7654321", "tmdbid": "41", "cat": "2000,2040"}]


@pytest.mark.parametrize(
    ("said", "question", "asked"),
    [
        (CAPS, EPISODE, {"t": "tvsearch", "tvdbid": "333", "season": "1", "ep": "2", "cat": "5000,5040"}),
        (
            CAPS,
            Question(Function.TV, "Tram", season=2026, episode="10/18"),
            {"t": "tvsearch", "q": "Tram", "season": "2026", "ep": "10/18"},
        ),
        (CAPS, Question(Function.TV, tvdb=333, imdb="tt1"), {"t": "tvsearch", "tvdbid": "333"}),
        (
            caps(tv="imdbid,rid,tvmazeid,tmdbid,traktid,doubanid,year,genre"),
            Question(Function.TV, imdb="tt1234567", tmdb=1, tvmaze=2, rage=3, trakt=4, douban=5, year=1999, genre="N"),
            {
                "t": "tvsearch",
                "imdbid": "tt1234567",
                "tmdbid": "1",
                "tvmazeid": "2",
                "rid": "3",
                "traktid": "4",
                "doubanid": "5",
                "year": "1999",
                "genre": "N",
            },
        ),
        (
            caps(music="q,artist,album,label,track,year"),
            Question(Function.MUSIC, artist="A", album="B", label="C", track="D", year=1999),
            {"t": "music", "artist": "A", "album": "B", "label": "C", "track": "D", "year": "1999"},
        ),
        (
            caps(music="q,artist"),
            Question(Function.MUSIC, "live", artist="A", album="B", label="C"),
            {"t": "music", "q": "live B", "artist": "A"},
        ),
        (
            caps(book="q,author,title,publisher"),
            Question(Function.BOOK, author="A", title="B", publisher="C"),
            {"t": "book", "author": "A", "title": "B", "publisher": "C"},
        ),
        (caps(search="q"), Question(Function.BOOK, author="A", title="B"), {"t": "search", "q": "A B"}),
        (caps(search="q"), Question(Function.MOVIE, "Tin Comet"), {"t": "search", "q": "Tin Comet"}),
        (caps(movie="imdbid"), Question(Function.MOVIE, "Tin Comet", imdb="tt1"), {"t": "movie", "imdbid": "1"}),
        (caps(movie="q"), Question(), {"t": "movie"}),
        (CAPS, Question(text="Tin", categories=(2040, 100042)), {"t": "search", "q": "Tin", "cat": "2040,100042"}),
        (caps(search="q"), Question(text="Tin", categories=(2040,)), {"t": "search", "q": "Tin", "cat": "2040"}),
    ],
)
async def test_a_question_is_put_in_the_words_it_understands(
    said: bytes, question: Question, asked: dict[str, str]
) -> None:
    site = Site(said)
    await site.indexer().ask(question)
    assert site.searches == [asked]


@pytest.mark.parametrize(
    ("said", "question"),
    [
        (CAPS, Question(Function.MOVIE, "Tin Comet", tvdb=333)),
        (CAPS, Question(Function.MOVIE, "Tin Comet", year=1999)),
        (CAPS, Question(Function.MOVIE, "Tin Comet", genre="Noir")),
        (CAPS, Question(Function.TV, rage=5, season=1)),
        (CAPS, Question(Function.SEARCH, "Tram", season=1)),
        (CAPS, Question(Function.BOOK, imdb="tt1")),
        (CAPS, Question(categories=(3000, 7000))),
        (caps(movie="imdbid"), Question(Function.MOVIE, "Tin Comet")),
        (caps(tv="q"), Question(Function.TV, "Tram", season=1, episode="2")),
        (caps(tv="q"), Question(Function.SEARCH, "Tram")),
        (caps(), Question()),
    ],
)
async def test_what_it_would_misunderstand_is_not_asked(said: bytes, question: Question) -> None:
    site = Site(said)
    assert await site.indexer().ask(question) == Page(())
    assert site.searches == []


async def test_a_page_and_its_size_are_asked() -> None:
    site = Site()
    indexer = site.indexer()
    for question in (Question(offset=300, limit=1000), Question(limit=7), Question(limit=0)):
        await indexer.ask(question)
    plain = [(asked["offset"], asked["limit"], asked["extended"]) for asked in site.asked if asked["t"] != "caps"]
    assert plain == [("300", "100", "1"), ("0", "7", "1"), ("0", "100", "1")]


async def test_caps_are_asked_once_a_week() -> None:
    site = Site()
    indexer = site.indexer()
    for days in (0, 3, 5):
        site.moment += timedelta(days=days)
        await indexer.ask(FILM)
    assert [asked["t"] for asked in site.asked].count("caps") == 2


async def test_all_who_wait_for_caps_share_one_call_and_its_failure() -> None:
    site = Site(b'<error code="900" description="Site is down"/>')
    indexer = site.indexer()
    told = await asyncio.gather(*(indexer.ask(FILM) for _ in range(5)), return_exceptions=True)
    assert len(site.asked) == 1 and all(isinstance(one, Unreachable) for one in told)
    site.caps = CAPS
    await asyncio.gather(*(indexer.ask(FILM) for _ in range(5)))
    assert [asked["t"] for asked in site.asked].count("caps") == 2


async def test_who_stops_waiting_for_caps_stops_nobody_else() -> None:
    site, gate = Site(), asyncio.Event()

    async def slowly(request: httpx2.Request) -> httpx2.Response:
        await gate.wait()
        return site(request)

    indexer = site.indexer(transport=httpx2.MockTransport(slowly))
    first, second = (asyncio.create_task(indexer.abilities()) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    gate.set()
    assert (await second).server == "Reel Index" and len(site.asked) == 1
    await indexer.close()


async def test_the_newest_are_read_back_to_the_last_seen() -> None:
    site = Site()
    site.feeds = [feed(item(n) for n in range(100)), feed(item(n) for n in range(90, 190)), feed([item(500)])]
    page = await site.indexer().newest("https://reel.test/details/150")
    assert len(page.releases) == 150 and page.releases[-1].guid == "https://reel.test/details/149"
    assert [asked["offset"] for asked in site.asked[1:]] == ["0", "100"]
    assert site.searches[0] == {"t": "search", "cat": "2000,2040,5000,5040"}
    assert site.slept == [2.0]


async def test_without_a_last_seen_one_page_is_enough() -> None:
    site = Site()
    site.feeds = [feed(item(n) for n in range(100))] * 3
    assert len((await site.indexer(categories=(2040,)).newest()).releases) == 100
    assert site.searches == [{"t": "search", "cat": "2040"}]


async def test_a_last_seen_that_is_gone_ends_somewhere() -> None:
    site = Site()
    site.feeds = [feed(item(page * 100 + n) for n in range(100)) for page in range(9)]
    assert len((await site.indexer().newest("gone", most_pages=5)).releases) == 500


async def test_an_indexer_that_does_not_turn_pages_is_asked_twice_at_most() -> None:
    site = Site()
    site.feeds = [feed(item(n) for n in range(100))] * 9
    assert len((await site.indexer().newest("gone")).releases) == 100
    assert len(site.searches) == 2


async def test_the_told_total_ends_the_pages() -> None:
    site = Site()
    site.feeds = [feed((item(n) for n in range(100)), '<newznab:response offset="0" total="100"/>')]
    await site.indexer().newest("gone")
    assert len(site.searches) == 1


async def test_a_page_that_fails_does_not_lose_the_first() -> None:
    site = Site()
    site.feeds = [feed(item(n) for n in range(100)), httpx2.Response(503)]
    page = await site.indexer().newest("gone")
    assert len(page.releases) == 100 and page.troubles == ("Reel: answers HTTP 503",)


async def test_rows_that_cannot_be_read_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    site = Site()
    site.feeds = [feed([item(1), "<item/>"])]
    assert (await site.indexer().ask(NEWEST)).rows == 2
    assert "Reel: one row of the feed was left out: it has no title" in caplog.text


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        (httpx2.Response(429, headers={"retry-after": "120"}), Limited, "limit is reached .*try again in 120 s"),
        (httpx2.Response(503, headers={"retry-after": "Sun, 01 Nov 2026 00:01:00 GMT"}), Limited, "try again in 60 s"),
        (httpx2.Response(503, headers={"retry-after": "soon"}), Unreachable, "HTTP 503$"),
        (httpx2.Response(500, content=b"oops"), Unreachable, "HTTP 500"),
        (httpx2.Response(400, content=b'<error code="201" description="Incorrect"/>'), Unanswerable, "Incorrect"),
        (httpx2.Response(400, content=b'<error code="900" description="Site is down"/>'), Unreachable, "Site is down"),
        (httpx2.Response(401), Refused, "API key was refused"),
        (httpx2.Response(403, headers={"content-type": "text/html"}), Refused, "login or block page"),
        (httpx2.Response(404), NotFound, "no Newznab or Torznab API at this address"),
        (httpx2.Response(410, content=b"gone"), Refused, "HTTP 410"),
        (httpx2.Response(302, headers={"location": f"/login?apikey={KEY}"}), Refused, "redirects to /login;"),
        (httpx2.Response(200, content=f'<error code="100" description="bad {KEY}"/>'.encode()), Refused, "API key was"),
        (
            httpx2.Response(200, content=b"<html>", headers={"content-type": "text/html"}),
            Refused,
            "login or block page",
        ),
    ],
)
async def test_every_no_has_its_reason_and_no_key(
    answer: httpx2.Response, error: type[MatineeError], words: str
) -> None:
    site = Site()
    site.feeds = [answer]
    with pytest.raises(error, match=words) as raised:
        await site.indexer().ask(FILM)
    assert "Reel" in str(raised.value) and KEY not in str(raised.value)


async def test_silence_is_unreachable_without_the_key() -> None:
    def dead(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError(f"no route to {request.url}", request=request)

    indexer = NewznabIndexer("Reel", "http://reel.test", KEY, transport=httpx2.MockTransport(dead))
    with pytest.raises(Unreachable, match="Reel") as raised:
        await indexer.ask(FILM)
    assert KEY not in str(raised.value)


async def test_the_probe_says_what_it_saw() -> None:
    site = Site()
    site.feeds = [feed(item(n) for n in range(23))]
    seen = await site.indexer().probe()
    assert seen.startswith("23 releases, ") and seen.endswith(" ms")
    assert site.searches == [{"t": "search", "cat": "2000,2040,5000,5040"}]


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        (httpx2.Response(429, headers={"retry-after": "120"}), 120),
        (httpx2.Response(429, headers={"retry-after": "1.5"}), 1.5),
        (httpx2.Response(429, headers={"retry-after": "-5"}), 0),
        (httpx2.Response(429, headers={"retry-after": "9" * 30}), 7 * 86400),
        (httpx2.Response(429, headers={"retry-after": "nan"}), None),
        (httpx2.Response(429, headers={"retry-after": "Sun, 01 Nov 2026 01:00:00 GMT"}), 3600),
        (httpx2.Response(429, headers={"retry-after": "Sat, 31 Oct 2026 01:00:00 GMT"}), 0),
        (httpx2.Response(429), None),
        (httpx2.Response(400, content=b'<error code="500" description="Enough"/>', headers={"retry-after": "9"}), 9),
        (httpx2.Response(200, content=b'<error code="500" description="Enough"/>'), None),
        (httpx2.Response(200, content=b'<error code="501" description="Enough"/>'), None),
        (httpx2.Response(200, content=b'<error code="0" description="Request limit reached"/>'), None),
    ],
)
async def test_a_limit_says_for_how_long(answer: httpx2.Response, seconds: float | None) -> None:
    site = Site()
    site.feeds = [answer]
    with pytest.raises(Limited, match="Reel: its limit is reached") as raised:
        await site.indexer().ask(FILM)
    assert raised.value.seconds == seconds


@pytest.mark.parametrize(
    "limit", [httpx2.Response(429), httpx2.Response(200, content=b'<error code="500" description="Enough"/>')]
)
async def test_a_limit_without_a_word_lasts_as_the_allowance_told(limit: httpx2.Response) -> None:
    site = Site()
    told = '<newznab:apilimits apiCurrent="9" apiMax="9" apiNextAvailable="Sun, 01 Nov 2026 02:00:00 +0000"/>'
    site.feeds = [feed([item(1)], told), limit]
    indexer = site.indexer()
    await indexer.ask(FILM)
    assert indexer.allowance == Allowance(9, 9, calls_again=datetime(2026, 11, 1, 2, tzinfo=UTC))
    with pytest.raises(Limited, match="try again in 7200 s") as raised:
        await indexer.ask(FILM)
    assert raised.value.seconds == 7200


async def test_an_api_that_is_switched_off_says_where() -> None:
    site = Site(b'<error code="910" description="API Disabled"/>')
    with pytest.raises(Refused, match="switch it on there"):
        await site.indexer().ask(FILM)


async def test_a_long_answer_is_read_beside_the_houses_work(monkeypatch: pytest.MonkeyPatch) -> None:
    where: list[bool] = []

    def reading(*told: Any, **more: Any) -> Any:
        where.append(threading.current_thread() is threading.main_thread())
        return read_feed(*told, **more)

    monkeypatch.setattr(client, "read_feed", reading)
    site = Site()
    for long in (False, True):
        site.feeds = [feed([item(1)], extra=f"<!--{'x' * 300_000}-->" if long else "")]
        assert len((await site.indexer().ask(FILM)).releases) == 1
    assert where == [True, False]
