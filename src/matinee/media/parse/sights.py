"""All that a name says of its picture, found in one walk over its words."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from matinee.media.parse.lines import lines_of
from matinee.media.parse.sources import AMBIGUOUS, CODECS, CODINGS, REMUXES, SOURCES, ULTRA
from matinee.media.parse.words import Word
from matinee.media.quality import Source

_NEVER_IN_TITLES = CODECS | REMUXES | {"4k", "repack", "rerip"}
_FULL_HD = frozenset({"fhd", "fullhd"})
_MANY_DISCS = re.compile(r"[0-9]{1,2}x?((?:dvd|bd)[0-9]*r?)")


class Told(NamedTuple):
    """A source at its word: `phrase` as the tables have it, `width` is the number of its words."""

    at: int
    phrase: str
    source: Source
    width: int = 1


class Sights(NamedTuple):
    """Sources and lines by the word they stand at, how the picture is coded, and every word."""

    sources: tuple[Told, ...]
    lines: tuple[tuple[int, int], ...]
    codings: frozenset[str]
    words: frozenset[str]
    plain: tuple[int, ...]

    def first_after(self, start: int, words: Sequence[Word]) -> int:
        """Where talk of the picture begins, at the latest where the title ends; the count of words when nowhere."""
        first = len(words)
        for at, _ in self.lines:
            if start < at < first:
                first = at
        for at in self.plain:
            if start < at < first:
                first = at
        for one in self.sources:
            if start < one.at < first and (one.phrase not in AMBIGUOUS or opens(words[one.at])):
                first = one.at
        return first

    @property
    def resolution(self) -> int:
        """The lines the name states, the last where it states several; 0 when it is silent."""
        if self.lines:
            return self.lines[-1][1]
        return 2160 if self.words & ULTRA else 1080 if self.words & _FULL_HD else 0


def _by_first_word() -> dict[str, dict[str, tuple[str, Source | None]]]:
    """`web` leads to `web` alone, to `web-dl` and to `web-rip`, by the word behind it."""
    found: dict[str, dict[str, tuple[str, Source | None]]] = {}
    for phrase in [*SOURCES, *CODINGS]:
        first, _, second = phrase.partition("-")
        found.setdefault(first, {})[second] = (phrase, SOURCES.get(phrase))
    return found


_FIRST_WORDS = _by_first_word()


def look(words: Sequence[Word]) -> Sights:
    """One walk over the words."""
    sources: list[Told] = []
    lines: list[tuple[int, int]] = []
    codings: list[str] = []
    plain: list[int] = []
    skipped = -1
    for at, word in enumerate(words):
        text = word.text
        if at != skipped and (endings := _FIRST_WORDS.get(text)):
            after = words[at + 1].text if at + 1 < len(words) else ""
            phrase, source = endings.get(after) or endings.get("", ("", None))
            is_pair = bool(after) and after in endings
            skipped = at + 1 if is_pair else -1
            if source:
                sources.append(Told(at, phrase, source, 1 + is_pair))
            elif phrase:
                codings.append(CODINGS[phrase])
        if text in _NEVER_IN_TITLES:
            plain.append(at)
        elif text[0].isdigit() and not text.isdecimal():  # a bare number states no lines
            if stated := lines_of(text):
                lines.append((at, stated))
            elif (discs := _MANY_DISCS.fullmatch(text)) and discs[1] in SOURCES:
                sources.append(Told(at, discs[1], SOURCES[discs[1]]))
    return Sights(tuple(sources), tuple(lines), frozenset(codings), frozenset([w.text for w in words]), tuple(plain))


def opens(word: Word) -> bool:
    """Whether a bracket opens before the word."""
    return word.gap[-1:] in ("(", "[")


def is_label(words: Sequence[Word], told: Told) -> bool:
    """`[HDTV]`: the source stands alone in its brackets."""
    until = told.at + told.width
    return words[told.at].gap[-1:] == "[" and (until == len(words) or words[until].gap[:1] == "]")
