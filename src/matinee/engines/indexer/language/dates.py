"""When something was uploaded, as sites say it: an hour ago, yesterday at 10, Oct 18 2021, or seconds since 1970."""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from matinee.engines.indexer.language.fuzzy import clock_time, fuzzy_moment
from matinee.engines.indexer.language.layouts import offset

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_LONGEST = 200  # characters
_PAIR = re.compile(r"([\d.]+)\s*([^\d\s.]+)")
_RFC_1123 = re.compile(
    r"[A-Za-z]{3}, (\d{1,2}) ([A-Za-z]{3}) (\d{4}) (\d\d):(\d\d):(\d\d) ([+-]\d{1,2}(?::?\d\d)?|GMT|UTC|Z)"
)
_NEAR_DAY = re.compile(r"\b(today|yesterday|tomorrow)[\s,]*(?:at\b)?\s*", re.IGNORECASE)
_WEEKDAY = re.compile(r"\b(mon|tues|wednes|thurs|fri|satur|sun)day\s+at\s+", re.IGNORECASE)
_MONTH_DAY = re.compile(r"(\d{1,2}-\d{1,2})(?:\s|$)")
_DAY_MONTH = re.compile(r"(\d{1,2}\s+[A-Za-z]{3})\s+(\d{1,2}:\d{1,2}.*)", re.DOTALL)
_ISO = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d(?::?\d\d)?)?")
_MICROSOFT = re.compile(r"/Date\((-?\d{1,15})([+-]\d{4})?\)/")


def rfc1123(moment: datetime) -> str:
    """`Mon, 18 Oct 2021 00:34:50 +0000`."""
    written = moment.isoformat(timespec="seconds")  # far quicker than strftime: a page has hundreds of dates
    day, month, year = written[8:10], _MONTHS[moment.month - 1], written[:4]
    return f"{_DAYS[moment.weekday()]}, {day} {month} {year} {written[11:19]} {written[19:].replace(':', '')}"


def from_time_ago(text: str, now: datetime) -> datetime:
    """`1 hour, 3 min ago` as a moment. Raises ValueError for a unit that is none."""
    told = text[:_LONGEST].lower()
    if "now" in told:
        return now
    told = told.replace(",", "").replace("ago", "").replace("and", "")
    try:
        return now - sum((_length(number) * _unit(unit) for number, unit in _PAIR.findall(told)), timedelta())
    except OverflowError:
        raise ValueError(f"{text!r:.60} is too long ago") from None


def _length(number: str) -> float:
    """Of several dots the last one counts."""
    whole, dot, rest = number.rpartition(".")
    return float((whole.replace(".", "") + dot + rest).strip(".") or 0)


def _unit(unit: str) -> timedelta:
    for words, short, length in _UNITS:
        if unit == short or any(word in unit for word in words):
            return length
    raise ValueError(f"{unit!r:.30} is no unit of time")


_UNITS = (
    (("sec",), "s", timedelta(seconds=1)),
    (("min",), "m", timedelta(minutes=1)),
    (("hour", "hr"), "h", timedelta(hours=1)),
    (("day",), "d", timedelta(days=1)),
    (("week", "wk"), "w", timedelta(weeks=1)),
    (("month",), "mo", timedelta(days=30)),
    (("year",), "y", timedelta(days=365)),
)


def from_unknown(text: str, now: datetime) -> datetime:
    """A date in any of the ways sites write it, in the zone of `now`. Raises ValueError where it is none."""
    told = text.strip()[:_LONGEST]
    try:
        return _from_unknown(told, now)
    except (ValueError, OverflowError, OSError):
        raise ValueError(f"{told!r:.60} is no date") from None


def _from_unknown(told: str, now: datetime) -> datetime:
    if match := _RFC_1123.fullmatch(told):
        return _from_rfc1123(match).astimezone(now.tzinfo)
    if told.isascii() and told.isdigit():
        return datetime.fromtimestamp(int(told), UTC).astimezone(now.tzinfo)
    if "now" in told.lower():
        return now
    if re.search(r"\bago", told, re.IGNORECASE):
        return from_time_ago(told, now)
    return _from_words(told, now) or fuzzy_moment(_with_year(told, now), now)


def _from_rfc1123(match: re.Match[str]) -> datetime:
    day, month, year, hour, minute, second, zone = match.groups()
    number = _MONTHS.index(month.capitalize()) + 1
    return datetime(int(year), number, int(day), int(hour), int(minute), int(second), tzinfo=offset(zone))


def _from_words(told: str, now: datetime) -> datetime | None:
    """`Yesterday at 10:30`, `Friday at 2pm`; None where no such day is named. Days are counted in UTC."""
    today = now.astimezone(UTC).date()
    if match := _NEAR_DAY.search(told):
        day = today + timedelta(days={"today": 0, "yesterday": -1, "tomorrow": 1}[match[1].lower()])
    elif match := _WEEKDAY.search(told):
        number = _DAYS.index(match[1][:3].capitalize())
        day = today - timedelta(days=(today.weekday() - number) % 7)
    else:
        return None
    return _at(day, told.replace(match[0], ""), now)


def _at(day: date, told: str, now: datetime) -> datetime:
    moment = clock_time(told) if told.strip() else time()
    if moment is None:
        raise ValueError(f"{told!r:.40} is no time of day")
    return datetime.combine(day, moment, now.tzinfo)


def _with_year(told: str, now: datetime) -> str:
    """This year put into `10-18 12:30` and `18 Oct 12:30`."""
    if match := _MONTH_DAY.match(told):
        return f"{now.year}-{told}"
    if match := _DAY_MONTH.fullmatch(told):
        return f"{match[1]} {now.year} {match[2]}"
    return told


def newtonsoft_date(text: str, zone: tzinfo = UTC) -> str | None:
    """What becomes of an ISO moment in JSON: `10/18/2021 00:34:50`; None for other texts.

    One with an offset becomes the server's local time, one in UTC or without zone stays as it is.
    """
    if match := _ISO.fullmatch(text):
        return _iso_date(match, zone)
    if match := _MICROSOFT.fullmatch(text):
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(match[1]))
        return _american(moment.astimezone(zone) if match[2] else moment)
    return None


def _iso_date(match: re.Match[str], zone: tzinfo) -> str | None:
    try:
        moment = datetime.fromisoformat(match[1])
        if match[2] and match[2] != "Z":
            moment = moment.replace(tzinfo=offset(match[2])).astimezone(zone)
    except (ValueError, OverflowError):
        return None
    return _american(moment)


def _american(moment: datetime) -> str:
    return f"{moment.month:02}/{moment.day:02}/{moment.year:04} {moment:%H:%M:%S}"
