"""A scene name follows the rules of its makers: dots for spaces, the picture's words, and a group's sign at the end."""

from matinee.media.parse import read_name
from matinee.media.parse.words import tidy
from matinee.media.quality import UNKNOWN
from matinee.media.title import Kind

_BRACKETS = str.maketrans("【】", "[]")


def is_scene_name(name: str, kind: Kind | None = None) -> bool:
    """Whether a title, its episodes or its year, a quality and a group are all there, without a space.

    Of what is known to be a movie's name no year is asked: the scene of some countries leaves it out.
    """
    text = tidy(name)
    if " " in text or "." not in text:
        return False
    read = read_name(text, kind)
    is_counted = read.season is not None or read.air_date is not None
    is_movie = kind is Kind.MOVIE or (kind is None and read.year is not None)
    signed = read.group is not None and text.endswith(f"-{read.group}")
    return read.is_release and bool(read.title) and (is_counted or is_movie) and signed and read.quality is not UNKNOWN


def scene_name(name: str, kind: Kind | None = None) -> str | None:
    """The name without the suffix of a file and with plain brackets, when it is a scene name."""
    text = tidy(name).translate(_BRACKETS)
    return text if is_scene_name(text, kind) else None
