"""What the pipeline works with: the memory, and whoever fills each role tonight."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from matinee.kernel.clock import Clock, now
from matinee.kernel.database import Database
from matinee.kernel.errors import Unreachable
from matinee.kernel.journeys import Journeys
from matinee.media.profile import Profile
from matinee.media.title import Kind
from matinee.pipeline.following import Follower
from matinee.pipeline.ports import FileProbe, Indexer, MetadataSource

SEARCHES_AT_ONCE = 3


@dataclass(frozen=True)
class Shelf:
    """Where films are kept: `library` is the folder, `movies` and `series` lie below it."""

    library: Path
    downloads: Path
    movies: str = "Movies"
    series: str = "Series"
    allow_copy: bool = False

    def folder_for(self, kind: Kind) -> str:
        """The root folder of new titles of this kind, relative to the library."""
        return self.movies if kind is Kind.MOVIE else self.series


@dataclass(frozen=True)
class Parts:
    """The house as the pipeline sees it. `followers` hold the download clients by name, best first."""

    database: Database
    journeys: Journeys
    metadata: MetadataSource
    indexers: tuple[Indexer, ...]
    followers: Mapping[str, Follower]
    probe: FileProbe
    shelf: Shelf
    profiles: Mapping[str, Profile]
    default_profile: str = "HD"
    search_again: timedelta = timedelta(hours=1)
    stall_after: timedelta = timedelta(minutes=30)
    clock: Clock = now
    searches: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(SEARCHES_AT_ONCE))

    def profile(self, name: str) -> Profile:
        """The profile of this name; one that is gone is replaced by the default."""
        return self.profiles.get(name) or self.profiles[self.default_profile]

    def torrent_client(self) -> Follower:
        """Who downloads torrents. Unreachable, with the cure, when nobody does."""
        if not self.followers:
            raise Unreachable(
                "Nobody downloads torrents: set tunnel.mode in matinee.toml "
                '("interface" with your VPN\'s device), or torrent.client.'
            )
        return next(iter(self.followers.values()))
