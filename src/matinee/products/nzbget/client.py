"""An NZBGet as our download client, by its JSON-RPC."""

import base64
import math
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, cast

import httpx2

from matinee.kernel.errors import Refused
from matinee.kernel.http import Wire
from matinee.kernel.redact import redact
from matinee.pipeline.nzb_naming import folder_name, nzb_key, nzb_name, nzb_of
from matinee.pipeline.polling import Pace
from matinee.pipeline.ports import MOVING, ClientRefused, DownloadFile, DownloadState, DownloadStatus, Landing, Payload
from matinee.products.nzbget.wire import OURS, STATES, FileRow, History, Row, id_of, size_of, trouble_of

WHOLE_EVERY = 60.0  # seconds; in between the history is asked for only when something has left the queue


class NzbgetClient:
    """A DownloadClient. A download's id is the parameter `drone`, made of the NZB itself."""

    def __init__(
        self, url: str, username: str, password: str, *, transport: httpx2.AsyncBaseTransport | None = None
    ) -> None:
        login = base64.b64encode(f"{username}:{password}".encode()).decode()
        redact.remember([password, login])
        self.name = f"NZBGet at {url}"
        headers = {"Authorization": f"Basic {login}"} if username or password else {}
        self._wire = Wire(self.name, url.rstrip("/") + "/", headers=headers, transport=transport)
        self._pace = Pace()

    async def close(self) -> None:
        """Hang up."""
        await self._wire.close()

    # the DownloadClient

    async def add(self, payload: Payload, *, category: str, folder: Path) -> str:
        """Start the download; the same NZB twice is one download, unless it failed before.

        NZBGet puts it where its category says: `folder` cannot be chosen, and `watch` tells where it lies.
        """
        nzb = nzb_of(payload)
        id = nzb_key(nzb)
        if await self._is_there(id):
            return id
        content, name = base64.b64encode(nzb).decode(), f"{folder_name(payload.name) or nzb_name(nzb)}.nzb"
        number = await self._call("append", name, content, category, 0, False, False, "", 0, "all", [OURS, id])
        if not isinstance(number, int) or number <= 0:
            raise Refused(f"{self.name}: it takes no NZB of '{name}'")
        self._pace.nudge()
        return id

    async def _is_there(self, id: str) -> bool:
        """Whether it is under way or done; what failed makes room for another try."""
        if await self._group(id):
            return True
        finished = await self._finished(id)
        if finished is None or not trouble_of(finished):
            return finished is not None
        await self._edit("HistoryFinalDelete", finished["ID"])
        return False

    async def watch(self) -> AsyncIterator[dict[str, DownloadStatus]]:
        """All downloads at once and after every change; asked less often while nothing happens."""
        shown: dict[str, DownloadStatus] | None = None
        memory = _Memory()
        while True:
            current = await self._statuses(memory)
            is_news = current != shown
            if is_news:
                shown = current
                yield dict(current)
            is_busy = is_news or any(status.state in MOVING for status in current.values())
            if await self._pace.rest(is_busy=is_busy):
                memory.asked_at = -math.inf

    async def _statuses(self, memory: "_Memory") -> dict[str, DownloadStatus]:
        """The groups are asked before the history, so that nothing is missed on its way from one to the other.

        NZBGet tells no changes. What comes into the history has left the queue, so only then it is asked for; what was
        deleted there by hand is missed once a minute.
        """
        told = await self._call("status")
        groups = await self._groups()
        queued = {id_of(row) for row in groups}
        if memory.queued - queued or time.monotonic() - memory.asked_at >= WHOLE_EVERY:
            memory.history, memory.asked_at = await self._history(), time.monotonic()
        memory.queued, history = queued, memory.history
        speed, is_paused = int(told.get("DownloadRate") or 0), bool(told.get("DownloadPaused"))
        statuses: dict[str, DownloadStatus] = {}
        for row in groups:
            status = group_status(row, speed, is_paused=is_paused)
            statuses[status.id] = status
            speed = 0 if status.speed else speed
        return statuses | {id_of(row): finished_status(row) for row in reversed(history) if _counts(row)}

    async def files(self, id: str) -> list[DownloadFile]:
        """The files that are still to come; a finished download lists none, its folder does."""
        group = await self._group(id)
        rows = await self._call("listfiles", 0, 0, group["NZBID"]) if group else ()
        return [file_of(row) for row in cast(Sequence[FileRow], rows)]

    async def remove(self, id: str, *, delete_files: bool) -> None:
        """Forget the download. NZBGet deletes what is unfinished, and leaves the files of a finished one in place."""
        if group := await self._group(id):
            await self._edit("GroupFinalDelete", group["NZBID"])
        if finished := await self._finished(id):
            await self._edit("HistoryFinalDelete", finished["ID"])

    async def resume(self, id: str) -> None:
        """Let a paused download go on, and load a failed one again; it keeps its id."""
        if group := await self._group(id):
            await self._edit("GroupResume", group["NZBID"])
        elif (finished := await self._finished(id)) and trouble_of(finished):
            await self._edit("HistoryRedownload", finished["ID"])

    async def stop(self, id: str) -> None:
        """Pause one download."""
        if group := await self._group(id):
            await self._edit("GroupPause", group["NZBID"])

    async def probe(self) -> str:
        """The version, and how many downloads there are."""
        version = await self._call("version")
        return f"NZBGet {version}, {len(await self._groups())} downloads"

    async def lands(self, category: str) -> Landing:
        """Where its category says, whatever it is told."""
        return Landing(await self.destination(category), is_fixed=True)

    async def sees(self, folder: Path) -> bool | None:
        """It shows no folders."""
        return None

    async def destination(self, category: str) -> Path:
        """Where downloads of a category are put, as NZBGet itself sees it."""
        return destination(await self._call("config"), category)

    # the line

    async def _groups(self) -> list[Row]:
        return cast(list[Row], await self._call("listgroups", 0))

    async def _history(self) -> list[History]:
        return cast(list[History], await self._call("history", False))

    async def _group(self, id: str) -> Row | None:
        return next((row for row in await self._groups() if id_of(row) == id), None)

    async def _finished(self, id: str) -> History | None:
        return next((row for row in await self._history() if id_of(row) == id and _counts(row)), None)

    async def _edit(self, command: str, number: int) -> None:
        """One that is gone meanwhile is no error."""
        await self._call("editqueue", command, "", [number])
        self._pace.nudge()

    async def _call(self, method: str, *params: Any) -> Any:
        asked = {"method": method, "params": list(params), "id": 1}
        answer = await self._wire.send("POST", "jsonrpc", json=asked, accept=(401, 403))
        if answer.status_code in (401, 403):
            raise ClientRefused(f"{self.name}: wrong user name or password, or one that may not do this")
        told = self._wire.json(answer)
        if not isinstance(told, dict):
            raise Refused(f"{self.name}: its answer is no object")
        if error := told.get("error"):
            words = error.get("message", error) if isinstance(error, dict) else error
            raise Refused(f"{self.name}: {redact(str(words))[:300]}")
        return told.get("result")


@dataclass
class _Memory:
    """What NZBGet told last: what was queued, its history, and when that was asked for."""

    queued: set[str] = field(default_factory=set)
    history: list[History] = field(default_factory=list)
    asked_at: float = -math.inf


def _counts(row: History) -> bool:
    """What its owner deleted by hand is gone; copies and addresses are no downloads of their own."""
    is_bad = row.get("MarkStatus") == "BAD"
    return row.get("Kind", "NZB") == "NZB" and (is_bad or row.get("DeleteStatus") not in ("MANUAL", "COPY"))


def group_status(row: Row, speed: int, *, is_paused: bool) -> DownloadStatus:
    """A download under way. Paused files (recovery blocks, mostly) count neither as done nor as missing."""
    paused = size_of(row, "PausedSize")
    state = STATES.get(row.get("Status", ""), DownloadState.QUEUED)
    is_all_paused = paused > 0 and paused == size_of(row, "RemainingSize")
    if (is_paused or is_all_paused) and state in (DownloadState.QUEUED, DownloadState.DOWNLOADING):
        state = DownloadState.PAUSED
    if state is DownloadState.PAUSED:
        paused = 0
    size, left = size_of(row, "FileSize") - paused, max(size_of(row, "RemainingSize") - paused, 0)
    is_moving = state is DownloadState.DOWNLOADING and speed > 0
    return DownloadStatus(
        id=id_of(row),
        name=row.get("NZBName", ""),
        state=state,
        size=size,
        done=max(size - left, 0),
        speed=speed if is_moving else 0,
        eta=left // speed if is_moving else None,
        seeders=0,
        path=Path(row.get("FinalDir") or row.get("DestDir", "")),
        message=_group_message(row),
    )


def _group_message(row: Row) -> str:
    health = row.get("Health", 1000)
    return f"{100 - health / 10:g} % of it is on no server" if health < 1000 else ""


def finished_status(row: History) -> DownloadStatus:
    """A download of the history: complete, or failed for a reason."""
    trouble, size = trouble_of(row), size_of(row, "FileSize")
    return DownloadStatus(
        id=id_of(row),
        name=row.get("Name") or row.get("NZBName", ""),
        state=DownloadState.FAILED if trouble else DownloadState.COMPLETE,
        size=size,
        done=0 if trouble else size,
        speed=0,
        eta=None,
        seeders=0,
        path=Path(row.get("FinalDir") or row.get("DestDir", "")),
        message=trouble,
    )


def file_of(row: FileRow) -> DownloadFile:
    """A file as the pipeline knows it."""
    size = size_of(row, "FileSize")
    name = PurePosixPath(row.get("Filename", "").replace("\\", "/")).name
    return DownloadFile(Path(name), size, max(size - size_of(row, "RemainingSize"), 0))


def destination(config: Sequence[Mapping[str, str]], category: str) -> Path:
    """The category's own folder, or that of all with the category behind it."""
    told = {row["Name"].lower(): row["Value"] for row in config}
    number = next((n for n in range(1, 100) if told.get(f"category{n}.name", "").lower() == category.lower()), None)
    own = told.get(f"category{number}.destdir", "") if number and category else ""
    folder = (own or told.get("destdir", "")).replace("${MainDir}", told.get("maindir", ""))
    appends = not own and category and told.get("appendcategorydir", "yes") == "yes"
    return Path(folder, category) if appends else Path(folder)


def make_download_client(*, url: str, username: str, password: str) -> NzbgetClient:
    """The driver's factory: an NZBGet as the owner's settings describe it."""
    return NzbgetClient(url, username, password)
