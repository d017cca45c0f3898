import pytest

from matinee.media.naming.titles import (
    clean_title,
    clean_title_the,
    first_character,
    title_the,
    title_year,
    without_year,
)


@pytest.mark.parametrize(
    ("title", "the"),
    [
        ("The Mist", "Mist, The"),
        ("A League (AU)", "League, A (AU)"),
        ("An Hour (UK) (2011)", "Hour, An (UK) (2011)"),
        ("A", "A"),
        ("Theodore", "Theodore"),
    ],
)
def test_an_article_goes_behind_but_before_the_brackets(title: str, the: str) -> None:
    assert title_the(title) == the


@pytest.mark.parametrize(
    ("title", "clean"),
    [
        ("Amélie's Café & Bar", "Amelies Cafe and Bar"),
        ("Law: Order (UK)", "Law Order UK"),
        ("Don’t Look / Now", "Dont Look Now"),
        ("Free! - Swim", "Free! Swim"),
        ("Is it okay?", "Is it okay"),
        ("Сериал Чайки", "Сериал Чайки"),
    ],
)
def test_a_clean_title_is_plain_words(title: str, clean: str) -> None:
    assert clean_title(title) == clean


def test_a_year_stands_behind_once() -> None:
    assert title_year("Tram", 2019) == "Tram (2019)"
    assert title_year("Tram (2018)", 2019) == "Tram (2018)"
    assert title_year("Tram", None) == "Tram"
    assert without_year("Tram (2018)") == "Tram"
    assert clean_title_the("The Tram (2018)") == "Tram, The 2018"


@pytest.mark.parametrize(
    ("title", "letter"), [("The Mist", "M"), (".hack", "H"), ("Élan", "E"), ("좀비", "좀"), ("3%", "3"), ("!!!", "_")]
)
def test_a_title_is_filed_under_its_first_letter(title: str, letter: str) -> None:
    assert first_character(title) == letter
