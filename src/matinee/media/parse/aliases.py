"""One name may tell several titles of a film: `Mon cousin AKA My Cousin`, `Mein Film / My Film`."""

import re

_BESIDE = re.compile(r"\s+(?:aka|a\.k\.a\.|/)\s+", re.I)
_IN_BRACKETS = re.compile(r"(.+?)\s*\(([^()]+)\)$")
_IS_A_PART = re.compile(r"[^0-9]*[0-9]|(?:part|pt|vol|volume|chapter|teil|partie|parte|episode)\b", re.I)
_SHORTEST_TITLE = 4  # letters
_LATIN_END = re.compile(r"([^A-Za-z]+?)\s+([A-Za-z][ -~]+)$")


def titles_of(told: str, *, is_dated: bool) -> tuple[str, tuple[str, ...]]:
    """The whole title, and all that are told.

    A title in brackets counts only beside a year, which keeps it from being taken for another film.
    """
    small = told.lower()
    whole = told.replace("a.k.a.", "AKA").replace("A.K.A.", "AKA") if ".k" in small else told
    parts = _BESIDE.split(told) if "/" in told or "aka" in small or "a.k.a" in small else [told]
    if len(parts) > 1:
        return whole, (whole, *(_before_brackets(part).strip() for part in parts))
    return whole, (whole, *(_of_two_scripts(told) or (_of_brackets(told) if is_dated else ())))


def _before_brackets(part: str) -> str:
    """`Mein Film (A Director)` in a list of titles."""
    found = _IN_BRACKETS.fullmatch(part) if part.endswith(")") else None
    return found[1] if found else part


def _of_two_scripts(told: str) -> tuple[str, ...]:
    """`霸王别姬 Farewell My Concubine` is one title in two scripts."""
    found = None if told.isascii() else _LATIN_END.fullmatch(told)
    return (found[1], found[2]) if found and any(_is_foreign(letter) for letter in found[1]) else ()


def _is_foreign(letter: str) -> bool:
    """Whether it is none of ours, which end with the accents."""
    return letter > "\u036f" and letter.isalpha()


def _of_brackets(told: str) -> tuple[str, ...]:
    """`My Film (Mein Film)`; `My Film (US)` only tells whose it is, and `My Film (Part 2)` is not `My Film`."""
    found = _IN_BRACKETS.fullmatch(told) if told.endswith(")") else None
    if not found or _IS_A_PART.match(found[2]):
        return ()
    return (found[1],) if len(found[2]) < _SHORTEST_TITLE else (found[1], found[2])
