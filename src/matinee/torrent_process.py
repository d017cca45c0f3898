"""The torrent engine as a process of its own, spoken to through a unix socket that only its owner may open."""

import argparse
import logging
import os
import signal
from collections.abc import Sequence
from pathlib import Path

from matinee.engines.torrent import LibtorrentEngine
from matinee.handed_over import TORRENT_PASSWORD, TORRENT_PROXY
from matinee.kernel.apart import end_with_parent, lifespan_of, read_secret, serve_apart, unix_door
from matinee.kernel.errors import MatineeError
from matinee.kernel.log import start_diary
from matinee.kernel.proxy import Proxy
from matinee.kernel.redact import redact
from matinee.products.qbittorrent.server import qbittorrent_app

log = logging.getLogger(__name__)


def run_torrent_process(
    *,
    state: Path,
    socket: Path,
    username: str,
    password: str,
    bind_address: str,
    device: str = "",
    proxy: Proxy | None = None,
    port: int,
    dht: bool,
    download_root: Path,
    parent: int | None = None,
) -> None:
    """Serve the engine on the unix socket until SIGTERM or until the parent process ends.

    `proxy` is the only way out when it is given. `parent` is the pid that started us, when it is known; without it
    the parent of now is taken. The thread that started us must live as long as the parent: Linux tells us when that
    thread ends.
    """
    end_with_parent(parent or os.getppid(), "the torrent engine")
    download_root.mkdir(parents=True, exist_ok=True)
    engine = LibtorrentEngine(
        state, download_root, bind_address=bind_address, device=device, proxy=proxy, port=port, dht=dht
    )
    app = qbittorrent_app(
        engine,
        username=username,
        password=password,
        lifespan=lifespan_of(engine),
        shut_down=lambda: signal.raise_signal(signal.SIGTERM),
    )
    with unix_door(socket) as door:
        serve_apart(engine, app, door)


def main(arguments: Sequence[str] | None = None) -> None:
    """`python -m matinee.torrent_process`; the password comes by the environment or a file, never as an argument.

    So does a proxy (MATINEE_TORRENT_PROXY, as socks5://user:password@host:port) through which alone torrents leave.
    """
    asked = _arguments().parse_args(arguments)
    start_diary()
    try:
        password = read_secret(TORRENT_PASSWORD, asked.password_file, option="--password-file", what="password")
        proxy = os.environ.pop(TORRENT_PROXY, "")
        redact.remember([password])
        run_torrent_process(
            state=asked.state,
            socket=asked.socket,
            username=asked.username,
            password=password,
            bind_address=asked.bind,
            device=asked.device,
            proxy=Proxy.parse(proxy) if proxy else None,
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
    parser.add_argument("--password-file", type=Path, help=f"file of mode 0600; otherwise {TORRENT_PASSWORD} is read")
    parser.add_argument("--parent", type=int, help="pid to end with")
    return parser


if __name__ == "__main__":
    main()
