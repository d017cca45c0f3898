"""Where a value stands in a JSON answer, and how it is written down as text."""

import json
import math
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from matinee.kernel.errors import Refused

Json = Any  # what a JSON text may hold
MISSING: Final = object()  # not there at all, which is something else than null

_STEP = re.compile(r"\.?(?:\[(\d{1,9})\]|\[(?:'([^']*)'|\"([^\"]*)\")\]|([^.\[\]]+))")
_CONDITION = re.compile(r":(has|not|contains)\(")
_DEEPEST = 16
_MOST_LEVELS = 64
_LONGEST_NUMBER = 300


class BadPath(ValueError):
    """The path cannot be read; the message names it."""


@dataclass(frozen=True, slots=True)
class Condition:
    """`:has(path)`, `:not(path)` or `:contains(text)`."""

    name: str
    path: "Path | None" = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Path:
    """Steps from a value inwards and what must hold of what stands there; `is_outer` begins at the outer row."""

    steps: tuple[str | int, ...]
    conditions: tuple[Condition, ...] = ()
    is_outer: bool = False
    is_root: bool = False


def read_json(text: str) -> Json:
    """The answer as Python values; a number too long for any use stays text. Raises Refused."""
    try:
        found = json.loads(text.lstrip("\ufeff"), parse_int=_whole, parse_constant=str, strict=False)
    except RecursionError:
        found = None
    except ValueError:
        raise Refused("the answer is not JSON; the site may be down, or it wants a new login") from None
    if found is None or _is_deep(found):
        raise Refused("the answer is empty or nested too deeply to be read")
    return found


def _is_deep(value: Json) -> bool:
    level = [value] if isinstance(value, (dict, list)) else []
    for _ in range(_MOST_LEVELS):
        level = [each for one in level for each in _members(one) if isinstance(each, (dict, list))]
        if not level:
            return False
    return True


def _members(value: dict[str, Json] | list[Json]) -> Iterable[Json]:
    return value.values() if isinstance(value, dict) else value


def _whole(digits: str) -> int | str:
    return int(digits) if len(digits) < _LONGEST_NUMBER else digits


@lru_cache(maxsize=4096)
def path_of(path: str, depth: int = 0) -> Path:
    """Read `data.files[0].name:has(size):not(:contains(x))`. Raises BadPath."""
    if depth > _DEEPEST:
        raise BadPath(f"the path {path[:60]!r} has too many brackets inside each other")
    text = path.strip()
    found = _CONDITION.search(text)
    place = text[: found.start()] if found else text
    conditions = _conditions(text[found.start() :], depth) if found else ()
    trimmed = place.lstrip(".")
    is_root = trimmed == "$" or trimmed.startswith(("$.", "$["))
    steps = _steps(trimmed[1:] if is_root else trimmed, path)
    return Path(steps, conditions, is_outer=place.startswith(".."), is_root=is_root)


def _steps(place: str, path: str) -> tuple[str | int, ...]:
    steps: list[str | int] = []
    at = 0
    while at < len(place):
        found = _STEP.match(place, at)
        if found is None:
            raise BadPath(f"the path {path[:80]!r} cannot be read from character {at + 1}")
        number, single, double, name = found.groups()
        steps.append(int(number) if number else next(one for one in (single, double, name) if one is not None))
        at = found.end()
    return tuple(steps)


def _conditions(text: str, depth: int) -> tuple[Condition, ...]:
    conditions: list[Condition] = []
    at = 0
    while at < len(text):
        found = _CONDITION.match(text, at)
        if found is None:
            raise BadPath(f"the condition {text[at : at + 60]!r} is not known")
        end = _closing(text, found.end())
        inner = text[found.end() : end]
        if found[1] == "contains":
            conditions.append(Condition("contains", text=_unquoted(inner)))
        else:
            conditions.append(Condition(found[1], path_of(inner, depth + 1)))
        at = end + 1
    return tuple(conditions)


def _closing(text: str, at: int) -> int:
    depth = 1
    for place in range(at, len(text)):
        depth += (text[place] == "(") - (text[place] == ")")
        if not depth:
            return place
    raise BadPath(f"the condition {text[:60]!r} has no closing bracket")


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text


def find(value: Json, path: Path) -> Json:
    """What stands at the path and meets its conditions; MISSING for nothing."""
    found = value
    for step in path.steps:
        if isinstance(step, str):
            if not isinstance(found, dict) or step not in found:
                return MISSING
        elif not isinstance(found, list) or step >= len(found):
            return MISSING
        found = found[step]
    return found if not path.conditions or meets(found, path.conditions) else MISSING


def meets(value: Json, conditions: tuple[Condition, ...]) -> bool:
    """Whether all conditions hold of a value."""
    return all(_meets(value, condition) for condition in conditions)


def _meets(value: Json, condition: Condition) -> bool:
    if condition.path is None:
        return any(condition.text in written for written in _writings(value))
    return (find(value, condition.path) is not MISSING) is (condition.name == "has")


def _writings(value: Json) -> Iterator[str]:
    """A value as `:contains` may know it: as it is printed, and JSON with spaces after its colons and without."""
    yield as_json(value)
    if isinstance(value, (dict, list)):
        yield json.dumps(value, ensure_ascii=False)
    else:
        yield printed(value, lambda _: None) or ""


def as_json(value: Json) -> str:
    """The value as JSON without spaces; text as it is."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def printed(value: Json, date: Callable[[str], str | None]) -> str | None:
    """The value as the definitions expect to see it: `True`, `12.5`, members joined by commas; None for null.

    `date` writes a text that is an ISO time the way the definitions' authors know it, and gives None for others.
    """
    if isinstance(value, str):
        return _text(value, date)
    if value is None:
        return None
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, list):
        return ",".join(printed(one, date) or "" for one in value)
    return json.dumps(value, ensure_ascii=False, indent=2) if isinstance(value, dict) else str(value)


def _text(value: str, date: Callable[[str], str | None]) -> str:
    if value.startswith("/Date(") or (value[4:5] == "-" and value[0].isdigit()):
        return date(value) or value
    return value


def _number(value: float) -> str:
    if not math.isfinite(value):
        return str(value)
    plain = format(Decimal(repr(value)), "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain
