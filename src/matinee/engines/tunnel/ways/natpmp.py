"""NAT-PMP: the gateway inside the tunnel gives a port for a minute at a time."""

import contextlib

from matinee.engines.tunnel.errand import Porter
from matinee.engines.tunnel.natpmp import LEASE_SECONDS, RENEW_SECONDS
from matinee.engines.tunnel.ports import Given
from matinee.engines.tunnel.ways.wish import Arrival
from matinee.kernel.errors import MatineeError, Refused

ANY_PORT = 1  # the inner port of providers that lead the public port to the same one of ours


class NatPmp:
    """Asks again before the minute is over.

    `arrives_as`: most VPN providers deliver at the number of the public port, whatever inner one is asked for
    ("public"); a gateway that follows the standard delivers at the inner one ("inner"), which is then asked for
    with the public one's number, so that both agree and the engine announces the truth.
    """

    def __init__(
        self, porter: Porter, gateway: str, arrives_as: Arrival = "public", *, renew: float = RENEW_SECONDS
    ) -> None:
        self._porter, self._gateway, self._arrives_as, self._renew = porter, gateway, arrives_as, renew
        self._port = 0

    async def ask(self) -> Given:
        """The port we have if the gateway still gives it."""
        self._port = await self._granted()
        return Given((self._port,), self._renew)

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
