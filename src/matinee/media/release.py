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

    `flags` are what the indexer promises, as `freeleech`, `internal`.

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
