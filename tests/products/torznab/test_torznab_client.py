"""The indexer is asked in the way it understands, and its torrents are fetched with care."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from matinee.kernel.errors import MatineeError, NotFound, Refused, Unreachable
from matinee.media.release import Release
from matinee.media.title import Kind
from matinee.pipeline.ports import Query
from matinee.products.torznab import TorznabIndexer, client
from matinee.products.torznab.wire import Feed, read_feed
from tests.products.torznab.feeds import CAPS, feed, item
from tests.products.torznab.torrents import infohash, torrent

KEY = "hunter2hunter2"
MAGNET = "magnet:?xt=urn:btih:" + "b" * 40 + "&dn=Tin+Comet"
MOVIE = Query(Kind.MOVIE, "Tin Comet: Part & Whole", 2021, imdb="tt7654321", tmdb=41)
SERIES = Query(Kind.SERIES, "Night Tram", 2019, tvdb=333, tvmaze=7, season=1, episode=2)

Answer = Callable[[httpx2.Request], httpx2.Response]


class Site:
    """An invented indexer: it remembers what it was asked and answers what it was told to."""

    def __init__(self, caps: bytes = CAPS) -> None:
        self.caps = caps
        self.asked: list[dict[str, str]] = []
        self.urls: list[str] = []
        self.feeds: list[bytes | httpx2.Response] = []
        self.moment = datetime(2026, 11, 1, tzinfo=UTC)
        self.files: dict[str, httpx2.Response] = {}

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.urls.append(str(request.url))
        if request.url.path in self.files:
            return self.files[request.url.path]
        params = dict(request.url.params)
        self.asked.append(params)
        if params.get("t") == "caps":
            return httpx2.Response(200, content=self.caps, headers={"content-type": "application/xml"})
        answer = self.feeds.pop(0) if self.feeds else feed([])
        return answer if isinstance(answer, httpx2.Response) else httpx2.Response(200, content=answer)

    def indexer(self, url: str = "http://prowlarr:9696/1/", categories: tuple[int, ...] = ()) -> TorznabIndexer:
        transport = httpx2.MockTransport(self)
        return TorznabIndexer("Reel", url, KEY, categories=categories, transport=transport, clock=lambda: self.moment)

    @property
    def searches(self) -> list[dict[str, str]]:
        plain = {"apikey", "extended", "offset", "limit"}
        found = [asked for asked in self.asked if asked["t"] != "caps"]
        return [{key: value for key, value in one.items() if key not in plain} for one in found]


def caps(search: str = "", tv: str = "", movie: str = "") -> bytes:
    functions = {"search": search, "tv-search": tv, "movie-search": movie}
    said = "".join(f'<{f} available="{"yes" if p else "no"}" supportedParams="{p}"/>' for f, p in functions.items())
    return f"<caps><searching>{said}</searching></caps>".encode()


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("http://prowlarr:9696/1/", "http://prowlarr:9696/1/api?"),
        ("http://prowlarr:9696/1/api", "http://prowlarr:9696/1/api?"),
        (
            "http://jackett:9117/api/v2.0/indexers/x/results/torznab/",
            "http://jackett:9117/api/v2.0/indexers/x/results/torznab/api?",
        ),
    ],
)
async def test_the_address_may_be_pasted_with_or_without_its_end(url: str, asked: str) -> None:
    site = Site()
    await site.indexer(url).caps()
    assert site.urls[0].startswith(asked) and f"apikey={KEY}" in site.urls[0]


async def test_a_movie_is_asked_by_its_numbers() -> None:
    site = Site()
    site.feeds = [feed([item(1), item(2)])]
    assert len(await site.indexer().search(MOVIE)) == 2
    assert site.searches == [{"t": "movie", "imdbid": "7654321", "tmdbid": "41", "cat": "2000,2040"}]


async def test_when_numbers_find_nothing_words_follow() -> None:
    site = Site()
    site.feeds = [feed([]), feed([item(1)])]
    assert len(await site.indexer().search(MOVIE)) == 1
    assert site.searches[1] == {"t": "movie", "q": "Tin Comet Part and Whole 2021", "cat": "2000,2040"}


async def test_an_episode_is_asked_by_number_season_and_episode() -> None:
    site = Site()
    await site.indexer().search(SERIES)
    assert site.searches == [
        {"t": "tvsearch", "tvdbid": "333", "season": "1", "ep": "2", "cat": "5000,5040"},
        {"t": "tvsearch", "q": "Night Tram", "season": "1", "ep": "2", "cat": "5000,5040"},
    ]


@pytest.mark.parametrize(
    ("said", "query", "searches"),
    [
        (caps(search="q"), MOVIE, [{"t": "search", "q": "Tin Comet Part and Whole 2021", "cat": "2000"}]),
        (caps(search="q"), SERIES, [{"t": "search", "q": "Night Tram S01E02", "cat": "5000"}]),
        (caps(search="q", tv="q,tvdbid"), SERIES, [{"t": "search", "q": "Night Tram S01E02", "cat": "5000"}]),
        (
            caps(search="q"),
            Query(Kind.SERIES, "Night Tram", season=3),
            [{"t": "search", "q": "Night Tram S03", "cat": "5000"}],
        ),
        (caps(tv="q"), Query(Kind.SERIES, "Night Tram"), [{"t": "tvsearch", "q": "Night Tram", "cat": "5000"}]),
        (caps(movie="imdbid"), Query(Kind.MOVIE, "Tin Comet"), []),
        (caps(tv="q"), MOVIE, []),
    ],
)
async def test_only_what_the_indexer_supports_is_asked(
    said: bytes, query: Query, searches: list[dict[str, str]]
) -> None:
    site = Site(said)
    assert await site.indexer().search(query) == []
    assert site.searches == searches


async def test_the_owner_may_choose_categories() -> None:
    site = Site()
    await site.indexer(categories=(2040, 5040, 100042)).search(SERIES)
    assert site.searches[0]["cat"] == "5040,100042"


async def test_caps_are_asked_once_a_week() -> None:
    site = Site()
    indexer = site.indexer()
    for days in (0, 3, 5):
        site.moment += timedelta(days=days)
        await indexer.search(MOVIE)
    assert [asked["t"] for asked in site.asked].count("caps") == 2


async def test_pages_are_turned_until_one_is_short_and_each_release_comes_once() -> None:
    site = Site()
    site.feeds = [feed(item(n) for n in range(100)), feed(item(n) for n in range(90, 190)), feed([item(500)])]
    assert len(await site.indexer().search(MOVIE)) == 191
    assert [asked["offset"] for asked in site.asked[1:]] == ["0", "100", "200"]


async def test_at_most_five_pages() -> None:
    site = Site()
    site.feeds = [feed(item(page * 100 + n) for n in range(100)) for page in range(9)]
    assert len(await site.indexer().search(MOVIE)) == 500


async def test_an_indexer_that_does_not_turn_pages_is_asked_twice_at_most() -> None:
    site = Site()
    site.feeds = [feed(item(n) for n in range(100))] * 9
    assert len(await site.indexer().search(MOVIE)) == 100
    assert len(site.searches) == 2


async def test_the_told_total_ends_the_pages() -> None:
    site = Site()
    site.feeds = [feed((item(n) for n in range(100)), '<newznab:response offset="0" total="100"/>')]
    await site.indexer().search(MOVIE)
    assert len(site.searches) == 1


async def test_a_page_that_fails_does_not_lose_the_first(caplog: pytest.LogCaptureFixture) -> None:
    site = Site()
    site.feeds = [feed(item(n) for n in range(100)), httpx2.Response(503)]
    assert len(await site.indexer().search(MOVIE)) == 100
    assert "its first 100 rows are used" in caplog.text


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        (httpx2.Response(429, headers={"retry-after": "120"}), Unreachable, "limit is reached .*try again in 120 s"),
        (httpx2.Response(503, headers={"retry-after": "Mon, 02 Nov"}), Unreachable, "try again after Mon, 02 Nov"),
        (httpx2.Response(500, content=b"oops"), Unreachable, "HTTP 500"),
        (httpx2.Response(400, content=b'<error code="201" description="Incorrect"/>'), Refused, "Incorrect"),
        (httpx2.Response(400, content=b'<error code="900" description="Site is down"/>'), Unreachable, "Site is down"),
        (httpx2.Response(401), Refused, "API key was refused"),
        (httpx2.Response(403, headers={"content-type": "text/html"}), Refused, "login or block page"),
        (httpx2.Response(404), NotFound, "no Torznab API at this address"),
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
        await site.indexer().search(MOVIE)
    assert "Reel" in str(raised.value) and KEY not in str(raised.value)


async def test_silence_is_unreachable_without_the_key() -> None:
    def dead(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError(f"no route to {request.url}", request=request)

    indexer = TorznabIndexer("Reel", "http://reel.test", KEY, transport=httpx2.MockTransport(dead))
    with pytest.raises(Unreachable, match="Reel") as raised:
        await indexer.search(MOVIE)
    assert KEY not in str(raised.value)


async def test_the_probe_says_what_it_saw() -> None:
    site = Site()
    site.feeds = [feed(item(n) for n in range(23))]
    seen = await site.indexer().probe()
    assert seen.startswith("23 releases, ") and seen.endswith(" ms")
    assert site.searches == [{"t": "search", "cat": "2000,2040,5000,5040"}]


def offered(url: str = "https://files.test/1.torrent") -> Release:
    return Release("g", "Tin Comet", "Reel", url, 1)


async def fetched(answer: httpx2.Response, release: Release | None = None) -> object:
    site = Site()
    site.files = {"/1.torrent": answer}
    return await site.indexer().fetch(release or offered())


async def test_a_torrent_is_fetched_and_named_and_the_key_goes_nowhere_else() -> None:
    site = Site()
    site.files = {"/1.torrent": httpx2.Response(200, content=torrent())}
    payload = await site.indexer().fetch(offered("https://files.test/1.torrent?id=5"))
    assert payload.torrent == torrent() and payload.infohash == infohash() and payload.magnet is None
    assert site.urls == ["https://files.test/1.torrent?id=5"]


async def test_a_magnet_address_needs_no_network() -> None:
    site = Site()
    payload = await site.indexer().fetch(offered(MAGNET))
    assert payload.magnet == MAGNET and payload.infohash == "b" * 40 and site.urls == []


@pytest.mark.parametrize(
    "answer", [httpx2.Response(302, headers={"location": MAGNET}), httpx2.Response(200, content=MAGNET.encode())]
)
async def test_a_magnet_sent_instead_is_taken(answer: httpx2.Response) -> None:
    site = Site()
    site.files = {"/1.torrent": answer}
    payload = await site.indexer().fetch(offered())
    assert payload.magnet == MAGNET and payload.infohash == "b" * 40 and payload.torrent is None


async def test_redirects_to_the_web_are_followed_five_times() -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        hop = int(request.url.path[1:])
        if hop < 5:
            return httpx2.Response(301, headers={"location": f"/{hop + 1}"})
        return httpx2.Response(200, content=torrent())

    indexer = TorznabIndexer("Reel", "http://reel.test", KEY, transport=httpx2.MockTransport(answer))
    assert (await indexer.fetch(offered("http://files.test/0"))).infohash == infohash()
    with pytest.raises(Refused, match="more than 5 times"):
        await indexer.fetch(offered("http://files.test/-1"))


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://files.test/1", "data:text/plain,x", "", "gopher://x"])
async def test_other_addresses_are_never_opened(url: str) -> None:
    site = Site()
    with pytest.raises(Refused, match="not downloaded from"):
        await site.indexer().fetch(offered(url))
    site.files = {"/1.torrent": httpx2.Response(302, headers={"location": url or "file:///x"})}
    with pytest.raises(Refused, match="not downloaded from"):
        await site.indexer().fetch(offered())
    assert site.urls == ["https://files.test/1.torrent"]


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        (httpx2.Response(200, content=b"<!doctype html><html>"), Refused, "login or block page"),
        (httpx2.Response(200, content=b'<error code="501" description="Grab limit"/>'), Unreachable, "Grab limit"),
        (httpx2.Response(200, content=b"<rss/>"), Refused, "not a torrent"),
        (httpx2.Response(200, content=b"d4:infoi1ee"), Refused, "not a torrent: it has no 'info'"),
        (httpx2.Response(200, content=b""), Refused, "not a torrent"),
        (httpx2.Response(200, content=b"d" + bytes(10 * 1024 * 1024)), Refused, "larger than 10 MB"),
        (httpx2.Response(200, content=b"magnet:?dn=nothing"), Refused, "names no torrent"),
        (httpx2.Response(404), NotFound, "gone"),
        (httpx2.Response(429, headers={"retry-after": "60"}), Unreachable, "try again in 60 s"),
    ],
)
async def test_what_is_no_torrent_is_told(answer: httpx2.Response, error: type[MatineeError], words: str) -> None:
    with pytest.raises(error, match=words):
        await fetched(answer)


async def test_a_long_answer_is_read_beside_the_houses_work(monkeypatch: pytest.MonkeyPatch) -> None:
    where: list[bool] = []

    def reading(*told: Any, **more: Any) -> Feed:
        where.append(threading.current_thread() is threading.main_thread())
        return read_feed(*told, **more)

    monkeypatch.setattr(client, "read_feed", reading)
    site = Site()
    for long in (False, True):
        site.feeds = [feed([item(1)], extra=f"<!--{'x' * 300_000}-->" if long else "")]
        assert len(await site.indexer().search(MOVIE)) == 1
    assert where == [True, False]
