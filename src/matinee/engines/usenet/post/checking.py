"""A download is whole when the checksums of its articles and those of its par2 set fold to the same figure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sabctools

from matinee.engines.usenet.post.packets import Par2Set, Protected


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file as it was downloaded: `crc` of all of it, None where that is not known; `bad` ranges are (begin, end).

    Nothing is read again for this: the CRC is folded from those of the articles.
    """

    name: str
    size: int
    crc: int | None = None
    bad: tuple[tuple[int, int], ...] = ()


def crc_of_parts(parts: Iterable[tuple[int, int]]) -> int:
    """The CRC32 of a file from the (crc, length) of its parts, in order and without a gap."""
    whole = 0
    for crc, length in parts:
        whole = sabctools.crc32_combine(whole, crc, length)
    return whole


def crc_of_slices(crcs: Sequence[int], slice_size: int, length: int) -> int:
    """The CRC32 of a file of `length` bytes from those of its slices, the last of which is padded with zeros."""
    whole = 0
    step = sabctools.crc32_xpow8n(slice_size)
    for crc in crcs:
        whole = sabctools.crc32_multiply(whole, step) ^ crc
    padding = len(crcs) * slice_size - length
    return sabctools.crc32_zero_unpad(whole, padding) if padding else whole


def crc_of(protected: Protected, slice_size: int) -> int | None:
    """What a file must have as CRC32 by its set; None when the set does not tell."""
    return crc_of_slices(protected.crcs, slice_size, protected.length) if protected.crcs else None


def is_whole(protected: Protected, slice_size: int, arrived: Arrived) -> bool:
    """Whether the file is as it was posted."""
    if arrived.size != protected.length or arrived.bad or arrived.crc is None:
        return False
    return arrived.crc == crc_of(protected, slice_size)


def damaged_slices(whole: Par2Set, protected: Protected, arrived: Arrived | None) -> int | None:
    """How many slices of a file that is not whole must be made anew; None when only reading it would tell."""
    if arrived is None:
        return whole.slices_of(protected)
    if arrived.size != protected.length and not arrived.bad:
        return None
    hit: set[int] = set()
    for begin, end in arrived.bad:
        hit.update(range(begin // whole.slice_size, -(-min(end, protected.length) // whole.slice_size)))
    return len(hit) or None
