"""Several catalogues are one, and one that is silent does not empty the page."""

import asyncio
from dataclasses import replace

import pytest

from matinee.engines.metadata import Sources
from matinee.kernel.errors import MatineeError, NotFound, Refused, Unreachable
from matinee.media.title import Episode, ExternalIds, Kind, Shelf, Title, TitleCard, TitleRef


class Fake:
    """A source with a few titles, or an error instead."""

    def __init__(self, name: str, *cards: TitleCard, error: MatineeError | None = None) -> None:
        self.name = name
        self.cards = cards
        self.error = error

    async def search(self, text: str) -> list[TitleCard]:
        if self.error:
            raise self.error
        return list(self.cards)

    async def discover(self) -> list[Shelf]:
        return [Shelf(f"Best of {self.name}", tuple(await self.search("")))]

    async def title(self, ref: TitleRef) -> Title:
        await self.search("")
        return Title(ref, f"from {self.name}", 2020)

    async def probe(self) -> str:
        await self.search("")
        return "fine"


def card(source: str, id_: str, name: str, year: int | None, kind: Kind = Kind.SERIES) -> TitleCard:
    return TitleCard(TitleRef(kind, source, id_), name, year)


SILENT = Unreachable("TMDB: no answer in time")
TRAM = card("tvmaze", "7", "Night Tram", 2019)


async def test_a_series_known_to_both_is_shown_once_by_the_first() -> None:
    tmdb = Fake("tmdb", card("tmdb", "1", "Night-Tram!", 2019), card("tmdb", "2", "Night Tram", 2019, Kind.MOVIE))
    tvmaze = Fake("tvmaze", TRAM, card("tvmaze", "8", "Night Tram", 1974))
    found = await Sources([tmdb, tvmaze]).search("night tram")
    assert [str(one.ref) for one in found] == ["series-tmdb-1", "movie-tmdb-2", "series-tvmaze-8"]


async def test_two_series_of_one_source_are_both_shown() -> None:
    twins = [card("tvmaze", "7", "Night Tram", None), card("tvmaze", "8", "Night Tram", None)]
    assert await Sources([Fake("tvmaze", *twins)]).search("night") == twins


async def test_a_title_comes_from_the_source_that_named_it() -> None:
    sources = Sources([Fake("tmdb", error=SILENT), Fake("tvmaze")])
    assert (await sources.title(TitleRef(Kind.SERIES, "tvmaze", "7"))).name == "from tvmaze"
    with pytest.raises(Unreachable):
        await sources.title(TitleRef(Kind.SERIES, "tmdb", "7"))
    with pytest.raises(NotFound, match="'other'"):
        await sources.title(TitleRef(Kind.SERIES, "other", "7"))


async def test_one_source_down_leaves_the_others_and_a_line_in_the_diary(caplog: pytest.LogCaptureFixture) -> None:
    sources = Sources([Fake("tmdb", error=SILENT), Fake("tvmaze", TRAM)])
    assert await sources.search("tram") == [TRAM]
    assert [shelf.name for shelf in await sources.discover()] == ["Best of tvmaze"]
    assert await sources.probe() == "tvmaze: fine"
    assert "TMDB: no answer in time" in caplog.text


async def test_all_down_is_unreachable_and_says_why() -> None:
    sources = Sources([Fake("tmdb", error=SILENT), Fake("tvmaze", error=Refused("TVmaze: no"))])
    with pytest.raises(Unreachable, match="TMDB: no answer in time; TVmaze: no"):
        await sources.search("tram")


async def test_all_refused_is_refused() -> None:
    with pytest.raises(Refused, match="wrong key"):
        await Sources([Fake("tmdb", error=Refused("TMDB: wrong key"))]).discover()


async def test_no_source_at_all_is_told() -> None:
    with pytest.raises(Refused, match="no metadata source"):
        await Sources([]).search("tram")


def known_as(source: str, id_: str, name: str, year: int | None, **ids: object) -> TitleCard:
    """A film's card that tells its numbers in passing."""
    return replace(card(source, id_, name, year, Kind.MOVIE), ids=ExternalIds(**ids))  # type: ignore[arg-type]


async def test_a_film_of_the_same_name_and_year_is_shown_once_by_the_preferred_source() -> None:
    tmdb = Fake("tmdb", card("tmdb", "1", "Tin Comet", 2021, Kind.MOVIE))
    tvdb = Fake("tvdb", known_as("tvdb", "5", "Tin Comet!", 2021), card("tvdb", "6", "Tin Comet", 1987, Kind.MOVIE))
    found = await Sources([tmdb, tvdb]).search("tin comet")
    assert [str(one.ref) for one in found] == ["movie-tmdb-1", "movie-tvdb-6"]


async def test_a_film_under_another_name_is_known_by_its_numbers() -> None:
    tmdb = Fake("tmdb", card("tmdb", "1", "Tin Comet", 2021, Kind.MOVIE))
    tvdb = Fake("tvdb", known_as("tvdb", "5", "Blechkomet", 2020, tmdb=1, imdb="tt1234567"))
    wikidata = Fake("wikidata", known_as("wikidata", "Q5", "La comète", 2022, imdb="tt1234567"))
    (shown,) = await Sources([tmdb, tvdb, wikidata]).search("tin comet")
    assert (str(shown.ref), shown.ids.imdb, shown.ids.tvdb) == ("movie-tmdb-1", "tt1234567", 5)


async def test_two_films_of_one_name_and_year_with_different_numbers_are_two() -> None:
    tmdb = Fake("tmdb", known_as("tmdb", "1", "Tin Comet", 2021, imdb="tt1111111"))
    tvdb = Fake("tvdb", known_as("tvdb", "5", "Tin Comet", 2021, imdb="tt2222222"))
    assert len(await Sources([tmdb, tvdb]).search("tin comet")) == 2


async def test_the_preferred_card_gets_its_poster_from_another_where_it_has_none() -> None:
    tmdb = Fake("tmdb", TRAM)
    tvdb = Fake(
        "tvdb", replace(TRAM, ref=TitleRef(Kind.SERIES, "tvdb", "3"), poster="https://p.test/a.jpg", rating=8.0)
    )
    (shown,) = await Sources([tmdb, tvdb]).search("tram")
    assert (shown.ref, shown.poster, shown.rating) == (TRAM.ref, "https://p.test/a.jpg", 8.0)


class Hanging(Fake):
    """A source that answers when it is let go."""

    def __init__(self, name: str, *cards: TitleCard) -> None:
        super().__init__(name, *cards)
        self.go = asyncio.Event()
        self.asked = 0

    async def search(self, text: str) -> list[TitleCard]:
        self.asked += 1
        await self.go.wait()
        return await super().search(text)


async def test_a_slow_source_is_waited_for_once_and_then_not_for_a_minute() -> None:
    now = [0.0]
    slow = Hanging("tmdb", card("tmdb", "1", "Slow", 2000))
    sources = Sources([slow, Fake("tvmaze", TRAM)], patience=0.05, monotonic=lambda: now[0])
    assert await sources.search("tram") == [TRAM]
    patient = Sources([slow, Fake("tvmaze", TRAM)], patience=30.0, monotonic=lambda: now[0])
    patient._late_until |= sources._late_until
    assert await patient.search("tram") == [TRAM]
    now[0] = 61.0
    slow.go.set()
    assert len(await patient.search("tram")) == 2


async def test_the_only_answer_is_waited_for_however_long_it_takes() -> None:
    slow = Hanging("tvmaze", TRAM)
    sources = Sources([Fake("tmdb", error=SILENT), slow], patience=0.01)
    asking = asyncio.create_task(sources.search("tram"))
    await asyncio.sleep(0.05)
    assert not asking.done()
    slow.go.set()
    assert await asking == [TRAM]


class Telling(Fake):
    """A source that tells one title."""

    def __init__(self, name: str, told: Title, *, error: MatineeError | None = None) -> None:
        super().__init__(name, told.card, error=error)
        self.told = told

    async def title(self, ref: TitleRef) -> Title:
        await self.search("")
        return self.told


BARE = Title(TitleRef(Kind.SERIES, "tmdb", "1"), "Night Tram", 2019, runtime_minutes=44)
FULL = Title(
    TitleRef(Kind.SERIES, "tvdb", "5"),
    "Night Tram",
    2019,
    overview="The last tram.",
    poster="https://p.test/a.jpg",
    runtime_minutes=50,
    episodes=(Episode(1, 1, "Line 9", "11"),),
)


async def test_missing_parts_come_from_others_and_bear_their_mark() -> None:
    sources = Sources([Telling("tmdb", BARE), Telling("tvdb", FULL)])
    await sources.search("night tram")
    told = await sources.title(BARE.ref)
    assert (told.ref, told.overview, told.poster, told.runtime_minutes) == (
        BARE.ref, "The last tram.", "https://p.test/a.jpg", 44,
    )  # fmt: skip
    assert [one.source_id for one in told.episodes] == ["tvdb:11"]


async def test_a_title_that_lacks_nothing_asks_nobody_else() -> None:
    other = Telling("tmdb", BARE, error=SILENT)
    assert await Sources([Telling("tvdb", FULL), other]).title(FULL.ref) == FULL


async def test_a_source_that_refuses_is_an_outage_too_but_an_unknown_title_is_not() -> None:
    sources = Sources([Telling("tmdb", BARE), Telling("tvdb", FULL)])
    await sources.search("night tram")
    first = sources._sources[0]
    assert isinstance(first, Telling)
    first.error = Refused("TMDB: the key was refused")
    told = await sources.title(BARE.ref)
    assert (told.ref, told.overview) == (BARE.ref, "The last tram.")
    first.error = NotFound("TMDB knows no such series")
    with pytest.raises(NotFound):
        await sources.title(BARE.ref)


async def test_another_title_by_mistake_fills_nothing() -> None:
    wrong = replace(FULL, ids=ExternalIds(tmdb=99))
    sources = Sources([Telling("tmdb", replace(BARE, ids=ExternalIds(tmdb=1))), Telling("tvdb", wrong)])
    sources._seen[BARE.ref] = [BARE.ref, FULL.ref]
    assert (await sources.title(BARE.ref)).overview == ""
