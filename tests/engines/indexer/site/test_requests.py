"""What a search asks of a site, letter by letter."""

from datetime import UTC, datetime
from typing import Any

import pytest

from matinee.engines.indexer.language.links import resolve
from matinee.engines.indexer.language.reading import read_definition
from matinee.engines.indexer.language.variables import config_scope, site_link
from matinee.engines.indexer.site.call import SiteRequest, home_of
from matinee.engines.indexer.site.requests import search_requests
from matinee.media.indexing import Function, Question
from tests.engines.indexer.site.tracker_site import LINK, definition_text


def asked(
    search: str, question: Question | None = None, *, encoding: str = "UTF-8", **settings: Any
) -> list[SiteRequest]:
    definition = read_definition(definition_text(search=f"\nsearch:\n{search}\n", encoding=encoding), where="x.yml")
    scope = config_scope(definition, settings, LINK, clock=lambda: datetime(2026, 5, 1, tzinfo=UTC))
    return search_requests(definition, scope, question or Question(), LINK)


def url(search: str, question: Question | None = None, **more: Any) -> str:
    (request,) = asked(search, question, **more)
    return request.url.removeprefix(LINK)


def test_values_in_a_path_are_encoded_and_a_blank_is_percent_twenty() -> None:
    path = '  paths: [{path: "find/{{ .Keywords }}/a b.php"}]'
    assert url(path, Question(text="tom & jerry 50%")) == "find/tom%20%26%20jerry%2050%25/a b.php"


def test_inputs_follow_the_path_in_order_and_blank_ones_are_left_out() -> None:
    search = '  paths: [{path: b.php, inputs: {z: "{{ .Keywords }}", y: ""}}]\n'
    search += '  inputs: {b: 1, a: "{{ .Query.Genre }}", z: 0}'
    assert url(search, Question(text="big buck")) == "b.php?b=1&z=0&z=big+buck"
    assert url(search) == "b.php?b=1&z=0"


def test_empty_inputs_stay_when_the_definition_wants_them() -> None:
    assert url('  paths: [{path: b.php}]\n  allowEmptyInputs: true\n  inputs: {q: "{{ .Keywords }}"}') == "b.php?q="


def test_a_path_may_leave_the_common_inputs_out() -> None:
    search = "  paths: [{path: b.php, inheritinputs: false, inputs: {x: 1}}]\n  inputs: {q: 2}"
    assert url(search) == "b.php?x=1"


def test_raw_inputs_are_a_whole_query_and_their_values_are_encoded_twice() -> None:
    search = (
        '  paths: [{path: b.php}]\n  inputs: {$raw: "{{ range .Categories }}c{{.}}=1&{{end}}&=lost&q={{ .Keywords }}"}'
    )
    assert url(search, Question(text="a b", categories=(2000, 5000))) == "b.php?c1=1&c2=1&q=a%2Bb"


def test_values_are_written_in_the_sites_alphabet() -> None:
    search = '  paths: [{path: "p/{{ .Keywords }}"}]\n  inputs: {q: "{{ .Keywords }}"}'
    assert url(search, Question(text="Крот 日"), encoding="windows-1251") == (
        "p/%D0%9A%D1%80%D0%BE%D1%82%20%E6%97%A5?q=%CA%F0%EE%F2+%3F"
    )


def test_a_form_is_posted_in_the_sites_alphabet() -> None:
    search = '  paths: [{path: s.php, method: Post}]\n  inputs: {q: "{{ .Keywords }}", n: 1}'
    (request,) = asked(search, Question(text="Крот 1"), encoding="windows-1251")
    assert (request.method, request.url, request.form) == ("POST", f"{LINK}s.php", (("q", "Крот 1"), ("n", "1")))
    assert request.body == b"q=%CA%F0%EE%F2+1&n=1"
    assert request.content_type == "application/x-www-form-urlencoded"


def test_a_method_that_is_a_template_is_a_get() -> None:
    (request,) = asked(
        '  paths: [{path: s.php, method: "{{ if .Keywords }}post{{ else }}get{{ end }}"}]', Question(text="x")
    )
    assert request.method == "GET"


def test_paths_are_asked_by_category_and_the_same_address_only_once() -> None:
    search = """
  paths:
    - {path: "films/{{ join .Categories \\",\\" }}", categories: [1]}
    - {path: "rest/{{ join .Categories \\",\\" }}", categories: ["!", 1]}
    - {path: same}
    - {path: same}
"""

    def ways(*categories: int) -> list[str]:
        return [one.url.removeprefix(LINK) for one in asked(search, Question(categories=categories))]

    assert ways(2000) == ["films/1", "same"]
    assert ways(5000) == ["rest/", "same"]
    assert ways(2000, 5000) == ["films/1", "same"]
    assert ways() == ["rest/", "same"]  # the default category of the definition is asked


def test_headers_are_filled_in_and_of_each_list_the_first_is_sent() -> None:
    search = '  paths: [{path: a}]\n  headers: {Authorization: ["Bearer {{ .Config.password }}", second], X-Kind: [y]}'
    (request,) = asked(search, password="k3y")
    assert request.headers == (("Authorization", "Bearer k3y"), ("X-Kind", "y"))


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (Question(Function.TV, text="show", season=1, episode="2"), "show S01E02"),
        (Question(Function.TV, text="show", season=11), "show S11"),
        (Question(Function.TV, text="show", season=2024, episode="10/18"), "show 2024.10.18"),
        (Question(Function.TV, text="show", season=1, episode="2a"), "show S01E2a"),
        (Question(Function.TV, text="show", season=0, episode="3"), "show"),
        (Question(Function.MOVIE, text="film", year=1968), "film 1968"),
        (Question(Function.MOVIE, imdb="tt0063350"), ""),
    ],
)
def test_the_words_of_a_search_are_put_together(question: Question, words: str) -> None:
    assert url('  paths: [{path: "w/{{ .Keywords }}/"}]', question) == f"w/{words.replace(' ', '%20')}/"


def test_words_are_filtered_as_the_definition_says() -> None:
    search = '  paths: [{path: "{{ .Keywords }}+{{ .Query.Keywords }}"}]\n'
    search += '  keywordsfilters: [{name: re_replace, args: ["\\\\s", "%"]}]'
    assert url(search, Question(text="a b")) == "a%25b%20a%20b"


def test_settings_are_the_owners_or_the_definitions() -> None:
    search = (
        '  paths: [{path: "{{ .Config.sort }}/{{ if .Config.free }}free{{ else }}all{{ end }}/{{ .Config.username }}"}]'
    )
    assert url(search) == "added/all/"
    assert url(search, sort="size", free=True, username="ann") == "size/free/ann"
    assert url(search, sort="no such choice", free="false") == "added/all/"


def test_the_address_is_the_owners_unless_the_site_has_left_it() -> None:
    definition = read_definition(definition_text(), where="x.yml")
    assert site_link(definition) == LINK
    assert site_link(definition, "https://mirror.test/t") == "https://mirror.test/t/"
    assert site_link(definition, "https://old.tracker.test") == LINK


@pytest.mark.parametrize(
    ("address", "home"),
    [
        ("https://www.tracker.test/x", "tracker.test"),
        ("https://dl.cdn.tracker.test:8443/x", "tracker.test"),
        ("https://a.tracker.co.uk/", "tracker.co.uk"),
        ("http://127.0.0.1:9000/", "127.0.0.1"),
        ("http://[::1]/", "::1"),
        ("http://nas/", "nas"),
        ("https://[broken/", ""),
    ],
)
def test_a_site_is_at_home_on_its_own_domain(address: str, home: str) -> None:
    assert home_of(address) == home


@pytest.mark.parametrize(
    ("link", "whole"),
    [
        ("list//1/", "https://t.test/a/list//1/"),
        ("../x", "https://t.test/x"),
        ("./x?y=1#z", "https://t.test/a/x?y=1#z"),
        ("/x//y", "https://t.test/x//y"),
        ("?page=2", "https://t.test/a/b.php?page=2"),
        ("", "https://t.test/a/b.php"),
        ("//cdn.test/x", "https://cdn.test/x"),
        ("http://o.test/x", "http://o.test/x"),
        (" x y ", "https://t.test/a/x y"),
        ("http://[broken", "http://[broken"),
    ],
)
def test_links_are_resolved_as_browsers_do(link: str, whole: str) -> None:
    assert resolve("https://t.test/a/b.php", link) == whole
