"""An expression looks for words in a name; it may be anybody's, so it gets a few milliseconds and no more."""

import re
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from time import perf_counter

import regex

from matinee.kernel.errors import Refused
from matinee.media.formats.pattern import Tree, literals_of, parse, work_of
from matinee.media.parse.words import LONGEST_NAME

LONGEST_EXPRESSION = 10_000  # characters
PATIENCE = 0.003  # seconds for one name at run time
TRIAL = 0.05  # seconds for one nasty name on the day it is written
WHOLE_TRIAL = 0.25  # seconds for all of them
STRIKES = 5  # an expression that was too slow so often is not asked any more
HARMLESS_STEPS = 600_000  # about two milliseconds of the standard engine

_SIGNS = re.compile(r"[^\\\[\](){}|^$*+?]")  # what an expression may look for as it stands
_FAULTS = (re.error, regex.error, RecursionError, OverflowError, ValueError, LookupError)


@dataclass(slots=True)
class Expression:
    """A compiled expression; one of `literals` stands, in small letters, wherever it holds. None: nobody knows."""

    text: str
    literals: frozenset[str] | None
    search: Callable[[str], bool]
    strikes: int = field(default=0, compare=False)

    def holds(self, name: str) -> bool:
        """Whether it is found in the name. Never raises, and gives up after PATIENCE."""
        if self.strikes >= STRIKES:
            return False
        try:
            return self.search(name[:LONGEST_NAME])
        except (TimeoutError, MemoryError):
            self.strikes += 1
            return False


@lru_cache(maxsize=4096)
def compile_expression(text: str) -> Expression:
    """Make an expression ready. Refused when it is none."""
    tree = parse(text)
    literals = literals_of(tree) if tree else None
    plain = _harmless(text, tree)
    if plain:
        find = plain.search
        return Expression(text, literals, lambda name: find(name) is not None)
    timed = _compiled(text)
    return Expression(text, literals, lambda name: timed.search(name, timeout=PATIENCE) is not None)


def check_expression(text: str) -> None:
    """Refused for an expression that is none, is longer than any honest one, or takes for ever with some name."""
    if not text:
        raise Refused("the expression is empty")
    timed = _compiled(text)
    if _harmless(text, parse(text)):
        return
    try:
        left = WHOLE_TRIAL
        for name in nasty_names(text):
            begun = perf_counter()
            timed.search(name, timeout=min(TRIAL, left), concurrent=True)
            left = max(0.0001, left - (perf_counter() - begun))
    except (TimeoutError, MemoryError) as error:
        raise Refused(f"the expression '{_short(text)}' takes too long with some names: repeat less in it") from error


def nasty_names(text: str) -> Iterator[str]:
    """Names made of what the expression repeats, ending in what it does not want."""
    tree = parse(text)
    words = sorted((literals_of(tree) if tree else None) or ())[:5]
    runs = ["a", "1", ".", " ", "-", "a.", "1.", "a1", "web", "aA1 ._-", *_SIGNS.findall(text.lower())[:24], *words]
    for run in dict.fromkeys(runs):
        repeated = (run * LONGEST_NAME)[: LONGEST_NAME - 1]
        yield repeated + "!"
        yield "".join(words) + repeated[: LONGEST_NAME // 2] + "\x00"


def _compiled(text: str) -> "regex.Pattern[str]":
    if len(text) > LONGEST_EXPRESSION:
        raise Refused(f"the expression is longer than {LONGEST_EXPRESSION} characters")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return regex.compile(text, regex.IGNORECASE)
    except _FAULTS as error:
        raise Refused(f"the expression '{_short(text)}' is not valid: {error}") from error


def _harmless(text: str, tree: Tree | None) -> "re.Pattern[str] | None":
    """The standard engine is faster, but cannot be stopped: it gets what cannot run away."""
    if tree is None or work_of(tree, LONGEST_NAME) > HARMLESS_STEPS:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return re.compile(text, re.IGNORECASE)
    except _FAULTS:
        return None


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"
