"""The engine's own diary: what happened lately, and who was turned away, for those who ask later."""

import logging
import time
from collections import deque
from itertools import count

from matinee.kernel.redact import redact
from matinee.pipeline.torrent_port import Entry, TurnedAway, Weight

MOST = 2000
LOGGER = "matinee.engines.torrent"


class Diary(logging.Handler):
    """Keeps what the engine logs, secrets struck out; the oldest lines fall off."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.entries: deque[Entry] = deque(maxlen=MOST)
        self.turned_away: deque[TurnedAway] = deque(maxlen=MOST)
        self._ids, self._ids_away = count(), count()

    def open(self) -> None:
        """Listen from now on."""
        logging.getLogger(LOGGER).addHandler(self)

    def close(self) -> None:
        """Listen no more."""
        logging.getLogger(LOGGER).removeHandler(self)
        super().close()

    def emit(self, record: logging.LogRecord) -> None:
        """One line of the log."""
        text = redact(record.getMessage())
        self.entries.append(Entry(next(self._ids), text, int(record.created), _weight(record.levelno)))

    def turn_away(self, address: str, *, banned: bool, reason: str) -> None:
        """Somebody was not let in."""
        self.turned_away.append(TurnedAway(next(self._ids_away), address, int(time.time()), banned, reason))


def _weight(level: int) -> Weight:
    if level >= logging.ERROR:
        return Weight.CRITICAL
    return Weight.WARNING if level >= logging.WARNING else Weight.NORMAL
