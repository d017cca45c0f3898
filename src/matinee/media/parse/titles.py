"""A title in a name has dots for spaces; two titles are the same when only their dress differs."""

import re
import unicodedata
from collections.abc import Sequence

from matinee.media.parse.languages import LANGUAGES
from matinee.media.parse.picture import AMBIGUOUS
from matinee.media.parse.words import Word
from matinee.media.title import Kind

_EDITIONS = frozenset(
    {"extended", "uncut", "unrated", "remastered", "recut", "theatrical", "imax", "limited", "uncensored"}
    | {"internal", "dc", "real", "proper"}
)
_SHOUTED = AMBIGUOUS | _EDITIONS
_LETTERS = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ı": "i", "&": " and "}
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_NORTHERN = str.maketrans({"ø": "oe", "å": "aa"})
_ARTICLES = ("the ", "a ", "an ")
_APOSTROPHES = re.compile(r"['’‘`´]")
_NO_WORD = re.compile(r"[\W_]+")
_ACCENTS = re.compile(r"[\u0300-\u036f]")
_ACRONYM = re.compile(r"(?:\b[^\W\d_]\.){2,}")
_SPACE_MISSING = re.compile(r"\.(?=\w\w|\d)")
_ABBREVIATED = re.compile(r"\b(Dr|Mr|Mrs|Ms|St|Jr|Sr|Prof|vs)\.(?=[^\W_]{2})", re.I)
_LEADING_ARTICLES = frozenset({"the", "a", "an"})
_SMALL_WORDS = frozenset({"the", "a", "an", "and", "or", "of"})
_CENSORED = re.compile(r"(?<=[a-z])[@$*](?=[%a-z])")
_PERCENT = re.compile(r"(?<=[0-9])%")
_PART = re.compile(r"\s*\([0-9]+\)\s*$")
_SPECIAL_TITLE = re.compile(r"[\s._-]s[0-9]{1,2}[\s._-]+(?:special|extra)s?[\s._-]+(.+)$", re.I)
_TECHNICAL_TAIL = re.compile(r"[\s._-](?:[0-9]{3,4}[pi]|hdtv|web|bluray|dvdrip)\b.*$", re.I)
_SOUND = frozenset(
    {"dl", "ml", "dubbed", "dub", "ac3", "ac3d", "dts", "dtsd", "dtshd", "eac3", "ddp", "aac", "ld", "md", "line", "hq"}
    | {"subbed", "hdrip", "internal", "nordic", "dual", "repack", "rerip", "avc"}
)
_BEFORE_A_TITLE = " ,;:-+[{|/\\"
_AFTER_A_TITLE = _BEFORE_A_TITLE + "("


def read_title(text: str, words: Sequence[Word]) -> str:
    """The title as a person writes it, from the words before the year, the numbers and the picture."""
    kept = list(words)
    while len(kept) > 1 and _is_dress(kept):
        kept.pop()
    if not kept:
        return ""
    begin, end = kept[0].start, kept[-1].end
    opens = kept[0].gap.endswith("(") and ")" in text[begin:end]
    behind = text[end : end + 1]
    is_last_bracket = behind == ")" and "(" in text[begin - opens : end]
    closes = behind in ("!", "?") or is_last_bracket or (behind == "." and _ends_an_acronym(kept))
    return _spaced(text[begin - opens : end + closes])


def same_title(a: str, b: str) -> bool:
    """Whether two titles differ in case, accents, punctuation, a leading article or `&` only.

    A name without accents writes `Fünf` as `Funf` or, as Germans do, as `Fuenf`.
    """
    if clean_title(a) == clean_title(b):
        return True
    return not (a.isascii() and b.isascii()) and clean_title(spelled_out(a)) == clean_title(spelled_out(b))


def clean_title(title: str, kind: Kind | None = None) -> str:
    """A title without its dress: `The Good, the Bad & the Ugly` is `goodthebadandtheugly`.

    With a kind it is cleaned as those do who manage movies or series: small words inside go, articles in front stay.
    """
    if kind is not None:
        return _cleaned_for_managers(title, kind)
    folded = title.casefold()
    for letter, plain in _LETTERS.items():
        folded = folded.replace(letter, plain)
    bare = _unaccented(folded)
    spaced = _NO_WORD.sub(" ", _APOSTROPHES.sub("", bare)).strip()
    article = next((a for a in _ARTICLES if spaced.startswith(a)), "")
    if article == "a " and spaced[3:4] in (" ", ""):
        article = ""  # the `A` of `A.I.`
    return spaced.removeprefix(article).replace(" ", "") or _NO_WORD.sub("", folded) or folded.strip()


def spelled_out(title: str) -> str:
    """The title as one writes it who has no umlauts: `fuenf`."""
    return unicodedata.normalize("NFC", title).lower().translate(_UMLAUTS).translate(_NORTHERN)


def _cleaned_for_managers(title: str, kind: Kind) -> str:
    """Of series accents go first, so that `à` is a small word; of movies last, and umlauts are spelled out."""
    text = _CENSORED.sub("", _APOSTROPHES.sub("", title.lower()))
    if kind is Kind.SERIES:
        text = _unaccented(_PERCENT.sub("percent", text))
    words = [word for word in _NO_WORD.split(unicodedata.normalize("NFC", text)) if word]
    kept = "".join(word for at, word in enumerate(words) if not _is_small(words, at))
    return _unaccented(kept.translate(_UMLAUTS)) or title.strip()


def _unaccented(text: str) -> str:
    return text if text.isascii() else _ACCENTS.sub("", unicodedata.normalize("NFKD", text))


def _is_small(words: Sequence[str], at: int) -> bool:
    """Articles and the like between other words; the `A` of an acronym is none."""
    if words[at] not in _SMALL_WORDS or not 0 < at < len(words) - 1:
        return False
    beside = (words[at - 1], words[at + 1])
    return words[at] != "a" or not any(len(word) == 1 and word.isalpha() for word in beside)


def episode_title_key(title: str) -> str:
    """An episode's title to compare by: `French Title (1)` is `french title`; of a special's name what names it."""
    behind = _SPECIAL_TITLE.search(title)
    text = _TECHNICAL_TAIL.sub("", behind[1]) if behind else title
    words = _NO_WORD.split(_PART.sub("", text).lower())
    return " ".join(word for word in words if word)


def _is_dress(words: Sequence[Word]) -> bool:
    """`The Darjeeling Limited` keeps its last word, `LIMITED` is no part of a title, and `German` of few."""
    word = words[-1]
    if len(words) == 2 and words[0].text in _LEADING_ARTICLES:
        return False
    if word.text in _SOUND:
        return True
    if word.raw.isupper() and word.text in _SHOUTED:
        return len(words) > 2
    return word.text in LANGUAGES and not _is_named_so(words)


def _is_named_so(words: Sequence[Word]) -> bool:
    """`The Good German` and `The Italian` are titles; `Der Film German` tells the language."""
    return words[0].text in ("the", "a", "an", "my", "his", "her", "that", "this") and not words[-1].raw.isupper()


def _ends_an_acronym(words: Sequence[Word]) -> bool:
    """`U.N.C.L.E.` and `L.A.` keep their last dot."""
    return len(words) > 1 and len(words[-1].raw) == 1 and len(words[-2].raw) == 1 and words[-1].gap == "."


def _spaced(text: str) -> str:
    """Dots and underscores become spaces; those of an acronym as `R.I.P.D.` and of `Dr.` stay."""
    kept = _ACRONYM.sub(lambda found: found[0].replace(".", "\0"), text) if "." in text else text
    kept = _ABBREVIATED.sub("\\1\0 ", kept) if "." in kept else kept
    spaced = " ".join(kept.replace(".", " ").replace("_", " ").split()).lstrip(_BEFORE_A_TITLE).rstrip(_AFTER_A_TITLE)
    return _SPACE_MISSING.sub(". ", spaced.replace("\0", ".")) if "\0" in spaced else spaced
