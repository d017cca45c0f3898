"""One call of the API: what is asked with which words, and the engine that can answer."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matinee.kernel.errors import Refused
from matinee.pipeline.usenet_port import FinishedJob, UsenetEngine, UsenetJob
from matinee.products.sabnzbd.memory import Memory
from matinee.products.sabnzbd.wire import NO_INTEGER, NO_VALUE, NO_VALUES, WORKED_ON


class Wrong(Refused):
    """A refusal in the API's own words, which programs look for."""


@dataclass(frozen=True, slots=True)
class Told:
    """An answer: `data` under a keyword, or as it is when the keyword is empty."""

    keyword: str
    data: Any


OK = Told("", {"status": True})

Fetch = Callable[[str], Awaitable[tuple[str, bytes]]]
"""Fetches an NZB from an address: its file's name and its bytes."""


@dataclass(frozen=True, slots=True)
class Call:
    """The fields come from the query and the form alike; `uploads` are the files by their field, with their names."""

    engine: UsenetEngine
    memory: Memory
    fields: Mapping[str, str]
    uploads: Mapping[str, tuple[str, bytes]]
    fetch: Fetch | None = None

    def get(self, name: str, otherwise: str = "") -> str:
        """A field, or something else."""
        return self.fields.get(name, otherwise)

    def need(self, name: str = "value") -> str:
        """A field that must be there."""
        if not (text := self.get(name)):
            raise Wrong(NO_VALUE)
        return text

    def pair(self) -> tuple[str, str]:
        """The fields `value` and `value2`, which must both be there."""
        first, second = self.get("value"), self.get("value2")
        if not first or not second:
            raise Wrong(NO_VALUES)
        return first, second

    def number(self, name: str, otherwise: int = 0) -> int:
        """A whole number; what is none counts as the other."""
        text = self.get(name).strip()
        plain = text.removeprefix("-")
        return int(text) if plain.isascii() and plain.isdigit() and len(plain) < 16 else otherwise

    def integer(self, text: str) -> int:
        """A number that must be one."""
        plain = text.strip().removeprefix("-")
        if not plain.isascii() or not plain.isdigit() or len(plain) > 15:
            raise Wrong(NO_INTEGER)
        return int(text)

    def words(self, *names: str) -> list[str]:
        """A list between commas, from the first of these fields that has one."""
        text = next((self.get(name) for name in names if self.get(name)), "")
        return [word.strip() for word in text.split(",") if word.strip()]

    def queue(self) -> list[UsenetJob]:
        """The jobs still in the queue: who is repaired or unpacked has left it."""
        return [job for job in self.engine.queue() if job.state not in WORKED_ON]

    def worked_on(self) -> list[UsenetJob]:
        """The jobs that are repaired, unpacked or moved."""
        return [job for job in self.engine.queue() if job.state in WORKED_ON]

    def history(self) -> Sequence[FinishedJob]:
        """The finished jobs, the newest first."""
        return self.engine.history()


Action = Callable[[Call], Awaitable[Told]]
