"""An indexer that failed is left alone for a while, longer each time, and is trusted again step by step."""

from dataclasses import replace
from datetime import datetime, timedelta

from matinee.store.indexers import IndexerState

LEVELS = (0, 60, 300, 900, 1800, 3600, 10_800, 21_600, 43_200, 86_400)  # seconds
AFTER_START = timedelta(minutes=15)  # a house that just came up may not have its own net yet
MOST_AFTER_START = 300
LIMITED_SECONDS = 3600.0  # when the far end asks for a pause and does not say how long
LONGEST_PAUSE = float(LEVELS[-1])


def after_failure(
    state: IndexerState, moment: datetime, reason: str, *, started: datetime, escalates: bool = True
) -> IndexerState:
    """One level up, or the same level where the failure was of the way there; the first failure is level 1."""
    level = _level(state, escalates)
    seconds = LEVELS[level] if moment - started > AFTER_START else min(LEVELS[level], MOST_AFTER_START)
    return _blocked(state, moment, level, seconds, reason)


def after_limit(
    state: IndexerState, moment: datetime, reason: str, seconds: float | None, *, escalates: bool = True
) -> IndexerState:
    """It asked for a pause, and gets the one it asked for: an hour without a time, a day at most."""
    told = LIMITED_SECONDS if seconds is None else min(max(seconds, 0.0), LONGEST_PAUSE)
    return _blocked(state, moment, _level(state, escalates), told, reason)


def after_success(state: IndexerState) -> IndexerState:
    """One level down, and free."""
    if state.level <= 1:
        return replace(state, level=0, blocked_until=None, reason="", failing_since=None)
    return replace(state, level=state.level - 1, blocked_until=None)


def is_of_the_way(error: BaseException) -> bool:
    """Whether there was no connection at all: no name, nobody there. That says little about the indexer."""
    seen: BaseException | None = error
    for _ in range(10):
        if seen is None:
            return False
        if isinstance(seen, OSError) and not isinstance(seen, TimeoutError):
            return True
        seen = seen.__cause__ or seen.__context__
    return False


def _level(state: IndexerState, escalates: bool) -> int:
    return min(state.level + 1, len(LEVELS) - 1) if escalates or state.level == 0 else state.level


def _blocked(state: IndexerState, moment: datetime, level: int, seconds: float, reason: str) -> IndexerState:
    """A pause that is under way is never made shorter."""
    since = state.failing_since or moment
    until = max(moment + timedelta(seconds=seconds), state.blocked_until or moment)
    return replace(state, level=level, blocked_until=until, reason=reason, failing_since=since)
