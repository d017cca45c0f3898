"""What is written down as JSON is read back as what it was: pages within pages, words of a list, numbers."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import StrEnum
from typing import Any, TypeVar, get_origin, get_type_hints

T = TypeVar("T")


def rebuilt(kind: type[T], page: Mapping[str, Any]) -> T:
    """A dataclass from its JSON; what a newer version added is left out, what is missing stands at its default.

    ValueError, TypeError or AttributeError for a page that is damaged.
    """
    hints = get_type_hints(kind)
    names = [each.name for each in fields(kind) if each.name in page]  # type: ignore[arg-type]
    return kind(**{name: _value(hints[name], page[name]) for name in names})


def _value(hint: Any, value: Any) -> Any:
    if is_dataclass(hint) and isinstance(hint, type):
        return rebuilt(hint, value)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint(value)
    return tuple(value) if get_origin(hint) is tuple else value
