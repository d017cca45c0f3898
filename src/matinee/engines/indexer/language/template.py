"""Text with gaps, as `search/{{ .Keywords }}`: filled in with what is asked and what the owner has set."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matinee.engines.indexer.language import netregex
from matinee.engines.indexer.language.scope import Scope, Value
from matinee.engines.indexer.language.template_parts import (
    Call,
    Choice,
    Expression,
    Literal,
    Loop,
    Part,
    Print,
    TemplateError,
    Variable,
    compiled,
)

__all__ = ["Encode", "TemplateError", "check", "render"]

Encode = Callable[[str], str]


def render(template: str, scope: Scope, encode: Encode | None = None) -> str:
    """The template filled in; `encode` is laid over each value, never over the text between.

    Raises TemplateError for one that cannot be read, UnknownVariable for a variable never set and FilterFailed
    for a regular expression that fails; all three are ValueErrors.
    """
    if "{{" not in template:
        return template
    return _Rendering(scope, encode or _as_it_is).parts(compiled(template), _OUTSIDE)


def check(template: str) -> None:
    """Raise TemplateError where the template cannot be read; nothing is filled in."""
    compiled(template)


def _as_it_is(value: str) -> str:
    return value


@dataclass(frozen=True, slots=True)
class _Turn:
    """Where one is in a range: the item, and its names if it has any."""

    item: str | None = None
    names: tuple[tuple[str, str], ...] = ()


_OUTSIDE = _Turn()


@dataclass(slots=True)  # not frozen: one is made for every template of every row
class _Rendering:
    """One filling in: the values, and what is laid over them."""

    scope: Scope
    encode: Encode

    def parts(self, parts: Sequence[Part], turn: _Turn) -> str:
        return "".join([self._part(part, turn) for part in parts])

    def _part(self, part: Part, turn: _Turn) -> str:
        if isinstance(part, str):
            return part
        if isinstance(part, Print):
            return self.encode(_text(self._value(part.value, turn)))
        if isinstance(part, Choice):
            is_true = is_truth(self._value(part.condition, turn))
            return self.parts(part.then if is_true else part.otherwise, turn)
        return self._loop(part, turn)

    def _loop(self, loop: Loop, turn: _Turn) -> str:
        items = _items(self._value(loop.items, turn))
        return "".join(self.parts(loop.body, _turn(loop, number, item, turn)) for number, item in enumerate(items))

    def _value(self, expression: Expression, turn: _Turn) -> Value:
        if isinstance(expression, Variable):
            name = expression.name
            return self.scope[name] if name[0] == "." != name else self._of_range(name, turn)
        if isinstance(expression, Literal):
            return expression.text
        return self._call(expression, turn)

    def _of_range(self, name: str, turn: _Turn) -> str:
        if name != ".":
            return _named(name, turn)
        if turn.item is None:
            raise TemplateError("{{.}} stands outside a range")
        return turn.item

    def _call(self, call: Call, turn: _Turn) -> Value:
        operands = call.operands
        if call.name in ("and", "or"):
            return self._decided(call, turn)
        if call.name in ("eq", "ne"):
            left, right = (_comparable(self._value(one, turn)) for one in operands[:2])
            return self.scope[".True" if (left == right) is (call.name == "eq") else ".False"]
        if call.name == "join":
            return _text(self._value(operands[1], turn)).join(_items(self._value(operands[0], turn)))
        text, pattern, replacement = (_text(self._value(one, turn)) for one in operands)
        return netregex.replace(pattern, text, replacement)

    def _decided(self, call: Call, turn: _Turn) -> Value:
        """The operand that decides: the first empty one of `and`, the first filled one of `or`, else the last."""
        wants_filled = call.name == "or"
        value: Value = None
        for operand in call.operands:
            if not isinstance(operand, Literal):
                value = self._value(operand, turn)
                is_filled = isinstance(value, str) and bool(value.strip())  # text only: a list counts as empty here
                if is_filled is wants_filled:
                    break
        return value


def is_truth(value: Value) -> bool:
    """Null, blank text and an empty list are false."""
    return bool(value.strip()) if isinstance(value, str) else bool(value)


def _comparable(value: Value) -> str | None:
    return value if isinstance(value, str) else None


def _items(value: Value) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,) if value else ()
    return value or ()


def _text(value: Value) -> str:
    """As it is printed."""
    return ",".join(value) if isinstance(value, tuple) else value or ""


def _turn(loop: Loop, number: int, item: str, outer: _Turn) -> _Turn:
    names = dict(outer.names)
    if loop.index:
        names[loop.index] = str(number)
    if loop.element:
        names[loop.element] = item
    return _Turn(item, tuple(names.items()))


def _named(name: str, turn: _Turn) -> str:
    for known, value in turn.names:
        if known == name:
            return value
    raise TemplateError(f"{name:.40} is named by no range around it")
