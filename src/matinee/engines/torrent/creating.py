"""The part of the engine that makes torrents of files that lie here."""

import asyncio
import secrets
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import libtorrent as lt

from matinee import __version__
from matinee.engines.torrent.coming import Coming
from matinee.kernel.durable import SHARED, write_durably
from matinee.kernel.errors import Conflict, MatineeError, NotFound, Refused
from matinee.pipeline.torrent_port import Creation, CreationState, TorrentOrder

MOST = 100
FORMATS = {"v1": lt.create_torrent.v1_only, "v2": lt.create_torrent.v2_only, "hybrid": 0}
SMALLEST_PIECE = 16 * 1024


class Creating(Coming):
    """Making torrents, one after the other."""

    _creations: dict[str, Creation]
    _made: dict[str, bytes]
    _maker: ThreadPoolExecutor

    async def create(self, creation: Creation) -> str:
        """Make a torrent of files below the root and return the id of the work."""
        source = self._inside(creation.source)
        target = self._inside(creation.target) if creation.target else None
        if not source.exists():
            raise NotFound(f"there is nothing at {source}")
        if target and target.exists():
            raise Conflict(f"{target} is there already")
        if creation.format not in FORMATS:
            raise Refused(f"a torrent is of version v1, v2 or hybrid, not '{creation.format}'")
        size = creation.piece_size
        if size and (size < SMALLEST_PIECE or size & (size - 1)):
            raise Refused(f"pieces must be a power of two of at least {SMALLEST_PIECE} bytes, not {size}")
        if len(self._creations) >= MOST:
            raise Conflict("too many torrents are being made: take finished ones away first")
        id = secrets.token_hex(8)
        self._creations[id] = replace(creation, id=id, source=source, target=target, added_at=int(time.time()))
        self._swarm.spawn(self._make(id))
        return id

    async def _make(self, id: str) -> None:
        loop = asyncio.get_running_loop()
        try:
            torrent = await loop.run_in_executor(self._maker, self._work, id)
            if id in self._creations:
                self._made[id] = torrent
                await self._seed(self._creations[id], torrent)
            self._mark(id, state=CreationState.FINISHED, progress=100, finished_at=int(time.time()))
        except (MatineeError, RuntimeError, OSError) as error:
            self._mark(id, state=CreationState.FAILED, error=str(error), finished_at=int(time.time()))

    def _work(self, id: str) -> bytes:
        """In the maker's thread."""
        creation = self._creations.get(id)
        if creation is None:
            raise NotFound("it is not wanted any more")
        self._mark(id, state=CreationState.RUNNING, started_at=int(time.time()))
        torrent = made_of(creation, lambda percent: self._mark(id, progress=percent))
        if creation.target:
            creation.target.parent.mkdir(parents=True, exist_ok=True)
            write_durably(creation.target, torrent, SHARED)
        return torrent

    async def _seed(self, creation: Creation, torrent: bytes) -> None:
        if not creation.start_seeding:
            return
        try:
            await self.add(TorrentOrder(torrent=torrent, folder=creation.source.parent, seed_mode=True))
        except Conflict:
            return  # it seeds already

    def _mark(self, id: str, **changes: object) -> None:
        if creation := self._creations.get(id):
            self._creations[id] = replace(creation, **changes)  # type: ignore[arg-type]

    def creations(self) -> Mapping[str, Creation]:
        """The torrents being made or made, by id."""
        return dict(self._creations)

    def created(self, id: str) -> bytes:
        """A torrent that was made."""
        if id not in self._creations:
            raise NotFound(f"there is no torrent {id} being made")
        if id not in self._made:
            raise Conflict("the torrent is not made yet, or it could not be made")
        return self._made[id]

    def drop_creation(self, id: str) -> None:
        """Forget a torrent that was made, or make it no more."""
        if self._creations.pop(id, None) is None:
            raise NotFound(f"there is no torrent {id} being made")
        self._made.pop(id, None)


def made_of(creation: Creation, tell: Callable[[int], None]) -> bytes:
    """The torrent file; reads all of the files. RuntimeError when there is nothing in them or they cannot be read."""
    source: Path = creation.source
    maker = lt.create_torrent(lt.list_files(str(source), _is_ours), creation.piece_size, FORMATS[creation.format])
    for tier, urls in enumerate(creation.trackers):
        for url in urls:
            maker.add_tracker(url, tier)
    for url in creation.url_seeds:
        maker.add_url_seed(url)
    maker.set_comment(creation.comment)
    maker.set_creator(f"Matinee/{__version__}")
    maker.set_priv(creation.private)
    pieces = max(maker.num_pieces(), 1)
    lt.set_piece_hashes(maker, str(source.parent), lambda piece: tell(100 * piece // pieces))
    torrent = maker.generate()
    if creation.source_tag:
        torrent[b"info"][b"source"] = creation.source_tag.encode()
    return bytes(lt.bencode(torrent))


def _is_ours(path: str) -> bool:
    """A link could lead out of the download folder, and what it leads to would be given to everybody."""
    return not Path(path).is_symlink()
