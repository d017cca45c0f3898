"""Wikidata's statements become films and series; questions hold nothing but numbers that were checked."""

import asyncio
import json
from collections.abc import Callable
from datetime import date
from typing import Any

import httpx2
import pytest

from matinee.engines.metadata import Wikidata
from matinee.engines.metadata.pace import Pace
from matinee.engines.metadata.wikidata_query import facts_of, items_numbered
from matinee.kernel.errors import NotFound, Refused, Unreachable
from matinee.media.title import ExternalIds, Kind, TitleRef

ENTITY, DIRECT = "http://www.wikidata.org/entity/", "http://www.wikidata.org/prop/direct/"
REF = TitleRef(Kind.MOVIE, "wikidata", "Q41")


def claim(value: Any, rank: str = "normal") -> dict[str, Any]:
    return {"mainsnak": {"snaktype": "value", "datavalue": {"value": value}}, "rank": rank}


ITEM: dict[str, Any] = {
    "id": "Q41",
    "labels": {"en": {"value": "Tin Comet"}, "de": {"value": "Blechkomet"}},
    "descriptions": {"en": {"value": "2021 film by Oda Fenwick"}},
    "claims": {
        "P345": [claim("tt7654321")],
        "P4947": [claim("99", "deprecated"), claim("41")],
        "P12196": [claim("77")],
        "P577": [claim({"time": "+2021-03-05T00:00:00Z"}), claim({"time": "+2020-00-00T00:00:00Z"}), claim({})],
        "P2047": [claim({"amount": "+1.5", "unit": ENTITY + "Q25235"})],
        "P136": [claim({"id": "Q700"}), claim({"id": "Q701"}), claim({"id": "x"})],
        "P364": [claim({"id": "Q1860"})],
        "P18": [claim("Tin comet, 100% & more.jpg")],
        "P999": "nonsense",
    },
}
NAMES = {"Q700": "drama film", "Q1860": "English"}
Answer = Callable[[httpx2.Request], httpx2.Response]


def cells(item: str, prop: str, value: str) -> dict[str, Any]:
    return {"item": {"value": ENTITY + item}, "p": {"value": prop}, "v": {"value": value}}


ROWS = [
    cells("Q41", "kind", ENTITY + "Q11424"),
    cells("Q41", DIRECT + "P345", "tt7654321"),
    cells("Q41", DIRECT + "P4947", "41"),
    cells("Q41", DIRECT + "P577", "2021-03-05T00:00:00Z"),
    cells("Q41", DIRECT + "P577", "t1234567"),
    cells("Q41", DIRECT + "P18", "http://commons.wikimedia.org/wiki/Special:FilePath/Tin%20comet.jpg"),
    cells("Q43", DIRECT + "P345", "nm0000001"),
    {"item": "nonsense"},
]


class House:
    """Answers of the pages and of the query service; `seen` are the requests."""

    def __init__(self, rows: Any = ROWS, hits: Any = None, entity: Any = ITEM) -> None:
        self.seen: list[httpx2.Request] = []
        self.slept: list[float] = []
        self.sparql: Any = {"results": {"bindings": rows}}
        self.hits: Any = {"search": hits if hits is not None else [{"id": "Q41", "label": "Tin Comet"}]}
        self.entity: Any = {"entities": {"Q41": entity}}

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.seen.append(request)
        if request.url.path == "/sparql":
            return httpx2.Response(200, json=self.sparql)
        if "EntityData" in request.url.path:
            return httpx2.Response(200, json=self.entity) if "Q41" in request.url.path else httpx2.Response(404)
        if request.url.params["action"] == "wbgetentities":
            labels = {id_: {"labels": {"en": {"value": name}}} for id_, name in NAMES.items()}
            return httpx2.Response(200, json={"entities": labels})
        return httpx2.Response(200, json=self.hits)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def wikidata(self, answer: Any = None, **more: Any) -> Wikidata:
        return Wikidata(
            "https://wikidata.test",
            contact=more.pop("contact", "owner@house.test"),
            queries="https://query.test/sparql",
            images="https://commons.test/",
            transport=httpx2.MockTransport(answer or self),
            pace=Pace(1000, 1.0, monotonic=lambda: 0.0, sleep=self.sleep),
            **more,
        )


async def test_search_keeps_films_and_series_and_leaves_everything_else_out() -> None:
    hits = [{"id": "Q43", "label": "A person"}, {"id": "Q41", "label": "Tin Comet", "description": "film"}, None]
    (card,) = await House(hits=hits).wikidata().search("tin")
    assert (str(card.ref), card.name, card.year, card.overview) == ("movie-wikidata-Q41", "Tin Comet", 2021, "Film")
    assert card.ids == ExternalIds(tmdb=41, imdb="tt7654321", wikidata="Q41")
    assert card.poster == "https://commons.test/wiki/Special:FilePath/Tin_comet.jpg?width=780"


async def test_nothing_found_asks_no_query() -> None:
    house = House(hits=[])
    assert await house.wikidata().search("tin") == [] and await house.wikidata().search(" ") == []
    assert len(house.seen) == 1


async def test_a_film_in_full() -> None:
    title = await House().wikidata().title(REF)
    assert (title.name, title.overview, title.year) == ("Tin Comet", "2021 film by Oda Fenwick", 2020)
    assert title.released is None and title.runtime_minutes == 90 and title.genres == ("Drama",)
    assert title.ids == ExternalIds(tmdb=41, imdb="tt7654321", tvdb=77, wikidata="Q41")
    assert title.original_language == "English" and title.poster is not None
    assert "Tin_comet%2C_100%25_%26_more.jpg?width=780" in title.poster


async def test_the_houses_language_comes_first() -> None:
    assert (await House().wikidata(language="de-DE").title(REF)).name == "Blechkomet"


async def test_a_preferred_statement_stands_before_the_others() -> None:
    days = [claim({"time": "+2019-01-01T00:00:00Z"}), claim({"time": "+2021-03-05T00:00:00Z"}, "preferred")]
    entity = {**ITEM, "claims": {"P577": days}}
    title = await House(entity=entity).wikidata().title(REF)
    assert (title.year, title.released) == (2021, date(2021, 3, 5))


async def test_genres_that_have_no_names_are_left_out(caplog: pytest.LogCaptureFixture) -> None:
    house = House()

    def answer(request: httpx2.Request) -> httpx2.Response:
        broken = request.url.params.get("action") == "wbgetentities"
        return httpx2.Response(503) if broken else house(request)

    assert (await house.wikidata(answer).title(REF)).genres == ()
    assert "the names of genres are left out" in caplog.text


async def test_everybody_is_told_how_the_owner_is_reached() -> None:
    house = House()
    await house.wikidata(contact="owner@house.test\r\nX-Evil: 1").search("tin")
    agents = {request.headers["user-agent"] for request in house.seen}
    assert len(agents) == 1 and "(owner@house.testX-Evil: 1)" in agents.pop()


async def test_the_query_service_is_asked_at_its_very_address() -> None:
    house = House()
    await house.wikidata().search("tin")
    assert str(house.seen[-1].url).startswith("https://query.test/sparql?query=SELECT")


async def test_no_more_than_five_queries_at_once() -> None:
    under_way, most = 0, 0

    async def answer(request: httpx2.Request) -> httpx2.Response:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0)
        under_way -= 1
        return httpx2.Response(200, json={"results": {"bindings": []}})

    source = House().wikidata(answer)
    await asyncio.gather(*(source.linked(Kind.MOVIE, ExternalIds(tmdb=number)) for number in range(1, 30)))
    assert most == 5


@pytest.mark.parametrize(
    "known", [ExternalIds(imdb='tt1" . } #'), ExternalIds(wikidata="Q1 } #"), ExternalIds(trakt=5), ExternalIds()]
)
async def test_what_is_no_number_is_never_asked(known: ExternalIds) -> None:
    assert items_numbered(Kind.MOVIE, known) is None
    house = House()
    assert await house.wikidata().linked(Kind.MOVIE, known) == ExternalIds() and house.seen == []


def test_a_question_names_only_items() -> None:
    assert "evil" not in facts_of(["Q1", "evil }", "Q0"]) and "wd:Q1 " in facts_of(["Q1"])


async def test_the_item_that_fits_best_is_the_title() -> None:
    rows = [
        cells("Q9", "kind", ENTITY + "Q11424"), cells("Q9", DIRECT + "P4947", "41"), *ROWS,
        cells("Q8", "kind", ENTITY + "Q5398426"), cells("Q8", DIRECT + "P345", "tt7654321"),
    ]  # fmt: skip
    found = await House(rows).wikidata().linked(Kind.MOVIE, ExternalIds(tmdb=41, imdb="tt7654321"))
    assert found.wikidata == "Q41"


async def test_the_shelf_of_free_films_keeps_their_order() -> None:
    rows = [cells(id_, "kind", ENTITY + "Q11424") for id_ in ("Q5", "Q4")]
    rows += [cells(id_, "label", f"Film {id_}") for id_ in ("Q4", "Q5")]
    (shelf,) = await House(rows).wikidata().discover()
    assert [card.name for card in shelf.cards] == ["Film Q5", "Film Q4"]


@pytest.mark.parametrize(("source", "id_"), [("wikidata", "Q42"), ("wikidata", "41"), ("tmdb", "41")])
async def test_an_unknown_title_is_not_found(source: str, id_: str) -> None:
    with pytest.raises(NotFound, match="Wikidata"):
        await House().wikidata().title(TitleRef(Kind.MOVIE, source, id_))


async def test_a_joined_item_is_told_under_its_new_number() -> None:
    house = House()
    house.entity = {"entities": {"Q50": {**ITEM, "id": "Q50"}}}
    assert str((await house.wikidata().title(REF)).ref) == "movie-wikidata-Q50"


async def test_a_429_without_end_is_unreachable() -> None:
    house = House()
    with pytest.raises(Unreachable, match="Wikidata: too many calls"):
        await house.wikidata(lambda request: httpx2.Response(429, headers={"retry-after": "99999"})).search("tin")
    assert max(house.slept) <= 10


@pytest.mark.parametrize("content", [b"<html>", b"", b"[" * 200_000, b"[]", b'{"entities": []}', b'{"search": {}}'])
async def test_a_malformed_answer_is_refused_by_name(content: bytes) -> None:
    source = House().wikidata(lambda request: httpx2.Response(200, content=content))
    for call in (source.search("tin"), source.title(REF)):
        with pytest.raises(Refused, match="Wikidata"):
            await call


async def test_odd_values_become_empty_ones() -> None:
    claims = {
        "P345": [claim(5), claim("nm1")], "P4947": [claim("9" * 30)], "P577": [claim({"time": "-0500-01-01T"}), 3],
        "P2047": [claim({"amount": "+1e999", "unit": ENTITY + "Q7727"}), claim({"amount": "9", "unit": []})],
        "P18": [claim({"id": 5})], "P136": {}, "P364": [claim(None)],
    }  # fmt: skip
    body = json.dumps({"entities": {"Q41": {"labels": {"mul": {"value": "Tin"}}, "claims": claims}}}).encode()
    house = House()

    def answer(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, content=body) if "EntityData" in request.url.path else house(request)

    title = await house.wikidata(answer).title(REF)
    assert (title.name, title.ids, title.year, title.runtime_minutes) == (
        "Tin",
        ExternalIds(wikidata="Q41"),
        None,
        None,
    )


async def test_the_probe_says_what_it_saw() -> None:
    assert (await House().wikidata().probe()).startswith("1 hits, ")


async def test_more_hits_than_asked_for_are_not_read() -> None:
    house = House(hits=[{"id": f"Q{number}", "label": "Tin"} for number in range(1, 5000)])
    await house.wikidata().search("tin")
    assert str(house.seen[-1].url.params["query"]).count("wd:Q") < 100
