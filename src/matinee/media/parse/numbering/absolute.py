"""Anime counts through all seasons: `[Group] Title - 07`."""

from collections.abc import Sequence

from matinee.media.parse.numbering.found import Numbering
from matinee.media.parse.words import Word


def read_absolute(text: str, words: Sequence[Word], start: int, technical: int) -> Numbering | None:
    """Not read yet."""
    return None
