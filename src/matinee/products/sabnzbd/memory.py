"""What the server remembers between calls: warnings, until when all is paused, and whether the history is news."""

import time
from collections import deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

MOST_WARNINGS = 50


@dataclass(slots=True)
class Memory:
    """`line` is what the line can carry, in bytes a second, for limits in percent; 0 is unknown."""

    line: int = 0
    percent: int = 100
    resumes_at: float | None = None
    warnings: deque[tuple[float, str]] = field(default_factory=lambda: deque(maxlen=MOST_WARNINGS))
    clock: Callable[[], float] = time.time
    _shown: Hashable = None
    _edition: int = 0

    def edition(self, shown: Hashable) -> int:
        """A number that is another one as soon as the history is another one, also after a restart."""
        if shown != self._shown or not self._edition:
            self._shown, self._edition = shown, max(self._edition + 1, int(self.clock()))
        return self._edition

    def warn(self, text: str) -> None:
        """Tell everybody who asks for warnings."""
        if all(text != told for _, told in self.warnings):
            self.warnings.append((self.clock(), text))

    def pause_left(self) -> str:
        """Minutes and seconds until all goes on, as m:ss; 0 when nothing is planned."""
        left = (self.resumes_at or 0) - self.clock()
        return f"{int(left) // 60}:{int(left) % 60:02}" if left > 0 else "0"
