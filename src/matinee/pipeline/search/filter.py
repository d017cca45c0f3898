"""A few words keep only the releases that one wants to see: `"tin comet" -cam size<8GB (1080p OR 2160p)`.

    filter     = choice
    choice     = all, { ("OR" | "|"), all }
    all        = term, { ["AND"], term }
    term       = ["-" | "NOT"], ( "(" choice ")" | word | "exact words" | attribute | "re:/" expression "/" )
    attribute  = name, ( ":" | "=" | "<" | "<=" | ">" | ">=" ), value or "value in quotes"

Words and "exact words" stand in the release's name as whole words, in that order; capitals, dots and dashes do not
count. Attributes are listed in `filter_facts`. What a release does not tell is never equal, larger or smaller.
Expressions know no capitals either, and get a few milliseconds a name.
"""

from collections.abc import Callable
from dataclasses import dataclass

from matinee.kernel.clock import Clock, now
from matinee.kernel.errors import Refused
from matinee.media.formats.expression import check_expression, compile_expression
from matinee.media.release import Release
from matinee.pipeline.search.filter_facts import attribute_test
from matinee.pipeline.search.filter_look import Look, Test, words_of
from matinee.pipeline.search.filter_tokens import Token, tokens

LONGEST_FILTER = 2000  # letters
DEEPEST = 40  # brackets within brackets


def compile_filter(text: str, *, clock: Clock = now) -> Callable[[Release], bool]:
    """Whether a release is wanted. Refused, with the place and the cure, when the filter cannot be read."""
    if len(text) > LONGEST_FILTER:
        raise Refused(f"the filter is longer than {LONGEST_FILTER} letters", field="filter")
    reader = _Reader(tokens(text))
    if not reader.left:
        return lambda release: True
    test = reader.choice(0)
    if reader.left:
        raise reader.wrong(f"'{reader.next.text}' closes nothing: remove it")
    return lambda release: test(Look(release, clock))


@dataclass
class _Reader:
    """Reads the tokens from left to right."""

    all: list[Token]
    at: int = 0

    @property
    def left(self) -> bool:
        """Whether there is more to read."""
        return self.at < len(self.all)

    @property
    def next(self) -> Token:
        """The token to be read next."""
        return self.all[self.at]

    def choice(self, depth: int) -> Test:
        """One of several: `a OR b`."""
        if depth > DEEPEST:
            raise self.wrong("too many brackets within brackets: write it flatter")
        tests = [self._all(depth)]
        while self._takes("or"):
            tests.append(self._all(depth))
        return tests[0] if len(tests) == 1 else lambda look: any(test(look) for test in tests)

    def wrong(self, what: str) -> Refused:
        """What is wrong here."""
        place = f"at letter {self.next.place + 1}" if self.left else "at its end"
        return Refused(f"the filter, {place}: {what}", field="filter")

    def _all(self, depth: int) -> Test:
        tests: list[Test] = []
        while self.left and self.next.kind not in ("or", "close"):
            if not self._takes("and"):
                tests.append(self._term(depth))
        if not tests:
            raise self.wrong("something must stand here: a word, an attribute or brackets")
        return tests[0] if len(tests) == 1 else lambda look: all(test(look) for test in tests)

    def _term(self, depth: int) -> Test:
        if self._takes("not"):
            if not self.left or self.next.kind in ("or", "and", "close", "not"):
                raise self.wrong("a minus excludes what stands behind it: write a word there, or quote the minus")
            test = self._term(depth)
            return lambda look: not test(look)
        if self._takes("open"):
            inner = self.choice(depth + 1)
            if not self._takes("close"):
                raise self.wrong("a bracket is not closed: add ')'")
            return inner
        return self._leaf()

    def _leaf(self) -> Test:
        token = self.next
        try:
            test = _leaf(token)
        except Refused as error:
            raise self.wrong(str(error)) from error
        self.at += 1
        return test

    def _takes(self, kind: str) -> bool:
        if not self.left or self.next.kind != kind:
            return False
        self.at += 1
        return True


def _leaf(token: Token) -> Test:
    """A word, an attribute or an expression; Refused without a place."""
    if token.kind == "attribute":
        return attribute_test(token.name, token.sign, token.text)
    if token.kind == "expression":
        check_expression(token.text)
        expression = compile_expression(token.text)
        return lambda look: expression.holds(look.release.name)
    wanted = words_of(token.text)
    if not wanted.strip():
        raise Refused(f"'{token.text}' has no letters or numbers: look for signs with re:/…/")
    return lambda look: wanted in look.words
