"""A series of one season counts its episodes alone: E07, `Part 2`, `5of9`; it is taken for the first season."""

import re
from collections.abc import Sequence

from matinee.media.parse.numbering.found import Numbering
from matinee.media.parse.numbering.phrases import PART_WORDS, episode_phrase, is_number, part_phrase
from matinee.media.parse.numbering.standard import LONGEST_RANGE
from matinee.media.parse.words import Word

_EPISODE = re.compile(r"((?:e[0-9]{1,3})+)")
_DIGITS = re.compile(r"[0-9]+")
_SOME_OF_ALL = re.compile(r"([0-9]{1,2})of([0-9]{1,2})")
_PARTS = PART_WORDS - {"vol", "volume", "volumen", "band", "tom", "том", "del", "osa"}  # words of titles as well
_AND_WORDS = frozenset({"and", "und", "et", "y", "e", "to", "bis"})


def read_episodes_alone(text: str, words: Sequence[Word], start: int, technical: int) -> Numbering | None:
    """`E07` and `E11-E12`; anime's groups, who sign in front, count through all seasons instead."""
    if text.startswith(("[", "【")):
        return None
    for at in range(start, len(words)):
        found = _EPISODE.fullmatch(words[at].text) if words[at].text[0] == "e" else None
        if found:
            numbers = [int(digits) for digits in _DIGITS.findall(found[1])]
            return _first_season(at, *_with_range(words, at + 1, numbers))
    return None


def read_dated_episode(text: str, words: Sequence[Word], start: int, technical: int) -> Numbering | None:
    """`221208 Title ep34` and `221205 Title #17`: dated in front, as Japanese broadcasts are."""
    if start == 0 or not is_number(words, start - 1, 6) or len(words[start - 1].text) != 6:
        return None
    for at in range(start + 1, len(words)):
        if episode := episode_phrase(words, at):
            return _first_season(at, (episode.number,), episode.until)
        if is_number(words, at, 4) and words[at].gap.endswith(("#", "＃")):
            return _first_season(at, (int(words[at].text),), at + 1)
    return None


def read_part(text: str, words: Sequence[Word], start: int, technical: int) -> Numbering | None:
    """`Part 2`, `Part Two`, `Part 1 and Part 2`, `5of9`, `1 of 6`."""
    if text.startswith(("[", "【")):
        return None
    for at in range(start + 1, min(technical, len(words))):
        part = part_phrase(words, at, _PARTS)
        if part and not _counts_on(words, part.until):
            return _with_another_part(words, at, part.number, part.until)
        if found := _some_of_all(words, at):
            return found
    return None


def _counts_on(words: Sequence[Word], at: int) -> bool:
    """`Title Part 2 - 05` is the fifth episode of what is called so."""
    return is_number(words, at, 3) and words[at].gap == " - " and len(words[at].text) > 1


def _first_season(at: int, episodes: tuple[int, ...], until: int) -> Numbering:
    return Numbering(at, until, season=1, episodes=episodes)


def _with_range(words: Sequence[Word], until: int, numbers: list[int]) -> tuple[tuple[int, ...], int]:
    while until < len(words) and words[until].gap in ("-", "~", " - ", "+", "&"):
        further = _EPISODE.fullmatch(words[until].text)
        is_bare = words[until].gap == "-" and is_number(words, until, 3)
        if not further and not is_bare:
            break
        numbers += [int(digits) for digits in _DIGITS.findall(words[until].text)]
        until += 1
    first, last = numbers[0], numbers[-1]
    is_range = first <= last <= first + LONGEST_RANGE
    return (tuple(range(first, last + 1)) if is_range else (first,)), until


def _with_another_part(words: Sequence[Word], at: int, number: int, until: int) -> Numbering:
    if until + 1 < len(words) and words[until].text in _AND_WORDS:
        another = part_phrase(words, until + 1)
        if another and number < another.number <= number + LONGEST_RANGE:
            return _first_season(at, tuple(range(number, another.number + 1)), another.until)
        if is_number(words, until + 1, 2) and number < int(words[until + 1].text):
            return _first_season(at, tuple(range(number, int(words[until + 1].text) + 1)), until + 2)
    return _first_season(at, (number,), until)


def _some_of_all(words: Sequence[Word], at: int) -> Numbering | None:
    if found := _SOME_OF_ALL.fullmatch(words[at].text):
        number, count, until = int(found[1]), int(found[2]), at + 1
    elif is_number(words, at, 2) and is_number(words, at + 2, 2) and words[at + 1].text == "of":
        number, count, until = int(words[at].text), int(words[at + 2].text), at + 3
    else:
        return None
    return _first_season(at, (number,), until) if 0 < number <= count else None
