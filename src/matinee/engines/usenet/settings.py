"""How the usenet engine behaves where its owner has a choice."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from matinee.engines.usenet.post import Wishes
from matinee.engines.usenet.servers import Penalties


@dataclass(frozen=True, slots=True)
class Settings:
    """Seconds and bytes. `threads` of 0 is as many as the machine has cores, two at least.

    With less than `least_room` on the disk everything waits. NZBs put into `watched` are taken, from a folder in it
    with the category's name.
    """

    threads: int = 0
    least_room: int = 500 * 2**20
    room_seconds: float = 3.0  # between two looks at a disk that is full
    watched: Path | None = None
    watch_seconds: float = 5.0
    wishes: Wishes = field(default_factory=Wishes)
    clock: Callable[[], datetime] = datetime.now  # the clock on the wall
    penalties: Penalties = field(default_factory=Penalties)
