"""A name on disk is safe on every filesystem, and never longer than 255 bytes."""

import re
import unicodedata

LONGEST = 255  # bytes, the limit of every common filesystem
ROOM_FOR_SUBTITLES = 24  # bytes, so that `.pt-BR.forced.srt` still fits beside the film
ELLIPSIS = "…"

_REPLACED = str.maketrans({"\\": "+", "/": "+", "?": "!", "*": "-", "<": "", ">": "", "|": "", '"': ""})
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(?=$|[. ])", re.IGNORECASE)
_REORDERING = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
_SPACES = re.compile(r"\s+")


def fit_folder(title: str, *, after: str = "", otherwise: str) -> str:
    """A folder's name; a title that leaves nothing is called by `otherwise`."""
    name = _cut(clean_name(title) or clean_name(otherwise) or "Untitled", LONGEST - _size(after)) + after
    return _unreserved(name.strip(" ."))


def fit_file(title: str, number: str = "", detail: str = "", *, after: str, suffix: str, otherwise: str) -> str:
    """A file's name `Title number - detail after.suffix`: the detail is cut first, then the title."""
    ending = after + _safe_suffix(suffix)
    room = LONGEST - ROOM_FOR_SUBTITLES - _size(number + ending)
    head = _cut(clean_name(title) or clean_name(otherwise) or "Untitled", room)
    told = clean_name(detail)
    tail = _cut(f" - {told}", room - _size(head)) if told and room - _size(head) > len(" - ") + _size(ELLIPSIS) else ""
    return _unreserved(head + number + tail + ending)


def clean_name(text: str) -> str:
    """Any text as part of a name: no separator, no control character, no dot in front, nothing at the end."""
    visible = "".join(letter for letter in unicodedata.normalize("NFC", text) if _is_harmless(letter))
    allowed = _smart_colons(_SPACES.sub(" ", visible)).translate(_REPLACED)
    return _SPACES.sub(" ", allowed).lstrip(" .").rstrip(" ")


def _smart_colons(text: str) -> str:
    """`Alien: Romulus` is `Alien - Romulus`, `3:10` is `3-10`."""
    return text.replace(": ", " - ").replace(":", "-")


def _is_harmless(letter: str) -> bool:
    is_control = unicodedata.category(letter) in ("Cc", "Cs") and not letter.isspace()
    return not is_control and letter not in _REORDERING


def _cut(text: str, room: int) -> str:
    """The text in at most so many bytes of UTF-8, never half a letter."""
    if _size(text) <= room:
        return text
    kept = text.encode()[: max(0, room - _size(ELLIPSIS))].decode(errors="ignore")
    return kept.rstrip() + ELLIPSIS


def _size(text: str) -> int:
    return len(text.encode())


def _safe_suffix(suffix: str) -> str:
    """`.mkv` and nothing that could leave the folder."""
    letters = re.sub(r"[^a-z0-9]", "", suffix.lower())
    return f".{letters[:8]}" if letters else ""


def _unreserved(name: str) -> str:
    """`Con.mkv` cannot be opened on Windows, `Con_.mkv` can."""
    return _RESERVED.sub(lambda found: found[0] + "_", name, count=1) if _RESERVED.match(name) else name
