"""Perfect Privacy: three ports lead to everyone, and which ones follows from the address inside the tunnel."""

from collections.abc import Iterable
from ipaddress import IPv4Address, ip_interface

from matinee.engines.tunnel.ports import Given
from matinee.kernel.errors import Refused

FIRST_PORTS = (10_000, 20_000, 30_000)
AGAIN = 86_400.0  # nobody is asked; another address means another tunnel


def ports_of(address: IPv4Address) -> tuple[int, ...]:
    """The rule of the provider's own page: the address's last twelve bits, after a 1, a 2 and a 3."""
    last = int(address) & 0xFFF
    return tuple(first + last for first in FIRST_PORTS)


class PerfectPrivacy:
    """Computed once."""

    def __init__(self, addresses: Iterable[str]) -> None:
        inside = (ip_interface(each).ip for each in addresses)
        self._address = next((each for each in inside if isinstance(each, IPv4Address)), None)

    async def ask(self) -> Given:
        """Three ports. Refused in a tunnel without IPv4."""
        if self._address is None:
            raise Refused("Perfect Privacy's ports follow from an IPv4 address, and this tunnel has none")
        return Given(ports_of(self._address), AGAIN)
