"""The one door torrent traffic leaves by: a network device, a proxy, or an address where nothing else is wanted."""

import fcntl
import socket
import struct
from dataclasses import dataclass
from ipaddress import ip_address

from matinee.kernel.errors import Refused
from matinee.kernel.proxy import Proxy as WayOut
from matinee.kernel.proxy import ProxyKind as WayOutKind
from matinee.pipeline.torrent_port import Proxy, ProxyKind

SIOCGIFADDR = 0x8915


@dataclass(frozen=True, slots=True)
class Door:
    """With a device every socket is tied to it (SO_BINDTODEVICE): on Linux an address alone chooses no way out.

    With a proxy everything goes through that one, whatever the preferences say.
    """

    address: str
    device: str = ""
    proxy: Proxy | None = None

    @property
    def is_guarded(self) -> bool:
        """Whether our neighbours must not hear of our torrents: local discovery would name them past the tunnel."""
        return bool(self.device or self.proxy)

    def listen_on(self, port: int) -> str:
        """As libtorrent's listen_interfaces wants it."""
        host = f"[{self.address}]" if ":" in self.address else self.address
        return f"{self.device or host}:{port}"

    @property
    def leave_by(self) -> str:
        """As libtorrent's outgoing_interfaces wants it; empty where any way is right."""
        return self.device or ("" if ip_address(self.address).is_unspecified else self.address)


def door_of(device: str) -> Door:
    """The door of a network device. Refused, with the cure, when it is absent, has no address or cannot be used.

    libtorrent itself would fall back to the address alone where tying is not allowed (Linux before 5.7).
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            answer = fcntl.ioctl(asking.fileno(), SIOCGIFADDR, struct.pack("256s", device.encode()[:15]))
        except OSError as error:
            raise Refused(
                f"the network device '{device}' is not there or has no address: start the VPN first, "
                "or name another device. Torrents stay off until then."
            ) from error
        try:
            asking.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, device.encode())
        except OSError as error:
            raise Refused(
                f"torrents cannot be tied to the network device '{device}' ({error.strerror}): name a real device, "
                "and use Linux 5.7 or newer. Torrents stay off until then."
            ) from error
    return Door(socket.inet_ntoa(answer[20:24]), device)


def through(way: WayOut) -> Proxy:
    """The proxy as the only way out. Refused for a kind that torrents cannot go through."""
    kinds = {WayOutKind.SOCKS4: ProxyKind.SOCKS4, WayOutKind.SOCKS5: ProxyKind.SOCKS5, WayOutKind.HTTP: ProxyKind.HTTP}
    if way.kind not in kinds:
        raise Refused(f"torrents cannot go through {way.address}: name a socks5://, socks4:// or http:// proxy")
    return Proxy(kinds[way.kind], way.host, way.port, bool(way.username), way.username, way.password)
