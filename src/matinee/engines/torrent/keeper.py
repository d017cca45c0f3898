"""Keeps on disk which pieces are here, so that a kill costs no piece twice."""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from typing import Any

import libtorrent as lt

from matinee.engines.torrent.archive import Archive
from matinee.engines.torrent.live import Live

WHOLE = lt.save_resume_flags_t.flush_disk_cache | lt.save_resume_flags_t.save_info_dict
CHANGED = WHOLE | lt.save_resume_flags_t.only_if_modified


class ProgressKeeper:
    """Asks libtorrent for torrents' progress, which it answers by alerts, and writes together what came together."""

    def __init__(self, archive: Archive, spawn: Callable[[Coroutine[Any, Any, None]], None]) -> None:
        self._archive, self._spawn = archive, spawn
        self._open = 0
        self._done = asyncio.Event()
        self._came: dict[Live, bytes] = {}
        self._writing = False
        self._waiting: dict[Live, list[asyncio.Future[None]]] = {}

    def save(self, live: Live, *, whole: bool = False) -> None:
        """Ask for the progress; libtorrent writes out its cache first. Times alone are kept only when `whole`."""
        live.unsaved = False
        live.times_unsaved = live.times_unsaved and not whole
        self._open += 1
        self._done.clear()
        live.handle.save_resume_data(WHOLE if whole else CHANGED)

    async def saved(self, live: Live, seconds: float = 5.0) -> None:
        """The same, and wait until it is on disk, at most so long."""
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(live, []).append(written)
        self.save(live, whole=True)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(written, seconds)

    def came(self, live: Live, alert: lt.save_resume_data_alert) -> None:
        """Here it is: write it down, with what else comes in this moment."""
        if live in self._came:
            self._close(live)
        self._came[live] = lt.write_resume_data_buf(alert.params)
        if not self._writing:
            self._writing = True
            self._spawn(self._write())

    def did_not_come(self, live: Live, _alert: lt.save_resume_data_failed_alert) -> None:
        """Nothing changed since the last time, or there is nothing yet."""
        self._close(live)

    async def wait(self, seconds: float) -> None:
        """Until everything asked for is written, at most so long."""
        if self._open:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._done.wait(), seconds)

    async def _write(self) -> None:
        try:
            while self._came:
                batch, self._came = self._came, {}
                await self._write_batch(batch)
        finally:
            self._writing = False

    async def _write_batch(self, batch: dict[Live, bytes]) -> None:
        """A failure leaves all of them unsaved and is told by whoever watches over the work."""
        written = False
        try:
            await self._archive.put_progress({live.record.id: progress for live, progress in batch.items()})
            written = True
        finally:
            for live in batch:
                live.unsaved = live.unsaved or not written
                self._close(live)

    def _close(self, live: Live) -> None:
        for written in self._waiting.pop(live, ()):
            if not written.done():
                written.set_result(None)
        self._open = max(0, self._open - 1)
        if not self._open:
            self._done.set()
