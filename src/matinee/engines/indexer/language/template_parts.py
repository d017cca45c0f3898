"""How a text with gaps is taken apart: what stands as it is, what is chosen, what is repeated."""

import re
from dataclasses import dataclass
from functools import lru_cache


class TemplateError(ValueError):
    """A template that cannot be read; the message shows the piece."""


@dataclass(frozen=True, slots=True)
class Literal:
    """Words in quotes."""

    text: str


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable, by its name with the dot; `.` and `$i` are those of a range."""

    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """One of and, or, eq, ne, join, re_replace with its operands."""

    name: str
    operands: tuple["Expression", ...]


Expression = Literal | Variable | Call


@dataclass(frozen=True, slots=True)
class Print:
    """A gap that shows a value."""

    value: Expression


@dataclass(frozen=True, slots=True)
class Choice:
    """if, else, end."""

    condition: Expression
    then: tuple["Part", ...]
    otherwise: tuple["Part", ...]


@dataclass(frozen=True, slots=True)
class Loop:
    """range, end: the body once for each item; `index` and `element` are the names `$i` and `$e`."""

    items: Expression
    body: tuple["Part", ...]
    index: str | None = None
    element: str | None = None


Part = str | Print | Choice | Loop

_LONGEST = 100_000  # characters
_DEEPEST = 30
_QUOTED = r'"[^"\\]*(?:\\.[^"\\]*)*"'
_BRACKETS = r"\{\{|\}\}"
# A gap may hold brackets inside quotes; where a quote is never closed, the first brackets close it.
_TAG = re.compile(
    rf'\{{\{{(?!\{{)(?:((?>(?:{_QUOTED}|(?!{_BRACKETS})[^"])*))|((?:(?!{_BRACKETS}).)*))\}}\}}', re.DOTALL
)
_TOKEN = re.compile(rf'\s*(?:(?P<text>{_QUOTED})|(?P<mark>[(),])|(?P<word>[^\s"(),]+))\s*', re.DOTALL)
_OPERANDS = {"and": (1, 99), "or": (1, 99), "eq": (2, 99), "ne": (2, 99), "join": (2, 2), "re_replace": (3, 3)}
_WITHOUT_BRACKETS = {"eq": 2, "ne": 2, "join": 2, "re_replace": 3}  # in `and eq .A "x" eq .B "y"`
_KEYWORD = re.compile(r"(if|range)\b\s*")
_RANGE = re.compile(r"(?:(\$\w+)\s*,\s*)?(?:(\$\w+)\s*:=\s*)?(.+)", re.DOTALL)


@lru_cache(maxsize=8192)
def compiled(template: str) -> tuple[Part, ...]:
    """The template taken apart. Raises TemplateError."""
    if len(template) > _LONGEST:
        raise TemplateError(f"a template of {len(template):,} characters: {template:.40}…")
    return _Reader(template).whole()


class _Reader:
    """Goes through a template from gap to gap."""

    def __init__(self, template: str) -> None:
        self._pieces = _pieces(template)
        self._next = 0
        self._template = template

    def whole(self) -> tuple[Part, ...]:
        return self._until((), 0)[0]

    def _until(self, ends: tuple[str, ...], depth: int) -> tuple[tuple[Part, ...], str | None]:
        """The parts before one of the ends, and which end it was."""
        if depth > _DEEPEST:
            raise TemplateError(f"too deep: {self._template:.80}")
        parts: list[Part] = []
        while self._next < len(self._pieces):
            text, is_tag = self._pieces[self._next]
            self._next += 1
            if not is_tag:
                parts.append(text)
            elif text in ("else", "end"):
                if text in ends:
                    return tuple(parts), text
                raise TemplateError(f"{{{{ {text} }}}} has nothing to close in {self._template:.80}")
            else:
                parts.append(self._part(text, depth))
        if ends:
            raise TemplateError(f"{{{{ end }}}} is missing in {self._template:.80}")
        return tuple(parts), None

    def _part(self, tag: str, depth: int) -> Part:
        match = _KEYWORD.match(tag)
        if match is None:
            return Print(expression(tag))
        rest = tag[match.end() :]
        return self._choice(expression(rest), depth) if match[1] == "if" else self._loop(rest, depth)

    def _choice(self, condition: Expression, depth: int) -> Choice:
        then, end = self._until(("else", "end"), depth + 1)
        otherwise = self._until(("end",), depth + 1)[0] if end == "else" else ()
        return Choice(condition, then, otherwise)

    def _loop(self, rest: str, depth: int) -> Loop:
        match = _RANGE.fullmatch(rest)
        if match is None:
            raise TemplateError(f"a range over nothing: {{{{ range {rest:.80} }}}}")
        first, second, items = match.groups()
        body, _ = self._until(("end",), depth + 1)
        index, element = (first, second) if first else (None, second)
        return Loop(expression(items), body, index, element)


def _pieces(template: str) -> list[tuple[str, bool]]:
    """Plain texts and the insides of gaps (True), in order."""
    found: list[tuple[str, bool]] = []
    at = 0
    for match in _TAG.finditer(template):
        if match.start() > at:
            found.append((template[at : match.start()], False))
        found.append((match[match.lastindex or 0].strip(), True))
        at = match.end()
    if at < len(template):
        found.append((template[at:], False))
    return found


def expression(text: str) -> Expression:
    """What stands in a gap: a variable, a literal or a call. A bracket too many is overlooked."""
    return _Expressions(text).whole()


class _Expressions:
    """Goes through an expression from word to word."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = _tokens(text)
        self._next = 0

    def whole(self) -> Expression:
        found = self._call_or_value(0)
        if any(word != ")" for word in self._tokens[self._next :]):
            raise self._error("has something left over")
        return found

    def _call_or_value(self, depth: int) -> Expression:
        word = self._peek()
        if word is None or depth > _DEEPEST:
            raise self._error("is empty" if word is None else "is too deep")
        if word not in _OPERANDS:
            return self._value(depth)
        self._next += 1
        return self._call(word, depth)

    def _call(self, word: str, depth: int, at_most: int = 99) -> Call:
        operands: list[Expression] = []
        while self._peek() not in (None, ")") and len(operands) < at_most:
            operands.append(self._value(depth))
        least, most = _OPERANDS[word]
        if not least <= len(operands) <= most:
            raise self._error(f"gives {word} {len(operands)} operands")
        return Call(word, tuple(operands))

    def _value(self, depth: int) -> Expression:
        word = self._tokens[self._next]
        self._next += 1
        if word == "(":
            inner = self._call_or_value(depth + 1)
            if self._peek() == ")":
                self._next += 1
            return inner
        if word.startswith('"'):
            return Literal(word[1:-1].replace('\\"', '"'))
        if word.startswith((".", "$")):
            return Variable(word)
        if word in _OPERANDS and depth < _DEEPEST:
            return self._call(word, depth + 1, _WITHOUT_BRACKETS.get(word, 99))
        raise self._error(f"has {word!r:.40}, which is no word of the language")

    def _peek(self) -> str | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def _error(self, problem: str) -> TemplateError:
        return TemplateError(f"{{{{ {self._text:.120} }}}} {problem}")


def _tokens(text: str) -> list[str]:
    found: list[str] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            if not text[at:].strip():
                break
            raise TemplateError(f"{{{{ {text:.120} }}}} cannot be read from {text[at:][:20]!r} on")
        found.append(match.group(match.lastgroup or 0).strip())
        at = match.end()
    return found
