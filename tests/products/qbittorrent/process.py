"""`matinee torrent` as its owner runs it: a process of its own behind a unix socket."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from matinee.handed_over import TORRENT_PASSWORD
from matinee.products.qbittorrent.client import QBittorrentClient

USERNAME, PASSWORD = "matinee", "correct horse"


@dataclass
class TorrentProcess:
    """Its folders, and the process once it runs."""

    folder: Path
    running: "subprocess.Popen[bytes] | None" = field(default=None)
    inside: list[str] = field(default_factory=list)
    door: list[str] = field(default_factory=lambda: ["--bind", "127.0.0.1"])
    handed: dict[str, str] = field(default_factory=dict)

    @property
    def socket(self) -> Path:
        return self.folder / "torrent.sock"

    @property
    def downloads(self) -> Path:
        return self.folder / "downloads"

    @property
    def state(self) -> Path:
        return self.folder / "state"

    @property
    def arguments(self) -> list[str]:
        places = ["--state", str(self.state), "--socket", str(self.socket), "--downloads", str(self.downloads)]
        return [*self.inside, sys.executable, "-m", "matinee.torrent_process", *places, *self.door]

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, TORRENT_PASSWORD: PASSWORD, "PYTHONPATH": "src", **self.handed}

    def client(self) -> QBittorrentClient:
        return QBittorrentClient("http://torrent", USERNAME, PASSWORD, uds=str(self.socket))

    def start(self) -> None:
        more = ["--parent", str(os.getpid())]
        self.running = subprocess.Popen([*self.arguments, *more], env=self.environment)
        self._wait_until_it_answers()

    def _wait_until_it_answers(self) -> None:
        for _ in range(200):
            assert self.running
            assert self.running.poll() is None, "the torrent process ended at once"
            with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as line:
                line.connect(str(self.socket))
                return
            time.sleep(0.05)
        raise AssertionError("the torrent process does not answer")

    def kill(self) -> None:
        """kill -9, as a power cut would."""
        assert self.running
        self.running.kill()
        self.running.wait()

    def stop(self) -> int:
        """SIGTERM; the exit status."""
        assert self.running
        self.running.terminate()
        return self.running.wait(timeout=15)


@contextlib.contextmanager
def torrent_process(folder: Path) -> Iterator[TorrentProcess]:
    process = TorrentProcess(folder)
    process.start()
    try:
        yield process
    finally:
        process.kill()
