"""One call of the WebAPI: who asks, what for, and the engine that can answer."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matinee.kernel.errors import Refused
from matinee.pipeline.torrent_port import TorrentEngine
from matinee.products.qbittorrent.login import Session
from matinee.products.qbittorrent.sync import Painter
from matinee.products.qbittorrent.wire import ALL


@dataclass(frozen=True, slots=True)
class Call:
    """The fields come from the query and the form alike; `files` are the uploads of torrents/add."""

    engine: TorrentEngine
    painter: Painter
    session: Session
    fields: Mapping[str, str]
    files: Sequence[bytes] = ()
    shut_down: Callable[[], None] | None = None

    def need(self, name: str) -> str:
        """A field that must be there."""
        if name not in self.fields:
            raise Refused(f"the parameter '{name}' is missing")
        return self.fields[name]

    def get(self, name: str, otherwise: str = "") -> str:
        """A field, or something else."""
        return self.fields.get(name, otherwise)

    def number(self, name: str, otherwise: int | None = None) -> int:
        """A whole number; without `otherwise` it must be there."""
        return int(self.decimal(name, otherwise))

    def decimal(self, name: str, otherwise: float | None = None) -> float:
        """A number; without `otherwise` it must be there."""
        text = self.need(name) if otherwise is None else self.get(name) or str(otherwise)
        try:
            return _finite(text)
        except ValueError as error:
            raise Refused(f"the parameter '{name}' must be a number, not '{text}'") from error

    def truth(self, name: str, otherwise: bool | None = None) -> bool | None:
        """A yes or no."""
        words = {
            "true": True,
            "1": True,
            "on": True,
            "yes": True,
            "false": False,
            "0": False,
            "off": False,
            "no": False,
        }
        return words.get(self.get(name).strip().lower(), otherwise)

    def hashes(self) -> list[str]:
        """The torrents meant by `hashes`: a list, or all of them."""
        text = self.need("hashes")
        return list(self.engine.torrents()) if text == ALL else self._split(text, "|")

    def hash(self) -> str:
        """The one torrent meant by `hash`; NotFound when there is none."""
        return self.engine.torrent(self.need("hash")).id

    def words(self, name: str, separator: str = ",") -> list[str]:
        """A list in a field that must be there."""
        return self._split(self.need(name), separator)

    @staticmethod
    def _split(text: str, separator: str) -> list[str]:
        return [word.strip() for word in text.split(separator) if word.strip()]


def _finite(text: str) -> float:
    number = float(text)
    if not abs(number) < float("inf"):
        raise ValueError(text)
    return number


Answer = Any
"""Text, a file's bytes, something for JSON, or None for an empty answer."""

Action = Callable[[Call], Awaitable[Answer]]
