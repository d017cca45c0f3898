"""What a definition may mention: what the owner has set, what is asked, and what a row has told so far."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, tzinfo

from matinee.kernel.clock import Clock, now

Value = str | tuple[str, ...] | None


class UnknownVariable(ValueError):
    """A variable is mentioned that was never set; the message names it."""


class Scope:
    """Variables by their written name with its dot: `.Config.sitelink`, `.Keywords`, `.Result.title`.

    A value is text, a list of texts (`.Categories`) or None, which prints nothing. `clock` tells the time of
    "today" and "2 hours ago"; `zone` is the server's own, where a date without zone is taken to be.
    """

    __slots__ = ("_values", "clock", "zone")

    def __init__(
        self,
        values: Mapping[str, Value] | None = None,
        *,
        clock: Clock = now,
        zone: tzinfo = UTC,
    ) -> None:
        self.clock = clock
        self.zone = zone
        self._values: dict[str, Value] = {".True": "True", ".False": None, ".Today.Year": str(self.now().year)}
        self.update(values or {})

    def now(self) -> datetime:
        """The present moment in the server's own zone."""
        return self.clock().astimezone(self.zone)

    def __getitem__(self, name: str) -> Value:
        try:
            return self._values[name]
        except KeyError:
            raise UnknownVariable(f"{name:.80} was never set") from None

    def __setitem__(self, name: str, value: Value) -> None:
        self._values[name] = value

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def get(self, name: str) -> str | None:
        """The text of a variable; None where it is null, a list, or was never set."""
        value = self._values.get(name)
        return value if isinstance(value, str) else None

    def update(self, values: Mapping[str, Value]) -> None:
        """Set several at once."""
        self._values.update(values)

    def with_values(self, values: Mapping[str, Value]) -> "Scope":
        """A scope of its own with the same variables and these on top; the old one does not change."""
        other = Scope(self._values, clock=self.clock, zone=self.zone)
        other.update(values)
        return other

    def forget_results(self, names: Iterable[str] = ()) -> None:
        """Begin a row: every `.Result.…`, and those of the fields named, is null again."""
        for name in [name for name in self._values if name.startswith(".Result.")]:
            self._values[name] = None
        for name in names:
            self._values[f".Result.{name}"] = None
