"""Several catalogues are one, and one that is silent does not empty the page."""

import pytest

from matinee.engines.metadata import Sources
from matinee.kernel.errors import MatineeError, NotFound, Refused, Unreachable
from matinee.media.title import Kind, Shelf, Title, TitleCard, TitleRef


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
