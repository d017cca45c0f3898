"""Filters: each does exactly what the definitions' authors expect of it."""

import logging
from datetime import UTC, datetime, timedelta, timezone

import pytest

from matinee.engines.indexer.language.definition import Filter
from matinee.engines.indexer.language.filters import FilterFailed, apply_filters
from matinee.engines.indexer.language.scope import Scope

NOON = datetime(2024, 10, 18, 12, tzinfo=UTC)
SCOPE = Scope({".Config.word": "own", ".Result.title": "Night"}, clock=lambda: NOON)


def after(value: str, name: str, *args: str, encoding: str = "utf-8") -> str:
    return apply_filters([Filter(name, args)], value, SCOPE, encoding=encoding)


@pytest.mark.parametrize(
    ("value", "name", "args", "result"),
    [
        ("browse.php?a=1&cat=7&cat=8#x", "querystring", ("cat",), "7"),
        ("browse.php?CAT=a+b%C3%A9", "querystring", ("cat",), "a bé"),
        ("browse.php?cat=#cat=3", "querystring", ("cat",), ""),
        ("Size: 1.4 GB", "regexp", (r"Size: (.+)",), "1.4 GB"),
        ("nothing", "regexp", (r"Size: (.+)",), ""),
        ("abc", "regexp", ("b",), ""),
        ("a.b.c", "re_replace", (r"\.", " {{ .Config.word }} "), "a own b own c"),
        ("S01 E02", "re_replace", (r"S(\d+) E(\d+)", "$1x$2"), "01x02"),
        ("a.b.c", "replace", (".", "{{ .Config.word }}"), "aownbownc"),
        ("a$1b", "replace", ("$1", "-"), "a-b"),
        ("a/b/c", "split", ("/", "1"), "b"),
        ("a/b/c", "split", ("/x", "-1"), "c"),
        ("a/b/c", "split", ("/", "-3"), "a"),
        ("  a ", "trim", (), "a"),
        ("--a-", "trim", ("-x",), "a"),
        ("a", "prepend", ("{{ .Result.title }} ",), "Night a"),
        ("a", "append", (" {{ .Result.title }}",), "a Night"),
        ("AbÉ", "tolower", (), "abé"),
        ("abé", "toupper", (), "ABÉ"),
        ("a+b%20c%C3%A9", "urldecode", (), "a b cé"),
        ("a b&é~(1)!", "urlencode", (), "a+b%26%C3%A9%7E(1)!"),
        ("a &amp; b &#233;&nbsp;", "htmldecode", (), "a & b é\xa0"),
        ("a & <b> \"'é", "htmlencode", (), "a &amp; &lt;b&gt; &quot;&#39;&#233;"),
        ('a/b:c*"?', "validfilename", (), "a_b_c___"),
        ("Amélie Ñandú", "diacritics", ("replace",), "Amelie Nandu"),
        ('{"a":{"b":[1,"x",true,null,1.50]}}', "jsonjoinarray", ("$.a.b", "|"), "1|x|True||1.5"),
        ('{"a":[{"n":"x"},{"n":"y"}]}', "jsonjoinarray", ("a[*].n", ", "), "x, y"),
        ("Drama, Sci-Fi / comedy", "validate", ("Comedy, Drama, Horror",), "comedy, drama"),
        ("a", "hexdump", (), "a"),
        ("a", "strdump", ("note",), "a"),
        ("2021-10-18 00:34:50 +02:00", "dateparse", ("yyyy-MM-dd HH:mm:ss zzz",), "Sun, 17 Oct 2021 22:34:50 +0000"),
        ("2021-10-18", "timeparse", ("yyyy-MM-dd",), "Mon, 18 Oct 2021 00:00:00 +0000"),
        ("no date", "dateparse", ("yyyy-MM-dd",), "no date"),
        ("2 hours ago", "timeago", (), "Fri, 18 Oct 2024 10:00:00 +0000"),
        ("1d", "reltime", (), "Thu, 17 Oct 2024 12:00:00 +0000"),
        ("Yesterday at 10:30", "fuzzytime", (), "Thu, 17 Oct 2024 10:30:00 +0000"),
    ],
)
def test_a_filter_gives(value: str, name: str, args: tuple[str, ...], result: str) -> None:
    assert after(value, name, *args) == result


@pytest.mark.parametrize(
    ("value", "name", "args"),
    [
        ("no query", "querystring", ("cat",)),
        ("a?b=1", "querystring", ("cat",)),
        ("a", "querystring", ()),
        ("a", "regexp", ("(",)),
        ("a", "re_replace", ("a",)),
        ("a", "re_replace", ("a", "{{ .Config.nobody }}")),
        ("a", "replace", ("", "x")),
        ("a/b", "split", ("/", "2")),
        ("a/b", "split", ("/", "-3")),
        ("a/b", "split", ("/", "two")),
        ("a/b", "split", ("", "0")),
        ("a", "append", ()),
        ("a", "append", ("{{ if }}",)),
        ("a", "diacritics", ("drop",)),
        ("a", "jsonjoinarray", ("a", ",")),
        ("{}", "jsonjoinarray", ("a", ",")),
        ("[" * 100_000, "jsonjoinarray", ("a", ",")),
        ("3 fortnights ago", "timeago", ()),
        ("garbage", "fuzzytime", ()),
    ],
)
def test_a_filter_that_fails_tells_its_name(value: str, name: str, args: tuple[str, ...]) -> None:
    with pytest.raises(FilterFailed, match=f"filter {name}"):
        after(value, name, *args)


def test_a_chain_runs_in_order() -> None:
    chain = [Filter("replace", (" ", ".")), Filter("tolower"), Filter("append", (".mkv",))]
    assert apply_filters(chain, "Big Film", SCOPE) == "big.film.mkv"


def test_an_unknown_filter_is_logged_and_changes_nothing(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert after("a", "sparkle") == "a"
    assert "sparkle" in caplog.text


def test_the_encoding_of_the_site_is_used_in_addresses() -> None:
    assert after("Привет", "urlencode", encoding="windows-1251") == "%CF%F0%E8%E2%E5%F2"
    assert after("%CF%F0", "urldecode", encoding="windows-1251") == "Пр"
    assert after("電", "urlencode", encoding="windows-1251") == "%3F"


def test_a_text_without_zone_is_the_servers_local_time() -> None:
    east = Scope(clock=lambda: NOON, zone=timezone(timedelta(hours=3)))
    chain = [Filter("dateparse", ("yyyy-MM-dd HH:mm",))]
    assert apply_filters(chain, "2021-10-18 10:00", east) == "Mon, 18 Oct 2021 10:00:00 +0300"
