"""A SABnzbd as our download client: the real one at a URL, or our own engine on a unix socket."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import httpx2

from matinee.kernel.errors import Refused
from matinee.kernel.http import Wire
from matinee.kernel.redact import redact
from matinee.pipeline.nzb_naming import folder_name, nzb_name, nzb_of
from matinee.pipeline.polling import FIRST, Pace
from matinee.pipeline.ports import MOVING, ClientRefused, DownloadFile, DownloadState, DownloadStatus, Landing, Payload
from matinee.products.sabnzbd.statuses import file_of, finished_status, queued_status
from matinee.products.sabnzbd.wire import (
    DEFAULT_CATEGORY,
    KEY_INCORRECT,
    KEY_REQUIRED,
    FileRow,
    HistorySlot,
    QueueSlot,
    state_of,
)

BUSY_WAIT, IDLE_WAIT = 2.0, 25.0  # how long our own engine may hold an answer back: while it works its figures move
BREATH = 0.1
MOST_FINISHED = 1000
_NONE: Mapping[str, str | int] = {}

Fields = Mapping[str, str | int]
Upload = tuple[str, bytes, str]


class SABnzbdClient:
    """A DownloadClient. Give `uds` to speak through a unix socket; the url's host is then only a name."""

    def __init__(
        self,
        url: str,
        api_key: str,
        *,
        uds: str | None = None,
        name: str | None = None,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        redact.remember([api_key])
        self.name = name or f"SABnzbd at {uds or url}"
        self._key = api_key
        self._wire = Wire(self.name, url.rstrip("/") + "/", uds=uds, transport=transport, timeout=IDLE_WAIT + 20)
        self._folders: dict[str, Path] = {}
        self._again: dict[str, str] = {}  # what is tried again has another id there: theirs, and the one we know
        self._edition, self._finished = -1, list[HistorySlot]()
        self._pace = Pace()

    async def close(self) -> None:
        """Hang up."""
        await self._wire.close()

    # the DownloadClient

    async def add(self, payload: Payload, *, category: str, folder: Path) -> str:
        """Start the download and return its id; one of the same name and category that has not failed is the same."""
        nzb = nzb_of(payload)
        name = folder_name(payload.name) or nzb_name(nzb)
        await self._ensure_category(category, folder)
        if known := await self._known(name, category):
            return known
        asked = {"cat": category or DEFAULT_CATEGORY, "nzbname": name}
        try:
            answer = await self._call("addfile", asked, upload=(f"{name}.nzb", nzb, "application/x-nzb"))
        except ClientRefused:
            raise
        except Refused as error:
            if known := await self._known(name, category):
                return known
            raise Refused(f"{error} ('{name}')") from error
        ids = answer.get("nzo_ids") or ()
        if not ids:
            raise Refused(f"{self.name}: it takes no NZB of '{name}'")
        self._pace.nudge()
        return str(ids[0])

    async def _known(self, name: str, category: str) -> str | None:
        """A download of that name that is under way or done."""
        wanted = category or DEFAULT_CATEGORY
        for slot in (await self._queue()).get("slots", ()):
            if slot.get("filename") == name and slot.get("cat") == wanted:
                return str(slot["nzo_id"])
        for done in (await self._history({"search": name})).get("slots", ()):
            is_failed = state_of(done.get("status")) is DownloadState.FAILED
            if done.get("name") == name and done.get("category") == wanted and not is_failed:
                return str(done["nzo_id"])
        return None

    async def lands(self, category: str) -> Landing:
        """Where its category says; one that is not there yet is made with the folder that it is told."""
        config = (await self._call("get_config"))["config"]
        rows = {str(row.get("name")): row for row in config.get("categories", ())}
        root = await self._complete_folder(config)
        is_fixed = not category or category in rows
        return Landing(root / str(rows.get(category or DEFAULT_CATEGORY, {}).get("dir", "")), is_fixed)

    async def sees(self, folder: Path) -> bool | None:
        """It shows no folders to a program that only adds and reads."""
        return None

    async def _complete_folder(self, config: Mapping[str, Any]) -> Path:
        root = Path(config.get("misc", {}).get("complete_dir", ""))
        if root.is_absolute():
            return root
        return Path((await self._call("fullstatus", {"skip_dashboard": 1}))["status"].get("completedir", root))

    async def _ensure_category(self, category: str, folder: Path) -> None:
        """A category with the folder; refused when its files would not stay together where they belong."""
        config = (await self._call("get_config"))["config"]
        rows = {str(row.get("name")): row for row in config.get("categories", ())}
        root = await self._complete_folder(config)
        if category and category not in rows:
            asked = {"section": "categories", "keyword": category, "name": category, "dir": str(folder)}
            await self._call("set_config", asked)
            rows[category] = {"name": category, "dir": str(folder)}
        told = str(rows.get(category or DEFAULT_CATEGORY, {}).get("dir", ""))
        if told.endswith("*"):
            raise ClientRefused(f"{self.name}: the folder of category '{category}' ends in *: take the * away there")
        if sorter := next((one for one in config.get("sorters", ()) if _sorts(one, category)), None):
            raise ClientRefused(f"{self.name}: the sorter '{sorter.get('name')}' is on for '{category}': switch it off")
        self._folders[category] = root / told

    async def watch(self) -> AsyncIterator[dict[str, DownloadStatus]]:
        """All downloads at once and after every change.

        Our engine answers when something changed; the real one answers at once, so it is asked gently.
        """
        shown: dict[str, DownloadStatus] | None = None
        revision, self._edition = -1, -1  # another one may stand there since the last time
        while True:
            wait = BUSY_WAIT if shown is None or _is_busy(shown) else IDLE_WAIT
            asked = time.monotonic()
            queue = await self._queue({"wait": int(wait), "rid": revision})
            current = self._statuses(queue, await self._newest_history())
            is_news = current != shown
            if is_news:
                shown = current
                yield dict(current)
            if (told := queue.get("matinee_rid")) is not None:
                revision = int(told)
                await asyncio.sleep(BREATH if is_news or time.monotonic() - asked > BREATH else FIRST)
                continue
            await self._pace.rest(is_busy=is_news or _is_busy(current))

    def _statuses(self, queue: Mapping[str, Any], finished: list[HistorySlot]) -> dict[str, DownloadStatus]:
        """Who stands in both has just been finished: the history is right."""
        speed, statuses = _speed(queue), dict[str, DownloadStatus]()
        for slot in queue.get("slots", ()):
            status = queued_status(cast(QueueSlot, slot), self._folders, 0 if statuses else speed)
            statuses[status.id] = status
        statuses |= {status.id: status for status in map(finished_status, finished)}
        return {self._again.get(id, id): replace(one, id=self._again.get(id, id)) for id, one in statuses.items()}

    async def _queue(self, more: Fields = _NONE) -> Mapping[str, Any]:
        told = await self._call("queue", {"start": 0, "limit": 0, **more})
        return cast(Mapping[str, Any], told.get("queue") or {})

    async def _history(self, more: Fields = _NONE) -> Mapping[str, Any]:
        told = await self._call("history", {"start": 0, "limit": MOST_FINISHED, **more})
        return cast(Mapping[str, Any], told.get("history") or {})

    async def _newest_history(self) -> list[HistorySlot]:
        """The finished ones; what is known already is not sent again."""
        told = await self._history({"last_history_update": self._edition})
        if told:
            self._edition = int(told.get("last_history_update", -1))
            self._finished = list(told.get("slots", ()))
        return self._finished

    async def files(self, id: str) -> list[DownloadFile]:
        """The files as posted, while it is downloaded; a finished one lists none, its folder does."""
        rows = (await self._call("get_files", {"value": self._theirs(id)})).get("files") or ()
        return [file_of(row) for row in cast(list[FileRow], rows)]

    async def remove(self, id: str, *, delete_files: bool) -> None:
        """Forget the download. The real one leaves the files of a finished download where they are."""
        asked: Fields = {"name": "delete", "value": self._theirs(id), "del_files": int(delete_files)}
        await self._call("queue", asked, tolerant=True)
        await self._call("history", {**asked, "archive": 0}, tolerant=True)
        self._again = {theirs: ours for theirs, ours in self._again.items() if ours != id}
        self._pace.nudge()

    async def resume(self, id: str) -> None:
        """Let a paused download go on, and try a failed one again: under another id there, under the same here."""
        theirs = self._theirs(id)
        told = await self._call("queue", {"name": "resume", "value": theirs}, tolerant=True)
        if not told.get("status"):
            told = await self._call("retry", {"value": theirs}, tolerant=True)
            if (begun := told.get("nzo_id")) and begun != id:
                self._again[str(begun)] = id
        self._pace.nudge()

    async def stop(self, id: str) -> None:
        """Pause one download."""
        await self._call("queue", {"name": "pause", "value": self._theirs(id)}, tolerant=True)
        self._pace.nudge()

    def _theirs(self, id: str) -> str:
        return next((theirs for theirs, ours in reversed(self._again.items()) if ours == id), id)

    async def probe(self) -> str:
        """The version, and with the key how many downloads there are."""
        version = (await self._call("version")).get("version", "?")
        queue = await self._queue()
        return f"SABnzbd {version}, {queue.get('noofslots_total', len(queue.get('slots', ())))} downloads"

    async def reach(self) -> str:
        """How the news servers answer. Refused when one that is switched on does not."""
        servers = (await self._call("get_config", {"section": "servers"}))["config"].get("servers") or ()
        names = [str(one.get("name")) for one in servers if int(one.get("enable", 1))]
        if not names:
            raise Refused(f"{self.name}: it knows no news server")
        states = (await self._call("fullstatus", {"skip_dashboard": 1}))["status"].get("servers") or ()
        busy = {str(one.get("servername")) for one in states if int(one.get("serveractiveconn") or 0)}
        silent = []
        for name in (name for name in names if name not in busy):  # one that is downloaded from needs no other proof
            told = await self._call("config", {"name": "test_server", "server": name})
            if not (answer := told.get("value") or {}).get("result"):
                silent.append(f"{name}: {answer.get('message')}")
        if silent:
            raise Refused("; ".join(silent))
        return f"{', '.join(names)} {'answers' if len(names) == 1 else 'answer'}"

    # the line

    async def _call(
        self, mode: str, fields: Fields = _NONE, *, upload: Upload | None = None, tolerant: bool = False
    ) -> dict[str, Any]:
        """One call. `tolerant` gives a refusal back that is not about the key."""
        asked: dict[str, str | int] = {"mode": mode, "output": "json", "apikey": self._key, **fields}
        files, method = ({"name": upload}, "POST") if upload else (None, "GET")
        answer = await self._wire.send(method, "api", params=asked, files=files, accept=(401, 403))
        error = _complaint(self._wire, answer)
        if error is None:
            return cast(dict[str, Any], self._wire.json(answer))
        if answer.status_code in (401, 403) or any(word in error for word in (KEY_INCORRECT, KEY_REQUIRED)):
            raise ClientRefused(f"{self.name}: {_about_the_key(error)}")
        if tolerant:
            return {"status": False, "error": error}
        raise Refused(f"{self.name}: {error}")


def _complaint(wire: Wire, answer: httpx2.Response) -> str | None:
    """What it complains of: as JSON, as a text, or only by a status that is false."""
    text = redact(answer.text.strip()[:300])
    if answer.status_code in (401, 403) or text.lower().startswith("error") or text.startswith("API Key"):
        return text or f"it answers HTTP {answer.status_code}"
    told = wire.json(answer)
    if not isinstance(told, dict):
        return "its answer is no object"
    if str(told.get("status", "")).lower() == "false" and (told.get("error") or "nzo_ids" not in told):
        return redact(str(told.get("error") or "it says no more than no"))
    return redact(str(told["error"])) if isinstance(told.get("error"), str) and told["error"] else None


def _about_the_key(text: str) -> str:
    if KEY_INCORRECT in text:
        return "the API key is wrong, or it is the one for adding alone"
    return "it wants an API key" if KEY_REQUIRED in text else f"it lets nobody in by our way ({text})"


def _sorts(sorter: Mapping[str, Any], category: str) -> bool:
    return bool(sorter.get("is_active")) and category in (sorter.get("sort_cats") or ())


def _is_busy(statuses: Mapping[str, DownloadStatus]) -> bool:
    return any(status.state in MOVING for status in statuses.values())


def _speed(queue: Mapping[str, Any]) -> int:
    try:
        return int(float(queue.get("kbpersec", 0)) * 1024)
    except ValueError:
        return 0


def make_download_client(*, url: str, username: str, password: str) -> SABnzbdClient:
    """The driver's factory: a SABnzbd as the owner's settings describe it; the password is its API key."""
    if not password:
        raise ClientRefused(f"SABnzbd at {url}: it needs its API key as `password`")
    return SABnzbdClient(url, password)
