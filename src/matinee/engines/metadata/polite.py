"""A catalogue that asks for a pause gets one, and is asked again after it."""

import httpx2

from matinee.engines.metadata.pace import Pace
from matinee.kernel.errors import Unreachable
from matinee.kernel.http import Params, Wire

_TRIES = 3
_LONGEST_REST = 10.0


async def get_politely(
    wire: Wire, pace: Pace, path: str, params: Params | None = None, *, accept: tuple[int, ...] = (), **more: object
) -> httpx2.Response:
    """GET in turn; a 429 is waited out, Unreachable when there is no end to them."""
    for _ in range(_TRIES):
        await pace.turn()
        answer = await wire.get(path, params, accept=(429, *accept), **more)
        if answer.status_code != 429:
            return answer
        await pace.rest(_rest_asked_for(answer))
    raise Unreachable(f"{wire.name}: too many calls in a short time; try again in a minute")


def _rest_asked_for(answer: httpx2.Response) -> float:
    """Seconds by the Retry-After header, within reason."""
    asked = answer.headers.get("retry-after", "")
    return min(float(asked), _LONGEST_REST) if asked.isascii() and asked.isdigit() else _LONGEST_REST / 2
