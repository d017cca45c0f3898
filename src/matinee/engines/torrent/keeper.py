"""Keeps on disk which pieces are here, so that a kill costs no piece twice."""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from typing import Any

import libtorrent as lt

from matinee.engines.torrent.archive import Archive
from matinee.engines.torrent.live import Live
from matinee.kernel.errors import Unreachable

FLAGS = (
    lt.save_resume_flags_t.flush_disk_cache
    | lt.save_resume_flags_t.save_info_dict
    | lt.save_resume_flags_t.only_if_modified
)


class ProgressKeeper:
    """Asks libtorrent for a torrent's progress, which it answers by an alert, and writes that down."""

    def __init__(self, archive: Archive, spawn: Callable[[Coroutine[Any, Any, None]], None]) -> None:
        self._archive, self._spawn = archive, spawn
        self._open = 0
        self._done = asyncio.Event()

    def save(self, live: Live) -> None:
        """Ask for the progress; libtorrent writes out its cache first."""
        live.unsaved = False
        self._open += 1
        self._done.clear()
        live.handle.save_resume_data(FLAGS)

    def came(self, live: Live, alert: lt.save_resume_data_alert) -> None:
        """Here it is: write it down."""
        self._spawn(self._write(live, lt.write_resume_data_buf(alert.params)))

    def did_not_come(self, _live: Live, _alert: lt.save_resume_data_failed_alert) -> None:
        """Nothing changed since the last time, or there is nothing yet."""
        self._close_one()

    async def wait(self, seconds: float) -> None:
        """Until everything asked for is written, at most so long."""
        if self._open:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._done.wait(), seconds)

    async def _write(self, live: Live, progress: bytes) -> None:
        try:
            await self._archive.put_progress(live.record.id, progress)
        except Unreachable:
            live.unsaved = True
            raise
        finally:
            self._close_one()

    def _close_one(self) -> None:
        self._open = max(0, self._open - 1)
        if not self._open:
            self._done.set()
