"""What the engine must still know of its jobs, servers and rules after a power cut."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from matinee.engines.usenet.usage import Usage
from matinee.pipeline.usenet_port import (
    Duplicates,
    FinishedJob,
    JobState,
    Locked,
    NewsServer,
    Priority,
    Quota,
    QuotaPeriod,
    ScheduleAct,
    ScheduledAct,
    UsenetCategory,
    UsenetPreferences,
)

T = TypeVar("T")


class Phase(StrEnum):
    """How far a job is: being fetched, being checked and unpacked, or to be moved to its place."""

    FETCH = "fetch"
    POST = "post"
    MOVE = "move"


@dataclass(frozen=True, slots=True)
class JobRecord:
    """One job of the queue. Times in seconds since 1970, sizes in bytes as of the last look."""

    id: str
    name: str
    nzb_name: str
    folder: str  # its name in the folder of unfinished jobs
    fingerprint: str = ""
    category: str = "*"
    priority: Priority = Priority.NORMAL
    position: int = 0
    added: float = 0.0
    posted: int = 0
    password: str = field(default="", repr=False)
    paused: bool = False
    labels: tuple[str, ...] = ()
    phase: Phase = Phase.FETCH
    checked: bool = False  # its articles were looked for
    size: int = 0
    left: int = 0
    lost: int = 0
    seconds: float = 0.0
    stages: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    place: str = ""  # where it is being moved


@dataclass(frozen=True, slots=True)
class FinishedRecord:
    """One job of the history, and its page of the queue for when it is tried again."""

    job: FinishedJob
    record: JobRecord


@dataclass(frozen=True, slots=True)
class Rules:
    """What is not of one job. `slots` are the names of all servers ever known, whose places the journals speak of."""

    servers: tuple[NewsServer, ...] = ()
    slots: tuple[str, ...] = ()
    usage: Mapping[str, Usage] = field(default_factory=dict)  # by server
    preferences: UsenetPreferences = field(default_factory=UsenetPreferences)
    quota: Quota = field(default_factory=Quota)
    whole: Usage = field(default_factory=Usage)  # of all servers together, for that quota
    schedule: tuple[ScheduledAct, ...] = ()
    seen: str = ""  # when the clock was last looked at, local time
    categories: tuple[UsenetCategory, ...] = (UsenetCategory("*"),)
    speed_limit: int = 0
    paused: bool = False
    paused_until: float = 0.0


def job_page(record: JobRecord) -> bytes:
    """As it is kept on disk."""
    return json.dumps(asdict(record), indent=1).encode()


def read_job(page: Mapping[str, Any]) -> JobRecord:
    """Read a page; ValueError, TypeError or KeyError when it is damaged."""
    plain = _known(JobRecord, page)
    stages = {name: tuple(lines) for name, lines in page.get("stages", {}).items()}
    return replace(
        plain,
        priority=Priority(plain.priority),
        phase=Phase(plain.phase),
        labels=tuple(plain.labels),
        stages=stages,
    )


def finished_page(finished: FinishedRecord) -> bytes:
    """As it is kept on disk."""
    job = asdict(finished.job) | {
        "completed": finished.job.completed.isoformat(),
        "storage": str(finished.job.storage) if finished.job.storage else None,
    }
    return json.dumps({"job": job, "record": asdict(finished.record)}, indent=1).encode()


def read_finished(page: Mapping[str, Any]) -> FinishedRecord:
    """Read a page; ValueError, TypeError or KeyError when it is damaged."""
    told = page["job"]
    job = replace(
        _known(FinishedJob, told),
        state=JobState(told["state"]),
        completed=datetime.fromisoformat(told["completed"]),
        storage=Path(told["storage"]) if told["storage"] else None,
    )
    return FinishedRecord(job, read_job(page["record"]))


def rules_page(rules: Rules) -> bytes:
    """As it is kept on disk, passwords of servers among it: for its owner alone."""
    return json.dumps(asdict(rules), indent=1).encode()


def read_rules(page: Mapping[str, Any]) -> Rules:
    """Read a page; ValueError, TypeError or KeyError when it is damaged."""
    categories = tuple(_known(UsenetCategory, one) for one in page.get("categories", ()))
    return replace(
        _known(Rules, page),
        servers=tuple(_server(one) for one in page.get("servers", ())),
        usage=_usages(page),
        preferences=_preferences(page.get("preferences", {})),
        quota=_quota(page.get("quota", {})),
        whole=_known(Usage, page.get("whole", {})),
        schedule=tuple(_act(one) for one in page.get("schedule", ())),
        slots=tuple(page.get("slots", ())),
        categories=tuple(replace(one, priority=Priority(one.priority)) for one in categories) or Rules().categories,
    )


def _server(page: Mapping[str, Any]) -> NewsServer:
    server = _known(NewsServer, page)
    return replace(server, quota_period=QuotaPeriod(server.quota_period))


def _quota(page: Mapping[str, Any]) -> Quota:
    quota = _known(Quota, page)
    return replace(quota, period=QuotaPeriod(quota.period))


def _preferences(page: Mapping[str, Any]) -> UsenetPreferences:
    told = _known(UsenetPreferences, page)
    return replace(
        told,
        locked=Locked(told.locked),
        same_articles=Duplicates(told.same_articles),
        same_title=Duplicates(told.same_title),
    )


def _act(page: Mapping[str, Any]) -> ScheduledAct:
    act = _known(ScheduledAct, page)
    return replace(act, act=ScheduleAct(act.act), days=tuple(act.days))


def _usages(page: Mapping[str, Any]) -> dict[str, Usage]:
    """By server; older pages knew the sum alone, and their quotas counted all of it."""
    since = datetime.now().isoformat()
    old = {name: Usage(total=total, since=since) for name, total in page.get("used", {}).items()}
    return old | {name: _known(Usage, one) for name, one in page.get("usage", {}).items()}


def _known(kind: type[T], page: Mapping[str, Any]) -> T:
    """What a newer version added is left out."""
    names = {one.name for one in fields(kind)}  # type: ignore[arg-type]
    return kind(**{name: value for name, value in page.items() if name in names})
