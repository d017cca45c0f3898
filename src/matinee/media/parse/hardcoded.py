"""Subtitles burnt into the picture cannot be switched off: `KORSUB`, `HC`, `SUBBED`."""

import re
from collections.abc import Sequence

from matinee.media.parse.words import Word

GENERIC = "Generic Hardcoded Subs"

_OF_A_LANGUAGE = re.compile(r"(?:kor|nor|swe|dan|fin|nl|ger|fre|ita|spa|eng|chi|jap|ara|heb|pl)subs?")
_GENERIC = frozenset({"hc", "subbed", "hardsub", "hardsubs", "hardsubbed", "hardcoded", "hardcodedsubs"})
_OFTEN_SOFT = frozenset({"nlsub", "nlsubs", "plsub", "plsubs", "engsub", "engsubs"})


def read_hardcoded(words: Sequence[Word], end: int) -> str | None:
    """Which subtitles are burnt in, by the words behind the title; None when none are told."""
    for at in range(end, len(words)):
        text = words[at].text
        if text in _GENERIC:
            return GENERIC
        if "sub" in text and text not in _OFTEN_SOFT and _OF_A_LANGUAGE.fullmatch(text):
            return words[at].raw
    return None
