"""A name on disk is safe on every filesystem, and never longer than 255 bytes."""

import re

from matinee.media.naming.clean import clean_name, unreserved
from matinee.media.naming.truncate import ELLIPSIS, LONGEST, ROOM_FOR_SUBTITLES, cut, size

__all__ = ["ELLIPSIS", "LONGEST", "ROOM_FOR_SUBTITLES", "clean_name", "fit_file", "fit_folder", "safe_suffix"]


def fit_folder(title: str, *, after: str = "", otherwise: str) -> str:
    """A folder's name; a title that leaves nothing is called by `otherwise`."""
    name = cut(clean_name(title) or clean_name(otherwise) or "Untitled", LONGEST - size(after)) + after
    return unreserved(name.strip(" ."))


def fit_file(title: str, number: str = "", detail: str = "", *, after: str, suffix: str, otherwise: str) -> str:
    """A file's name `Title number - detail after.suffix`: the detail is cut first, then the title."""
    ending = after + safe_suffix(suffix)
    room = LONGEST - ROOM_FOR_SUBTITLES - size(number + ending)
    head = cut(clean_name(title) or clean_name(otherwise) or "Untitled", room)
    told = clean_name(detail)
    tail = cut(f" - {told}", room - size(head)) if told and room - size(head) > len(" - ") + size(ELLIPSIS) else ""
    return unreserved(head + number + tail + ending)


def safe_suffix(suffix: str) -> str:
    """`.mkv` and nothing that could leave the folder."""
    letters = re.sub(r"[^a-z0-9]", "", suffix.lower())
    return f".{letters[:8]}" if letters else ""
