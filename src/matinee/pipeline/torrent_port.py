"""What lies between a torrent engine and whoever asks it: orders go in, torrents and their changes come out."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from matinee.pipeline.torrent_facts import (
    Creation,
    CreationState,
    Entry,
    Peer,
    Phase,
    Piece,
    Torrent,
    TorrentFile,
    Tracker,
    TrackerState,
    Traffic,
    TurnedAway,
    Weight,
)
from matinee.pipeline.torrent_rules import (
    GLOBAL_LIMIT,
    NO_LIMIT,
    Alternative,
    Category,
    Encryption,
    Layout,
    LimitAction,
    LimitMode,
    Preferences,
    Proxy,
    ProxyKind,
    ShareLimits,
    StopCondition,
    TorrentOrder,
    Transport,
)

__all__ = [
    "GLOBAL_LIMIT",
    "NO_LIMIT",
    "Alternative",
    "Category",
    "Creation",
    "CreationState",
    "Encryption",
    "Entry",
    "Layout",
    "LimitAction",
    "LimitMode",
    "Peer",
    "Phase",
    "Piece",
    "Preferences",
    "Proxy",
    "ProxyKind",
    "ShareLimits",
    "StopCondition",
    "Torrent",
    "TorrentEngine",
    "TorrentFile",
    "TorrentOrder",
    "Tracker",
    "TrackerState",
    "Traffic",
    "Transport",
    "TurnedAway",
    "Weight",
]


class Looking(Protocol):
    """What can be seen."""

    version: str
    root: Path
    address: str
    device: str

    @property
    def revision(self) -> int:
        """A number that grows with every change worth telling."""
        ...

    async def changed_since(self, revision: int, seconds: float) -> None:
        """Return when the revision is another one, at the latest after so many seconds."""
        ...

    def torrents(self) -> Mapping[str, Torrent]:
        """All torrents by id; the same object as long as nothing changed in it."""
        ...

    def torrent(self, id: str) -> Torrent:
        """One torrent."""
        ...

    async def files(self, id: str) -> Sequence[TorrentFile]:
        """The files; none before the metadata is there."""
        ...

    async def trackers(self, id: str) -> Sequence[Tracker]:
        """The trackers and what they last said."""
        ...

    async def web_seeds(self, id: str) -> Sequence[str]:
        """The web servers that have its files."""
        ...

    async def peers(self, id: str) -> Sequence[Peer]:
        """Who is connected."""
        ...

    async def pieces(self, id: str) -> Sequence[Piece]:
        """Every piece in order."""
        ...

    async def piece_hashes(self, id: str) -> Sequence[str]:
        """The SHA-1 of every piece in order; none before the metadata is there, and none in version 2."""
        ...

    async def exported(self, id: str) -> bytes:
        """The torrent as a .torrent file; Conflict before the metadata is there."""
        ...

    def traffic(self) -> Traffic:
        """What flows now."""
        ...

    def diary(self) -> Sequence[Entry]:
        """What happened lately, oldest first."""
        ...

    def turned_away(self) -> Sequence[TurnedAway]:
        """Who was not let in lately, oldest first."""
        ...


class Running(Protocol):
    """Coming, going, stopping, starting."""

    async def add(self, order: TorrentOrder) -> str:
        """Start a torrent and return its id; Refused when it cannot be, Conflict when it is there already."""
        ...

    async def remove(self, ids: Iterable[str], *, delete_files: bool) -> None:
        """Forget torrents, and their files when told."""
        ...

    async def stop_torrents(self, ids: Iterable[str]) -> None:
        """Stop; they stay stopped until started."""
        ...

    async def start_torrents(self, ids: Iterable[str], *, forced: bool = False) -> None:
        """Go on, after an error too; forced ones do not wait in the queue."""
        ...

    async def recheck(self, ids: Iterable[str]) -> None:
        """Read all files again and see which pieces are right."""
        ...

    async def move_in_queue(self, ids: Iterable[str], where: str) -> None:
        """Change the place in the queue: up, down, top or bottom."""
        ...

    async def set_share_limits(self, ids: Iterable[str], limits: ShareLimits) -> None:
        """When each has seeded enough, and what happens then."""
        ...

    async def set_speed_limits(self, ids: Iterable[str], *, down: int | None = None, up: int | None = None) -> None:
        """Bytes a second for each torrent, 0 for no limit; None leaves it."""
        ...

    async def set_sequential(self, ids: Iterable[str], on: bool | None) -> None:
        """Download in order of playing; None turns it over."""
        ...

    async def set_first_last(self, ids: Iterable[str], on: bool | None) -> None:
        """Download the two ends of every file first; None turns it over."""
        ...

    async def set_super_seeding(self, ids: Iterable[str], on: bool) -> None:
        """Give each piece out once only, as the first seeder does."""
        ...


class Placing(Protocol):
    """Where files lie and what they are called. Folders outside the root are Refused."""

    async def set_file_priority(self, id: str, indexes: Sequence[int], priority: int) -> None:
        """Want files more or not at all; Conflict before the metadata is there or for an unknown file."""
        ...

    async def rename(self, id: str, name: str) -> None:
        """Call the torrent otherwise in lists; its files keep their names."""
        ...

    async def rename_file(self, id: str, old: str, new: str) -> None:
        """Rename one file; both paths are relative to the torrent's folder. Conflict when it cannot be."""
        ...

    async def rename_folder(self, id: str, old: str, new: str) -> None:
        """Rename a folder inside the torrent."""
        ...

    async def set_folder(self, ids: Iterable[str], folder: Path) -> None:
        """Move torrents to another folder; they no longer follow their category."""
        ...

    async def set_incomplete_folder(self, ids: Iterable[str], folder: str) -> None:
        """Where torrents lie until they are complete; "" for their own folder."""
        ...

    async def set_auto(self, ids: Iterable[str], on: bool) -> None:
        """Let torrents follow the folder of their category, now and when it changes."""
        ...


class Filing(Protocol):
    """Categories and tags."""

    async def set_category(self, ids: Iterable[str], category: str) -> None:
        """File under a category ("" for none); Conflict when it does not exist."""
        ...

    async def set_tags(self, ids: Iterable[str], *, add: Iterable[str] = (), remove: Iterable[str] | None = ()) -> None:
        """Add and remove tags; `remove=None` removes all others."""
        ...

    def categories(self) -> Mapping[str, Category]:
        """All categories by name."""
        ...

    async def put_category(self, name: str, category: Category | str) -> None:
        """Make a category, or give it other folders; Refused when one is outside the root."""
        ...

    async def drop_categories(self, names: Iterable[str]) -> None:
        """Forget categories; their torrents lose it."""
        ...

    def tags(self) -> frozenset[str]:
        """All tags."""
        ...

    async def put_tags(self, names: Iterable[str]) -> None:
        """Make tags."""
        ...

    async def drop_tags(self, names: Iterable[str]) -> None:
        """Forget tags, on torrents too."""
        ...


class Meeting(Protocol):
    """Trackers and peers."""

    async def reannounce(self, ids: Iterable[str]) -> None:
        """Ask the trackers again now."""
        ...

    async def add_trackers(self, id: str, tiers: Sequence[Sequence[str]]) -> None:
        """Ask more trackers; the first tier given comes after the last one there is."""
        ...

    async def edit_tracker(self, id: str, old: str, new: str) -> None:
        """Ask another one in a tracker's place; NotFound for an unknown one, Conflict when the new one is there."""
        ...

    async def drop_trackers(self, id: str, urls: Iterable[str]) -> None:
        """Ask trackers no more; Conflict when none of them is there."""
        ...

    async def put_web_seeds(self, id: str, urls: Iterable[str]) -> None:
        """Download from web servers too."""
        ...

    async def drop_web_seeds(self, id: str, urls: Iterable[str]) -> None:
        """Download from web servers no more."""
        ...

    async def connect(self, id: str, address: str, port: int) -> None:
        """Try a peer known from elsewhere; Conflict for a private torrent, whose tracker alone names peers."""
        ...

    async def ban(self, addresses: Iterable[str]) -> None:
        """Never speak with these addresses again; Refused for what is no address."""
        ...


class Ruling(Protocol):
    """The rules of the engine, and torrents it makes itself."""

    def preferences(self) -> Preferences:
        """The rules in force."""
        ...

    async def set_preferences(self, preferences: Preferences) -> None:
        """Put other rules in force at once."""
        ...

    async def reopen(self) -> None:
        """Listen anew on the same port, as after the tunnel came back."""
        ...

    async def create(self, creation: Creation) -> str:
        """Make a torrent of files below the root and return the id of the work; Conflict when too much waits."""
        ...

    def creations(self) -> Mapping[str, Creation]:
        """The torrents being made or made, by id."""
        ...

    def created(self, id: str) -> bytes:
        """A torrent that was made; NotFound for an unknown one, Conflict for one that is not finished."""
        ...

    def drop_creation(self, id: str) -> None:
        """Forget a torrent that was made, or make it no more."""
        ...


class TorrentEngine(Looking, Running, Placing, Filing, Meeting, Ruling, Protocol):
    """Downloads torrents and seeds them. Unknown ids raise NotFound where one torrent is meant, and are
    left out where several are. Everything that changes a torrent is on disk before it returns.
    """
