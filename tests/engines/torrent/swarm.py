"""A seeder and a tracker on loopback, for everything that needs somebody to download from."""

import asyncio
import contextlib
import hashlib
import os
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import libtorrent as lt

from matinee.engines.torrent import LibtorrentEngine
from matinee.pipeline.torrent_port import Torrent

QUIET: "lt.settings_pack" = {
    "listen_interfaces": "127.0.0.1:0",
    "outgoing_interfaces": "127.0.0.1",
    "enable_dht": False,
    "enable_lsd": False,
    "enable_upnp": False,
    "enable_natpmp": False,
    "allow_multiple_connections_per_ip": True,
    "enable_incoming_utp": False,
    "enable_outgoing_utp": False,
    "stop_tracker_timeout": 0,
}


@dataclass(frozen=True)
class Made:
    """A torrent, its v1 infohash and where its content lies."""

    torrent: bytes
    infohash: str
    content: Path


def make_torrent(content: Path, *, tracker: str = "", piece: int = 16 * 1024, v1_only: bool = True) -> Made:
    flags = lt.create_torrent.v1_only if v1_only else 0
    creator = lt.create_torrent(lt.list_files(str(content)), piece, flags)
    if tracker:
        creator.add_tracker(tracker)
    creator.set_comment("made by a test")
    lt.set_piece_hashes(creator, str(content.parent))
    torrent = lt.bencode(creator.generate())
    return Made(torrent, str(lt.load_torrent_buffer(torrent).info_hashes.v1), content)


def make_film(folder: Path, *, size: int = 2_000_000, name: str = "Tin Comet (2021)", subtitle: bool = True) -> Path:
    content = folder / name
    content.mkdir(parents=True)
    (content / f"{name}.mkv").write_bytes(os.urandom(size))
    if subtitle:
        (content / f"{name}.srt").write_bytes(b"1\n00:00:01,000 --> 00:00:02,000\nHello.\n")
    return content


class Seeder:
    """libtorrent itself, seeding one torrent; `rate` in bytes a second, 0 for no limit."""

    def __init__(self, made: Made, *, rate: int = 0) -> None:
        self._session = lt.session(lt.session_params({**QUIET, "alert_mask": lt.alert_category.status}))
        params = lt.load_torrent_buffer(made.torrent)
        params.save_path = str(made.content.parent)
        params.flags = lt.torrent_flags.seed_mode
        self._handle = self._session.add_torrent(params)
        self._handle.set_upload_limit(rate)
        self.port = self._session.listen_port()

    @property
    def magnet_peer(self) -> str:
        return f"&x.pe=127.0.0.1:{self.port}"

    def unlimit(self) -> None:
        self._handle.set_upload_limit(0)

    @property
    def uploaded(self) -> int:
        return self._handle.status(0).total_payload_upload

    def close(self) -> None:
        self._handle.replace_trackers([])  # no goodbye: the tracker lives in the loop this would hold up
        del self._handle, self._session


@contextlib.contextmanager
def seeding(made: Made, *, rate: int = 0) -> Iterator[Seeder]:
    seeder = Seeder(made, rate=rate)
    try:
        yield seeder
    finally:
        seeder.close()


@contextlib.contextmanager
def leeching(made: Made, folder: Path) -> Iterator[lt.torrent_handle]:
    """Somebody who wants all of it, and is found by whoever asks its tracker."""
    session = lt.session(lt.session_params({**QUIET, "alert_mask": 0}))
    params = lt.load_torrent_buffer(made.torrent)
    params.save_path = str(folder)
    params.flags = lt.torrent_flags.update_subscribe  # at work at once
    handle = session.add_torrent(params)
    try:
        yield handle
    finally:
        handle.replace_trackers([])
        del handle, session


@contextlib.asynccontextmanager
async def tracker(*, refusing: str = "") -> AsyncIterator[str]:
    """An HTTP tracker that knows everybody who ever asked; yields its announce URL."""
    swarms: dict[str, set[bytes]] = {}

    callers: dict[asyncio.Task[None] | None, asyncio.StreamWriter] = {}

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        callers[asyncio.current_task()] = writer
        try:
            line = (await reader.readuntil(b"\r\n\r\n")).split(b" ")[1].decode("latin-1")
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            return writer.close()
        asked = parse_qs(urlsplit(line).query, encoding="latin-1")
        known = swarms.setdefault(asked["info_hash"][0], set())
        known.add(bytes([127, 0, 0, 1]) + int(asked["port"][0]).to_bytes(2, "big"))
        reply: dict[bytes, Any] = (
            {b"failure reason": refusing.encode()} if refusing else {b"interval": 60, b"peers": b"".join(known)}
        )
        body = lt.bencode(reply)
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/announce"
        for writer in callers.values():
            writer.transport.abort()
        await asyncio.gather(*(task for task in callers if task))


@contextlib.asynccontextmanager
async def working(folder: Path, root: Path | None = None, **more: Any) -> AsyncIterator[LibtorrentEngine]:
    """An engine at work, with its state in the folder; its downloads lie there too unless a root is given."""
    engine = LibtorrentEngine(folder / "state", root or folder / "downloads", **more)
    await engine.open()
    try:
        yield engine
    finally:
        await engine.close()


async def until(
    engine: LibtorrentEngine, id: str, condition: Callable[[Torrent], bool], seconds: float = 30
) -> Torrent:
    """The torrent as soon as it is as wanted."""
    async with asyncio.timeout(seconds):
        while True:
            revision = engine.revision
            torrent = engine.torrents().get(id)
            if torrent and condition(torrent):
                return torrent
            await engine.changed_since(revision, 5)


def content_hash(folder: Path) -> dict[str, str]:
    """The sha1 of every file, by its path inside the folder."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha1(path.read_bytes()).hexdigest() for path in files}
