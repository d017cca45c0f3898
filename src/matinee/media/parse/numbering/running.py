"""A run of numbers: 07, 07v2, 12.5, 01-12, `01 ~ 12`, 01-02-03."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from matinee.media.parse.numbering.phrases import OF_WORDS, UNTIL_WORDS, is_number, is_year
from matinee.media.parse.words import Word

LONGEST_RUN = 1500  # episodes in one pack; no anime's batch is longer

_NUMBER = re.compile(r"([0-9]{1,4})(?:v[0-9]|end|fin|final|[a-d])?")
_LAST_NUMBER = re.compile(r"(?:e|ep|eps)?([0-9]{1,4})(?:v[0-9]|end|fin|final|[a-d])?")
_TENTH = re.compile(r"([0-9])(?:v[0-9])?")
_VERSION = re.compile(r"v[0-9]")
_JOINTS = frozenset(f"{space}{stroke}{space}" for stroke in "-~～–—+&" for space in ("", " ", "_"))
_AND_WORDS = frozenset({"and", "und", "et", "y", "e", "и"})
_OPENINGS = frozenset({" - ", "_-_", ".-.", " – ", "[", " [", "][", "] ["})  # `Title - 6.5` is no sound in 5.1
_LAST_WORDS = frozenset({"end", "fin", "final"})  # which is no Finnish
_WIDE_DASHES = frozenset({" - ", "_-_", " – ", " — "})


class Run(NamedTuple):
    """The episodes, or one between two in tenths (125 is 12.5); how it was written; the word behind it."""

    episodes: tuple[int, ...]
    tenths: tuple[int, ...]
    digits: str
    until: int

    @property
    def is_range(self) -> bool:
        """Whether it counts several episodes."""
        return len(self.episodes) > 1


def read_run(words: Sequence[Word], at: int) -> Run | None:
    """The numbers that begin at a word; a year or the lines of a picture are none."""
    found = _NUMBER.fullmatch(words[at].text) if words[at].text[0].isdecimal() else None
    if not found or is_year(found[1]):
        return None
    if tenth := _tenth(words, at):
        return Run((), (int(found[1]) * 10 + tenth,), found[1], _behind_version(words, _behind_decimals(words, at + 2)))
    return read_further(words, at + 1, int(found[1]), found[1])


def read_further(words: Sequence[Word], until: int, first: int, digits: str) -> Run:
    """The numbers that go on behind the first one, which stands right before the word `until`."""
    numbers = [first]
    while until < len(words) and (further := _further(words, until, numbers[-1], digits)):
        number, until = further
        numbers.append(number)
    is_listed = len(numbers) > 2  # 01-02-03
    episodes = tuple(numbers) if is_listed else tuple(range(first, numbers[-1] + 1))
    return Run(episodes, (), digits, _behind_version(words, until))


def _tenth(words: Sequence[Word], at: int) -> int:
    """The 5 of `12.5`; where dots stand for spaces no other digit is believed, nor is 5.1 channels."""
    if at + 1 >= len(words) or words[at + 1].gap != "." or not words[at].text.isdecimal():
        return 0
    found = _TENTH.fullmatch(words[at + 1].text)
    if not found or ("." in words[at].gap and found[1] != "5"):
        return 0
    is_apart = len(words[at].text) > 1 or (found[1] == "5" and words[at].gap in _OPENINGS)
    return int(found[1]) if is_apart else 0


def _behind_decimals(words: Sequence[Word], at: int) -> int:
    """`26.5.1`: some count the versions by another dot."""
    return at + (at < len(words) and words[at].gap == "." and len(words[at].text) == 1 and words[at].text.isdecimal())


def _further(words: Sequence[Word], at: int, last: int, digits: str) -> tuple[int, int] | None:
    is_next = words[at].text in _AND_WORDS or words[at].gap == ", "  # `07 and 08`, `07, 08`
    is_spoken = (words[at].text in UNTIL_WORDS or words[at].text in _AND_WORDS) and at + 1 < len(words)
    at += is_spoken
    word = words[at]
    found = _LAST_NUMBER.fullmatch(word.text)
    if not found or not (is_spoken or is_next or word.gap in _JOINTS) or is_year(found[1]):
        return None
    number = int(found[1])
    if is_next and number != last + 1:
        return None
    if not last < number <= last + LONGEST_RUN or (word.gap in _WIDE_DASHES and not _continues(words, at, digits)):
        return None
    return number, at + 1


def _continues(words: Sequence[Word], at: int, digits: str) -> bool:
    """`01 - 12 [Batch]` is a range; `05 - 100 Ways Home` is an episode and its title, `21 - 101` a title's number."""
    is_beginning = digits.startswith("0") and len(digits) > 1 and int(digits) > 0  # `Gundam 00 - 05`
    return is_beginning and len(words[at].text) > 1 and (at + 1 == len(words) or words[at + 1].gap[-1:] in ("[", "("))


def _behind_version(words: Sequence[Word], at: int) -> int:
    """`07 v2`, and `07 of 12`, which tells how many there are in all."""
    at += at < len(words) and bool(_VERSION.fullmatch(words[at].text))
    at += at < len(words) and words[at].text in _LAST_WORDS and _is_last(words, at)
    is_of_all = at + 1 < len(words) and words[at].text in OF_WORDS and is_number(words, at + 1, 4)
    return at + 2 if is_of_all and not is_year(words[at + 1].text) else at


def _is_last(words: Sequence[Word], at: int) -> bool:
    """`[01-25 Fin][BD]`, `07 END [1080p]`: a bracket stands behind, or nothing."""
    return at + 1 >= len(words) or words[at + 1].gap[-1:] in ("[", "(", "]", ")")
