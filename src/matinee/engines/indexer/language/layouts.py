"""How a site writes its dates, said by a pattern: `yyyy-MM-dd HH:mm` as .NET has it, or Go's `2006-01-02 15:04`."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from functools import lru_cache

_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_OF_A_DATE = frozenset(("year", "short_year", "month", "month_name", "day"))
_CENTURY_TURNS = 49  # a year 49 is 2049, a year 50 is 1950


def parsed(text: str, layout: str, now: datetime) -> datetime | None:
    """The moment that the text tells by the layout, in the zone of `now`; None where it does not fit exactly.

    A text without zone is local time; without date it is today, without year this year.
    """
    pattern = _pattern(layout)
    match = pattern.fullmatch(text.strip()) if pattern else None
    if match is None:
        return None
    try:
        return _moment({name: value for name, value in match.groupdict().items() if value}, now)
    except (ValueError, OverflowError):
        return None


def _moment(told: Mapping[str, str], now: datetime) -> datetime | None:
    year, month, day = _date(told, now)
    naive = datetime(year, month, day, _hour(told), _int(told, "minute"), _int(told, "second"), _fraction(told))
    if (weekday := told.get("weekday")) and not _DAYS[naive.weekday()].startswith(weekday.lower()):
        return None
    if zone := told.get("zone"):
        return naive.replace(tzinfo=offset(zone)).astimezone(now.tzinfo)
    return naive.replace(tzinfo=now.tzinfo)


def _date(told: Mapping[str, str], now: datetime) -> tuple[int, int, int]:
    """Year, month and day; what is missing is today's where nothing is told, else the first."""
    if _OF_A_DATE.isdisjoint(told):
        return now.year, now.month, now.day
    month = month_number(told["month_name"]) if "month_name" in told else _int(told, "month", 1)
    return _year(told, now), month, _int(told, "day", 1)


def _year(told: Mapping[str, str], now: datetime) -> int:
    if "short_year" in told:
        short = int(told["short_year"])
        return short + (2000 if short <= _CENTURY_TURNS else 1900)
    return _int(told, "year", now.year)


def _hour(told: Mapping[str, str]) -> int:
    """On the clock of 24 hours; an hour of twelve without AM or PM is in the morning."""
    if "hour12" not in told:
        return _int(told, "hour")
    hour = int(told["hour12"])
    if hour > 12:
        raise ValueError("an hour of twelve is at most 12")
    return hour % 12 + (12 if told.get("half", "a").lower().startswith("p") else 0)


def _int(told: Mapping[str, str], name: str, default: int = 0) -> int:
    return int(told.get(name, default))


def _fraction(told: Mapping[str, str]) -> int:
    return int(told["fraction"][:6].ljust(6, "0")) if "fraction" in told else 0


def month_number(name: str) -> int:
    """1 for January or Jan, whatever its case. Raises ValueError."""
    short = name.strip().lower()[:3]
    return next(number for number, month in enumerate(_MONTHS, 1) if month.startswith(short))


@lru_cache(maxsize=256)
def offset(zone: str) -> timezone:
    """`+5`, `+05`, `+0530`, `+05:30` or `Z`. Raises ValueError for more than a day."""
    digits = re.sub(r"\D", "", zone)
    hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "0")
    distance = timedelta(hours=int(hours or 0), minutes=int(minutes))
    return timezone(-distance if zone.startswith("-") else distance)


_NUMBER = r"\d{1,2}"
_PAIR = r"\d\d"
_MONTH_NAMES = "|".join(_MONTHS)
_SHORT_MONTHS = "|".join(month[:3] for month in _MONTHS)
_DAY_NAMES = "|".join(_DAYS)
_SHORT_DAYS = "|".join(day[:3] for day in _DAYS)
_NET = {
    "y": ("short_year", _NUMBER),
    "yy": ("short_year", _PAIR),
    "yyy": ("year", r"\d{3,4}"),
    "yyyy": ("year", r"\d{4}"),
    "M": ("month", _NUMBER),
    "MM": ("month", _PAIR),
    "MMM": ("month_name", _SHORT_MONTHS),
    "MMMM": ("month_name", _MONTH_NAMES),
    "d": ("day", _NUMBER),
    "dd": ("day", _PAIR),
    "ddd": ("weekday", _SHORT_DAYS),
    "dddd": ("weekday", _DAY_NAMES),
    "H": ("hour", _NUMBER),
    "HH": ("hour", _PAIR),
    "h": ("hour12", _NUMBER),
    "hh": ("hour12", _PAIR),
    "m": ("minute", _NUMBER),
    "mm": ("minute", _PAIR),
    "s": ("second", _NUMBER),
    "ss": ("second", _PAIR),
    "t": ("half", "[AP]"),
    "tt": ("half", "[AP]M"),
    "z": ("zone", r"[+-]\d{1,2}"),
    "zz": ("zone", r"[+-]\d{2}"),
    "zzz": ("zone", r"[+-]\d{1,2}:?\d{2}"),
    "K": ("zone", r"Z|[+-]\d{2}:\d{2}|"),
}
_NET_TOKEN = re.compile(r"(y+|M+|d+|H+|h+|m+|s+|t+|z+|K|f+|F+)|'([^']*)'|\"([^\"]*)\"|\\(.)|(%)|(.)", re.DOTALL)
# Go writes the moment 2006-01-02 15:04:05 -0700 as an example.
_GO = {
    "2006": "yyyy",
    "January": "MMMM",
    "Monday": "dddd",
    "-07:00": "zzz",
    "Z07:00": "K",
    "-0700": "zzz",
    "Z0700": "K",
    "-07": "zz",
    "Jan": "MMM",
    "Mon": "ddd",
    "01": "MM",
    "02": "dd",
    "_2": "d",
    "03": "hh",
    "04": "mm",
    "05": "ss",
    "06": "yy",
    "15": "HH",
    "PM": "tt",
    "pm": "tt",
    "1": "M",
    "2": "d",
    "3": "h",
    "4": "m",
    "5": "s",
}
_GO_TOKEN = re.compile("|".join([*map(re.escape, _GO), r"MST", r"[.,](?:0+|9+)", r"[A-Za-z]+|."]), re.DOTALL)


@lru_cache(maxsize=1024)
def _pattern(layout: str) -> re.Pattern[str] | None:
    """The layout as a regular expression; None for one that names a part twice or is far too long."""
    if len(layout) > 200:
        return None
    written = _from_go(layout) if re.search(r"\d", layout) else _from_net(layout)
    try:
        return re.compile(written, re.IGNORECASE)
    except re.error:
        return None


def _from_net(layout: str) -> str:
    found: list[str] = []
    for token, *quoted, sign, percent, other in _NET_TOKEN.findall(layout):
        if token:
            found.append(_net_part(token))
        elif not percent:
            found.append(re.escape("".join(quoted) + sign + other))
    return "".join(found)


def _net_part(token: str) -> str:
    if token[0] in "fF":
        return rf"(?P<fraction>\d{{{len(token)}}})" if token[0] == "f" else rf"(?P<fraction>\d{{0,{len(token)}}})"
    name, pattern = _NET.get(token) or _NET[token[0] * (2 if token[0] in "HhmstKz" else 4)]
    return f"(?P<{name}>{pattern})"


def _from_go(layout: str) -> str:
    """Go's example, turned around: 2006 is the year wherever it stands."""
    return "".join(_go_part(token) for token in _GO_TOKEN.findall(layout))


def _go_part(word: str) -> str:
    if word == "MST":
        return r"(?:[A-Z]{3,5}|[+-]\d{2})"
    if word in _GO:
        return _net_part(_GO[word])
    if word[:1] in (".", ",") and len(word) > 1:
        digits = rf"\d{{{len(word) - 1}}}" if word[1] == "0" else r"\d*"
        return f"{re.escape(word[0])}(?P<fraction>{digits})"
    return re.escape(word)
