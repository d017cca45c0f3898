"""An edition is another cut of the same film: `Director's Cut`, `Extended`, `Special Edition Remastered`."""

from collections.abc import Sequence

from matinee.media.parse.words import Word

_CLEAR_WORDS = """
extended unrated uncut uncensored remastered remaster recut fanedit imax despecialized restored theatrical directors
director 2in1 3in1 4in1
"""
_OTHER_WORDS = """
special ultimate final fan open diamond signature imperial collectors collector anniversary criterion limited
international alternate alternative assembly rogue despecialised redux deluxe luxe platinum gold definitive producers
superbit japanese s
"""
_CLEAR = frozenset(_CLEAR_WORDS.split())  # these say it alone …
_QUALIFIERS = _CLEAR | frozenset(_OTHER_WORDS.split())  # … these with a noun: `Final Cut`, `Open Matte`
_NOUNS = frozenset({"cut", "edition", "version", "edit", "matte"})
_ARTICLES = frozenset({"the", "a", "an", "der", "die", "das"})


def read_edition(text: str, words: Sequence[Word], start: int, end: int, until: int) -> tuple[str, int]:
    """The edition as it is written, and the word it begins at; ("", past the end) when there is none.

    It stands from the title's second word on: before the year, which is at `end`, or behind it up to `until`.
    """
    for at in range(start + 1, until):
        if words[at].text not in _QUALIFIERS:
            continue
        last = _run(words, at, until)
        if _is_an_edition(words, at, last) and not _is_the_title(words, start, at, end):
            return _written(text[words[at].start : words[last - 1].end]), at
    return "", len(words)


def _run(words: Sequence[Word], at: int, until: int) -> int:
    """Where the words of an edition end; one word of its own may stand in it: `Ultimate Rekall Edition`."""
    last = at
    while last < until:
        is_part = words[last].text in _QUALIFIERS or words[last].text in _NOUNS
        is_own = last + 1 < until and last > at and words[last + 1].text == "edition"
        if not is_part and not is_own:
            break
        last += 1
    return last


def _is_an_edition(words: Sequence[Word], at: int, last: int) -> bool:
    told = [word.text for word in words[at:last]]
    return any(word in _CLEAR for word in told) or (len(told) > 1 and any(word in _NOUNS for word in told[1:]))


def _is_the_title(words: Sequence[Word], start: int, at: int, end: int) -> bool:
    """`The Final Cut` is a film's title, not its edition."""
    return at < end and all(word.text in _ARTICLES for word in words[start:at])


def _written(text: str) -> str:
    return " ".join(text.replace(".", " ").replace("_", " ").replace("(", " ").replace(")", " ").split())
