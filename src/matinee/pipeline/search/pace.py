"""An indexer is asked one thing after the other, never faster than it likes, however many want to know."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

Sleep = Callable[[float], Awaitable[None]]
Monotonic = Callable[[], float]

AT_ONCE = 0.001  # seconds; what is told within is known here, and nobody was asked


class Pace:
    """Lets callers begin in the order they came, `apart` seconds after the one before. Who gives up costs no turn."""

    def __init__(self, monotonic: Monotonic, sleep: Sleep) -> None:
        self._monotonic = monotonic
        self._sleep = sleep
        self._lock = asyncio.Lock()
        self._last: float | None = None

    async def turn(self, apart: float) -> None:
        """Returns when it is the caller's turn to ask."""
        async with self._lock:
            if self._last is not None:
                while (wait := self._last + apart - self._monotonic()) > 0:
                    await self._sleep(wait)
            self._last = self._monotonic()

    @asynccontextmanager
    async def maybe_turn(self, apart: float) -> AsyncIterator[None]:
        """A turn for what may be known here already: then it is given back."""
        before = self._last
        await self.turn(apart)
        began = self._last
        yield
        if self._last == began and self._monotonic() - (began or 0.0) < AT_ONCE:
            self._last = before
