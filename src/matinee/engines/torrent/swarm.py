"""All torrents at work: they come in, are looked at, their progress is kept, and they leave."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

import libtorrent as lt

from matinee.engines.torrent.archive import Archive, Kept
from matinee.engines.torrent.door import Door
from matinee.engines.torrent.keeper import ProgressKeeper
from matinee.engines.torrent.live import Live
from matinee.engines.torrent.news import hear
from matinee.engines.torrent.reading import judge_kept, prepare, read_kept
from matinee.engines.torrent.record import Record
from matinee.engines.torrent.session import AlertPump, open_session
from matinee.engines.torrent.snapshot import describe
from matinee.kernel.errors import Conflict, MatineeError, NotFound, Unreachable
from matinee.pipeline.torrent_port import Phase, Preferences

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
PATIENCE_SECONDS = 5.0
ALREADY_THERE = "[libtorrent:19]"


class Swarm:
    """The session with its torrents. `on_change` is called for each torrent whose picture changed."""

    def __init__(
        self,
        door: Door,
        preferences: Preferences,
        archive: Archive,
        *,
        save_seconds: float,
        on_change: Callable[[Live], None],
    ) -> None:
        self._archive, self._save_seconds = archive, save_seconds
        self.on_change = on_change
        self.lives: dict[str, Live] = {}
        self.by_handle: dict[lt.torrent_handle, Live] = {}
        self.leaving: dict[str, asyncio.Future[str]] = {}
        self.statistics: dict[str, int] = {}
        self.port, self.listening = preferences.port, False
        self.heard_listen = asyncio.Event()
        self.revision = 1
        self._news, self.closing = asyncio.Event(), False
        self._work: set[asyncio.Task[None]] = set()
        self.keeper = ProgressKeeper(archive, self.spawn)
        self.session = open_session(door, preferences)
        self._pump = AlertPump(self.session, lambda alert: hear(self, alert))

    # opening and closing

    async def open(self) -> None:
        """Bring all kept torrents back."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.heard_listen.wait(), PATIENCE_SECONDS)
        for kept in self._archive.load():
            await self._bring_back(kept)
        self._clocks = [asyncio.create_task(work()) for work in (self._look_around, self._keep_progress)]

    async def _bring_back(self, kept: Kept) -> None:
        try:
            params = read_kept(kept)
            live = self.enter(judge_kept(kept.record, params), params)
            if kept.record.leaving:
                await self.leave(live, delete_files=kept.record.leaving == "delete")
        except MatineeError as error:
            log.error("torrent %s (%s) is left out: %s", kept.record.name, kept.record.id, error)

    async def close(self) -> None:
        """Keep everybody's progress, then close the session."""
        self.release_waiters()
        for clock in self._clocks:
            clock.cancel()
        await asyncio.gather(*self._clocks, return_exceptions=True)
        self.session.pause()
        for live in self.by_handle.values():
            self.keeper.save(live)
        await self.keeper.wait(PATIENCE_SECONDS)
        await asyncio.gather(*self._work, return_exceptions=True)
        self._pump.stop()
        self.by_handle.clear()
        self.lives.clear()
        await asyncio.to_thread(self._drop_session)
        self._pump.close()

    def _drop_session(self) -> None:
        del self.session  # waits for the trackers' goodbyes

    # coming and going

    def enter(self, record: Record, params: lt.add_torrent_params, *, at_once: bool = False) -> Live:
        """Take a torrent into the session; blocks shortly, so that no news of it can come before it is known."""
        prepare(params, record, at_once=at_once)
        about = describe(params)
        try:
            handle = self.session.add_torrent(params)
            live = Live(handle, record, about, handle.status(0))
        except RuntimeError as error:
            if ALREADY_THERE in str(error):
                raise Conflict(f"{record.name} is there already") from error
            raise Unreachable(f"the torrent engine could not take {record.name} in: {error}") from error
        self.lives[record.id] = self.by_handle[handle] = live
        self.tell()
        return live

    async def leave(self, live: Live, *, delete_files: bool) -> None:
        """Take a torrent out for good; when killed in between, the next start finishes it."""
        if self.by_handle.pop(live.handle, None) is None:
            return
        id = live.record.id
        await self._mark_leaving(live, "delete" if delete_files else "keep")
        gone = self.leaving[id] = asyncio.get_running_loop().create_future()
        self.session.remove_torrent(live.handle, lt.session.delete_files if delete_files else 0)
        await self._see_off(live, gone)
        self.lives.pop(id, None)
        self.tell()
        await self._archive.forget(id)

    async def _mark_leaving(self, live: Live, how: str) -> None:
        """A disk too full for the mark must not keep anybody from making room on it."""
        try:
            await self.put(live, replace(live.record, leaving=how))
        except Unreachable as error:
            log.warning("torrent %s is removed although that could not be noted first: %s", live.torrent.name, error)

    async def _see_off(self, live: Live, gone: asyncio.Future[str]) -> None:
        try:
            problem = await asyncio.wait_for(gone, PATIENCE_SECONDS)
        except TimeoutError:
            problem = "libtorrent did not answer in time"
        finally:
            self.leaving.pop(live.record.id, None)
        if problem:
            log.warning("torrent %s is removed, but not all of its files: %s", live.torrent.name, problem)

    # what others ask

    def live(self, id: str) -> Live:
        """One torrent that is not leaving."""
        live = self.lives.get(id.lower())
        if live is None or live.record.leaving:
            raise NotFound(f"there is no torrent {id}")
        return live

    async def put(self, live: Live, record: Record) -> None:
        """Change a torrent's page, on disk too."""
        live.record = record
        self.repaint(live)
        await self._archive.put(record)

    def repaint(self, live: Live, status: lt.torrent_status | None = None) -> None:
        """Take a torrent's picture again and tell when it changed."""
        if live.refresh(status):
            self.on_change(live)
            self.tell()

    def look(self) -> None:
        """Ask libtorrent what changed; the answer comes as an alert."""
        self.session.post_torrent_updates(0)

    def tell(self) -> None:
        """Wake everybody who waits for a change."""
        self.revision += 1
        self._news.set()
        self._news = asyncio.Event()

    async def changed_since(self, revision: int, seconds: float) -> None:
        """Return when the revision is another one, at the latest after so many seconds."""
        if self.revision == revision and not self.closing:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), seconds)

    def release_waiters(self) -> None:
        """Nobody waits from now on."""
        self.closing = True
        self.tell()

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run beside everything else; a failure is logged."""
        task = asyncio.create_task(work)
        self._work.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._work.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("torrent engine: %s", error, exc_info=None if isinstance(error, MatineeError) else error)

    # what happens by itself

    async def _look_around(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if self.lives:
                self.look()
                self.session.post_session_stats()

    async def _keep_progress(self) -> None:
        """Quiet seeders send no news of their own, so they are asked here for their times."""
        while True:
            await asyncio.sleep(self._save_seconds)
            for live in self.by_handle.values():
                if live.unsaved:
                    self.keeper.save(live)
                if live.torrent.phase is Phase.SEEDING and not live.record.stopped:
                    live.handle.post_status(0)
