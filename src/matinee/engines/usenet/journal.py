"""What was fetched of a job, noted article by article, so that a restart asks for none of them again.

Policy: an article is noted after its bytes are with the kernel, so `kill -9` loses nothing that is noted. Every
SYNC_SECONDS and when a job ends, its files are synced to the disk and then the journal. After a power cut (another
boot) what was noted since the last sync is read back and kept only where its CRC is right.
"""

import os
import struct
import zlib
from collections.abc import Iterator
from enum import IntEnum
from pathlib import Path
from typing import NamedTuple

SYNC_SECONDS = 20.0
_RECORD = struct.Struct("<BxHIQ")
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class Kind(IntEnum):
    """What a note says; `at` is an article for the first four, else a file."""

    DONE = 1  # value: CRC, and the size above bit 32
    PLACE = 2  # value: where it begins, in a file of unequal parts
    MISSING = 3  # on server `slot`
    CORRUPT = 4  # on server `slot`
    SIZE = 5
    STRIDE = 6
    NAME = 7  # value: the length of the name that follows
    ANEW = 8  # nothing of this file counts any more
    SYNCED = 9  # value: all notes in so many bytes of the journal are on the disk, with what they speak of
    BOOT = 10  # value: a number of the boot this was written in
    RETRIED = 11  # no server is known to lack anything any more
    WANTED = 12  # this file is to be fetched


class Note(NamedTuple):
    """One line of the journal."""

    kind: Kind
    at: int = 0
    value: int = 0
    slot: int = 0
    name: str = ""
    offset: int = 0  # where in the journal it was read


class Journal:
    """A file that only grows; each note is one write, so that a killed process leaves whole ones."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)

    def write(self, *notes: Note) -> None:
        """Note this; OSError when the disk is full."""
        text = b"".join(_packed(note) for note in notes)
        written = os.write(self._file, text)
        if written < len(text):
            os.ftruncate(self._file, os.fstat(self._file).st_size - written)
            raise OSError(28, "No space left on device", str(self.path))

    @property
    def size(self) -> int:
        """Bytes."""
        return os.fstat(self._file).st_size

    def sync(self) -> None:
        """Have it on the disk."""
        os.fdatasync(self._file)

    def close(self) -> None:
        """No more notes."""
        os.close(self._file)


def _packed(note: Note) -> bytes:
    if note.kind is not Kind.NAME:
        return _RECORD.pack(note.kind, note.slot, note.at, note.value)
    name = note.name.encode()
    return _RECORD.pack(note.kind, 0, note.at, len(name)) + name + bytes(-len(name) % _RECORD.size)


def read_journal(path: Path) -> list[Note]:
    """All whole notes, in order; half of one at the end is cut off."""
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        return []
    notes = list(_notes(text))
    whole = sum(len(_packed(note)) for note in notes)
    if whole < len(text):
        os.truncate(path, whole)
    return notes


def _notes(text: bytes) -> Iterator[Note]:
    at = 0
    while at + _RECORD.size <= len(text):
        offset = at
        kind, slot, where, value = _RECORD.unpack_from(text, at)
        at += _RECORD.size
        if kind not in Kind._value2member_map_:
            return
        name = ""
        if kind == Kind.NAME:
            end = at + value + -value % _RECORD.size
            if end > len(text):
                return
            name = text[at : at + value].decode(errors="replace")
            at = end
        yield Note(Kind(kind), where, value, slot, name, offset)


def boot() -> int:
    """A number that is another one after the machine was started anew."""
    try:
        return zlib.crc32(_BOOT_ID.read_bytes())
    except OSError:
        return 0
