"""A proper, repack or v2 corrects an earlier upload; REAL says that this time it is meant."""

import re
from collections.abc import Sequence

from matinee.media.parse.words import Word
from matinee.media.quality import Revision

_CORRECTED = re.compile(r"(?:proper|repack|rerip)([0-9]?)")
FIRST = Revision()
_ALONE = re.compile(r"v([0-9])")
_VERSION = re.compile(r"(?:s[0-9]+e[0-9]+|e[0-9]+|[0-9]{1,4})v([0-9])")


def read_revision(words: Sequence[Word], end: int) -> Revision:
    """Which version of the upload it is; `end` is where the title ends. A title may say REAL, too."""
    version, real = 1, 0
    for at in range(1, len(words)):
        word = words[at]
        if word.text[0] in "pr" or "v" in word.text:
            version = max(version, _version(word.text, words[at - 1].text))
        if word.raw == "REAL":
            real += 1
    if real and version == 1:
        real = sum(word.raw == "REAL" for word in words[end:])
    return Revision(version, real) if real or version > 1 else FIRST


def is_repack(words: Sequence[Word]) -> bool:
    """Whether the maker packed it again: a repack or rerip is only for those who have the first one."""
    return any(word.text.startswith(("repack", "rerip")) and _CORRECTED.fullmatch(word.text) for word in words[1:])


def _version(text: str, before: str) -> int:
    """`repack2` is the third version, `07v2` and `07 v2` the second; behind a word `v2` belongs to the title."""
    if found := _CORRECTED.fullmatch(text):
        return int(found[1] or 1) + 1
    found = _VERSION.fullmatch(text) or (_ALONE.fullmatch(text) if before[-1:].isdecimal() else None)
    return max(1, int(found[1])) if found else 1
