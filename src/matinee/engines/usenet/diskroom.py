"""The room on the disk: when there is none left everything waits, until there is some again."""

import asyncio
import logging
import time
from collections.abc import Callable
from pathlib import Path

from matinee.engines.usenet.disk import room

log = logging.getLogger(__name__)

LEAST_TO_GO_ON = 4 * 2**20  # bytes free before a disk that was full is tried again


class DiskRoom:
    """Watches the disk that `folder` is on: `least` bytes are kept free, looked at every so many `seconds`.

    `trouble` says why everything waits, and is empty otherwise; `changed` is called when that changed.
    """

    def __init__(self, folder: Path, *, least: int, seconds: float, changed: Callable[[], None]) -> None:
        self.trouble = ""
        self._folder, self._least, self._seconds = folder, least, seconds
        self._changed = changed
        self._looked_at = 0.0
        self._is_there = asyncio.Event()
        self._is_there.set()

    def is_full(self, words: str) -> None:
        """Everything waits until there is room."""
        if not self.trouble:
            log.error("downloads wait: the disk is full: %s", words)
            self.trouble = f"The disk is full, downloads wait for room: {words}"
            self._is_there.clear()
            self._changed()

    def look(self, *, is_busy: bool) -> None:
        """Look whether there is room, unless that was just done; only who is busy has to mind."""
        if time.monotonic() - self._looked_at < self._seconds:
            return
        self._looked_at = time.monotonic()
        try:
            free = room(self._folder)
        except OSError as error:
            log.error("the room on the disk cannot be told: %s", error)
            return
        if self.trouble and free > max(self._least * 11 // 10, LEAST_TO_GO_ON):
            log.info("downloads go on: there is room on the disk again")
            self.trouble = ""
            self._is_there.set()
            self._changed()
        elif free < self._least and is_busy:
            self.is_full(f"{free // 2**20} MiB are left in {self._folder}")

    async def wait(self) -> None:
        """Returns when the disk is not full any more."""
        await self._is_there.wait()
