"""The year in a name is the last one before the technical words: `Blade Runner 2049 2017 1080p` is of 2017."""

import re
from collections.abc import Sequence

from matinee.media.parse.numbering import Numbering
from matinee.media.parse.words import Word

_YEAR = re.compile(r"1[89][0-9]{2}|20[0-9]{2}")
FIRST_FILM = 1888


def read_year(words: Sequence[Word], start: int, numbering: Numbering, technical: int) -> tuple[int | None, int]:
    """The year and the word it stands at; (None, past the end) when there is none."""
    before = min(numbering.at, technical)
    years = [at for at in range(start + 1, len(words)) if is_year(words[at])]
    early = [at for at in years if at < before]
    late = [at for at in years if at >= before and numbering.season is None]
    in_brackets = [at for at in early if words[at].gap.endswith("(")]
    if chosen := in_brackets[-1:] or early[-1:] or late[:1]:
        return int(words[chosen[0]].text), chosen[0]
    is_in_front = start == 1 and is_year(words[0])  # `(1995) Title`, `[1995] Title`
    return (int(words[0].text) if is_in_front else None), len(words)


def is_year(word: Word) -> bool:
    """Whether a film may be of that year."""
    return len(word.text) == 4 and bool(_YEAR.fullmatch(word.text)) and int(word.text) >= FIRST_FILM
