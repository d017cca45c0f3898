"""Season and episode in one number: 103 is S01E03, 1013 is S10E13, `Cap.402` is S04E02."""

import re
from collections.abc import Sequence
from itertools import pairwise

from matinee.media.parse.numbering.found import Numbering
from matinee.media.parse.numbering.phrases import EPISODE_WORDS, is_number, is_year, season_phrase
from matinee.media.parse.words import Word

_PICTURES = frozenset({"360", "480", "540", "576", "720", "1080", "2160", "264", "265"})
_BEFORE_CODEC = frozenset({"h", "x"})
_COUNTED_BY = EPISODE_WORDS - {"e"}  # `Ep.1071` tells an episode alone
_CHAPTER = re.compile(r"cap([0-9]{3,4})")


def read_chapter(text: str, words: Sequence[Word], start: int, technical: int) -> Numbering | None:
    """`[HDTV][Cap.402]` and `[Cap.101_103]`, as Spanish trackers write; `Temporada 4` may stand before."""
    if "cap" not in text.lower():
        return None
    for at in range(start, len(words)):
        digits, until = _chapter_at(words, at)
        if digits:
            first = _split(digits)
            last, until = _last_chapter(words, until, first)
            begin = next((place for place in range(start + 1, at) if _is_season(words, place)), at)
            return Numbering(begin, until, season=first[0], episodes=tuple(range(first[1], last + 1)))
    return None


def read_compact(text: str, words: Sequence[Word], start: int, technical: int) -> Numbering | None:
    """A number of three or four digits between dots, before talk of the picture, or at the very end."""
    if text.startswith(("[", "【")):
        return None
    for at in range(start + 1, len(words)):
        is_last = at == len(words) - 1
        if (at < technical or is_last) and _stands_free(text, words, at, is_last):
            season, episodes = _seasoned(words[at].text, is_year(words[at - 1].text))
            if episodes:
                return _with_next(words, Numbering(at, at + 1, season=season, episodes=episodes))
    return None


def _with_next(words: Sequence[Word], found: Numbering) -> Numbering:
    """`103.104` and `205-206` are two episodes."""
    while found.until < len(words) and words[found.until].gap in (".", "-", "_"):
        season, further = _seasoned(words[found.until].text, False) if is_number(words, found.until, 4) else (0, ())
        if season != found.season or further[0] != found.episodes[-1] + 1:
            break
        found = found._replace(until=found.until + 1, episodes=found.episodes + further)
    return found


def _chapter_at(words: Sequence[Word], at: int) -> tuple[str, int]:
    if words[at].text == "cap" and is_number(words, at + 1, 4) and len(words[at + 1].text) > 2:
        return words[at + 1].text, at + 2
    found = _CHAPTER.fullmatch(words[at].text)
    return (found[1], at + 1) if found else ("", at)


def _last_chapter(words: Sequence[Word], until: int, first: tuple[int, int]) -> tuple[int, int]:
    if is_number(words, until, 4) and len(words[until].text) > 2 and words[until].gap in ("_", "-"):
        season, episode = _split(words[until].text)
        if season == first[0] and episode > first[1]:
            return episode, until + 1
    return first[1], until


def _split(digits: str) -> tuple[int, int]:
    return int(digits[:-2]), int(digits[-2:])


def _is_season(words: Sequence[Word], at: int) -> bool:
    return season_phrase(words, at) is not None


def _stands_free(text: str, words: Sequence[Word], at: int, is_last: bool) -> bool:
    word = words[at]
    if not word.text.isdecimal() or not 3 <= len(word.text) <= 6 or word.text in _PICTURES:
        return False
    if words[at - 1].text in _BEFORE_CODEC or words[at - 1].text in _COUNTED_BY:
        return False
    behind = text[word.end : word.end + 1]
    is_between_dots = word.gap in (".", "_") and behind in ("", ".", "_", "-", "[")
    ends_a_range = words[at - 1].text.isdecimal()  # `Eps 107-120`
    return is_between_dots or (is_last and word.gap == "-" and not behind and not ends_a_range)


def _seasoned(digits: str, is_behind_year: bool) -> tuple[int, tuple[int, ...]]:
    """The season and its episodes; none when the number is more likely a year."""
    if is_year(digits) or (len(digits) == 4 and digits[0] == "0" and not is_behind_year):
        return 0, ()
    width = 1 if len(digits) % 2 else 2
    season, rest = int(digits[:width]), digits[width:]
    episodes = tuple(int(rest[place : place + 2]) for place in range(0, len(rest), 2))
    is_sound = season and episodes and episodes[0] and all(b == a + 1 for a, b in pairwise(episodes))
    return (season, episodes) if is_sound else (0, ())
