"""The real qBittorrent from the system's packages, started for a test on loopback."""

import base64
import contextlib
import hashlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2

USERNAME, PASSWORD = "owner", "correct horse"
BINARY = shutil.which("qbittorrent-nox")


@dataclass(frozen=True)
class Real:
    """Where it listens, who may enter, and where it downloads to."""

    url: str
    downloads: Path
    username: str = USERNAME
    password: str = PASSWORD
    pid: int = 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _hashed(password: str) -> str:
    salt = os.urandom(16)
    key = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, 100_000)
    return f"@ByteArray({base64.b64encode(salt).decode()}:{base64.b64encode(key).decode()})"


def _configuration(web: int, peers: int, downloads: Path) -> str:
    return f"""
[LegalNotice]
Accepted=true

[Preferences]
WebUI\\Address=127.0.0.1
WebUI\\Port={web}
WebUI\\Username={USERNAME}
WebUI\\Password_PBKDF2="{_hashed(PASSWORD)}"
WebUI\\LocalHostAuth=true
WebUI\\UseUPnP=false

[BitTorrent]
Session\\Port={peers}
Session\\Interface=lo
Session\\InterfaceName=lo
Session\\InterfaceAddress=127.0.0.1
Session\\DHTEnabled=false
Session\\LSDEnabled=false
Session\\PeXEnabled=false
Session\\DefaultSavePath={downloads}
Session\\QueueingSystemEnabled=false
Session\\MultiConnectionsPerIp=true

[Network]
PortForwardingEnabled=false
"""


@contextlib.contextmanager
def real_qbittorrent(folder: Path) -> Iterator[Real]:
    assert BINARY
    web, downloads = free_port(), folder / "downloads"
    settings = folder / "qBittorrent" / "config"
    settings.mkdir(parents=True)
    downloads.mkdir()
    (settings / "qBittorrent.conf").write_text(_configuration(web, free_port(), downloads))
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(
            [BINARY, f"--profile={folder}", f"--webui-port={web}"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**os.environ, "HOME": str(folder)},
        )
    try:
        _wait_until_it_answers(f"http://127.0.0.1:{web}", process)
        yield Real(f"http://127.0.0.1:{web}", downloads, pid=process.pid)
    finally:
        process.kill()
        process.wait()


def _wait_until_it_answers(url: str, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(200):
        assert process.poll() is None, "qbittorrent-nox ended at once"
        with contextlib.suppress(httpx2.TransportError):
            httpx2.get(f"{url}/api/v2/app/version", trust_env=False)
            return
        time.sleep(0.1)
    raise AssertionError("qbittorrent-nox does not answer")
