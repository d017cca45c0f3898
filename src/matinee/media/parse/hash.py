"""Anime's makers sign each file with a checksum of eight digits: `[9A3C12F0]`."""

import re

_CHECKSUM = re.compile(r"[\[(]([0-9A-Fa-f]{8})[\])]")


def read_hash(text: str) -> str | None:
    """The checksum in brackets, the last one when there are several; None when there is none."""
    if "[" not in text and "(" not in text:
        return None
    found = [told for told in _CHECKSUM.findall(text) if not told.isdecimal() or "[" + told in text]
    return found[-1] if found else None
