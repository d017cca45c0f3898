"""The WireGuard file a VPN provider hands out, read the way wg-quick reads it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from ipaddress import IPv4Interface, IPv4Network, IPv6Interface, IPv6Network, ip_address, ip_interface, ip_network
from typing import Any

from matinee.engines.tunnel.wireguard_values import (
    Key,
    each_of,
    is_search_domain,
    parts,
    read_endpoint,
    read_key,
    read_number,
)
from matinee.kernel.errors import Refused
from matinee.kernel.redact import redact

LARGEST_FILE = 256 * 1024
MOST_PEERS = 64
DEFAULT_MTU = 1420
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,40}")
_PROGRAMS = frozenset({"preup", "postup", "predown", "postdown"})
_OF_WG_QUICK = frozenset({"table", "saveconfig", "fwmark", "listenport"})
_OF_AMNEZIA = frozenset({"jc", "jmin", "jmax", "s1", "s2", "s3", "s4", "h1", "h2", "h3", "h4", "i1", "i2", "i3"})

Interface = IPv4Interface | IPv6Interface
Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Peer:
    """One far end; `host` may be a name, `keepalive` is in seconds, 0 for none."""

    public_key: Key
    preshared_key: Key | None = None
    host: str = ""
    port: int = 0
    allowed: tuple[Network, ...] = ()
    keepalive: int = 0


@dataclass(frozen=True, slots=True)
class WireGuardConfig:
    """A whole file; `notes` tells its owner which lines were left out and why."""

    name: str
    private_key: Key
    addresses: tuple[Interface, ...]
    peers: tuple[Peer, ...]
    dns: tuple[str, ...] = ()
    mtu: int = DEFAULT_MTU
    notes: tuple[str, ...] = ()


def read_wireguard(text: str, name: str) -> WireGuardConfig:
    """The configuration in the file called `name`. Refused with the line and the cure; keys never stand in errors."""
    if len(text) > LARGEST_FILE:
        raise Refused(f"{name}: this is no WireGuard file, it is larger than {LARGEST_FILE // 1024} kB")
    reading = _Reading(name)
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        reading.line(number, line)
    return reading.finished()


class _Reading:
    """A file half read."""

    def __init__(self, name: str) -> None:
        self._name, self._number, self._section = name, 0, ""
        self._private: Key | None = None
        self._addresses: tuple[Interface, ...] = ()
        self._dns: tuple[str, ...] = ()
        self._mtu = DEFAULT_MTU
        self._notes: list[str] = []
        self._peers: list[tuple[int, dict[str, Any]]] = []

    def line(self, number: int, line: str) -> None:
        self._number = number
        words = line.split("#", 1)[0].split(";", 1)[0].strip()
        if not words:
            return
        if words.startswith("["):
            return self._open(words)
        key, is_setting, value = words.partition("=")
        if not is_setting:
            raise self._wrong("expected `Name = value`")
        self._setting(key.strip(), value.strip())

    def _open(self, words: str) -> None:
        self._section = words.strip("[]").strip().lower()
        if self._section not in {"interface", "peer"}:
            raise self._wrong("only the sections [Interface] and [Peer] are known")
        if self._section == "peer":
            if len(self._peers) >= MOST_PEERS:
                raise self._wrong(f"more than {MOST_PEERS} peers")
            self._peers.append((self._number, {}))

    def _setting(self, written: str, value: str) -> None:
        key = written.lower()
        if not _NAME.fullmatch(written):
            raise self._wrong("expected `Name = value`")
        if not self._section:
            raise self._wrong("the file must begin with [Interface]")
        if key in _PROGRAMS or key in _OF_WG_QUICK:
            why = "programs in files of others are never run" if key in _PROGRAMS else "the house sees to that itself"
            return self._notes.append(f"{self._name}, line {self._number}: {written} is left out, {why}")
        if key in _OF_AMNEZIA:
            raise self._wrong(f"{written} belongs to AmneziaWG: ask the provider for a plain WireGuard file")
        if not value:
            raise self._wrong(f"{written} has no value")
        readers = _OF_INTERFACE if self._section == "interface" else _OF_PEER
        reader = readers.get(key)
        if reader is None:
            raise self._wrong(f"{written} is unknown in [{self._section.capitalize()}]: correct or remove the line")
        try:
            reader(self, value)
        except ValueError as error:
            raise self._wrong(f"{written} is not valid: {error}") from None  # the cause may quote a key

    def private_key(self, value: str) -> None:
        self._private = read_key(value)
        redact.remember([self._private.base64, self._private.hex])

    def address(self, value: str) -> None:
        self._addresses += tuple(each_of(value, ip_interface, "an address such as 10.2.0.2/32"))

    def dns(self, value: str) -> None:
        servers = [server for server in parts(value) if not is_search_domain(server)]
        self._dns += tuple(
            str(server) for server in each_of(",".join(servers), ip_address, "an address such as 10.2.0.1")
        )

    def mtu(self, value: str) -> None:
        self._mtu = read_number(value, 576, 65535)

    def public_key(self, value: str) -> None:
        self._peers[-1][1]["public_key"] = read_key(value)

    def preshared_key(self, value: str) -> None:
        key = read_key(value)
        redact.remember([key.base64, key.hex])
        self._peers[-1][1]["preshared_key"] = key

    def endpoint(self, value: str) -> None:
        host, port = read_endpoint(value)
        self._peers[-1][1].update(host=host, port=port)

    def allowed(self, value: str) -> None:
        def network(text: str) -> Network:
            return ip_network(text, strict=False)

        peer = self._peers[-1][1]
        peer["allowed"] = peer.get("allowed", ()) + tuple(each_of(value, network, "a network such as 0.0.0.0/0"))

    def keepalive(self, value: str) -> None:
        self._peers[-1][1]["keepalive"] = 0 if value.lower() == "off" else read_number(value, 0, 65535)

    def finished(self) -> WireGuardConfig:
        if self._private is None:
            raise Refused(
                f"{self._name}: there is no PrivateKey in [Interface]: download the file from the provider anew"
            )
        if not self._addresses:
            raise Refused(f"{self._name}: there is no Address in [Interface]")
        peers = tuple(self._peer(number, told) for number, told in self._peers)
        if not any(peer.port for peer in peers):
            raise Refused(f"{self._name}: no [Peer] has an Endpoint, so there is nobody to call")
        return WireGuardConfig(
            self._name, self._private, self._addresses, peers, self._dns, self._mtu, tuple(self._notes)
        )

    def _peer(self, number: int, told: dict[str, Any]) -> Peer:
        if "public_key" not in told:
            raise Refused(f"{self._name}, line {number}: this [Peer] has no PublicKey")
        if not told.get("allowed"):
            raise Refused(
                f"{self._name}, line {number}: this [Peer] has no AllowedIPs: 0.0.0.0/0, ::/0 lets all through"
            )
        return replace(Peer(told.pop("public_key")), **told)

    def _wrong(self, words: str) -> Refused:
        return Refused(f"{self._name}, line {self._number}: {words}")


_OF_INTERFACE: dict[str, Callable[[_Reading, str], None]] = {
    "privatekey": _Reading.private_key,
    "address": _Reading.address,
    "dns": _Reading.dns,
    "mtu": _Reading.mtu,
}
_OF_PEER: dict[str, Callable[[_Reading, str], None]] = {
    "publickey": _Reading.public_key,
    "presharedkey": _Reading.preshared_key,
    "endpoint": _Reading.endpoint,
    "allowedips": _Reading.allowed,
    "persistentkeepalive": _Reading.keepalive,
}
