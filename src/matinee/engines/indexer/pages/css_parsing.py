"""A CSS selector says which parts of a page are meant; here one is taken apart."""

import re
from functools import lru_cache
from typing import NoReturn

from matinee.engines.indexer.pages.css_terms import Attribute, BadSelector, Complex, Compound, Pseudo, unescape

__all__ = ["BadSelector", "parse"]

LONGEST = 8_000  # characters of one selector
MOST_PARTS = 60  # compounds in a row
DEEPEST = 16  # selectors inside selectors

_SPACE = " \t\r\n\f"
_NAME = re.compile(r"(?:[\w-]|[^\x00-\x7f]|\\(?:[0-9a-fA-F]{1,6}[ \t\n\r\f]?|[^\n\r\f0-9a-fA-F]))+")
_OPERATOR = re.compile(r"\s*([~|^$*!]?=)\s*")
_BARE_VALUE = re.compile(r"""(?:\\.|[^\]\s"'\\])+""")
_NTH = re.compile(r"\s*(?:(odd|even)|([+-]?\d*)n(?:\s*([+-])\s*(\d+))?|([+-]?\d+))\s*", re.IGNORECASE)
_LISTS = {"not": "not", "is": "is", "where": "is", "matches": "is", "any": "is", "-webkit-any": "is"}
_NTHS = ("nth-child", "nth-last-child", "nth-of-type", "nth-last-of-type")
_SHORT_NTHS = {
    "first-child": ("nth-child",),
    "last-child": ("nth-last-child",),
    "only-child": ("nth-child", "nth-last-child"),
    "first-of-type": ("nth-of-type",),
    "last-of-type": ("nth-last-of-type",),
    "only-of-type": ("nth-of-type", "nth-last-of-type"),
}


@lru_cache(maxsize=4096)
def parse(selector: str) -> tuple[Complex, ...]:
    """The alternatives of a selector; a leading combinator is relative to what is searched. Raises BadSelector."""
    if len(selector) > LONGEST:
        raise BadSelector(f"the selector {selector[:60]!r}… is longer than {LONGEST} characters")
    scanner = _Scanner(selector)
    found = scanner.alternatives(nested=False)
    if scanner.at < len(selector):
        scanner.fail("nothing more")
    return found


class _Scanner:
    """A place in a selector, moving forward."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0

    def fail(self, wanted: str) -> NoReturn:
        raise BadSelector(f"the selector {self.text!r} needs {wanted} at character {self.at + 1}")

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def skip_space(self) -> bool:
        start = self.at
        while self.at < len(self.text) and self.text[self.at] in _SPACE:
            self.at += 1
        return self.at > start

    def alternatives(self, *, nested: bool) -> tuple[Complex, ...]:
        found = [self.complex()]
        while self.peek() == ",":
            self.at += 1
            found.append(self.complex())
        if nested:
            self.expect(")")
        return tuple(found)

    def complex(self) -> Complex:
        self.skip_space()
        parts: list[tuple[str, Compound]] = []
        combinator = self.combinator() or ""
        while True:
            parts.append((combinator, self.compound()))
            combinator = self.combinator()
            if len(parts) > MOST_PARTS:
                self.fail(f"fewer than {MOST_PARTS} steps")
            if not combinator:
                return Complex(tuple(parts))

    def combinator(self) -> str:
        """The combinator that stands here; a space only where a compound follows it."""
        spaced = self.skip_space()
        sign = self.peek()
        if sign and sign in ">+~":
            self.at += 1
            self.skip_space()
            return sign
        return " " if spaced and sign and sign not in ",)" else ""

    def compound(self) -> Compound:
        tags: list[str] = []
        attributes: list[Attribute] = []
        pseudos: list[Pseudo] = []
        start = self.at
        while (sign := self.peek()) and sign not in _SPACE and sign not in ",)>+~":
            if sign == "*":
                self.at += 1
            elif sign == "#":
                self.at += 1
                attributes.append(Attribute("id", "=", self.name()))
            elif sign == ".":
                self.at += 1
                attributes.append(Attribute("class", "~=", self.name()))
            elif sign == "[":
                attribute, is_negated = self.attribute()
                if is_negated:
                    pseudos.append(Pseudo("not", (Complex((("", Compound(attributes=(attribute,))),)),)))
                else:
                    attributes.append(attribute)
            elif sign == ":":
                pseudos.extend(self.pseudo())
            else:
                tags.append(self.name())
        if self.at == start:
            self.fail("a name")
        return Compound(tuple(dict.fromkeys(tags)), tuple(attributes), tuple(pseudos))

    def name(self) -> str:
        found = _NAME.match(self.text, self.at)
        if found is None:
            self.fail("a name")
        self.at = found.end()
        return unescape(found[0])

    def attribute(self) -> tuple[Attribute, bool]:
        self.at += 1
        self.skip_space()
        name = self.name()
        while self.peek() in ("|", ":") and self.text[self.at + 1 : self.at + 2] != "=":
            self.at += 1
            name += ":" + self.name()
        found = _OPERATOR.match(self.text, self.at)
        if found is None:
            self.skip_space()
            self.expect("]")
            return Attribute(name), False
        self.at = found.end()
        value = self.value()
        self.skip_space()
        flag = self.peek().lower()
        if flag in ("i", "s") and flag:
            self.at += 1
            self.skip_space()
        self.expect("]")
        operator = "=" if found[1] == "!=" else found[1]
        return Attribute(name, operator, value, flag == "i"), found[1] == "!="

    def value(self) -> str:
        if self.peek() in ('"', "'"):
            return self.quoted()
        found = _BARE_VALUE.match(self.text, self.at)
        if found is None:
            return ""
        self.at = found.end()
        return unescape(found[0])

    def quoted(self) -> str:
        quote = self.peek()
        at = self.at + 1
        while at < len(self.text) and self.text[at] != quote:
            at += 2 if self.text[at] == "\\" else 1
        if at >= len(self.text):
            self.fail(f"a closing {quote}")
        found = self.text[self.at + 1 : at]
        self.at = at + 1
        return unescape(found)

    def expect(self, sign: str) -> None:
        if self.peek() != sign:
            self.fail(f"a {sign!r}")
        self.at += 1

    def pseudo(self) -> tuple[Pseudo, ...]:
        self.at += 1
        name = self.name().lower()
        if self.peek() != "(":
            return self.plain_pseudo(name)
        self.at += 1
        self.depth += 1
        if self.depth > DEEPEST:
            self.fail(f"fewer than {DEEPEST} brackets inside each other")
        found = self.functional_pseudo(name)
        self.depth -= 1
        return (found,)

    def plain_pseudo(self, name: str) -> tuple[Pseudo, ...]:
        if name in _SHORT_NTHS:
            return tuple(Pseudo(one, start=1) for one in _SHORT_NTHS[name])
        if name in ("empty", "root", "scope"):
            return (Pseudo(name),)
        if name in _STATES:
            return (Pseudo("is", parse(_STATES[name])),)
        self.fail(f"a known word instead of :{name}")

    def functional_pseudo(self, name: str) -> Pseudo:
        self.skip_space()
        if name in ("contains", "-soup-contains"):
            return Pseudo("contains", text=self.contained())
        if name in _NTHS:
            return self.nth(name)
        if name != "has" and name not in _LISTS:
            self.fail(f"a known word instead of :{name}()")
        if self.peek() == ")":  # `:has()` is asked of pages: anything inside will do
            self.at += 1
            return Pseudo(_LISTS.get(name, name), (Complex((("", Compound()),)),))
        return Pseudo(_LISTS.get(name, name), self.alternatives(nested=True))

    def contained(self) -> str:
        if self.peek() in ('"', "'"):
            start = self.at
            found = self.quoted()
            self.skip_space()
            if self.peek() == ")":
                self.at += 1
                return found
            self.at = start
        return self.bare_text()

    def bare_text(self) -> str:
        start, depth = self.at, 0
        while self.at < len(self.text):
            sign = self.text[self.at]
            if sign == ")" and not depth:
                self.at += 1
                return unescape(self.text[start : self.at - 1].strip(_SPACE))
            depth += (sign == "(") - (sign == ")")
            self.at += 2 if sign == "\\" else 1
        self.fail("a closing bracket")

    def nth(self, name: str) -> Pseudo:
        found = _NTH.match(self.text, self.at)
        if found is None:
            self.fail("a number like 2n+1")
        self.at = found.end()
        step, start = _numbers(found)
        if self.text[self.at : self.at + 3].lower().rstrip(_SPACE) == "of" and name.endswith("child"):
            self.at += 2
            return Pseudo(name, self.alternatives(nested=True), step=step, start=start)
        self.expect(")")
        return Pseudo(name, step=step, start=start)


def _numbers(found: re.Match[str]) -> tuple[int, int]:
    """The two numbers of `an+b`."""
    word, step, sign, start, only = found.groups()
    if word:
        return 2, 1 if word.lower() == "odd" else 0
    if only is not None:
        return 0, _bounded(only)
    factor = _bounded(step + "1" if step in ("", "+", "-") else step)
    return factor, _bounded((sign or "") + (start or "0"))


def _bounded(digits: str) -> int:
    return max(-1_000_000, min(1_000_000, int(digits[:9])))


_STATES = {
    "checked": "input[checked], option[selected]",
    "selected": "option[selected]",
    "disabled": "[disabled]",
    "enabled": "input:not([disabled]), button:not([disabled]), select:not([disabled]), textarea:not([disabled])",
    "link": "a[href], area[href]",
    "any-link": "a[href], area[href]",
}
