"""The list of definitions is remembered by what the files say, so that it need not be read from them again."""

import json
import logging
from pathlib import Path
from typing import Any

from matinee import __version__
from matinee.engines.indexer.shelf.keeping import write_whole
from matinee.engines.indexer.shelf.summary import Summary, as_plain, from_plain
from matinee.kernel.errors import Refused

log = logging.getLogger(__name__)

_SHAPE = f"{__version__}/1"  # raise the number when a summary changes


class Remembered:
    """Summaries, and the reasons of refusals, by the SHA-256 of the text; what is not asked for is forgotten."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known = _load(path)
        self._used: dict[str, Any] = {}

    def get(self, key: str) -> Summary | None:
        """The summary of a text; Refused with the reason it had, None when it was never read."""
        plain = self._known.get(key)
        try:
            if not isinstance(plain, dict):
                return None
            summary = from_plain(plain) if "refused" not in plain else None
        except (KeyError, TypeError, ValueError):
            return None
        self._used[key] = plain
        if summary is None:
            raise Refused(str(plain["refused"]))
        return summary

    def keep(self, key: str, summary: Summary) -> None:
        """Remember a summary."""
        self._used[key] = as_plain(summary)

    def refuse(self, key: str, reason: str) -> None:
        """Remember why a text is no definition."""
        self._used[key] = {"refused": reason}

    def save(self) -> None:
        """Write down what was used; a disk that is full costs only time."""
        if self._used == self._known:
            return
        try:
            write_whole(self._path, json.dumps({"shape": _SHAPE, "known": self._used}).encode())
        except OSError as error:
            log.warning("the list of indexer definitions cannot be kept: %s", error)


def _load(path: Path) -> dict[str, Any]:
    try:
        told = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(told, dict) or told.get("shape") != _SHAPE:
        return {}
    known = told.get("known")
    return known if isinstance(known, dict) else {}
