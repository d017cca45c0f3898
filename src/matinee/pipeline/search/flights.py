"""Those who ask the same at the same time share one answer; when the last of them has left, the work ends too."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from matinee.kernel.errors import Unreachable

T = TypeVar("T")


@dataclass
class _Flight:
    task: "asyncio.Task[Any]"
    waiting: int = 0


class Flights:
    """Work under way by its key. Unlike `kernel.cache.SingleFlight` it is cancelled when nobody waits any longer.

    `name` is whose work it is: when it is closed, those who still wait are told so as Unreachable.
    """

    def __init__(self, name: str = "") -> None:
        self._name = name
        self._under_way: dict[object, _Flight] = {}

    async def __call__(self, key: object, work: Callable[[], Awaitable[T]]) -> tuple[T, bool]:
        """The result, and whether this caller was the first to ask for it."""
        flight = self._under_way.get(key)
        is_first = flight is None
        if flight is None:
            flight = self._begin(key, work)
        flight.waiting += 1
        try:
            return cast(T, await asyncio.shield(flight.task)), is_first
        except asyncio.CancelledError:
            if not flight.task.cancelled() or _is_leaving():
                raise
            raise Unreachable(f"{self._name}: it was changed while it was asked; ask again") from None
        finally:
            flight.waiting -= 1
            if flight.waiting == 0 and not flight.task.done():
                self._forget(key, flight)
                flight.task.cancel()

    @property
    def is_idle(self) -> bool:
        """Whether nothing is under way."""
        return not self._under_way

    async def close(self) -> None:
        """End all that is under way, and wait for the end."""
        flights = list(self._under_way.values())
        for flight in flights:
            flight.task.cancel()
        await asyncio.gather(*(flight.task for flight in flights), return_exceptions=True)

    def _begin(self, key: object, work: Callable[[], Awaitable[Any]]) -> _Flight:
        flight = _Flight(asyncio.create_task(_run(work)))
        self._under_way[key] = flight
        flight.task.add_done_callback(lambda done: self._land(key, flight, done))
        return flight

    def _land(self, key: object, flight: _Flight, done: "asyncio.Task[Any]") -> None:
        self._forget(key, flight)
        if not done.cancelled():
            done.exception()  # seen, even when every caller has walked away

    def _forget(self, key: object, flight: _Flight) -> None:
        if self._under_way.get(key) is flight:
            del self._under_way[key]


def _is_leaving() -> bool:
    """Whether the caller itself was cancelled, and not the work that it waits for."""
    caller = asyncio.current_task()
    return caller is not None and caller.cancelling() > 0


async def _run(work: Callable[[], Awaitable[T]]) -> T:
    return await work()
