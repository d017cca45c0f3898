"""Reading a definition: what stands in the file is what is meant, and what is wrong is named with its cure."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from matinee.engines.indexer.language.definition import Definition, Filter
from matinee.engines.indexer.language.reading import read_definition
from matinee.engines.indexer.language.tree import read_tree
from matinee.kernel.errors import Refused
from matinee.media.indexing import Privacy

LEAST = """
id: shelf
name: The Shelf
description: A shelf of films
language: en-US
type: public
encoding: UTF-8
links:
  - https://shelf.example/
caps:
  categorymappings:
    - {id: 1, cat: Movies/HD, desc: "Films, HD", default: true}
    - {id: 02, cat: TV, desc: Series}
    - {id: 3, cat: Nowhere/Known, desc: Odd}
    - {id: 4, cat: Nowhere/Known}
    - {id: 5, desc: Only here}
    - {id: 6}
  modes:
    search: [q]
    movie-search: [q, imdbid]
    unheard-search: [q]
search:
  paths:
    - path: browse.php
  rows:
    selector: tr
  fields:
    title: {selector: a}
    size: {selector: td}
    seeders: {text: 1}
    category: {text: 1}
    download: {selector: a, attribute: href}
"""


def read(text: str = LEAST) -> Definition:
    return read_definition(text, where="shelf.yml")


def changed(path: str, value: Any) -> str:
    """The least definition with one key set (or, for None, taken out)."""
    tree = yaml.load(LEAST, Loader=yaml.BaseLoader)
    *way, last = path.split(".")
    node = tree
    for key in way:
        node = node[int(key)] if isinstance(node, list) else node.setdefault(key, {})
    node.pop(last, None)
    if value is not None:
        node[last] = value
    return yaml.safe_dump(tree, sort_keys=False)


def test_the_least_definition_has_all_the_defaults() -> None:
    found = read()
    assert (found.id, found.privacy, found.encoding) == ("shelf", Privacy.PUBLIC, "UTF-8")
    assert [one.name for one in found.settings] == ["username", "password"]
    assert (found.login, found.download) == (None, None)
    assert found.test_link_torrent
    assert not found.follow_redirect
    path = found.search.paths[0]
    assert (path.method, path.inherit_inputs, path.query_separator, path.response) == ("get", True, "&", "html")
    assert path.follow_redirect is None
    assert path.no_results_message is None


def test_every_scalar_stays_the_text_that_stands_there() -> None:
    tree = read_tree("a: 01\nb: 1_2\nc: yes\nd: 0.50\ne: 2021-10-18\nf: 'null'\ng: null\nh:\ni: ~\nj: ''\n<<: x", "x")
    assert tree == {
        **{"a": "01", "b": "1_2", "c": "yes", "d": "0.50", "e": "2021-10-18", "f": "null"},
        **{"g": None, "h": None, "i": None, "j": "", "<<": "x"},
    }


def test_categories_keep_their_words_and_those_with_unknown_names_are_dropped() -> None:
    mappings = read().caps.mappings
    assert [(one.id, one.category, one.is_default) for one in mappings] == [
        ("1", 2040, True),
        ("02", 5000, False),
        ("5", None, False),
    ]


def test_the_short_form_of_categories_is_read() -> None:
    text = changed("caps.categorymappings", None)
    mappings = read(text.replace("caps:\n", "caps:\n  categories:\n    films: Movies\n    '7': TV/HD\n")).caps.mappings
    assert [(one.id, one.category, one.description) for one in mappings] == [("films", 2000, None), ("7", 5040, None)]


def test_modes_nobody_knows_are_left_out() -> None:
    assert dict(read().caps.modes) == {"search": ("q",), "movie-search": ("q", "imdbid")}


def test_the_single_path_comes_after_the_others() -> None:
    assert [one.path for one in read(changed("search.path", "last.php")).search.paths] == ["browse.php", "last.php"]
    assert [one.path for one in read(changed("search.paths", None) + "  path: only.php\n").search.paths] == ["only.php"]


def test_a_path_is_read_with_all_its_keys() -> None:
    text = changed(
        "search.paths",
        [
            {
                "path": "api",
                "method": "post",
                "inputs": {"a": "1", "$raw": "x=1"},
                "inheritinputs": "false",
                "categories": ["!", "7"],
                "followredirect": "true",
                "queryseparator": ";",
                "response": {"type": "json", "noResultsMessage": ""},
            }
        ],
    )
    path = read(text).search.paths[0]
    assert (path.method, path.inputs, path.inherit_inputs) == ("post", (("a", "1"), ("$raw", "x=1")), False)
    assert (path.categories, path.follow_redirect, path.query_separator) == (("!", "7"), True, ";")
    assert (path.response, path.no_results_message) == ("json", "")


def test_a_selector_block_is_read_with_all_its_keys() -> None:
    block = {
        "selector": "a",
        "attribute": "href",
        "remove": "b",
        "case": {"i": "1", "*": "0"},
        "filters": [
            {"name": "trim"},
            {"name": "append", "args": "x"},
            {"name": "replace", "args": ["a", ""]},
            {"name": "split", "args": ["/", -1]},
        ],
        "optional": "true",
        "default": "0",
    }
    field = next(
        one for one in read(changed("search.fields.description|append", block)).search.fields if "|" in one.key
    )
    assert (field.name, field.modifiers) == ("description", frozenset({"append"}))
    assert field.block.case == (("i", "1"), ("*", "0"))
    assert field.block.filters == (
        Filter("trim"),
        Filter("append", ("x",)),
        Filter("replace", ("a", "")),
        Filter("split", ("/", "-1")),
    )
    assert (field.block.optional, field.block.default, field.block.remove) == (True, "0", "b")


def test_an_empty_text_is_a_text_and_an_empty_key_is_none() -> None:
    fields = {one.key: one.block for one in read(LEAST + "    a: {text: ''}\n    b: {text: }\n    c:\n").search.fields}
    assert (fields["a"].text, fields["b"].text, fields["c"].text) == ("", None, None)


def test_rows_are_read_with_all_their_keys() -> None:
    rows = {
        "selector": "tr",
        "after": "1",
        "filters": [{"name": "andmatch"}],
        "dateheaders": {"selector": "td"},
        "count": {"selector": "total"},
        "attribute": "torrents",
        "multiple": "true",
        "missingAttributeEqualsNoResults": "true",
    }
    found = read(changed("search.rows", rows)).search.rows
    assert (found.after, found.attribute, found.multiple, found.missing_attribute_equals_no_results) == (
        1,
        "torrents",
        True,
        True,
    )
    assert found.filters == (Filter("andmatch"),)
    assert found.date_headers is not None
    assert found.count is not None


def test_a_login_is_read_with_all_its_keys() -> None:
    login = {
        "path": "login.php",
        "submitpath": "take.php",
        "form": "form#in",
        "cookies": ["a=1"],
        "inputs": {"user": "{{ .Config.username }}"},
        "selectors": "true",
        "selectorinputs": {"token": {"selector": "input"}},
        "getselectorinputs": {"key": {"selector": "b"}},
        "error": [{"selector": ".bad", "message": {"selector": ".why"}, "path": "login.php"}, {"selector": ".ban"}],
        "test": {"path": "/", "selector": "a.out"},
        "captcha": {"type": "image", "selector": "img", "input": "code"},
        "headers": {"X-One": "1", "X-Two": ["2", "3"]},
    }
    found = read(changed("login", login)).login
    assert found is not None
    assert (found.method, found.submit_path, found.form, found.cookies) == ("form", "take.php", "form#in", ("a=1",))
    assert found.headers == (("X-One", ("1",)), ("X-Two", ("2", "3")))
    assert [one.selector for one in found.errors] == [".bad", ".ban"]
    assert found.errors[0].message is not None
    assert (found.test_path, found.test_selector) == ("/", "a.out")
    assert found.captcha is not None
    assert found.selector_inputs[0][0] == "token"
    assert found.get_selector_inputs[0][0] == "key"


def test_a_download_is_read_with_all_its_keys() -> None:
    download = {
        "method": "post",
        "selectors": [{"selector": "a", "attribute": "href", "usebeforeresponse": "true"}],
        "before": {"pathselector": {"selector": "b"}, "inputs": {"id": "1"}, "queryseparator": ";"},
        "infohash": {"hash": {"selector": "i"}, "title": {"selector": "h1"}, "usebeforeresponse": "true"},
        "headers": {"X-One": ["1"]},
    }
    found = read(changed("download", download)).download
    assert found is not None
    assert (found.method, found.selectors[0].use_before_response) == ("post", True)
    assert found.before is not None
    assert found.before.path_selector is not None
    assert found.before.query_separator == ";"
    assert found.infohash is not None
    assert found.infohash.use_before_response


def test_unknown_keys_are_passed_over() -> None:
    assert read(changed("search.sparkle", {"a": ["b"]})) == read()


def test_an_encoding_that_python_calls_otherwise_is_known() -> None:
    assert read(changed("encoding", "windows-874")).encoding == "cp874"
    assert read(changed("encoding", "windows-1251")).encoding == "windows-1251"
    assert read(changed("encoding", None)).encoding == "UTF-8"


@pytest.mark.parametrize(
    ("path", "value", "key"),
    [
        ("id", None, "id"),
        ("id", "../up", "id"),
        ("name", None, "name"),
        ("type", None, "type"),
        ("type", "open", "type"),
        ("encoding", "morse", "encoding"),
        ("encoding", "base64", "encoding"),
        ("links", None, "links"),
        ("links", ["ftp://x"], "links"),
        ("links", ["http://["], "links"),
        ("links", {"a": "b"}, "links"),
        ("requestDelay", "soon", "requestDelay"),
        ("requestDelay", "-1", "requestDelay"),
        ("requestDelay", "nan", "requestDelay"),
        ("followredirect", "perhaps", "followredirect"),
        ("settings", [{"name": "a"}], r"settings\[0\]\.type"),
        ("settings", [{"name": "a", "type": "slider"}], r"settings\[0\]\.type"),
        ("settings", "x", "settings"),
        ("settings", ["x"], r"settings\[0\]"),
        ("caps", None, "caps"),
        ("caps.modes", None, r"caps\.modes\.search"),
        ("caps.categorymappings", None, r"caps\.categorymappings"),
        ("caps.categorymappings", [{"cat": "TV"}], r"caps\.categorymappings\[0\]\.id"),
        ("search", None, "search"),
        ("search", ["x"], "search"),
        ("search.paths", None, r"search\.paths"),
        ("search.paths", [{"path": "x", "response": {"type": "csv"}}], r"search\.paths\[0\]\.response\.type"),
        ("search.rows", None, r"search\.rows"),
        ("search.rows.selector", None, r"search\.rows\.selector"),
        ("search.rows.after", "many", r"search\.rows\.after"),
        ("search.fields.title", None, r"search\.fields\.title"),
        ("search.fields.size", None, r"search\.fields\.size"),
        ("search.fields.download", None, r"search\.fields\.download"),
        ("search.fields.title", "x", r"search\.fields\.title"),
        ("search.fields.title", {"text": ["x"]}, r"search\.fields\.title\.text"),
        ("search.fields.title", {"filters": [{"args": "x"}]}, r"search\.fields\.title\.filters\[0\]\.name"),
        ("search.fields.title", {"case": {"a": ["x"]}}, r"search\.fields\.title\.case\.a"),
        ("login", {"method": "dance"}, r"login\.method"),
        ("login", {"error": [{"path": "x"}]}, r"login\.error\[0\]\.selector"),
        ("login", {"captcha": {"type": "image"}}, r"login\.captcha\.selector"),
        ("download", {"before": {"method": "get"}}, r"download\.before\.path"),
        ("download", {"infohash": {"hash": {"selector": "a"}}}, r"download\.infohash\.title"),
    ],
)
def test_what_is_wrong_is_refused_with_file_key_and_cure(path: str, value: Any, key: str) -> None:
    with pytest.raises(Refused, match=rf"^shelf\.yml: {key}\b.*[;,] ?\w+|^shelf\.yml: {key} .*; \w+") as refusal:
        read(changed(path, value))
    assert refusal.value.field


@pytest.mark.parametrize(
    "text",
    [
        "",
        "just words",
        "- a\n- list",
        "a: [",
        "a: {b: *nobody}",
        "a: &x [*x]",
        "? [a]\n: b",
        "\x00",
        "a: " + "[" * 500 + "]" * 500,
        "a: " + "x" * 1_100_000,
        "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
        + "\n".join(
            f"{name}: &{name} [{','.join(['*' + before] * 10)}]"
            for before, name in zip("abcdefgh", "bcdefghi", strict=True)
        ),
    ],
)
def test_what_is_no_definition_at_all_is_refused(text: str) -> None:
    with pytest.raises(Refused, match=r"^odd\.yml"):
        read_definition(text, where="odd.yml")


def test_aliases_that_stay_small_are_followed() -> None:
    text = LEAST.replace("title: {selector: a}", "title: &a {selector: a}\n    _again: *a")
    assert {one.key: one.block.selector for one in read(text).search.fields}["_again"] == "a"


def test_a_byte_order_mark_is_no_part_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "shelf.yml"
    file.write_text("\ufeff" + LEAST, encoding="utf-8")
    assert read(file.read_text(encoding="utf-8")) == read()
