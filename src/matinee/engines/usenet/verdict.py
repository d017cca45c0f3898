"""What a server's answer to "give me this article" is worth."""

import zlib
from enum import Enum
from typing import NamedTuple

from sabctools import EncodingFormat, NNTPResponse

from matinee.engines.usenet.shape import Part

MISSING_CODES = frozenset({411, 420, 423, 430, 451})
FOUND_CODES = frozenset({220, 222})


class Answer(Enum):
    """The kinds of answers."""

    WHOLE = "whole"  # the part is there and its CRC is right
    DAMAGED = "damaged"  # there, and not as it was posted
    MISSING = "missing"
    TROUBLE = "trouble"  # the connection is of no more use


class Judged(NamedTuple):
    """An answer with its part, where it has one, and that part's CRC."""

    answer: Answer
    part: Part | None = None
    crc: int = 0


def judge(response: NNTPResponse, number: int, is_only_part: bool) -> Judged:
    """Judge the answer for the part with this number; nothing in it is believed without a second sign."""
    if response.status_code in MISSING_CODES:
        return Judged(Answer.MISSING)
    if response.status_code not in FOUND_CODES:
        return Judged(Answer.TROUBLE)
    if not response.data or response.format is None:
        return Judged(Answer.DAMAGED)
    if response.format is EncodingFormat.UU:
        return _judged_uu(response, is_only_part)
    part = Part(number, response.part_begin, response.part_end, response.file_size)
    is_complete = response.bytes_decoded == part.end - part.begin == response.end_size
    crc = response.crc
    if crc is None and response.crc_expected is None and is_complete:
        crc = zlib.crc32(response.data)  # posted without one: the sizes must do, and par2 later
    return Judged(Answer.DAMAGED, part) if crc is None or not is_complete else Judged(Answer.WHOLE, part, crc)


def _judged_uu(response: NNTPResponse, is_only_part: bool) -> Judged:
    """UUencoded parts do not tell where they belong, so only a file of one part can be used."""
    if response.baddata or not is_only_part or not response.data:
        return Judged(Answer.DAMAGED)
    size = len(response.data)
    return Judged(Answer.WHOLE, Part(1, 0, size, size), zlib.crc32(response.data))
