"""What is known of VPN providers: the ports their servers listen on, their DNS inside, and how a port is had from them.

Facts of the providers' own pages; a provider's file always has the last word.
"""

from dataclasses import dataclass
from typing import Final

from matinee.engines.tunnel.ways.wish import Arrival, By
from matinee.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class Preset:
    """`ports` are those of WireGuard; `by` is whose call gives a port, and `ports_in_words` what is to be done for it.

    `gateway` is set where NAT-PMP is spoken; `dns` is empty where the provider's file always names it.
    """

    name: str
    ports: tuple[int, ...]
    dns: tuple[str, ...]
    by: By | None = None
    gateway: str = ""
    arrives_as: Arrival = "public"
    ports_in_words: str = "it forwards no ports"
    short: str = ""

    @property
    def speaks_natpmp(self) -> bool:
        """Whether a port can be asked for in NAT-PMP."""
        return self.by is By.NATPMP

    @property
    def forwards_ports(self) -> bool:
        """Whether a port can be asked for."""
        return self.by is not None


PRESETS: Final = (
    Preset(
        "ProtonVPN",
        (51820, 443, 88, 1224, 500, 4500),
        ("10.2.0.1",),
        by=By.NATPMP,
        gateway="10.2.0.1",
        ports_in_words="make the file with NAT-PMP switched on, for a P2P server of a paid plan",
        short="Proton",
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
        by=By.PIA,
        ports_in_words="set user name and password, and bring its ca.rsa.4096.crt; servers in the USA give no ports",
        short="PIA",
    ),
    Preset(
        "Perfect Privacy",
        (),
        (),
        by=By.PERFECT_PRIVACY,
        ports_in_words="its ports follow from the address inside the tunnel",
    ),
    Preset(
        "PrivateVPN",
        (),
        (),
        by=By.PRIVATEVPN,
        ports_in_words="take OpenVPN and a server of theirs that forwards ports",
    ),
)


def preset(name: str) -> Preset:
    """By its name, however it is written. NotFound tells those that are known."""
    for each in PRESETS:
        if _bare(name) in {_bare(each.name), _bare(each.short) or None}:
            return each
    known = ", ".join(each.name for each in PRESETS)
    raise NotFound(f"the VPN provider '{name[:40]}' is unknown: leave it out, or name one of {known}")


def _bare(name: str) -> str:
    return "".join(sign for sign in name.lower() if sign.isalnum())
