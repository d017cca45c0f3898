"""A .torrent names the files of a release, and its infohash is what the whole world calls it by."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

Value: TypeAlias = "int | bytes | list[Value] | dict[bytes, Value]"

_DEEPEST = 100
_MOST_VALUES = 1_000_000
_LONGEST_NUMBER = 20
_SHA1 = 20
_SMALLEST_V2_PIECE = 16 * 1024


@dataclass(frozen=True, slots=True)
class TorrentFile:
    """What a .torrent says, as it says it: names are not cleaned, so that whoever writes them must judge them.

    `files` are (path parts below the download folder, size in bytes), padding left out. `infohash` is hex:
    the SHA-1 of v1 and hybrid torrents, the first 20 bytes of the SHA-256 of those that are v2 only.
    """

    name: str
    infohash: str
    files: tuple[tuple[tuple[str, ...], int], ...]
    piece_length: int
    private: bool
    trackers: tuple[str, ...]


def read_torrent(data: bytes) -> TorrentFile:
    """Read and check a .torrent; ValueError says what is wrong with it."""
    reader = _Reader(data)
    torrent = reader.whole()
    info = torrent.get(b"info")
    if not isinstance(info, dict):
        raise ValueError("it has no 'info'")
    name = _name(info)
    is_v1 = b"pieces" in info
    files = _v1_files(info, name) if is_v1 else _v2_files(info, name)
    if not files or not sum(size for _, size in files):
        raise ValueError("it holds no files")
    return TorrentFile(
        name=name,
        infohash=_infohash(data[slice(*reader.spans[b"info"])], is_v1=is_v1),
        files=tuple(files),
        piece_length=_piece_length(info),
        private=info.get(b"private") == 1,
        trackers=tuple(dict.fromkeys(_trackers(torrent))),
    )


def decode(data: bytes) -> dict[bytes, Value]:
    """Read a bencoded dictionary strictly: one value, canonical numbers, no key twice, a limited depth."""
    return _Reader(data).whole()


class _Reader:
    """Walks through bencoded bytes once; `spans` are where the values of the outermost dictionary lie."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0
        self._values = 0
        self.spans: dict[bytes, tuple[int, int]] = {}

    def whole(self) -> dict[bytes, Value]:
        if self._data[:1] != b"d":
            raise ValueError("it is not bencoded")
        value = self._dictionary(0)
        if self._data[self._at :].strip():
            raise ValueError("something follows after its end")
        return value

    def _value(self, depth: int) -> Value:
        self._values += 1
        if depth > _DEEPEST or self._values > _MOST_VALUES:
            raise ValueError("it is nested too deeply or holds too many values")
        mark = self._data[self._at : self._at + 1]
        if mark == b"i":
            self._at += 1
            return self._number(b"e")
        if mark == b"l":
            return self._list(depth)
        if mark == b"d":
            return self._dictionary(depth)
        return self._string()

    def _list(self, depth: int) -> list[Value]:
        found: list[Value] = []
        self._at += 1
        while not self._ends():
            found.append(self._value(depth + 1))
        return found

    def _dictionary(self, depth: int) -> dict[bytes, Value]:
        found: dict[bytes, Value] = {}
        self._at += 1
        while not self._ends():
            key = self._string()
            if key in found:
                raise ValueError("it has a key twice")
            start = self._at
            found[key] = self._value(depth + 1)
            if depth == 0:
                self.spans[key] = (start, self._at)
        return found

    def _ends(self) -> bool:
        """Whether the list or dictionary ends here; the end mark is passed."""
        mark = self._data[self._at : self._at + 1]
        if not mark:
            raise ValueError("it is cut off")
        if mark != b"e":
            return False
        self._at += 1
        return True

    def _string(self) -> bytes:
        length = self._number(b":")
        start, self._at = self._at, self._at + length
        if length < 0 or self._at > len(self._data):
            raise ValueError("it is cut off, or a length in it is wrong")
        return self._data[start : self._at]

    def _number(self, mark: bytes) -> int:
        """A whole number up to the mark, written in the only way that is allowed."""
        end = self._data.find(mark, self._at, self._at + _LONGEST_NUMBER + 2)
        digits = self._data[self._at : end] if end >= 0 else b""
        bare = digits.removeprefix(b"-")
        if not bare.isdigit() or (bare[:1] == b"0" and digits != b"0"):
            raise ValueError(f"it is broken at byte {self._at}")
        self._at = end + 1
        return int(digits)


def _infohash(info: bytes, *, is_v1: bool) -> str:
    if is_v1:
        return hashlib.sha1(info, usedforsecurity=False).hexdigest()
    return hashlib.sha256(info).hexdigest()[: _SHA1 * 2]


def _name(info: dict[bytes, Value]) -> str:
    name = info.get(b"name.utf-8", info.get(b"name"))
    if not isinstance(name, bytes) or not name:
        raise ValueError("it has no name")
    return _text(name)


def _piece_length(info: dict[bytes, Value]) -> int:
    length = info.get(b"piece length")
    if not isinstance(length, int) or length <= 0:
        raise ValueError("it has no piece length")
    return length


def _size(entry: dict[bytes, Value]) -> int:
    size = entry.get(b"length")
    if not isinstance(size, int) or size < 0:
        raise ValueError("one of its files has no size")
    return size


def _v1_files(info: dict[bytes, Value], name: str) -> list[tuple[tuple[str, ...], int]]:
    """The files of a v1 or hybrid torrent; its pieces must cover them exactly."""
    entries = info.get(b"files")
    if entries is None:
        _check_pieces(info, _size(info))
        return [((name,), _size(info))]
    if not isinstance(entries, list):
        raise ValueError("its list of files is broken")
    found = [_v1_file(entry, name) for entry in entries]
    _check_pieces(info, sum(size for _, size, _ in found))
    return [(path, size) for path, size, is_padding in found if not is_padding]


def _v1_file(entry: Value, name: str) -> tuple[tuple[str, ...], int, bool]:
    if not isinstance(entry, dict):
        raise ValueError("its list of files is broken")
    parts = entry.get(b"path.utf-8", entry.get(b"path"))
    if not isinstance(parts, list) or not parts:
        raise ValueError("one of its files has no name")
    attributes = entry.get(b"attr", b"")
    is_padding = isinstance(attributes, bytes) and b"p" in attributes
    return (name, *(_part(part) for part in parts)), _size(entry), is_padding


def _check_pieces(info: dict[bytes, Value], total: int) -> None:
    pieces = info.get(b"pieces")
    needed = -(-total // _piece_length(info))
    if not isinstance(pieces, bytes) or len(pieces) != needed * _SHA1:
        raise ValueError("its pieces do not fit the size of its files")


def _v2_files(info: dict[bytes, Value], name: str) -> list[tuple[tuple[str, ...], int]]:
    """The files of a torrent that is v2 only; a single file named as the torrent has no folder."""
    tree, length = info.get(b"file tree"), _piece_length(info)
    if info.get(b"meta version") != 2 or not isinstance(tree, dict):
        raise ValueError("it has neither the pieces of version 1 nor the file tree of version 2")
    if length < _SMALLEST_V2_PIECE or length & (length - 1):
        raise ValueError("its piece length is not allowed")
    found = list(_leaves(tree, ()))
    if len(found) == 1 and found[0][0] == (name,):
        return found
    return [((name, *path), size) for path, size in found]


def _leaves(tree: dict[bytes, Value], above: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], int]]:
    for part, below in tree.items():
        if not isinstance(below, dict):
            raise ValueError("its file tree is broken")
        if part == b"":
            yield above, _size(below)
        else:
            yield from _leaves(below, (*above, _text(part)))


def _part(part: Value) -> str:
    if not isinstance(part, bytes):
        raise ValueError("one of its files has no name")
    return _text(part)


def _trackers(torrent: dict[bytes, Value]) -> Iterator[str]:
    """Every announce address, in the order of preference."""
    tiers = torrent.get(b"announce-list")
    first = torrent.get(b"announce")
    for tier in [[first], *(tiers if isinstance(tiers, list) else [])]:
        for address in tier if isinstance(tier, list) else []:
            if isinstance(address, bytes) and address:
                yield _text(address)


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")
