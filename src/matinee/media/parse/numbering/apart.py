"""Where a number stands apart from the title: behind a dash, in brackets, before talk of the picture."""

from collections.abc import Sequence
from typing import NamedTuple

from matinee.media.parse.languages import LANGUAGES
from matinee.media.parse.picture import CODECS, SOURCES
from matinee.media.parse.words import Word

OPENING = ("[", "(", "{")
STROKES = ("-", "–", "—")
SPECIALS = frozenset({"ova", "ovas", "oad", "oads", "ovd", "special", "specials", "sp"})

_CLOSING = ("]", ")", "}")
_SAID_BEHIND = """
vostfr vosta vostf vf vff vo multi dual dub dubbed sub subs subbed raw
end fin final finale batch complete uncensored uncut v0 v1 v2 v3 v4
"""
_AFTERWORDS = frozenset(_SAID_BEHIND.split()) | LANGUAGES.keys() | SOURCES.keys() | CODECS | SPECIALS


class Told(NamedTuple):
    """A name on its way through the rules; a signed one begins with its group, as anime's do."""

    text: str
    words: Sequence[Word]
    start: int
    technical: int
    is_signed: bool


def is_dashed(word: Word) -> bool:
    """`Title - 07`, `Title_-_07`, `Title.-.07`, `[Title] - 07`; not `Spider-07`."""
    if len(word.gap) < 3 or word.gap[-1] in STROKES:
        return False
    return word.gap.rstrip(" _.")[-1:] in STROKES


def ends(told: Told, at: int) -> bool:
    """Whether the title and its numbers are over: brackets, a dash, talk of the picture or of languages follow."""
    if at >= len(told.words) or at == told.technical:
        return True
    word = told.words[at]
    opens = "[" in word.gap or "(" in word.gap or "{" in word.gap
    return opens or is_dashed(word) or word.text in _AFTERWORDS


def closes(told: Told, at: int) -> bool:
    """Whether a bracket closes right before the word."""
    behind = told.text[told.words[at - 1].end :]
    return behind.lstrip(" _")[:1] in _CLOSING
