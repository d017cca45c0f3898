"""What a CSS selector consists of: what one element must be, and how the elements stand to each other."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})[ \t\n\r\f]?|(\n|[^\n]))")


class BadSelector(ValueError):
    """The selector cannot be read; the message names it and the place."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """`[name operator "value"]`; the operator is empty where the attribute only has to be there."""

    name: str
    operator: str = ""
    value: str = ""
    ignores_case: bool = False


@dataclass(frozen=True, slots=True)
class Pseudo:
    """`:name(...)`: a list of selectors, a text, or every `step`th from `start`, whichever the name takes."""

    name: str
    selectors: "tuple[Complex, ...]" = ()
    text: str = ""
    step: int = 0
    start: int = 0


@dataclass(frozen=True, slots=True)
class Compound:
    """What one element must be: all of it holds at once."""

    tags: tuple[str, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    pseudos: tuple[Pseudo, ...] = ()


@dataclass(frozen=True, slots=True)
class Complex:
    """Compounds and the combinator before each: empty before the first one, unless the selector is relative."""

    parts: tuple[tuple[str, Compound], ...]


def pseudos_of(selector: Complex) -> Iterator[Pseudo]:
    """All pseudo-classes of a selector, also those inside brackets."""
    for pseudo in (one for _, compound in selector.parts for one in compound.pseudos):
        yield pseudo
        for inner in pseudo.selectors:
            yield from pseudos_of(inner)


def unescape(text: str) -> str:
    r"""The text with its escapes taken out: `\:` is a colon, `\31 ` the digit one."""
    return _ESCAPE.sub(_unescaped, text) if "\\" in text else text


def _unescaped(found: re.Match[str]) -> str:
    if found[1] is None:
        return "" if found[2] == "\n" else found[2]
    code = int(found[1], 16)
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
