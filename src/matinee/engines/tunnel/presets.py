"""What is known of VPN providers: the ports their servers listen on, their DNS inside, and how a port is had from them.

Facts of the providers' own pages; a provider's file always has the last word.
"""

from dataclasses import dataclass
from typing import Final

from matinee.engines.tunnel.ports import Arrival
from matinee.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class Preset:
    """`ports` are those of WireGuard; `gateway` is set where NAT-PMP is spoken; `ports_in_words` says how otherwise."""

    name: str
    ports: tuple[int, ...]
    dns: tuple[str, ...]
    gateway: str = ""
    arrives_as: Arrival = "public"
    ports_in_words: str = "it forwards no ports"

    @property
    def speaks_natpmp(self) -> bool:
        """Whether a port can be asked for."""
        return bool(self.gateway)


PRESETS: Final = (
    Preset(
        "ProtonVPN",
        (51820, 443, 88, 1224, 500, 4500),
        ("10.2.0.1",),
        gateway="10.2.0.1",
        ports_in_words="make the file with NAT-PMP switched on, for a P2P server of a paid plan",
    ),
    Preset(
        "AirVPN",
        (1637, 47107, 51820),
        ("10.128.0.1",),
        ports_in_words="open a port on its page (Client Area, Ports) and set torrent.port to it",
    ),
    Preset("Mullvad", (51820, 53, 4000), ("10.64.0.1",)),
    Preset("IVPN", (2049, 2050, 53, 30587, 41893, 48574, 58237), ("172.16.0.1",)),
    Preset("NordVPN", (51820,), ("103.86.96.100", "103.86.99.100")),
    Preset("Surfshark", (51820,), ("162.252.172.57", "149.154.159.92")),
    Preset(
        "Windscribe",
        (443, 80, 53, 123, 1194, 65142),
        ("10.255.255.1",),
        ports_in_words="ask for an ephemeral port on its page (My Account) and set torrent.port to it",
    ),
    Preset(
        "Private Internet Access",
        (1337,),
        ("10.0.0.243",),
        ports_in_words="its ports are had by a call of its own, which is not spoken here yet",
    ),
)


def preset(name: str) -> Preset:
    """By its name, however it is written. NotFound tells those that are known."""
    for each in PRESETS:
        if _bare(each.name) == _bare(name):
            return each
    known = ", ".join(each.name for each in PRESETS)
    raise NotFound(f"the VPN provider '{name[:40]}' is unknown: leave it out, or name one of {known}")


def _bare(name: str) -> str:
    return "".join(sign for sign in name.lower() if sign.isalnum())
