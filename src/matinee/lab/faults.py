"""What goes wrong tonight: switches a test may turn while the lab is running."""

from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any


class IndexerFault(StrEnum):
    """How the indexer misbehaves."""

    NONE = "none"
    MALFORMED = "malformed"
    BOMB = "bomb"
    ERROR = "error"
    LIMIT = "limit"
    HANG = "hang"


@dataclass(slots=True)
class Faults:
    """All is well until a switch is turned; `climbing` names the title that is offered a torrent with `../` inside.

    `retry_after` is what a limited indexer asks for, in seconds.
    """

    tracker_hangs: bool = False
    indexer: IndexerFault = IndexerFault.NONE
    retry_after: int = 1
    metadata_down: bool = False
    climbing: str = ""

    def turn(self, switches: dict[str, Any]) -> None:
        """Set some switches by name; ValueError for an unknown one or a value of the wrong kind, then none is set."""
        known = {field.name: type(getattr(self, field.name)) for field in fields(self)}
        if unknown := switches.keys() - known.keys():
            raise ValueError(f"no such fault: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
        for name, value in {name: _cast(known[name], name, value) for name, value in switches.items()}.items():
            setattr(self, name, value)

    def as_dict(self) -> dict[str, Any]:
        """All switches, for JSON."""
        return asdict(self)


def _cast(kind: type, name: str, value: Any) -> Any:
    """The value as its switch wants it."""
    if kind is IndexerFault:
        return IndexerFault(value)
    if type(value) is not kind:
        raise ValueError(f"{name} wants {kind.__name__}, got {value!r}")
    return value
