"""How fast it goes, and how fast it may go."""

import threading
import time
from collections import deque
from collections.abc import Callable

WINDOW = 5.0  # seconds the speed is measured over
BURST = 0.25  # seconds of the limit that may come at once


class Throttle:
    """Bytes a second at most, for all threads together; 0 is no limit."""

    def __init__(self, limit: int = 0, clock: Callable[[], float] = time.monotonic) -> None:
        self.limit = limit
        self._clock = clock
        self._lock = threading.Lock()
        self._free_at = 0.0

    def spend(self, received: int) -> float:
        """So much came; for how many seconds to receive nothing more."""
        limit = self.limit
        if not limit:
            return 0.0
        with self._lock:
            now = self._clock()
            self._free_at = max(self._free_at, now - BURST) + received / limit
            return max(0.0, self._free_at - now)

    def portion(self, most: int) -> int:
        """How much to receive at once so that a small limit is kept evenly."""
        return min(most, max(16_384, int(self.limit * BURST))) if self.limit else most


class Meter:
    """The speed over the last few seconds, from a total that is shown to it once in a while."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen: deque[tuple[float, int]] = deque()

    def show(self, total: int) -> None:
        """The total by now."""
        now = self._clock()
        self._seen.append((now, total))
        while len(self._seen) > 2 and now - self._seen[0][0] > WINDOW:
            self._seen.popleft()

    @property
    def speed(self) -> int:
        """Bytes a second."""
        if len(self._seen) < 2:
            return 0
        (began, before), (now, total) = self._seen[0], self._seen[-1]
        return int((total - before) / (now - began)) if now > began else 0
