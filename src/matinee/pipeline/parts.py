"""What the pipeline works with: the memory, and whoever fills each role tonight."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from matinee.kernel.clock import Clock, now
from matinee.kernel.database import Database
from matinee.kernel.errors import Unreachable
from matinee.kernel.journeys import Journeys
from matinee.media.preferences import IndexerTerms
from matinee.media.profile import Profile
from matinee.media.title import Kind, Title
from matinee.pipeline.following import Follower
from matinee.pipeline.ports import FileProbe, MetadataSource
from matinee.pipeline.search import Hub
from matinee.pipeline.taste import Tastes

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
    hub: Hub
    followers: Mapping[str, Follower]
    probe: FileProbe
    shelf: Shelf
    tastes: Tastes
    search_again: timedelta = timedelta(hours=1)
    stall_after: timedelta = timedelta(minutes=30)
    clock: Clock = now
    searches: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(SEARCHES_AT_ONCE))

    @property
    def default_profile(self) -> str:
        """The name of the profile that new wishes get."""
        return self.tastes.default

    def profile(self, name: str) -> Profile:
        """The profile of this name; one that is gone is replaced by the default."""
        return self.tastes.profile(name)

    def taste_for(self, title: Title) -> dict[str, Any]:
        """What a Wanted for this title is told of the house's taste, by the names of its fields."""
        taste = self.tastes.now
        preferences = replace(taste.preferences, indexers=self._terms(taste.preferences.indexers))
        return {"preferences": preferences, "formats": taste.formats}

    def _terms(self, told: Mapping[str, IndexerTerms]) -> dict[str, IndexerTerms]:
        """What is asked of each indexer's releases: the house's own terms, else the seeders told where it was added."""
        seats = [seat.stored for seat in self.hub.seats() if seat.stored.minimum_seeders is not None]
        return {one.name: IndexerTerms(least_seeders=one.minimum_seeders or 0) for one in seats} | dict(told)

    def torrent_client(self) -> Follower:
        """Who downloads torrents. Unreachable, with the cure, when nobody does."""
        if not self.followers:
            raise Unreachable(
                "Nobody downloads torrents: set tunnel.mode in matinee.toml "
                '("interface" with your VPN\'s device), or torrent.client.'
            )
        return next(iter(self.followers.values()))
