"""PrivateVPN: its site says which port leads to an address inside the tunnel, on the servers that forward any."""

from collections.abc import Iterable
from ipaddress import IPv4Address, ip_interface

from matinee.engines.tunnel.errand import Porter
from matinee.engines.tunnel.ports import Given
from matinee.kernel.errors import Refused

AGAIN = 3600.0


class PrivateVpn:
    """Asked again now and then: the far end gives no notice of another port."""

    def __init__(self, porter: Porter, addresses: Iterable[str]) -> None:
        inside = (ip_interface(each).ip for each in addresses)
        self._porter = porter
        self._address = next((str(each) for each in inside if isinstance(each, IPv4Address)), "")

    async def ask(self) -> Given:
        """One port. Refused in a tunnel without IPv4, and on a server that forwards none."""
        if not self._address:
            raise Refused("PrivateVPN leads ports to an IPv4 address, and this tunnel has none")
        return Given((await self._porter.call("privatevpn_port", address=self._address),), AGAIN)
