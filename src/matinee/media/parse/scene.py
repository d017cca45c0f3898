"""A scene name follows the rules of its makers: dots for spaces, the picture's words, and a group's sign at the end."""

from matinee.media.parse import read_name
from matinee.media.parse.words import tidy
from matinee.media.quality import UNKNOWN
from matinee.media.title import Kind

_BRACKETS = str.maketrans("【】", "[]")


def is_scene_name(name: str, kind: Kind | None = None) -> bool:
    """Whether a title with its year or its episodes, a source and a group are all there, without a space."""
    text = tidy(name)
    if " " in text or "." not in text:
        return False
    read = read_name(text, kind)
    is_counted = read.season is not None or read.air_date is not None
    names_it = read.title and (is_counted if kind is Kind.SERIES else is_counted or read.year)
    signed = read.group is not None and text.endswith(f"-{read.group}")
    return bool(read.is_release and names_it and signed and read.quality is not UNKNOWN and read.source_from == "name")


def scene_name(name: str, kind: Kind | None = None) -> str | None:
    """The name without the suffix of a file and with plain brackets, when it is a scene name."""
    text = tidy(name).translate(_BRACKETS)
    return text if is_scene_name(text, kind) else None
