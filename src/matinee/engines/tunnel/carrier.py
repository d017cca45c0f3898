"""What carries packets between the room and the provider, whichever protocol it speaks."""

from dataclasses import dataclass
from typing import Any, Protocol

from matinee.engines.tunnel.uapi import Handshake
from matinee.kernel.errors import Unreachable


class Lost(Unreachable):
    """The program ended or its device is gone: begin anew, at once."""


@dataclass(frozen=True, slots=True)
class Carried:
    """What the provider gave us: the device's looks, DNS servers and the gateway that is asked for ports.

    `server` is the address of the VPN server as the world sees it, `server_name` the name in its certificate; each
    is empty where it is not known.
    """

    addresses: tuple[str, ...]
    networks: tuple[str, ...]
    mtu: int
    dns: tuple[str, ...]
    gateway: str = ""
    server: str = ""
    server_name: str = ""


class Carrier(Protocol):
    """One way of making the device and keeping it alive."""

    device: str

    async def apply(self, config: Any) -> Carried:
        """Make the device where it is missing, move it inside, and call the far end of this configuration."""

    async def handshake(self) -> Handshake:
        """When the far end last answered. Lost when the device or its program is gone."""

    async def close(self) -> None:
        """Take the device away."""
