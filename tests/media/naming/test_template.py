from dataclasses import replace
from time import perf_counter

import pytest

from matinee.media.naming import RADARR, Named
from matinee.media.naming.template import read_format
from matinee.media.title import ExternalIds
from tests.media.naming.subjects import FILM, PROPER, TRAM, told, with_file


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("{Movie Title}", "The Tin Comet"),
        ("{Movie.Title}", "The.Tin.Comet"),
        ("{movie_title}", "the_tin_comet"),
        ("{MOVIE-TITLE}", "THE-TIN-COMET"),
        ("{MovieTitle}", "The Tin Comet"),
    ],
)
def test_separator_and_case_of_a_token_are_those_of_the_value(text: str, name: str) -> None:
    assert told(text) == name


def test_what_dresses_a_token_vanishes_with_an_empty_value() -> None:
    text = "{Movie Title}{ [Quality Proper]}{-Release Group}"
    assert told(text) == "The Tin Comet"
    full = replace(with_file(FILM, Named(release_group="FLUX")), revision=PROPER)
    assert told(text, full) == "The Tin Comet [Proper]-FLUX"


def test_braces_around_an_id_vanish_without_one() -> None:
    text = "{Movie Title} {imdb-{ImdbId}}"
    assert told(text) == "The Tin Comet {imdb-tt12345}"
    assert told(text, replace(FILM, ids=ExternalIds())) == "The Tin Comet"


def test_doubled_braces_are_plain_for_series() -> None:
    assert told("{{{Series Title}}} {{", TRAM) == "{The Night Tram} {"


def test_an_empty_value_leaves_no_double_separator() -> None:
    assert told("{Movie.Title}.{Edition.Tags}.{Quality.Title}") == "The.Tin.Comet.WEBDL-1080p"
    assert told("{Movie Title} - {Edition Tags} - {Quality Title}") == "The Tin Comet - WEBDL-1080p"
    assert told("{Movie Title} [{Edition Tags}]") == "The Tin Comet"


def test_a_number_cuts_the_end_or_the_beginning() -> None:
    assert told("{Movie Title:10}", scheme=RADARR) == "The Tin..."
    assert told("{Movie Title:-8}", scheme=RADARR) == "...Comet"


def test_a_title_is_told_in_the_first_language_there_is() -> None:
    film = with_file(FILM, Named(translations={"French": "La Comète", "German": "Der Zinnkomet"}))
    assert told("{Movie Title:JA|DE|FR}", film) == "Der Zinnkomet"
    assert told("{Movie Title:JA}", film) == "The Tin Comet"


def test_custom_formats_are_picked_and_dropped_by_name() -> None:
    film = with_file(FILM, Named(custom_formats=("AMZN", "IN HOUSE", "HDR")))
    assert told("{Custom Formats}", film) == "AMZN IN HOUSE HDR"
    assert told("{Custom Formats:AMZN,HDR}", film) == "AMZN HDR"
    assert told("{Custom Formats:-IN HOUSE}", film) == "AMZN HDR"
    assert told("{Custom Format:HDR}{ [Custom Format:DV]}", film) == "HDR"


def test_a_renamed_file_does_not_pile_up_its_names() -> None:
    old = with_file(FILM, Named(file_name="tin.comet", is_new=False))
    assert told("{Movie Title} {[Original Title]}", old) == "The Tin Comet"
    assert told("{Original Title}", old) == "tin.comet"


@pytest.mark.parametrize("broken", ["{", "{ -", "{a-", "{["])
def test_braces_that_close_nothing_are_read_in_no_time(broken: str) -> None:
    started = perf_counter()
    read_format((broken * 120)[:120] + "{Movie Title}")
    assert perf_counter() - started < 1
