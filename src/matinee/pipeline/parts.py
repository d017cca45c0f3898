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
from matinee.media.release import Protocol, Release
from matinee.media.title import Kind, Title
from matinee.pipeline.clients import ClientSeat, Shared, derived, fitting, local_path
from matinee.pipeline.following import Follower
from matinee.pipeline.ports import FileProbe, MetadataSource
from matinee.pipeline.search import Hub
from matinee.pipeline.taste import Tastes

SEARCHES_AT_ONCE = 3
_CURES = {
    Protocol.TORRENT: "Nobody downloads torrents: name your VPN provider's file in matinee.toml (tunnel.files), "
    "another tunnel.mode, or torrent.client.",
    Protocol.USENET: "Nobody downloads from usenet: name a news server in matinee.toml ([[usenet.servers]]), "
    "or a client ([[clients]]).",
}


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
    """The house as the pipeline sees it.

    `followers` hold the download clients by name, `clients` say what each is for; without a word all are for torrents.
    `shared` is what was found of the folders that they share with this house: `sharing` fills it.
    """

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
    clients: tuple[ClientSeat, ...] = ()
    clock: Clock = now
    shared: dict[str, Shared] = field(default_factory=dict)
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

    @property
    def seats(self) -> tuple[ClientSeat, ...]:
        """What each client is for."""
        return self.clients or tuple(ClientSeat(name) for name in self.followers)

    @property
    def protocols(self) -> frozenset[Protocol]:
        """The ways to download that are set up; torrents where none is, so that the cure is told by whoever grabs."""
        return frozenset(seat.protocol for seat in self.seats) or frozenset({Protocol.TORRENT})

    def here(self, client: str, told: Path) -> Path:
        """Where what a client tells of lies for this house: as its owner said, else by the end of its path."""
        seat = next((seat for seat in self.seats if seat.name == client), None)
        path = local_path(seat, told) if seat else told
        if path == told and client in self.shared:
            path = self.shared[client].here(told)
        return path if path.exists() else derived(path, self.shelf.downloads) or path

    def folder_of(self, client: str) -> Path:
        """The folder that a client's downloads lie in, as this house sees it: nothing outside of it is imported."""
        seat = next((seat for seat in self.seats if seat.name == client), None)
        found = self.shared.get(client)
        return (seat.ours if seat else None) or (found.ours if found else self.shelf.downloads)

    def follower(self, client: str) -> Follower:
        """The follower of a client by its name. Unreachable while it is not configured."""
        follower = self.followers.get(client)
        if follower is None:
            raise Unreachable(f"The download client {client} is not configured any more.")
        return follower

    def protocol_of(self, client: str) -> Protocol:
        """What a client downloads."""
        return next((seat.protocol for seat in self.seats if seat.name == client), Protocol.TORRENT)

    def clients_for(self, release: Release) -> list[Follower]:
        """Who may download a release, the preferred first. Unreachable, with the cure, when nobody does."""
        found = [self.followers[seat.name] for seat in fitting(self.seats, release) if seat.name in self.followers]
        if not found:
            raise Unreachable(_CURES[release.protocol])
        return found
