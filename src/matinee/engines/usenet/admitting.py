"""A new NZB becomes a job: under which name, in which category, and whether it was here before."""

import secrets
import time
from collections.abc import Iterable

from matinee.engines.usenet.plan import Plan, name_and_password
from matinee.engines.usenet.record import FinishedRecord, JobRecord
from matinee.kernel.errors import Conflict
from matinee.pipeline.usenet_port import JobState, Priority, UsenetCategory

WAITING = frozenset({Priority.PAUSED, Priority.DUPLICATE, Priority.STOP})
"""Priorities that mean: paused."""


def new_record(
    plan: Plan, *, name: str, category: UsenetCategory, priority: Priority | None, password: str, position: int
) -> JobRecord:
    """The job's page; name and password as the NZB tells them where nobody else does."""
    told, secret = name_and_password(name or plan.metas.get("title", ""))
    told = told or plan.files[0].name
    chosen = category.priority if priority is None else priority
    size = sum(file.size for file in plan.files if not file.recovery)
    return JobRecord(
        id=f"matinee_nzo_{secrets.token_hex(8)}",
        name=told,
        nzb_name=f"{told}.nzb",
        folder="",
        fingerprint=plan.fingerprint(),
        category=category.name,
        priority=Priority.NORMAL if chosen in WAITING else chosen,
        position=position,
        added=time.time(),
        posted=plan.date,
        password=password or secret or plan.metas.get("password", ""),
        paused=chosen in WAITING,
        size=size,
        left=size,
    )


def refuse_duplicate(record: JobRecord, queued: Iterable[JobRecord], done: Iterable[FinishedRecord]) -> None:
    """The same articles are fetched twice only when the first time failed; Conflict otherwise."""
    here = list(queued)
    for other in [*here, *(one.record for one in done if one.job.state is JobState.COMPLETED)]:
        if other.fingerprint == record.fingerprint:
            raise Conflict(f"{other.name} has the same articles and is {'here' if other in here else 'done'} already")


def labels_of(record: JobRecord, queued: Iterable[JobRecord], done: Iterable[FinishedRecord]) -> tuple[str, ...]:
    """DUPLICATE for a job of the same name as another one."""
    names = {other.name.lower() for other in queued}
    names |= {one.job.name.lower() for one in done if one.job.state is JobState.COMPLETED}
    return ("DUPLICATE",) if record.name.lower() in names else ()
