"""A name falls apart into words: runs of letters and digits, whatever stands between them."""

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from matinee.media.file import SUBTITLE_SUFFIXES, VIDEO_SUFFIXES
from matinee.media.parse.suffixes import PICTURES_BY_SUFFIX

LONGEST_NAME = 512  # characters; no honest name is longer, and a hostile one shall not cost time

_WORDS = re.compile(r"([\W_]*+)([^\W_]+)")  # what joins it to the one before, and the word
_GLUED = re.compile(r"([a-z]+)([0-9]{3,4}[pi]|s[0-9]{2}(?:e[0-9]{2,3})+)")
_ENDS_OF_GLUED = frozenset("pi0123456789")
_SUFFIXES = frozenset(VIDEO_SUFFIXES | SUBTITLE_SUFFIXES | PICTURES_BY_SUFFIX.keys() | {".nzb", ".torrent"})


class Word(NamedTuple):
    """A word in small letters, as written, where it stands in the text, and what stands before it."""

    text: str
    raw: str
    start: int
    end: int
    gap: str


def tidy(name: str) -> str:
    """The part of a name that is read: one form for each letter, no file suffix."""
    return tidy_file(name)[0]


def tidy_file(name: str) -> tuple[str, str]:
    """The part of a name that is read, and the suffix in small letters when it is that of a file."""
    text = name[:LONGEST_NAME].strip()
    if not text.isascii():
        text = unicodedata.normalize("NFC", text).strip()
    cut = text.rfind(".")
    suffix = text[cut:].lower() if cut > 0 else ""
    is_file = suffix in _SUFFIXES and not text.endswith(".TS")  # in capitals it is a telesync
    return (text[:cut], suffix) if is_file else (text, "")


def words_of(text: str) -> tuple[Word, ...]:
    """All words in order; `Bluray1080p` and `titles01e02` count as two."""
    words: list[Word] = []
    before, make = 0, tuple.__new__  # a quarter quicker than the class itself
    for joint, told in _WORDS.findall(text):
        gap, raw, start = joint, told, before + len(joint)
        end = start + len(raw)
        small = raw.lower()
        if small[-1] in _ENDS_OF_GLUED and small[0].isalpha() and (glued := _GLUED.fullmatch(small)):
            middle = start + glued.end(1)
            words.append(Word(small[: middle - start], text[start:middle], start, middle, gap))
            start, raw, small, gap = middle, text[middle:end], small[middle - start :], ""
        words.append(make(Word, (small, raw, start, end, gap)))
        before = end
    return tuple(words)


def title_start(text: str, words: Sequence[Word]) -> int:
    """Which word begins the title: a group in brackets may stand before it, as in `[Group] Title`."""
    if text[:1] != "[":
        return 0
    close = text.find("]")
    after = next((i for i, word in enumerate(words) if word.start > close), 0)
    return after if close > 0 else 0
