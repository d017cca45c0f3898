"""An owner, or an indexer's house rules, allow so many questions an hour or a day: they are counted here."""

from collections import deque
from collections.abc import Iterable
from datetime import datetime, timedelta

WINDOWS = {"hour": timedelta(hours=1), "day": timedelta(days=1)}


class Allowance:
    """How often something may be done within a window that moves with the clock; no limit allows all."""

    def __init__(self, limit: int | None, unit: str, moments: Iterable[datetime] = ()) -> None:
        self.limit = limit
        self.window = WINDOWS[unit]
        self.unit = unit
        self._moments = deque(moments, maxlen=limit)

    def used_up_until(self, moment: datetime) -> datetime | None:
        """When the next one is allowed; None when it is now."""
        if self.limit is None:
            return None
        if self.limit == 0:
            return moment + self.window
        if len(self._moments) < self.limit:
            return None
        free = self._moments[0] + self.window
        return free if free > moment else None

    def note(self, moment: datetime) -> None:
        """One more was done."""
        if self.limit:
            self._moments.append(moment)

    def told(self, what: str) -> str:
        """`its 100 queries of one day`."""
        return f"its {self.limit} {what} of one {self.unit}"
