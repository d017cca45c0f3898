"""A release is one upload of a title that an indexer offers for download."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from matinee.media.title import ExternalIds


class Protocol(StrEnum):
    """How a release is downloaded."""

    TORRENT = "torrent"
    USENET = "usenet"


@dataclass(frozen=True, slots=True)
class Release:
    """What an indexer says of one upload; size in bytes, `guid` unique within the indexer.

    `flags` are what the indexer promises: `freeleech`, `halfleech`, `neutralleech`, `doubleupload`, `internal`,
    `exclusive`, `scene`. A factor of 0 means that this traffic is not counted; `minimum_seed_time` is in seconds.
    `attributes` is what else it tells, by Newznab's names (`genre`, `year`, `author`, `coverurl`, `subs` …).

    `download_url` may carry a key: it is kept in the store and never shown.
    """

    guid: str
    name: str
    indexer: str
    download_url: str
    size: int
    protocol: Protocol = Protocol.TORRENT
    published: datetime | None = None
    seeders: int | None = None
    leechers: int | None = None
    categories: tuple[int, ...] = ()
    infohash: str | None = None
    ids: ExternalIds = field(default_factory=ExternalIds)
    page_url: str | None = None
    indexer_priority: int = 25
    flags: frozenset[str] = frozenset()
    magnet_url: str | None = None
    grabs: int | None = None
    files: int | None = None
    download_factor: float = 1.0
    upload_factor: float = 1.0
    minimum_ratio: float | None = None
    minimum_seed_time: int | None = None
    description: str = ""
    attributes: tuple[tuple[str, str], ...] = ()
