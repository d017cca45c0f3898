"""Who made a release, by its name."""

from collections.abc import Callable
from typing import Any

from matinee.media.parse.group import read_group
from matinee.media.parse.words import tidy
from matinee.media.title import Kind


def _file_name(path: str) -> str:
    """The last part of a path, without the suffix of a file."""
    return tidy(path.replace("\\", "/").rpartition("/")[2])


def _parse_release_group(record: dict[str, Any], asker: Kind | None) -> dict[str, Any]:
    return {"release_group": read_group(_file_name(record["input"]))}


ANSWERS: dict[str, Callable[[dict[str, Any], Kind | None], dict[str, Any]]] = {
    "parse_release_group": _parse_release_group
}
