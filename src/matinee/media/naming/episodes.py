"""A file may hold several episodes: six ways to tell their numbers, and one to tell their titles."""

import re
from collections.abc import Callable, Sequence
from enum import StrEnum

from matinee.media.naming.clean import one_line
from matinee.media.naming.subject import Airing, Numbered, Subject
from matinee.media.naming.template import Group, Piece, Token

_BETWEEN = re.compile(r"[- ._]?[ex]", re.IGNORECASE)
_LEAD = re.compile(r"(?P<separator>[- ._]*)(?P<season>s?)", re.IGNORECASE)
_SEPARATORS_FIRST = re.compile(r"[- ._]*")
_PART = re.compile(r"[-:,]? *(?:\(\d+\)|\(?(?:part|pt\.?)[ ._]*\d+\)?)$", re.IGNORECASE)
DEFAULT_SEPARATOR = " - "
_WHERE_NO_NUMBER_COUNTS = (Token("season", argument="0"), "x", Token("episode", argument="00"))


class Style(StrEnum):
    """How the episodes 6, 7 and 8 of season 15 are told, in this order below."""

    EXTEND = "extend"  # S15E06-07-08
    DUPLICATE = "duplicate"  # S15E06 - S15E07 - S15E08
    REPEAT = "repeat"  # S15E06E07E08
    SCENE = "scene"  # S15E06-E07-E08
    RANGE = "range"  # S15E06-08
    PREFIXED_RANGE = "prefixedRange"  # S15E06-E08


def with_numbers(pieces: tuple[Piece, ...], subject: Subject, style: Style) -> tuple[Piece, ...]:
    """The format with the numbers of all its episodes written out."""
    episodes = sorted(subject.episodes, key=lambda one: (one.season, one.number))
    counted = _without_absolute(pieces, subject)
    written: list[Piece] = []
    at = 0
    while at < len(counted):
        told, used = _told_at(counted, at, episodes, style)
        written.append(told)
        at += used
    return tuple(written)


def has_number(pieces: Sequence[Piece]) -> bool:
    """Whether the format says season and episode."""
    return any(_is_season_episode(pieces, at) for at in range(len(pieces)))


def has_absolute(pieces: Sequence[Piece]) -> bool:
    """Whether the format counts from the first episode on."""
    return any(_is(piece, "absolute") for piece in pieces)


def titles_told(episodes: Sequence[Numbered], tell: Callable[[str], str] = str) -> tuple[str, ...]:
    """The episodes' titles, each once, the parts of one story as one. A single episode keeps its `(1)`."""
    bare = [one_line(one.title).rstrip(" .?") for one in episodes]
    folded = [_PART.sub("", title).rstrip(" .?:,-") for title in bare] if len(bare) > 1 else bare
    told = [title for title in folded if title] or bare
    return tuple(dict.fromkeys(title for one in told if (title := tell(one).rstrip(" .?"))))


def padded(number: int, token: Token) -> str:
    """`06` for `{episode:00}`."""
    return str(number).zfill(len(token.argument)) if set(token.argument) == {"0"} else str(number)


def _without_absolute(pieces: tuple[Piece, ...], subject: Subject) -> tuple[Piece, ...]:
    """A format that counts from the first episode on needs such numbers, or tells season and episode instead."""
    counts = subject.file.airing is Airing.ANIME and all(one.absolute is not None for one in subject.episodes)
    if counts or not has_absolute(pieces):
        return pieces
    instead = () if has_number(pieces) else _WHERE_NO_NUMBER_COUNTS
    swapped: list[Piece] = []
    for piece in pieces:
        swapped += (instead or ("",)) if _is(piece, "absolute") else (piece,)
    return tuple(swapped)


def _told_at(pieces: Sequence[Piece], at: int, episodes: Sequence[Numbered], style: Style) -> tuple[Piece, int]:
    """What stands at a place with its numbers told, and how many pieces that used up."""
    piece = pieces[at]
    if _is_season_episode(pieces, at):
        return _season_episode(pieces, at, episodes, style), 3
    if _is(piece, "absolute") and isinstance(piece, Token):
        return piece.before + _absolutes(pieces, at, piece, episodes, style) + piece.after, 1
    return piece, 1


def _season_episode(pieces: Sequence[Piece], at: int, episodes: Sequence[Numbered], style: Style) -> str:
    season, between, number = pieces[at : at + 3]
    if not isinstance(season, Token) or not isinstance(number, Token) or not episodes:
        return ""
    separator, lead = _around(pieces, at, at + 2)
    numbers = [padded(one.number, number) for one in episodes]
    told = f"{padded(episodes[0].season, season)}{between}{numbers[0]}"
    again = [f"{separator}{lead}{padded(one.season, season)}{between}{padded(one.number, number)}" for one in episodes]
    return season.before + told + _others(style, numbers, str(between), again) + number.after


def _absolutes(pieces: Sequence[Piece], at: int, token: Token, episodes: Sequence[Numbered], style: Style) -> str:
    numbers = [padded(one.absolute or 0, token) for one in episodes]
    separator, _ = _around(pieces, at, at)
    again = [separator + number for number in numbers]
    dashed = Style.EXTEND if style in (Style.REPEAT, Style.SCENE) else style
    return "".join(numbers[:1]) + _others(dashed, numbers, "", again)


def _others(style: Style, numbers: Sequence[str], between: str, again: Sequence[str]) -> str:
    """All after the first."""
    prefix = between.lstrip("- ._")
    written = {
        Style.EXTEND: [f"-{number}" for number in numbers],
        Style.DUPLICATE: again,
        Style.REPEAT: [between + number for number in numbers],
        Style.SCENE: [f"-{prefix}{number}" for number in numbers],
        Style.RANGE: [f"-{numbers[-1]}"] * 2,
        Style.PREFIXED_RANGE: [f"-{prefix}{numbers[-1]}"] * 2,
    }
    return "".join(written[style][1:]) if len(numbers) > 1 else ""


def _around(pieces: Sequence[Piece], first: int, last: int) -> tuple[str, str]:
    """What stands between the numbers and their neighbours, and the `S` before them."""
    before = pieces[first - 1] if first else ""
    text = before if isinstance(before, str) else ""
    found = _LEAD.fullmatch(text)
    lead = found["season"] if found else text[-1:] if text[-1:].lower() == "s" and not text[-2:-1].isalnum() else ""
    behind = pieces[last + 1] if last + 1 < len(pieces) else ""
    after = _SEPARATORS_FIRST.fullmatch(behind) if isinstance(behind, str) else None
    separator = (found["separator"] if found else "") or (after[0] if after else "")
    return separator or DEFAULT_SEPARATOR, lead


def _is_season_episode(pieces: Sequence[Piece], at: int) -> bool:
    if at + 2 >= len(pieces) or not _is(pieces[at], "season") or not _is(pieces[at + 2], "episode"):
        return False
    between = pieces[at + 1]
    return isinstance(between, str) and _BETWEEN.fullmatch(between) is not None


def _is(piece: Piece, key: str) -> bool:
    return not isinstance(piece, str | Group) and piece.key == key
