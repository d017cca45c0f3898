"""How jobs, files and servers look in SABnzbd's API."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from matinee.kernel.clock import now
from matinee.pipeline.usenet_port import (
    FinishedJob,
    JobState,
    NewsServer,
    Priority,
    ServerState,
    UsenetCategory,
    UsenetEngine,
    UsenetFile,
    UsenetJob,
)
from matinee.products.sabnzbd.wire import (
    DEFAULT_CATEGORY,
    ENCRYPTED,
    PRIORITY_WORDS,
    FileRow,
    HistorySlot,
    QueueSlot,
    mib,
    time_left,
    units,
)

_RESTING = frozenset({JobState.PAUSED, JobState.PROPAGATING, JobState.CHECKING, JobState.GRABBING})


def queue_slot(index: int, job: UsenetJob, before: int, engine: UsenetEngine) -> QueueSlot:
    """A job of the queue; `before` is what must still come of it and of those before it, in bytes."""
    done = job.size - job.left
    status = _queue_status(job, engine)
    return {
        "index": index,
        "nzo_id": job.id,
        "unpackopts": str(options_of(_category(engine, job.category))),
        "priority": PRIORITY_WORDS.get(job.priority, PRIORITY_WORDS[Priority.NORMAL]),
        "script": job.script or "None",
        "filename": shown_name(job),
        "labels": list(job.labels),
        "password": job.password,
        "cat": job.category or DEFAULT_CATEGORY,
        "mbleft": mib(job.left),
        "mb": mib(job.size),
        "size": units(job.size, "B"),
        "sizeleft": units(job.left, "B"),
        "percentage": str(int(done * 100 / job.size) if job.size > 0 else 0),
        "mbmissing": mib(job.missing),
        "direct_unpack": job.direct_unpack or None,
        "status": status.value,
        "timeleft": _time_left(job, status, before, engine.speed),
        "avg_age": age(job.age),
        "time_added": int(job.added.timestamp()) if job.added else 0,
    }


def shown_name(job: UsenetJob) -> str:
    """Its name; managers look for the word before the slash to tell an encrypted one."""
    is_encrypted = ENCRYPTED in job.labels and not job.name.startswith(ENCRYPTED)
    return f"{ENCRYPTED} / {job.name}" if is_encrypted else job.name


def _queue_status(job: UsenetJob, engine: UsenetEngine) -> JobState:
    """A paused queue pauses its jobs, but not the forced ones; a job that is deleted is still on its way."""
    if job.state is JobState.DELETED:
        return JobState.DOWNLOADING
    is_stopped = engine.is_paused and job.priority is not Priority.FORCE
    return JobState.PAUSED if is_stopped and job.state in (JobState.DOWNLOADING, JobState.QUEUED) else job.state


def _time_left(job: UsenetJob, status: JobState, before: int, speed: int) -> str:
    if status in _RESTING and job.priority is not Priority.FORCE:
        return "0:00:00"
    if job.eta is not None:
        return time_left(job.eta)
    return time_left(before / speed) if speed > 0 else "0:00:00"


def age(moment: datetime | None) -> str:
    """`25d`, `3h`, `12m`; a dash where nobody knows."""
    if moment is None:
        return "-"
    minutes = max(int((now() - moment).total_seconds()) // 60, 0)
    days, hours = minutes // 1440, minutes // 60
    return f"{days}d" if days else f"{hours}h" if hours else f"{minutes}m"


def _category(engine: UsenetEngine, name: str) -> UsenetCategory:
    known = {category.name.lower(): category for category in engine.categories()}
    return known.get(name.lower()) or known.get(DEFAULT_CATEGORY) or UsenetCategory(DEFAULT_CATEGORY)


def options_of(category: UsenetCategory) -> int:
    """SABnzbd's number for what is done: 0 nothing, 1 repair, 2 and unpack, 3 and delete the archives."""
    if not category.repairs:
        return 0
    if not category.unpacks:
        return 1
    return 3 if category.deletes_archives else 2


def finished_slot(job: FinishedJob, category: UsenetCategory) -> HistorySlot:
    """A finished job of the history."""
    return {
        **_history_rest(category),
        "nzo_id": job.id,
        "name": job.name,
        "nzb_name": job.nzb_name,
        "category": job.category or DEFAULT_CATEGORY,
        "status": job.state.value,
        "bytes": job.size,
        "downloaded": job.size,
        "size": units(job.size, "B"),
        "storage": str(job.storage or ""),
        "path": str(job.storage or ""),
        "fail_message": job.message,
        "completed": int(job.completed.timestamp()),
        "download_time": int(job.download_seconds),
        "postproc_time": int(job.postprocessing_seconds),
        "stage_log": [{"name": name, "actions": list(told)} for name, told in job.stages.items()],
        "retry": int(job.can_retry),
        "archive": job.is_archived,
        "time_added": int(job.completed.timestamp() - job.download_seconds - job.postprocessing_seconds),
    }


def working_slot(job: UsenetJob, category: UsenetCategory) -> HistorySlot:
    """A job that is repaired, unpacked or moved, at the top of the history: it lies nowhere yet."""
    return {
        **_history_rest(category),
        "nzo_id": job.id,
        "name": job.name,
        "nzb_name": f"{job.name}.nzb",
        "category": job.category or DEFAULT_CATEGORY,
        "status": job.state.value,
        "bytes": job.size,
        "downloaded": job.size - job.left,
        "size": units(job.size, "B"),
        "completed": int(now().timestamp()),
        "action_line": job.message,
        "loaded": True,
        "script": job.script or "None",
        "time_added": int(job.added.timestamp()) if job.added else 0,
    }


def _history_rest(category: UsenetCategory) -> HistorySlot:
    return {
        "storage": "",
        "path": "",
        "fail_message": "",
        "download_time": 0,
        "postproc_time": 0,
        "stage_log": [],
        "action_line": "",
        "loaded": False,
        "retry": 0,
        "archive": False,
        "script": "None",
        "script_line": "",
        "pp": ("", "R", "U", "D")[options_of(category)],
        "report": "",
        "url": "",
        "url_info": "",
        "meta": None,
        "series": "",
        "md5sum": "",
        "duplicate_key": "",
        "password": "",
        "completeness": None,
    }


def category_finder(engine: UsenetEngine) -> "Mapping[str, UsenetCategory]":
    """Categories by name, with the one for jobs without any for all others."""
    known = {category.name: category for category in engine.categories()}
    return _Known(known)


class _Known(dict[str, UsenetCategory]):
    def __missing__(self, name: str) -> UsenetCategory:
        return self.get(DEFAULT_CATEGORY) or UsenetCategory(DEFAULT_CATEGORY)


def file_row(file: UsenetFile, posted: datetime | None) -> FileRow:
    """A file of a job."""
    status = "finished" if file.is_complete else "active" if file.left < file.size else "queued"
    return {
        "filename": file.name,
        "mb": mib(file.size),
        "mbleft": mib(file.left),
        "bytes": f"{file.size:.2f}",
        "age": age(posted),
        "nzf_id": file.id,
        "status": status,
    }


def server_row(server: NewsServer, state: ServerState) -> dict[str, Any]:
    """A news server in fullstatus."""
    return {
        "servername": server.name,
        "serveractive": server.enabled and state.blocked_until is None,
        "serveractiveconn": state.active + state.idle,
        "servertotalconn": server.connections,
        "serverconnections": [],
        "serverssl": int(server.tls),
        "serversslinfo": "",
        "serveripaddress": None,
        "servercanonname": None,
        "serverwarning": state.trouble,
        "servererror": state.trouble if state.blocked_until else "",
        "serverpriority": server.tier,
        "serveroptional": int(server.optional),
        "serverbps": units(state.speed),
    }
