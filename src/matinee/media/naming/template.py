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
    pieces, _ = _pieces(text, 0, 0, doubled_are_plain)
    return tuple(pieces)


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


@lru_cache(maxsize=4096)  # of many braces that close nothing, each would be read again from within all before it
def _pieces(text: str, at: int, depth: int, doubled: bool) -> tuple[list[Piece], int]:
    """The pieces up to the end, or inside braces up to the one that closes them, and where they end."""
    pieces: list[Piece] = []
    while at < len(text) and not (depth and text[at] == "}"):
        piece, at = _piece(text, at, depth, doubled)
        if isinstance(piece, str) and pieces and isinstance(pieces[-1], str):
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return pieces, at


def _piece(text: str, at: int, depth: int, doubled: bool) -> tuple[Piece, int]:
    if doubled and text[at : at + 2] in ("{{", "}}"):
        return text[at], at + 2
    if text[at] != "{":
        return text[at], at + 1
    if found := _TOKEN.match(text, at):
        parts = {name: told or "" for name, told in found.groupdict().items()}
        return Token(**parts), found.end()
    return _group(text, at, depth, doubled)


def _group(text: str, at: int, depth: int, doubled: bool) -> tuple[Piece, int]:
    """Braces around something, or a lone brace that is only itself."""
    if depth < _DEEPEST:
        inner, end = _pieces(text, at + 1, depth + 1, doubled)
        if end < len(text) and any(not isinstance(piece, str) for piece in inner):
            return Group(tuple(inner)), end + 1
    return text[at], at + 1


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
