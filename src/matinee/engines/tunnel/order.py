"""What the owner wants of the tunnel: whose files, which kind of room, and how patient it is."""

from dataclasses import dataclass, field
from pathlib import Path

from matinee.engines.tunnel.inside import ROOM_FILE
from matinee.engines.tunnel.sources import Source
from matinee.pipeline.tunnel_port import Mode


@dataclass(frozen=True, slots=True)
class TunnelOrder:
    """What the owner wants. `probe` is the page that tells an address (empty for none); times in seconds.

    Without a `mode` the best room is made that this machine lets us build.
    """

    folder: Path
    sources: tuple[Source, ...]
    mode: Mode | None = Mode.NETNS
    namespace: str = "matinee"
    device: str = "matinee0"
    probe: str = ""
    forwards_port: bool = False
    pace: float = 2.0
    first_handshake: float = 15.0
    stale: float = 200.0
    probe_every: float = 300.0
    kernel: bool = field(default=True)

    @property
    def names(self) -> Path:
        """The resolv.conf of the room."""
        return self.folder / "resolv.conf"

    @property
    def room(self) -> Path:
        """Where it is written how to get inside."""
        return self.folder / ROOM_FILE
