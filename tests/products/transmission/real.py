"""The real Transmission from the system's packages, started for a test on loopback."""

import asyncio
import contextlib
import json
import os
import shutil
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx2

from matinee.lab.bencode import Bencodable, bencode
from tests.products.qbittorrent.real import free_port

USERNAME, PASSWORD = "owner", "correct horse"
BINARY = shutil.which("transmission-daemon")


@dataclass(frozen=True)
class Real:
    """Where it listens, and where it downloads to."""

    url: str
    downloads: Path


@contextlib.contextmanager
def real_transmission(folder: Path) -> Iterator[Real]:
    assert BINARY
    port, downloads = free_port(), folder / "downloads"
    downloads.mkdir(parents=True)
    settings = {
        "bind-address-ipv4": "127.0.0.1",
        "bind-address-ipv6": "::1",
        "dht-enabled": False,
        "lpd-enabled": False,
        "pex-enabled": False,
        "utp-enabled": False,
        "port-forwarding-enabled": False,
        "peer-port": free_port(),
        "download-dir": str(downloads),
        "incomplete-dir-enabled": False,
        "rpc-bind-address": "127.0.0.1",
        "rpc-port": port,
        "rpc-authentication-required": True,
        "rpc-username": USERNAME,
        "rpc-password": PASSWORD,
        "rpc-whitelist-enabled": True,
        "rpc-whitelist": "127.0.0.1",
    }
    (folder / "settings.json").write_text(json.dumps(settings))
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(
            [BINARY, "-f", "-g", str(folder)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**os.environ, "HOME": str(folder)},
        )
    try:
        _wait_until_it_answers(f"http://127.0.0.1:{port}", process)
        yield Real(f"http://127.0.0.1:{port}", downloads)
    finally:
        process.kill()
        process.wait()


def _wait_until_it_answers(url: str, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(200):
        assert process.poll() is None, "transmission-daemon ended at once"
        with contextlib.suppress(httpx2.TransportError):
            httpx2.get(f"{url}/transmission/rpc", trust_env=False)
            return
        time.sleep(0.05)
    raise AssertionError("transmission-daemon does not answer")


@dataclass(frozen=True)
class Known:
    """Where a tracker is announced to, and whether anybody did."""

    url: str
    somebody: asyncio.Event


@contextlib.asynccontextmanager
async def tracker() -> AsyncIterator[Known]:
    """An HTTP tracker that knows everybody who ever asked, and answers who asks for numbers alone."""
    known: set[bytes] = set()
    somebody = asyncio.Event()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            line = (await reader.readuntil(b"\r\n\r\n")).split(b" ")[1].decode("latin-1")
            asked = parse_qs(urlsplit(line).query, encoding="latin-1")
            if "port" in asked:
                known.add(bytes([127, 0, 0, 1]) + int(asked["port"][0]).to_bytes(2, "big"))
                somebody.set()
            told: dict[str, Bencodable] = (
                {"interval": 60, "peers": b"".join(known)} if "port" in asked else {"files": {}}
            )
            body = bencode(told)
            writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    yield Known(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/announce", somebody)
    server.close()
