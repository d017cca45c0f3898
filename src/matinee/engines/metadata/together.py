"""Everybody is asked at once; who takes too long is not waited for, as long as somebody has answered."""

import asyncio
import time
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from matinee.kernel.errors import MatineeError, Unreachable

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answers(Generic[T]):
    """What was said, by name, in the order of the asking; `late` are those that used up the patience."""

    good: dict[str, T]
    errors: dict[str, MatineeError]
    late: frozenset[str]


async def all_answers(
    calls: Mapping[str, Coroutine[Any, Any, T]], *, patience: float, late: frozenset[str]
) -> Answers[T]:
    """All answers that come within `patience` seconds, and in any case the first good one if there ever is one.

    Those in `late` were too slow the last time: nobody waits for them once the others are done.
    """
    tasks = {name: asyncio.create_task(_attempt(call)) for name, call in calls.items()}
    until = time.monotonic() + patience
    try:
        while open_ := {name for name, task in tasks.items() if not task.done()}:
            left = until - time.monotonic()
            if _somebody_has_answered(tasks) and (left <= 0 or open_ <= late):
                break
            waiting = [tasks[name] for name in open_]
            await asyncio.wait(waiting, timeout=left if left > 0 else None, return_when=asyncio.FIRST_COMPLETED)
        return _sorted_out(tasks, too_long=time.monotonic() >= until)
    finally:
        for task in tasks.values():
            task.cancel()


def _sorted_out(tasks: Mapping[str, asyncio.Task[T | MatineeError]], *, too_long: bool) -> Answers[T]:
    good: dict[str, T] = {}
    errors: dict[str, MatineeError] = {}
    for name, task in tasks.items():
        answer = task.result() if task.done() else Unreachable(f"{name}: no answer in time")
        if isinstance(answer, MatineeError):
            errors[name] = answer
        else:
            good[name] = answer
    late = frozenset(name for name, task in tasks.items() if too_long and not task.done())
    return Answers(good, errors, late)


async def _attempt(call: Coroutine[Any, Any, T]) -> T | MatineeError:
    try:
        return await call
    except MatineeError as error:
        return error


def _somebody_has_answered(tasks: Mapping[str, asyncio.Task[Any]]) -> bool:
    return any(task.done() and not isinstance(task.result(), MatineeError) for task in tasks.values())
