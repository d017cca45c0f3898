"""`matinee usenet` as its owner runs it: a process of its own behind a unix socket or a port."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from matinee.handed_over import USENET_KEY
from matinee.products.sabnzbd.client import SABnzbdClient
from tests.products.sabnzbd.conftest import KEY


@dataclass
class UsenetProcess:
    """Its folders, and the process once it runs."""

    folder: Path
    port: int = 0
    running: "subprocess.Popen[bytes] | None" = field(default=None)

    @property
    def socket(self) -> Path:
        return self.folder / "usenet.sock"

    @property
    def complete(self) -> Path:
        return self.folder / "complete"

    @property
    def arguments(self) -> list[str]:
        folders = {"state": self.folder / "state", "complete": self.complete, "incomplete": self.folder / "incomplete"}
        places = [word for name, folder in folders.items() for word in (f"--{name}", str(folder))]
        door = ["--port", str(self.port)] if self.port else ["--socket", str(self.socket)]
        return [sys.executable, "-m", "matinee.usenet_process", *places, *door]

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, USENET_KEY: KEY, "PYTHONPATH": "src"}

    def client(self) -> SABnzbdClient:
        if self.port:
            return SABnzbdClient(f"http://127.0.0.1:{self.port}", KEY)
        return SABnzbdClient("http://usenet", KEY, uds=str(self.socket))

    def start(self) -> None:
        self.running = subprocess.Popen([*self.arguments, "--parent", str(os.getpid())], env=self.environment)
        family, where = (socket.AF_INET, ("127.0.0.1", self.port)) if self.port else (socket.AF_UNIX, str(self.socket))
        for _ in range(200):
            assert self.running.poll() is None, "the usenet process ended at once"
            with contextlib.suppress(OSError), socket.socket(family) as line:
                line.connect(where)
                return
            time.sleep(0.05)
        raise AssertionError("the usenet process does not answer")

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
def usenet_process(folder: Path, port: int = 0) -> Iterator[UsenetProcess]:
    process = UsenetProcess(folder, port)
    process.start()
    try:
        yield process
    finally:
        process.kill()
