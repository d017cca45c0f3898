"""What is not of one job: the news servers, the categories, the speed."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from matinee.engines.usenet.dial import try_server
from matinee.engines.usenet.queue import Queue
from matinee.kernel.errors import Refused
from matinee.pipeline.usenet_port import NewsServer, ServerState, UsenetCategory, UsenetPreferences


class Governing:
    """The part of the engine that sets the rules for all jobs."""

    _queue: Queue
    _complete: Path
    _incomplete: Path

    def servers(self) -> Sequence[tuple[NewsServer, ServerState]]:
        """The news servers and how they do."""
        downloader, now, today = self._queue.downloader, time.monotonic(), self._queue.settings.clock()
        return [
            (live.spec, live.state(downloader.busy(live), live.meter.speed, now, today))
            for live in self._queue.roster.lives
        ]

    async def set_servers(self, servers: Sequence[NewsServer]) -> None:
        """From now on these are asked."""
        if len({server.name for server in servers}) < len(servers):
            raise Refused("two news servers have the same name")
        self._queue.roster.put(servers, self._queue.settings.clock())
        self._queue.put_rules(replace(self._queue.rules, servers=tuple(servers)))
        await asyncio.to_thread(self._queue.downloader.settle)

    async def test_server(self, server: NewsServer) -> str:
        """Connect and log in once; what was seen."""
        return await asyncio.to_thread(try_server, server)

    def categories(self) -> Sequence[UsenetCategory]:
        """All categories; `*` is for jobs without one."""
        return self._queue.rules.categories

    async def set_categories(self, categories: Sequence[UsenetCategory]) -> None:
        """From now on these are known; jobs of others fall under `*`."""
        known = {one.name: one for one in categories}
        known.setdefault("*", UsenetCategory("*"))
        self._queue.put_rules(replace(self._queue.rules, categories=tuple(known.values())))

    def category(self, name: str) -> UsenetCategory:
        """The category of that name, or the one for all others."""
        known = {one.name: one for one in self.categories()}
        return known.get(name) or known.get("*") or UsenetCategory("*")

    async def pause(self, id: str | None = None, *, seconds: float | None = None) -> None:
        """Pause one job, or everything, for so long or until resumed."""
        if id is None:
            until = time.time() + seconds if seconds else 0.0
            self._queue.put_rules(replace(self._queue.rules, paused=True, paused_until=until))
            return
        seat = self._queue.seat(id)
        self._queue.put(seat, replace(seat.record, paused=True))

    async def resume(self, id: str | None = None) -> None:
        """Go on with one job, or with everything."""
        if id is None:
            self._queue.put_rules(replace(self._queue.rules, paused=False, paused_until=0.0))
            return
        seat = self._queue.seat(id)
        self._queue.put(seat, replace(seat.record, paused=False))

    def preferences(self) -> UsenetPreferences:
        """What the owner chose."""
        return self._queue.rules.preferences

    async def set_preferences(self, preferences: UsenetPreferences) -> None:
        """From now on these hold."""
        if preferences.propagation_minutes < 0:
            raise Refused("posts are left 0 or more minutes to spread")
        self._queue.put_rules(replace(self._queue.rules, preferences=preferences))

    @property
    def is_paused(self) -> bool:
        """Whether everything is paused."""
        return self._queue.rules.paused

    @property
    def speed(self) -> int:
        """Bytes a second now."""
        return self._queue.meter.speed

    @property
    def speed_limit(self) -> int:
        """Bytes a second at most; 0 is no limit."""
        return self._queue.rules.speed_limit

    async def set_speed_limit(self, limit: int) -> None:
        """From now on no faster than so many bytes a second; 0 is no limit."""
        if limit < 0:
            raise Refused("a speed limit is 0 or more bytes a second")
        self._queue.downloader.throttle.limit = limit
        self._queue.put_rules(replace(self._queue.rules, speed_limit=limit))

    @property
    def complete_folder(self) -> Path:
        """Where finished jobs lie."""
        return self._complete

    @property
    def incomplete_folder(self) -> Path:
        """Where unfinished jobs lie."""
        return self._incomplete
