"""A home copy from a shop is named by season and episode in front: `11-02 Title`."""

from collections.abc import Sequence

from matinee.media.parse.numbering.found import Numbering
from matinee.media.parse.numbering.phrases import is_number
from matinee.media.parse.words import Word


def read_opening(text: str, words: Sequence[Word], start: int, technical: int) -> Numbering | None:
    """`11-02 Title (HD)`: two short numbers, then words."""
    if start + 2 >= len(words) or not is_number(words, start, 2) or not is_number(words, start + 1, 3):
        return None
    joined = words[start + 1].gap == "-" and len(words[start + 1].text) >= 2 and words[start + 2].gap[:1] == " "
    if not joined or words[start + 2].text.isdecimal():
        return None
    return Numbering(start, start + 2, season=int(words[start].text), episodes=(int(words[start + 1].text),))
