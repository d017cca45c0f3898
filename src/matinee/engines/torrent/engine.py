"""The torrent engine: what others may ask of it."""

import asyncio
import shutil
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import libtorrent as lt

from matinee.engines.torrent import queries
from matinee.engines.torrent.archive import Archive, Catalogue
from matinee.engines.torrent.door import Door, door_of
from matinee.engines.torrent.limits import has_seeded_enough
from matinee.engines.torrent.live import Live
from matinee.engines.torrent.reading import read_source, source_of
from matinee.engines.torrent.record import Record
from matinee.engines.torrent.session import chosen
from matinee.engines.torrent.snapshot import Trouble, id_of
from matinee.engines.torrent.swarm import Swarm
from matinee.kernel.errors import Conflict, MatineeError, Refused
from matinee.pipeline.torrent_port import (
    Peer,
    Piece,
    Preferences,
    ShareLimits,
    Torrent,
    TorrentFile,
    TorrentOrder,
    Tracker,
    Traffic,
)

SAVE_SECONDS = 30.0


class LibtorrentEngine:
    """A TorrentEngine on libtorrent, tied to one network device or address; all it must remember lies in `state`.

    Raises Refused at once when another engine works on the same state, or when the device cannot be used.
    """

    version = str(lt.__version__)

    def __init__(
        self,
        state: Path,
        root: Path,
        *,
        bind_address: str = "127.0.0.1",
        device: str = "",
        port: int = 0,
        dht: bool = False,
        save_seconds: float = SAVE_SECONDS,
    ) -> None:
        self._door = door_of(device) if device else Door(bind_address)
        self.root, self.address, self._save_seconds = root, self._door.address, save_seconds
        self._archive = Archive(state)
        catalogue = self._archive.load_catalogue()
        self._catalogue = replace(catalogue, preferences=replace(catalogue.preferences, port=port, dht=dht))
        self._adding = asyncio.Lock()

    async def open(self) -> None:
        """Start working: bind, and bring back the torrents of last time."""
        self._swarm = Swarm(
            self._door,
            self._catalogue.preferences,
            self._archive,
            save_seconds=self._save_seconds,
            on_change=self._stop_if_seeded_enough,
        )
        await self._swarm.open()

    async def close(self) -> None:
        """Stop working; all progress is kept."""
        await self._swarm.close()
        self._archive.close()

    def release_waiters(self) -> None:
        """Let everybody who waits for a change go, before closing."""
        self._swarm.release_waiters()

    # looking

    @property
    def revision(self) -> int:
        """A number that grows with every change."""
        return self._swarm.revision

    async def changed_since(self, revision: int, seconds: float) -> None:
        """Return when the revision is another one, at the latest after so many seconds."""
        await self._swarm.changed_since(revision, seconds)

    def torrents(self) -> Mapping[str, Torrent]:
        """All torrents by id."""
        return {id: live.torrent for id, live in self._swarm.lives.items() if not live.record.leaving}

    def torrent(self, id: str) -> Torrent:
        """One torrent."""
        return self._swarm.live(id).torrent

    async def files(self, id: str) -> Sequence[TorrentFile]:
        """The files; none before the metadata is there."""
        return await asyncio.to_thread(queries.files_of, self._swarm.live(id).handle)

    async def trackers(self, id: str) -> Sequence[Tracker]:
        """The trackers and what they last said."""
        return await asyncio.to_thread(queries.trackers_of, self._swarm.live(id).handle)

    async def peers(self, id: str) -> Sequence[Peer]:
        """Who is connected."""
        return await asyncio.to_thread(queries.peers_of, self._swarm.live(id).handle)

    async def pieces(self, id: str) -> Sequence[Piece]:
        """Every piece in order."""
        return await asyncio.to_thread(queries.pieces_of, self._swarm.live(id).handle)

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

    # coming and going

    async def add(self, order: TorrentOrder) -> str:
        """Start a torrent and return its id; it is on disk by then."""
        source = source_of(order)
        params = read_source(source)
        id = id_of(params.info_hashes)
        async with self._adding:
            if id in self._swarm.lives:
                raise Conflict(f"{self._swarm.lives[id].torrent.name} is there already")
            if order.category and order.category not in self._catalogue.categories:
                await self.put_category(order.category, "")
            record = self._record(id, params, order)
            params.download_limit, params.upload_limit = order.down_limit, order.up_limit
            await self._archive.add(record, source)
            try:
                self._swarm.enter(record, params, at_once=not self._catalogue.preferences.queueing)
            except MatineeError:
                await self._archive.forget(id)
                raise
            await self.put_tags(order.tags)
        return id

    def _record(self, id: str, params: lt.add_torrent_params, order: TorrentOrder) -> Record:
        folder = order.folder or Path(self._catalogue.categories.get(order.category, ""))
        return Record(
            id=id,
            name=params.ti.name() if params.ti else params.name or id,
            folder=self._inside(folder),
            added_at=int(time.time()),
            category=order.category,
            tags=order.tags,
            stopped=order.stopped,
            forced=order.forced,
            sequential=order.sequential,
            limits=order.limits,
            names_checked=params.ti is not None,
        )

    def _inside(self, folder: Path) -> Path:
        """The folder as an absolute one; Refused when it is outside the download folder."""
        root = self.root.resolve()
        whole = (root / folder).resolve()
        if not whole.is_relative_to(root):
            raise Refused(f"the folder {folder} is outside the download folder {self.root}")
        return whole

    async def remove(self, ids: Iterable[str], *, delete_files: bool) -> None:
        """Forget torrents, and their files when told."""
        for live in self._some(ids):
            await self._swarm.leave(live, delete_files=delete_files)

    def _some(self, ids: Iterable[str]) -> list[Live]:
        torrents = self.torrents()
        return [self._swarm.lives[id] for id in map(str.lower, ids) if id in torrents]

    # stopping and starting

    async def stop_torrents(self, ids: Iterable[str]) -> None:
        """Stop; they stay stopped until started."""
        for live in self._some(ids):
            live.handle.unset_flags(lt.torrent_flags.auto_managed)
            live.handle.pause()
            await self._swarm.put(live, replace(live.record, stopped=True, forced=False))
        self._swarm.look()

    async def start_torrents(self, ids: Iterable[str], *, forced: bool = False) -> None:
        """Go on, after an error too; a torrent refused for its file names stays where it is."""
        for live in self._some(ids):
            if live.record.refusal:
                continue
            was_missing, live.trouble = live.trouble.missing, Trouble()
            await self._swarm.put(live, replace(live.record, stopped=False, forced=forced))
            _start(live, forced=forced, recheck=was_missing)
        self._swarm.look()

    async def recheck(self, ids: Iterable[str]) -> None:
        """Read all files again; stopped torrents are stopped again afterwards."""
        for live in self._some(ids):
            live.trouble = Trouble()
            live.handle.clear_error()
            live.handle.force_recheck()
            if live.record.stopped and not live.record.refusal:
                live.handle.set_flags(lt.torrent_flags.stop_when_ready)
                live.handle.resume()
        self._swarm.look()

    async def reannounce(self, ids: Iterable[str]) -> None:
        """Ask the trackers again now."""
        for live in self._some(ids):
            live.handle.force_reannounce()

    async def connect(self, id: str, address: str, port: int) -> None:
        """Try a peer known from elsewhere."""
        self._swarm.live(id).handle.connect_peer((address, port))

    async def move_in_queue(self, ids: Iterable[str], where: str) -> None:
        """Change the place in the queue: up, down, top or bottom."""
        for live in self._some(ids):
            moves = {
                "up": live.handle.queue_position_up,
                "down": live.handle.queue_position_down,
                "top": live.handle.queue_position_top,
                "bottom": live.handle.queue_position_bottom,
            }
            moves[where]()
        self._swarm.look()

    # changing one torrent

    async def set_file_priority(self, id: str, indexes: Sequence[int], priority: int) -> None:
        """Want files more or not at all."""
        live = self._swarm.live(id)
        metadata = live.handle.torrent_file()
        if metadata is None:
            raise Conflict(f"the files of {live.torrent.name} are not known yet")
        native = queries.real_files(metadata)
        if any(index not in range(len(native)) for index in indexes):
            raise Conflict(f"{live.torrent.name} has only {len(native)} files")
        priorities = live.handle.get_file_priorities()
        for index in indexes:
            priorities[native[index]] = queries.priority_inside(priority)
        live.handle.prioritize_files(priorities)
        self._swarm.keeper.save(live)
        self._swarm.look()

    async def set_category(self, ids: Iterable[str], category: str) -> None:
        """File under a category; the files stay where they are."""
        if category and category not in self._catalogue.categories:
            raise Conflict(f"there is no category '{category}'")
        await self._amend(ids, category=category)

    async def set_tags(self, ids: Iterable[str], *, add: Iterable[str] = (), remove: Iterable[str] | None = ()) -> None:
        """Add and remove tags; `remove=None` removes all."""
        added = frozenset(add)
        await self.put_tags(added)
        for live in self._some(ids):
            kept = frozenset() if remove is None else live.record.tags - frozenset(remove)
            await self._swarm.put(live, replace(live.record, tags=kept | added))

    async def set_share_limits(self, ids: Iterable[str], limits: ShareLimits) -> None:
        """When each has seeded enough."""
        await self._amend(ids, limits=limits)

    async def set_speed_limits(self, ids: Iterable[str], *, down: int | None = None, up: int | None = None) -> None:
        """Bytes a second for each torrent, 0 for no limit."""
        for live in self._some(ids):
            if down is not None:
                live.handle.set_download_limit(down)
            if up is not None:
                live.handle.set_upload_limit(up)
            self._swarm.keeper.save(live)
            live.handle.post_status(0)

    async def set_sequential(self, ids: Iterable[str], on: bool | None) -> None:
        """Download in order of playing; None turns it over."""
        for live in self._some(ids):
            wanted = not live.record.sequential if on is None else on
            flag = lt.torrent_flags.sequential_download
            live.handle.set_flags(flag if wanted else 0, flag)
            await self._swarm.put(live, replace(live.record, sequential=wanted))
        self._swarm.look()

    async def _amend(self, ids: Iterable[str], **changes: str | ShareLimits) -> None:
        for live in self._some(ids):
            await self._swarm.put(live, replace(live.record, **changes))  # type: ignore[arg-type]

    def _stop_if_seeded_enough(self, live: Live) -> None:
        torrent = live.torrent
        if has_seeded_enough(torrent, self._catalogue.preferences.limits, time.time()):
            self._swarm.spawn(self.stop_torrents([torrent.id]))

    # categories, tags, preferences

    def categories(self) -> Mapping[str, str]:
        """The folder of each category, "" where it has none of its own."""
        return self._catalogue.categories

    async def put_category(self, name: str, folder: str) -> None:
        """Make a category, or give it another folder."""
        if folder:
            self._inside(Path(folder))
        await self._keep(replace(self._catalogue, categories={**self._catalogue.categories, name: folder}))

    async def drop_categories(self, names: Iterable[str]) -> None:
        """Forget categories; their torrents lose it."""
        gone = frozenset(names)
        left = {name: folder for name, folder in self._catalogue.categories.items() if name not in gone}
        await self._keep(replace(self._catalogue, categories=left))
        await self._amend([id for id, torrent in self.torrents().items() if torrent.category in gone], category="")

    def tags(self) -> frozenset[str]:
        """All tags."""
        return self._catalogue.tags

    async def put_tags(self, names: Iterable[str]) -> None:
        """Make tags."""
        wanted = self._catalogue.tags | frozenset(names)
        if wanted != self._catalogue.tags:
            await self._keep(replace(self._catalogue, tags=wanted))

    async def drop_tags(self, names: Iterable[str]) -> None:
        """Forget tags, on torrents too."""
        gone = frozenset(names)
        await self._keep(replace(self._catalogue, tags=self._catalogue.tags - gone))
        await self.set_tags([id for id, torrent in self.torrents().items() if torrent.tags & gone], remove=gone)

    def preferences(self) -> Preferences:
        """The rules in force; the port is the one really listened on."""
        return replace(self._catalogue.preferences, port=self._swarm.port)

    async def set_preferences(self, preferences: Preferences) -> None:
        """Put other rules in force at once."""
        self._swarm.session.apply_settings(chosen(self._door, preferences))
        self._swarm.port = preferences.port
        await self._keep(replace(self._catalogue, preferences=preferences))

    async def _keep(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._swarm.tell()
        await self._archive.put_catalogue(catalogue)


def _start(live: Live, *, forced: bool, recheck: bool) -> None:
    live.handle.clear_error()
    live.handle.unset_flags(lt.torrent_flags.upload_mode | lt.torrent_flags.stop_when_ready)
    if recheck:
        live.handle.force_recheck()
    managed = lt.torrent_flags.auto_managed
    live.handle.set_flags(0 if forced else managed, managed)
    live.handle.resume()
