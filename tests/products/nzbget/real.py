"""The real NZBGet from the system's packages, started for a test on loopback beside a news server of ours."""

import contextlib
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2

from tests.products.qbittorrent.real import free_port

USERNAME, PASSWORD = "owner", "correct-horse"
BINARY = shutil.which("nzbget")


@dataclass(frozen=True)
class Real:
    """Where it listens, and where it downloads to."""

    url: str
    downloads: Path


def _configuration(folder: Path, port: int, news_port: int) -> str:
    return f"""
MainDir={folder}
DestDir=${{MainDir}}/done
InterDir=${{MainDir}}/inter
NzbDir=${{MainDir}}/nzb
QueueDir=${{MainDir}}/queue
TempDir=${{MainDir}}/tmp
ScriptDir=${{MainDir}}/scripts
LogFile=${{MainDir}}/log
LockFile=${{MainDir}}/lock
WebDir=
ConfigTemplate=
OutputMode=log
ControlIP=127.0.0.1
ControlPort={port}
ControlUsername={USERNAME}
ControlPassword={PASSWORD}
Category1.Name=films
HealthCheck=delete
DupeCheck=yes
ArticleRetries=0
ArticleInterval=0
NzbCleanupDisk=yes
Server1.Active=yes
Server1.Host=127.0.0.1
Server1.Port={news_port}
Server1.Connections=4
Server1.Encryption=no
"""


@contextlib.contextmanager
def real_nzbget(folder: Path, news_port: int) -> Iterator[Real]:
    assert BINARY
    port = free_port()
    folder.mkdir(parents=True)
    (folder / "nzbget.conf").write_text(_configuration(folder, port, news_port))
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(
            [BINARY, "-s", "-c", str(folder / "nzbget.conf")],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**os.environ, "HOME": str(folder)},
        )
    try:
        _wait_until_it_answers(f"http://127.0.0.1:{port}", process)
        yield Real(f"http://127.0.0.1:{port}", folder / "done")
    finally:
        process.kill()
        process.wait()


def _wait_until_it_answers(url: str, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(200):
        assert process.poll() is None, "nzbget ended at once"
        with contextlib.suppress(httpx2.TransportError):
            httpx2.get(f"{url}/jsonrpc/version", trust_env=False)
            return
        time.sleep(0.05)
    raise AssertionError("nzbget does not answer")
