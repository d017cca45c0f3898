"""The one call of PrivateVPN: which port leads to an address inside the tunnel."""

import re
import urllib.parse

from matinee.engines.tunnel.ways.call import FarEnd, call, port_in
from matinee.kernel.errors import Refused

SITE = FarEnd("PrivateVPN's site", "connect.pvdatanet.com")
PATH = "/v3/Api/port"
_PORT = re.compile(r"\bport (\d{1,5})\b", re.IGNORECASE)


def port_for(*, address: str) -> int:
    """The port for this address. Refused on a server that forwards none. Blocking; call it inside the room."""
    answer = call(SITE, f"{PATH}?{urllib.parse.urlencode({'ip[]': address})}")
    if answer.status != 200 or answer.said.get("supported") is not True:
        raise Refused("this server of PrivateVPN forwards no ports: choose one that does, by OpenVPN")
    found = _PORT.search(str(answer.said.get("status"))[:200])
    if not found:
        raise Refused("PrivateVPN's site names no port: where all ports of an address lead to you, set torrent.port")
    return port_in(int(found[1]))
