"""Calls to a free site: never two in the same breath, and its "not now" is understood."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from email.utils import parsedate_to_datetime

import httpx2

from matinee.kernel.clock import Clock, now
from matinee.kernel.errors import NotFound, Refused, Unreachable
from matinee.kernel.http import Params, Wire
from matinee.pipeline.ports import Limited

Sleep = Callable[[float], Awaitable[None]]

_ANY_FAILURE = tuple(range(400, 600))
_LONGEST_PAUSE = 86_400.0


class Pace:
    """Turns that are at least so many seconds apart."""

    def __init__(
        self, apart: float, *, monotonic: Callable[[], float] = time.monotonic, sleep: Sleep = asyncio.sleep
    ) -> None:
        self._apart = apart
        self._monotonic = monotonic
        self._sleep = sleep
        self._next = 0.0
        self._line = asyncio.Lock()

    async def turn(self) -> None:
        """Returns when a call may be made."""
        async with self._line:
            if (wait := self._next - self._monotonic()) > 0:
                await self._sleep(wait)
            self._next = self._monotonic() + self._apart


async def get(wire: Wire, url: str, params: Params | None = None, *, clock: Clock = now) -> httpx2.Response:
    """GET, or why not: Limited with the pause that is asked for, NotFound, Refused or Unreachable."""
    answer = await wire.get(url, params, accept=_ANY_FAILURE)
    status = answer.status_code
    if status < 400:
        return answer
    if status in (429, 503):
        seconds = pause(answer.headers.get("retry-after", ""), clock())
        raise Limited(f"{wire.name}: asks for a pause (HTTP {status})", seconds=seconds)
    if status in (404, 410):
        raise NotFound(f"{wire.name}: it is gone (HTTP {status})")
    if status >= 500 or status == 408:
        raise Unreachable(f"{wire.name}: answers HTTP {status}")
    if status in (401, 403):
        raise Refused(f"{wire.name}: does not let us in (HTTP {status}); a cookie may be missing or too old")
    raise Refused(f"{wire.name}: answers HTTP {status}")


def pause(asked: str, moment: datetime) -> float | None:
    """The seconds of a Retry-After, which is a number or a date; None when there is none."""
    if asked.strip().isascii() and asked.strip().isdigit():
        return min(float(asked.strip()[:9]), _LONGEST_PAUSE)
    try:
        return min(max(0.0, (parsedate_to_datetime(asked) - moment).total_seconds()), _LONGEST_PAUSE)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
