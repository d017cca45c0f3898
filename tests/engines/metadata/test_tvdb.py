"""TheTVDB's answers become posters and titles; its token is kept and renewed, its limit is kept too."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import date
from typing import Any

import httpx2
import pytest

from matinee.engines.metadata import Tvdb
from matinee.engines.metadata.pace import Pace
from matinee.engines.metadata.tvdb_rows import code
from matinee.kernel.errors import NotFound, Refused, Unreachable
from matinee.media.title import ExternalIds, Kind, TitleRef

KEY, PIN = "0a0b0c0d-1111-4222-8333-444455556666", "PIN12345"
SERIES_REF = TitleRef(Kind.SERIES, "tvdb", "7")
MOVIE_REF = TitleRef(Kind.MOVIE, "tvdb", "41")
HIT: dict[str, Any] = {
    "objectID": "series-7",
    "tvdb_id": "7",
    "type": "series",
    "name": "Nachttram",
    "year": "2019",
    "overview": "Die letzte Bahn.",
    "overviews": {"eng": "The last tram."},
    "translations": {"eng": "Night Tram"},
    "image_url": "/banners/tram.jpg",
    "remote_ids": [{"id": "tt1111111", "type": 2, "sourceName": "IMDB"}, {"id": "8", "sourceName": "TV Maze"}, None],
}
SERIES: dict[str, Any] = {
    "id": 7,
    "name": "Nachttram",
    "firstAired": "2019-09-01",
    "averageRuntime": 44,
    "originalLanguage": "deu",
    "overview": "Die letzte Bahn.",
    "image": "https://artworks.thetvdb.com/banners/a.jpg",
    "status": {"name": "Ended"},
    "genres": [{"name": "Drama"}, None],
    "remoteIds": [
        {"id": "tt1111111", "sourceName": "IMDB"},
        {"id": "55", "sourceName": "TheMovieDB.com"},
        {"id": "Q123", "sourceName": "Wikidata"},
        {"id": "8", "sourceName": "TV Maze"},
        {"id": "https://night.test", "sourceName": "Official Website"},
    ],
    "artworks": [
        {"type": 3, "image": "https://artworks.thetvdb.com/low.jpg", "score": 1, "language": None},
        {"type": 3, "image": "https://artworks.thetvdb.com/high.jpg", "score": 9, "language": None},
        {"type": 2, "image": "/banners/english.jpg", "score": 3, "language": "eng"},
        "nonsense",
    ],
    "translations": {
        "nameTranslations": [{"language": "eng", "name": "Night Tram"}],
        "overviewTranslations": [{"language": "eng", "overview": "The last tram."}],
    },
}
MOVIE: dict[str, Any] = {
    "id": 41,
    "name": "Tin Comet",
    "year": "2021",
    "runtime": 97,
    "status": {"name": "Released"},
    "first_release": {"date": "2021-03-05"},
    "releases": [{"date": "2021-02-01"}, {"date": "soon"}],
    "translations": {"overviewTranslations": [{"language": "eng", "overview": "Of tin.", "tagline": "It rattles."}]},
}

Answer = Callable[[httpx2.Request], httpx2.Response]


def row(id_: int, season: int, number: int, name: str | None = "A Stop") -> dict[str, Any]:
    return {"id": id_, "seasonNumber": season, "number": number, "name": name, "aired": "2019-09-01", "runtime": 44}


class Door:
    """A server that gives out tokens, and answers what it is told; `calls` are the paths asked for."""

    def __init__(self, answers: dict[str, Any] | None = None) -> None:
        self.answers = answers or {}
        self.calls: list[str] = []
        self.good: set[str] = set()
        self.logins: list[dict[str, str]] = []
        self.slept: list[float] = []
        self.key = KEY

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        path = request.url.path.removeprefix("/v4")
        if path == "/login":
            return self._login(json.loads(request.content))
        self.calls.append(path)
        if request.headers["authorization"].removeprefix("Bearer ") not in self.good:
            return httpx2.Response(401, json={"status": "failure", "message": "Unauthorized"})
        pages = [] if request.url.params.get("type") == "movie" else self.answers.get(path)
        if isinstance(pages, httpx2.Response):
            return pages
        if isinstance(pages, dict) and "pages" in pages:
            page = int(request.url.params["page"])
            last = page + 1 >= len(pages["pages"])
            links = {"next": None if last else "https://elsewhere.test/?page=1"}
            return httpx2.Response(200, json={"data": {"episodes": pages["pages"][page]}, "links": links})
        return httpx2.Response(404) if pages is None else httpx2.Response(200, json={"data": pages})

    def _login(self, said: dict[str, str]) -> httpx2.Response:
        self.logins.append(said)
        if said["apikey"] != self.key:
            return httpx2.Response(401, json={"message": f"InvalidAPIKey: {said['apikey']}"})
        token = f"token-number-{len(self.logins)}"
        self.good.add(token)
        return httpx2.Response(200, json={"status": "success", "data": {"token": token}})

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def tvdb(self, answer: Answer | None = None, **more: Any) -> Tvdb:
        pace = Pace(1000, 1.0, monotonic=lambda: 0.0, sleep=self.sleep)
        transport = httpx2.MockTransport(answer or self)
        return Tvdb("https://tvdb.test/v4", KEY, transport=transport, pace=pace, **more)


async def test_search_gives_series_and_films_in_the_houses_language() -> None:
    (card,) = await Door({"/search": [HIT, {"type": "person", "name": "Somebody"}]}).tvdb().search("tram")
    assert (str(card.ref), card.name, card.year, card.overview) == (
        "series-tvdb-7",
        "Night Tram",
        2019,
        "The last tram.",
    )
    assert card.poster == "https://artworks.thetvdb.com/banners/tram.jpg"
    assert card.ids == ExternalIds(imdb="tt1111111", tvdb=7, tvmaze=8)


async def test_series_and_films_are_shown_in_turn() -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        type_ = request.url.params.get("type")
        if type_ is None:
            return httpx2.Response(200, json={"data": {"token": "a-good-token"}})
        hits = [{**HIT, "type": type_, "tvdb_id": str(place), "objectID": ""} for place in (1, 2)]
        return httpx2.Response(200, json={"data": hits})

    cards = await Door().tvdb(answer).search("tram")
    assert [str(one.ref) for one in cards] == ["series-tvdb-1", "movie-tvdb-1", "series-tvdb-2", "movie-tvdb-2"]


async def test_a_picture_of_no_picture_is_none() -> None:
    hit = {**HIT, "image_url": "https://artworks.thetvdb.com/banners/images/missing/movie.jpg", "thumbnail": "ftp://x"}
    (card,) = await Door({"/search": [hit]}).tvdb().search("tram")
    assert card.poster is None


async def test_a_broken_hit_is_logged_and_the_others_stay(caplog: pytest.LogCaptureFixture) -> None:
    rows = [{"type": "series", "name": "No number"}, "nonsense", {"type": "movie", "tvdb_id": "4"}, None, HIT]
    assert len(await Door({"/search": rows}).tvdb().search("tram")) == 1
    assert "TheTVDB: one row was left out" in caplog.text


async def test_nothing_asked_is_nothing_found() -> None:
    assert await Door().tvdb().search("  ") == []


async def test_a_series_in_full_with_every_page_of_episodes() -> None:
    pages = {"pages": [[row(2, 1, 2), row(1, 1, 1)], [row(3, 2, 1), row(90, 0, 1)]]}
    door = Door({"/series/7/extended": SERIES, "/series/7/episodes/official/eng": pages})
    title = await door.tvdb().title(SERIES_REF)
    assert [(one.season, one.number, one.source_id) for one in title.episodes] == [
        (0, 1, "90"), (1, 1, "1"), (1, 2, "2"), (2, 1, "3"),
    ]  # fmt: skip
    assert (title.name, title.original_name, title.overview) == ("Night Tram", "Nachttram", "The last tram.")
    assert title.ids == ExternalIds(tmdb=55, imdb="tt1111111", tvdb=7, tvmaze=8, wikidata="Q123")
    assert title.backdrop == "https://artworks.thetvdb.com/high.jpg"
    assert title.poster == "https://artworks.thetvdb.com/banners/english.jpg"
    assert (title.runtime_minutes, title.status, title.original_language) == (44, "Ended", "German")


async def test_an_episode_that_was_not_translated_keeps_its_own_name() -> None:
    translated = {"pages": [[row(1, 1, 1, "Line 9"), row(2, 1, 2, None)]]}
    original = {"pages": [[row(1, 1, 1, "Linie 9"), row(2, 1, 2, "Betriebshof"), row(3, 1, 3, None)]]}
    door = Door(
        {
            "/series/7/extended": SERIES,
            "/series/7/episodes/official/eng": translated,
            "/series/7/episodes/official": original,
        }
    )
    title = await door.tvdb().title(SERIES_REF)
    assert [one.name for one in title.episodes] == ["Line 9", "Betriebshof", "Episode 3"]


async def test_a_series_without_the_order_asked_for_is_numbered_as_aired() -> None:
    aired = {"pages": [[row(1, 1, 1), row(2, 2, 1)]]}
    door = Door({"/series/7/extended": SERIES, "/series/7/episodes/official/eng": aired})
    title = await door.tvdb(order="absolute").title(SERIES_REF)
    assert [(one.season, one.number) for one in title.episodes] == [(1, 1), (2, 1)]
    assert door.calls[1] == "/series/7/episodes/absolute/eng"


async def test_the_absolute_order_counts_through() -> None:
    through = {"pages": [[row(1, 1, 1), row(2, 1, 2)]]}
    door = Door({"/series/7/extended": SERIES, "/series/7/episodes/absolute/eng": through})
    title = await door.tvdb(order="absolute").title(SERIES_REF)
    assert [(one.season, one.number) for one in title.episodes] == [(1, 1), (1, 2)]


async def test_pages_without_end_come_to_one() -> None:
    endless = {"data": {"episodes": [row(1, 1, 1)]}, "links": {"next": "again"}}
    door = Door({"/series/7/extended": SERIES})
    door.answers["/series/7/episodes/official/eng"] = httpx2.Response(200, json=endless)
    await door.tvdb().title(SERIES_REF)
    assert len(door.calls) < 50


async def test_a_film_in_full() -> None:
    title = await Door({"/movies/41/extended": MOVIE}).tvdb().title(MOVIE_REF)
    assert (title.name, title.overview, title.tagline) == ("Tin Comet", "Of tin.", "It rattles.")
    assert (title.released, title.year, title.runtime_minutes) == (date(2021, 2, 1), 2021, 97)


@pytest.mark.parametrize(("told", "written"), [("en-US", "eng"), ("de-CH", "deu"), ("pt-BR", "pt"), ("xx", "eng")])
def test_languages_have_three_letters(told: str, written: str) -> None:
    assert code(told) == written


async def test_the_token_is_fetched_once_and_kept() -> None:
    door = Door({"/search": []})
    source = door.tvdb(pin=PIN)
    await asyncio.gather(*(source.search("tram") for _ in range(5)))
    assert door.logins == [{"apikey": KEY, "pin": PIN}]


async def test_a_key_without_a_pin_says_nothing_of_one() -> None:
    door = Door({"/search": []})
    await door.tvdb().search("tram")
    assert door.logins == [{"apikey": KEY}]


async def test_a_token_that_ran_out_is_renewed_and_the_call_made_again() -> None:
    door = Door({"/search": [HIT]})
    source = door.tvdb()
    await source.search("tram")
    door.good.clear()
    assert await source.search("tram")
    assert len(door.logins) == 2


async def test_a_door_that_takes_no_token_at_all_is_a_refusal() -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        if request.url.path.endswith("/login"):
            return httpx2.Response(200, json={"data": {"token": "a-useless-token"}})
        return httpx2.Response(401)

    with pytest.raises(Refused, match="TheTVDB") as error:
        await Door().tvdb(answer).search("tram")
    assert "a-useless-token" not in str(error.value)


async def test_a_wrong_key_is_a_refusal_without_the_key() -> None:
    door = Door()
    door.key = "another"
    with pytest.raises(Refused, match="TheTVDB: the key or the PIN was refused") as error:
        await door.tvdb(pin=PIN).probe()
    assert KEY not in str(error.value) and PIN not in str(error.value)


async def test_the_probe_makes_no_more_tokens_than_needed() -> None:
    door = Door({"/search": [HIT]})
    source = door.tvdb()
    for _ in range(3):
        assert (await source.probe()).startswith("the key is accepted, 1 series")
    assert len(door.logins) == 1


@pytest.mark.parametrize("body", [{}, {"data": None}, {"data": {"token": 5}}, {"data": {"token": "a\r\nX: y"}}, []])
async def test_a_login_without_a_token_is_malformed(body: Any) -> None:
    with pytest.raises(Refused, match="TheTVDB: the answer is malformed"):
        await Door().tvdb(lambda request: httpx2.Response(200, json=body)).search("tram")


async def test_a_number_elsewhere_leads_to_all_others() -> None:
    door = Door({"/search/remoteid/tt1111111": [{"people": {"id": 1}}, {"series": {"id": 7}}]})
    door.answers["/series/7/extended"] = SERIES
    found = await door.tvdb().linked(Kind.SERIES, ExternalIds(imdb="tt1111111"))
    assert (found.tvdb, found.tmdb, found.tvmaze) == (7, 55, 8)
    assert await door.tvdb().linked(Kind.SERIES, ExternalIds(tvdb=7)) == found


async def test_a_bare_number_that_belongs_to_another_title_leads_nowhere() -> None:
    door = Door({"/search/remoteid/56": [{"series": {"id": 7}}], "/series/7/extended": SERIES})
    assert await door.tvdb().linked(Kind.SERIES, ExternalIds(tmdb=56)) == ExternalIds()
    assert await door.tvdb().linked(Kind.SERIES, ExternalIds(tvdb=999)) == ExternalIds()


@pytest.mark.parametrize("ref", [SERIES_REF, TitleRef(Kind.MOVIE, "tvdb", "x"), TitleRef(Kind.SERIES, "tmdb", "7")])
async def test_an_unknown_title_is_not_found(ref: TitleRef) -> None:
    with pytest.raises(NotFound, match="TheTVDB"):
        await Door().tvdb().title(ref)


async def test_a_429_is_waited_out_and_one_without_end_is_unreachable() -> None:
    door = Door({"/search": httpx2.Response(429, headers={"retry-after": "86400"})})
    with pytest.raises(Unreachable, match="TheTVDB: too many calls"):
        await door.tvdb().search("tram")
    assert door.slept and max(door.slept) <= 10


@pytest.mark.parametrize("status", [500, 503])
async def test_a_server_in_trouble_is_unreachable(status: int) -> None:
    with pytest.raises(Unreachable, match="TheTVDB"):
        await Door({"/search": httpx2.Response(status)}).tvdb().search("tram")


@pytest.mark.parametrize("content", [b"<html>", b"", b"[" * 200_000, b"\xff", b"[]", b'{"data": 3}', b'{"data": {}}'])
async def test_a_malformed_answer_is_refused_by_name(content: bytes) -> None:
    with pytest.raises(Refused, match="TheTVDB"):
        await Door({"/search": httpx2.Response(200, content=content)}).tvdb().search("tram")


async def test_odd_values_become_empty_ones() -> None:
    odd = {
        "id": "7", "name": "Tram\x00\ud800", "year": "-5", "firstAired": 7, "genres": "none", "averageRuntime": 2**40,
        "image": "javascript:x", "artworks": {"type": 3}, "remoteIds": [[], {"sourceName": 5, "id": {}}],
        "translations": {"nameTranslations": [{"language": ["eng"], "name": {}}], "overviewTranslations": 3},
        "status": "x", "originalLanguage": ["eng"],
    }  # fmt: skip
    body = json.dumps({"data": odd}).encode()
    door = Door({"/series/7/extended": httpx2.Response(200, content=body)})
    door.answers["/series/7/episodes/official/eng"] = {"pages": [[{"id": 1}, 5, row(2**31, 1, 1), row(4, 1, 2)]]}
    title = await door.tvdb().title(SERIES_REF)
    assert title.name == "Tram?" and title.year is None and title.poster is None and title.ids == ExternalIds(tvdb=7)
    assert [one.number for one in title.episodes] == [2]


async def test_an_answer_without_end_is_refused() -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b" " * 1_000_000

    with pytest.raises(Refused, match="TheTVDB: the answer is larger than"):
        await Door({"/search": httpx2.Response(200, content=endless())}).tvdb().search("tram")


async def test_more_hits_than_asked_for_are_not_read() -> None:
    hits = [{**HIT, "tvdb_id": str(number)} for number in range(1, 5000)]
    assert len(await Door({"/search": hits}).tvdb().search("tram")) <= 50
