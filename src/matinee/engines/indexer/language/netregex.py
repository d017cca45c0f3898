"""Search and replace the way the definitions' authors know it: their regular expressions are those of .NET."""

from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

import regex

from matinee.engines.indexer.language.netpattern import OnlyThere, Translation, translated
from matinee.engines.indexer.language.netreplacement import pieces

__all__ = ["FilterFailed", "Found", "Unsupported", "check", "replace", "search"]

T = TypeVar("T")

_SECONDS = 2.0  # for one search or replacement
_LONGEST = 4_000_000  # characters of a result
_LONGEST_PATTERN = 20_000


class FilterFailed(ValueError):
    """A filter could not do its work; the message names it and says why."""


class Unsupported(FilterFailed):
    """A filter asks for what only .NET can do: the rest of its definition works without it."""


class Found:
    """What a pattern has matched; groups are numbered as .NET numbers them (unnamed ones first)."""

    __slots__ = ("_groups", "_match")

    def __init__(self, match: "regex.Match[str]", groups: Translation) -> None:
        self._match = match
        self._groups = groups

    def group(self, number: int) -> str:
        """The text of a group; "" for one that took no part or does not exist."""
        own = self._groups.own_number(number)
        return "" if own is None else str(self._match.group(own) or "")


def search(pattern: str, text: str) -> Found | None:
    """The first match, or None. Raises FilterFailed for a bad pattern and for one that takes too long."""
    compiled, groups = _compiled(pattern)
    match = _in_time(pattern, lambda: compiled.search(text, timeout=_SECONDS))
    return Found(match, groups) if match else None


def replace(pattern: str, text: str, replacement: str) -> str:
    """All matches replaced; `$1`, `${name}`, `$0`, `$&` and `$$` are understood. Raises FilterFailed."""
    compiled, groups = _compiled(pattern)
    parts = pieces(replacement, groups)
    room = _Room()

    def filled(match: "regex.Match[str]") -> str:
        return room.take("".join(part if isinstance(part, str) else part(match) for part in parts))

    return _in_time(pattern, lambda: str(compiled.sub(filled, text, timeout=_SECONDS)))


def check(pattern: str) -> None:
    """Raise FilterFailed where the pattern cannot be compiled."""
    _compiled(pattern)


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> tuple["regex.Pattern[str]", Translation]:
    if len(pattern) > _LONGEST_PATTERN:
        raise FilterFailed(f"a regular expression of {len(pattern):,} characters; shorten it")
    try:
        translation = translated(pattern)
        return regex.compile(f"(?-f){translation.pattern}", regex.VERSION1), translation
    except (regex.error, ValueError, OverflowError, RecursionError, MemoryError) as error:
        kind = Unsupported if isinstance(error, OnlyThere) else FilterFailed
        raise kind(f"the regular expression {pattern:.120} cannot be read: {error}") from error


def _in_time(pattern: str, work: Callable[[], T]) -> T:
    try:
        return work()
    except TimeoutError:
        raise FilterFailed(f"the regular expression {pattern:.120} takes longer than {_SECONDS:g} s") from None


class _Room:
    """How much a replacement may still write."""

    def __init__(self) -> None:
        self._left = _LONGEST

    def take(self, text: str) -> str:
        self._left -= len(text)
        if self._left < 0:
            raise FilterFailed(f"a replacement writes more than {_LONGEST:,} characters")
        return text
