"""China, Japan and Korea count with their own signs: 第12話, 第05集, 全24话, 12화, 第二季第5集."""

import re
from collections.abc import Sequence

from matinee.media.parse.numbering.found import Numbering
from matinee.media.parse.numbering.phrases import is_number
from matinee.media.parse.words import Word

EPISODE_SIGNS = "话話集回夜화회"  # as in episode, set, round, night
SEASON_SIGNS = "季期기"
NUMERALS = "一二三四五六七八九"

_NUMBER = rf"[0-9]{{1,4}}|[十百{NUMERALS}]{{1,4}}"
_EPISODE = re.compile(rf"[第제]?({_NUMBER})(?:v[0-9])?[{EPISODE_SIGNS}](?:v[0-9]|end|完)?")
_ALL = re.compile(rf"(?:全|共|総)({_NUMBER})[{EPISODE_SIGNS}]")
_SEASON = re.compile(rf"(?:第({_NUMBER})[{SEASON_SIGNS}]|([0-9]{{1,2}})기|시즌([0-9]{{1,2}}))(.*)")
_FIRST = re.compile(rf"[第제]({_NUMBER})")


def read_eastern(words: Sequence[Word], start: int) -> Numbering | None:
    """The first episodes told, within their season where that stands right before them."""
    for at in range(start + 1, len(words)):
        if words[at].text.isascii():
            continue
        if found := _episodes_at(words, at):
            return _within_season(words, start, found)
        if found := _season_and_episode(words[at].text, at):
            return found
    return None


def number_of(told: str) -> int:
    """12 and 十二 are the same number."""
    if told.isdecimal():
        return int(told)
    hundreds, _, rest = told.rpartition("百")
    tens, ten, ones = rest.rpartition("十")
    number = (NUMERALS.find(ones) + 1) if ones else 0
    number += 10 * (NUMERALS.find(tens) + 1 if tens else 1) if ten else 0
    return number + (100 * (NUMERALS.find(hundreds) + 1) if hundreds else 0)


def _episodes_at(words: Sequence[Word], at: int) -> Numbering | None:
    """`第12話`, `第01-12話`, `第 5 話`, `全12話`."""
    text = words[at].text
    if found := _EPISODE.fullmatch(text):
        return Numbering(at, at + 1, absolute=(number_of(found[1]),))
    if found := _ALL.fullmatch(text):
        return Numbering(at, at + 1, absolute=tuple(range(1, number_of(found[1]) + 1)))
    if at + 1 >= len(words):
        return None
    first, last = _FIRST.fullmatch(text), _EPISODE.fullmatch(words[at + 1].text)
    if first and last and words[at + 1].gap.strip() in ("-", "~", "～", "–"):
        return Numbering(at, at + 2, absolute=tuple(range(number_of(first[1]), number_of(last[1]) + 1)))
    is_spaced = text == "第" and is_number(words, at + 1, 4) and at + 2 < len(words)
    return Numbering(at, at + 3, absolute=(int(words[at + 1].text),)) if is_spaced and _is_sign(words[at + 2]) else None


def _is_sign(word: Word) -> bool:
    return word.text[0] in EPISODE_SIGNS and len(word.text) == 1


def _season_and_episode(text: str, at: int) -> Numbering | None:
    """`第一季第05集` in one word."""
    season = _SEASON.fullmatch(text)
    episode = _EPISODE.fullmatch(season[4]) if season else None
    if not season or not episode:
        return None
    return Numbering(at, at + 1, season=_season_of(season), episodes=(number_of(episode[1]),))


def _within_season(words: Sequence[Word], start: int, found: Numbering) -> Numbering:
    """`第一季 第05集`: the number begins anew with each season."""
    before = _SEASON.fullmatch(words[found.at - 1].text) if found.at - 1 > start else None
    if not before or before[4]:
        return found
    return Numbering(found.at - 1, found.until, season=_season_of(before), episodes=found.absolute)


def _season_of(found: re.Match[str]) -> int:
    return number_of(found[1] or found[2] or found[3])
