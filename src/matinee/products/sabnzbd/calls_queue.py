"""The queue: shown, sorted, paused, renamed and emptied."""

import asyncio
from collections.abc import Callable
from typing import Any

from matinee.kernel.errors import NotFound
from matinee.pipeline.usenet_port import Priority, UsenetJob
from matinee.products.sabnzbd.call import OK, Action, Call, Told, Wrong
from matinee.products.sabnzbd.heading import header, totals
from matinee.products.sabnzbd.rows import file_row, queue_slot
from matinee.products.sabnzbd.searching import any_of, named_like
from matinee.products.sabnzbd.wire import DEFAULT_PRIORITY, NO_INTEGER, NO_VALUES, NOT_IMPLEMENTED

LONGEST_WAIT = 60.0


async def show(call: Call) -> Told:
    """The queue; `wait` and `rid` are ours: the answer comes when something changed since, else after so long."""
    revision = await _news(call)
    jobs, engine = call.queue(), call.engine
    matching = _matching(call, jobs)
    start, limit = max(call.number("start"), 0), max(call.number("limit"), 0)
    page = matching[start : start + limit] if limit else matching[start:]
    before = sum(job.left for job in matching[:start])
    slots = []
    for index, job in enumerate(page, start):
        before += job.left
        slots.append(queue_slot(index, job, before, engine))
    shown: dict[str, Any] = {
        **header(engine, call.memory),
        **totals(matching, engine.speed),
        "status": _status(call, jobs),
        "noofslots_total": len(jobs),
        "noofslots": len(matching),
        "start": start,
        "limit": limit,
        "finish": start + limit,
        "slots": slots,
    }
    return Told("queue", shown if revision is None else {**shown, "matinee_rid": revision})


async def _news(call: Call) -> int | None:
    """The revision shown, once there is news; None for those who do not ask for it."""
    if "wait" not in call.fields:
        return None
    seen = call.number("rid", -1)
    try:
        async with asyncio.timeout(min(max(call.number("wait"), 0), LONGEST_WAIT)):
            return await call.engine.changed(seen)
    except TimeoutError:
        return seen


def _status(call: Call, jobs: list[UsenetJob]) -> str:
    """Of the whole queue, where "Idle" is a word."""
    if call.engine.is_paused:
        return "Paused"
    return "Downloading" if jobs and call.engine.speed > 0 else "Idle"


def _matching(call: Call, jobs: list[UsenetJob]) -> list[UsenetJob]:
    categories, statuses, ids = call.words("cat", "category"), call.words("status"), call.words("nzo_ids")
    priorities = call.words("priority")
    return [
        job
        for job in jobs
        if any_of(job.category, categories)
        and any_of(job.state.value, statuses)
        and any_of(job.id, ids)
        and any_of(str(int(job.priority)), priorities)
        and named_like(job.name, call.get("search"))
    ]


async def delete(call: Call) -> Told:
    """Take jobs out; with `del_files` what they have on disk too."""
    asked = call.words("value")
    if call.get("value").lower() == "all":
        return await purge(call)
    call.need()
    return await _removed(call, asked)


async def purge(call: Call) -> Told:
    """Take all jobs out whose names are like the search."""
    return await _removed(call, [job.id for job in call.queue() if named_like(job.name, call.get("search"))])


async def _removed(call: Call, asked: list[str]) -> Told:
    known = {job.id for job in call.engine.queue()}
    removed = []
    for id in asked:
        if id in known:
            await call.engine.remove(id, delete_files=bool(call.number("del_files")))
            removed.append(id)
    return Told("", {"status": bool(removed), "nzo_ids": removed})


async def pause(call: Call) -> Told:
    """Pause these jobs."""
    return await _each(call, call.engine.pause)


async def resume(call: Call) -> Told:
    """Let these jobs go on."""
    return await _each(call, call.engine.resume)


async def _each(call: Call, act: Callable[[str], Any]) -> Told:
    handled = []
    for id in call.words("value"):
        try:
            await act(id)
        except NotFound:
            continue
        handled.append(id)
    return Told("", {"status": bool(handled), "nzo_ids": handled})


async def set_priority(call: Call) -> Told:
    """Change the priority of jobs; the answer is the place of the last one, -1 when there is no such job."""
    _, text = call.pair()
    asked = call.integer(text)
    for id in call.words("value"):
        if job := _job(call, id):
            await call.engine.change(id, priority=priority_for(call, asked, job.category))
    return Told("position", _place(call, call.words("value")[-1]) if call.words("value") else -1)


def priority_for(call: Call, asked: int, category: str) -> Priority:
    """The priority of a number; -100 is that of the category."""
    if asked == DEFAULT_PRIORITY:
        known = {one.name: one.priority for one in call.engine.categories()}
        return known.get(category, known.get("*", Priority.NORMAL))
    try:
        return Priority(asked)
    except ValueError as error:
        raise Wrong(NO_INTEGER) from error


async def rename(call: Call) -> Told:
    """Give a job another name, and a password with `value3`."""
    id, name = call.pair()
    if _job(call, id) is None:
        return Told("", {"status": False})
    await call.engine.change(id, name=name, password=call.get("value3") or None)
    return OK


async def sort(call: Call) -> Told:
    """Put the queue in order of `sort`: avg_age, name, size, remaining or percentage; backwards with dir=desc."""
    key = _ORDERS.get(call.get("sort").lower())
    if key is None:
        raise Wrong(NO_VALUES)
    ordered = sorted(call.queue(), key=key, reverse=call.get("dir").lower() == "desc")
    for place, job in enumerate(ordered):
        await call.engine.change(job.id, position=place)
    return OK


_ORDERS: dict[str, Callable[[UsenetJob], Any]] = {
    "name": lambda job: job.name.casefold(),
    "avg_age": lambda job: -job.age.timestamp() if job.age else 0.0,
    "size": lambda job: job.size,
    "bytes": lambda job: job.size,
    "remaining": lambda job: job.left,
    "percentage": lambda job: (job.size - job.left) / job.size if job.size else 0.0,
}


async def switch(call: Call) -> Told:
    """Put a job in the place of another one, or at a place that is told as a number."""
    id, where = call.pair()
    job = _job(call, id)
    place = _place(call, where) if _job(call, where) else int(where) if where.isdecimal() and len(where) < 9 else -1
    if job is None or place < 0:
        return Told("result", {"position": -1, "priority": 0})
    await call.engine.change(id, position=place)
    moved = _job(call, id) or job
    return Told("result", {"position": _place(call, id), "priority": int(moved.priority)})


async def change_category(call: Call) -> Told:
    """File jobs under a category."""
    _, category = call.pair()
    known = {one.name.lower(): one.name for one in call.engine.categories()}
    name = known.get("*" if category.lower() == "none" else category.lower())
    jobs = [id for id in call.words("value") if _job(call, id)]
    for id in jobs if name else ():
        await call.engine.change(id, category=name)
    return Told("status", bool(jobs and name))


async def change_script(call: Call) -> Told:
    """Nothing foreign is run here, so only "None" can be chosen."""
    _, script = call.pair()
    is_none = script.lower() == "none"
    return Told("status", is_none and any(_job(call, id) for id in call.words("value")))


async def change_complete_action(call: Call) -> Told:
    """Nothing is done when the queue is empty, and asking for that is fine."""
    if call.get("value").lower() not in ("", "none"):
        raise Wrong(NOT_IMPLEMENTED)
    return OK


def _job(call: Call, id: str) -> UsenetJob | None:
    return next((job for job in call.engine.queue() if job.id == id), None)


def _place(call: Call, id: str) -> int:
    return next((place for place, job in enumerate(call.queue()) if job.id == id), -1)


async def files(call: Call) -> Told:
    """The files of a job; none of one that is not there."""
    from_queue = _job(call, call.need())
    if from_queue is None:
        return Told("files", [])
    rows = [file_row(file, from_queue.age) for file in call.engine.files(from_queue.id)]
    return Told("files", rows)


async def pause_all(call: Call) -> Told:
    """Pause everything until resumed."""
    call.memory.resumes_at = None
    await call.engine.pause()
    return OK


async def resume_all(call: Call) -> Told:
    """Go on with everything."""
    call.memory.resumes_at = None
    await call.engine.resume()
    return OK


QUEUE: dict[str, Action] = {
    "delete": delete,
    "purge": purge,
    "pause": pause,
    "resume": resume,
    "priority": set_priority,
    "rename": rename,
    "sort": sort,
    "change_complete_action": change_complete_action,
}
CALLS: dict[str, Action] = {
    "switch": switch,
    "change_cat": change_category,
    "change_script": change_script,
    "get_files": files,
    "pause": pause_all,
    "resume": resume_all,
}
