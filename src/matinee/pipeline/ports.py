"""What the pipeline needs from the world: anyone who keeps these promises can fill the role."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol, runtime_checkable

from matinee.kernel.errors import Refused, Unreachable
from matinee.media.file import MediaFacts
from matinee.media.indexing import Abilities, IndexerFacts, Page, Question
from matinee.media.release import Release
from matinee.media.seeding import Seeding, SeedingGoal
from matinee.media.title import Kind, Shelf, Title, TitleCard, TitleRef


class MetadataSource(Protocol):
    """Knows titles. Raises Unreachable when silent, NotFound for an unknown title."""

    name: str

    async def search(self, text: str) -> list[TitleCard]:
        """Titles that fit the text, best first."""
        ...

    async def discover(self) -> list[Shelf]:
        """Rows of posters worth a look tonight."""
        ...

    async def title(self, ref: TitleRef) -> Title:
        """All about one title; for a series with every episode."""
        ...

    async def probe(self) -> str:
        """One cheap real call; the answer says what was seen (for the map)."""
        ...


@dataclass(frozen=True, slots=True)
class Query:
    """What to ask an indexer for; ids where known, text always."""

    kind: Kind
    text: str
    year: int | None = None
    imdb: str | None = None
    tmdb: int | None = None
    tvdb: int | None = None
    tvmaze: int | None = None
    season: int | None = None
    episode: int | None = None


class Indexer(Protocol):
    """Finds releases. Raises Unreachable or Refused, in words that name the indexer; Limited when it asks for a pause.

    `priority` is from 1 to 50, lower wins among equal releases.
    """

    name: str
    priority: int
    facts: IndexerFacts

    async def abilities(self) -> Abilities:
        """What it can do; asked of the far end seldom, known at once where nothing need be asked."""
        ...

    async def ask(self, question: Question) -> Page:
        """One answer to one question; one bad row never loses the others."""
        ...

    async def fetch(self, release: Release) -> "Payload":
        """The torrent or NZB itself, or the magnet link the indexer answers with instead."""
        ...

    async def probe(self) -> str:
        """One cheap real call; the answer says what was seen (for the map)."""
        ...

    async def close(self) -> None:
        """Hang up."""
        ...


class Limited(Unreachable):
    """The far end asks for a pause: so many seconds, None when it does not say how long."""

    def __init__(self, message: str, *, seconds: float | None = None) -> None:
        super().__init__(message)
        self.seconds = seconds


class Unanswerable(Refused):
    """The far end cannot answer this one question; it may be well otherwise."""


@dataclass(frozen=True, slots=True)
class Payload:
    """What a download client is given: a .torrent's bytes or a magnet link with its infohash, or an NZB's bytes.

    `name` is what its release is called, `goal` what it must give back. One that `looks_first` stops by itself as soon
    as the names of its files are known, so that they can be judged.
    """

    infohash: str = ""
    torrent: bytes | None = None
    magnet: str | None = None
    nzb: bytes | None = None
    name: str = ""
    goal: SeedingGoal | None = None
    looks_first: bool = False


class DownloadState(StrEnum):
    """Where a download stands, whoever does it."""

    QUEUED = "queued"
    METADATA = "metadata"
    DOWNLOADING = "downloading"
    STALLED = "stalled"
    CHECKING = "checking"
    PAUSED = "paused"
    COMPLETE = "complete"
    FAILED = "failed"


MOVING = frozenset({DownloadState.DOWNLOADING, DownloadState.CHECKING, DownloadState.METADATA})


@dataclass(frozen=True, slots=True)
class DownloadStatus:
    """A download as its client reports it: sizes in bytes, speed in bytes a second, eta in seconds.

    `seeding` is what it has given back; None where nothing is to be, or where the client does not tell.
    """

    id: str
    name: str
    state: DownloadState
    size: int
    done: int
    speed: int
    eta: int | None
    seeders: int
    path: Path
    message: str = ""
    seeding: Seeding | None = None


@dataclass(frozen=True, slots=True)
class DownloadFile:
    """One file of a download; `path` is relative to the download's folder, size and done in bytes."""

    path: Path
    size: int
    done: int


class ClientRefused(Refused):
    """The client itself refuses us, whatever the release: a wrong password, a ban, a torrent it does not explain."""


class DownloadClient(Protocol):
    """Downloads releases. Raises Unreachable (try later) or Refused (bad torrent, wrong password)."""

    name: str

    async def add(self, payload: Payload, *, category: str, folder: Path) -> str:
        """Start the download into the folder; the same payload twice is one download. Returns its id."""
        ...

    def watch(self) -> AsyncIterator[dict[str, DownloadStatus]]:
        """All downloads by id: at once, then each time something changed. Ends by an exception only."""
        ...

    async def files(self, id: str) -> list[DownloadFile]:
        """The files of one download."""
        ...

    async def remove(self, id: str, *, delete_files: bool) -> None:
        """Forget the download; its files only when told. Unknown ids are already forgotten."""
        ...

    async def resume(self, id: str) -> None:
        """Let a download that was paused or hit an error go on."""
        ...

    async def probe(self) -> str:
        """One cheap real call; the answer says what was seen (for the map)."""
        ...


@runtime_checkable
class Stopping(Protocol):
    """A download client that can let one download stand still. Whoever cannot keeps what the house has a goal for."""

    async def stop(self, id: str) -> None:
        """Let one download stand still, complete or not; unknown ids are no error."""
        ...


@dataclass(frozen=True, slots=True)
class Landing:
    """Where a client puts downloads, as it sees it; `is_fixed` when it does so whatever folder it is told."""

    folder: Path
    is_fixed: bool = False


@runtime_checkable
class Locating(Protocol):
    """A download client that tells where its downloads lie, so that the folder need not be written down."""

    async def lands(self, category: str) -> Landing:
        """Where downloads of a category are put."""
        ...

    async def sees(self, folder: Path) -> bool | None:
        """Whether a folder is there for the client; None when it cannot say."""
        ...


class FileProbe(Protocol):
    """Looks into a file. Raises Refused when it is not a film."""

    async def __call__(self, path: Path) -> MediaFacts:
        """Duration, picture, sound and chapters of the file."""
        ...
