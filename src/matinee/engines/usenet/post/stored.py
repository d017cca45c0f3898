"""RAR archives whose files are only stored, as films mostly are, are copied out volume by volume as these come.

Runs in the cell, so nothing of the house is imported. The volumes' paths come in order, one JSON text a line; after
each one line of JSON is said: that more is needed, that all is out, or what the trouble is.
"""

import json
import os
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from struct import Struct, error, unpack_from
from typing import BinaryIO

RAR4, RAR5 = b"Rar!\x1a\x07\x00", b"Rar!\x1a\x07\x01\x00"
CHUNK = 2**20
LARGEST_HEADER = 2**20
MOST_BLOCKS = 100_000
UNSUITED, LOCKED = "unsuited", "locked"

_BLOCK4 = Struct("<HBHH")
_FILE4 = Struct("<IIBIIBBHI")


class Unsuited(Exception):
    """It must be opened in the usual way, when all of it is there."""


class Locked(Unsuited):
    """It needs a password."""


class Damaged(Exception):
    """It is not what it should be."""


@dataclass(frozen=True)
class Piece:
    """What one volume holds of a file: `length` bytes from `begin`. `crc` is of these, or of all where it ends."""

    name: str
    begin: int
    length: int
    size: int
    crc: int
    goes_on: bool  # from the volume before
    continues: bool  # in the next one


def open_stored(into: Path, volumes: Iterable[str]) -> Iterator[dict[str, object]]:
    """Copy files out of the volumes as they are told; one answer for each."""
    copier = _Copier(into)
    try:
        yield from _answers(copier, volumes)
    finally:
        copier.close()


def _answers(copier: "_Copier", volumes: Iterable[str]) -> Iterator[dict[str, object]]:
    for told in volumes:
        try:
            is_last = copier.take(Path(json.loads(told)))
        except Unsuited as reason:
            yield {"trouble": LOCKED if isinstance(reason, Locked) else UNSUITED, "message": str(reason)}
            return
        except (Damaged, error, IndexError, ValueError) as reason:
            yield {"trouble": "damaged", "message": str(reason)}
            return
        except OSError as reason:
            yield {"trouble": "disk", "message": str(reason.strerror)}
            return
        yield {"done": True, "files": copier.files} if is_last else {"more": True}


class _Copier:
    def __init__(self, into: Path) -> None:
        self.files = 0
        self._into = into
        self._out: BinaryIO | None = None
        self._open: Piece | None = None
        self._crc = self._written = 0
        self._room = bytearray(CHUNK)

    def take(self, path: Path) -> bool:
        """Copy what this volume holds; whether it was the last one."""
        with path.open("rb") as volume:
            blocks = _Blocks(volume, os.fstat(volume.fileno()).st_size)
            for piece in blocks.pieces():
                self._copy(volume, piece)
        is_last = not blocks.has_next
        if is_last and self._open:
            raise Damaged(f"{self._open.name} has no end")
        return is_last

    def _copy(self, volume: BinaryIO, piece: Piece) -> None:
        if piece.goes_on != (self._open is not None) or (self._open and self._open.name != piece.name):
            raise Damaged(f"{piece.name} does not follow what came before it")
        if self._out is None:
            self._begin(piece)
        crc = self._move(volume, piece)
        if piece.continues:
            if crc != piece.crc:
                raise Damaged(f"a piece of {piece.name} has another checksum")
            self._open = piece
            return
        if self._crc != piece.crc or self._written != piece.size:
            raise Damaged(f"{piece.name} has another checksum or size")
        self._end()

    def _begin(self, piece: Piece) -> None:
        path = self._into / piece.name
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._out = path.open("xb", buffering=0)
        except FileExistsError:
            raise Unsuited("two of its files have the same name") from None
        self._crc = self._written = 0

    def _move(self, volume: BinaryIO, piece: Piece) -> int:
        """Copy the bytes; the checksum of these alone."""
        volume.seek(piece.begin)
        left, crc, view = piece.length, 0, memoryview(self._room)
        while left:
            count = volume.readinto(view[: min(left, CHUNK)])  # type: ignore[attr-defined]
            if not count:
                raise Damaged("a volume ends too early")
            some = view[:count]
            crc = zlib.crc32(some, crc) if piece.continues else crc
            self._crc = zlib.crc32(some, self._crc)
            self._write(some)
            left -= count
        self._written += piece.length
        return crc

    def _write(self, some: memoryview) -> None:
        while self._out and some:
            some = some[self._out.write(some) :]

    def _end(self) -> None:
        self.close()
        self._open = None
        self.files += 1

    def close(self) -> None:
        """Write no more."""
        if self._out:
            self._out.close()
        self._out = None


class _Blocks:
    """The headers of one volume, of the older or the newer kind."""

    def __init__(self, volume: BinaryIO, size: int) -> None:
        self._volume, self._size = volume, size
        self.has_next = False

    def pieces(self) -> Iterator[Piece]:
        """What it holds of files."""
        begin = self._volume.read(len(RAR5))
        if begin == RAR5:
            yield from self._pieces5()
        elif begin.startswith(RAR4):
            yield from self._pieces4()
        else:
            raise Unsuited("it is no RAR volume")

    # RAR 5

    def _pieces5(self) -> Iterator[Piece]:
        at = len(RAR5)
        for _ in range(MOST_BLOCKS):
            if at >= self._size:
                return
            fields, data_at = self._header5(at)
            kind, flags = fields.number(), fields.number()
            extra = fields.number() if flags & 1 else 0
            length = fields.number() if flags & 2 else 0
            if kind == 4:
                raise Locked("its headers are encrypted")
            if kind == 5:
                self.has_next = bool(fields.number() & 1)
                return
            if kind == 2:
                piece = _file5(fields, flags, extra, data_at, length)
                if piece:
                    self.has_next = piece.continues
                    yield piece
            at = data_at + length

    def _header5(self, at: int) -> "tuple[_Fields, int]":
        """The fields of the header there, and where its data begin."""
        self._volume.seek(at)
        head = self._volume.read(8)
        told = _Fields(head, 4)
        size = told.number()
        if not 0 < size < LARGEST_HEADER:
            raise Damaged("a header of it is damaged")
        end = told.at + size
        whole = head + self._volume.read(max(0, end - len(head)))
        if zlib.crc32(whole[4:end]) != unpack_from("<I", whole)[0]:
            raise Damaged("a header of it is damaged")
        return _Fields(whole[:end], told.at), at + end

    # RAR 4

    def _pieces4(self) -> Iterator[Piece]:
        at = len(RAR4)
        for _ in range(MOST_BLOCKS):
            if at + _BLOCK4.size > self._size:
                return
            self._volume.seek(at)
            head = self._volume.read(_BLOCK4.size)
            crc, kind, flags, size = _BLOCK4.unpack(head)
            head += self._volume.read(max(0, size - len(head)))
            if size < _BLOCK4.size or zlib.crc32(head[2:size]) & 0xFFFF != crc:
                raise Damaged("a header of it is damaged")
            length = unpack_from("<I", head, _BLOCK4.size)[0] if flags & 0x8000 else 0
            if kind == 0x73 and flags & 0x80:
                raise Locked("its headers are encrypted")
            if kind == 0x7B:
                self.has_next = bool(flags & 1)
                return
            if kind in {0x74, 0x7A}:
                length += unpack_from("<I", head, _BLOCK4.size + _FILE4.size)[0] << 32 if flags & 0x100 else 0
            if kind == 0x74 and (piece := _file4(head, flags, at + size, length)):
                self.has_next = piece.continues
                yield piece
            at += size + length


class _Fields:
    """Numbers of seven bits a byte, as RAR 5 writes them."""

    def __init__(self, text: bytes, at: int) -> None:
        self.text, self.at = text, at

    def number(self) -> int:
        value = shift = 0
        while shift < 70:
            byte = self.text[self.at]
            self.at += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7
        raise Damaged("a header of it is damaged")

    def skip(self, count: int) -> bytes:
        self.at += count
        return self.text[self.at - count : self.at]


def _file5(fields: _Fields, flags: int, extra: int, begin: int, length: int) -> Piece | None:
    """A file's header; None for a folder."""
    about, size, _ = fields.number(), fields.number(), fields.number()
    if about & 2:
        fields.skip(4)
    crc = unpack_from("<I", fields.skip(4))[0] if about & 4 else None
    packing, _ = fields.number(), fields.number()
    name = fields.skip(fields.number()).decode()
    if about & 1:
        return None
    for kind in _extras(fields, extra):
        if kind == 1:
            raise Locked("it is encrypted")
        if kind in {4, 5}:
            raise Unsuited("it holds links or old versions")
    if packing >> 7 & 7 or about & 8 or crc is None:
        raise Unsuited("it is compressed, or has no plain checksum")
    return Piece(_plain(name), begin, length, size, crc, bool(flags & 8), bool(flags & 16))


def _extras(fields: _Fields, extra: int) -> Iterator[int]:
    fields.at = len(fields.text) - extra
    while fields.at < len(fields.text):
        size = fields.number()
        end = fields.at + size
        yield fields.number()
        fields.at = end


def _file4(head: bytes, flags: int, begin: int, length: int) -> Piece | None:
    """A file's header; None for a folder."""
    _, size, system, crc, _, _, method, name_size, attributes = _FILE4.unpack_from(head, _BLOCK4.size)
    at = _BLOCK4.size + _FILE4.size
    if flags & 0x100:
        size |= unpack_from("<I", head, at + 4)[0] << 32
        at += 8
    if flags & 0xE0 == 0xE0:
        return None
    if flags & 4:
        raise Locked("it is encrypted")
    if method != 0x30 or (system == 3 and attributes & 0xF000 == 0xA000):
        raise Unsuited("it is compressed or holds links")
    name = head[at : at + name_size]
    if not name.isascii() or b"\0" in name:
        raise Unsuited("a name in it is of an older kind")
    return Piece(_plain(name.decode().replace("\\", "/")), begin, length, size, crc, bool(flags & 1), bool(flags & 2))


def _plain(name: str) -> str:
    """The name, when it leads nowhere else; others are judged in the usual way."""
    parts = name.split("/")
    if any(part in {"", ".", ".."} for part in parts) or any(one in name for one in "\\:\0") or not name.isprintable():
        raise Unsuited("a name in it is strange")
    return name
