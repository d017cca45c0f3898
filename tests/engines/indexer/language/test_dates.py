"""Dates: every way in which sites say when something was uploaded."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from matinee.engines.indexer.language.dates import from_time_ago, from_unknown, newtonsoft_date, rfc1123
from matinee.engines.indexer.language.layouts import parsed

NOW = datetime(2024, 10, 18, 12, 0, tzinfo=UTC)  # a Friday
EAST = timezone(timedelta(hours=3))


@pytest.mark.parametrize(
    ("text", "layout", "moment"),
    [
        ("2021-10-18 00:34:50 +00:00", "yyyy-MM-dd HH:mm:ss zzz", "2021-10-18T00:34:50"),
        ("2021-10-1800:34:50 +05:30", "yyyy-MM-ddHH:mm:ss zzz", "2021-10-17T19:04:50"),
        ("10/18/2021 00:34:50 -0200", "MM/dd/yyyy HH:mm:ss zzz", "2021-10-18T02:34:50"),
        ("Mon, 18 Oct 2021 00:34:50 +00:00", "ddd, dd MMM yyyy HH:mm:ss zzz", "2021-10-18T00:34:50"),
        ("monday 18 october 2021", "dddd dd MMMM yyyy", "2021-10-18T00:00:00"),
        ("Oct 5, 2021, 3 pm +00:00", "MMM d, yyyy, h tt zzz", "2021-10-05T15:00:00"),
        ("Oct 5 2021 - 12:05AM +00:00", "MMM d yyyy - h:mmtt zzz", "2021-10-05T00:05:00"),
        ("12:05", "hh:mm", "2024-10-18T00:05:00"),
        ("10:30 +00:00", "HH:mm zzz", "2024-10-18T10:30:00"),
        ("10:30:1518 Oct 2021", "HH:mm:ssdd MMM yyyy", "2021-10-18T10:30:15"),
        ("18/10/49", "dd/MM/yy", "2049-10-18T00:00:00"),
        ("18/10/50", "dd/MM/yy", "1950-10-18T00:00:00"),
        ("Oct 18", "MMM dd", "2024-10-18T00:00:00"),
        ("2021", "yyyy", "2021-01-01T00:00:00"),
        ("2021-10-18 at 10:00", "yyyy-MM-dd 'at' HH:mm", "2021-10-18T10:00:00"),
        ("2021-10-18T00:34:50.123Z", "yyyy-MM-ddTHH:mm:ss.fffK", "2021-10-18T00:34:50"),
        ("2021-10-18 00:34:50 -07:00", "2006-01-02 15:04:05 -07:00", "2021-10-18T07:34:50"),
        ("2021-10-18 00:34:50 -0700", "2006-01-02 15:04:05 -0700", "2021-10-18T07:34:50"),
        ("2021-10-18T00:34:50.123Z", "2006-01-02T15:04:05.000Z07:00", "2021-10-18T00:34:50"),
        ("Mon Jan 5 10:30PM 2015", "Mon Jan 2 3:04PM 2006", "2015-01-05T22:30:00"),
        ("Monday, January 5 2015", "Monday, January 2 2006", "2015-01-05T00:00:00"),
        ("Mon, 18 Oct 2021 00:34:50 MSK", "Mon, 02 Jan 2006 15:04:05 MST", "2021-10-18T00:34:50"),
        ("18/1/21", "2/1/06", "2021-01-18T00:00:00"),
    ],
)
def test_a_layout_reads(text: str, layout: str, moment: str) -> None:
    found = parsed(text, layout, NOW)
    assert found is not None
    assert found.replace(microsecond=0) == datetime.fromisoformat(moment).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "layout"),
    [
        ("5 October 2021", "dd MMMM yyyy"),
        ("Tue, 18 Oct 2021", "ddd, dd MMM yyyy"),
        ("2021-13-18", "yyyy-MM-dd"),
        ("2021-02-30", "yyyy-MM-dd"),
        ("2021-10-18 extra", "yyyy-MM-dd"),
        ("18-10-2021", "yyyy-MM-dd"),
        ("13:05", "hh:mm"),
        ("2021-10-18", "yyyy-MM-dd yyyy"),
        ("2021-10-18 +99:00", "yyyy-MM-dd zzz"),
        ("", "yyyy"),
        ("x" * 300, "x" * 300),
    ],
)
def test_a_layout_that_does_not_fit_reads_nothing(text: str, layout: str) -> None:
    assert parsed(text, layout, NOW) is None


def test_a_text_with_zone_becomes_local_time() -> None:
    found = parsed("2021-10-18 00:34 +00:00", "yyyy-MM-dd HH:mm zzz", NOW.astimezone(EAST))
    assert found is not None
    assert rfc1123(found) == "Mon, 18 Oct 2021 03:34:00 +0300"


@pytest.mark.parametrize(
    ("text", "ago"),
    [
        ("just now", timedelta()),
        ("2 hours ago", timedelta(hours=2)),
        ("1 hour, 3 minutes and 4 secs ago", timedelta(hours=1, minutes=3, seconds=4)),
        ("1.5 days", timedelta(hours=36)),
        ("1w 2d 3h 4m 5s", timedelta(days=9, hours=3, minutes=4, seconds=5)),
        ("2 wks 3 hrs", timedelta(days=14, hours=3)),
        ("1 month ago", timedelta(days=30)),
        ("2mo", timedelta(days=60)),
        ("1 year", timedelta(days=365)),
        ("1y", timedelta(days=365)),
        ("3days", timedelta(days=3)),
    ],
)
def test_a_time_ago_is_counted_back(text: str, ago: timedelta) -> None:
    assert from_time_ago(text, NOW) == NOW - ago


@pytest.mark.parametrize("text", ["3 fortnights ago", "999999999999 years ago", "5 x"])
def test_a_time_ago_without_a_known_unit_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"unit of time|too long"):
        from_time_ago(text, NOW)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Mon, 18 Oct 2021 00:34:50 +5", "2021-10-17T19:34:50"),
        ("Mon, 18 Oct 2021 00:34:50 +0530", "2021-10-17T19:04:50"),
        ("Mon, 18 Oct 2021 00:34:50 GMT", "2021-10-18T00:34:50"),
        ("1634517290", "2021-10-18T00:34:50"),
        ("just now", "2024-10-18T12:00:00"),
        ("Unknown", "2024-10-18T12:00:00"),
        ("2 hours ago", "2024-10-18T10:00:00"),
        ("Today at 10:30", "2024-10-18T10:30:00"),
        ("Today, 9 PM", "2024-10-18T21:00:00"),
        ("yesterday", "2024-10-17T00:00:00"),
        ("Yesterday 23:15:10", "2024-10-17T23:15:10"),
        ("10:30 yesterday", "2024-10-17T10:30:00"),
        ("tomorrow 1:05", "2024-10-19T01:05:00"),
        ("Yesterday10:30", "2024-10-17T10:30:00"),
        ("2021/10/18 10:30", "2021-10-18T10:30:00"),
        ("2021.10.18", "2021-10-18T00:00:00"),
        ("Oct18 2021", "2021-10-18T00:00:00"),
        ("Friday at 10:00", "2024-10-18T10:00:00"),
        ("Sunday at 2:00pm", "2024-10-13T14:00:00"),
        ("10-17 12:30", "2024-10-17T12:30:00"),
        ("10-17", "2024-10-17T00:00:00"),
        ("1 Jan 10:30", "2024-01-01T10:30:00"),
        ("10/18/2021", "2021-10-18T00:00:00"),
        ("10/18/2021 10:30 PM", "2021-10-18T22:30:00"),
        ("10.18.21", "2021-10-18T00:00:00"),
        ("10/18/31", "1931-10-18T00:00:00"),
        ("2021-10-18T00:34:50.000Z", "2021-10-18T00:34:50"),
        ("2021-10-18 00:34:50 +02:00", "2021-10-18T00:34:50"),
        ("21-3-4", "2021-03-04T00:00:00"),
        ("Oct 18th, 2021 10:30", "2021-10-18T10:30:00"),
        ("18 Oct 2021 at 5:05 AM", "2021-10-18T05:05:00"),
        ("18-Oct-21", "2021-10-18T00:00:00"),
        ("18 October '21", "2021-10-18T00:00:00"),
        ("2021 Oct 18", "2021-10-18T00:00:00"),
        ("October 18", "2024-10-18T00:00:00"),
        ("18 Oct", "2024-10-18T00:00:00"),
        ("10:30 18 Oct 2021", "2021-10-18T10:30:00"),
        ("Oct 18 10:20:30 UTC 2021", "2021-10-18T10:20:30"),
        ("10:30", "2024-10-18T10:30:00"),
        ("Uploaded 12:00 am", "2024-10-18T00:00:00"),
    ],
)
def test_a_date_is_found_in_the_words_of_a_site(text: str, moment: str) -> None:
    assert from_unknown(text, NOW) == datetime.fromisoformat(moment).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["", "garbage", "18/10/2021", "31 Feb 2021", "9" * 30, "today at noon", "12 Agosto 2021", "x" * 100_000]
)
def test_what_is_no_date_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="is no date"):
        from_unknown(text, NOW)


def test_days_are_counted_in_utc_and_times_are_local() -> None:
    late = datetime(2024, 10, 19, 1, 0, tzinfo=EAST)  # 22:00 of the 18th in UTC
    assert from_unknown("today 10:30", late) == datetime(2024, 10, 18, 10, 30, tzinfo=EAST)
    assert from_unknown("2021-10-18 10:30", late) == datetime(2021, 10, 18, 10, 30, tzinfo=EAST)


@pytest.mark.parametrize(
    ("text", "utc", "east"),
    [
        ("2021-10-18T00:34:50.000000Z", "10/18/2021 00:34:50", "10/18/2021 00:34:50"),
        ("2021-10-18T00:34:50", "10/18/2021 00:34:50", "10/18/2021 00:34:50"),
        ("2021-10-18T00:34:50+02:00", "10/17/2021 22:34:50", "10/18/2021 01:34:50"),
        ("/Date(1634517290000)/", "10/18/2021 00:34:50", "10/18/2021 00:34:50"),
        ("2021-10-18 00:34:50", None, None),
        ("2021-10-18", None, None),
        ("2021-13-18T00:34:50", None, None),
        ("a title 2021-10-18T00:34:50Z", None, None),
    ],
)
def test_an_iso_moment_in_json_reads_back_as_an_american_date(text: str, utc: str | None, east: str | None) -> None:
    assert newtonsoft_date(text) == utc
    assert newtonsoft_date(text, EAST) == east
