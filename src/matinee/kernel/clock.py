"""What time it is, asked in one place so that a test can be any evening it likes."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def now() -> datetime:
    """The present moment, always in UTC."""
    return datetime.now(UTC)
