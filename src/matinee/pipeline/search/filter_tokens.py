"""A filter's text is cut into words, attributes, brackets and expressions, each with its place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from matinee.kernel.errors import Refused

_SIGN = r"(?P<sign>>=|<=|:|=|<|>)"
_ATTRIBUTE = re.compile(rf"(?P<name>[A-Za-z][A-Za-z_]*){_SIGN}(?:\"(?P<quoted>[^\"]*)\"|(?P<plain>[^\s()\"]*))")
_EXPRESSION = re.compile(r"re:/(?P<text>(?:[^/\\]|\\.)*)/i?(?=[\s)]|\Z)", re.DOTALL)
_WORD = re.compile(r"[^\s()|\"]+")
_WORDS = {"OR": "or", "AND": "and", "NOT": "not"}
_SIGNS = {"(": "open", ")": "close", "|": "or"}


@dataclass(frozen=True, slots=True)
class Token:
    """A piece: `kind` is word, attribute, expression, open, close, or, and, not; `place` counts from 0."""

    kind: str
    text: str
    place: int
    name: str = ""
    sign: str = ""


def tokens(text: str) -> list[Token]:
    """All pieces in their order. Refused, with the place, for what is not closed."""
    return list(_cut(text))


def _cut(text: str) -> Iterator[Token]:
    at = 0
    while at < len(text):
        letter = text[at]
        if letter.isspace():
            at += 1
        elif letter in _SIGNS:
            yield Token(_SIGNS[letter], letter, at)
            at += 1
        elif letter == "-" and (at == 0 or text[at - 1].isspace() or text[at - 1] in "(|-"):
            yield Token("not", letter, at)
            at += 1
        else:
            token, at = _piece(text, at)
            yield token


def _piece(text: str, at: int) -> tuple[Token, int]:
    """A word, a phrase, an attribute or an expression, and where it ends."""
    if text[at] == '"':
        end = text.find('"', at + 1)
        if end < 0:
            raise _wrong(at, "the quotation mark is not closed: add one")
        return Token("word", text[at + 1 : end], at), end + 1
    if text.startswith("re:", at):
        return _expression(text, at)
    found = _ATTRIBUTE.match(text, at)
    if found:
        value = found["quoted"] if found["quoted"] is not None else found["plain"]
        return Token("attribute", value, at, found["name"].lower(), found["sign"]), found.end()
    word = _WORD.match(text, at)
    told = word[0] if word else text[at]
    return Token(_WORDS.get(told, "word"), told, at), at + len(told)


def _expression(text: str, at: int) -> tuple[Token, int]:
    found = _EXPRESSION.match(text, at)
    if found is None:
        raise _wrong(at, "an expression stands between slashes: re:/…/, and a slash within it is written \\/")
    return Token("expression", found["text"].replace("\\/", "/"), at), found.end()


def _wrong(at: int, what: str) -> Refused:
    return Refused(f"the filter, at letter {at + 1}: {what}", field="filter")
