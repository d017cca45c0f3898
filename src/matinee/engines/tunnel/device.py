"""The tunnel's network device: made outside, moved into the room, and given its addresses and ways there."""

import contextlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import ip_address, ip_interface, ip_network
from pathlib import Path

from pyroute2 import IPRoute, netns
from pyroute2.netlink.exceptions import NetlinkError

from matinee.kernel.errors import Refused, Unreachable

_SIX_OFF = Path("/proc/sys/net/ipv6/conf/all/disable_ipv6")


@dataclass(frozen=True, slots=True)
class Shape:
    """How a device is to look: addresses with their prefix length, networks that lie behind it, and its MTU."""

    device: str
    addresses: tuple[str, ...]
    networks: tuple[str, ...]
    mtu: int


@dataclass(frozen=True, slots=True)
class Traffic:
    """Bytes of the tunnel, and the packets that left by any other device than it and loopback."""

    present: bool = False
    received: int = 0
    sent: int = 0
    outside_packets: int = 0


def make_namespace(name: str) -> None:
    """A named network namespace with nothing but loopback in it; one that is there already is kept."""
    if name in netns.listnetns():
        return
    try:
        netns.create(name)
    except OSError as error:
        raise Refused(f"the network namespace '{name}' could not be made: {error.strerror or error}") from error


def remove_namespace(name: str) -> None:
    """Take its name away; it is gone as soon as nobody lives in it any more."""
    if name in netns.listnetns():
        netns.remove(name)


def make_kernel_device(device: str) -> bool:
    """A WireGuard device of the kernel, in the host's namespace; False where the kernel has none."""
    with IPRoute() as links:
        try:
            links.link("add", ifname=device, kind="wireguard")
        except NetlinkError:
            return False
    return True


def move_inside(device: str, namespace: str) -> None:
    """From the host's namespace into the room; the encrypted packets keep leaving through the host."""
    descriptor = os.open(Path(netns.NETNS_RUN_DIR) / namespace, os.O_RDONLY | os.O_CLOEXEC)
    try:
        with IPRoute() as links, _in_words(device):
            links.link("set", index=_index(links, device), net_ns_fd=descriptor)
    finally:
        os.close(descriptor)


def remove_device(device: str) -> None:
    """Take it away from this namespace, if it is there."""
    with IPRoute() as links, contextlib.suppress(NetlinkError, Unreachable):
        links.link("del", index=_index(links, device))


def shape(wanted: Shape) -> None:
    """In this namespace: loopback up, the device up with this MTU, these ways and exactly these addresses.

    The addresses come last: the torrent engine listens anew when one appears, and only where all the rest is in
    place. Those that are there already stay, and with them all that is open through them.
    """
    addresses = [ip_interface(address) for address in wanted.addresses]
    six = any(address.version == 6 for address in addresses)
    with contextlib.suppress(OSError):  # /proc may be read-only; the wall holds all the same
        _SIX_OFF.write_text("0" if six else "1")
    with IPRoute() as links, _in_words(wanted.device):
        links.link("set", index=_index(links, "lo"), state="up")
        index = _index(links, wanted.device)
        links.link("set", index=index, mtu=wanted.mtu, state="up")
        for network in dict.fromkeys(map(ip_network, wanted.networks)):
            if network.version == 4 or six:
                links.route("replace", dst=str(network), oif=index)
        there = {(each.get_attr("IFA_ADDRESS"), each["prefixlen"]) for each in links.get_addr(index=index)}
        named = {(str(address.ip), address.network.prefixlen) for address in addresses}
        for address, length in there - named:
            if not ip_address(address).is_link_local:
                links.addr("del", index=index, address=address, prefixlen=length)
        for address, length in sorted(named - there):
            links.addr("add", index=index, address=address, prefixlen=length)


def traffic(device: str) -> Traffic:
    """Read from /proc/net/dev, which shows the namespace of whoever reads."""
    seen: dict[str, list[int]] = {}
    for line in Path("/proc/net/dev").read_text().splitlines()[2:]:
        name, _, numbers = line.partition(":")
        seen[name.strip()] = [int(number) for number in numbers.split()]
    outside = sum(numbers[9] for name, numbers in seen.items() if name not in {"lo", device})
    if device not in seen:
        return Traffic(outside_packets=outside)
    return Traffic(True, seen[device][0], seen[device][8], outside)


def _index(links: IPRoute, device: str) -> int:
    found: Sequence[int] = links.link_lookup(ifname=device)
    if not found:
        raise Unreachable(f"the network device '{device}' is not there")
    return found[0]


@contextlib.contextmanager
def _in_words(device: str) -> Iterator[None]:
    try:
        yield
    except NetlinkError as error:
        raise Refused(f"the network device '{device}' could not be set up: {error}") from error
