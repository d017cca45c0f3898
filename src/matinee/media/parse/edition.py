"""An edition is another cut of the same film: `Director's Cut`, `Extended`, `Special Edition Remastered`."""

import re
from collections.abc import Sequence

from matinee.media.parse.languages import LANGUAGES
from matinee.media.parse.words import Word

_CLEAR_WORDS = """
extended unrated uncut uncensored remastered remaster recut fanedit imax despecialized restored theatrical directors
2in1 3in1 4in1
"""
_OTHER_WORDS = """
special ultimate final fan open diamond signature imperial collectors collector anniversary criterion limited
international alternate alternative assembly rogue despecialised redux deluxe luxe platinum gold definitive producers
producer director superbit japanese
"""
_CLEAR = frozenset(_CLEAR_WORDS.split())  # these say it alone …
_QUALIFIERS = _CLEAR | frozenset(_OTHER_WORDS.split())  # … these with a noun: `Final Cut`, `Open Matte`
_NOUNS = frozenset({"cut", "edition", "version", "edit", "matte"})
_ARTICLES = frozenset({"the", "a", "an", "der", "die", "das"})
_OF_A_NAME = frozenset({"cut", "edition"})
_NO_NAMES = (
    LANGUAGES.keys() | _ARTICLES | {"internal", "proper", "real", "repack", "dubbed", "subbed", "hc", "dl", "ml"}
)
_LONGEST_NAME = 3  # words
_PLAYERS = re.compile(r"\{edition-([^{}]{1,64})\}", re.I)
_ORDINAL = re.compile(r"[0-9]{1,3}(?:st|nd|rd|th)?")


def read_edition(text: str, words: Sequence[Word], start: int, end: int, until: int) -> tuple[str, int]:
    """The edition as it is written, and the word it begins at; ("", past the end) when there is none.

    It stands from the title's second word on, mostly before the picture, which is at `until`; the year is at `end`.
    Media players have it in braces anywhere: `{edition-Final Cut}`.
    """
    if "{edition-" in text.lower() and (told := _PLAYERS.search(text)):
        return told[1].strip(), next(at for at, word in enumerate(words) if word.start > told.start())
    for at in range(start + 1, len(words)):
        if words[at].text not in _QUALIFIERS or (at >= until and words[at].gap == "-"):
            continue  # behind the picture's last dash a group signs
        last = _run(words, at, until if at < until else len(words))
        if _is_an_edition(words, at, last) and not _is_the_title(words, start, at, end):
            first = at - _has_ordinal(words, start, at)
            return _written(text[words[first].start : words[last - 1].end]), first
    return _named(text, words, end, until)


def _run(words: Sequence[Word], at: int, until: int) -> int:
    """Where the words of an edition end; one word of its own may stand in it: `Ultimate Rekall Edition`."""
    last = at
    while last < until:
        is_part = words[last].text in _QUALIFIERS or words[last].text in _NOUNS or _is_genitive(words[last], last - at)
        is_own = last + 1 < until and last > at and words[last + 1].text == "edition"
        if not is_part and not is_own:
            break
        last += 1
    return last


def _is_genitive(word: Word, place: int) -> bool:
    """The `s` of `Director's`."""
    return word.text == "s" and place > 0 and word.gap in ("'", "’", "‘", "`", "´")


def _is_an_edition(words: Sequence[Word], at: int, last: int) -> bool:
    told = [word.text for word in words[at:last]]
    if any(word in _CLEAR for word in told) or any(word in _NOUNS for word in told[1:]):
        return True
    return told == ["director", "s"] or (told[0] == "anniversary" and _has_ordinal(words, 0, at))


def _has_ordinal(words: Sequence[Word], start: int, at: int) -> bool:
    """`10th Anniversary` is one thing."""
    return words[at].text == "anniversary" and at - 1 > start and bool(_ORDINAL.fullmatch(words[at - 1].text))


def _is_the_title(words: Sequence[Word], start: int, at: int, end: int) -> bool:
    """`The Final Cut` is a film's title, not its edition."""
    return at < end and all(word.text in _ARTICLES for word in words[start:at])


def _named(text: str, words: Sequence[Word], end: int, until: int) -> tuple[str, int]:
    """Behind the year a cut may have any name: `Skynet Edition`, `European Cut`."""
    for last in range(end + 2, until):
        if words[last].text not in _OF_A_NAME:
            continue
        first = last
        while first > max(end + 1, last - _LONGEST_NAME) and _may_name(words[first - 1].text):
            first -= 1
        if first < last:
            return _written(text[words[first].start : words[last].end]), first
    return "", len(words)


def _may_name(word: str) -> bool:
    return word.isalpha() and word not in _NO_NAMES


def _written(text: str) -> str:
    return " ".join(text.replace(".", " ").replace("_", " ").replace("(", " ").replace(")", " ").split())
