"""The part of the engine that lets torrents go on or stand still, and says in which order."""

from collections.abc import Iterable
from dataclasses import replace

import libtorrent as lt

from matinee.engines.torrent.core import Core
from matinee.engines.torrent.live import Live
from matinee.engines.torrent.shape import two_ends
from matinee.engines.torrent.snapshot import Trouble
from matinee.pipeline.torrent_port import ShareLimits


class Running(Core):
    """Stopping, starting and the order of things."""

    async def stop_torrents(self, ids: Iterable[str]) -> None:
        """Stop; they stay stopped until started."""
        for live in self._some(ids):
            live.handle.unset_flags(lt.torrent_flags.auto_managed)
            live.handle.pause()
            await self._swarm.put(live, replace(live.record, stopped=True, forced=False))
        self._swarm.look()

    async def start_torrents(self, ids: Iterable[str], *, forced: bool = False) -> None:
        """Go on, after an error too; a torrent refused for its file names stays where it is."""
        for live in self._some(ids):
            if live.record.refusal:
                continue
            was_missing, live.trouble = live.trouble.missing, Trouble()
            await self._swarm.put(live, replace(live.record, stopped=False, forced=forced))
            _start(live, forced=forced, recheck=was_missing)
        self._swarm.look()

    async def recheck(self, ids: Iterable[str]) -> None:
        """Read all files again; stopped torrents are stopped again afterwards."""
        for live in self._some(ids):
            live.trouble = Trouble()
            live.handle.clear_error()
            live.handle.force_recheck()
            if live.record.stopped and not live.record.refusal:
                live.handle.set_flags(lt.torrent_flags.stop_when_ready)
                live.handle.resume()
        self._swarm.look()

    async def move_in_queue(self, ids: Iterable[str], where: str) -> None:
        """Change the place in the queue: up, down, top or bottom. Several keep their order among themselves."""
        lives = sorted(self._some(ids), key=lambda live: live.torrent.place_in_queue, reverse=where in ("top", "down"))
        for live in lives:
            moves = {
                "up": live.handle.queue_position_up,
                "down": live.handle.queue_position_down,
                "top": live.handle.queue_position_top,
                "bottom": live.handle.queue_position_bottom,
            }
            moves[where]()
        self._swarm.look()

    async def set_share_limits(self, ids: Iterable[str], limits: ShareLimits) -> None:
        """When each has seeded enough, and what happens then."""
        await self._amend(ids, limits=limits)

    async def set_speed_limits(self, ids: Iterable[str], *, down: int | None = None, up: int | None = None) -> None:
        """Bytes a second for each torrent, 0 for no limit."""
        for live in self._some(ids):
            if down is not None:
                live.handle.set_download_limit(down)
            if up is not None:
                live.handle.set_upload_limit(up)
            self._swarm.keeper.save(live)
            live.handle.post_status(0)

    async def set_sequential(self, ids: Iterable[str], on: bool | None) -> None:
        """Download in order of playing; None turns it over."""
        for live in self._some(ids):
            wanted = not live.record.sequential if on is None else on
            flag = lt.torrent_flags.sequential_download
            live.handle.set_flags(flag if wanted else 0, flag)
            await self._swarm.put(live, replace(live.record, sequential=wanted))
        self._swarm.look()

    async def set_first_last(self, ids: Iterable[str], on: bool | None) -> None:
        """Download the two ends of every file first; None turns it over."""
        for live in self._some(ids):
            wanted = not live.record.first_last if on is None else on
            await self._swarm.put(live, replace(live.record, first_last=wanted))
            metadata = live.handle.torrent_file()
            if metadata and live.record.names_checked:
                live.handle.prioritize_pieces(two_ends(metadata, live.handle.get_file_priorities(), first=wanted))
                self._swarm.keeper.save(live)

    async def set_super_seeding(self, ids: Iterable[str], on: bool) -> None:
        """Give each piece out once only, as the first seeder does."""
        for live in self._some(ids):
            flag = lt.torrent_flags.super_seeding
            live.handle.set_flags(flag if on else 0, flag)
            await self._swarm.put(live, replace(live.record, super_seeding=on))


def _start(live: Live, *, forced: bool, recheck: bool) -> None:
    live.handle.clear_error()
    live.handle.unset_flags(lt.torrent_flags.upload_mode | lt.torrent_flags.stop_when_ready)
    if recheck:
        live.handle.force_recheck()
    managed = lt.torrent_flags.auto_managed
    live.handle.set_flags(0 if forced else managed, managed)
    live.handle.resume()
