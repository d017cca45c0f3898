"""Whether the tunnel lives: the far end answered lately, and the world sees another address than the house's."""

import asyncio
from collections.abc import Callable
from typing import Any, Protocol

from matinee.engines.tunnel.carrier import Carrier, Lost
from matinee.engines.tunnel.errand import Porter
from matinee.engines.tunnel.porter import address_seen
from matinee.kernel.errors import Refused, Unreachable

PROBE_SECONDS = 15.0
_FIRST_LOOK = 0.1
_NOBODY, _NOBODY_SIX = "192.0.2.1", "2001:db8::1"  # addresses of documentation, which nobody has


class Patience(Protocol):
    """How long is waited, in seconds."""

    @property
    def first_handshake(self) -> float: ...
    @property
    def stale(self) -> float: ...


class Watch:
    """Over one carrier."""

    def __init__(self, carrier: Carrier, porter: Porter, patience: Patience, clock: Callable[[], float]) -> None:
        self._carrier, self.porter, self._patience, self._clock = carrier, porter, patience, clock
        self._began = clock()

    async def first_handshake(self) -> None:
        """Wait for the first answer of the far end after now. Unreachable when it takes too long."""
        try:
            async with asyncio.timeout(self._patience.first_handshake):
                while (await self._carrier.handshake()).at <= self._began - 1:
                    await self._device_is_there()
                    await asyncio.sleep(_FIRST_LOOK)
        except TimeoutError as error:
            raise Unreachable(
                f"the VPN server gives no answer within {self._patience.first_handshake:.0f} s: "
                "is the key still valid, and does the network let UDP through?"
            ) from error

    async def look(self) -> dict[str, Any]:
        """The counters of now, as fields of the state. Lost without a device, Unreachable when nobody answers."""
        handshake = await self._carrier.handshake()
        seen = await self._device_is_there()
        age = handshake.age(self._clock())
        if age is None or age > self._patience.stale:
            raise Unreachable(f"the VPN server has not answered for {age or 0:.0f} s")
        return {
            "handshake_age": round(age, 1),
            "received": handshake.received or seen["received"],
            "sent": handshake.sent or seen["sent"],
            "outside_packets": seen["outside_packets"],
            "refused_packets": seen.get("refused", 0),
        }

    async def _device_is_there(self) -> dict[str, Any]:
        seen: dict[str, Any] = await self.porter.call("look", name=self._carrier.device)
        if not seen["present"]:
            await self._carrier.close()
            raise Lost("the tunnel's device is gone")
        return seen


async def prove_shut(porter: Porter, device: str) -> None:
    """The canary: while there is no tunnel, nothing may find a way out of the room. Refused when something does."""
    if (await porter.call("look", name=device))["present"]:
        return  # a room taken over from a tunnel process before us, whose device is just going
    out = await porter.call("canary", host=_NOBODY, six=_NOBODY_SIX, port=9, name="canary.invalid", seconds=2.0)
    if out:
        raise Refused(
            f"the tunnel's room has another way out ({', '.join(out)} found it): somebody put a device into it, "
            "so torrents stay off; delete that network namespace, or give tunnel.namespace another name"
        )


async def compare_addresses(porter: Porter, url: str) -> tuple[str, str]:
    """How the world sees the room and the house. Refused when it is the same address."""
    inside = await porter.call("address", url=url, seconds=PROBE_SECONDS)
    try:
        outside = await asyncio.to_thread(address_seen, url, PROBE_SECONDS)
    except (Unreachable, Refused):
        outside = ""  # a house that cannot look outside by itself has nothing to compare with
    if inside == outside:
        raise Refused("the world sees the house's own address from inside the tunnel: this VPN protects nothing")
    return inside, outside
