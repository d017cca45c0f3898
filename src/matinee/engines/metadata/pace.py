"""Good manners: a free service is called no more often than it asks us to."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable

Sleep = Callable[[float], Awaitable[None]]


class Pace:
    """At most `calls` within any `seconds`; whoever comes too early waits for their turn."""

    def __init__(
        self,
        calls: int,
        seconds: float,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._seconds = seconds
        self._past: deque[float] = deque(maxlen=calls)
        self._monotonic = monotonic
        self._sleep = sleep
        self._line = asyncio.Lock()

    async def turn(self) -> None:
        """Returns when a call may be made."""
        async with self._line:
            if len(self._past) == self._past.maxlen:
                await self._until(self._past[0] + self._seconds)
            self._past.append(self._monotonic())

    async def rest(self, seconds: float) -> None:
        """Nobody calls for so long: the far end asked for a pause."""
        async with self._line:
            await self._sleep(seconds)

    async def _until(self, moment: float) -> None:
        if (wait := moment - self._monotonic()) > 0:
            await self._sleep(wait)
