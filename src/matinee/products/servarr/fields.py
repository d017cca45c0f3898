"""These programs describe every setting as a field: what it is called, what it holds and how it is drawn."""

from collections.abc import Iterable, Mapping
from typing import Any

from matinee.products.servarr.failures import Invalid, failure

Resource = dict[str, Any]
"""A JSON object as these programs send it."""

MASK = "********"
SECRET = frozenset({"apiKey", "password"})  # how private a field is: what is never told


def field(
    name: str,
    label: str,
    value: Any = None,
    type: str = "textbox",
    *,
    advanced: bool = False,
    privacy: str = "normal",
    help: str | None = None,
    unit: str | None = None,
    hidden: str | None = None,
    options: Iterable[tuple[int, str]] | None = None,
) -> Resource:
    """One field. `options` are those of a select, each with its number; the value is then a number too."""
    made: Resource = {"order": 0, "name": name, "label": label, "value": value, "type": type, "advanced": advanced}
    more = {"helpText": help, "unit": unit, "hidden": hidden, "selectOptions": _options(options)}
    return {**made, **{key: told for key, told in more.items() if told is not None}, "privacy": privacy}


def _options(options: Iterable[tuple[int, str]] | None) -> list[Resource] | None:
    if options is None:
        return None
    return [
        {"value": value, "name": name, "order": place, "hint": f"({value})"}
        for place, (value, name) in enumerate(options)
    ]


def numbered(fields: Iterable[Resource]) -> list[Resource]:
    """The fields in their order."""
    return [{**one, "order": place} for place, one in enumerate(fields)]


def filled(fields: Iterable[Resource], values: Mapping[str, Any]) -> list[Resource]:
    """The fields with these values; secrets are masked, and fields that are not told keep what they hold."""
    return numbered({**one, "value": _shown(one, values)} for one in fields)


def _shown(one: Resource, values: Mapping[str, Any]) -> Any:
    value = values.get(one["name"], one["value"])
    return MASK if value and one["privacy"] in SECRET else value


def values_of(resource: Mapping[str, Any]) -> dict[str, Any]:
    """What the fields of a resource hold, by name. Invalid when they are no list of fields."""
    fields = resource.get("fields")
    if not isinstance(fields, list):
        raise Invalid([failure("Fields", "'Fields' must not be empty.")])
    named = [one for one in fields if isinstance(one, dict) and isinstance(one.get("name"), str)]
    return {one["name"]: one.get("value") for one in named}


def whole(value: Any, otherwise: int | None = None) -> int | None:
    """A whole number out of what a field may hold; `otherwise` for nothing. ValueError when it is none."""
    if value is None or value == "" or isinstance(value, bool):
        return otherwise
    number = float(value)
    if number != int(number):
        raise ValueError(f"{value} is no whole number")
    return int(number)


def id_of(resource: Mapping[str, Any]) -> int:
    """The number of a resource; 0 for one that has none yet, or none that can be."""
    id = resource.get("id")
    return id if isinstance(id, int) and 0 < id < 2**31 else 0


def decimal(value: Any) -> float | None:
    """A number out of what a field may hold; None for nothing. ValueError when it is none."""
    if value is None or value == "":
        return None
    number = float(value)
    if not abs(number) < float("inf"):
        raise ValueError(f"{value} is no number")
    return number


def numbers(value: Any) -> tuple[int, ...]:
    """A list of whole numbers, told as a list or with commas; what is no number is left out."""
    told = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else []
    return tuple(int(one) for one in told if str(one).strip().isdecimal() and len(str(one)) <= 10)


def text(value: Any) -> str:
    """A text; empty for nothing."""
    return "" if value is None else str(value).strip()
