"""What a WireGuard program is told and asked through its control socket, so that keys stand on no command line."""

import asyncio
import contextlib
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from matinee.engines.tunnel.wireguard_file import Peer, WireGuardConfig
from matinee.kernel.errors import Refused, Unreachable

FOLDER = Path("/run/wireguard")
DEFAULT_KEEPALIVE = 25
_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Handshake:
    """When a peer was last agreed with (Unix time, 0 never) and the bytes since the device was made."""

    at: float = 0.0
    received: int = 0
    sent: int = 0

    def age(self, now: float | None = None) -> float | None:
        """Seconds since then; None when there was none."""
        return None if not self.at else max(0.0, (time.time() if now is None else now) - self.at)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where encrypted packets for a peer go: an IP address, looked up already."""

    address: str
    port: int

    def __str__(self) -> str:
        return f"[{self.address}]:{self.port}" if ":" in self.address else f"{self.address}:{self.port}"


async def tell(socket: Path, config: WireGuardConfig, endpoints: Iterable[Endpoint | None]) -> None:
    """Give the program its keys and peers; what it knew before is replaced."""
    lines = ["set=1", f"private_key={config.private_key.hex}", "replace_peers=true"]
    for peer, endpoint in zip(config.peers, endpoints, strict=True):
        lines += _peer(peer, endpoint)
    answer = await _call(socket, "\n".join(lines) + "\n\n")
    if answer.get("errno") != ["0"]:
        raise Refused(f"the WireGuard program refuses {config.name} (error {answer.get('errno', ['?'])[0][:10]})")


async def ask(socket: Path) -> Handshake:
    """The newest handshake of all peers."""
    answer = await _call(socket, "get=1\n\n")
    seconds = [float(each) for each in answer.get("last_handshake_time_sec", [])]
    nanos = [float(each) for each in answer.get("last_handshake_time_nsec", [])]
    newest = max((s + n / 1e9 for s, n in zip(seconds, nanos, strict=False)), default=0.0)
    received, sent = (sum(map(int, answer.get(name, []))) for name in ("rx_bytes", "tx_bytes"))
    return Handshake(newest, received, sent)


def _peer(peer: Peer, endpoint: Endpoint | None) -> list[str]:
    lines = [f"public_key={peer.public_key.hex}"]
    if peer.preshared_key:
        lines.append(f"preshared_key={peer.preshared_key.hex}")
    if endpoint:
        lines.append(f"endpoint={endpoint}")
    lines.append(f"persistent_keepalive_interval={peer.keepalive or DEFAULT_KEEPALIVE}")
    return [*lines, "replace_allowed_ips=true", *(f"allowed_ip={network}" for network in peer.allowed)]


async def _call(socket: Path, text: str) -> dict[str, list[str]]:
    try:
        async with asyncio.timeout(_SECONDS):
            reader, writer = await asyncio.open_unix_connection(str(socket))
            try:
                writer.write(text.encode())
                answer = await reader.readuntil(b"\n\n")
            finally:
                writer.close()
                with contextlib.suppress(OSError):
                    await writer.wait_closed()
    except (OSError, TimeoutError, EOFError, asyncio.LimitOverrunError) as error:
        raise Unreachable("the WireGuard program gives no answer") from error
    told: dict[str, list[str]] = {}
    for line in answer.decode("ascii", "replace").splitlines():
        name, _, value = line.partition("=")
        told.setdefault(name, []).append(value)
    return told
