"""A season told without episodes is a season pack: S01, `Season 1`, S01-S03, `S01 Part 2`, `S03 Extras`."""

from collections.abc import Sequence

from matinee.media.parse.numbering.found import Numbering
from matinee.media.parse.numbering.phrases import (
    PART_WORDS,
    SEASON_STARTS,
    SEASON_WORDS,
    UNTIL_WORDS,
    Told,
    is_number,
    is_year,
    part_phrase,
    season_phrase,
)
from matinee.media.parse.words import Word

MOST_SEASONS = 60  # that one pack may hold; `S01-99` is no range of seasons

_EXTRAS = frozenset({"extra", "extras", "subpack", "subspack", "bonus"})
_SPECIALS = frozenset({"special", "specials"})
_PARTS = PART_WORDS | {"p"}
_JOINTS = frozenset({"-", " - ", "–", " – ", "~", " ~ ", "+", " + ", "&", " & ", ".", " ", ", ", "_"})
_STROKES = frozenset("-–~+&")
_AND_WORDS = UNTIL_WORDS | {"and", "und", "et", "y", "e", "и", "та", "a"}


def read_season(text: str, words: Sequence[Word], start: int, technical: int) -> Numbering | None:
    """A season behind which no number stands: that number may count through all seasons."""
    found = read_any_season(text, words, start, technical)
    is_settled = found and (found.is_season_extra or found.is_special)
    return found if not found or is_settled or not _number_stands(words, found.until) else None


def read_any_season(text: str, words: Sequence[Word], start: int, technical: int) -> Numbering | None:
    """The first season told."""
    for at in range(start, len(words)):
        if words[at].text.isalpha() and words[at].text not in SEASON_STARTS:
            continue  # most words: nothing is counted by them
        if season := season_phrase(words, at):
            return _what_of_it(words, _with_last(words, at, season))
    return None


def _with_last(words: Sequence[Word], at: int, first: Told) -> Numbering:
    """`S01-S05`, `Season 01 - Season 07`, `S01-05`, `Seasons 1 to 5`, `S01.S02.S03`."""
    last, until = first.number, first.until
    while until < len(words) and (further := _further_season(words, until, last)):
        last, until = further
    is_several = last > first.number
    return Numbering(at, until, season=first.number, last_season=last if is_several else None)


def _further_season(words: Sequence[Word], at: int, last: int) -> Told | None:
    is_spoken = words[at].text in _AND_WORDS and at + 1 < len(words)
    at += is_spoken
    if words[at].gap not in _JOINTS:
        return None
    is_joined = is_spoken and words[at - 2].text.isdecimal()
    is_joined = is_joined or (not is_spoken and words[at].gap.strip() in _STROKES)
    is_bare = is_joined and is_number(words, at, 2) and (is_spoken or _is_no_dash_between(words, at))
    found = Told(int(words[at].text), at + 1) if is_bare else season_phrase(words, at)
    return found if found and last < found.number <= last + MOST_SEASONS else None


def _is_no_dash_between(words: Sequence[Word], at: int) -> bool:
    """`S01-03` and `Season 1 + 2` are seasons, in `Title S1 - 05` and `Title S1-05` an episode follows."""
    gap = words[at].gap
    is_padded = words[at].text.startswith("0") and not words[at - 1].text[-2:].isdecimal()
    return gap.strip() in ("+", "&") or (" " not in gap and not is_padded) or _is_plural(words, at)


def _is_plural(words: Sequence[Word], at: int) -> bool:
    """`Seasons 1 - 5` is a range while `Title S1 - 05` is an episode of that title."""
    return at > 1 and words[at - 2].text in SEASON_WORDS and words[at - 2].text.endswith(("s", "en", "i", "y"))


def _what_of_it(words: Sequence[Word], whole: Numbering) -> Numbering:
    """Not all of a season may be there, or only what was left over."""
    nearby = [word.text for word in words[whole.until : whole.until + 2] if not set("+&") & set(word.gap)]
    if _EXTRAS & set(nearby):
        return whole._replace(is_season_extra=True, until=whole.until + 1 + (nearby[0] not in _EXTRAS))
    if nearby and nearby[0] in _SPECIALS:
        return whole._replace(is_special=True, until=whole.until + 1)
    if part := part_phrase(words, whole.until, _PARTS):
        return whole._replace(is_partial_season=True, season_part=part.number, until=part.until)
    return whole


def _number_stands(words: Sequence[Word], at: int) -> bool:
    """A number right behind, as in `S3 - 12` and `S21 999`; a year is none."""
    return is_number(words, at, 4) and not is_year(words[at].text)
