"""A far end that stumbles for a moment is asked again before anybody hears of it."""

import asyncio
import random
from collections.abc import Awaitable, Callable

import httpx2

PAUSES = (0.5, 1.0)  # seconds before the second and the third try
_CHANCE = 0.5  # of a pause that is added at most, so that many do not come back together
_HARMLESS = frozenset({"GET", "HEAD"})


class RetryingTransport(httpx2.AsyncBaseTransport):
    """Repeats a GET or HEAD that is answered with 408 or 5xx, after each of `PAUSES`; the last answer counts.

    An answer that names its own time to come back (Retry-After) is not repeated: whoever asked decides.
    """

    def __init__(
        self,
        inner: httpx2.AsyncBaseTransport,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._inner = inner
        self._sleep = sleep
        self._chance = chance

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """One call, tried up to three times."""
        answer = await self._inner.handle_async_request(request)
        for pause in PAUSES:
            if request.method not in _HARMLESS or not _is_of_a_moment(answer):
                break
            await answer.aclose()
            await self._sleep(pause * (1 + _CHANCE * self._chance()))
            answer = await self._inner.handle_async_request(request)
        return answer

    async def aclose(self) -> None:
        """Hang up."""
        await self._inner.aclose()


def _is_of_a_moment(answer: httpx2.Response) -> bool:
    is_stumble = answer.status_code == 408 or answer.status_code >= 500
    return is_stumble and "retry-after" not in answer.headers
