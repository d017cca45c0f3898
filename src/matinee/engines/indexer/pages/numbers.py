"""Numbers as sites write them: 1,234 seeders, 1.4 GiB, a factor of 0,5."""

import re
from functools import lru_cache

_OTHER = re.compile(r"[^\d.,]")
_NOT_LETTERS = re.compile(r"[\W\d_]")
_UNITS = (("kb", 1), ("mb", 2), ("gb", 3), ("tb", 4))
_ZEROS = re.compile(r"[.,]0{1,2}$")
_LONGEST = 60
_LARGEST = 2**63 - 1


@lru_cache(maxsize=1024)
def decimal(text: str) -> float:
    """A number that may have a fraction; of several dots and commas the last one begins it. Raises ValueError."""
    digits = _digits(text).replace(",", ".")
    whole, dot, fraction = digits.rpartition(".")
    return float(whole.replace(".", "") + dot + fraction if digits.strip(".") else "0")


@lru_cache(maxsize=1024)
def whole(text: str) -> int:
    """A number without a fraction: dots and commas only group the digits; no digits at all are 0.

    With both of them (`1,234.00`) a fraction of nothing but zeros is one.
    """
    digits = _digits(text)
    if "," in digits and "." in digits:
        digits = _ZEROS.sub("", digits)
    digits = digits.replace(",", "").replace(".", "")
    return _bounded(int(digits or "0"))


def first_number(text: str) -> int:
    """The first run of digits, as of an id in an address. Raises ValueError where there is none."""
    found = re.search(r"[0-9]{1,18}", text)
    if found is None:
        raise ValueError(f"{text[:40]!r} holds no number")
    return int(found[0])


def size(text: str) -> int:
    """Bytes of `1.4 GiB`, `700 MB` or `1234567`; every unit is a multiple of 1024."""
    unit = _NOT_LETTERS.sub("", text).lower().replace("i", "")
    for name, power in _UNITS:
        if name in unit:
            return _bounded(int(decimal(text) * 1024**power))
    return _bounded(int(decimal(text)))


def _digits(text: str) -> str:
    digits = _OTHER.sub("", text)
    if len(digits) > _LONGEST or not digits.isascii():
        raise ValueError(f"{text[:40]!r} is no number")
    return digits


def _bounded(number: int) -> int:
    if number > _LARGEST:
        raise ValueError("the number is too large")
    return number
