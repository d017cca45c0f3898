"""One file of a job on its way to the disk: each part is written where it belongs as soon as it came."""

import contextlib
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from sabctools import crc32_combine

from matinee.engines.usenet.plan import PlannedFile
from matinee.engines.usenet.shape import FileShape


@dataclass(slots=True)
class Target:
    """A file being written; `left` counts its articles that are not settled, `lost` those no server has."""

    plan: PlannedFile
    shape: FileShape
    name: str = ""  # on disk; none before the first part came
    is_wanted: bool = False
    left: int = 0
    lost: int = 0
    gone: int = 0  # bytes of the lost ones of which not even damaged ones are here
    crc: int | None = None  # of the whole file, when all of it came
    handle: int = -1
    is_dirty: bool = False
    _stale: list[int] = field(default_factory=list)

    @property
    def is_settled(self) -> bool:
        """Whether nothing of it is outstanding."""
        return self.is_wanted and self.left == 0

    @property
    def size(self) -> int:
        """Bytes: the real size once known, else the NZB's."""
        return self.shape.shape.size if self.shape.shape else self.plan.size

    def open(self, folder: Path) -> None:
        """Make the file in its full size, without holding that much disk yet."""
        if self.handle < 0 and self.shape.shape:
            flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
            handle = os.open(folder / self.name, flags, 0o644)
            try:
                os.ftruncate(handle, self.shape.shape.size)
            except OSError:
                os.close(handle)
                raise
            self.handle = handle

    def begin_anew(self, folder: Path) -> None:
        """Drop what was written. Whoever still writes does so into a file without a name."""
        if self.handle >= 0:
            self._stale.append(self.handle)
            self.handle = -1
        (folder / self.name).unlink(missing_ok=True)
        self.open(folder)

    def close(self) -> None:
        """Write no more; may be opened again."""
        for handle in (self.handle, *self._stale):
            if handle >= 0:
                os.close(handle)
        self.handle = -1
        self._stale.clear()


def write_all(handle: int, content: bytearray, begin: int) -> None:
    """Write all of it at its place; OSError as the disk says."""
    written = os.pwrite(handle, content, begin)
    while written < len(content):
        written += os.pwrite(handle, memoryview(content)[written:], begin + written)


def sync_file(path: Path) -> None:
    """Have what was written to it on the disk, by whichever handle it was."""
    with contextlib.suppress(FileNotFoundError):
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fdatasync(handle)
        finally:
            os.close(handle)


def folded(parts: Iterable[tuple[int, int]]) -> int:
    """The CRC-32 of a whole file by the (CRC, size) of its parts in order: nothing is read again."""
    whole = 0
    for crc, size in parts:
        whole = crc32_combine(whole, crc, size)
    return whole
