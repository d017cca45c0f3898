"""Season and episode together: S01E02, 1x02, S01E01-E03, `Season 1 Episode 2`, `Staffel 1 Folge 2`."""

import re
from collections.abc import Sequence

from matinee.media.parse.numbering.found import Numbering
from matinee.media.parse.numbering.phrases import (
    EPISODE_WORDS,
    OF_WORDS,
    SEASON_STARTS,
    UNTIL_WORDS,
    episode_phrase,
    is_number,
    is_year,
    season_phrase,
)
from matinee.media.parse.words import Word

LONGEST_RANGE = 100  # episodes; S01E01-E9999 is a slip of the pen

_LETTERS = re.compile(r"se?([0-9]{1,3}|(?:19|20)[0-9]{2})((?:ep?[0-9]{1,5}|x[0-9]{1,3})+)([a-d])?(?:v[0-9])?")
_CROSSED = re.compile(r"([0-9]{1,2}|19[3-9][0-9]|20[0-3][0-9])((?:x[0-9]{1,3})+)(?:v[0-9])?")
_FURTHER = re.compile(r"(?:e|ep|x)([0-9]{1,5})(?:v[0-9])?")
_CHAINED = re.compile(r"(?<=[0-9])e([0-9]+)")
_DIGITS = re.compile(r"[0-9]+")
_JOINTS = frozenset({"-", "~", "+", "&", ",", "/", " ~ ", " & ", " + ", ", "})
_BETWEEN = " ._-~+&,/([)]–"


def read_standard(text: str, words: Sequence[Word], start: int, technical: int) -> Numbering | None:
    """The first place in the name that tells both season and episode."""
    for at in range(start, len(words)):
        told = words[at].text
        if told.isalpha() and told not in SEASON_STARTS:
            continue  # most words: nothing is counted by them
        if found := _in_one_word(words, at) or _in_two_phrases(words, at):
            return _from_first_mention(words, start, found)
    return None


def _from_first_mention(words: Sequence[Word], start: int, found: Numbering) -> Numbering:
    """`Title Season 4 - S04E05` tells the season twice; the title ends before the first."""
    for at in range(start + 1, found.at):
        season = season_phrase(words, at)
        if season and season.number == found.season:
            return found._replace(at=at)
    return found


def _in_one_word(words: Sequence[Word], at: int) -> Numbering | None:
    text = words[at].text
    if text.isalpha() or not text.isascii():
        return None
    found = _LETTERS.fullmatch(text) if text[0] == "s" else _crossed(words, at) if "x" in text else None
    if found is None:
        return None
    numbers = [int(digits) for digits in _DIGITS.findall(found[2])]
    told = _told(words, at, at + 1, int(found[1]), numbers)
    return told._replace(is_split_episode=True) if found.re is _LETTERS and found[3] else told


def _crossed(words: Sequence[Word], at: int) -> re.Match[str] | None:
    """`10x10 (2018)` at the start is a movie's title and `1x1` alone an episode; `1920x816` is a picture."""
    found = _CROSSED.fullmatch(words[at].text)
    is_title = found and at == 0 and any(is_year(word.text) for word in words[1:]) and len(found[0]) > 4
    return None if is_title else found


def _in_two_phrases(words: Sequence[Word], at: int) -> Numbering | None:
    season = season_phrase(words, at)
    if not season:
        return None
    if numbers := _range_before_the_word(words, season.until):
        return _told(words, at, season.until + 3, season.number, numbers)
    episode = episode_phrase(words, season.until)
    if not episode:
        return None
    more = [int(digits) for digits in _CHAINED.findall(words[season.until].text)]
    return _told(words, at, episode.until, season.number, [episode.number, *more])


def _range_before_the_word(words: Sequence[Word], at: int) -> list[int]:
    """`1-8 серии`."""
    ends = at + 2 < len(words) and is_number(words, at, 3) and is_number(words, at + 1, 3) and words[at + 1].gap == "-"
    return [int(words[at].text), int(words[at + 1].text)] if ends and words[at + 2].text in EPISODE_WORDS else []


def _told(words: Sequence[Word], at: int, until: int, season: int, numbers: list[int]) -> Numbering:
    """Everything from the first number to the last is held; `1-16 of 16` is a whole season."""
    until = _read_further(words, until, season, numbers)
    is_special = _is_between_episodes(words, until) or _is_marked_special(words, until)
    episodes = _through(numbers)
    if until + 1 < len(words) and words[until].text in OF_WORDS and is_number(words, until + 1, 3):
        is_whole = len(episodes) > 1 and episodes[0] == 1 and episodes[-1] == int(words[until + 1].text)
        episodes, until = (() if is_whole else episodes), until + 2
    return Numbering(at, until, season=season, episodes=episodes, is_special=is_special)


def _through(numbers: list[int]) -> tuple[int, ...]:
    first, last = numbers[0], max(numbers)
    is_range = 0 <= last - first <= LONGEST_RANGE and first == min(numbers)
    return tuple(range(first, last + 1)) if is_range else tuple(dict.fromkeys(numbers))


def _read_further(words: Sequence[Word], at: int, season: int, numbers: list[int]) -> int:
    """Add the episodes told behind the first: `-E03`, `-03`, `.S01E03`, `+04`, `to E05`; the word behind them."""
    while at < len(words):
        joined = at + (words[at].text in UNTIL_WORDS or words[at].text == "and")
        is_counted_aloud = joined > at and words[at - 1].text.isdecimal()  # `Episodes 1 to 5`, not `S01E01 To 10 Rooms`
        further = _further(words, joined, season, numbers[-1], is_counted_aloud) if joined < len(words) else []
        if not further:
            return at
        numbers.extend(further)
        at = joined + 1
    return at


def _further(words: Sequence[Word], at: int, season: int, last: int, is_spoken: bool) -> list[int]:
    text, gap = words[at].text, words[at].gap
    if text.isalpha() or gap.strip(_BETWEEN):
        return []
    if found := _FURTHER.fullmatch(text):
        return _above(last, [int(found[1])])
    if text.isdecimal():
        is_next = gap == "_" and int(text) == last + 1 and len(text) > 1
        return _above(last, [int(text)]) if is_next or is_spoken or gap in _JOINTS else []
    again = _LETTERS.fullmatch(text) or _CROSSED.fullmatch(text)
    same = again and int(again[1]) == season
    return _above(last, [int(digits) for digits in _DIGITS.findall(again[2])]) if again and same else _glued(text, last)


def _glued(text: str, last: int) -> list[int]:
    """`E02E03` in one word behind `S01`."""
    is_chain = re.fullmatch(r"(?:e[0-9]{1,4}){2,}", text)
    return _above(last, [int(digits) for digits in _DIGITS.findall(text)]) if is_chain else []


def _above(last: int, numbers: list[int]) -> list[int]:
    """Episodes go on upwards and not too far: `S12E13-3 Acts` is one episode."""
    return numbers if last < numbers[0] <= last + LONGEST_RANGE else []


def _is_between_episodes(words: Sequence[Word], at: int) -> bool:
    """`S01E11.5` stands between two episodes; `S01E11.5.Years.Later` does not."""
    if at >= len(words) or words[at].text != "5" or words[at].gap != ".":
        return False
    return at + 1 == len(words) or words[at + 1].gap[:1] in (" ", "[", "(", "-")


def _is_marked_special(words: Sequence[Word], at: int) -> bool:
    return at < len(words) and words[at].text in ("sp", "ova", "oad") and words[at].gap[-1:] == "["
