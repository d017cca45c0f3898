"""A naming format is plain words and tokens: `{Movie Title} ({Release Year})`, read piece by piece."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

SEPARATORS = "- ._"
LONGEST_FORMAT = 500
_DEEPEST = 4

_TOKEN = re.compile(
    r"""
    \{(?P<before>[-\ ._\[(]*)
    (?P<name>[A-Za-z0-9]+(?:(?P<separator>[-\ ._])[-\ ._]*[A-Za-z0-9]+)*)
    (?::(?P<argument>[^{}]*[^-{}\ ._)\]]))?
    (?P<after>[-\ ._)\]]*)\}
    """,
    re.VERBOSE,
)
_FOLDERS = re.compile(r"[\\/]")
_PLAIN = re.compile(r"[^a-z0-9]")


@dataclass(frozen=True, slots=True)
class Token:
    """What stands for a fact. Its own separator and case are those of the value; dress vanishes with an empty one.

    `{ [Release.Group:12]}` is the name `Release.Group`, the separator `.`, the argument `12`, dressed in ` [` and `]`.
    """

    name: str
    separator: str = ""
    argument: str = ""
    before: str = ""
    after: str = ""

    @property
    def key(self) -> str:
        """The name without separators in small letters: `releasegroup`."""
        return _PLAIN.sub("", self.name.lower())

    @property
    def is_bare(self) -> bool:
        """Whether nothing would vanish with an empty value."""
        return not self.before and not self.after

    @property
    def length(self) -> int:
        """The number after the colon, negative to keep the end; 0 when there is none."""
        return int(self.argument) if re.fullmatch(r"-?[0-9]{1,4}", self.argument) else 0


@dataclass(frozen=True, slots=True)
class Group:
    """Braces to be written, as in `{imdb-{ImdbId}}`: they vanish when every token inside is empty."""

    pieces: "tuple[Piece, ...]"


Piece = str | Token | Group
Value = Callable[[Token], str]


@lru_cache(maxsize=256)
def read_format(text: str, *, doubled_are_plain: bool = False) -> tuple[Piece, ...]:
    """The pieces of one folder's or file's format. Where doubled braces are plain, `{{` writes one brace."""
    return _read(text[:LONGEST_FORMAT], doubled_are_plain)


def split_folders(text: str) -> list[str]:
    """`{Movie TitleFirstCharacter}/{Movie Title}` is a folder in a folder."""
    return [part for part in _FOLDERS.split(text) if part.strip()]


def tokens_in(pieces: tuple[Piece, ...]) -> Iterator[Token]:
    """Every token, also those inside braces."""
    for piece in pieces:
        if isinstance(piece, Token):
            yield piece
        elif isinstance(piece, Group):
            yield from tokens_in(piece.pieces)


def words_in(pieces: tuple[Piece, ...]) -> str:
    """Everything that is written as it stands, also inside braces."""
    return "".join(
        words_in(piece.pieces) if isinstance(piece, Group) else piece
        for piece in pieces
        if not isinstance(piece, Token)
    )


def write(pieces: tuple[Piece, ...], value: Value) -> str:
    """The pieces with their values; a separator is not written twice where two pieces meet."""
    written = ""
    for piece in pieces:
        written = _joined(written, _written(piece, value))
    return written


def dressed(token: Token, value: str) -> str:
    """The value in the token's case, separators and dress; nothing for nothing."""
    if not value:
        return ""
    told = value.upper() if token.name.isupper() else value.lower() if token.name.islower() else value
    if token.separator not in ("", " "):
        told = re.sub(f"{re.escape(token.separator)}{{2,}}", token.separator, told.replace(" ", token.separator))
    return token.before + told + token.after


class _Reading:
    """A format while it is read: the pieces of every brace that is still open, the outermost first."""

    def __init__(self) -> None:
        self.open: list[list[Piece]] = [[]]

    def add(self, *pieces: Piece) -> None:
        for piece in pieces:
            last = self.open[-1]
            if isinstance(piece, str) and last and isinstance(last[-1], str):
                last[-1] += piece
            else:
                last.append(piece)

    def close(self) -> None:
        """Braces around a token are a group; others are only themselves."""
        inner = self.open.pop()
        if any(not isinstance(piece, str) for piece in inner):
            self.add(Group(tuple(inner)))
        else:
            self.add("{", *inner, "}")


def _read(text: str, doubled_are_plain: bool) -> tuple[Piece, ...]:
    reading = _Reading()
    at = 0
    while at < len(text):
        at += _read_at(text, at, reading, doubled_are_plain)
    while len(reading.open) > 1:
        unclosed = reading.open.pop()
        reading.add("{", *unclosed)
    return tuple(reading.open[0])


def _read_at(text: str, at: int, reading: _Reading, doubled_are_plain: bool) -> int:
    """Read one piece; how many letters it took."""
    two, in_group = text[at : at + 2], len(reading.open) > 1
    if doubled_are_plain and (two == "{{" or (two == "}}" and not in_group)):
        reading.add(two[0])
        return 2
    if found := _TOKEN.match(text, at):
        reading.add(Token(**{name: told or "" for name, told in found.groupdict().items()}))
        return len(found[0])
    if text[at] == "{" and len(reading.open) <= _DEEPEST:
        reading.open.append([])
    elif text[at] == "}" and in_group:
        reading.close()
    else:
        reading.add(text[at])
    return 1


def _written(piece: Piece, value: Value) -> str:
    if isinstance(piece, str):
        return piece
    if isinstance(piece, Token):
        return value(piece)
    is_told = any(value(token) for token in tokens_in(piece.pieces))
    return "{" + write(piece.pieces, value) + "}" if is_told else ""


def _joined(left: str, right: str) -> str:
    if left and right and left[-1] == right[0] and right[0] in SEPARATORS:
        return left.rstrip(right[0]) + right
    return left + right
