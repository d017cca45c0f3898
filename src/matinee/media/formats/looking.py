"""Looks at a release once for everything that any format asks of it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from matinee.kernel.errors import Refused
from matinee.media.custom_format import Condition, ConditionKind
from matinee.media.formats.expression import Expression, compile_expression
from matinee.media.formats.subject import (
    Subject,
    languages_of,
    modifier_of,
    plain,
    resolution_of,
    sources_of,
    type_of,
)
from matinee.media.parse.languages import ORIGINAL
from matinee.media.parse.words import LONGEST_NAME

REMEMBERED = 20_000  # names
_GRAM = 3
_ONLY_IN_NAMES = {0x130: "i", 0x131: "i", 0x17F: "s", 0x212A: "k"}  # letters that count as small i, s and k
_ANY = "any"
_UNKNOWN = "unknown"


def look_of(condition: Condition) -> Condition:
    """What a condition looks for, apart from its name and what it makes of it."""
    return replace(condition, name="", negate=False, required=False)


class Looks:
    """What the formats ask, sorted so that most of it needs no asking; places are those in `looks`."""

    def __init__(self, looks: tuple[Condition, ...]) -> None:
        of_kind = {kind: [(at, look) for at, look in enumerate(looks) if look.kind is kind] for kind in ConditionKind}
        self._titles = Texts(of_kind[ConditionKind.TITLE])
        self._groups = Texts(of_kind[ConditionKind.GROUP])
        self._editions = Texts(of_kind[ConditionKind.EDITION])
        self._facts: dict[tuple[ConditionKind, str], int] = {
            (look.kind, plain(look.value)): at for kind in _FACTS for at, look in of_kind[kind]
        }
        self._facts_asked = tuple(kind for kind in _FACTS if of_kind[kind])
        self._languages = of_kind[ConditionKind.LANGUAGE]
        self._sizes, self._years = of_kind[ConditionKind.SIZE], of_kind[ConditionKind.YEAR]

    def found(self, subject: Subject) -> tuple[int, ...]:
        """The places of all that is there."""
        name = subject.name
        return (
            *self._titles.found(name.raw),
            *self._groups.found(name.group or ""),
            *self._editions.found(name.edition),
            *self._facts_found(subject),
            *(self._languages_found(subject) if self._languages else ()),
            *(at for at, look in self._sizes if _is_size(look, subject.size)),
            *(at for at, look in self._years if name.year is not None and _is_year(look, name.year)),
        )

    def _facts_found(self, subject: Subject) -> Iterator[int]:
        for kind in self._facts_asked:
            for value in _FACTS[kind](subject):
                at = self._facts.get((kind, plain(value)))
                if at is not None:
                    yield at

    def _languages_found(self, subject: Subject) -> Iterator[int]:
        spoken = languages_of(subject)
        original = plain(subject.original_language or ORIGINAL)
        for at, look in self._languages:
            wanted = plain(look.value)
            wanted = original if wanted == plain(ORIGINAL) else wanted
            if look.except_language:
                holds = bool(spoken - {wanted})
            else:
                holds = wanted in spoken or wanted == _ANY or (wanted == _UNKNOWN and spoken == {plain(ORIGINAL)})
            if holds:
                yield at


class Texts:
    """Expressions that look into one text. Only those are run whose telling words stand in it."""

    def __init__(self, looks: Iterable[tuple[int, Condition]]) -> None:
        self._always: list[tuple[int, Expression]] = []
        self._by_word: dict[str, list[tuple[int, Expression]]] = {}
        for at, look in looks:
            expression = _ready(look.value)
            if expression.literals is None:
                self._always.append((at, expression))
            for word in expression.literals or ():
                self._by_word.setdefault(word, []).append((at, expression))
        self._short = tuple(word for word in self._by_word if len(word) < _GRAM)
        self._by_gram: dict[str, list[str]] = {}
        for word in self._by_word:
            if len(word) >= _GRAM:
                self._by_gram.setdefault(word[:_GRAM], []).append(word)
        self._grams = frozenset(self._by_gram)
        self._known: dict[str, tuple[int, ...]] = {}

    def found(self, text: str) -> tuple[int, ...]:
        """The places of the expressions that are found in the text; nothing is in an empty one."""
        if not text or not (self._always or self._by_word):
            return ()
        text = text[:LONGEST_NAME]
        known = self._known.get(text)
        if known is None:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            known = self._known[text] = tuple(at for at, one in self._to_run(text) if one.holds(text))
        return known

    def _to_run(self, text: str) -> Iterable[tuple[int, Expression]]:
        to_run = dict(self._always)
        for word in self._words_in(_small(text)):
            to_run.update(self._by_word[word])
        return to_run.items()

    def _words_in(self, small: str) -> Iterator[str]:
        for word in self._short:
            if word in small:
                yield word
        for gram in self._grams & {small[at : at + _GRAM] for at in range(len(small) - _GRAM + 1)}:
            for word in self._by_gram[gram]:
                if word in small:
                    yield word


def _small(text: str) -> str:
    return text.lower() if text.isascii() else text.translate(_ONLY_IN_NAMES).lower()


def _ready(text: str) -> Expression:
    try:
        return compile_expression(text)
    except Refused:
        return Expression(text, frozenset(), lambda name: False)


def _is_size(look: Condition, size: int) -> bool:
    return (look.least is None or size > look.least) and (look.most is None or size <= look.most)


def _is_year(look: Condition, year: int) -> bool:
    return (look.least is None or year >= look.least) and (look.most is None or year <= look.most)


_FACTS: dict[ConditionKind, Callable[[Subject], Iterable[str]]] = {
    ConditionKind.SOURCE: sources_of,
    ConditionKind.RESOLUTION: lambda subject: (resolution_of(subject),),
    ConditionKind.MODIFIER: lambda subject: (modifier_of(subject),),
    ConditionKind.FLAG: lambda subject: subject.flags,
    ConditionKind.RELEASE_TYPE: lambda subject: (type_of(subject),),
}
