"""Regular expressions of .NET said in Python's: the same signs, with other habits."""

import re
from dataclasses import dataclass

from matinee.engines.indexer.language.netblocks import block_range

_HEAVIEST = 100_000  # signs, with each repetition by number written out, as the library does
_QUANTIFIER = re.compile(r"\{(?P<least>\d{1,9})(?:,(?P<most>\d{0,9}))?\}")
_BALANCING = re.compile(r"\(\?[<'](?:\w*-\w+)[>']")
_NAMED = re.compile(r"\(\?(?:P?<(?P<name>[A-Za-z_]\w*)>|'(?P<quoted>[A-Za-z_]\w*)'|[<'](?P<number>\d+)[>'])")
_PROPERTY = re.compile(r"\\(?P<kind>[pP])\{(?P<caret>\^?)Is(?P<block>[\w-]+)\}")
_ESCAPE = re.compile(r"\\(?:[pP]\{[^}]*\}|.|$)", re.DOTALL)
_REFERENCE = re.compile(r"\\(?P<number>[1-9]\d?)|\\k[<'](?P<name>\w+)[>']")


@dataclass(frozen=True, slots=True)
class Translation:
    """A pattern in Python's words; `numbers` gives its own number for each of .NET's, `names` for each name."""

    pattern: str
    numbers: tuple[tuple[int, int], ...]
    names: tuple[tuple[str, int], ...]

    def own_number(self, number: int) -> int | None:
        """Python's number of .NET's group; None where there is no such group."""
        return number if number == 0 else dict(self.numbers).get(number)

    def own_name(self, name: str) -> int | None:
        """Python's number of a named group; None where there is no such group."""
        return dict(self.names).get(name)


class OnlyThere(ValueError):
    """A pattern says what no other library can do."""


def translated(pattern: str) -> Translation:
    """The pattern for the `regex` library, version 1. Raises OnlyThere for what only .NET can (balancing groups)."""
    walk = _Walk(pattern)
    walk.whole()
    numbers = _net_numbers(walk.groups)
    text = "".join(walk.out if not any(walk.groups) else walk.with_references(numbers))
    return Translation(text, numbers, tuple((name, own) for own, name in enumerate(walk.groups, 1) if name))


def _net_numbers(groups: list[str]) -> tuple[tuple[int, int], ...]:
    """.NET counts the unnamed groups first, then the named ones; a group named by a number has that number."""
    unnamed = [own for own, name in enumerate(groups, 1) if not name]
    named = [own for own, name in enumerate(groups, 1) if name and not _number_of(name)]
    counted = list(enumerate([*unnamed, *named], 1))
    fixed = [(_number_of(name), own) for own, name in enumerate(groups, 1) if _number_of(name)]
    return (*counted, *fixed)


def _number_of(name: str) -> int:
    """7 for the group that is called 7 (`_n7` here, since a name may not be a number); 0 for others."""
    return int(name[2:]) if name.startswith("_n") and name[2:].isdigit() else 0


class _Weight:
    """How much memory a pattern will take: `(a{99}){99}` is short to write and long to keep."""

    def __init__(self) -> None:
        self._open = [0]
        self._last = 0

    def sign(self) -> None:
        self._last = 1
        self._add(1)

    def group_opens(self) -> None:
        self._open.append(0)

    def group_closes(self) -> None:
        if len(self._open) > 1:
            self._last = self._open.pop()
            self._add(self._last)

    def repeats(self, times: int) -> None:
        self._add(self._last * max(times - 1, 0))
        self._last *= max(times, 1)

    def _add(self, more: int) -> None:
        self._open[-1] += more
        if self._open[-1] > _HEAVIEST or len(self._open) > 100:
            raise ValueError("it repeats too much or too deep; make it smaller")


class _Walk:
    """Goes through a pattern sign by sign and writes it anew."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0
        self._weight = _Weight()
        self._references: list[int] = []  # where in `out` a group is referred to
        self.out: list[str] = []
        self.groups: list[str] = []  # in Python's order; "" for an unnamed one

    def whole(self) -> None:
        while self._at < len(self._pattern):
            self._sign()

    def with_references(self, numbers: tuple[tuple[int, int], ...]) -> list[str]:
        """The pattern, its back references counted in Python's way."""
        known = dict(numbers)
        for place in self._references:
            number = int(self.out[place][1:])
            self.out[place] = rf"(?:\{known.get(number, number)})"
        return self.out

    def _sign(self) -> None:
        sign = self._pattern[self._at]
        if sign == "\\":
            self._escape()
        elif sign == "[":
            self._set()
        elif sign == "(":
            self._group()
        elif sign == "{":
            self._brace()
        else:
            self._plain(sign)

    def _plain(self, sign: str) -> None:
        if sign == ")":
            self._weight.group_closes()
        elif sign not in "?*+|":
            self._weight.sign()
        self._write(sign, 1)

    def _brace(self) -> None:
        match = _QUANTIFIER.match(self._pattern, self._at)
        if match is None:
            self._write(r"\{", 1)  # Python would read it as a fuzzy match
        else:
            self._weight.repeats(int(match["most"] or match["least"]))
            self._write(match[0], len(match[0]))

    def _escape(self) -> None:
        self._weight.sign()
        pattern, at = self._pattern, self._at
        if match := _PROPERTY.match(pattern, at):
            self._write(f"[{_block(match)}]", len(match[0]))
        elif match := _REFERENCE.match(pattern, at):
            if match["number"]:
                self._references.append(len(self.out))
            self._write(match[0] if match["number"] else f"(?P={_own_name(match['name'])})", len(match[0]))
        elif pattern.startswith("\\Z", at):
            self._write(r"(?=\n?\Z)", 2)
        elif pattern.startswith("\\z", at):
            self._write(r"\Z", 2)
        else:
            self._copy(_ESCAPE)

    def _group(self) -> None:
        pattern, at = self._pattern, self._at
        self._weight.group_opens()
        if _BALANCING.match(pattern, at):
            raise OnlyThere("it uses balancing groups, which only .NET has; write it without them")
        if match := _NAMED.match(pattern, at):
            name = match["name"] or match["quoted"] or _own_name(match["number"])
            self.groups.append(name)
            self._write(f"(?P<{name}>", len(match[0]))
        elif pattern.startswith("(?#", at):
            self._write("", (pattern.find(")", at) + 1 or len(pattern)) - at)
            self._weight.group_closes()
        else:
            if not pattern.startswith("(?", at):
                self.groups.append("")
            self._write("(", 1)

    def _set(self) -> None:
        """A set as `[^a-z]`: brackets and doubled signs in it are plain for .NET, and operators for Python."""
        self._weight.sign()
        start = 2 if self._pattern.startswith("[^", self._at) else 1
        self._write(self._pattern[self._at : self._at + start], start)
        if self._pattern.startswith("]", self._at):
            self._write(r"\]", 1)
        while self._at < len(self._pattern) and self._pattern[self._at] != "]":
            self._set_sign()
        self._write(self._pattern[self._at : self._at + 1], 1)

    def _set_sign(self) -> None:
        pattern, at = self._pattern, self._at
        sign = pattern[at]
        if match := _PROPERTY.match(pattern, at):
            self._write(_block(match), len(match[0]))
        elif sign == "\\":
            self._copy(_ESCAPE)
        elif pattern.startswith("-[", at):
            self._write("--", 1)
            self._set()
        elif sign == "[" or (sign in "&|~-" and pattern[at + 1 : at + 2] == sign):
            self._write("\\" + sign, 1)
        else:
            self._write(sign, 1)

    def _copy(self, piece: re.Pattern[str]) -> None:
        match = piece.match(self._pattern, self._at)
        text = match[0] if match else self._pattern[self._at]
        self._write(text, len(text))

    def _write(self, text: str, taken: int) -> None:
        self.out.append(text)
        self._at += taken


def _own_name(name: str) -> str:
    return f"_n{name}" if name.isdigit() else name


def _block(match: re.Match[str]) -> str:
    """The signs of a block (`\\p{IsCyrillic}`), for the inside of a set."""
    within = block_range(match["block"])
    is_negated = (match["kind"] == "P") is not bool(match["caret"])
    return f"[^{within}]" if is_negated else within
