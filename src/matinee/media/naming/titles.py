"""A title may go to the shelf with its article behind, without its accents, or as one letter."""

import re
import unicodedata

_ARTICLES = frozenset({"the", "a", "an"})
_YEAR_BEHIND = re.compile(r" *\((?:19|20)\d\d\)$")
_BEHIND = re.compile(r"(?: *\([^()]*\))+$")
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘`´ʼ", "'"))
_SPACE = str.maketrans({"/": " ", "\\": " "})
_BRACKETS = str.maketrans(dict.fromkeys("()[]{}", ""))
_ALONE = frozenset(",<>;:'\"|~!?@$%^*-_=")
_ACCENTS = re.compile("(?<=[A-Za-z])[\u0300-\u036f]+")
_CONTRACTED = re.compile(r"'(?=(?:s|m|t|ve|ll|d|re)$)", re.IGNORECASE)


def title_the(title: str) -> str:
    """`The Mist (2007)` is `Mist, The (2007)`."""
    core, article, behind = _parts(title)
    return f"{core}, {article}{behind}" if article else title


def clean_title(title: str) -> str:
    """Plain words: no accents, brackets or loose signs, `and` for `&`, contractions in one piece."""
    plain = without_accents(title).translate(_APOSTROPHES).replace("&", "and").translate(_SPACE)
    words = [word for word in plain.split() if word not in _ALONE]
    last = len(words) - 1
    cleaned = (_clean_word(word, at == last) for at, word in enumerate(words))
    return " ".join(word for word in cleaned if word)


def clean_title_the(title: str) -> str:
    """`The Rat Pack (A&E)` is `Rat Pack, The AandE`."""
    core, article, behind = _parts(title)
    if not article:
        return clean_title(title)
    return f"{clean_title(core)}, {article} {clean_title(behind)}".rstrip()


def title_year(title: str, year: int | None) -> str:
    """The title with its year behind, once."""
    return f"{title} ({year})" if year and not _YEAR_BEHIND.search(title) else title


def without_year(title: str) -> str:
    """The title without a year in brackets behind."""
    return _YEAR_BEHIND.sub("", title) or title


def first_character(title: str) -> str:
    """The letter or digit a library would file it under, `_` where there is none."""
    core, _, _ = _parts(title)
    found = next((letter for letter in without_accents(core) if letter.isalnum()), "_")
    return unicodedata.normalize("NFC", found.upper())


def without_accents(text: str) -> str:
    """`Beyoncé` is `Beyonce`; only Latin letters lose anything, `й` is a letter of its own."""
    return unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFD", text)))


def _parts(title: str) -> tuple[str, str, str]:
    """The words, the article that led them, and what stands behind in brackets."""
    article, _, rest = title.partition(" ")
    if article.lower() not in _ARTICLES or not rest.strip():
        return title, "", ""
    found = _BEHIND.search(rest)
    behind = found[0] if found else ""
    core = rest[: len(rest) - len(behind)].strip()
    return (core, article, behind) if core else (title, "", "")


def _clean_word(word: str, is_last: bool) -> str:
    """A contraction at the very end keeps its sign: both managers leave it there."""
    bare = word.translate(_BRACKETS)
    return (bare if is_last else _CONTRACTED.sub("", bare)).rstrip("':?,")
