"""What is known of a torrent: how it stands, its files, its trackers, who else has it."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath

from matinee.pipeline.torrent_rules import DEFAULT_LIMITS, ShareLimits


class Phase(StrEnum):
    """What a torrent is busy with, or would be if nobody had stopped it."""

    METADATA = "metadata"
    CHECKING = "checking"
    DOWNLOADING = "downloading"
    SEEDING = "seeding"


@dataclass(frozen=True, slots=True)
class Torrent:
    """One torrent as it stands now: sizes in bytes, speeds in bytes a second, times in seconds since 1970.

    `id` is the v1 infohash where there is one. `folder` is where it belongs, `incomplete` where it lies until it is
    complete, `content` where its files are now. `done` and `size` count wanted files only; `complete` means
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
    moving: bool = False
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
    first_last: bool = False
    super_seeding: bool = False
    auto: bool = False
    incomplete: str = ""
    limits: ShareLimits = DEFAULT_LIMITS
    seconds_active: int = 0
    seconds_seeding: int = 0
    completed_at: int = 0
    active_at: int = 0
    seen_complete: int = 0
    availability: float = -1
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
    flags: str = ""


class Piece(StrEnum):
    """Whether one piece of a torrent is here."""

    MISSING = "missing"
    COMING = "coming"
    HERE = "here"


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


class Weight(StrEnum):
    """How much an entry of the diary matters."""

    NORMAL = "normal"
    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the engine's diary; ids grow, `at` in seconds since 1970."""

    id: int
    text: str
    at: int
    weight: Weight


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """A peer that was not let in, and why; ids grow, `at` in seconds since 1970."""

    id: int
    address: str
    at: int
    banned: bool
    reason: str


class CreationState(StrEnum):
    """How far a torrent is that is being made."""

    QUEUED = "Queued"
    RUNNING = "Running"
    FINISHED = "Finished"
    FAILED = "Failed"


@dataclass(frozen=True, slots=True)
class Creation:
    """A torrent that is being made of files below the download folder; moments in seconds since 1970, 0 for not yet.

    `format` is v1, v2 or hybrid; `piece_size` 0 lets the size decide. `target` is where a copy is kept, if anywhere.
    """

    id: str
    source: Path
    format: str = "hybrid"
    piece_size: int = 0
    private: bool = False
    comment: str = ""
    trackers: tuple[tuple[str, ...], ...] = ()
    url_seeds: tuple[str, ...] = ()
    source_tag: str = ""
    target: Path | None = None
    start_seeding: bool = True
    state: CreationState = CreationState.QUEUED
    progress: int = 0
    error: str = ""
    added_at: int = 0
    started_at: int = 0
    finished_at: int = 0
