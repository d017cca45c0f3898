"""A qBittorrent as our download client: the real one at a URL, or our own engine on a unix socket."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path, PurePath
from typing import Any, cast
from urllib.parse import unquote, urlsplit

import httpx2

from matinee.kernel.errors import Refused, Unreachable
from matinee.kernel.http import Wire
from matinee.kernel.redact import redact
from matinee.media.seeding import SeedingGoal
from matinee.pipeline.polling import Pace
from matinee.pipeline.ports import MOVING, ClientRefused, DownloadFile, DownloadStatus, Landing, Payload
from matinee.products.qbittorrent.orders import FOLDERS_SHOWN, GOALS_ON_ADD, order_of, raised_limits, version_of
from matinee.products.qbittorrent.statuses import file_of, merge, status_of
from matinee.products.qbittorrent.wire import FAILS, OK, PREFIX, FileRow, MainData, TorrentRow

WAIT_SECONDS = 25
BREATH = 0.1
LISTED_WITHIN, LISTED_PACE = 10.0, 0.1


class QBittorrentClient:
    """A DownloadClient. Give `uds` to speak through a unix socket; the url's host is then only a name."""

    def __init__(
        self,
        url: str,
        username: str,
        password: str,
        *,
        uds: str | None = None,
        name: str | None = None,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        url, username, password = without_userinfo(url, username, password)
        self.name = name or f"qBittorrent at {uds or url}"
        self._username, self._password = username, password
        self._wire = Wire(self.name, url.rstrip("/") + PREFIX, uds=uds, transport=transport, timeout=WAIT_SECONDS + 20)
        self._entering = asyncio.Lock()
        self._entries = 0
        self._pace = Pace()

    async def close(self) -> None:
        """Hang up."""
        await self._wire.close()

    # the DownloadClient

    async def add(self, payload: Payload, *, category: str, folder: Path) -> str:
        """Start the download and return its hash, once it is listed."""
        await self._ensure_category(category, folder)
        answer = await self._call("POST", "torrents/add", accept=(409, 415), **order_of(payload, category, folder))
        if answer.status_code == 415:
            raise Refused(f"{self.name}: {answer.text.strip() or 'this is not a valid torrent file'}")
        if was_there := answer.status_code == 409 or answer.text.strip() == FAILS:
            row = await self._find(payload.infohash.lower())
        else:
            row = await self._wait_until_listed(payload.infohash.lower())
        id = self._ours(row, category)
        self._pace.nudge()
        if payload.goal and row and (was_there or not await self._takes_goals_on_add()):
            await self._raise_limits(row, payload.goal)
        return id

    async def _takes_goals_on_add(self) -> bool:
        return version_of((await self._call("GET", "app/webapiVersion")).text) >= GOALS_ON_ADD

    async def _raise_limits(self, row: TorrentRow, goal: SeedingGoal) -> None:
        form = {"hashes": row["hash"], **raised_limits(row, goal)}
        await self._call("POST", "torrents/setShareLimits", data=form)

    def _ours(self, row: TorrentRow | None, category: str) -> str:
        """The hash of a torrent of our category; somebody else's is never taken over, it would be deleted with us.

        qBittorrent says no more than "Fails." to a torrent it has, older ones not even that.
        """
        if row is None:
            raise ClientRefused(f"{self.name}: the torrent was not accepted")
        if (theirs := row.get("category", "")) != category:
            name = row.get("name", row["hash"])
            raise Refused(f"'{name}' is in qBittorrent already, under category '{theirs}': it is left alone")
        return row["hash"]

    async def _ensure_category(self, category: str, folder: Path) -> None:
        known = self._wire.json(await self._call("GET", "torrents/categories"))
        if category and category not in known:
            form = {"category": category, "savePath": str(folder)}
            await self._call("POST", "torrents/createCategory", accept=(409,), data=form)

    async def _wait_until_listed(self, infohash: str) -> TorrentRow:
        deadline = time.monotonic() + LISTED_WITHIN
        while time.monotonic() < deadline:
            if row := await self._find(infohash):
                return row
            await asyncio.sleep(LISTED_PACE)
        raise Unreachable(f"{self.name}: the torrent was accepted but is not listed")

    async def _find(self, infohash: str) -> TorrentRow | None:
        """By its hash; a torrent of both versions is listed under the other one by newer qBittorrents."""
        rows = await self._rows(hashes=infohash) or await self._rows()
        return next((row for row in rows if infohash in (row.get("hash"), row.get("infohash_v1"))), None)

    async def _rows(self, **params: str) -> list[TorrentRow]:
        return cast(list[TorrentRow], self._wire.json(await self._call("GET", "torrents/info", params=params)))

    async def watch(self) -> AsyncIterator[dict[str, DownloadStatus]]:
        """All downloads at once and after every change.

        Our engine answers when something changed; the real one answers at once, so it is asked gently, and ever less
        often while nothing happens there.
        """
        rows: dict[str, TorrentRow] = {}
        shown: dict[str, DownloadStatus] | None = None
        rid, waits = 0, True
        while True:
            asked = time.monotonic()
            news = await self._maindata(rid)
            rid = news.get("rid", 0)
            rows = merge(rows, news)
            current = {id: status_of(id, row) for id, row in rows.items()}
            is_news = current != shown
            if is_news:
                shown = current
                yield dict(current)
            elif time.monotonic() - asked < WAIT_SECONDS / 2 and not _says_anything(news):
                waits = False
            if waits:
                await asyncio.sleep(BREATH)
            else:
                await self._pace.rest(is_busy=is_news or any(status.state in MOVING for status in current.values()))

    async def _maindata(self, rid: int) -> MainData:
        answer = await self._call("GET", "sync/maindata", params={"rid": rid, "wait": WAIT_SECONDS})
        return cast(MainData, self._wire.json(answer))

    async def files(self, id: str) -> list[DownloadFile]:
        """The files, named relative to the folder the download was started into."""
        answer = await self._call("GET", "torrents/files", params={"hash": id})
        return [file_of(row) for row in cast(list[FileRow], self._wire.json(answer))]

    async def remove(self, id: str, *, delete_files: bool) -> None:
        """Forget the download; unknown ids are no error to qBittorrent either."""
        form = {"hashes": id, "deleteFiles": "true" if delete_files else "false"}
        await self._call("POST", "torrents/delete", data=form)
        self._pace.nudge()

    async def lands(self, category: str) -> Landing:
        """Its own folder; a torrent goes wherever it is told."""
        told = self._wire.json(await self._call("GET", "app/preferences"))
        return Landing(Path(told.get("save_path", "")))

    async def sees(self, folder: Path) -> bool | None:
        """By its list of the folder above; before 5.0 it shows none."""
        if version_of((await self._call("GET", "app/webapiVersion")).text) < FOLDERS_SHOWN:
            return None
        asked = {"dirPath": str(folder.parent), "mode": "dirs"}
        answer = await self._call("GET", "app/getDirectoryContent", params=asked, accept=(400, 404, 409))
        told = self._wire.json(answer) if answer.status_code == 200 else []
        return any(PurePath(one).name == folder.name for one in told)

    async def probe(self) -> str:
        """Log in and count."""
        version = (await self._call("GET", "app/version")).text.strip()
        return f"qBittorrent {version}, {len(await self._rows())} downloads"

    async def reach(self) -> str:
        """How the client stands with its swarms. Unreachable when no peer could come through."""
        told = self._wire.json(await self._call("GET", "transfer/info"))
        if told.get("connection_status") == "disconnected":
            raise Unreachable(f"{self.name}: it listens for no peers")
        return f"{told.get('connection_status')}, {told.get('dht_nodes', 0)} DHT nodes"

    async def listen_on(self, port: int) -> None:
        """Listen at this port, also when it is the one of now: as after the tunnel came back. Trackers are told."""
        await self._call("POST", "app/setPreferences", data={"json": json.dumps({"listen_port": port})})
        await self._call("POST", "torrents/reannounce", data={"hashes": "all"})

    # stopping and starting, for the owner's hand

    async def stop(self, id: str) -> None:
        """Stop one download (called pause before 5.0)."""
        await self._either("torrents/stop", "torrents/pause", id)

    async def resume(self, id: str) -> None:
        """Let one download go on (called resume before 5.0)."""
        await self._either("torrents/start", "torrents/resume", id)

    async def _either(self, newer: str, older: str, id: str) -> None:
        answer = await self._call("POST", newer, accept=(404,), data={"hashes": id})
        if answer.status_code == 404:
            await self._call("POST", older, data={"hashes": id})
        self._pace.nudge()

    # the line

    async def _call(self, method: str, path: str, *, accept: tuple[int, ...] = (), **more: Any) -> httpx2.Response:
        """One call; a 403 means that we are not logged in (any more)."""
        entries = self._entries
        answer = await self._wire.send(method, path, accept=(*accept, 401, 403), **more)
        if answer.status_code == 403:
            await self._log_in(entries)
            answer = await self._wire.send(method, path, accept=(*accept, 401, 403), **more)
        if answer.status_code in (401, 403):
            raise ClientRefused(f"{self.name}: it lets nobody in by our way ({answer.status_code})")
        return answer

    async def _log_in(self, entries_seen: int) -> None:
        """Log in, unless somebody else did since the refusal."""
        async with self._entering:
            if self._entries != entries_seen:
                return
            form = {"username": self._username, "password": self._password}
            answer = await self._wire.send("POST", "auth/login", data=form, accept=(401, 403))
            if answer.status_code == 403:
                raise ClientRefused(f"{self.name}: it has banned us for a while after wrong passwords")
            if answer.status_code == 401 or answer.text.strip() not in ("", OK):
                raise ClientRefused(f"{self.name}: wrong user name or password")
            self._entries += 1


def without_userinfo(url: str, username: str, password: str) -> tuple[str, str, str]:
    """The url as it may be shown, and who logs in: the url's own user where the settings have no password."""
    parts = urlsplit(url)
    userinfo, at, host = parts.netloc.rpartition("@")
    if not at:
        return url, username, password
    name, _, word = userinfo.partition(":")
    redact.remember([word, unquote(word)])
    shown = parts._replace(netloc=host).geturl()
    if password:
        raise Refused(f"qBittorrent at {shown}: user name and password stand in its address too: take them away there")
    return shown, unquote(name), unquote(word)


def _says_anything(news: MainData) -> bool:
    return bool(news.keys() - {"rid", "server_state"})


def make_download_client(*, url: str, username: str, password: str) -> QBittorrentClient:
    """The driver's factory: a qBittorrent as the owner's settings describe it."""
    return QBittorrentClient(url, username, password)
