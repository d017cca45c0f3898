"""The kernel's own WireGuard, told and asked by netlink from inside the room."""

from typing import Any

from pyroute2 import WireGuard

from matinee.engines.tunnel.uapi import DEFAULT_KEEPALIVE, Endpoint
from matinee.engines.tunnel.wireguard_file import WireGuardConfig


def told(config: WireGuardConfig, endpoints: list[Endpoint | None]) -> dict[str, Any]:
    """The configuration as plain words, for the way to the porter (a socket that only we and it hold)."""
    peers = []
    for peer, endpoint in zip(config.peers, endpoints, strict=True):
        far = {"endpoint_addr": endpoint.address, "endpoint_port": endpoint.port} if endpoint else {}
        preshared = {"preshared_key": peer.preshared_key.base64} if peer.preshared_key else {}
        peers.append(
            {
                "public_key": peer.public_key.base64,
                "persistent_keepalive": peer.keepalive or DEFAULT_KEEPALIVE,
                "allowed_ips": [str(network) for network in peer.allowed],
                "replace_allowed_ips": True,
                **far,
                **preshared,
            }
        )
    return {"private_key": config.private_key.base64, "peers": peers}


def tell(name: str, words: dict[str, Any]) -> None:
    """Replace keys and peers of the device."""
    with WireGuard() as line:
        known = {peer["public_key"] for peer in words["peers"]}
        for peer in _peers(line, name):
            if peer["public_key"] not in known:
                line.set(name, peer={"public_key": peer["public_key"], "remove": True})
        line.set(name, private_key=words["private_key"])
        for peer in words["peers"]:
            line.set(name, peer=peer)


def ask(name: str) -> dict[str, float | int]:
    """The newest handshake of all peers, as the fields of a Handshake."""
    with WireGuard() as line:
        peers = _peers(line, name)
    return {
        "at": max((float(peer["handshake"]) for peer in peers), default=0.0),
        "received": sum(int(peer["received"]) for peer in peers),
        "sent": sum(int(peer["sent"]) for peer in peers),
    }


def _peers(line: WireGuard, name: str) -> list[dict[str, Any]]:
    found = []
    for part in line.info(name):
        for peer in part.get_attr("WGDEVICE_A_PEERS") or ():
            key = peer.get_attr("WGPEER_A_PUBLIC_KEY")
            time = peer.get_attr("WGPEER_A_LAST_HANDSHAKE_TIME") or {}
            found.append(
                {
                    "public_key": key.decode() if isinstance(key, bytes) else key,
                    "handshake": time.get("tv_sec", 0) + time.get("tv_nsec", 0) / 1e9,
                    "received": peer.get_attr("WGPEER_A_RX_BYTES") or 0,
                    "sent": peer.get_attr("WGPEER_A_TX_BYTES") or 0,
                }
            )
    return found
