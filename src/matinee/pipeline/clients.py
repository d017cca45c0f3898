"""Who downloads what: several clients at once, each for its protocol, some for certain indexers."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from matinee.media.release import Protocol, Release


@dataclass(frozen=True, slots=True)
class ClientSeat:
    """A download client of the house. Lower `priority` is tried first.

    One that names `indexers` is for their releases alone, and goes before those that name none. `theirs` and `ours`
    are the same folder as the client and as this house see it, where that differs.
    """

    name: str
    protocol: Protocol = Protocol.TORRENT
    priority: int = 25
    indexers: frozenset[str] = frozenset()
    theirs: str = ""
    ours: Path | None = None


@dataclass(frozen=True, slots=True)
class Shared:
    """One folder as a client and as this house see it; `is_proven` when the client saw what was written here."""

    theirs: Path
    ours: Path
    is_proven: bool = False

    def here(self, told: Path) -> Path:
        """Where what the client tells of lies for this house."""
        path = PurePosixPath(told)
        return self.ours / path.relative_to(self.theirs) if path.is_relative_to(self.theirs) else told

    @property
    def in_words(self) -> str:
        """As the map tells it."""
        told = f"{self.ours} on both sides" if self.theirs == self.ours else f"{self.theirs} there is {self.ours} here"
        return told + (", proven by a file" if self.is_proven else ", as far as can be told: it cannot be asked")


def fitting(seats: Iterable[ClientSeat], release: Release) -> list[ClientSeat]:
    """The clients that may download a release, the first to be tried first."""
    able = [seat for seat in seats if seat.protocol is release.protocol]
    named = [seat for seat in able if release.indexer in seat.indexers]
    free = [seat for seat in able if not seat.indexers]
    return [*sorted(named, key=_priority), *sorted(free, key=_priority)]


def local_path(seat: ClientSeat, told: Path) -> Path:
    """Where a folder or file that the client tells of lies for this house."""
    if not seat.theirs or seat.ours is None:
        return told
    try:
        return seat.ours / PurePosixPath(told).relative_to(PurePosixPath(seat.theirs))
    except ValueError:
        return told


def derived(told: Path, downloads: Path) -> Path | None:
    """Where a path that does not exist here most likely lies: what of its end is found below the downloads folder."""
    names = PurePosixPath(told).parts
    for start in range(len(names)):
        candidate = downloads.joinpath(*(name for name in names[start:] if name not in ("/", "..", ".")))
        if candidate != downloads and candidate.exists():
            return candidate
    return None


def _priority(seat: ClientSeat) -> tuple[int, str]:
    return seat.priority, seat.name
