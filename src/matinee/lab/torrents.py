"""Torrents of the lab's releases: what is written in a .torrent, and where its bytes are."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from matinee.lab.bencode import Bencodable, bencode
from matinee.lab.offers import Ghost, Offer, PackedFile

KIB = 1024
READ_BYTES = 1024 * KIB


@dataclass(frozen=True, slots=True)
class Torrent:
    """An offer with its infohash, `info` as it is bencoded, the sum of its files in bytes, and the folder it lies in.

    `on_disk` are the files' places relative to the folder, in the order of the torrent.
    """

    offer: Offer
    infohash: bytes
    info: bytes
    size: int
    folder: Path
    on_disk: tuple[str, ...]

    def file(self, announce: str) -> bytes:
        """The .torrent, with this tracker in it."""
        # The keys in order: announce < created by < info.
        return b"d" + bencode("announce") + bencode(announce) + bencode("info") + self.info + b"e"


def place(offer: Offer, file: PackedFile) -> str:
    """Where a file of an offer lies on disk: never outside, whatever it calls itself."""
    tame = "/".join(part for part in PurePosixPath(file.path).parts if part not in ("..", "/"))
    return tame if offer.is_single_file else f"{offer.name}/{tame}"


def describe(offer: Offer, folder: Path) -> bytes:
    """The bencoded info of an offer whose files lie in the folder."""
    sizes = [_size(offer, file, folder) for file in offer.files]
    piece = piece_length(sum(sizes))
    ghostly = offer.is_ghost
    pieces = _imagined(offer.name, sum(sizes), piece) if ghostly else _pieces(_bytes_of(offer, folder), piece)
    info: dict[str, Bencodable] = {"name": offer.name, "piece length": piece, "pieces": b"".join(pieces)}
    if offer.is_single_file:
        return bencode({**info, "name": offer.files[0].path, "length": sizes[0]})
    files: list[Bencodable] = [
        {"length": size, "path": list(PurePosixPath(file.path).parts)}
        for file, size in zip(offer.files, sizes, strict=True)
    ]
    return bencode({**info, "files": files})


def read(offer: Offer, folder: Path, info: bytes) -> Torrent:
    """The torrent of an offer from its info, as it was described before."""
    return Torrent(
        offer=offer,
        infohash=hashlib.sha1(info, usedforsecurity=False).digest(),
        info=info,
        size=sum(_size(offer, file, folder) for file in offer.files),
        folder=folder,
        on_disk=tuple(place(offer, file) for file in offer.files),
    )


def piece_length(size: int) -> int:
    """A piece in bytes, larger for larger torrents."""
    if size < 32 * KIB * KIB:
        return 256 * KIB
    return 512 * KIB if size < 256 * KIB * KIB else 4096 * KIB


def _size(offer: Offer, file: PackedFile, folder: Path) -> int:
    if isinstance(file.source, Ghost):
        return file.source.size
    return (folder / place(offer, file)).stat().st_size


def _bytes_of(offer: Offer, folder: Path) -> Iterator[bytes]:
    """All files of an offer one after another, in handy portions."""
    for file in offer.files:
        with (folder / place(offer, file)).open("rb") as source:
            while portion := source.read(READ_BYTES):
                yield portion


def _pieces(portions: Iterable[bytes], length: int) -> Iterator[bytes]:
    """The checksum of each piece."""
    rest = b""
    for portion in portions:
        rest += portion
        while len(rest) >= length:
            yield hashlib.sha1(rest[:length], usedforsecurity=False).digest()
            rest = rest[length:]
    if rest:
        yield hashlib.sha1(rest, usedforsecurity=False).digest()


def _imagined(name: str, size: int, length: int) -> Iterator[bytes]:
    """Checksums of pieces that nobody has."""
    for number in range(-(-size // length)):
        yield hashlib.sha1(f"{name}#{number}".encode(), usedforsecurity=False).digest()
