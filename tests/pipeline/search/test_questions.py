"""A wish is put to an indexer as Radarr and Sonarr do: by numbers where it knows them, in words otherwise."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from matinee.media.indexing import Abilities, Category, Function, Question
from matinee.media.title import Kind
from matinee.pipeline.ports import Query
from matinee.pipeline.search.questions import categories, questions, words

MOVIE = Query(Kind.MOVIE, "Tin Comet: Part & Whole", 2021, imdb="tt7654321", tmdb=41)
SERIES = Query(Kind.SERIES, "Night Tram", 2019, tvdb=333, tvmaze=7, imdb="tt1", season=1, episode=2)
FILMS, SHOWS = (2000, 2040), (5000, 5040)
TEXT = "Tin Comet Part and Whole 2021"
WIDE = {"search": "q", "tvsearch": "q season ep tvdbid", "movie": "q imdbid tmdbid"}


def can(functions: Mapping[str, str], listed: tuple[int, ...] = ()) -> Abilities:
    takes = {Function(name): frozenset(told.split()) for name, told in functions.items()}
    return Abilities(takes, tuple(Category(id_, str(id_)) for id_ in listed), page_size=50)


def asked(query: Query, abilities: Abilities, **more: Any) -> list[Question]:
    """The questions without what is the same in all."""
    found = questions(query, abilities, **more)
    assert all(one.limit == 50 for one in found)
    return found


def test_a_movie_is_asked_by_all_its_numbers_then_by_name_and_year() -> None:
    assert asked(MOVIE, can(WIDE, (*FILMS, *SHOWS))) == [
        Question(Function.MOVIE, imdb="tt7654321", tmdb=41, categories=FILMS, limit=50),
        Question(Function.SEARCH, TEXT, categories=FILMS, limit=50),
    ]


def test_an_episode_is_asked_by_number_season_and_episode_then_by_name() -> None:
    assert asked(SERIES, can(WIDE, (*FILMS, *SHOWS))) == [
        Question(Function.TV, tvdb=333, season=1, episode="2", categories=SHOWS, limit=50),
        Question(Function.TV, "Night Tram", season=1, episode="2", categories=SHOWS, limit=50),
    ]


def test_all_known_numbers_stand_in_one_question() -> None:
    (numbered, _) = asked(SERIES, can({"tvsearch": "q season ep tvdbid imdbid tvmazeid tmdbid"}))
    assert (numbered.tvdb, numbered.imdb, numbered.tvmaze, numbered.tmdb) == (333, "tt1", 7, None)


@pytest.mark.parametrize(
    ("said", "query", "found"),
    [
        ({"search": "q"}, MOVIE, [Question(text=TEXT)]),
        ({"movie": "q"}, MOVIE, [Question(Function.MOVIE, TEXT)]),
        ({"movie": "tmdbid"}, MOVIE, [Question(Function.MOVIE, tmdb=41)]),
        ({"movie": "imdbid"}, Query(Kind.MOVIE, "Tin Comet"), []),
        ({"tvsearch": "q"}, MOVIE, []),
        ({"search": "q"}, SERIES, [Question(text="Night Tram S01E02")]),
        ({"search": "q", "tvsearch": "q tvdbid"}, SERIES, [Question(text="Night Tram S01E02")]),
        ({"search": "q"}, Query(Kind.SERIES, "Night Tram", season=3), [Question(text="Night Tram S03")]),
        ({"search": "q"}, Query(Kind.SERIES, "Night Tram"), [Question(text="Night Tram")]),
        ({"tvsearch": "q"}, Query(Kind.SERIES, "Night Tram"), [Question(Function.TV, "Night Tram")]),
        ({"tvsearch": "season ep tvdbid"}, SERIES, [Question(Function.TV, tvdb=333, season=1, episode="2")]),
    ],
)
def test_only_what_the_indexer_supports_is_asked(said: dict[str, str], query: Query, found: list[Question]) -> None:
    plain = [(one.function, one.text, one.ids, one.season, one.episode) for one in asked(query, can(said))]
    assert plain == [(one.function, one.text, one.ids, one.season, one.episode) for one in found]


def test_a_daily_episode_is_asked_by_its_day() -> None:
    day = date(2026, 10, 8)
    numbered, named = asked(SERIES, can(WIDE), aired=day)
    assert (numbered.tvdb, numbered.season, numbered.episode) == (333, 2026, "10/08")
    assert (named.text, named.season, named.episode) == ("Night Tram", 2026, "10/08")
    (in_words,) = asked(SERIES, can({"search": "q"}), aired=day)
    assert in_words.text == "Night Tram 2026 10 08"


def test_anime_is_asked_by_the_number_fans_count_with_first() -> None:
    found = asked(SERIES, can(WIDE), absolute=5)
    assert [(one.function, one.text, one.tvdb, one.season) for one in found] == [
        (Function.TV, "05", 333, None),
        (Function.SEARCH, "Night Tram 05", None, None),
        (Function.TV, "", 333, 1),
        (Function.TV, "Night Tram", None, 1),
    ]


@pytest.mark.parametrize(
    ("kind", "chosen", "found"),
    [
        (Kind.MOVIE, (), FILMS),
        (Kind.SERIES, (), SHOWS),
        (Kind.SERIES, (2040, 5040, 100042), (5040, 100042)),
        (Kind.MOVIE, (5040,), FILMS),
    ],
)
def test_the_owner_may_choose_categories(kind: Kind, chosen: tuple[int, ...], found: tuple[int, ...]) -> None:
    assert categories(kind, can({}, (*FILMS, *SHOWS, 100042)), chosen) == found


def test_an_indexer_that_lists_nothing_is_asked_for_the_whole() -> None:
    assert categories(Kind.MOVIE, can({})) == (2000,) and categories(Kind.SERIES, can({})) == (5000,)


@pytest.mark.parametrize(
    ("name", "plain"),
    [("Tom & Jerry's: Day_Off!", "Tom and Jerrys Day Off"), ("Amélie", "Amélie"), ("!!!", "!!!")],
)
def test_names_are_spelled_as_uploads_are(name: str, plain: str) -> None:
    assert words(name) == plain
