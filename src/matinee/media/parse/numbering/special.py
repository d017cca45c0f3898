"""What belongs to no season: `Title - OVA 2`, `Title - NCOP1`, `Title SP01 [BD]`."""

import re
from collections.abc import Sequence

from matinee.media.parse.numbering.apart import SPECIALS, STROKES, Told, ends, is_dashed
from matinee.media.parse.numbering.found import Numbering
from matinee.media.parse.numbering.running import Run, read_further, read_run
from matinee.media.parse.words import Word

_TRIMMINGS = frozenset(
    {"ncop", "nced", "op", "ed", "pv", "cm", "menu", "menus", "creditless", "trailer", "teaser", "preview", "promo"}
)
_NAMES = SPECIALS | _TRIMMINGS
_INITIALS = frozenset(name[0] for name in _NAMES)
_UNMISTAKABLE = frozenset({"ncop", "nced", "creditless", "ova", "ovas", "oad", "oads", "ovd", "sp"})
_CREDITS = frozenset({"opening", "ending", "op", "ed"})
_SPECIAL = re.compile(r"([a-z]{2,10})(?:([0-9]{1,3})(?:v[0-9]|[a-d])?)?")


def read_special(told: Told) -> Numbering | None:
    """A special told outright; only those that are episodes have a number."""
    for at in range(told.start + 1, min(len(told.words), told.technical + 1)):
        found = _SPECIAL.fullmatch(told.words[at].text) if told.words[at].text[0] in _INITIALS else None
        if found and found[1] in _NAMES and _is_announced(told, at, found):
            run = _number_of_special(told.words, at, found[2])
            numbers = run.episodes if run and found[1] in SPECIALS else ()
            return Numbering(at, run.until if run else at + 1, absolute=numbers, is_special=True)
    return None


def _is_announced(told: Told, at: int, found: re.Match[str]) -> bool:
    """Behind a dash or known to every group, so that no word of a title is taken for it; `Title OVA - 01` is one."""
    word, behind = told.words[at], told.words[at + 1] if at + 1 < len(told.words) else None
    is_counted = bool(found[2]) or (behind is not None and behind.text.isdecimal())
    if "+" in word.gap:
        return False  # `Title + OVA (01-12)`
    before = told.words[at - 1].text
    if before.isdecimal() and len(before) > 1 and not is_counted:
        return False  # `Title - 01 - OVA`, `Title 01-12 + OVA`
    is_over = ends(told, at + 1) or is_counted or (behind is not None and behind.text in _CREDITS)
    if is_dashed(word) or word.gap[-1:] == "[":
        return is_over
    is_another_title = found[1] in SPECIALS and behind is not None and is_dashed(behind) and is_counted
    return told.is_signed and found[1] in _UNMISTAKABLE and is_over and not is_another_title


def _number_of_special(words: Sequence[Word], at: int, glued: str | None) -> Run | None:
    if glued:
        return read_further(words, at + 1, int(glued), glued)
    is_near = at + 1 < len(words) and (words[at + 1].gap.strip(" _.#") in ("", *STROKES))
    return read_run(words, at + 1) if is_near else None
