"""Anime may be counted twice in one name: `S02E03 (27)` is the third of its season and the 27th of all."""

from collections.abc import Sequence

from matinee.media.parse.numbering.found import Numbering
from matinee.media.parse.words import Word

_DASH = frozenset({" - ", ".-.", "_-_"})


def with_absolute(text: str, words: Sequence[Word], start: int, technical: int, found: Numbering) -> Numbering:
    """The numbering, with the number through all seasons that stands right before or behind it."""
    is_signed = text.startswith("[")
    return _before(words, start, found, is_signed) or _behind(text, words, technical, found, is_signed) or found


def _before(words: Sequence[Word], start: int, found: Numbering, is_signed: bool) -> Numbering | None:
    """`Title - 12 - S01E12`, `Title - 07.5 (S00E01)`, `[Group] Title 214 10x14`."""
    at = found.at - 1
    if at <= start or at >= len(words) or not words[at].text.isdecimal():
        return None
    if words[at].text == "5" and words[at].gap == "." and at - 1 > start and _is_count(words[at - 1]):
        number = int(words[at - 1].text)
        is_apart = words[at - 1].gap in _DASH
        return found._replace(at=at - 1, special_numbers=(number * 10 + 5,)) if is_apart else None
    is_apart = words[at].gap in _DASH or (is_signed and _is_no_name(words[at].text) and words[found.at].gap == " ")
    return found._replace(at=at, absolute=(int(words[at].text),)) if is_apart and _is_count(words[at]) else None


def _behind(text: str, words: Sequence[Word], technical: int, found: Numbering, is_signed: bool) -> Numbering | None:
    """`S01E01-02 (001-002)`, `[Group] Title S10E14 214`."""
    at = found.until
    if at >= len(words) or not _is_count(words[at]):
        return None
    first, last, until = int(words[at].text), int(words[at].text), at + 1
    if until < len(words) and words[until].gap == "-" and _is_count(words[until]) and int(words[until].text) > first:
        last, until = int(words[until].text), until + 1
    is_enclosed = words[at].gap[-1:] in ("(", "[", "{") and text[words[until - 1].end :][:1] in (")", "]", "}")
    is_apart = is_signed and (len(words[at].text) > 2 or words[at].gap in _DASH) and _ends(words, until, technical)
    counted = tuple(range(first, last + 1)) if last - first < len(found.episodes) else ()
    return found._replace(until=until, absolute=counted) if (is_enclosed or is_apart) and counted else None


def _is_count(word: Word) -> bool:
    return 2 <= len(word.text) <= 3 and word.text.isdecimal()


def _is_no_name(text: str) -> bool:
    """Round numbers are of titles: `Mob Psycho 100 S02E05`."""
    return len(text) == 3 and not text.endswith("00")


def _ends(words: Sequence[Word], at: int, technical: int) -> bool:
    """Whether nothing of an episode's title follows."""
    return at >= len(words) or at == technical or words[at].gap[-1:] in ("[", "(", "-") or words[at].gap in _DASH
