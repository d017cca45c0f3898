"""A title in a name has dots for spaces; two titles are the same when only their dress differs."""

import re
import unicodedata
from collections.abc import Sequence

from matinee.media.parse.languages import LANGUAGES
from matinee.media.parse.picture import AMBIGUOUS
from matinee.media.parse.words import Word

_EDITIONS = frozenset(
    {"extended", "uncut", "unrated", "remastered", "recut", "theatrical", "imax", "limited", "uncensored"}
    | {"internal", "dc", "real", "proper"}
)
_LETTERS = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ı": "i", "&": " and "}
_ARTICLES = ("the ", "a ", "an ")
_APOSTROPHES = re.compile(r"['’‘`´]")
_NO_WORD = re.compile(r"[\W_]+")
_ACCENTS = re.compile(r"[\u0300-\u036f]")
_ACRONYM = re.compile(r"(?:\b[^\W\d_]\.){2,}")
_SPACES = re.compile(r"[._\s]+")
_SPACE_MISSING = re.compile(r"\.(?=\w\w)")
_BEFORE_A_TITLE = " ,;:-+[{|/\\"
_AFTER_A_TITLE = _BEFORE_A_TITLE + "("


def read_title(text: str, words: Sequence[Word]) -> str:
    """The title as a person writes it, from the words before the year, the numbers and the picture."""
    kept = list(words)
    while len(kept) > 2 and _is_dress(kept[-1]):
        kept.pop()
    if not kept:
        return ""
    begin, end = kept[0].start, kept[-1].end
    opens = kept[0].gap.endswith("(") and ")" in text[begin:end]
    closes = text[end : end + 1] in (".", "!", "?", ")")
    return _spaced(text[begin - opens : end + closes])


def same_title(a: str, b: str) -> bool:
    """Whether two titles differ in case, accents, punctuation, a leading article or `&` only."""
    return clean_title(a) == clean_title(b)


def clean_title(title: str) -> str:
    """A title without its dress: `The Good, the Bad & the Ugly` is `goodthebadandtheugly`."""
    folded = title.casefold()
    for letter, plain in _LETTERS.items():
        folded = folded.replace(letter, plain)
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", folded))
    spaced = _NO_WORD.sub(" ", _APOSTROPHES.sub("", bare)).strip()
    article = next((a for a in _ARTICLES if spaced.startswith(a)), "")
    return spaced.removeprefix(article).replace(" ", "") or _NO_WORD.sub("", folded) or folded.strip()


def _is_dress(word: Word) -> bool:
    """`The Darjeeling Limited` keeps its last word, `LIMITED` is no part of a title."""
    is_shouted = word.raw.isupper() and word.text in AMBIGUOUS | _EDITIONS
    return is_shouted or word.text in LANGUAGES


def _spaced(text: str) -> str:
    """Dots and underscores become spaces; those of an acronym as `R.I.P.D.` stay."""
    acronyms_kept = _ACRONYM.sub(lambda found: found[0].replace(".", "\0"), text)
    spaced = _SPACES.sub(" ", acronyms_kept).lstrip(_BEFORE_A_TITLE).rstrip(_AFTER_A_TITLE)
    return _SPACE_MISSING.sub(". ", spaced.replace("\0", "."))
