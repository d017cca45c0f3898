"""A par2 set tells how each file is called, how long it is, and what every slice of it must add up to."""

import hashlib
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

MAGIC = b"PAR2\0PKT"
HEADER = struct.Struct("<8sQ16s16s16s")  # magic, length, md5 of what follows it, set, kind
MAIN, DESCRIPTION, SLICES, RECOVERY = (
    b"PAR 2.0\0" + kind for kind in (b"Main\0\0\0\0", b"FileDesc", b"IFSC\0\0\0\0", b"RecvSlic")
)
LARGEST_PACKET = 64 * 2**20  # bytes; recovery slices are not read and may be larger
LARGEST_SLICE = 2**31
MOST_PACKETS = 400_000
FIRST_BYTES = 16 * 1024


@dataclass(frozen=True, slots=True)
class Protected:
    """A file of a set: `name` as its poster wrote it (not to be trusted), md5 of all and of the first 16 KiB."""

    name: str
    length: int
    md5: bytes
    md5_16k: bytes
    crcs: tuple[int, ...] = ()  # of each slice, the last one padded with zeros; empty when no packet told


@dataclass(frozen=True, slots=True)
class Par2Set:
    """What the packets of one set say; `blocks` are the numbers of the recovery blocks that were found."""

    id: bytes
    slice_size: int
    files: tuple[Protected, ...]
    blocks: frozenset[int]
    sources: tuple[Path, ...]

    @property
    def slices(self) -> int:
        """Slices of all files."""
        return sum(self.slices_of(file) for file in self.files)

    def slices_of(self, file: Protected) -> int:
        """Slices that one file has."""
        return -(-file.length // self.slice_size)


def is_par2(path: Path) -> bool:
    """Whether a file begins as a par2 file does, whatever it is called."""
    try:
        with path.open("rb") as file:
            return file.read(len(MAGIC)) == MAGIC
    except OSError:
        return False


def read_sets(paths: Iterable[Path]) -> list[Par2Set]:
    """All sets that these files speak of, the largest first. What is damaged is passed over."""
    found: dict[bytes, _Found] = {}
    for path in paths:
        for id, kind, body in _packets(path):
            _note(found.setdefault(id, _Found(path)), path, kind, body)
    sets = [_set(id, one) for id, one in found.items()]
    return sorted((one for one in sets if one), key=lambda one: -sum(file.length for file in one.files))


class _Found:
    def __init__(self, path: Path) -> None:
        self.slice_size = 0
        self.wanted: tuple[bytes, ...] = ()
        self.described: dict[bytes, tuple[str, int, bytes, bytes]] = {}
        self.crcs: dict[bytes, tuple[int, ...]] = {}
        self.blocks: set[int] = set()
        self.sources: dict[Path, None] = {path: None}


def _packets(path: Path) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Set, kind and body of each whole packet; of recovery slices only the number."""
    size = path.stat().st_size
    with path.open("rb") as file:
        at = 0
        for _ in range(MOST_PACKETS):
            file.seek(at)
            head = file.read(HEADER.size)
            if len(head) < HEADER.size:
                return
            magic, length, told, id, kind = HEADER.unpack(head)
            if magic != MAGIC or length < HEADER.size or length % 4 or at + length > size:
                at = _next_magic(file, at + 1)
                if at < 0:
                    return
                continue
            if kind == RECOVERY:
                yield id, kind, file.read(4)
            elif length <= LARGEST_PACKET:
                body = file.read(length - HEADER.size)
                if hashlib.md5(head[32:] + body, usedforsecurity=False).digest() == told:
                    yield id, kind, body
            at += length


def _next_magic(file: BinaryIO, at: int) -> int:
    """Where the next packet may begin, -1 for nowhere."""
    file.seek(at)
    while chunk := file.read(2**20):
        if (found := chunk.find(MAGIC)) >= 0:
            return at + found
        if len(chunk) < len(MAGIC):
            return -1
        at += len(chunk) - len(MAGIC) + 1
        file.seek(at)
    return -1


def _note(found: _Found, path: Path, kind: bytes, body: bytes) -> None:
    found.sources[path] = None
    if kind == MAIN and len(body) >= 12:
        size, count = struct.unpack_from("<QI", body)
        found.slice_size = size if 0 < size <= LARGEST_SLICE and size % 4 == 0 else 0
        ids = [body[12 + 16 * at : 28 + 16 * at] for at in range(min(count, (len(body) - 12) // 16))]
        found.wanted = tuple(ids)
    elif kind == DESCRIPTION and len(body) > 56:
        id, md5, md5_16k, length = struct.unpack_from("<16s16s16sQ", body)
        found.described[id] = (body[56:].rstrip(b"\0").decode(errors="replace"), length, md5, md5_16k)
    elif kind == SLICES and len(body) >= 16:
        found.crcs[body[:16]] = tuple(crc for (_, crc) in struct.iter_unpack("<16sI", body[16 : 16 + _even(body)]))
    elif kind == RECOVERY and len(body) == 4:
        found.blocks.add(int.from_bytes(body, "little"))


def _even(body: bytes) -> int:
    return (len(body) - 16) // 20 * 20


def _set(id: bytes, found: _Found) -> Par2Set | None:
    """None for a set whose main packet is nowhere."""
    if not found.slice_size:
        return None
    files = []
    for one in found.wanted:
        if one in found.described:
            name, length, md5, md5_16k = found.described[one]
            crcs = found.crcs.get(one, ())
            fits = len(crcs) == -(-length // found.slice_size)
            files.append(Protected(name, length, md5, md5_16k, crcs if fits else ()))
    return Par2Set(id, found.slice_size, tuple(files), frozenset(found.blocks), tuple(found.sources))
