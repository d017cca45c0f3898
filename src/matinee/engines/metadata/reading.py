"""Read a catalogue's answer with a light hand: what is missing stays empty, what is broken is left out."""

import html
import logging
import math
import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, TypeVar

import httpx2

from matinee.kernel.errors import Refused
from matinee.kernel.http import Wire
from matinee.media.language import find_language

T = TypeVar("T")

log = logging.getLogger(__name__)

_TAG = re.compile(r"<[^<>]*>")
_LARGEST = 2**53
_LARGEST_WHOLE = 2**31 - 1  # what an Integer column holds
_LONGEST_STATUS = 40


def document(wire: Wire, answer: httpx2.Response) -> Any:
    """The answer as JSON; Refused when it is none."""
    try:
        return wire.json(answer)
    except RecursionError as error:
        raise Refused(f"{wire.name}: the answer is nested too deeply to be read") from error


def record(source: str, value: object) -> dict[str, Any]:
    """An answer that must be an object; Refused names the source."""
    if isinstance(value, dict):
        return value
    raise Refused(f"{source}: the answer is malformed: expected an object, got {type(value).__name__}")


def table(source: str, value: object) -> list[Any]:
    """An answer that must be a list; Refused names the source."""
    if isinstance(value, list):
        return value
    raise Refused(f"{source}: the answer is malformed: expected a list, got {type(value).__name__}")


def each(source: str, rows: Iterable[Any], read: Callable[[dict[str, Any]], T | None]) -> list[T]:
    """Every row that can be read; a broken one is logged and left out, None is left out silently."""
    found = []
    for row in rows:
        try:
            result = read(inner(row))
        except ValueError as error:
            log.warning("%s: one row was left out: %s", source, error)
            continue
        if result is not None:
            found.append(result)
    return found


def inner(value: object) -> dict[str, Any]:
    """A nested object, empty when it is something else."""
    return value if isinstance(value, dict) else {}


def listed(value: object) -> list[Any]:
    """A nested list, empty when it is something else."""
    return value if isinstance(value, list) else []


def text(value: object) -> str:
    """Words that can be stored and shown; empty when it is something else."""
    if not isinstance(value, str):
        return ""
    return value.replace("\0", "").encode("utf-8", "replace").decode().strip()


def plain(value: object) -> str:
    """The words of a piece of HTML."""
    return html.unescape(_TAG.sub("", text(value))).strip()


def status(value: object) -> str:
    """How far a title is ("Released", "Ended"), as much of it as is kept."""
    return text(value)[:_LONGEST_STATUS]


def whole(value: object) -> int | None:
    """A whole number that is not negative and can be kept, also when written as text."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 16:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value <= _LARGEST_WHOLE else None


def decimal(value: object) -> float | None:
    """A finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, int):
        return float(value) if abs(value) <= _LARGEST else None
    return value if math.isfinite(value) else None


def minutes(value: object) -> int | None:
    """A running time; zero means unknown."""
    return whole(value) or None


def day(value: object) -> date | None:
    """A date written `2021-03-05`."""
    try:
        return date.fromisoformat(text(value)[:10])
    except ValueError:
        return None


def year(value: object) -> int | None:
    """The year of such a date."""
    found = day(value)
    return found.year if found else None


def address(value: object) -> str | None:
    """The address of a picture on the web."""
    found = text(value)
    return found if found.startswith(("https://", "http://")) else None


def imdb(value: object) -> str | None:
    """An IMDb id, written `tt0063350`."""
    found = text(value)
    return found if re.fullmatch(r"tt\d{1,12}", found, re.ASCII) else None


def wikidata(value: object) -> str | None:
    """A number at Wikidata, written `Q172241`."""
    found = text(value)
    return found if re.fullmatch(r"Q[1-9]\d{0,11}", found, re.ASCII) else None


def language(value: object) -> str | None:
    """The name of a language that is told by its code or name (`en`, `eng`, `English`)."""
    found = find_language(text(value)[:40])
    return found.name if found else None
