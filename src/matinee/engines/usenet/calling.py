"""The lines a thread does not have yet: how many it may call for, and the calls that were answered."""

import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from matinee.engines.usenet.connection import Connection
from matinee.engines.usenet.dial import Call, CallFailed
from matinee.engines.usenet.servers import ServerLive

if TYPE_CHECKING:
    from matinee.engines.usenet.downloader import Downloader


class Calling:
    """The calls of one thread. `share` of `shares`: which of a server's lines are its; `ring` tells it of answers."""

    def __init__(self, downloader: "Downloader", share: int, shares: int, ring: Callable[[], None]) -> None:
        self._downloader = downloader
        self._share, self._shares = share, shares
        self._ring = ring
        self._under_way: dict[int, int] = {}  # by a server's bit
        self._pause_until: dict[int, float] = {}
        self._called: deque[tuple[ServerLive, Call | CallFailed]] = deque()

    def pause(self, server: ServerLive, until: float) -> None:
        """Call this server no more until then (monotonic seconds)."""
        self._pause_until[server.bit] = until

    def call_more(self, server: ServerLive, lines: int, now: float) -> None:
        """Call for as many lines of this server as its share and its work want; `lines` are there."""
        waiting = self._downloader.waiting(server)
        if not waiting or now < self._pause_until.get(server.bit, 0.0):
            return
        all_lines = self._downloader.lines(server, now)
        mine = (all_lines - self._share + self._shares - 1) // self._shares
        calling = self._under_way.get(server.bit, 0)
        room = min(mine - lines, all_lines - server.connections)  # another's share may have been opened beyond it
        wanted = min(room, -(-waiting // 2), 1 if server.failures else mine) - calling
        for _ in range(wanted):
            self._under_way[server.bit] = self._under_way.get(server.bit, 0) + 1
            server.note_calls(1)
            self._downloader.call(server, self._answered(server))

    def _answered(self, server: ServerLive) -> Callable[[Call | CallFailed], None]:
        def answered(call: Call | CallFailed) -> None:
            self._called.append((server, call))
            self._ring()

        return answered

    def lines(self) -> Iterator[Connection]:
        """The lines that were opened since; for a call that failed the server is left alone for a while."""
        while self._called:
            server, call = self._called.popleft()
            self._under_way[server.bit] -= 1
            server.note_calls(-1)
            if isinstance(call, CallFailed):
                pause = self._downloader.failed(server, call.trouble, str(call))
                self.pause(server, time.monotonic() + pause)
            elif self._downloader.is_closing:
                call.socket.close()
            else:
                yield Connection(call.socket, server)
