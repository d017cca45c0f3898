"""What a program needs that lives apart from the house: a door, a secret, a folder of its own, and an end."""

import asyncio
import contextlib
import ctypes
import fcntl
import logging
import os
import signal
import socket as sockets
import stat
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from types import FrameType
from typing import BinaryIO, Protocol

import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp

from matinee.kernel.errors import Refused

log = logging.getLogger(__name__)

PR_SET_PDEATHSIG = 1
LONGEST_SOCKET_PATH = 107
FAREWELL_SECONDS = 3


class Engine(Protocol):
    """What runs apart: it is opened before the first call and closed after the last."""

    def open(self) -> Awaitable[None]:
        """Begin to work."""
        ...

    def close(self) -> Awaitable[None]:
        """Put everything away."""
        ...

    def release_waiters(self) -> None:
        """Let those go who wait for news."""
        ...


def lifespan_of(engine: Engine) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    """An application's life is that of its engine."""

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await engine.open()
        yield
        await engine.close()

    return lifespan


def serve_apart(engine: Engine, app: ASGIApp, door: sockets.socket) -> None:
    """Answer at the door until SIGTERM or Ctrl-C; those who wait for news do not hold up the end."""
    _Server(engine, app).run([door])


class _Server(uvicorn.Server):
    def __init__(self, engine: Engine, app: ASGIApp) -> None:
        config = uvicorn.Config(
            app,
            loop="asyncio",
            http="httptools",
            ws="none",
            access_log=False,
            server_header=False,
            log_config=None,
            log_level="warning",
            timeout_graceful_shutdown=FAREWELL_SECONDS,
        )
        super().__init__(config)
        self._engine = engine

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """SIGTERM and Ctrl-C."""
        super().handle_exit(sig, frame)
        asyncio.get_running_loop().call_soon_threadsafe(self._engine.release_waiters)


def hold_alone(state: Path, what: str) -> BinaryIO:
    """Lock a state folder for this process; Refused when another one has it. Close the file to let go."""
    file = (state / "lock").open("ab")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.close()
        raise Refused(f"another {what} is already running on {state}: stop it first") from error
    return file


def end_with_parent(parent: int, what: str) -> None:
    """Be sent SIGTERM when the parent ends; at once when it ended already.

    The thread that started us must live as long as the parent: Linux tells us when that thread ends.
    """
    signal.signal(signal.SIGTERM, _leave)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0) != 0:
        log.warning("this process cannot be tied to its parent: %s", os.strerror(ctypes.get_errno()))
    if os.getppid() != parent:
        raise SystemExit(f"the process that started {what} is gone")


def _leave(_signal: int, _frame: FrameType | None) -> None:
    """Before and after a server's own answer to SIGTERM: clean up and end well."""
    raise SystemExit(0)


@contextlib.contextmanager
def unix_door(path: Path) -> Iterator[sockets.socket]:
    """A unix socket only its owner may open; one that a killed program left behind is replaced."""
    if len(os.fsencode(path)) > LONGEST_SOCKET_PATH:
        raise Refused(f"the socket path {path} is longer than the {LONGEST_SOCKET_PATH} bytes Linux allows")
    if path.exists() and not stat.S_ISSOCK(path.stat().st_mode):
        raise Refused(f"{path} is there already and is no socket")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with sockets.socket(sockets.AF_UNIX) as door:
        before = os.umask(0o177)
        try:
            door.bind(str(path))
        finally:
            os.umask(before)
        try:
            yield door
        finally:
            path.unlink(missing_ok=True)


@contextlib.contextmanager
def port_door(address: str, port: int) -> Iterator[sockets.socket]:
    """A door on a port of this machine, for programs elsewhere."""
    family = sockets.AF_INET6 if ":" in address else sockets.AF_INET
    try:
        door = sockets.create_server((address, port), family=family)
    except OSError as error:
        raise Refused(f"port {port} of {address} cannot be opened: {error.strerror}") from error
    with door:
        yield door


def read_secret(variable: str, file: Path | None = None, *, option: str, what: str = "secret") -> str:
    """A secret from a file only its owner can read, or from the environment, which then forgets it."""
    if file:
        if file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise Refused(f"{file} can be read by others: run chmod 600 on it")
        secret = file.read_text().strip()
    else:
        secret = os.environ.pop(variable, "")
    if not secret:
        raise Refused(f"there is no {what}: set {variable} or give {option}")
    return secret
