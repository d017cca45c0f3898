"""What no filesystem holds is replaced, and a colon as the owner likes it."""

import re
import unicodedata
from enum import StrEnum


class Colon(StrEnum):
    """What a colon becomes. Smart: `Alien: Romulus` is `Alien - Romulus`, `3:10` is `3-10`."""

    DELETE = "delete"
    DASH = "dash"
    SPACE_DASH = "spaceDash"
    SPACE_DASH_SPACE = "spaceDashSpace"
    SMART = "smart"
    CUSTOM = "custom"


ILLEGAL = '\\/:*?"<>|'

_COLONS = {
    Colon.DELETE: "",
    Colon.DASH: "-",
    Colon.SPACE_DASH: " -",
    Colon.SPACE_DASH_SPACE: " - ",
    Colon.SMART: "-",
}
_REPLACED = str.maketrans({"\\": "+", "/": "+", "?": "!", "*": "-", "<": "", ">": "", "|": "", '"': ""})
_REMOVED = str.maketrans(dict.fromkeys(ILLEGAL, ""))
_REORDERING = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
_LONGEST_TEXT = 512  # letters: twice what fits on a disk
_SPACES = re.compile(r"\s+")
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(?=$|[. ])", re.IGNORECASE)


def one_line(text: str) -> str:
    """The text with single spaces, and of a length that can still be a title."""
    return " ".join(text[:_LONGEST_TEXT].split())


def clean_name(text: str, colon: Colon = Colon.SMART, custom: str = "", *, replace: bool = True) -> str:
    """Any text as part of a name: no separator, no control character, no dot in front, nothing at the end."""
    return clean_inside(text, colon, custom, replace=replace).lstrip(" .").rstrip(" ")


def clean_inside(text: str, colon: Colon = Colon.SMART, custom: str = "", *, replace: bool = True) -> str:
    """The same for text that stands in the middle of a name: its ends stay. `replace` off removes instead."""
    visible = "".join(letter for letter in unicodedata.normalize("NFC", text[:_LONGEST_TEXT]) if _is_harmless(letter))
    spaced = _SPACES.sub(" ", visible)
    allowed = _without_colons(spaced, colon, custom).translate(_REPLACED) if replace else spaced.translate(_REMOVED)
    return _SPACES.sub(" ", allowed)


def unreserved(name: str) -> str:
    """`Con.mkv` cannot be opened on Windows, `Con_.mkv` can; a dot gives its place: `Con.Air` is `Con_Air`."""
    found = _RESERVED.match(name)
    if not found:
        return name
    rest = name[found.end() :]
    return found[0] + "_" + (rest[1:] if len(rest) > 1 and rest[0] == "." else rest)


def _without_colons(text: str, colon: Colon, custom: str) -> str:
    if colon is Colon.CUSTOM:
        return text.replace(":", custom.translate(_REMOVED))
    if colon is Colon.SMART:
        text = text.replace(": ", " - ")
    return text.replace(":", _COLONS[colon])


def _is_harmless(letter: str) -> bool:
    is_control = unicodedata.category(letter) in ("Cc", "Cs") and not letter.isspace()
    return not is_control and letter not in _REORDERING
