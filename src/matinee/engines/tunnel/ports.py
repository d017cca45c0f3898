"""Holds a port at the VPN's far end, so that others in a swarm can reach us, and says when it is another one."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import Literal

from matinee.engines.tunnel.errand import Porter
from matinee.engines.tunnel.natpmp import LEASE_SECONDS, RENEW_SECONDS
from matinee.kernel.errors import MatineeError, Refused

log = logging.getLogger(__name__)

ANY_PORT = 1  # the inner port of providers that lead the public port to the same one of ours
_AGAIN = 10.0
_LATER = 300.0
Arrival = Literal["public", "inner"]


class PortKeeper:
    """Asks the gateway inside the tunnel, and asks again before the minute is over.

    `arrives_as`: most VPN providers deliver at the number of the public port, whatever inner one is asked for
    ("public"); a gateway that follows the standard delivers at the inner one ("inner"), which is then asked for
    with the public one's number, so that both agree and the engine announces the truth.
    """

    def __init__(
        self,
        porter: Porter,
        gateway: str,
        *,
        on_port: Callable[[int], Awaitable[None]],
        arrives_as: Arrival = "public",
        renew: float = RENEW_SECONDS,
    ) -> None:
        self._porter, self._gateway, self._on_port = porter, gateway, on_port
        self._arrives_as, self._renew, self._port = arrives_as, renew, 0

    async def run(self) -> None:
        """Until cancelled; then nothing is left open."""
        try:
            while True:
                pause = await self._ask()
                await asyncio.sleep(pause)
        finally:
            await self._on_port(0)

    async def _ask(self) -> float:
        """One call; how many seconds until the next."""
        try:
            self._port = await self._granted()
        except Refused as error:
            log.warning("no port is forwarded: %s", error)
            await self._on_port(0)
            return _LATER
        except MatineeError as error:
            log.warning("the forwarded port could not be renewed: %s", error)
            return _AGAIN
        await self._on_port(self._port)
        return self._renew

    async def _granted(self) -> int:
        inner = self._port if self._port and self._arrives_as == "inner" else ANY_PORT
        port = await self._forward(inner, self._port)
        if self._arrives_as == "public" or port == inner:
            return port
        with contextlib.suppress(MatineeError):
            await self._forward(inner, 0, lease=0)
        again = await self._forward(port, port)
        if again != port:
            raise Refused(f"the gateway {self._gateway} gives no public port that is the same inside")
        return port

    async def _forward(self, inner: int, public: int, lease: int = LEASE_SECONDS) -> int:
        given = await self._porter.call("forward", gateway=self._gateway, port=inner, public=public, lease=lease)
        return int(given["public_port"])
