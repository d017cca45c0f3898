"""Subtitles burnt into the picture cannot be switched off: `KORSUB`, `HC`, `SUBBED`."""

import re
from collections.abc import Sequence

from matinee.media.parse.words import Word

GENERIC = "Generic Hardcoded Subs"

_OF_A_LANGUAGE = re.compile(
    r"(?:ara|bul|chi|chs|cht|cze|dan|eng|fin|fre|ger|gre|heb|hun|ind|ita|jap|jpn|kor|nl|nor|nordic|pl|pol|por|pt|ro|rom"
    r"|rus|spa|swe|tha|tur|ukr|vie)subs?"
)
_GENERIC = frozenset({"hc", "hcsub", "hcsubs", "subbed", "hardsub", "hardsubs", "hardsubbed", "hardcoded"})
_OFTEN_SOFT = frozenset({"nlsub", "nlsubs", "plsub", "plsubs", "engsub", "engsubs"})
_BURNT = frozenset({"sub", "subs", "subbed", "coded"})


def read_hardcoded(words: Sequence[Word], end: int) -> str | None:
    """Which subtitles are burnt in, by the words behind the title; None when none are told."""
    for at in range(end, len(words)):
        text = words[at].text
        if text in _GENERIC or (text == "hard" and at + 1 < len(words) and words[at + 1].text in _BURNT):
            return GENERIC
        if "sub" in text and text not in _OFTEN_SOFT and _OF_A_LANGUAGE.fullmatch(text):
            return words[at].raw
    return None
