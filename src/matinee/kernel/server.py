"""The front door: one port where the whole house is served, opened politely and closed politely."""

import asyncio
import errno
import logging
import signal
import socket
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from matinee.kernel.connection import Connection
from matinee.kernel.errors import Refused

BACKLOG = 512
KEEP_ALIVE_SECONDS = 75
DATE_SECONDS = 1.0  # how old the Date header may be

log = logging.getLogger(__name__)


async def serve(
    app: ASGIApp,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    uds: Path | None = None,
    trusted_proxies: Sequence[str] = (),
    shutdown_seconds: float = 5.0,
    stopping: asyncio.Event | None = None,
    on_ready: Callable[[str], None] = lambda url: None,
) -> None:
    """Serve until `stopping` is set, then give answers under way `shutdown_seconds` and hang up.

    `on_ready` is told the address once calls are taken, with the real port where `port` was 0.
    Streams that never end by themselves watch `stopping`. Signals are the caller's: see stop_on_signals.
    """
    listener = _listen_on_path(uds) if uds else _listen_on_port(host, port)
    config = uvicorn.Config(
        app,
        loop="none",
        http=Connection,
        ws="none",
        lifespan="on",
        interface="asgi3",
        log_config=None,
        log_level=logging.WARNING,
        access_log=False,
        server_header=False,
        proxy_headers=bool(trusted_proxies),
        forwarded_allow_ips=list(trusted_proxies),
        workers=1,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
    )
    door = _Door(config, stopping or asyncio.Event(), shutdown_seconds, lambda: on_ready(_address(listener)))
    try:
        await door.serve(sockets=[listener])
    except SystemExit as why:
        raise Refused("the house could not start: the reason stands in the lines above") from why
    finally:
        listener.close()
        if uds:
            uds.unlink(missing_ok=True)


@contextmanager
def stop_on_signals(stopping: asyncio.Event) -> Iterator[None]:
    """Within, SIGTERM and SIGINT (Ctrl+C) ask for a graceful stop; asking twice is asking once."""
    loop = asyncio.get_running_loop()
    signals = (signal.SIGTERM, signal.SIGINT)
    for asked in signals:
        loop.add_signal_handler(asked, stopping.set)
    try:
        yield
    finally:
        for asked in signals:
            loop.remove_signal_handler(asked)


class _Door(uvicorn.Server):
    """uvicorn's server, started and stopped by an event of ours instead of signals of its own."""

    def __init__(
        self, config: uvicorn.Config, stopping: asyncio.Event, patience: float, on_ready: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._stopping = stopping
        self._patience = patience
        self._on_ready = on_ready

    def capture_signals(self) -> nullcontext[None]:  # type: ignore[override]  # any context manager will do
        """Leave the signals alone."""
        return nullcontext()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_ready()

    async def main_loop(self) -> None:
        """Keep the Date header young until it is time to stop; uvicorn would look ten times a second."""
        while not self._stopping.is_set():
            await self.on_tick(0)
            with suppress(TimeoutError):
                async with asyncio.timeout(DATE_SECONDS):
                    await self._stopping.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more calls, let answers end, then hang up without a fuss."""
        for server in self.servers:
            server.close()
        for connection in self._callers():
            connection.shutdown()
        with suppress(TimeoutError):
            async with asyncio.timeout(self._patience):
                await self._all_have_left()
        await self._hang_up()
        await self.lifespan.shutdown()

    async def _all_have_left(self) -> None:
        """Until every answer is given and taken."""
        while tasks := list(self.server_state.tasks):
            await asyncio.wait(tasks)
        for connection in self._callers():
            await connection.left.wait()

    async def _hang_up(self) -> None:
        for connection in self._callers():
            log.info("hanging up on %s: the house is closing", connection.client or "a unix socket")
            connection.transport.abort()
        await asyncio.sleep(0)  # the connections hear it first, so that their tasks end without an error
        tasks = list(self.server_state.tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _callers(self) -> list[Connection]:
        return [connection for connection in self.server_state.connections if isinstance(connection, Connection)]


def _listen_on_port(host: str, port: int) -> socket.socket:
    """Take the port, or say who or what stands in the way and which setting to change."""
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        dual = family == socket.AF_INET6 and host == "::" and socket.has_dualstack_ipv6()
        listener = socket.create_server(address[:2], family=family, backlog=BACKLOG, dualstack_ipv6=dual)
        # Wrapped again it knows that it speaks TCP; else asyncio leaves Nagle on and every answer waits 40 ms.
        return socket.socket(fileno=listener.detach())
    except OSError as why:
        raise Refused(_why_not(host, port, why)) from why


def _why_not(host: str, port: int, why: OSError) -> str:
    """What keeps the door shut, and the setting that opens it."""
    if why.errno == errno.EADDRINUSE:
        return f"port {port} is taken by another program: choose another with server.port"
    if why.errno == errno.EACCES:
        return f"port {port} may only be opened by root: choose one from 1024 up with server.port"
    if why.errno == errno.EADDRNOTAVAIL or isinstance(why, socket.gaierror):
        return f"{host} is not an address of this machine: choose another with server.host"
    return f"port {port} on {host} cannot be opened: {why.strerror or why}"


def _listen_on_path(path: Path) -> socket.socket:
    """Listen on a unix socket that only our own user may open; a left-over of a dead program is swept away."""
    _sweep(path)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        listener.bind(str(path))
        path.chmod(0o600)
        listener.listen(BACKLOG)
    except OSError as why:
        listener.close()
        raise Refused(f"the unix socket {path} cannot be opened: {why.strerror or why}") from why
    return listener


def _sweep(path: Path) -> None:
    """Remove a unix socket on which nobody listens; anything else stays and is refused."""
    if not path.exists():
        return
    if not stat.S_ISSOCK(path.stat().st_mode):
        raise Refused(f"{path} is in the way: it is no unix socket")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as knock:
        if knock.connect_ex(str(path)) == 0:
            raise Refused(f"the unix socket {path} is taken by another program")
    path.unlink()


def _address(listener: socket.socket) -> str:
    """Where the house can be visited, as a person would type it."""
    name = listener.getsockname()
    if listener.family == socket.AF_UNIX:
        return f"unix:{name}"
    host, port = name[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
