"""All torrents at work: they come in, are looked at, their progress is kept, and they leave."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

import libtorrent as lt

from matinee.engines.torrent.archive import Archive, Kept
from matinee.engines.torrent.diary import Diary
from matinee.engines.torrent.door import Door
from matinee.engines.torrent.keeper import ProgressKeeper
from matinee.engines.torrent.live import Live
from matinee.engines.torrent.news import hear
from matinee.engines.torrent.reading import judge_kept, prepare, read_kept
from matinee.engines.torrent.record import Record
from matinee.engines.torrent.session import AlertPump, banning, chosen, open_session
from matinee.engines.torrent.shape import finish_moving
from matinee.engines.torrent.snapshot import describe
from matinee.kernel.errors import Conflict, MatineeError, NotFound, Unreachable
from matinee.pipeline.torrent_port import Preferences

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
PATIENCE_SECONDS = 5.0
FAREWELL_SECONDS = 10.0
TIMES_SECONDS = 900.0
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
        self._archive, self._save_seconds, self._door = archive, save_seconds, door
        self.preferences, self.diary = preferences, Diary()
        self.on_change = on_change
        self.lives: dict[str, Live] = {}
        self.by_handle: dict[lt.torrent_handle, Live] = {}
        self.leaving: dict[str, asyncio.Future[str]] = {}
        self.renaming: dict[tuple[str, int], asyncio.Future[str]] = {}
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
        self.diary.open()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.heard_listen.wait(), PATIENCE_SECONDS)
        for kept in await asyncio.to_thread(self._archive.load):
            await self._bring_back(kept)
        self._clocks = [asyncio.create_task(work()) for work in (self._look_around, self._keep_progress)]

    async def _bring_back(self, kept: Kept) -> None:
        try:
            params = read_kept(kept)
            record = await self._moved(judge_kept(kept.record, params), params)
            live = self.enter(record, params)
            if kept.record.leaving:
                await self.leave(live, delete_files=kept.record.leaving == "delete")
        except MatineeError as error:
            log.error("torrent %s (%s) is left out: %s", kept.record.name, kept.record.id, error)

    async def _moved(self, record: Record, params: lt.add_torrent_params) -> Record:
        """Finish a move that was cut short."""
        if not record.moving_to:
            return record
        try:
            await asyncio.to_thread(finish_moving, record, params)
        except OSError as error:
            log.error("torrent %s was not carried to %s: %s", record.name, record.moving_to, error)
            return replace(record, moving_to="")
        arrived = replace(record, lies="" if record.moving_to == str(record.folder) else record.moving_to, moving_to="")
        await self._archive.put(arrived)
        return arrived

    async def close(self) -> None:
        """Keep everybody's progress, then close the session."""
        self.release_waiters()
        for clock in self._clocks:
            clock.cancel()
        await asyncio.gather(*self._clocks, return_exceptions=True)
        self.session.pause()
        for live in self.by_handle.values():
            self.keeper.save(live, whole=live.times_unsaved)
        await self.keeper.wait(FAREWELL_SECONDS)
        await asyncio.gather(*self._work, return_exceptions=True)
        self._pump.stop()
        self.by_handle.clear()
        self.lives.clear()
        await asyncio.to_thread(self._drop_session)
        self._pump.close()
        self.diary.close()

    def _drop_session(self) -> None:
        del self.session  # waits for the trackers' goodbyes

    # coming and going

    def enter(self, record: Record, params: lt.add_torrent_params, *, at_once: bool = False) -> Live:
        """Take a torrent into the session; blocks shortly, so that no news of it can come before it is known."""
        prepare(params, record, at_once=at_once, pex=self.preferences.pex)
        params.max_connections, params.max_uploads = self.preferences.connections_each, self.preferences.uploads_each
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

    def obey(self, preferences: Preferences) -> None:
        """Put other preferences in force."""
        self.preferences = preferences
        self.session.apply_settings(chosen(self._door, preferences))
        self.session.set_ip_filter(banning(preferences.banned))
        self.port = preferences.port

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
        """Quiet seeders send no news of their own: their time is counted on here, and kept now and then."""
        whole_at = time.monotonic() + TIMES_SECONDS
        while True:
            await asyncio.sleep(self._save_seconds)
            whole = time.monotonic() >= whole_at
            whole_at += TIMES_SECONDS if whole else 0
            for live in list(self.by_handle.values()):
                if live.unsaved or (whole and live.times_unsaved):
                    self.keeper.save(live, whole=whole)
                if live.seeds:
                    live.times_unsaved = True
                    self.repaint(live)
