"""A release is of the wanted title by its numbers, or by name and year."""

from dataclasses import replace

import pytest

from matinee.media.title import ExternalIds
from tests.pipeline.decide.table import COMET, TRAM, whys


def test_another_title_is_refused_by_both_names() -> None:
    assert whys("Tin.Rocket.2021.1080p.WEB") == {"title": "it is 'Tin Rocket', not 'Tin Comet'"}


def test_the_year_may_be_off_by_one() -> None:
    assert not whys("Tin.Comet.2022.1080p.WEB")
    assert whys("Tin.Comet.2009.1080p.WEB") == {"title": "it is of 2009, and Tin Comet is of 2021"}


def test_the_catalogue_number_stands_for_the_name() -> None:
    assert not whys("Blechkomet.2021.1080p.WEB", ids=ExternalIds(imdb="133093"))
    assert "title" in whys("Blechkomet.1999.1080p.WEB", ids=ExternalIds(tmdb=603))
    assert whys(ids=ExternalIds(tmdb=7))["title"] == "the indexer says it is tmdb 7, not Tin Comet (2021)"


def test_the_original_name_counts() -> None:
    wanted = replace(COMET, title=replace(COMET.title, original_name="Blechkomet"))
    assert not whys("Blechkomet.2021.1080p.WEB", wanted)


@pytest.mark.parametrize(
    ("title", "year", "name"),
    [
        ("Blade Runner 2049", 2017, "Blade.Runner.2049.1080p.WEB"),
        ("The Good German", 2006, "The.Good.German.2006.1080p.WEB"),
        ("Good Bye, Lenin!", 2003, "Good.Bye.Lenin.2003.1080p.WEB"),
    ],
)
def test_titles_that_end_like_something_else_are_found(title: str, year: int, name: str) -> None:
    assert not whys(name, replace(COMET, title=replace(COMET.title, name=title, year=year)))


def test_a_series_of_the_same_name_but_another_decade_is_another() -> None:
    assert "title" in whys("Night.Tram.1988.S01E02.1080p.WEB", TRAM)
