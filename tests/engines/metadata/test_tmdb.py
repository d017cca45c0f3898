"""TMDB's answers become posters and titles; bad rows cost themselves only."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import httpx2
import pytest

from matinee.engines.metadata import Tmdb
from matinee.kernel.errors import NotFound, Refused, Unreachable
from matinee.media.title import Kind, TitleRef

KEY = "0123456789abcdef0123456789abcdef"
TOKEN = "eyJhbGciOiJI.eyJzdWIiOiJ0aW4i.c2lnbmF0dXJl"

MOVIE = {
    "id": 41,
    "title": "Tin Comet",
    "original_title": "Blechkomet",
    "release_date": "2021-03-05",
    "overview": "A comet made of tin.",
    "tagline": "It rattles.",
    "runtime": 97,
    "status": "Released",
    "genres": [{"id": 1, "name": "Comedy"}, None, {"id": 2}],
    "vote_average": 7.4,
    "poster_path": "/tin.jpg",
    "backdrop_path": "/sky.jpg",
    "imdb_id": "tt7654321",
    "external_ids": {"imdb_id": "tt7654321", "tvdb_id": None},
}
SERIES = {
    "id": 7,
    "name": "Night Tram",
    "first_air_date": "2019-09-01",
    "episode_run_time": [44],
    "external_ids": {"imdb_id": "tt1111111", "tvdb_id": 333},
}


def episode(id_: int, season: int, number: int) -> dict[str, Any]:
    return {
        "id": id_,
        "season_number": season,
        "episode_number": number,
        "name": f"Stop {id_}",
        "air_date": "2019-09-01",
    }


Answer = Callable[[httpx2.Request], httpx2.Response]


def tmdb(answer: Answer, key: str = KEY) -> Tmdb:
    return Tmdb(
        "https://tmdb.test/3", key, image_base="https://pictures.test/t/p/", transport=httpx2.MockTransport(answer)
    )


def says(body: Any, status: int = 200) -> Answer:
    return lambda request: httpx2.Response(status, json=body)


async def test_search_keeps_movies_and_series_and_leaves_people_out() -> None:
    rows = [
        {"media_type": "movie", **MOVIE},
        {"media_type": "person", "id": 3, "name": "Somebody"},
        {"media_type": "tv", "id": 7, "name": "Night Tram", "first_air_date": "2019-09-01", "poster_path": None},
    ]
    movie, series = await tmdb(says({"results": rows})).search("tin")
    assert str(movie.ref) == "movie-tmdb-41" and movie.name == "Tin Comet" and movie.year == 2021
    assert movie.poster == "https://pictures.test/t/p/w780/tin.jpg" and movie.rating == 7.4
    assert str(series.ref) == "series-tmdb-7" and series.poster is None


async def test_a_broken_row_is_logged_and_the_others_stay(caplog: pytest.LogCaptureFixture) -> None:
    rows = [{"media_type": "movie", "id": None, "title": "No id"}, "nonsense", {"media_type": "movie", "id": 1}, None]
    cards = await tmdb(says({"results": [*rows, {"media_type": "movie", **MOVIE}]})).search("tin")
    assert [card.name for card in cards] == ["Tin Comet"]
    assert "one row was left out" in caplog.text


async def test_nothing_asked_is_nothing_found() -> None:
    assert await tmdb(says({}, 500)).search("  ") == []


async def test_discover_has_three_shelves() -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        rows = {
            "/3/trending/all/week": {"media_type": "movie", **MOVIE},
            "/3/movie/popular": MOVIE,
            "/3/tv/popular": SERIES,
        }
        return httpx2.Response(200, json={"results": [rows[request.url.path]]})

    shelves = await tmdb(answer).discover()
    assert [(shelf.name, shelf.cards[0].name) for shelf in shelves] == [
        ("Trending this week", "Tin Comet"),
        ("Popular movies", "Tin Comet"),
        ("Popular series", "Night Tram"),
    ]


async def test_a_movie_in_full() -> None:
    title = await tmdb(says(MOVIE)).title(TitleRef(Kind.MOVIE, "tmdb", "41"))
    assert (title.ids.tmdb, title.ids.imdb, title.ids.tvdb) == (41, "tt7654321", None)
    assert title.genres == ("Comedy",) and title.runtime_minutes == 97 and title.original_name == "Blechkomet"
    assert title.released == date(2021, 3, 5) and title.backdrop == "https://pictures.test/t/p/w1280/sky.jpg"


async def test_a_short_series_is_one_call_with_its_specials() -> None:
    calls = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        calls.append(request.url.path)
        asked = request.url.params["append_to_response"].split(",")
        assert len(asked) <= 20 and {"external_ids", "season/0", "season/1"} <= set(asked)
        seasons = [{"season_number": 0}, {"season_number": 1}]
        appended = {
            "season/0": {"episodes": [episode(90, 0, 1)]},
            "season/1": {"episodes": [episode(2, 1, 2), episode(1, 1, 1)]},
        }
        return httpx2.Response(200, json={**SERIES, "seasons": seasons, **appended})

    title = await tmdb(answer).title(TitleRef(Kind.SERIES, "tmdb", "7"))
    assert len(calls) == 1
    assert [(one.season, one.number, one.source_id) for one in title.episodes] == [
        (0, 1, "90"),
        (1, 1, "1"),
        (1, 2, "2"),
    ]
    assert title.ids.tvdb == 333 and title.runtime_minutes == 44


async def test_a_long_series_is_fetched_twenty_seasons_a_call() -> None:
    calls = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked = request.url.params["append_to_response"].split(",")
        calls.append(len(asked))
        numbers = [int(name.partition("/")[2]) for name in asked if name.startswith("season/")]
        appended = {f"season/{n}": {"episodes": [episode(n, n, 1)]} for n in numbers if n <= 45}
        seasons = [{"season_number": number} for number in range(1, 46)]
        return httpx2.Response(200, json={**SERIES, "seasons": seasons, **appended})

    title = await tmdb(answer).title(TitleRef(Kind.SERIES, "tmdb", "7"))
    assert [one.season for one in title.episodes] == list(range(46))
    assert sorted(calls) == [7, 20, 20]


async def test_a_server_that_appends_no_seasons_is_asked_for_each() -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        if request.url.path == "/3/tv/7/season/1":
            return httpx2.Response(200, json={"episodes": [episode(1, 1, 1), {"id": None}]})
        if request.url.path == "/3/tv/7/season/2":
            return httpx2.Response(404, json={})
        return httpx2.Response(200, json={**SERIES, "seasons": [{"season_number": 1}, {"season_number": 2}]})

    title = await tmdb(answer).title(TitleRef(Kind.SERIES, "tmdb", "7"))
    assert [(one.season, one.number) for one in title.episodes] == [(1, 1)]


async def test_a_season_that_cannot_be_fetched_is_no_series_without_it() -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        if "season" in request.url.path:
            return httpx2.Response(503)
        return httpx2.Response(200, json={**SERIES, "seasons": [{"season_number": 1}]})

    with pytest.raises(Unreachable):
        await tmdb(answer).title(TitleRef(Kind.SERIES, "tmdb", "7"))


@pytest.mark.parametrize("ref", [TitleRef(Kind.MOVIE, "tvmaze", "41"), TitleRef(Kind.MOVIE, "tmdb", "x1")])
async def test_a_title_of_another_source_is_not_found(ref: TitleRef) -> None:
    with pytest.raises(NotFound):
        await tmdb(says(MOVIE)).title(ref)


async def test_an_unknown_number_is_not_found_in_words() -> None:
    with pytest.raises(NotFound, match="TMDB knows no movie with the number 41"):
        await tmdb(says({}, 404)).title(TitleRef(Kind.MOVIE, "tmdb", "41"))


async def test_a_v3_key_is_a_parameter_and_a_token_is_a_header() -> None:
    seen: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(200, json={"images": {}})

    assert "the key is accepted" in await tmdb(answer).probe()
    await tmdb(answer, TOKEN).probe()
    assert seen[0].url.params["api_key"] == KEY and "authorization" not in seen[0].headers
    assert "api_key" not in seen[1].url.params and seen[1].headers["authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize("key", [KEY, TOKEN])
async def test_a_wrong_key_is_a_refusal_without_the_key(key: str) -> None:
    with pytest.raises(Refused, match="TMDB: the key") as error:
        await tmdb(says({"status_message": f"bad {key}"}, 401), key).probe()
    assert key not in str(error.value)


async def test_silence_is_unreachable_without_the_key() -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError(f"cannot reach {request.url}", request=request)

    with pytest.raises(Unreachable, match="TMDB") as error:
        await tmdb(answer).search("tin")
    assert KEY not in str(error.value)


@pytest.mark.parametrize("body", [[], {"results": {}}, {}, None, 3, "text"])
async def test_a_malformed_answer_is_refused_by_name(body: object) -> None:
    with pytest.raises(Refused, match="TMDB"):
        await tmdb(says(body)).search("tin")


@pytest.mark.parametrize("content", [b"<html>", b"", b"[" * 200_000, b"\xff\xfe"])
async def test_an_answer_that_is_no_json_is_refused(content: bytes) -> None:
    with pytest.raises(Refused, match="TMDB"):
        await tmdb(lambda request: httpx2.Response(200, content=content)).search("tin")


async def test_odd_values_become_empty_ones() -> None:
    odd = {
        "id": "41", "title": "Tin\x00 Comet\ud800", "release_date": "soon", "runtime": 0, "genres": "none",
        "vote_average": 1e999, "poster_path": "javascript:x", "external_ids": [], "imdb_id": "nm12", "overview": 5,
    }  # fmt: skip
    body = json.dumps(odd).encode()
    title = await tmdb(lambda request: httpx2.Response(200, content=body)).title(TitleRef(Kind.MOVIE, "tmdb", "41"))
    assert title.name == "Tin Comet?" and title.year is None and title.runtime_minutes is None
    assert title.genres == () and title.rating is None and title.poster is None and title.ids.imdb is None


async def test_a_number_written_oddly_is_no_second_title() -> None:
    title = await tmdb(says(MOVIE)).title(TitleRef(Kind.MOVIE, "tmdb", "0041"))
    assert str(title.ref) == "movie-tmdb-41"


async def test_what_the_memory_cannot_hold_is_cut_or_unknown() -> None:
    outside = {"tvdb_id": 2**31}
    title = await tmdb(says({**MOVIE, "runtime": 2**31, "status": "s" * 99, "external_ids": outside})).title(
        TitleRef(Kind.MOVIE, "tmdb", "41")
    )
    assert (title.runtime_minutes, title.ids.tvdb, title.status) == (None, None, "s" * 40)


async def test_an_episode_with_an_impossible_number_is_left_out() -> None:
    season = {"episodes": [episode(70, 1, 1), episode(71, 1, 2**31)]}
    title = await tmdb(says({**SERIES, "seasons": [{"season_number": 1}], "season/1": season})).title(
        TitleRef(Kind.SERIES, "tmdb", "7")
    )
    assert [one.number for one in title.episodes] == [1]
