"""Errands that a client can send the house on, and how each one goes."""

import asyncio
import itertools
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from matinee.kernel.errors import MatineeError, NotFound
from matinee.kernel.redact import redact
from matinee.products.prowlarr.applications import sync_all
from matinee.products.prowlarr.house import House
from matinee.products.servarr.door import resource_of
from matinee.products.servarr.failures import Invalid, failure
from matinee.products.servarr.fields import Resource, text
from matinee.products.servarr.status import iso

log = logging.getLogger(__name__)

Errand = Callable[[], Awaitable[str]]

SYNC = "ApplicationIndexerSync"
_MOST = 50
_TASKS = {  # the names that clients show, with the minutes between two runs
    SYNC: ("Application Indexer Sync", 360),
    "IndexerDefinitionUpdate": ("Indexer Definition Update", 1440),
    "CheckHealth": ("Check Health", 360),
    "CleanUpHistory": ("Clean Up History", 1440),
    "Housekeeping": ("Housekeeping", 1440),
}


@dataclass(slots=True)
class _Run:
    id: int
    name: str
    queued: datetime
    status: str = "queued"
    started: datetime | None = None
    ended: datetime | None = None
    message: str = ""


@dataclass(slots=True)
class Commands:
    """The errands that are under way, and the last ones that are done."""

    house: House
    runs: dict[int, _Run] = field(default_factory=dict)
    _tasks: set["asyncio.Task[None]"] = field(default_factory=set)
    _ids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def start(self, name: str) -> _Run:
        """Send somebody; Invalid for an errand that nobody knows."""
        errand = self._known().get(name.lower())
        if errand is None:
            raise Invalid([failure("Name", f"there is no command '{name:.60}'")])
        run = _Run(next(self._ids), name, self.house.clock())
        self.runs[run.id] = run
        for old in [one for one in self.runs.values() if one.ended][: max(len(self.runs) - _MOST, 0)]:
            del self.runs[old.id]
        task = asyncio.create_task(self._go(run, errand))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return run

    async def _go(self, run: _Run, errand: Errand) -> None:
        run.started, run.status = self.house.clock(), "started"
        try:
            run.message, run.status = await errand(), "completed"
        except MatineeError as error:
            run.message, run.status = redact(str(error)), "failed"
        except Exception:
            log.exception("the command %s failed", run.name)
            run.message, run.status = "something went wrong; the log tells what", "failed"
        run.ended = self.house.clock()

    def _known(self) -> Mapping[str, Errand]:
        return {SYNC.lower(): self._sync, "checkhealth": _nothing, "housekeeping": _nothing, **self.house.commands}

    async def _sync(self) -> str:
        done = await sync_all(self.house)
        added, changed = sum(len(one.added) for one in done), sum(len(one.changed) for one in done)
        removed, troubles = sum(len(one.removed) for one in done), [line for one in done for line in one.troubles]
        return f"{added} added, {changed} changed, {removed} removed{'; ' if troubles else ''}{'; '.join(troubles)}"


async def _nothing() -> str:
    """Health is looked at all the time, and the house keeps itself."""
    return "Completed"


def command_routes(commands: Commands) -> list[Route]:
    """The addresses of errands and of those that are done regularly."""
    server = _Server(commands)
    return [
        Route("/api/v1/command", server.all, methods=["GET"]),
        Route("/api/v1/command", server.start, methods=["POST"]),
        Route("/api/v1/command/{id:int}", server.one, methods=["GET"]),
        Route("/api/v1/command/{id:int}", server.forget, methods=["DELETE"]),
        Route("/api/v1/system/task", server.tasks),
        Route("/api/v1/system/task/{id:int}", server.task),
    ]


class _Server:
    def __init__(self, commands: Commands) -> None:
        self._commands = commands

    async def all(self, _request: Request) -> Response:
        return JSONResponse([_row(one) for one in self._commands.runs.values()])

    async def start(self, request: Request) -> Response:
        return JSONResponse(_row(self._commands.start(text((await resource_of(request)).get("name")))), 201)

    async def one(self, request: Request) -> Response:
        return JSONResponse(_row(self._run(request)))

    async def forget(self, request: Request) -> Response:
        """An errand is not called back; it is only no longer listed."""
        del self._commands.runs[self._run(request).id]
        return JSONResponse({})

    async def tasks(self, _request: Request) -> Response:
        return JSONResponse([self._task(id, name) for id, name in enumerate(_TASKS, 1)])

    async def task(self, request: Request) -> Response:
        id, names = request.path_params["id"], list(_TASKS)
        if not 1 <= id <= len(names):
            raise NotFound(f"there is no task {id}")
        return JSONResponse(self._task(id, names[id - 1]))

    def _run(self, request: Request) -> _Run:
        id = request.path_params["id"]
        if id not in self._commands.runs:
            raise NotFound(f"there is no command {id}")
        return self._commands.runs[id]

    def _task(self, id: int, name: str) -> Resource:
        title, minutes = _TASKS[name]
        now = self._commands.house.clock()
        runs = [one for one in self._commands.runs.values() if one.name.lower() == name.lower() and one.started]
        last = (runs[-1].started if runs else None) or now
        return {
            "id": id,
            "name": title,
            "taskName": name,
            "interval": minutes,
            "lastExecution": iso(last),
            "lastStartTime": iso(last),
            "nextExecution": iso(now),
            "lastDuration": "00:00:00",
        }


def _row(run: _Run) -> Resource:
    told = {"queued": run.queued, "started": run.started, "ended": run.ended}
    return {
        "id": run.id,
        "name": run.name,
        "commandName": run.name,
        "message": run.message,
        "body": {"name": run.name, "trigger": "manual", "sendUpdatesToClient": True, "suppressMessages": False},
        "priority": "normal",
        "status": run.status,
        "trigger": "manual",
        "stateChangeTime": iso(run.ended or run.started or run.queued),
        "sendUpdatesToClient": True,
        "updateScheduledTask": True,
        **{name: iso(moment) for name, moment in told.items() if moment},
    }
