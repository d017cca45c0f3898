"""The part of the engine that only looks."""

import asyncio
import shutil
from collections.abc import Sequence

from matinee.engines.torrent import queries
from matinee.engines.torrent.core import Core
from matinee.kernel.errors import Conflict
from matinee.pipeline.torrent_port import Entry, Peer, Piece, Torrent, TorrentFile, Tracker, Traffic, TurnedAway


class Looking(Core):
    """Torrents, their files, trackers and peers; what flows."""

    @property
    def revision(self) -> int:
        """A number that grows with every change."""
        return self._swarm.revision

    async def changed_since(self, revision: int, seconds: float) -> None:
        """Return when the revision is another one, at the latest after so many seconds."""
        await self._swarm.changed_since(revision, seconds)

    def torrent(self, id: str) -> Torrent:
        """One torrent."""
        return self._swarm.live(id).torrent

    async def files(self, id: str) -> Sequence[TorrentFile]:
        """The files; none before the metadata is there."""
        return await asyncio.to_thread(queries.files_of, self._swarm.live(id).handle)

    async def trackers(self, id: str) -> Sequence[Tracker]:
        """The trackers and what they last said."""
        return await asyncio.to_thread(queries.trackers_of, self._swarm.live(id).handle)

    async def web_seeds(self, id: str) -> Sequence[str]:
        """The web servers that have its files."""
        return sorted(await asyncio.to_thread(self._swarm.live(id).handle.url_seeds))

    async def peers(self, id: str) -> Sequence[Peer]:
        """Who is connected."""
        return await asyncio.to_thread(queries.peers_of, self._swarm.live(id).handle)

    async def pieces(self, id: str) -> Sequence[Piece]:
        """Every piece in order."""
        return await asyncio.to_thread(queries.pieces_of, self._swarm.live(id).handle)

    async def piece_hashes(self, id: str) -> Sequence[str]:
        """The SHA-1 of every piece in order."""
        return await asyncio.to_thread(queries.piece_hashes_of, self._swarm.live(id).handle)

    async def exported(self, id: str) -> bytes:
        """The .torrent it came as, or one made of a magnet link's metadata."""
        live = self._swarm.live(id)
        source = await self._archive.source(live.record.id)
        if not source.startswith(b"magnet:"):
            return source
        made = await asyncio.to_thread(queries.torrent_file_of, live.handle)
        if made is None:
            raise Conflict(f"the files of {live.torrent.name} are not known yet")
        return made

    def traffic(self) -> Traffic:
        """What flows now."""
        torrents, counted = self.torrents().values(), self._swarm.statistics
        return Traffic(
            listening=self._swarm.listening,
            reached=bool(counted.get("net.has_incoming_connections")),
            down_speed=sum(torrent.down_speed for torrent in torrents),
            up_speed=sum(torrent.up_speed for torrent in torrents),
            downloaded=counted.get("net.recv_payload_bytes", 0),
            uploaded=counted.get("net.sent_payload_bytes", 0),
            dht_nodes=counted.get("dht.dht_nodes", 0),
            free_space=shutil.disk_usage(self.root).free if self.root.exists() else 0,
        )

    def diary(self) -> Sequence[Entry]:
        """What happened lately, oldest first."""
        return tuple(self._swarm.diary.entries)

    def turned_away(self) -> Sequence[TurnedAway]:
        """Who was not let in lately, oldest first."""
        return tuple(self._swarm.diary.turned_away)
