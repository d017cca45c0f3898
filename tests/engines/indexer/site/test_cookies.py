"""Cookies go where they belong, stay as long as they may, and survive on paper."""

import json
from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from matinee.engines.indexer.site.cookies import CookieJar, read_cookie_header

NOW = datetime(2026, 5, 1, tzinfo=UTC)


def jar(*lines: str, url: str = "https://www.tracker.test/x") -> CookieJar:
    found = CookieJar(clock=lambda: NOW)
    headers = [("set-cookie", line) for line in lines]
    found.take(httpx2.Response(200, headers=headers, request=httpx2.Request("GET", url)))
    return found


@pytest.mark.parametrize(
    ("line", "address", "sent"),
    [
        ("a=1; Path=/", "https://www.tracker.test/y", "a=1"),
        ("a=1", "https://tracker.test/", ""),
        ("a=1; Domain=.tracker.test", "https://dl.tracker.test/", "a=1"),
        ("a=1; Domain=tracker.test", "https://nottracker.test/", ""),
        ("a=1; Domain=elsewhere.test", "https://elsewhere.test/", ""),
        ("a=1; Domain=test", "https://www.tracker.test/", ""),
        ("a=1; Secure", "http://www.tracker.test/", ""),
        ("a=1; Secure", "https://www.tracker.test/", "a=1"),
        ("a=b=c", "https://www.tracker.test/", "a=b=c"),
        ("a=", "https://www.tracker.test/", "a="),
        ("broken", "https://www.tracker.test/", ""),
        ("=1", "https://www.tracker.test/", ""),
        ("a=1; Max-Age=0", "https://www.tracker.test/", ""),
        ("a=1; Max-Age=-5", "https://www.tracker.test/", ""),
        ("a=1; Max-Age=60", "https://www.tracker.test/", "a=1"),
        ("a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "https://www.tracker.test/", ""),
        ("a=1; Expires=Thu, 01 Jan 2032 00:00:00 GMT", "https://www.tracker.test/", "a=1"),
        ("a=1; Expires=whenever", "https://www.tracker.test/", "a=1"),
    ],
)
def test_a_cookie_goes_only_where_it_belongs(line: str, address: str, sent: str) -> None:
    assert jar(line).header(address) == sent


def test_a_numbers_cookie_stays_with_the_number() -> None:
    assert jar("a=1", url="http://127.0.0.1:80/").header("http://127.0.0.1:9/") == "a=1"
    assert jar("a=1; Domain=0.0.1", url="http://127.0.0.1/").header("http://127.0.0.1/") == ""


def test_a_site_may_take_a_cookie_back() -> None:
    found = jar("a=1", "b=2")
    ended = httpx2.Response(
        200, headers={"set-cookie": "a=; Max-Age=0"}, request=httpx2.Request("GET", "https://www.tracker.test/")
    )
    assert found.take(ended)
    assert found.header("https://www.tracker.test/") == "b=2"


def test_cookies_are_saved_as_plain_values_and_loaded_until_they_end() -> None:
    saved = json.loads(json.dumps(jar("a=1; Secure", "b=2").saved()))
    later = CookieJar(saved, clock=lambda: NOW + timedelta(days=29))
    assert later.header("https://www.tracker.test/") == "a=1; b=2"
    assert not CookieJar(saved, clock=lambda: NOW + timedelta(days=31))


@pytest.mark.parametrize(
    "saved", [{"x": 1}, {"x": {"a": 1}}, {"x": {"a": {"value": "1"}}}, {"x": {"a": {"value": "1", "expires": "never"}}}]
)
def test_broken_paper_only_means_signing_in_again(saved: dict[str, object]) -> None:
    assert not CookieJar(saved, clock=lambda: NOW)  # type: ignore[arg-type]


def test_a_flood_of_cookies_is_bounded() -> None:
    found = jar(*(f"c{n}={n}" for n in range(1000)))
    assert len(found.header("https://www.tracker.test/").split("; ")) == 100


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("a=1; b=2", (("a", "1"), ("b", "2"))),
        ("Cookie: a=1", (("a", "1"),)),
        ("a=1;b=x=y; ;junk; c=", (("a", "1"), ("b", "x=y"), ("c", ""))),
        ("a=1\r\nX-Evil: 1", (("a", "1X-Evil: 1"),)),
        ("", ()),
    ],
)
def test_a_browsers_cookie_line_is_read(text: str, pairs: tuple[tuple[str, str], ...]) -> None:
    assert read_cookie_header(text) == pairs
