"""What every tunnel can be asked, whether it is our own or a Gluetun in a container of its own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, Protocol, Self


class Mode(StrEnum):
    """Where torrents may leave: `netns` and `rootless` are rooms of our own, `none` is no tunnel at all."""

    NETNS = "netns"
    ROOTLESS = "rootless"
    INTERFACE = "interface"
    PROXY = "proxy"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class TunnelState:
    """One look at the tunnel. Ages in seconds, None for never; `words` is for the owner, `since` is Unix time.

    `outside_packets` left the room by another way than the tunnel (it must stay 0); `refused_packets` wanted to
    and were dropped. `port` is the one the provider leads to us, 0 for none; `ports` are all of them, and
    `port_words` says why there are none.
    """

    mode: Mode
    up: bool = False
    wanted: bool = True
    words: str = "the tunnel is being opened"
    config: str = ""
    since: float = 0.0
    handshake_age: float | None = None
    received: int = 0
    sent: int = 0
    outside_packets: int = 0
    refused_packets: int = 0
    address_inside: str = ""
    address_outside: str = ""
    port: int = 0
    ports: tuple[int, ...] = ()
    port_words: str = ""
    reconnections: int = 0
    notes: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Self:
        """What `as_json` wrote; what a newer tunnel tells beyond it is left out."""
        known = {each.name: told[each.name] for each in fields(cls) if each.name in told}
        lists = {name: tuple(known.get(name, ())) for name in ("ports", "notes")}
        return cls(**{**known, **lists, "mode": Mode(known["mode"])})

    def as_json(self) -> dict[str, Any]:
        """With plain values only."""
        return {each.name: _plain(getattr(self, each.name)) for each in fields(self)}


class Tunnel(Protocol):
    """A tunnel at work in this process."""

    @property
    def state(self) -> TunnelState:
        """How it is now."""

    @property
    def revision(self) -> int:
        """Another number after every change of the state."""

    async def changed_since(self, revision: int, seconds: float) -> int:
        """Wait for news at most so long; the newest revision."""

    async def want(self, wanted: bool) -> None:
        """Open the tunnel or close it."""

    def on_port(self, listener: Callable[[int], None]) -> None:
        """Call the listener whenever the provider leads another port to us; with 0 when none."""


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return str(value) if isinstance(value, Mode) else value
