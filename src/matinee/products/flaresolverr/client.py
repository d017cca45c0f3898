"""The FlareSolverr of this house: it is given an address and opens it in a real browser."""

import asyncio
import time
from collections.abc import Mapping

import httpx2

from matinee.kernel.errors import MatineeError, Refused
from matinee.kernel.http import Wire
from matinee.kernel.proxy import Proxy
from matinee.products.flaresolverr.wire import Solution, question, read_solution

_BROWSERS = 2  # at a time: each takes some hundred megabytes
_PATIENCE = 15.0  # seconds beyond its own limit, for the browser to start and the answer to arrive
_LONGEST_FORM = 64 * 1024
_ANY_FAILURE = tuple(range(400, 600))


class FlareSolverr:
    """A solver at the owner's address (`http://solver:8191`); `seconds` is how long one challenge may take.

    `proxy` is the one that the indexer is called through: site and solver must see the same address of ours.
    """

    def __init__(
        self,
        url: str,
        *,
        name: str = "",
        seconds: float = 60.0,
        proxy: Proxy | None = None,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        address = url.strip().rstrip("/").removesuffix("/v1")
        self.name = name or f"FlareSolverr at {address}"
        self._seconds = seconds
        self._proxy = proxy
        wait = seconds + _PATIENCE
        self._wire = Wire(self.name, address, timeout=wait, deadline=wait, transport=transport)
        self._browsers = asyncio.Semaphore(_BROWSERS)

    async def solve(self, url: str, *, form: str | None = None, cookies: Mapping[str, str] | None = None) -> Solution:
        """Open the address, or send the url-encoded form to it, past whatever test stands before it."""
        if form is not None and len(form) > _LONGEST_FORM:
            raise Refused(f"{self.name}: a form of {len(form) // 1024} kB is too long for a solver")
        told = question(url, form=form, cookies=cookies or {}, seconds=self._seconds, proxy=self._proxy)
        async with self._browsers:
            answer = await self._wire.post("/v1", json=told, accept=_ANY_FAILURE)
        try:
            return read_solution(self.name, self._wire.json(answer))
        except MatineeError as error:
            raise type(error)(f"{error}, for {httpx2.URL(url).host}") from error

    async def probe(self) -> str:
        """Its greeting: which version it is and whether its browser is ready."""
        began = time.perf_counter()
        told = self._wire.json(await self._wire.get("/"))
        if not isinstance(told, dict) or "FlareSolverr" not in str(told.get("msg", "")):
            raise Refused(f"{self.name}: what answers there is no FlareSolverr")
        return f"FlareSolverr {told.get('version', '')!s:.20}, {(time.perf_counter() - began) * 1000:.0f} ms"

    async def close(self) -> None:
        """Hang up."""
        await self._wire.close()
