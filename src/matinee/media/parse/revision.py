"""A proper, repack or v2 corrects an earlier upload; REAL says that this time it is meant."""

import re
from collections.abc import Sequence

from matinee.media.parse.lines import lines_of
from matinee.media.parse.sources import CODINGS, SOURCES
from matinee.media.parse.words import Word
from matinee.media.quality import Revision

FIRST = Revision()
_CORRECTED = re.compile(r"(?:proper|repack|rerip)([0-9]?)")
_ALONE = re.compile(r"v([0-9])")
_VERSION = re.compile(r"(?:s[0-9]+e[0-9]+|ep?[0-9]+|[0-9]{1,4})v([0-9])")


def read_revision(text: str, words: Sequence[Word], start: int, end: int) -> Revision:
    """Which version of the upload it is; `end` is where the title ends. A title may say REAL or proper, too."""
    if not _may_be_corrected(text):
        return FIRST  # as most names are
    versions, real = [], 0
    for at in range(start + 1, len(words)):
        word = words[at]
        if word.text[0] in "pr" and (found := _CORRECTED.fullmatch(word.text)):
            if at >= end or word.raw.isupper() or _is_before_the_picture(words, at, end):
                versions.append(int(found[1] or 1) + 1)
        elif "v" in word.text and (told := _version(words, at)) is not None:
            versions.append(told)
        if word.raw == "REAL":
            real += 1
    version = max(versions, default=1)
    if real and version == 1:
        real = sum(word.raw == "REAL" for word in words[max(end, start) :])
    return Revision(version, real) if real or version != 1 else FIRST


def _may_be_corrected(text: str) -> bool:
    small = text.lower()
    is_named = "proper" in small or "repack" in small or "rerip" in small or "REAL" in text
    return is_named or _ALONE.search(small) is not None


def is_repack(words: Sequence[Word]) -> bool:
    """Whether the maker packed it again: a repack or rerip is only for those who have the first one."""
    return any(word.text.startswith(("repack", "rerip")) and _CORRECTED.fullmatch(word.text) for word in words[1:])


def _version(words: Sequence[Word], at: int) -> int | None:
    """`07v2`, `07 v2` and `[v2]`, v0 for a hasty first; behind a word `v2` belongs to the title."""
    word = words[at]
    if found := _VERSION.fullmatch(word.text):
        return int(found[1])
    if (found := _ALONE.fullmatch(word.text)) and (words[at - 1].text[-1].isdecimal() or _is_bracketed(words, at)):
        return int(found[1])
    return None


def _is_bracketed(words: Sequence[Word], at: int) -> bool:
    after = words[at + 1].gap if at + 1 < len(words) else "]"
    return words[at].gap[-1:] in ("[", "(") and after[:1] in ("]", ")")


def _is_before_the_picture(words: Sequence[Word], at: int, end: int) -> bool:
    """`real.proper.720p.webrip`: where no year ended the title, it seems to go on until the picture."""
    if at + 1 != end or end >= len(words):
        return False
    text = words[end].text
    return text in SOURCES or text in CODINGS or bool(lines_of(text))
