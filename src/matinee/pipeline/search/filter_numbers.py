"""Attributes of a release that are counted or measured."""

import operator
import re
from collections.abc import Callable, Mapping
from datetime import datetime

from matinee.kernel.errors import Refused
from matinee.pipeline.search.filter_look import Look, Test

Number = Callable[[Look], float | None]
_COMPARED: Mapping[str, Callable[[float, float], bool]] = {
    ":": operator.eq,
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_BYTES = {"": 1, "b": 1, "k": 10**3, "kb": 10**3, "m": 10**6, "mb": 10**6, "g": 10**9, "gb": 10**9, "t": 10**12}
_BYTES |= {"tb": 10**12, "kib": 2**10, "mib": 2**20, "gib": 2**30, "tib": 2**40}
_SECONDS = {"m": 60, "h": 3600, "d": 86_400, "": 86_400, "w": 7 * 86_400, "mo": 30 * 86_400, "y": 365 * 86_400}
_LINES = {"4k": 2160, "uhd": 2160, "8k": 4320, "fhd": 1080, "hd": 720, "sd": 480}
_MEASURED = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,6})?)\s*([a-z]*)")


def number_test(name: str, sign: str, value: str) -> Test:
    """What `name sign value` asks, as `size<8GB`. Refused, with an example, when the value does not do."""
    read, measure = NUMBERS[name]
    wanted, compare = measure(name, value.casefold()), _COMPARED[sign]

    def test(look: Look) -> bool:
        told = read(look)
        return told is not None and compare(told, wanted)

    return test


def _size(name: str, value: str) -> float:
    return _measured(name, value, _BYTES, "500MB or 2.5GB")


def _age(name: str, value: str) -> float:
    return _measured(name, value, _SECONDS, "12h, 30d or 2w")


def _lines(name: str, value: str) -> float:
    if value in _LINES:
        return _LINES[value]
    return _measured(name, value, {"": 1, "p": 1, "i": 1}, "1080p or 4k")


def count(name: str, value: str) -> float:
    """A plain number."""
    return _measured(name, value, {"": 1}, "5")


def _measured(name: str, value: str, units: Mapping[str, int], example: str) -> float:
    found = _MEASURED.fullmatch(value)
    if found is None or found[2] not in units:
        raise Refused(f"'{value}' is no {name}: write one like {example}")
    return float(found[1]) * units[found[2]]


def _age_of(look: Look) -> float | None:
    published: datetime | None = look.release.published
    return None if published is None else (look.clock() - published).total_seconds()


def _peers(look: Look) -> float | None:
    counts = (look.release.seeders, look.release.leechers)
    return None if counts == (None, None) else sum(one or 0 for one in counts)


NUMBERS: Mapping[str, tuple[Number, Callable[[str, str], float]]] = {
    "size": (lambda look: look.release.size or None, _size),
    "age": (_age_of, _age),
    "seeders": (lambda look: look.release.seeders, count),
    "leechers": (lambda look: look.release.leechers, count),
    "peers": (_peers, count),
    "grabs": (lambda look: look.release.grabs, count),
    "files": (lambda look: look.release.files, count),
    "priority": (lambda look: look.release.indexer_priority, count),
    "year": (lambda look: look.name.year, count),
    "season": (lambda look: look.name.season, count),
    "resolution": (lambda look: look.name.resolution or look.name.quality.resolution or None, _lines),
}
