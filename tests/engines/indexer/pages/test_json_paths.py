"""Ways to values in JSON, and how the values are written down."""

import json
from typing import Any

import pytest

from matinee.engines.indexer.language.dates import newtonsoft_date
from matinee.engines.indexer.pages.json_paths import MISSING, BadPath, find, path_of, printed, read_json
from matinee.kernel.errors import Refused

ANSWER: dict[str, Any] = {
    "name": "A Film",
    "data": {"files": [{"name": "a.mkv", "size": 1}, {"name": "b.srt"}], "none": None},
    "odd.name": 3,
    "tags": ["x", "y"],
    "is_free": True,
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("name", "A Film"),
        ("$.name", "A Film"),
        (".name", "A Film"),
        ("data.files[1].name", "b.srt"),
        ("data['files'][0].size", 1),
        ("['odd.name']", 3),
        ("data.none", None),
        ("data.files[7].name", MISSING),
        ("data.files.name", MISSING),
        ("Name", MISSING),
        ("name:contains(Film)", "A Film"),
        ('name:contains("Song")', MISSING),
        ("data:has(files)", ANSWER["data"]),
        ("data:not(files)", MISSING),
        ("data:not(files:contains(zip)):has(none)", ANSWER["data"]),
        ("tags:contains(x)", ["x", "y"]),
        ('data:contains("size": 1)', ANSWER["data"]),
        ('data:contains("size":1)', ANSWER["data"]),
        ("is_free:contains(True)", True),
        ("is_free:contains(no)", MISSING),
    ],
)
def test_a_path_leads_to_its_value(path: str, value: object) -> None:
    assert find(ANSWER, path_of(path)) == value


def test_the_root_is_the_whole_answer() -> None:
    assert find(ANSWER, path_of("$")) is ANSWER


@pytest.mark.parametrize("path", ["a[", "a:has(b", "a:has(b)x", "[x]", ":not(" * 40 + "a" + ")" * 40])
def test_a_path_that_cannot_be_read_is_named(path: str) -> None:
    with pytest.raises(BadPath):
        path_of(path)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("true", "True"),
        ("false", "False"),
        ("null", None),
        ("12", "12"),
        ("12.50", "12.5"),
        ("1.0", "1"),
        ("0.00001", "0.00001"),
        ("1e3", "1000"),
        ("12345678901234567890", "12345678901234567890"),
        ('["a", 1, true, null]', "a,1,True,"),
        ('"2021-10-18T00:34:50.000000Z"', "10/18/2021 00:34:50"),
        ('"2021-10-18T00:34:50+02:00"', "10/17/2021 22:34:50"),
        ('"2021-10-18T00:34:50"', "10/18/2021 00:34:50"),
        ('"2021-10-18 00:34:50"', "2021-10-18 00:34:50"),
        ('"2021-10-18"', "2021-10-18"),
        ('"just text"', "just text"),
    ],
)
def test_a_value_is_written_as_the_definitions_expect_it(raw: str, text: str | None) -> None:
    assert printed(json.loads(raw), newtonsoft_date) == text


@pytest.mark.parametrize("body", ["", "<html>", "[1,", "[" * 200_000, "[" * 80 + "]" * 80, "null", '{"a":'])
def test_what_is_no_json_is_refused(body: str) -> None:
    with pytest.raises(Refused):
        read_json(body)


def test_a_number_without_end_is_only_text() -> None:
    assert read_json(f'{{"a": {"9" * 10_000}}}')["a"] == "9" * 10_000
