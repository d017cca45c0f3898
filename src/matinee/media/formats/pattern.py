"""An expression taken apart: which words must stand in a name for it to hold, and how much work it can make at most."""

import re
import warnings
from collections.abc import Callable, Iterable, Iterator
from re import _constants as signs  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

Tree = Any  # a parsed pattern: a sequence of (sign, argument), as the standard library has it

SHORTEST, LONG = 2, 4  # letters of a telling word, and how many are enough
MOST = 64  # words of one expression
ENDLESS = 10.0**30
_REPEATS = (signs.MAX_REPEAT, signs.MIN_REPEAT, signs.POSSESSIVE_REPEAT)
_NAMED = re.compile(r"\(\?<(?=[A-Za-z_])")


def parse(text: str) -> Tree | None:
    """The expression's parts, None where only the larger engine understands it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return parser.parse(_NAMED.sub("(?P<", text), re.IGNORECASE)
    except (re.error, RecursionError, OverflowError, ValueError, LookupError):
        return None


def literals_of(tree: Tree) -> frozenset[str] | None:
    """Words of which one must stand in a name, in small letters; None when nothing can be said."""
    return _best(_required(tree))


def work_of(tree: Tree, longest: int) -> float:
    """The most steps that a search in a name of this length can take."""
    ways_and_work = _measure(tree, longest)
    return ways_and_work[1] * (1 if _is_anchored(tree) else longest)


Sets = Iterator[frozenset[str]]


def _required(parts: Iterable[tuple[Any, Any]]) -> Sets:
    """Sets of words: of every set, one must be there."""
    run: frozenset[str] = frozenset({""})
    for sign, told in parts:
        ends = _ends(sign, told)
        if ends is not None and len(run) * len(ends) <= MOST:
            run = frozenset(a + b for a in run for b in ends)
            continue
        yield run
        run = ends if ends is not None and len(ends) <= MOST else frozenset({""})
        if ends is None:
            yield from _inside(sign, told)
    yield run


def _ends(sign: Any, told: Any) -> frozenset[str] | None:
    """All that this part can be, where that is but a few plain words; marks of place are the empty word."""
    if sign in _REPEATS and told[1] <= 1:
        inner = _words(told[2])
        return inner if told[0] == 1 or inner is None else inner | {""}
    spell = _SPELLINGS.get(sign)
    return spell(told) if spell else None


def _letter(told: int) -> frozenset[str] | None:
    return frozenset({chr(told).lower()}) if chr(told).isascii() else None


def _words(parts: Iterable[tuple[Any, Any]]) -> frozenset[str] | None:
    run: frozenset[str] = frozenset({""})
    for sign, told in parts:
        ends = _ends(sign, told)
        if ends is None or len(run) * len(ends) > MOST:
            return None
        run = frozenset(a + b for a in run for b in ends)
    return run


def _letters(told: Iterable[tuple[Any, Any]]) -> frozenset[str] | None:
    """A small class of letters, as `[xh]` or `[ ._-]`."""
    found: set[str] = set()
    for sign, what in told:
        if sign is signs.LITERAL and chr(what).isascii():
            found.add(chr(what).lower())
        elif sign is signs.RANGE and what[1] < 128 and what[1] - what[0] < 10:
            found |= {chr(letter).lower() for letter in range(what[0], what[1] + 1)}
        else:
            return None
    return frozenset(found) if len(found) <= 10 else None


def _joined(branches: list[frozenset[str] | None]) -> frozenset[str] | None:
    all_words: set[str] = set()
    for words in branches:
        if words is None:
            return None
        all_words |= words
    return frozenset(all_words) if len(all_words) <= MOST else None


def _inside(sign: Any, told: Any) -> Sets:
    """What a part that is no plain word requires all the same."""
    if sign is signs.SUBPATTERN:
        yield from _required(told[3])
    elif sign is signs.ATOMIC_GROUP:
        yield from _required(told)
    elif sign in _REPEATS and told[0] >= 1:
        yield from _required(told[2])
    elif sign is signs.ASSERT:
        yield from _required(told[1])
    elif sign is signs.BRANCH:
        words = _joined([_best(_required(branch)) for branch in told[1]])
        if words:
            yield words


def _best(sets: Iterable[frozenset[str]]) -> frozenset[str] | None:
    """The most telling set: it has few words, and none of them is too short."""
    telling = [_shortened(words) for words in sets if words and min(map(len, words)) >= SHORTEST]
    return max(telling, key=lambda words: (min(LONG, *map(len, words)), -len(words)), default=None)


def _shortened(words: frozenset[str]) -> frozenset[str]:
    """Without the words that hold another one of the set."""
    return frozenset(word for word in words if not any(other != word and other in word for other in words))


def _is_anchored(parts: Any) -> bool:
    first = next(iter(parts), None)
    return first is not None and first[0] is signs.AT and first[1] in (signs.AT_BEGINNING, signs.AT_BEGINNING_STRING)


def _measure(parts: Iterable[tuple[Any, Any]], longest: int) -> tuple[float, float]:
    """In how many ways these parts can fit one after the other, and the steps to try them all."""
    ways, work = 1.0, 0.0
    for sign, told in parts:
        more, steps = _measure_one(sign, told, longest)
        work = min(ENDLESS, work + ways * steps)
        ways = min(ENDLESS, ways * more)
    return ways, work


def _measure_one(sign: Any, told: Any, longest: int) -> tuple[float, float]:
    measure = _MEASURES.get(sign)
    return measure(told, longest) if measure else (1.0, 1.0)


def _measure_repeat(told: Any, longest: int) -> tuple[float, float]:
    return _repeated(*_measure(told[2], longest), int(told[0]), min(int(told[1]), longest))


def _measure_for_good(told: Any, longest: int) -> tuple[float, float]:
    """What was found once is not tried in another way."""
    return 1.0, 1.0 + _measure(told, longest)[1]


def _measure_branch(told: Any, longest: int) -> tuple[float, float]:
    measured = [_measure(branch, longest) for branch in told[1]]
    return sum(ways for ways, _ in measured), 1 + sum(work for _, work in measured)


def _hard_to_tell(told: Any, longest: int) -> tuple[float, float]:
    return ENDLESS, ENDLESS


def _repeated(ways: float, work: float, least: int, most: int) -> tuple[float, float]:
    tries = 0.0
    fits, total = 1.0, 0.0
    for count in range(most + 1):
        if count >= least:
            total = min(ENDLESS, total + fits)
        tries = min(ENDLESS, tries + fits)
        fits = min(ENDLESS, fits * max(1.0, ways))
    return total, min(ENDLESS, tries * max(1.0, work))


_SPELLINGS: dict[Any, Callable[[Any], frozenset[str] | None]] = {
    signs.LITERAL: _letter,
    signs.AT: lambda told: frozenset({""}),
    signs.IN: _letters,
    signs.SUBPATTERN: lambda told: _words(told[3]),
    signs.ATOMIC_GROUP: _words,
    signs.BRANCH: lambda told: _joined([_words(branch) for branch in told[1]]),
}
_MEASURES: dict[Any, Callable[[Any, int], tuple[float, float]]] = {
    signs.MAX_REPEAT: _measure_repeat,
    signs.MIN_REPEAT: _measure_repeat,
    signs.POSSESSIVE_REPEAT: lambda told, longest: (1.0, _measure_repeat(told, longest)[1]),
    signs.SUBPATTERN: lambda told, longest: _measure(told[3], longest),
    signs.ATOMIC_GROUP: _measure_for_good,
    signs.ASSERT: lambda told, longest: _measure_for_good(told[1], longest),
    signs.ASSERT_NOT: lambda told, longest: _measure_for_good(told[1], longest),
    signs.BRANCH: _measure_branch,
    signs.GROUPREF: _hard_to_tell,
    signs.GROUPREF_EXISTS: _hard_to_tell,
}
