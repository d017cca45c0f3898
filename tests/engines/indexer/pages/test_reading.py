"""Rows and fields: the meaning of selector blocks, and that no row costs another."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from matinee.kernel.errors import Refused
from matinee.media.indexing import Function, Question
from tests.engines.indexer.pages.own_definition import NEEDED, definition, read, row, table


def first(fields: dict[str, Any], page: str, **more: Any) -> Any:
    """The first release of a page."""
    return read(definition(fields, **more), page).releases[0]


def title_of(block: dict[str, Any], cells: str) -> str | None:
    """What a block says of a row, told as its title."""
    read_page = read(definition({"title": block, "download": {"text": "/x"}}), table(cells))
    return read_page.releases[0].name if read_page.releases else None


# Selector blocks.


def test_text_outdoes_the_page_and_is_a_template() -> None:
    made = definition({"_id": {"selector": "a", "attribute": "href"}, "title": {"text": "n {{ .Result._id }}"}})
    assert read(made, table(row(link="z"))).releases[0].name == "n z"


def test_a_selector_is_a_template() -> None:
    made = definition({"title": {"selector": "{{ .Config.kind }}.x"}})
    assert read(made, table(row() + "<td class=x>T"), values={".Config.kind": "td"}).releases[0].name == "T"


def test_the_row_itself_may_be_meant() -> None:
    page = "<table><tr title=Row><td><a href=1>Film</a></table>"
    assert first({"title": {"selector": "tr", "attribute": "title"}}, page).name == "Row"
    assert first({"title": {"attribute": "title"}}, page).name == "Row"


def test_the_root_is_looked_for_on_the_whole_page() -> None:
    page = "<h1>All films</h1>" + table(row(), row(link="b"))
    both = read(definition({"title": {"selector": ":root body > h1"}}), page).releases
    assert [one.name for one in both] == ["All films", "All films"]


def test_attributes_know_no_case_in_html() -> None:
    assert title_of({"selector": "td", "attribute": "Data-Name"}, "<td DATA-NAME=n>") == "n"


def test_what_is_removed_stays_removed_for_later_fields() -> None:
    fields = {"_x": {"selector": "td", "remove": "b, i"}, "title": {"selector": "td"}}
    both = read(definition(fields), table(*[row(f"<b>x</b>Film {n}<i>y</i>", f"{n}") for n in range(3)])).releases
    assert [one.name for one in both] == ["Film 0", "Film 1", "Film 2"]


def test_of_a_case_the_first_that_fits_counts() -> None:
    case = {"b.free": "F{{ .True }}", "td": "cell", "*": "any"}
    assert title_of({"case": case}, "<td><b class=free>") == "FTrue"
    assert title_of({"case": case}, "<td>") == "cell"
    assert title_of({"case": case}, "<th>") == "any"
    assert title_of({"case": {"b": "1"}}, "<td>") is None
    assert title_of({"selector": "td", "case": {"td": "itself"}}, "<td>") == "itself"


def test_text_is_trimmed_before_the_filters() -> None:
    filters = [{"name": "append", "args": "!"}]
    assert title_of({"selector": "td", "filters": filters}, "<td>\n  a b \t") == "a b!"


# Optional fields, and what stays from row to row.


def test_an_optional_field_that_fails_or_is_blank_has_its_default() -> None:
    default = {"optional": True, "default": "D{{ .True }}"}
    assert title_of({"selector": "b", **default}, "<td>x") == "DTrue"
    assert title_of({"selector": "td", **default}, "<td>  ") == "DTrue"
    assert title_of({"selector": "td", "attribute": "x", **default}, "<td>") == "DTrue"
    assert title_of({"selector": "td", "filters": [{"name": "split", "args": ["/", 7]}], **default}, "<td>a") == "DTrue"
    assert title_of({"selector": "td", **default}, "<td>told") == "told"


def test_a_blank_default_tells_nothing() -> None:
    block = {"selector": "b", "optional": True, "default": "{{ .False }}"}
    made = definition({"downloadvolumefactor": block, "size": block})
    found = read(made, table(row()), Question(is_interactive=True)).releases[0]
    assert (found.download_factor, found.flags, found.size) == (1.0, frozenset(), 0)


def test_some_names_are_optional_by_themselves_but_only_alone_in_their_key() -> None:
    fields = {"genre": {"selector": "u"}, "poster": {"selector": "u"}, "description|append": {"selector": "u"}}
    failures = read(definition(fields), table(row())).failures
    assert [failure.field for failure in failures] == ["description|append"]


def test_a_key_may_say_that_it_is_optional() -> None:
    assert read(definition({"date|optional": {"selector": "u"}}), table(row())).failures == ()


def test_title_and_description_may_be_told_in_parts() -> None:
    fields = {
        "title": {"selector": "a"},
        "title|append": {"text": " (2020)"},
        "description": {"text": "{{ .Result.title }}"},
        "description|append": {"text": " - more"},
    }
    release = first(fields, table(row()))
    assert (release.name, release.description) == ("A Film (2020)", "A Film (2020) - more")


def test_fields_see_what_was_made_of_those_before_them() -> None:
    fields = {
        "size": {"text": "1.5 GB"},
        "download": NEEDED["download"],
        "title": {"text": "{{ .Result.size }} {{ .Result.download }}"},
    }
    assert (
        read(definition(fields), table(row(link="g?id=1"))).releases[0].name
        == "1610612736 https://site.test/list/g?id=1"
    )


def test_nothing_is_left_over_from_the_row_before() -> None:
    fields = {
        "_year": {"selector": "i"},
        "title": {"text": "Film{{ if .Result._year }} {{ .Result._year }}{{ else }}{{ end }}"},
    }
    both = read(definition(fields), table(row(more="<td><i>1999</i>"), row(link="b"))).releases
    assert [one.name for one in both] == ["Film 1999", "Film"]


def test_a_bad_row_never_loses_the_others_and_is_named() -> None:
    page = table(row(), "<td>no link", row("C", "c"))
    got = read(definition({}), page)
    assert [one.name for one in got.releases] == ["A Film", "C"]
    assert got.rows == 3
    failures = [(one.row, one.field, one.selector) for one in got.failures]
    assert failures == [(2, "title", "a"), (2, "download", "a"), (2, "", "tr")]
    assert str(got.failures[0]) == "row 2, field 'title': nothing fits 'a'"


@pytest.mark.parametrize(
    "block",
    [
        {"selector": "a["},
        {"text": "{{ .Never.Set }}"},
        {"selector": "a", "filters": [{"name": "split", "args": ["x", 9]}]},
        {"selector": "a", "filters": [{"name": "re_replace", "args": ["(", ""]}]},
        {"selector": "a", "case": {"b[": "1"}},
    ],
)
def test_a_field_that_cannot_be_read_costs_only_itself(block: dict[str, Any]) -> None:
    got = read(definition({"grabs": block}), table(row(), row(link="b")))
    assert len(got.releases) == 2
    assert [failure.field for failure in got.failures] == ["grabs", "grabs"]


# Rows.


def test_rows_may_be_made_of_several() -> None:
    page = table(row("A", "a"), "<td><b>7</b>", row("B", "b"), "<td><b>8</b>", row("C", "c"))
    got = read(definition({"grabs": {"selector": "b"}}, rows={"selector": "tr", "after": 1}), page)
    assert [(one.name, one.grabs) for one in got.releases] == [("A", 7), ("B", 8), ("C", None)]
    assert got.rows == 3


def test_a_page_is_filtered_before_it_is_built() -> None:
    filters = [{"name": "replace", "args": ["<!--", ""]}, {"name": "replace", "args": ["-->", ""]}]
    got = read(definition({}, search={"preprocessingfilters": filters}), f"<!--{table(row())}-->")
    assert len(got.releases) == 1


def test_the_selector_of_rows_is_a_template() -> None:
    made = definition({}, rows={"selector": "tr{{ if .Config.free }}.free{{ else }}{{ end }}"})
    page = "<table><tr class=free><td><a href=1>F</a><tr><td><a href=2>P</a></table>"
    assert [one.name for one in read(made, page, values={".Config.free": "True"}).releases] == ["F"]
    assert len(read(made, page, values={".Config.free": None}).releases) == 2


def test_rows_inside_rows_are_each_read() -> None:
    page = "<table><tr class=r><td><a href=1>A</a><table><tr class=r><td><a href=2>B</a></table></table>"
    got = read(definition({"_": {"selector": "td", "remove": "b"}}, rows={"selector": "tr.r"}), page)
    assert [one.name for one in got.releases] == ["A", "B"]


def test_rows_that_cannot_be_looked_for_are_an_error() -> None:
    with pytest.raises(ValueError, match="needs"):
        read(definition({}, rows={"selector": "tr:has("}), table(row()))


HEADED = """<div class=day>Oct 18 2021</div><div class=r><a href=1>A</a></div><div class=r><a href=2>B</a></div>
<section><div class=r><a href=3>C</a></div></section>
<div class=day>Oct 19 2021</div><div class=r><a href=4>D</a></div>"""


def test_the_day_may_stand_above_the_rows() -> None:
    made = definition({}, rows={"selector": "div.r", "dateheaders": {"selector": "div.day"}})
    days = [one.published.day for one in read(made, HEADED).releases if one.published]
    assert days == [18, 18, 18, 19]


def test_without_a_day_above_a_row_is_lost_unless_it_is_optional() -> None:
    page = "<div class=r><a href=0>Z</a></div>" + HEADED
    must = definition({}, rows={"selector": "div.r", "dateheaders": {"selector": "div.day"}})
    may = definition({}, rows={"selector": "div.r", "dateheaders": {"selector": "div.day", "optional": True}})
    assert len(read(must, page).releases) == 4
    assert "no date stands above it" in [failure.reason for failure in read(must, page).failures]
    assert len(read(may, page).releases) == 5


def test_the_same_link_is_one_release() -> None:
    assert len(read(definition({}), table(row(), row())).releases) == 1


def test_a_hundred_thousand_rows_are_cut_and_it_is_said() -> None:
    page = "<table>" + "<tr><td><a href=x>A</a>" * 100_000 + "</table>"
    got = read(definition({}), page)
    assert got.rows == 10_000
    assert str(got.failures[0]) == "the page: only 10000 rows are read"


# What was searched for.

ANDMATCH = {"selector": "tr", "filters": [{"name": "andmatch"}, {"name": "strdump"}]}
NAMES = ("The Tin Comet 2020", "Tin Drum", "A Salt Comet", "Harbour")


def meant(question: Question, *, every_term: bool = False, keywords: str = "") -> list[str]:
    page = table(*[row(name, name) for name in NAMES])
    got = read(definition({}, rows=ANDMATCH), page, question, values={".Keywords": keywords}, every_term=every_term)
    return [one.name for one in got.releases]


def test_two_words_of_a_search_are_enough() -> None:
    assert meant(Question(text="the tin comet")) == ["The Tin Comet 2020"]
    assert meant(Question(text="TIN salt comet x")) == ["The Tin Comet 2020", "A Salt Comet"]
    assert meant(Question(text="harbour")) == ["Harbour"]
    assert meant(Question(text="the of")) == list(NAMES)


def test_the_newest_and_searches_by_number_are_not_looked_at() -> None:
    assert meant(Question()) == list(NAMES)
    assert meant(Question(function=Function.MOVIE, text="zzz", imdb="tt0133093")) == list(NAMES)
    assert meant(Question(function=Function.MOVIE, text="zzz", year=2020)) == list(NAMES)
    assert meant(Question(text="zzz", year=2020)) == []


def test_all_words_may_be_asked_for() -> None:
    question = Question(text="tin comet")
    assert meant(question, every_term=True, keywords="tin comet 2020") == ["The Tin Comet 2020"]
    assert meant(question, every_term=True, keywords="tin comet 2021") == []


# JSON.


def answer(fields: dict[str, Any], body: Any, *, rows: dict[str, Any], **more: Any) -> Any:
    made = definition(
        {"title": {"selector": "name"}, "download": {"selector": "link"}, **fields},
        rows=rows,
        response={"type": "json", **more.pop("response", {})},
        **more,
    )
    return read(made, body if isinstance(body, str) else json.dumps(body))


ITEMS = [{"name": "A", "link": "/a", "free": True, "n": 1.50, "x": None}, {"name": "B", "link": "/b", "free": False}]


def test_json_rows_stand_at_a_path() -> None:
    assert [one.name for one in answer({}, {"d": {"r": ITEMS}}, rows={"selector": "d.r"}).releases] == ["A", "B"]
    assert len(answer({}, ITEMS, rows={"selector": "$"}).releases) == 2
    assert len(answer({}, {"d": {"r": ITEMS}}, rows={"selector": "$.d.r"}).releases) == 2


@pytest.mark.parametrize(
    ("selector", "names"),
    [(":has(n)", "A"), (":not(n)", "B"), (":contains(false)", "B"), (":has(free):not(n:contains(1.5))", "B")],
)
def test_json_rows_may_have_conditions(selector: str, names: str) -> None:
    got = answer({}, {"r": ITEMS}, rows={"selector": f"r{selector}"})
    assert "".join(one.name for one in got.releases) == names


def test_a_count_of_none_is_no_result() -> None:
    rows = {"selector": "r", "count": {"selector": "total"}}
    assert answer({}, {"total": 0}, rows=rows).rows == 0
    assert answer({}, {"total": 2, "r": ITEMS}, rows=rows).rows == 2
    assert answer({}, {"r": ITEMS}, rows=rows).rows == 2


def test_missing_rows_are_an_error_unless_they_mean_nothing_found() -> None:
    with pytest.raises(Refused, match="has no 'r'"):
        answer({}, {}, rows={"selector": "r"})
    with pytest.raises(Refused, match="is no list"):
        answer({}, {"r": 7}, rows={"selector": "r"})
    assert answer({}, {}, rows={"selector": "r", "missingAttributeEqualsNoResults": True}).rows == 0


def test_a_site_may_say_that_it_has_found_nothing() -> None:
    said = answer({}, "Nothing here", rows={"selector": "r"}, response={"noResultsMessage": "Nothing"})
    empty = answer({}, " ", rows={"selector": "r"}, response={"noResultsMessage": ""})
    assert said.rows == empty.rows == 0
    with pytest.raises(Refused, match="not JSON"):
        answer({}, " ", rows={"selector": "r"})


def test_rows_may_stand_inside_their_rows_one_or_many() -> None:
    body = {"r": [{"id": 5, "a": {"name": "A", "link": "/a"}}]}
    fields = {"grabs": {"selector": "..id"}}
    one = answer(fields, body, rows={"selector": "r", "attribute": "a"}).releases[0]
    assert (one.name, one.grabs) == ("A", 5)
    body = {"r": [{"id": 5, "t": ITEMS}, {"id": 6, "t": [{"name": "C", "link": "/c"}]}]}
    many = answer(fields, body, rows={"selector": "r", "attribute": "t", "multiple": True}).releases
    assert [(one.name, one.grabs) for one in many] == [("A", 5), ("B", 5), ("C", 6)]


def test_a_case_of_json_compares_the_written_value_and_lets_others_pass() -> None:
    fields = {
        "downloadvolumefactor": {"selector": "free", "case": {"True": 0, "False": 1}},
        "description": {"selector": "name", "case": {"B": "bee"}},
    }
    got = answer(fields, {"r": ITEMS}, rows={"selector": "r"}).releases
    assert [one.download_factor for one in got] == [0, 1]
    assert [one.description for one in got] == ["A", "bee"]


def test_null_stays_null_and_what_is_missing_fails_only_its_field() -> None:
    fields = {
        "_x": {"selector": "x"},
        "_y": {"selector": "n"},
        "description": {"text": "[{{ .Result._x }}{{ .Result._y }}]"},
    }
    got = answer(fields, {"r": ITEMS}, rows={"selector": "r"})
    assert [one.description for one in got.releases] == ["[1.5]", "[]"]
    assert [(one.row, one.field) for one in got.failures] == [(2, "_x"), (2, "_y")]


def test_rows_of_json_that_are_no_objects_cost_only_themselves() -> None:
    got = answer({}, {"r": ["x", None, 3, [], *ITEMS]}, rows={"selector": "r"})
    assert [one.name for one in got.releases] == ["A", "B"]


def test_dates_of_json_are_read_as_their_authors_know_them() -> None:
    filters = [{"name": "append", "args": " +00:00"}, {"name": "dateparse", "args": "MM/dd/yyyy HH:mm:ss zzz"}]
    body = {"r": [{**ITEMS[0], "at": "2021-10-18T00:34:50.000000Z"}]}
    got = answer({"date": {"selector": "at", "filters": filters}}, body, rows={"selector": "r"})
    assert got.releases[0].published == datetime(2021, 10, 18, 0, 34, 50, tzinfo=UTC)


# XML.


def test_a_feed_is_read() -> None:
    item = '<item><title>A &amp; B</title><enclosure url="/d?a=1&amp;b=2"/><x:attr name="seeders" value="5"/></item>'
    made = definition(
        {
            "title": {"selector": "title"},
            "download": {"selector": "enclosure", "attribute": "url"},
            "seeders": {"selector": "[name=seeders]", "attribute": "value"},
            "leechers": {"selector": "[name=peers]", "attribute": "value", "optional": True, "default": 3},
        },
        rows={"selector": "rss > channel > item"},
        response={"type": "xml"},
    )
    got = read(made, f"<rss><channel>{item}<item><broken></item></channel></rss>")
    release = got.releases[0]
    assert (release.name, release.seeders, release.leechers) == ("A & B", 5, 3)
    assert release.download_url == "https://site.test/d?a=1&b=2"
    assert got.rows == 2
