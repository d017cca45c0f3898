"""The torrent engine as a process of its own, spoken to through a unix socket that only its owner may open."""

import argparse
import asyncio
import contextlib
import ctypes
import logging
import os
import signal
import socket as sockets
import stat
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from types import FrameType

import uvicorn
from starlette.applications import Starlette

from matinee.engines.torrent import LibtorrentEngine
from matinee.kernel.errors import MatineeError, Refused
from matinee.kernel.log import start_diary
from matinee.kernel.redact import redact
from matinee.products.qbittorrent.server import qbittorrent_app

log = logging.getLogger(__name__)

PASSWORD_VARIABLE = "MATINEE_TORRENT_PASSWORD"  # noqa: S105  the variable's name, not a password
PR_SET_PDEATHSIG = 1
LONGEST_SOCKET_PATH = 107
FAREWELL_SECONDS = 3


def run_torrent_process(
    *,
    state: Path,
    socket: Path,
    username: str,
    password: str,
    bind_address: str,
    device: str = "",
    port: int,
    dht: bool,
    download_root: Path,
    parent: int | None = None,
) -> None:
    """Serve the engine on the unix socket until SIGTERM or until the parent process ends.

    `parent` is the pid that started us, when it is known; without it the parent of now is taken. The thread
    that started us must live as long as the parent: Linux tells us when that thread ends.
    """
    signal.signal(signal.SIGTERM, _leave)
    end_with_parent(parent or os.getppid())
    download_root.mkdir(parents=True, exist_ok=True)
    engine = LibtorrentEngine(state, download_root, bind_address=bind_address, device=device, port=port, dht=dht)
    app = qbittorrent_app(
        engine,
        username=username,
        password=password,
        lifespan=_lifespan(engine),
        shut_down=lambda: signal.raise_signal(signal.SIGTERM),
    )
    with listening(socket) as door:
        _Server(engine, app).run([door])


def _leave(_signal: int, _frame: FrameType | None) -> None:
    """Before and after the server's own answer to SIGTERM: clean up and end well."""
    raise SystemExit(0)


def end_with_parent(parent: int) -> None:
    """Be sent SIGTERM when the parent ends; at once when it ended already."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0) != 0:
        log.warning("this process cannot be tied to its parent: %s", os.strerror(ctypes.get_errno()))
    if os.getppid() != parent:
        raise SystemExit("the process that started the torrent engine is gone")


@contextlib.contextmanager
def listening(path: Path) -> Iterator[sockets.socket]:
    """A unix socket only its owner may open; one that a killed engine left behind is replaced."""
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


def _lifespan(engine: LibtorrentEngine) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await engine.open()
        yield
        await engine.close()

    return lifespan


class _Server(uvicorn.Server):
    """Lets those who wait for news go when it is told to stop, so that stopping does not wait for them."""

    def __init__(self, engine: LibtorrentEngine, app: Starlette) -> None:
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


def main(arguments: Sequence[str] | None = None) -> None:
    """`python -m matinee.torrent_process`; the password comes by the environment or a file, never as an argument."""
    asked = _arguments().parse_args(arguments)
    start_diary()
    try:
        password = read_password(asked.password_file)
        redact.remember([password])
        run_torrent_process(
            state=asked.state,
            socket=asked.socket,
            username=asked.username,
            password=password,
            bind_address=asked.bind,
            device=asked.device,
            port=asked.port,
            dht=asked.dht,
            download_root=asked.downloads,
            parent=asked.parent,
        )
    except MatineeError as error:
        raise SystemExit(f"matinee torrent: {error}") from error


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="matinee torrent", description=__doc__)
    parser.add_argument("--state", type=Path, required=True, help="folder of the engine's memory")
    parser.add_argument("--socket", type=Path, required=True, help="unix socket to answer on")
    parser.add_argument("--downloads", type=Path, required=True, help="folder nothing is written outside of")
    door = parser.add_mutually_exclusive_group(required=True)
    door.add_argument("--bind", default="", help="IP address torrents use; the routes choose their way out")
    door.add_argument("--device", default="", help="network device all torrent traffic is tied to")
    parser.add_argument("--port", type=int, default=0, help="port for other peers; 0 takes a free one")
    parser.add_argument("--dht", action="store_true", help="find peers without a tracker")
    parser.add_argument("--username", default="matinee")
    parser.add_argument("--password-file", type=Path, help=f"file of mode 0600; otherwise {PASSWORD_VARIABLE} is read")
    parser.add_argument("--parent", type=int, help="pid to end with")
    return parser


def read_password(file: Path | None) -> str:
    """The password from a file only its owner can read, or from the environment, which then forgets it."""
    if file:
        if file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise Refused(f"{file} can be read by others: run chmod 600 on it")
        password = file.read_text().strip()
    else:
        password = os.environ.pop(PASSWORD_VARIABLE, "")
    if not password:
        raise Refused(f"there is no password: set {PASSWORD_VARIABLE} or give --password-file")
    return password


if __name__ == "__main__":
    main()
