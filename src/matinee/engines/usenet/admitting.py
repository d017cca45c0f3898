"""A new NZB becomes a job: under which name, in which category, and whether it was here before."""

import re
import secrets
import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from matinee.engines.usenet.plan import Plan, name_and_password
from matinee.engines.usenet.record import FinishedRecord, JobRecord
from matinee.kernel.errors import Conflict
from matinee.pipeline.usenet_port import Duplicates, FinishedJob, JobState, Priority, UsenetCategory, UsenetPreferences

WAITING = frozenset({Priority.PAUSED, Priority.DUPLICATE, Priority.STOP})
"""Priorities that mean: paused."""
_BETTER = frozenset({"proper", "repack", "rerip", "real"})
_BETWEEN = re.compile(r"[\W_]+")


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


def seen_before(
    record: JobRecord, queued: Iterable[JobRecord], done: Iterable[FinishedRecord], preferences: UsenetPreferences
) -> tuple[Duplicates, str]:
    """What is to be done with a job because it was here before, and why. Jobs that failed do not count."""
    here = list(queued)
    others = [(other, "here") for other in here]
    others += [(one.record, "done") for one in done if one.job.state is JobState.COMPLETED]
    for other, where in others:
        if preferences.same_articles and other.fingerprint == record.fingerprint:
            return preferences.same_articles, f"{other.name} has the same articles and is {where} already"
    title = _title(record.name)
    for other, where in others if title else ():
        if preferences.same_title and _title(other.name) == title:
            return preferences.same_title, f"{other.name} has the same name and is {where} already"
    return Duplicates.ALLOW, ""


def _title(name: str) -> str:
    """What a name is compared by; empty for a better copy, which is never the same."""
    words = _BETWEEN.sub(" ", name.casefold()).split()
    return "" if _BETTER.intersection(words) else " ".join(words)


def admitted(record: JobRecord, verdict: Duplicates, why: str) -> JobRecord:
    """The job with what follows from having been here before; Conflict when it is refused."""
    if verdict is Duplicates.REFUSE:
        raise Conflict(why)
    if verdict is Duplicates.ALLOW:
        return record
    return replace(record, labels=(*record.labels, "DUPLICATE"), paused=record.paused or verdict is Duplicates.PAUSE)


def with_password(record: JobRecord, password: str) -> JobRecord:
    """The job with another password, which is tried anew."""
    return replace(record, password=password, labels=tuple(one for one in record.labels if one != "ENCRYPTED"))


def failed_at_once(record: JobRecord, why: str) -> FinishedRecord:
    """The history's page of a job that is not even begun."""
    job = FinishedJob(
        id=record.id,
        name=record.name,
        nzb_name=record.nzb_name,
        state=JobState.FAILED,
        size=record.size,
        category=record.category,
        completed=datetime.now(UTC),
        storage=None,
        message=why,
        can_retry=True,
    )
    return FinishedRecord(job, record)
