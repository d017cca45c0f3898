"""A proper, repack or v2 corrects an earlier upload; REAL says that this time it is meant."""

import re
from collections.abc import Sequence

from matinee.media.parse.words import Word
from matinee.media.quality import Revision

_CORRECTED = re.compile(r"(?:proper|repack|rerip)([0-9]?)")
_VERSION = re.compile(r"(?:s[0-9]+e[0-9]+|e[0-9]+|[0-9]{1,3})?v([0-9])")


def read_revision(words: Sequence[Word], end: int) -> Revision:
    """Which version of the upload it is; `end` is where the title ends. A title may say REAL, too."""
    version = max((_version(word.text) for word in words[1:]), default=1)
    told = words[1:] if version > 1 else words[end:]
    return Revision(version, sum(word.raw == "REAL" for word in told))


def _version(text: str) -> int:
    if found := _CORRECTED.fullmatch(text):
        return int(found[1] or 1) + 1
    found = _VERSION.fullmatch(text)
    return max(1, int(found[1])) if found else 1
