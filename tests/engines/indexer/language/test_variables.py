"""Variables: the owner's answers, the question, the link of a download, and what a row has told."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from matinee.engines.indexer.language.reading import read_definition
from matinee.engines.indexer.language.scope import Scope, UnknownVariable
from matinee.engines.indexer.language.urls import download_values, query_value
from matinee.engines.indexer.language.variables import config_values, episode_words, query_values
from matinee.media.indexing import Function, Question

SETTINGS = """
settings:
  - {name: apikey, type: text, label: Key}
  - {name: free, type: checkbox, label: Free, default: false}
  - {name: sort, type: select, label: Sort, default: added, options: {size: Size, added: Added}}
  - {name: order, type: select, label: Order, options: {desc: Down, asc: Up}}
  - {name: info_x, type: info, label: Note, default: words}
"""


def answered(**answers: str | bool | None) -> dict[str, object]:
    least = """
id: x
name: x
type: private
links: [https://x.example/]
caps: {categories: {"1": TV}, modes: {search: [q]}}
search:
  path: x
  rows: {selector: tr}
  fields: {title: {}, size: {}, seeders: {}, category: {}, magnet: {}}
"""
    return dict(config_values(read_definition(least + SETTINGS, where="x"), "https://own.example/", answers))


def test_a_setting_without_answer_has_its_default() -> None:
    assert answered() == {
        ".Config.sitelink": "https://own.example/",
        ".Config.apikey": None,
        ".Config.free": None,
        ".Config.sort": "added",
        ".Config.order": "asc",
        ".Config.info_x": "words",
    }


def test_answers_take_the_shape_the_templates_expect() -> None:
    told = answered(apikey="k", free=True, sort="size", order="desc")
    assert (told[".Config.apikey"], told[".Config.free"]) == ("k", ".True")
    assert (told[".Config.sort"], told[".Config.order"]) == ("size", "desc")
    assert answered(free="true")[".Config.free"] == ".True"
    assert answered(free="false")[".Config.free"] is None
    assert answered(apikey="")[".Config.apikey"] is None


@pytest.mark.parametrize(
    ("season", "episode", "words"),
    [
        (None, None, ""),
        (None, "2", ""),
        (0, "2", ""),
        (1, None, "S01"),
        (1, "", "S01"),
        (1, "2", "S01E02"),
        (12, "123", "S12E123"),
        (2024, "10/18", "2024.10.18"),
        (2024, "13/40", "S2024E13/40"),
        (1, "2-3", "S01E2-3"),
    ],
)
def test_an_episode_is_written_as_releases_write_it(season: int | None, episode: str | None, words: str) -> None:
    assert episode_words(season, episode) == words


def test_a_question_sets_every_query_variable() -> None:
    values = query_values(Question(Function.TV, "show", (5000,), imdb="tt12345", tvdb=81189, season=1, episode="2"))
    assert values[".Query.Keywords"] == "show S01E02"
    assert values[".Query.Type"] == "tvsearch"
    assert values[".Query.Categories"] == ("5000",)
    assert (values[".Query.IMDBID"], values[".Query.IMDBIDShort"]) == ("tt0012345", "0012345")
    assert (values[".Query.TVDBID"], values[".Query.Season"], values[".Query.Ep"]) == ("81189", "1", "2")
    assert (values[".Query.Series"], values[".Query.Movie"], values[".Query.TMDBID"]) == (None, None, None)
    assert len(values) == 30


def test_keywords_are_the_words_the_year_and_the_episode() -> None:
    assert query_values(Question(Function.MOVIE, "night", year=1968))[".Query.Keywords"] == "night 1968"
    assert query_values(Question(Function.MOVIE, imdb="tt0063350"))[".Query.Keywords"] == ""


def test_a_scope_knows_today_and_nothing_that_was_never_set() -> None:
    scope = Scope(clock=lambda: datetime(2024, 12, 31, 23, tzinfo=UTC), zone=timezone(timedelta(hours=3)))
    assert (scope[".Today.Year"], scope[".True"], scope[".False"]) == ("2025", "True", None)
    with pytest.raises(UnknownVariable, match=r"\.Result\.title was never set"):
        scope[".Result.title"]


def test_a_new_row_forgets_what_the_last_one_told() -> None:
    scope = Scope({".Result.title": "old", ".Config.x": "stays"})
    scope.forget_results(["size"])
    assert (scope[".Result.title"], scope[".Result.size"], scope[".Config.x"]) == (None, None, "stays")


def test_a_scope_of_its_own_does_not_change_the_first() -> None:
    first = Scope({".Keywords": "a"}, clock=lambda: datetime(2020, 1, 1, tzinfo=UTC))
    second = first.with_values({".Keywords": "b"})
    assert (first[".Keywords"], second[".Keywords"], second[".Today.Year"]) == ("a", "b", "2020")


def test_a_download_link_is_known_by_its_parts() -> None:
    values = download_values("https://x.example:8443/get.php?id=1&id=2&k=a%20b#top")
    assert values[".DownloadUri.AbsolutePath"] == "/get.php"
    assert (values[".DownloadUri.Scheme"], values[".DownloadUri.Host"], values[".DownloadUri.Port"]) == (
        "https",
        "x.example",
        "8443",
    )
    assert values[".DownloadUri.PathAndQuery"] == "/get.php?id=1&id=2&k=a%20b"
    assert values[".DownloadUri.Query"] == "?id=1&id=2&k=a%20b"
    assert (values[".DownloadUri.Query.id"], values[".DownloadUri.Query.k"]) == ("1", "a b")
    assert download_values("http://x.example")[".DownloadUri.Port"] == "80"


def test_a_query_of_a_thousand_and_one_keys_is_an_error_and_no_wait() -> None:
    with pytest.raises(ValueError, match=r"fields"):
        query_value("x?" + "a=1&" * 2000, "b")
