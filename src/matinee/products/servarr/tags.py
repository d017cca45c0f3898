"""These programs number their labels; ours are words, so the number is made of the word."""

import zlib
from collections.abc import Iterable
from typing import Any

from matinee.products.servarr.fields import Resource

_MOST = 0x7FFFFFFF


def tag_id(label: str) -> int:
    """The number of a label: always the same for the same word, between 1 and 2³¹ - 1."""
    return zlib.crc32(label.strip().lower().encode()) % _MOST + 1


def tag_row(label: str) -> Resource:
    """A label as these programs tell it."""
    return {"id": tag_id(label), "label": label}


def tag_ids(labels: Iterable[str]) -> list[int]:
    """The numbers of the labels."""
    return [tag_id(one) for one in labels]


def labels_of(ids: Any, known: Iterable[str]) -> tuple[str, ...]:
    """The labels with these numbers, among those that are known; others are dropped."""
    wanted = set(ids) if isinstance(ids, list) else set()
    return tuple(label for label in known if tag_id(label) in wanted)
