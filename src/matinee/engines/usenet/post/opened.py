"""An archive that was opened already, while it came; it counts for as long as its volumes are the same."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

Sign = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Opened:
    """What came out of it lies in `stage`; `volumes` are signs by which its volumes are known under any name."""

    volumes: frozenset[Sign]
    stage: Path
    password: str = field(default="", repr=False)

    def is_of(self, volumes: Iterable[Path]) -> bool:
        """Whether it was made of these very volumes: one that was repaired since is another one."""
        try:
            return frozenset(map(sign, volumes)) == self.volumes
        except OSError:
            return False


def sign(path: Path) -> Sign:
    """A file as it is now, whatever it is called."""
    found = path.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns
