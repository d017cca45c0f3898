"""What lies between a torrent engine and whoever asks it: orders go in, torrents and their changes come out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Protocol

GLOBAL_LIMIT = -2
NO_LIMIT = -1


class Phase(StrEnum):
    """What a torrent is busy with, or would be if nobody had stopped it."""

    METADATA = "metadata"
    CHECKING = "checking"
    DOWNLOADING = "downloading"
    SEEDING = "seeding"


@dataclass(frozen=True, slots=True)
class ShareLimits:
    """When seeding is enough: ratio, and minutes seeded or idle; GLOBAL_LIMIT follows the preferences."""

    ratio: float = GLOBAL_LIMIT
    seeding_minutes: int = GLOBAL_LIMIT
    idle_minutes: int = GLOBAL_LIMIT


@dataclass(frozen=True, slots=True)
class TorrentOrder:
    """What to download: a .torrent's bytes or a magnet link, and how. Without a folder the category's is taken."""

    torrent: bytes | None = None
    magnet: str | None = None
    folder: Path | None = None
    category: str = ""
    tags: frozenset[str] = frozenset()
    stopped: bool = False
    forced: bool = False
    sequential: bool = False
    limits: ShareLimits = ShareLimits()
    down_limit: int = 0
    up_limit: int = 0


@dataclass(frozen=True, slots=True)
class Torrent:
    """One torrent as it stands now: sizes in bytes, speeds in bytes a second, times in seconds since 1970.

    `id` is the v1 infohash where there is one. `done` and `size` count wanted files only; `complete` means
    that all of those are there. `error` is a sentence when the torrent cannot go on without help.
    """

    id: str
    name: str
    phase: Phase
    folder: Path
    content: Path
    added_at: int
    infohash_v1: str = ""
    infohash_v2: str = ""
    magnet: str = ""
    complete: bool = False
    stopped: bool = False
    queued: bool = False
    forced: bool = False
    missing: bool = False
    error: str = ""
    tracker: str = ""
    tracker_count: int = 0
    tracker_message: str = ""
    category: str = ""
    tags: frozenset[str] = frozenset()
    size: int = 0
    total_size: int = 0
    done: int = 0
    progress: float = 0.0
    downloaded: int = 0
    uploaded: int = 0
    session_downloaded: int = 0
    session_uploaded: int = 0
    wasted: int = 0
    down_speed: int = 0
    up_speed: int = 0
    down_limit: int = 0
    up_limit: int = 0
    seeds: int = 0
    peers: int = 0
    known_seeds: int = 0
    known_peers: int = 0
    connections: int = 0
    place_in_queue: int = 0
    sequential: bool = False
    limits: ShareLimits = ShareLimits()
    seconds_active: int = 0
    seconds_seeding: int = 0
    completed_at: int = 0
    active_at: int = 0
    next_announce: int = 0
    piece_size: int = 0
    pieces: int = 0
    pieces_done: int = 0
    private: bool = False
    comment: str = ""
    created_by: str = ""
    created_at: int = 0

    @property
    def ratio(self) -> float:
        """Uploaded over downloaded; over the size when nothing was downloaded because it was there."""
        return self.uploaded / (self.downloaded or self.done or 1)


@dataclass(frozen=True, slots=True)
class TorrentFile:
    """One file; `path` is relative to the torrent's folder; priority 0 means not wanted, 1 normal, 6 and 7 higher."""

    index: int
    path: PurePosixPath
    size: int
    done: int
    priority: int
    first_piece: int
    last_piece: int
    availability: float


class TrackerState(StrEnum):
    """How a tracker answers."""

    NOT_ASKED = "not asked"
    WORKING = "working"
    ASKING = "asking"
    FAILING = "failing"


@dataclass(frozen=True, slots=True)
class Tracker:
    """One tracker of a torrent and the last thing it said; counts are -1 where unknown."""

    url: str
    tier: int
    state: TrackerState
    message: str = ""
    seeds: int = -1
    peers: int = -1
    downloads: int = -1


@dataclass(frozen=True, slots=True)
class Peer:
    """Somebody who has parts of a torrent: progress from 0 to 1, speeds in bytes a second."""

    address: str
    port: int
    client: str
    progress: float
    down_speed: int
    up_speed: int
    downloaded: int
    uploaded: int
    connection: str


class Piece(StrEnum):
    """Whether one piece of a torrent is here."""

    MISSING = "missing"
    COMING = "coming"
    HERE = "here"


@dataclass(frozen=True, slots=True)
class Preferences:
    """The engine's own rules; limits in bytes a second, 0 for none; NO_LIMIT for no share limit.

    `port` and `dht` are given anew at each start and are not remembered.
    """

    port: int = 0
    dht: bool = False
    down_limit: int = 0
    up_limit: int = 0
    connections: int = 500
    queueing: bool = False
    active_downloads: int = 3
    active_seeds: int = 3
    active_torrents: int = 5
    limits: ShareLimits = ShareLimits(NO_LIMIT, NO_LIMIT, NO_LIMIT)


@dataclass(frozen=True, slots=True)
class Traffic:
    """All torrents together since the engine started: speeds in bytes a second, amounts in bytes."""

    listening: bool = False
    reached: bool = False
    down_speed: int = 0
    up_speed: int = 0
    downloaded: int = 0
    uploaded: int = 0
    dht_nodes: int = 0
    free_space: int = 0


class TorrentEngine(Protocol):
    """Downloads torrents and seeds them. Unknown ids raise NotFound where one torrent is meant, and are
    left out where several are. Everything that changes a torrent is on disk before it returns.
    """

    version: str
    root: Path
    address: str

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

    async def reannounce(self, ids: Iterable[str]) -> None:
        """Ask the trackers again now."""
        ...

    async def move_in_queue(self, ids: Iterable[str], where: str) -> None:
        """Change the place in the queue: up, down, top or bottom."""
        ...

    async def files(self, id: str) -> Sequence[TorrentFile]:
        """The files; none before the metadata is there."""
        ...

    async def set_file_priority(self, id: str, indexes: Sequence[int], priority: int) -> None:
        """Want files more or not at all; Conflict before the metadata is there or for an unknown file."""
        ...

    async def trackers(self, id: str) -> Sequence[Tracker]:
        """The trackers and what they last said."""
        ...

    async def peers(self, id: str) -> Sequence[Peer]:
        """Who is connected."""
        ...

    async def connect(self, id: str, address: str, port: int) -> None:
        """Try a peer known from elsewhere."""
        ...

    async def pieces(self, id: str) -> Sequence[Piece]:
        """Every piece in order."""
        ...

    async def set_category(self, ids: Iterable[str], category: str) -> None:
        """File under a category ("" for none); Conflict when it does not exist."""
        ...

    async def set_tags(self, ids: Iterable[str], *, add: Iterable[str] = (), remove: Iterable[str] | None = ()) -> None:
        """Add and remove tags; `remove=None` removes all."""
        ...

    async def set_share_limits(self, ids: Iterable[str], limits: ShareLimits) -> None:
        """When each has seeded enough."""
        ...

    async def set_speed_limits(self, ids: Iterable[str], *, down: int | None = None, up: int | None = None) -> None:
        """Bytes a second for each torrent, 0 for no limit; None leaves it."""
        ...

    async def set_sequential(self, ids: Iterable[str], on: bool | None) -> None:
        """Download in order of playing; None turns it over."""
        ...

    def categories(self) -> Mapping[str, str]:
        """The folder of each category, "" where it has none of its own."""
        ...

    async def put_category(self, name: str, folder: str) -> None:
        """Make a category, or give it another folder; Refused when the folder is outside the root."""
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

    def preferences(self) -> Preferences:
        """The rules in force."""
        ...

    async def set_preferences(self, preferences: Preferences) -> None:
        """Put other rules in force at once."""
        ...

    def traffic(self) -> Traffic:
        """What flows now."""
        ...
