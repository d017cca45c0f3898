"""Definitions are checked before they are used: all of the public sample works, and what is broken is named."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from matinee.engines.indexer.language.reading import read_definition
from matinee.engines.indexer.shelf.lint import lint
from matinee.engines.indexer.shelf.trying import try_page
from matinee.indexer_commands import app
from matinee.kernel.errors import NotFound, Refused
from matinee.media.indexing import Question
from tests.engines.indexer.shelf.packages import definition, package
from tests.engines.indexer.site.tracker_site import FORM, definition_text, listing, row

SAMPLE = Path(__file__).parents[5] / "shared/definitions"


@pytest.mark.skipif(not SAMPLE.is_dir(), reason="the sample of public definitions is not here (../shared/definitions)")
def test_the_whole_public_sample_loads_and_builds_its_requests() -> None:
    results = lint([SAMPLE])
    assert {one.file: one.problems for one in results if not one.is_fine} == {}
    assert len(results) == len(list(SAMPLE.glob("*.yml"))) > 100


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("selector: a.name}", "selector: 'a[name'}", "search.fields.title.selector"),
        ("selector: table.list > tbody > tr:has(a.dl)", "selector: 'tr:nth-child(x)'", "search.rows.selector"),
        ("{selector: td.size}", "{selector: td.size, filters: [{name: regexp, args: '(a'}]}", "search.fields.size"),
        ("{selector: td.cat}", "{text: '{{ if }}'}", "search.fields.category.text"),
        ('q: "{{ .Keywords }}"', 'q: "{{ .Keyword }}"', "search (words)"),
        ("path: browse.php", "path: '{{ .Config.nothing }}'", "search (newest)"),
        ("{{ .Config.username }}", "{{ .Config.user }}", "login"),
        ("div.error", "div..error", "login.error[0].selector"),
        ("a[href=\"logout.php\"]", "a[href", "login.test.selector"),
        ("search:\n", "download:\n  before: {path: '{{ .DownloadUri.Query.x }}{{ .No }}'}\nsearch:\n", "download"),
        ("search:\n", "download:\n  selectors: [{selector: 'a:b(c'}]\nsearch:\n", "download.selectors[0]"),
        ("id: tinytracker", "idd: tinytracker", "id is missing"),
    ],
)  # fmt: skip
def test_what_is_broken_is_named_with_its_place(tmp_path: Path, old: str, new: str, place: str) -> None:
    text = definition_text(login=FORM)
    assert old in text
    (tmp_path / "a.yml").write_text(text.replace(old, new))
    (result,) = lint([tmp_path / "a.yml"])
    assert any(place in problem for problem in result.problems), result.problems


def test_an_expression_that_only_dotnet_understands_is_a_warning(tmp_path: Path) -> None:
    balanced = "(?<open>[(])[^()]*(?<-open>[)])"
    text = definition_text().replace(
        "{selector: td.size}", f"{{selector: td.size, filters: [{{name: regexp, args: '{balanced}'}}]}}"
    )
    (tmp_path / "a.yml").write_text(text)
    (result,) = lint([tmp_path / "a.yml"])
    assert result.is_fine
    assert "balancing groups" in result.warnings[0]


def test_folders_and_zips_are_checked_too(tmp_path: Path) -> None:
    (tmp_path / "p.zip").write_bytes(package({"a.yml": definition("aaa"), "../b.yml": "x"}))
    assert [(one.file, one.is_fine) for one in lint([tmp_path / "p.zip"])] == [("a.yml", True), ("../b.yml", False)]
    with pytest.raises(NotFound, match="no file or folder"):
        lint([tmp_path / "nowhere"])


def test_a_page_is_tried_without_the_site() -> None:
    read = read_definition(definition_text(), where="x.yml")
    found = try_page(read, listing(row(3), "<tr><td><a class=dl href=x>").encode(), Question(text="comet"))
    assert [one.name for one in found.releases] == ["Tin Comet 3 1080p"]
    assert found.rows == 2
    assert any(one.selector == "a.name" for one in found.failures)
    with pytest.raises(Refused, match="there is no number 1"):
        try_page(read, b"", path=1)


def test_lint_says_how_many_work(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(definition("aaa"))
    told = CliRunner().invoke(app, ["lint", str(tmp_path)])
    assert told.exit_code == 0
    assert told.output == "aaa: loads and builds its searches\n1 of 1 definitions load and build their requests\n"
    (tmp_path / "b.yml").write_text(definition("bbb").replace("td.size}", "'td['}"))
    told = CliRunner().invoke(app, ["lint", str(tmp_path)])
    assert told.exit_code == 1
    assert "1 of 2 definitions load" in told.output
    assert "search.fields.size" in told.output
    told = CliRunner().invoke(app, ["lint", "--json", str(tmp_path)])
    assert told.exit_code == 1
    found = json.loads(told.output)
    assert (found["definitions"], found["fine"]) == (2, 1)
    assert [bool(one["problems"]) for one in found["results"]] == [False, True]


def test_try_shows_what_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(definition_text())
    (tmp_path / "page.html").write_text(listing(row(3), "<tr><td><a class=dl href=x>"))
    page = ["--page", str(tmp_path / "page.html")]
    told = CliRunner().invoke(app, ["try", str(tmp_path / "a.yml"), *page])
    assert told.exit_code == 0
    assert "Tin Comet 3 1080p" in told.output
    assert "not read: row 2" in told.output
    assert "1 releases from 2 rows" in told.output
    told = CliRunner().invoke(app, ["try", str(tmp_path / "a.yml"), *page, "--query", "comet", "--json"])
    found = json.loads(told.output)
    assert found["releases"][0]["name"] == "Tin Comet 3 1080p"
    assert found["releases"][0]["categories"] == [2040, 100001]
    assert found["failures"][0] == {
        **{"row": 2, "field": "category"},
        **{"selector": "td.cat", "reason": "nothing fits 'td.cat'"},
    }
    assert {"infohash", "magnet_url", "leechers", "published", "ids", "flags"} <= set(found["releases"][0])


def test_try_says_why_a_page_gives_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(definition_text())
    (tmp_path / "page.html").write_bytes(bytes(range(256)))
    page = ["--page", str(tmp_path / "page.html")]
    told = CliRunner().invoke(app, ["try", str(tmp_path / "a.yml"), *page])
    assert told.exit_code == 1
    assert "not read: the page: no row fits" in told.output
    told = CliRunner().invoke(app, ["try", str(tmp_path / "a.yml"), *page, "--path", "7"])
    assert isinstance(told.exception, Refused)
    assert CliRunner().invoke(app, ["try", str(tmp_path / "a.yml"), *page, "--setting", "x"]).exit_code == 2
    (tmp_path / "a.yml").write_bytes(bytes(range(256)))
    assert isinstance(CliRunner().invoke(app, ["try", str(tmp_path / "a.yml"), *page]).exception, Refused)
