"""The history: shown, emptied, and tried again."""

from typing import Any

from matinee.kernel.errors import NotFound, Refused
from matinee.pipeline.usenet_port import FinishedJob, JobState
from matinee.products.sabnzbd.call import OK, Action, Call, Told, Wrong
from matinee.products.sabnzbd.counting import sums_of
from matinee.products.sabnzbd.rows import category_finder, finished_slot, working_slot
from matinee.products.sabnzbd.searching import any_of, named_like
from matinee.products.sabnzbd.wire import NO_ITEM, VERSION, HistorySlot, units

USUAL_LIMIT = 10  # what a program gets that asks for none


async def show(call: Call) -> Told:
    """The history with the jobs that are repaired, unpacked or moved on top; False when it is no news."""
    wants_archive = bool(call.number("archive"))
    finished = [job for job in call.history() if job.is_archived is wants_archive]
    working = [] if wants_archive else call.worked_on()
    edition = call.memory.edition((tuple(map(_outline, call.history())), tuple((j.id, j.state) for j in working)))
    if call.number("last_history_update") == edition:
        return Told("history", False)
    categories = category_finder(call.engine)
    rows: list[HistorySlot] = [working_slot(job, categories[job.category]) for job in working]
    rows += [finished_slot(job, categories[job.category]) for job in finished]
    matching = [row for row in rows if _is_meant(call, row)]
    start, limit = max(call.number("start"), 0), call.number("limit") or USUAL_LIMIT
    shown: dict[str, Any] = {
        **_sums(call),
        "paused": call.engine.is_paused,
        "slots": matching[start : start + max(limit, 0)],
        "ppslots": len(working),
        "noofslots": len(matching),
        "last_history_update": edition,
        "version": VERSION,
    }
    return Told("history", shown)


def _outline(job: FinishedJob) -> tuple[Any, ...]:
    return job.id, job.state, job.storage, job.message, job.completed, job.is_archived, job.can_retry


def _sums(call: Call) -> dict[str, str]:
    sums = sums_of(state for _, state in call.engine.servers())
    return {f"{name}_size": units(size) for name, size in sums._asdict().items()}


def _is_meant(call: Call, row: HistorySlot) -> bool:
    statuses = [JobState.FAILED.value] if call.number("failed_only") else call.words("status")
    return (
        any_of(row["category"], call.words("cat", "category"))
        and any_of(row["status"], statuses)
        and any_of(row["nzo_id"], call.words("nzo_ids"))
        and named_like(row["name"], call.get("search"))
    )


async def delete(call: Call) -> Told:
    """Forget finished jobs: those named, or all, failed or completed; with `del_files` their files too."""
    which = call.need().lower()
    if which in _KINDS:
        asked = [job.id for job in call.history() if job.state in _KINDS[which] and _is_like(call, job)]
    else:
        known = {job.id for job in call.history()} | {job.id for job in call.worked_on()}
        asked = [id for id in call.words("value") if id in known]
    for id in asked:
        await call.engine.remove(id, delete_files=bool(call.number("del_files")))
    return OK


_KINDS = {
    "all": frozenset({JobState.COMPLETED, JobState.FAILED}),
    "completed": frozenset({JobState.COMPLETED}),
    "failed": frozenset({JobState.FAILED}),
}


def _is_like(call: Call, job: FinishedJob) -> bool:
    return named_like(job.name, call.get("search"))


async def retry(call: Call) -> Told:
    """Try a failed job again, with a better NZB or a password where they come along."""
    _, nzb = call.uploads.get("nzbfile") or call.uploads.get("name") or ("", None)
    try:
        id = await call.engine.retry(call.get("value"), nzb, password=call.get("password"))
    except NotFound as error:
        raise Wrong(NO_ITEM) from error
    return Told("", {"status": True, "nzo_id": id})


async def retry_all(call: Call) -> Told:
    """Try all failed jobs again that can be."""
    begun = []
    for job in [job for job in call.history() if job.can_retry]:
        try:
            begun.append(await call.engine.retry(job.id))
        except Refused as error:
            call.memory.warn(f"{job.name} cannot be tried again: {error}")
    return Told("status", begun)


HISTORY: dict[str, Action] = {"delete": delete}
CALLS: dict[str, Action] = {"retry": retry, "retry_all": retry_all}
