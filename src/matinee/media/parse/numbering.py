"""Season and episode stand in a name as S01E02, 1x02, `Season 1 Episode 2`, or as the season alone."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from matinee.media.parse.words import Word

LONGEST_RANGE = 100  # episodes; S01E01-E9999 is a slip of the pen

_SEASON_AND_EPISODES = re.compile(r"s([0-9]{1,2}|(?:19|20)[0-9]{2})((?:e[0-9]{1,4})+)(?:v[0-9])?")
_SEASON = re.compile(r"s([0-9]{1,2}|(?:19|20)[0-9]{2})")
_CROSSED = re.compile(r"([0-9]{1,2})((?:x[0-9]{2,3})+)")
_EPISODE = re.compile(r"(?:e|ep)([0-9]{1,4})(?:v[0-9])?")
_NUMBER = re.compile(r"[0-9]{1,3}")
_SEASON_WORDS = frozenset({"season", "staffel", "saison", "temporada", "stagione"})
_EPISODE_WORDS = frozenset({"e", "ep", "episode", "folge", "episodio"})


@dataclass(frozen=True, slots=True)
class Numbering:
    """The season and episodes told, and the word at which they begin."""

    at: int
    season: int | None = None
    episodes: tuple[int, ...] = ()


def read_numbering(words: Sequence[Word], start: int) -> Numbering | None:
    """The first place in the name that counts seasons or episodes."""
    for at in range(start, len(words)):
        for rule in (_by_letters, _by_season_letter, _by_season_word, _by_cross):
            found = rule(words, at)
            if found and not (rule is _by_cross and at == start and _year_follows(words, at)):
                return found
    return None


def _by_letters(words: Sequence[Word], at: int) -> Numbering | None:
    found = _SEASON_AND_EPISODES.fullmatch(words[at].text)
    if not found:
        return None
    return Numbering(at, int(found[1]), _with_range(_numbers(found[2], "e"), words, at + 1))


def _by_season_letter(words: Sequence[Word], at: int) -> Numbering | None:
    found = _SEASON.fullmatch(words[at].text)
    return Numbering(at, int(found[1]), _episodes_from(words, at + 1)) if found else None


def _by_season_word(words: Sequence[Word], at: int) -> Numbering | None:
    if words[at].text not in _SEASON_WORDS or not _is_number(words, at + 1):
        return None
    return Numbering(at, int(words[at + 1].text), _episodes_from(words, at + 2))


def _by_cross(words: Sequence[Word], at: int) -> Numbering | None:
    found = _CROSSED.fullmatch(words[at].text)
    if not found:
        return None
    return Numbering(at, int(found[1]), _with_range(_numbers(found[2], "x"), words, at + 1))


def _year_follows(words: Sequence[Word], at: int) -> bool:
    """`10x10 (2018)` is a movie's title, `1x02 Title` an episode."""
    return any(re.fullmatch(r"(?:19|20)[0-9]{2}", word.text) for word in words[at + 1 :])


def _episodes_from(words: Sequence[Word], at: int) -> tuple[int, ...]:
    """Episodes told in words of their own: `S01 E02`, `Season 1 Episode 2`."""
    if at < len(words) and (found := _EPISODE.fullmatch(words[at].text)):
        return _with_range((int(found[1]),), words, at + 1)
    if at < len(words) and words[at].text in _EPISODE_WORDS and _is_number(words, at + 1):
        return _with_range((int(words[at + 1].text),), words, at + 2)
    return ()


def _with_range(episodes: tuple[int, ...], words: Sequence[Word], at: int) -> tuple[int, ...]:
    """Further episodes behind the first: `-E03`, `-03` and `.E03`."""
    while at < len(words) and (found := _next_episode(words[at])):
        number, last = int(found), episodes[-1]
        through = "-" in words[at].gap and last < number <= last + LONGEST_RANGE
        episodes += tuple(range(last + 1, number + 1)) if through else (number,)
        at += 1
    return tuple(dict.fromkeys(episodes))


def _next_episode(word: Word) -> str | None:
    if found := _EPISODE.fullmatch(word.text):
        return found[1]
    is_bare = word.gap == "-" and _NUMBER.fullmatch(word.text)
    return word.text if is_bare else None


def _numbers(text: str, letter: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(letter) if part)


def _is_number(words: Sequence[Word], at: int) -> bool:
    return at < len(words) and bool(_NUMBER.fullmatch(words[at].text))
