"""How often somebody who tells nothing is asked: quickly while something moves, ever less often while nothing does."""

import asyncio

FIRST, LONGEST, GROWTH = 1.0, 15.0, 1.5  # seconds, seconds, and how much longer each quiet pause is


class Pace:
    """The pauses between two questions. Whoever has just changed something nudges: the next question comes now."""

    def __init__(self, first: float = FIRST, longest: float = LONGEST) -> None:
        self.seconds = self._first = first
        self._longest = longest
        self._nudged = asyncio.Event()

    def nudge(self) -> None:
        """Something was changed: ask at once, and quickly from then on."""
        self._nudged.set()

    async def rest(self, *, is_busy: bool) -> bool:
        """Pause until the next question; whether somebody nudged. Pauses grow for as long as nothing is `busy`."""
        self.seconds = self._first if is_busy else min(self.seconds * GROWTH, self._longest)
        try:
            async with asyncio.timeout(self.seconds):
                await self._nudged.wait()
        except TimeoutError:
            return False
        self._nudged.clear()
        self.seconds = self._first
        return True
