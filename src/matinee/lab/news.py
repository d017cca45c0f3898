"""A news server of our own: it has what was posted to it, sends it as fast as the machine can, and can misbehave.

Alone: `python -m matinee.lab.news --files 40 --mib 51 --nzb var/film.nzb`, which prints one line of JSON when it is
ready, and one with what it saw when it ends.
"""

import contextlib
import selectors
import socket
import ssl
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from matinee.lab.news_articles import Shelf
from matinee.lab.news_faults import Fault, Faults
from matinee.lab.news_line import Hungup, Line, Manners
from matinee.lab.news_posts import Content, Posted, post

ARTICLE = 716_800  # bytes of data, as most posters choose
SEND_BUFFER = 2**20
IDLE = 0.5  # seconds after which a thread looks whether it is to end
SMALLEST_NAP = 0.0005


class NewsLab:
    """A news server on loopback, for as long as the block lasts. All figures may be changed while it runs.

    `latency` in seconds a command; `rates` are faults in ppm; `certificate` (a file with key and chain) makes it TLS.
    Several servers may share a `shelf`.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        certificate: Path | None = None,
        latency: float = 0.0,
        users: Mapping[str, str] | None = None,
        rates: Mapping[Fault, int] | None = None,
        seed: int = 0,
        most_connections: int = 0,
        most_outstanding: int = 0,
        refused: Sequence[str] = (),
        threads: int = 1,
        folder: Path | None = None,
        shelf: Shelf | None = None,
    ) -> None:
        self.host, self.port = host, port
        self.shelf = shelf or Shelf(folder)
        self.faults = Faults(dict(rates or {}), seed)
        self.manners = Manners(
            self.shelf,
            self.faults,
            latency,
            dict(users or {}),
            most_connections,
            most_outstanding,
            frozenset(refused),
        )
        self._tls = _tls(certificate) if certificate else None
        self._loops = [_Loop(self.manners) for _ in range(threads)]
        self.calls = self.turned_away = 0  # how many called, and how many of them found it full
        self._door: socket.socket | None = None
        self._threads: list[threading.Thread] = []

    async def __aenter__(self) -> "NewsLab":
        self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Open the door."""
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        self._door = socket.create_server((self.host, self.port), family=family, backlog=1024)
        self.port = self._door.getsockname()[1]
        for loop in self._loops:
            loop.is_over = False
        self._threads = [threading.Thread(target=loop.run, name="news", daemon=True) for loop in self._loops]
        self._threads.append(threading.Thread(target=self._welcome, args=(self._door,), name="news-door", daemon=True))
        for thread in self._threads:
            thread.start()

    def pause(self) -> None:
        """Close the door and cut off everybody; what was posted stays, and `start` opens the same port again."""
        if self._door is not None:
            with contextlib.suppress(OSError):
                self._door.shutdown(socket.SHUT_RDWR)
            self._door.close()
            self._door = None
        for loop in self._loops:
            loop.end()
        for thread in self._threads:
            thread.join(5)

    def stop(self) -> None:
        """Close the door and forget everything."""
        self.pause()
        for loop in self._loops:
            loop.close()
        self.shelf.close()

    @property
    def connections(self) -> int:
        """How many callers there are."""
        return sum(len(loop.lines) for loop in self._loops)

    def add_post(self, name: str, content: Content, *, article_size: int = ARTICLE, **options: Any) -> bytes:
        """Post one file (bytes) or several (by name); the NZB. Options are those of `news_posts.post`."""
        return self.post(name, content, article_size=article_size, **options).nzb

    def post(self, name: str, content: Content, *, article_size: int = ARTICLE, **options: Any) -> Posted:
        """Post one file or several: the NZB, and which message-ids each file has."""
        return post(self.shelf, name, content, article_size=article_size, **options)

    def statistics(self) -> dict[str, Any]:
        """What was seen: requests under way when one more came (the proof of pipelining), commands, faults, bytes."""
        return {
            "outstanding": dict(sorted(self.manners.outstanding.items())),
            "commands": dict(self.manners.commands),
            "faults": {fault.value: times for fault, times in self.faults.happened.items()},
            "sent": self.manners.sent,
            "articles": len(self.shelf.articles),
            "asked_twice": sum(times > 1 for times in self.manners.asked.values()),
        }

    def _welcome(self, door: socket.socket) -> None:
        turn = 0
        while True:
            try:
                caller, _ = door.accept()
            except OSError:
                return
            is_full = 0 < self.manners.most_connections <= self.connections
            self.calls += 1
            self.turned_away += is_full
            caller.setblocking(False)
            caller.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            caller.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
            if self._tls is not None:
                caller = self._tls.wrap_socket(caller, server_side=True, do_handshake_on_connect=False)
            line = Line(caller, self.manners)
            line.greet("502 Too many connections" if is_full else self.manners.greeting)
            turn += 1
            self._loops[turn % len(self._loops)].take(line)


class _Loop:
    """One thread with an epoll of its own, and the callers it serves."""

    def __init__(self, manners: Manners) -> None:
        self.manners = manners
        self.lines: set[Line] = set()
        self.is_over = False
        self._epoll = selectors.EpollSelector()
        self._new: list[Line] = []
        self._due: dict[Line, float] = {}
        self._bell, self._button = socket.socketpair()
        self._bell.setblocking(False)
        self._epoll.register(self._bell, selectors.EVENT_READ)

    def take(self, line: Line) -> None:
        """One more caller; from any thread."""
        self.lines.add(line)
        self._new.append(line)
        self._button.send(b"!")

    def end(self) -> None:
        """Let the thread end; from any thread."""
        self.is_over = True
        with contextlib.suppress(OSError):
            self._button.send(b"!")

    def close(self) -> None:
        """Give back what the system lent."""
        self._epoll.close()
        self._bell.close()
        self._button.close()

    def run(self) -> None:
        """Serve until told to end."""
        while not self.is_over:
            for key, events in self._epoll.select(self._nap()):
                if key.fileobj is self._bell:
                    self._welcome()
                else:
                    self._serve(key.data, reads=bool(events & selectors.EVENT_READ))
            now = time.monotonic()
            for line in [line for line, due in self._due.items() if due <= now]:
                self._serve(line, reads=False)
        for line in list(self.lines):
            self._drop(line)

    def _nap(self) -> float:
        if not self._due:
            return IDLE
        return max(SMALLEST_NAP, min(self._due.values()) - time.monotonic())

    def _welcome(self) -> None:
        self._bell.recv(4096)
        while self._new:
            line = self._new.pop()
            self._epoll.register(line.socket, selectors.EVENT_READ, line)
            self._serve(line, reads=False)

    def _serve(self, line: Line, *, reads: bool) -> None:
        if line not in self.lines:
            return
        wanted = line.wants_write
        try:
            if reads:
                line.read()
            due = line.write(time.monotonic())
        except Hungup:
            self._drop(line)
            return
        self._due.pop(line, None)
        if due is not None:
            self._due[line] = due
        if wanted != line.wants_write:
            writes = selectors.EVENT_WRITE if line.wants_write else 0
            self._epoll.modify(line.socket, selectors.EVENT_READ | writes, line)

    def _drop(self, line: Line) -> None:
        self.lines.discard(line)
        self._due.pop(line, None)
        with contextlib.suppress(KeyError, ValueError):
            self._epoll.unregister(line.socket)
        line.socket.close()


def _tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


if __name__ == "__main__":
    from matinee.lab.news_command import main

    main()
