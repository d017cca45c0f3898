"""The street all the lab's houses stand in: what they share, and how a request finds it."""

import asyncio
from dataclasses import asdict, dataclass, field
from typing import Any

from starlette.requests import Request

from matinee.lab.faults import Faults
from matinee.lab.news import NewsLab
from matinee.lab.seeder import Seeder
from matinee.lab.torrents import Torrent
from matinee.lab.tracker import Tracker
from matinee.lab.troubles import Troubles

TMDB_KEY = "1ab0000000000000000000000000f11e"
TVDB_KEY = "1ab00000-0000-4000-8000-00000000f11e"
TVDB_PIN = "LABPIN01"
TORZNAB_KEY = "lab-torznab-key-0001"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where everything is to be found; `tmdb_images` wants `/{size}{path}` behind it.

    Wikidata is three houses: its pages, its query service and the pictures of Commons. `newznab` wants the key of
    `torznab`; `news` is the host and port of the news server that has what its NZBs list.
    """

    tmdb: str
    tmdb_key: str
    tmdb_images: str
    tvmaze: str
    tvdb: str
    tvdb_key: str
    tvdb_pin: str
    wikidata: str
    wikidata_queries: str
    wikidata_images: str
    torznab: str
    torznab_key: str
    newznab: str
    tracker: str
    control: str
    news: str

    def as_dict(self) -> dict[str, str]:
        """The same as plain text, for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Street:
    """Everything a house needs to answer; `closing` is set when the lab goes home.

    `troubles` are those of single catalogues; a token that leaves `tvdb_tokens` has run out.
    """

    base: str
    addresses: Addresses
    faults: Faults
    torrents: tuple[Torrent, ...]
    tracker: Tracker
    seeder: Seeder
    closing: asyncio.Event
    news: NewsLab | None = None
    troubles: Troubles = field(default_factory=Troubles)
    tvdb_tokens: set[str] = field(default_factory=set)
    nzbs: dict[bytes, bytes] = field(default_factory=dict)

    def nzb(self, torrent: Torrent) -> bytes:
        """The release as a post on the news server; its articles are made when somebody asks for it first."""
        if self.news is None:
            raise RuntimeError("there is no news server in this street")
        if torrent.infohash not in self.nzbs:
            names = (file.path.rpartition("/")[2] for file in torrent.offer.files)
            files = {name: torrent.folder / place for name, place in zip(names, torrent.on_disk, strict=True)}
            self.nzbs[torrent.infohash] = self.news.add_post(torrent.offer.name, files)
        return self.nzbs[torrent.infohash]

    async def start_seeding(self) -> None:
        """Bring the seeder into all swarms; returns when the tracker knows, at once if the tracker hangs."""
        if self.seeder.seeding:
            return
        whole = [torrent for torrent in self.torrents if not torrent.offer.is_ghost]
        self.seeder.start(whole, self.addresses.tracker)
        if not self.faults.tracker_hangs:
            await self.tracker.until_here(self.seeder.port, [torrent.infohash for torrent in whole])

    async def stop_seeding(self) -> None:
        """Take the seeder out of all swarms."""
        port = self.seeder.port
        await asyncio.to_thread(self.seeder.stop)
        self.tracker.forget(port)


def addresses(base: str, news: str = "") -> Addresses:
    """The addresses of a street that begins at `http://host:port`, with its news server at `host:port`."""
    return Addresses(
        tmdb=f"{base}/tmdb/3",
        tmdb_key=TMDB_KEY,
        tmdb_images=f"{base}/t/p",
        tvmaze=f"{base}/tvmaze",
        tvdb=f"{base}/tvdb/v4",
        tvdb_key=TVDB_KEY,
        tvdb_pin=TVDB_PIN,
        wikidata=f"{base}/wikidata",
        wikidata_queries=f"{base}/wikidata/sparql",
        wikidata_images=f"{base}/wikidata/commons",
        torznab=f"{base}/torznab/api",
        torznab_key=TORZNAB_KEY,
        newznab=f"{base}/newznab/api",
        tracker=f"{base}/announce",
        control=f"{base}/lab",
        news=news,
    )


def street(request: Request) -> Street:
    """The street this request came through."""
    found: Any = request.app.state.street
    if not isinstance(found, Street):
        raise TypeError("the lab's app has no street")
    return found
