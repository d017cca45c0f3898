"""Which internet addresses lie inside somebody's own network, where a stranger's link has no business."""

import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# Where clouds keep their machines' credentials: never, whatever the owner allows.
_METADATA: frozenset[Address] = frozenset(
    map(ip_address, ("169.254.169.254", "169.254.170.2", "100.100.100.200", "168.63.129.16", "fd00:ec2::254"))
)
METADATA_HOSTS: frozenset[str] = frozenset({"metadata", "metadata.google.internal", "metadata.goog"})

_SIX_TO_FOUR_RELAYS = IPv4Network("192.88.99.0/24")
_PUBLIC_V6 = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
_TEREDO = IPv6Network("2001::/32")
_LEGACY_V4 = frozenset("0123456789abcdefx.")


def is_inside(address: Address) -> bool:
    """Whether it is anything but a public unicast address; one wrapped into another is judged unwrapped."""
    if (wrapped := unwrapped(address)) is not None:
        return is_inside(wrapped)
    if address.is_multicast or not address.is_global:
        return True
    if isinstance(address, IPv4Address):
        return address.is_reserved or address in _SIX_TO_FOUR_RELAYS
    return address not in _PUBLIC_V6 or address in _TEREDO or address.scope_id is not None


def is_metadata(address: Address) -> bool:
    """Whether a cloud machine's credentials are kept there."""
    wrapped = unwrapped(address)
    return address in _METADATA or (wrapped is not None and wrapped in _METADATA)


def unwrapped(address: Address) -> IPv4Address | None:
    """The IPv4 address inside an IPv6 one (mapped, NAT64, 6to4); None where there is none."""
    if isinstance(address, IPv4Address):
        return None
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def literal(host: str) -> Address | None:
    """The address that a host name spells out, in any of the ways that systems read; None for a real name."""
    bare = host.strip("[]").rstrip(".")
    try:
        return ip_address(bare)
    except ValueError:
        return _legacy(bare.lower())


def _legacy(host: str) -> IPv4Address | None:
    """`2130706433`, `0x7f.1` and `0177.0.0.1` are addresses to a system's resolver, so they are to us."""
    if not host or not host[0].isdigit() or not _LEGACY_V4.issuperset(host):
        return None
    try:
        return IPv4Address(socket.inet_aton(host))
    except OSError:
        return None
