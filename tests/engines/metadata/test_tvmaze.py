"""TVmaze's shows become series, its specials find their place, and its limit is kept."""

from typing import Any

import httpx2
import pytest

from matinee.engines.metadata import TvMaze
from matinee.engines.metadata.pace import Pace
from matinee.kernel.errors import NotFound, Refused, Unreachable
from matinee.media.title import Kind, TitleRef

SHOW: dict[str, Any] = {
    "id": 7,
    "name": "Night Tram",
    "genres": ["Drama"],
    "status": "Running",
    "averageRuntime": 44,
    "premiered": "2019-09-01",
    "rating": {"average": 8.1},
    "weight": 90,
    "externals": {"thetvdb": 333, "imdb": "tt1111111"},
    "image": {"medium": "https://static.test/m.jpg", "original": "https://static.test/o.jpg"},
    "summary": "<p>The <b>last</b> tram &amp; its driver.</p>",
    "_embedded": {
        "images": [
            {"type": "poster", "resolutions": {"original": {"url": "https://static.test/p.jpg"}}},
            {"type": "background", "resolutions": {"original": {"url": "https://static.test/b.jpg"}}},
        ]
    },
}
EPISODES: list[Any] = [
    {"id": 12, "season": 1, "number": 2, "name": "Depot", "airdate": "2019-09-08", "runtime": 44, "summary": None},
    {
        "id": 11,
        "season": 1,
        "number": 1,
        "name": "Line 9",
        "airdate": "2019-09-01",
        "runtime": 44,
        "summary": "<p>Go.</p>",
    },
    {"id": 30, "season": 2, "number": None, "name": "Later", "airdate": "2021-12-24", "type": "significant_special"},
    {"id": 29, "season": 1, "number": None, "name": "Earlier", "airdate": "2019-12-24"},
    {"id": None, "season": 1, "number": 3},
    "nonsense",
]
REF = TitleRef(Kind.SERIES, "tvmaze", "7")


class Time:
    """Time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def pace(self, calls: int = 20) -> Pace:
        return Pace(calls, 10.0, monotonic=self.monotonic, sleep=self.sleep)


def tvmaze(answers: dict[str, Any], time: Time | None = None) -> TvMaze:
    def answer(request: httpx2.Request) -> httpx2.Response:
        body = answers.get(request.url.path)
        return httpx2.Response(404) if body is None else httpx2.Response(200, json=body)

    return TvMaze("https://tvmaze.test", transport=httpx2.MockTransport(answer), pace=(time or Time()).pace())


async def test_search_gives_cards_without_html() -> None:
    (card,) = await tvmaze({"/search/shows": [{"score": 1, "show": SHOW}, {"score": 0.5}, None]}).search("tram")
    assert str(card.ref) == "series-tvmaze-7" and card.year == 2019 and card.rating == 8.1
    assert card.overview == "The last tram & its driver." and card.poster == "https://static.test/o.jpg"


async def test_discover_shows_the_best_loved_with_a_poster_first() -> None:
    shows = [
        {**SHOW, "id": 1, "name": "Small", "weight": 10},
        {**SHOW, "id": 2, "name": "No poster", "weight": 99, "image": None},
        {**SHOW, "id": 3, "name": "Great", "weight": 98, "rating": {"average": None}},
        {**SHOW, "id": 4, "name": "Greater", "weight": 98},
        {**SHOW, "id": None},
    ]
    (shelf,) = await tvmaze({"/shows": shows}).discover()
    assert [card.name for card in shelf.cards] == ["Greater", "Great", "Small"]


async def test_a_series_with_specials_in_season_zero_by_air_date() -> None:
    title = await tvmaze({"/shows/7": SHOW, "/shows/7/episodes": EPISODES}).title(REF)
    assert [(one.season, one.number, one.source_id) for one in title.episodes] == [
        (0, 1, "29"),
        (0, 2, "30"),
        (1, 1, "11"),
        (1, 2, "12"),
    ]
    assert (title.ids.tvmaze, title.ids.tvdb, title.ids.imdb) == (7, 333, "tt1111111")
    assert title.backdrop == "https://static.test/b.jpg" and title.runtime_minutes == 44


@pytest.mark.parametrize("ref", [REF, TitleRef(Kind.MOVIE, "tvmaze", "7"), TitleRef(Kind.SERIES, "tmdb", "7")])
async def test_an_unknown_title_is_not_found(ref: TitleRef) -> None:
    with pytest.raises(NotFound, match="TVmaze"):
        await tvmaze({}).title(ref)


@pytest.mark.parametrize(("show", "rows"), [([], []), ({"id": 7}, []), (SHOW, {})])
async def test_a_malformed_answer_is_refused_by_name(show: Any, rows: Any) -> None:
    with pytest.raises(Refused, match="TVmaze: the answer is malformed"):
        await tvmaze({"/shows/7": show, "/shows/7/episodes": rows}).title(REF)


async def test_the_twenty_first_call_waits() -> None:
    time = Time()
    source = tvmaze({"/search/shows": []}, time)
    for _ in range(20):
        await source.search("tram")
    assert time.slept == []
    time.now = 4.0
    await source.search("tram")
    assert time.slept == [6.0]


async def test_a_429_is_waited_out() -> None:
    time, statuses = Time(), [429, 200]

    def answer(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(statuses.pop(0), headers={"retry-after": "3"}, json=[])

    source = TvMaze("https://tvmaze.test", transport=httpx2.MockTransport(answer), pace=time.pace())
    assert await source.search("tram") == []
    assert time.slept == [3.0]


async def test_a_429_without_end_is_unreachable() -> None:
    time = Time()
    transport = httpx2.MockTransport(lambda request: httpx2.Response(429, headers={"retry-after": "86400"}))
    source = TvMaze("https://tvmaze.test", transport=transport, pace=time.pace())
    with pytest.raises(Unreachable, match="too many calls"):
        await source.search("tram")
    assert max(time.slept) <= 10


async def test_the_probe_says_what_it_saw() -> None:
    assert (await tvmaze({"/search/shows": [{"show": SHOW}]}).probe()).startswith("1 series, ")
