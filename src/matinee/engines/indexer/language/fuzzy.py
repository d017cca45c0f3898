"""Find a date and a time of day in free words, as `Uploaded Oct 18th, 2021 at 10:30 PM`."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time

from matinee.engines.indexer.language.layouts import month_number

_MONTH = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_DAY = r"(?P<day>\d{1,2})(?:-?(?:st|nd|rd|th))?"
_START = r"(?<![\w:])"
_END = r"(?![\w:])"
_GAP = r"[\s,.\-/]{1,9}"
_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?<!\d)(?P<month>\d{1,2})\s{0,9}([\\/.])\s{0,9}(?P<day>\d{1,2})\s{0,9}\2\s{0,9}(?P<year>\d{4}|\d{2})(?!\d)",
        r"(?<!\d)(?P<year>\d{4}|\d{2})\s{0,9}-\s{0,9}(?P<month>\d{1,2})\s{0,9}-\s{0,9}(?P<day>\d{1,2})(?!\d)",
        r"(?<!\d)(?P<year>\d{4})\s{0,9}([/.])\s{0,9}(?P<month>\d{1,2})\s{0,9}\2\s{0,9}(?P<day>\d{1,2})(?!\d)",
        rf"{_START}{_MONTH}[\s,.\-/]{{0,9}}{_DAY}{_GAP}(?P<year>\d{{4}}){_END}",
        rf"{_START}{_DAY}[\s,.\-/]{{0,9}}{_MONTH}[\s,.\-/]{{0,9}}'?(?P<year>\d{{4}}|\d{{2}}){_END}",
        rf"{_START}(?P<year>\d{{4}}){_GAP}{_MONTH}{_GAP}{_DAY}{_END}",
        rf"{_START}{_MONTH}\s{{1,9}}{_DAY}\s{{1,9}}\d\d:\d\d:\d\d\s{{1,9}}(?:[A-Z]{{3,4}}\s{{1,9}})?(?P<year>\d{{4}}){_END}",
        rf"{_START}{_MONTH}{_GAP}{_DAY}{_END}",
        rf"{_START}{_DAY}{_GAP}{_MONTH}{_END}",
    )
)
_CLOCK = (
    r"(?P<hour>\d{1,2})\s{0,9}:\s{0,9}(?P<minute>\d\d)(?:\s{0,9}:\s{0,9}(?P<second>\d\d)(?:\.\d{1,9})?)?"
    r"(?:\s{0,9}(?P<half>[ap]\.?m)\b\.?)?(?:\s{0,9}(?:Z|UTC|GMT|[A-Z]{2,3}T|MSK))?(?!\w)"
)
_CLOCK_AFTER = re.compile(
    rf"(?:\s{{0,9}},?\s{{1,9}}|\s{{0,9}},?\s{{0,9}}at\s{{0,9}}|\s{{0,9}}[T\-,]\s{{0,9}}){_CLOCK}", re.I
)
_CLOCK_ANYWHERE = re.compile(rf"(?<![\d:]){_CLOCK}", re.IGNORECASE)
_CLOCK_ALONE = re.compile(
    r"(?P<hour>\d{1,2})(?:\s*:\s*(?P<minute>\d\d))?(?:\s*:\s*(?P<second>\d\d)(?:\.\d+)?)?"
    r"(?:\s*(?P<half>[ap])\.?m?\.?)?(?:\s*(?:Z|UTC|GMT))?",
    re.IGNORECASE,
)


def fuzzy_moment(text: str, now: datetime) -> datetime:
    """The moment in the words, in the zone of `now` (a zone in the text is overlooked). Raises ValueError.

    Numbers with / or . are month, day, year, unless the year of four digits is first; with dashes year, month, day.
    Without a year it is this year, a time alone is today, a date alone is at midnight. Years over 30 in two digits
    are of the last century.
    """
    found = _date_match(text)
    if found is None:
        match = _CLOCK_ANYWHERE.search(text)
        moment = _time(match) if match else None
        if moment is None:
            raise ValueError("neither date nor time")
        return datetime.combine(now.date(), moment, now.tzinfo)
    return datetime.combine(_date(found, now), _time_around(text, found), now.tzinfo)


def clock_time(text: str) -> time | None:
    """`10:30`, `10:30:05 pm`, `9 PM` and nothing else; None where it is none."""
    match = _CLOCK_ALONE.fullmatch(text.strip())
    return _time(match) if match else None


def _date_match(text: str) -> re.Match[str] | None:
    return next((match for pattern in _DATES if (match := pattern.search(text))), None)


def _date(match: re.Match[str], now: datetime) -> date:
    told = match.groupdict()
    month = month_number(told["name"]) if told.get("name") else int(told["month"])
    return date(_year(told.get("year"), now), month, int(told["day"]))


def _year(told: str | None, now: datetime) -> int:
    if told is None:
        return now.year
    if len(told) == 4:
        return int(told)
    return int(told) + (1900 if int(told) > 30 else 2000)


def _time_around(text: str, found: re.Match[str]) -> time:
    """The time that stands after, before or inside the date; midnight where there is none."""
    for match in _clocks(text, found):
        if match and (moment := _time(match)):
            return moment
    return time()


def _clocks(text: str, found: re.Match[str]) -> Iterator[re.Match[str] | None]:
    yield _CLOCK_AFTER.match(text, found.end())
    yield _CLOCK_ANYWHERE.search(text[: found.start()])
    yield _CLOCK_ANYWHERE.search(found[0])


def _time(match: re.Match[str]) -> time | None:
    hour, minute, second = (int(match[name] or 0) for name in ("hour", "minute", "second"))
    half = (match["half"] or "").lower()
    if half.startswith("p") and hour < 12:
        hour += 12
    if half.startswith("a") and hour == 12:
        hour = 0
    try:
        return time(hour, minute, second)
    except ValueError:
        return None
