"""What stands in place of a match: plain words, and `$1` for what a group has caught."""

import re
from collections.abc import Callable

import regex

from matinee.engines.indexer.language.netpattern import Translation

Piece = str | Callable[["regex.Match[str]"], str]

_MARK = re.compile(r"\$(?:(?P<number>\d{1,9})|\{(?P<name>\w{1,80})\}|(?P<sign>[$&`'+_]))")


def pieces(replacement: str, groups: Translation) -> tuple[Piece, ...]:
    """The replacement taken apart; a mark for a group that is not there stays as it is written."""
    found: list[Piece] = []
    at = 0
    for mark in _MARK.finditer(replacement):
        found += [replacement[at : mark.start()], _piece(mark, groups)]
        at = mark.end()
    return (*found, replacement[at:])


def _piece(mark: re.Match[str], groups: Translation) -> Piece:
    if mark["sign"]:
        return _SIGNS[mark["sign"]]
    told = mark["number"] or mark["name"]
    own = groups.own_number(int(told)) if told.isdecimal() else groups.own_name(told)
    return mark[0] if own is None else _of_group(own)


def _of_group(number: int) -> Piece:
    return lambda match: match.group(number) or ""


def _last_group(match: "regex.Match[str]") -> str:
    return match.group(match.re.groups) or ""


_SIGNS: dict[str, Piece] = {
    "$": "$",
    "&": lambda match: match.group(),
    "`": lambda match: match.string[: match.start()],
    "'": lambda match: match.string[match.end() :],
    "+": _last_group,
    "_": lambda match: match.string,
}
