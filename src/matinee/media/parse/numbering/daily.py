"""A daily show is counted by the day of its broadcast: 2011-04-12, 28.04.2014, 20110412, `12 April 2011`."""

from collections.abc import Sequence
from datetime import date

from matinee.media.parse.numbering.found import Numbering
from matinee.media.parse.numbering.phrases import PART_WORDS, episode_phrase, is_number, is_year, part_phrase
from matinee.media.parse.words import Word

FIRST_YEAR = 1970  # a day before it is more likely a slip or a film about that day

_MONTHS_OF_THE_YEAR = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTHS = {
    name: number for number, month in enumerate(_MONTHS_OF_THE_YEAR, start=1) for name in (month, month[:3], month[:4])
}
_JOINTS = frozenset({" ", ".", "_", "-", "/", ", "})


def read_day(text: str, words: Sequence[Word], start: int, technical: int) -> Numbering | None:
    """A day that stands open in the name; one in brackets tells less than the numbers before it."""
    return _first_day(words, start, in_brackets=False)


def read_bracketed_day(text: str, words: Sequence[Word], start: int, technical: int) -> Numbering | None:
    """A day in brackets."""
    return _first_day(words, start, in_brackets=True)


def read_short_day(text: str, words: Sequence[Word], start: int, technical: int) -> Numbering | None:
    """`140722` behind the title is the 22nd of July 2014."""
    for at in range(start + 1, min(technical, len(words))):
        if words[at].gap[-1:] not in ("(", "[") and (day := _short_day(words[at].text)):
            return _with_part(words, Numbering(at, at + 1, air_date=day))
    return None


def day_before(words: Sequence[Word], start: int, end: int) -> Numbering | None:
    """A whole day between two places."""
    return next((day for at in range(start, end) if (day := _day_at(words, at)) and day.until <= end), None)


def is_short_day(text: str) -> bool:
    """Whether six digits can be a day of this century."""
    return _short_day(text) is not None


def _first_day(words: Sequence[Word], start: int, in_brackets: bool) -> Numbering | None:
    for at in range(start, len(words)):
        if words[at].text.isalpha() and words[at].text not in _MONTHS:
            continue
        if (words[at].gap[-1:] in ("(", "[")) is in_brackets and (day := _day_at(words, at)):
            return _behind_its_episode(words, start, _with_part(words, day))
    return None


def _day_at(words: Sequence[Word], at: int) -> Numbering | None:
    text = words[at].text
    if text in _MONTHS or not text.isdecimal():
        return _named_day(words, at) if text in _MONTHS else None
    if len(text) == 8:
        return _found(at, at + 1, int(text[:4]), int(text[4:6]), int(text[6:])) if text[:2] in ("19", "20") else None
    if at + 2 >= len(words) or words[at + 1].gap not in _JOINTS:
        return None
    if is_number(words, at + 1, 2) and words[at + 1].gap == words[at + 2].gap:
        return _numbered_day(words, at)
    return _named_day(words, at) if words[at + 1].text in _MONTHS else None


def _numbered_day(words: Sequence[Word], at: int) -> Numbering | None:
    first, second, third = (words[at + step].text for step in range(3))
    if _is_year_of_day(first) and is_number(words, at + 2, 2):
        return _year_first(at, int(first), int(second), int(third))
    if len(first) <= 2 and _is_year_of_day(third):
        return _year_last(at, int(third), int(first), int(second))
    return None


def _is_year_of_day(text: str) -> bool:
    return len(text) == 4 and text.isdecimal() and 1900 <= int(text) < 2100


def _year_first(at: int, year: int, month: int, day: int) -> Numbering | None:
    """The Americans' order may be turned: 2012.16.02 is in February."""
    return _found(at, at + 3, year, day, month) if month > 12 else _found(at, at + 3, year, month, day)


def _year_last(at: int, year: int, first: int, second: int) -> Numbering | None:
    """`05-06-2024` is in May for some and in June for others, so it tells nothing."""
    if first <= 12 and second <= 12 and first != second and first and second:
        return Numbering(at, at + 3, is_doubtful=True)
    return _found(at, at + 3, year, second, first) if first > 12 else _found(at, at + 3, year, first, second)


def _named_day(words: Sequence[Word], at: int) -> Numbering | None:
    """`22 October 2016`, `October 22, 2016`, `2016 Oct 22`."""
    if at + 2 >= len(words) or not {words[at + 1].gap, words[at + 2].gap} <= _JOINTS:
        return None
    texts = [words[at + step].text for step in range(3)]
    month = next((_MONTHS[text] for text in texts[:2] if text in _MONTHS), 0)
    years = [text for text in (texts[0], texts[2]) if is_year(text)]
    days = [text for text in texts if text.isdecimal() and len(text) <= 2]
    return _found(at, at + 3, int(years[0]), month, int(days[0])) if month and years and days else None


def _found(at: int, until: int, year: int, month: int, day: int) -> Numbering | None:
    try:
        told = date(year, month, day)
    except ValueError:  # 2005.11.70 is something else
        return None
    return Numbering(at, until, air_date=told) if year >= FIRST_YEAR else Numbering(at, until, is_doubtful=True)


def _short_day(text: str) -> date | None:
    if len(text) != 6 or not text.isdecimal() or not 10 <= int(text[:2]) < 50:
        return None
    found = _found(0, 1, 2000 + int(text[:2]), int(text[2:4]), int(text[4:]))
    return found.air_date if found else None


def _with_part(words: Sequence[Word], day: Numbering) -> Numbering:
    part = part_phrase(words, day.until, PART_WORDS)
    return day._replace(daily_part=part.number, until=part.until) if part else day


def _behind_its_episode(words: Sequence[Word], start: int, day: Numbering) -> Numbering:
    """`Title E76 2024 08 08`: the running number is no part of the title."""
    before = episode_phrase(words, day.at - 1) if day.at > start + 1 else None
    return day._replace(at=day.at - 1) if before and before.until == day.at else day
