"""A Transmission as our download client, by its RPC."""

import asyncio
import base64
import time
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import httpx2

from matinee.kernel.errors import Refused, Unreachable
from matinee.kernel.http import Wire
from matinee.kernel.redact import redact
from matinee.media.seeding import SeedingGoal
from matinee.pipeline.polling import Pace
from matinee.pipeline.ports import MOVING, ClientRefused, DownloadFile, DownloadState, DownloadStatus, Landing, Payload
from matinee.products.transmission.statuses import file_of, merge, ratio_limit, status_of
from matinee.products.transmission.wire import (
    FIELDS,
    LABELS_SINCE,
    SESSION,
    SUCCESS,
    FileRow,
    GoalMode,
    Status,
    TorrentRow,
    state_of,
)

WHOLE_EVERY = 60.0  # seconds; in between only what was active lately is asked for
STOPS_WITHIN, STOP_PACE = 15.0, 0.1


class TransmissionClient:
    """A DownloadClient. Categories are labels; a download's id is its infohash."""

    def __init__(
        self, url: str, username: str, password: str, *, transport: httpx2.AsyncBaseTransport | None = None
    ) -> None:
        login = base64.b64encode(f"{username}:{password}".encode()).decode()
        redact.remember([password, login])
        self.name = f"Transmission at {url}"
        headers = {"Authorization": f"Basic {login}"} if username or password else {}
        self._wire = Wire(self.name, rpc_url(url), headers=headers, transport=transport)
        self._session = ""
        self._version = 0
        self._pace = Pace()

    async def close(self) -> None:
        """Hang up."""
        await self._wire.close()

    # the DownloadClient

    async def add(self, payload: Payload, *, category: str, folder: Path) -> str:
        """Start the download and return its hash; somebody else's is never taken over, it would be deleted with us.

        Transmission cannot stop by itself when a magnet link has told its files: whoever wants to look first stops it.
        """
        asked: dict[str, Any] = {"download-dir": str(folder), "paused": False}
        if payload.torrent is not None:
            asked["metainfo"] = base64.b64encode(payload.torrent).decode()
        elif payload.magnet:
            asked["filename"] = payload.magnet
        else:
            raise Refused("the release has neither a torrent file nor a magnet link")
        told = await self._call("torrent-add", asked)
        if known := told.get("torrent-duplicate"):
            id = await self._ours(str(known["hashString"]), category)
        else:
            id = str(told.get("torrent-added", {}).get("hashString", ""))
            if not id:
                raise ClientRefused(f"{self.name}: the torrent was not accepted")
            await self._label(id, category)
        if payload.goal:
            await self._keep_goal(id, payload.goal)
        self._pace.nudge()
        return id

    async def _keep_goal(self, id: str, goal: SeedingGoal) -> None:
        limit = ratio_limit(await self._row(id) or {}, goal)
        await self.set_seeding_goal(id, ratio=limit, idle_minutes=None)

    async def _label(self, id: str, category: str) -> None:
        """In a call of its own: version 3 ignores labels of a torrent that is new. Before 3.00 there are none."""
        if category and await self._rpc_version() >= LABELS_SINCE:
            await self._call("torrent-set", {"ids": [id], "labels": [category]})

    async def _ours(self, id: str, category: str) -> str:
        row = await self._row(id)
        if row is None:
            raise Unreachable(f"{self.name}: a torrent it has is not listed")
        labels = row.get("labels") or []
        if category and category not in labels and await self._rpc_version() >= LABELS_SINCE:
            theirs = f"under the label '{labels[0]}'" if labels else "without a label"
            raise Refused(f"'{row.get('name', id)}' is in Transmission already, {theirs}: it is left alone")
        return id

    async def _rpc_version(self) -> int:
        if not self._version:
            self._version = int((await self._call("session-get")).get("rpc-version", 1))
        return self._version

    async def watch(self) -> AsyncIterator[dict[str, DownloadStatus]]:
        """All downloads at once and after every change; asked less often while nothing happens."""
        rows: dict[int, TorrentRow] = {}
        shown: dict[str, DownloadStatus] | None = None
        whole_at = 0.0
        while True:
            is_whole = time.monotonic() >= whole_at
            told = await self._call(
                "torrent-get", {"fields": FIELDS} | ({} if is_whole else {"ids": "recently-active"})
            )
            whole_at = time.monotonic() + WHOLE_EVERY if is_whole else whole_at
            rows = merge({} if is_whole else rows, told)
            current = {status.id: status for status in map(status_of, rows.values())}
            is_news = current != shown
            if is_news:
                shown = current
                yield dict(current)
            await self._pace.rest(is_busy=is_news or any(status.state in MOVING for status in current.values()))

    async def files(self, id: str) -> list[DownloadFile]:
        """The files, named relative to the folder the download was started into."""
        row = await self._row(id, "files")
        return [file_of(file) for file in cast(list[FileRow], (row or {}).get("files", ()))]

    async def remove(self, id: str, *, delete_files: bool) -> None:
        """Forget the download; unknown ids are no error to Transmission either."""
        await self._call("torrent-remove", {"ids": [id], "delete-local-data": delete_files})
        self._pace.nudge()

    async def resume(self, id: str) -> None:
        """Let one download go on; its files are checked first when they were in trouble."""
        row = await self._row(id)
        if row and state_of(row) is DownloadState.FAILED:
            await self._call("torrent-verify", {"ids": [id]})
        await self._call("torrent-start", {"ids": [id]})
        self._pace.nudge()

    async def stop(self, id: str) -> None:
        """Stop one download, and see that it stands: Transmission passes the order over while it checks files."""
        deadline = time.monotonic() + STOPS_WITHIN
        while time.monotonic() < deadline:
            await self._call("torrent-stop", {"ids": [id]})
            row = await self._row(id)
            if row is None or row.get("status") == Status.STOPPED:
                self._pace.nudge()
                return
            await asyncio.sleep(STOP_PACE)
        raise Unreachable(f"{self.name}: it does not stop")

    async def set_seeding_goal(self, id: str, *, ratio: float | None, idle_minutes: int | None) -> None:
        """When it has seeded enough: at a ratio, or after so long without a taker; None is for ever.

        Transmission stops it then by itself and never removes it.
        """
        goal = {
            "seedRatioMode": GoalMode.ENDLESS if ratio is None else GoalMode.OWN,
            "seedIdleMode": GoalMode.ENDLESS if idle_minutes is None else GoalMode.OWN,
            **({} if ratio is None else {"seedRatioLimit": ratio}),
            **({} if idle_minutes is None else {"seedIdleLimit": idle_minutes}),
        }
        await self._call("torrent-set", {"ids": [id], **goal})

    async def lands(self, category: str) -> Landing:
        """Its own folder; a torrent goes wherever it is told."""
        return Landing(Path((await self._call("session-get")).get("download-dir", "")))

    async def sees(self, folder: Path) -> bool | None:
        """By the room that it finds there: there is none where no folder is."""
        try:
            return int((await self._call("free-space", {"path": str(folder)})).get("size-bytes", -1)) >= 0
        except ClientRefused:
            raise
        except Refused:
            return False

    async def probe(self) -> str:
        """The version, and how many downloads there are."""
        version = (await self._call("session-get")).get("version", "?")
        return f"Transmission {version}, {(await self._call('session-stats')).get('torrentCount', 0)} downloads"

    # the line

    async def _row(self, id: str, *more: str) -> TorrentRow | None:
        told = await self._call("torrent-get", {"ids": [id], "fields": [*FIELDS, *more]})
        return next(iter(cast(list[TorrentRow], told.get("torrents", ()))), None)

    async def _call(self, method: str, arguments: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """One call; a 409 gives us the session that every call must name."""
        asked = {"method": method, "arguments": dict(arguments or {})}
        answer = await self._send(asked)
        if answer.status_code == 409:
            self._session = answer.headers.get(SESSION, "")
            answer = await self._send(asked)
        if answer.status_code in (401, 403):
            raise ClientRefused(f"{self.name}: wrong user name or password, or a host that it does not allow")
        if answer.status_code == 409:
            raise ClientRefused(f"{self.name}: it gives us no session; a proxy may take its header away")
        told = self._wire.json(answer)
        if not isinstance(told, dict) or not isinstance(told.get("arguments", {}), dict):
            raise Refused(f"{self.name}: its answer is no object")
        if told.get("result") != SUCCESS:
            raise Refused(f"{self.name}: {redact(str(told.get('result')))[:300]}")
        return cast(dict[str, Any], told.get("arguments", {}))

    async def _send(self, asked: Mapping[str, Any]) -> httpx2.Response:
        return await self._wire.send("POST", "", json=asked, headers={SESSION: self._session}, accept=(401, 403, 409))


def rpc_url(url: str) -> str:
    """Where calls go: below the address' own path, or the usual one where it has none."""
    path = urlsplit(url).path.strip("/")
    base = url.rstrip("/")
    if not path:
        return f"{base}/transmission/rpc"
    return base if path.endswith("rpc") else f"{base}/rpc"


def make_download_client(*, url: str, username: str, password: str) -> TransmissionClient:
    """The driver's factory: a Transmission as the owner's settings describe it."""
    return TransmissionClient(url, username, password)
