"""A place in a definition file, which can say where it stands when something there is wrong."""

import math
from collections.abc import Iterator

from matinee.engines.indexer.language.tree import Node
from matinee.kernel.errors import Refused

_YES = frozenset({"true", "yes", "on", "y", "1"})
_NO = frozenset({"false", "no", "off", "n", "0"})


class Place:
    """One mapping of the file: its keys are read by kind, and a wrong one is a Refused that names file and key."""

    __slots__ = ("_keys", "_path", "_where")

    def __init__(self, keys: dict[str, Node], where: str, path: str = "") -> None:
        self._keys = keys
        self._where = where
        self._path = path

    def __contains__(self, key: str) -> bool:
        return self._keys.get(key) is not None

    def refused(self, key: str, problem: str) -> Refused:
        """The error to raise about a key; `problem` ends with the cure."""
        return Refused(f"{self._where}: {self._at(key)} {problem}", field=self._at(key))

    def text(self, key: str) -> str | None:
        """The scalar as it was typed; None where there is none."""
        value = self._keys.get(key)
        if value is None or isinstance(value, str):
            return value
        raise self.refused(key, "is not a plain value; write one value after the colon")

    def needed(self, key: str) -> str:
        """The scalar that must be there."""
        if value := (self.text(key) or "").strip():
            return value
        raise self.refused(key, "is missing; add it")

    def flag(self, key: str) -> bool | None:
        """True or false; None where the key is not there."""
        value = (self.text(key) or "").strip().lower()
        if value not in _YES | _NO | {""}:
            raise self.refused(key, f"is {value!r:.40}; write true or false")
        return value in _YES if value else None

    def number(self, key: str, default: float) -> float:
        """A number that is not negative."""
        value = self.text(key)
        try:
            number = default if value is None else float(value)
        except ValueError:
            number = math.nan
        if math.isfinite(number) and number >= 0:
            return number
        raise self.refused(key, f"is {value!r:.40}; write a number")

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of scalars; a single scalar is a list of one."""
        value = self._keys.get(key)
        if value is None:
            return ()
        items = value if isinstance(value, list) else [value]
        return tuple(self._scalar(key, item) for item in items)

    def pairs(self, key: str) -> tuple[tuple[str, str], ...]:
        """A mapping of scalars, in file order."""
        return tuple((name, self._scalar(f"{key}.{name}", value)) for name, value in self._mapping(key).items())

    def lists(self, key: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """A mapping of lists of scalars, in file order."""
        inner = Place(self._mapping(key), self._where, self._at(key))
        return tuple((name, inner.texts(name)) for name in self._mapping(key))

    def inner(self, key: str) -> "Place | None":
        """The mapping under a key; None where there is none."""
        return Place(self._mapping(key), self._where, self._at(key)) if key in self else None

    def inners(self, key: str) -> Iterator["Place"]:
        """The mappings of a list under a key."""
        items = self._keys.get(key)
        if items is None:
            return
        if not isinstance(items, list):
            raise self.refused(key, "is not a list; begin each item with a dash")
        for number, item in enumerate(items):
            yield self._place(f"{key}[{number}]", item)

    def named(self, key: str) -> Iterator[tuple[str, "Place"]]:
        """The mappings of a mapping under a key, by name, in file order."""
        for name, value in self._mapping(key).items():
            yield name, self._place(f"{key}.{name}", {} if value is None else value)

    def _place(self, key: str, value: Node) -> "Place":
        if isinstance(value, dict):
            return Place(value, self._where, self._at(key))
        raise self.refused(key, "is not a mapping; write keys with values below it")

    def _mapping(self, key: str) -> dict[str, Node]:
        value = self._keys.get(key)
        if value is None:
            return {}
        if isinstance(value, dict):
            return value
        raise self.refused(key, "is not a mapping; write keys with values below it")

    def _scalar(self, key: str, value: Node) -> str:
        if value is None or isinstance(value, str):
            return value or ""
        raise self.refused(key, "is not a plain value; write one value")

    def _at(self, key: str) -> str:
        return f"{self._path}.{key}" if self._path else key
