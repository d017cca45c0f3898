"""What came from the news servers: today, this week, this month, ever."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from matinee.pipeline.usenet_port import ServerState


class Sums(NamedTuple):
    """Bytes; the week begins on Monday, the month on the first."""

    total: int
    month: int
    week: int
    day: int


def sums_of(states: Iterable[ServerState], today: date | None = None) -> Sums:
    """Of all these servers together."""
    day = today or date.today()
    monday, first = day - timedelta(days=day.weekday()), day.replace(day=1)
    counted = list(states)

    def since(begin: date) -> int:
        return sum(count for state in counted for at, count in state.days.items() if begin.isoformat() <= at)

    return Sums(sum(state.bytes_total for state in counted), since(first), since(monday), since(day))
