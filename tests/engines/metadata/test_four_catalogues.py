"""Four catalogues know the lab's titles: one of them may fail at any time, and nobody in the house notices much."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from matinee.kernel.errors import MatineeError, NotFound, Unreachable
from matinee.lab import numbers
from matinee.lab.catalogue import BY_SLUG, NIGHT_TRAM, TIN_COMET, LabTitle
from matinee.media.title import ExternalIds, Kind, TitleRef
from tests.engines.metadata.night import Night, night

CATALOGUES = ("tmdb", "tvdb", "tvmaze", "wikidata")
TROUBLES = ("down", "limit", "malformed", "deep")
FILM = ExternalIds(
    tmdb=TIN_COMET.tmdb, imdb=TIN_COMET.imdb, tvdb=numbers.tvdb(TIN_COMET), wikidata=numbers.wikidata(TIN_COMET)
)
SERIES = ExternalIds(
    tmdb=NIGHT_TRAM.tmdb,
    imdb=NIGHT_TRAM.imdb,
    tvdb=NIGHT_TRAM.tvdb,
    tvmaze=NIGHT_TRAM.tvmaze,
    wikidata=numbers.wikidata(NIGHT_TRAM),
)


@pytest.fixture
async def evening(tmp_path: Path) -> AsyncIterator[Night]:
    async with night(tmp_path) as one:
        yield one


def ref(title: LabTitle, source: str) -> TitleRef:
    ids = {"tmdb": title.tmdb, "tvdb": numbers.tvdb(title), "tvmaze": title.tvmaze, "wikidata": numbers.wikidata(title)}
    return TitleRef(Kind.MOVIE if title.kind == "movie" else Kind.SERIES, source, str(ids[source]))


async def test_all_four_know_a_title_and_it_is_shown_once(evening: Night) -> None:
    house = evening.house()
    assert [str(card.ref) for card in await house.search("tin comet")] == [f"movie-tmdb-{TIN_COMET.tmdb}"]
    assert [str(card.ref) for card in await house.search("night tram")] == [f"series-tmdb-{NIGHT_TRAM.tmdb}"]


@pytest.mark.parametrize("source", CATALOGUES)
async def test_each_catalogue_finds_and_tells_its_titles(evening: Night, source: str) -> None:
    house = evening.house(source)
    for title in [NIGHT_TRAM] if source == "tvmaze" else [TIN_COMET, NIGHT_TRAM]:
        (card,) = await house.search(title.name)
        assert (card.ref, card.name, card.year) == (ref(title, source), title.name, title.year)
        told = await house.title(card.ref)
        assert (told.name, told.year, told.runtime_minutes) == (title.name, title.year, title.runtime)
        assert told.poster and told.overview and told.ids.imdb == title.imdb
        assert told.original_language == "English" and told.genres
        if source != "wikidata":
            assert [one.name for one in told.episodes] == [one.name for one in title.episodes]
    assert await house.probe()


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("source", CATALOGUES)
async def test_a_search_still_answers_while_one_is_out(evening: Night, source: str, trouble: str) -> None:
    evening.tells(**{source: trouble})
    found = {card.name for card in await evening.house().search("night tram")}
    films = {card.name for card in await evening.house().search("tin comet")}
    assert (found, films) == ({NIGHT_TRAM.name}, {TIN_COMET.name})
    assert all(isinstance(shelf.name, str) for shelf in await evening.house().discover())


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("source", CATALOGUES)
async def test_a_title_never_seen_before_opens_while_its_source_is_out(
    evening: Night, source: str, trouble: str
) -> None:
    evening.tells(**{source: trouble})
    asked = ref(NIGHT_TRAM, source)
    told = await evening.house().title(asked)
    assert (told.ref, told.name, told.ids) == (asked, NIGHT_TRAM.name, SERIES)
    assert [one.name for one in told.episodes] == [one.name for one in NIGHT_TRAM.episodes]
    assert all(":" in one.source_id for one in told.episodes)


@pytest.mark.parametrize("source", ["tmdb", "tvdb", "wikidata"])
async def test_a_film_opens_while_its_source_is_out(evening: Night, source: str) -> None:
    evening.tells(**{source: "down"})
    told = await evening.house().title(ref(TIN_COMET, source))
    assert (told.ref, told.name, told.ids, told.poster is None) == (ref(TIN_COMET, source), "Tin Comet", FILM, False)


async def test_what_the_first_source_told_before_is_used_in_its_outage(evening: Night) -> None:
    house, asked = evening.house(), ref(NIGHT_TRAM, "tmdb")
    before = await house.title(asked)
    evening.tells(tmdb="down")
    evening.passes(timedelta(days=100))
    assert (await house.title(asked)).episodes == before.episodes


async def test_a_source_that_hangs_is_not_waited_for(evening: Night) -> None:
    evening.tells(tmdb="silent")
    house = evening.house(patience=0.4)
    assert [card.ref.source for card in await house.search("night tram")] == ["tvdb"]
    told = await house.title(ref(NIGHT_TRAM, "tmdb"))
    assert told.ref.source == "tmdb" and told.ids == SERIES


async def test_two_sources_without_common_numbers_help_each_other_after_a_search(evening: Night) -> None:
    house = evening.house("tmdb", "tvmaze")
    await house.search("night tram")
    evening.tells(tmdb="down")
    told = await house.title(ref(NIGHT_TRAM, "tmdb"))
    assert told.name == NIGHT_TRAM.name and told.episodes[0].source_id.startswith("tvmaze:")


async def test_a_title_whose_source_was_taken_out_of_the_settings_still_opens(evening: Night) -> None:
    told = await evening.house("tvdb", "tvmaze", "wikidata").title(ref(NIGHT_TRAM, "tmdb"))
    assert told.name == NIGHT_TRAM.name and told.ref.source == "tmdb"


async def test_nobody_there_is_the_first_sources_own_error(evening: Night) -> None:
    evening.tells(**dict.fromkeys(CATALOGUES, "down"))
    with pytest.raises(Unreachable, match="TMDB"):
        await evening.house().title(ref(NIGHT_TRAM, "tmdb"))
    with pytest.raises(MatineeError):
        await evening.house().search("night tram")


async def test_a_number_that_nobody_has_is_not_found(evening: Night) -> None:
    with pytest.raises(NotFound):
        await evening.house().title(TitleRef(Kind.MOVIE, "tmdb", "5"))


async def test_episodes_that_wikidata_does_not_keep_come_from_others(evening: Night) -> None:
    told = await evening.house().title(ref(NIGHT_TRAM, "wikidata"))
    assert [one.name for one in told.episodes] == [one.name for one in NIGHT_TRAM.episodes]
    assert told.episodes[0].source_id.startswith("tmdb:")


@pytest.mark.parametrize(("kind", "whole"), [(Kind.MOVIE, FILM), (Kind.SERIES, SERIES)])
@pytest.mark.parametrize("field", ["tmdb", "imdb", "tvdb", "tvmaze", "wikidata"])
async def test_every_number_leads_to_all_others(evening: Night, kind: Kind, whole: ExternalIds, field: str) -> None:
    one = ExternalIds(**{field: getattr(whole, field)})
    if one != ExternalIds():
        assert await evening.crosswalk().fill(kind, one) == whole


@pytest.mark.parametrize("silent", CATALOGUES)
async def test_the_crosswalk_goes_on_without_any_one_of_them(evening: Night, silent: str) -> None:
    evening.tells(**{silent: "down"})
    found = await evening.crosswalk().fill(Kind.SERIES, ExternalIds(imdb=NIGHT_TRAM.imdb))
    assert found == SERIES


async def test_numbers_are_kept_for_a_month(evening: Night) -> None:
    ids = ExternalIds(imdb=TIN_COMET.imdb)
    await evening.crosswalk().fill(Kind.MOVIE, ids)
    evening.asked.clear()
    evening.passes(timedelta(days=29))
    assert await evening.crosswalk().fill(Kind.MOVIE, ExternalIds(tmdb=TIN_COMET.tmdb)) == FILM
    assert evening.asked == []
    evening.passes(timedelta(days=2))
    assert await evening.crosswalk().fill(Kind.MOVIE, ids) == FILM
    assert evening.asked != []


async def test_old_numbers_serve_when_nobody_answers(evening: Night) -> None:
    ids = ExternalIds(imdb=TIN_COMET.imdb)
    await evening.crosswalk().fill(Kind.MOVIE, ids)
    evening.passes(timedelta(days=300))
    evening.tells(**dict.fromkeys(CATALOGUES, "down"))
    assert await evening.crosswalk().fill(Kind.MOVIE, ids) == FILM


async def test_a_token_that_ran_out_is_renewed_once_for_all(evening: Night) -> None:
    house = evening.house("tvdb")
    await house.search("night tram")
    evening.street.tvdb_tokens.clear()
    evening.asked.clear()
    assert await house.search("tin comet")
    assert evening.asked.count("/tvdb/v4/login") == 1


async def test_films_in_the_public_domain_are_a_shelf(evening: Night) -> None:
    (shelf,) = await evening.house("wikidata").discover()
    names = [card.name for card in shelf.cards]
    assert shelf.name == "Films in the public domain" and BY_SLUG["salt-lighthouse"].name in names
    assert all(card.poster and "/wiki/Special:FilePath/" in card.poster for card in shelf.cards)
