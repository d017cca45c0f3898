"""The torrent engine: what others may ask of it."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import libtorrent as lt

from matinee.engines.torrent.archive import Archive
from matinee.engines.torrent.creating import Creating
from matinee.engines.torrent.door import Door, door_of, through
from matinee.engines.torrent.looking import Looking
from matinee.engines.torrent.meeting import Meeting
from matinee.engines.torrent.ruling import Ruling
from matinee.engines.torrent.swarm import Swarm
from matinee.kernel.proxy import Proxy as WayOut
from matinee.kernel.redact import redact

SAVE_SECONDS = 30.0


class LibtorrentEngine(Looking, Meeting, Creating, Ruling):
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
        proxy: WayOut | None = None,
        port: int = 0,
        dht: bool = False,
        save_seconds: float = SAVE_SECONDS,
    ) -> None:
        door = door_of(device) if device else Door(bind_address)
        self._door = replace(door, proxy=through(proxy)) if proxy else door
        self.root, self.address, self.device = root, self._door.address, device
        self._save_seconds = save_seconds
        self._archive = Archive(state)
        catalogue = self._archive.load_catalogue()
        self._catalogue = replace(catalogue, preferences=replace(catalogue.preferences, port=port, dht=dht))
        redact.remember([catalogue.preferences.proxy.password])
        self._adding = asyncio.Lock()
        self._creations, self._made = {}, {}
        self._maker = ThreadPoolExecutor(1, thread_name_prefix="torrent-maker")

    async def open(self) -> None:
        """Start working: bind, and bring back the torrents of last time."""
        self._swarm = Swarm(
            self._door,
            self._catalogue.preferences,
            self._archive,
            save_seconds=self._save_seconds,
            on_change=self._end_if_seeded_enough,
        )
        await self._swarm.open()
        self._clock = asyncio.create_task(self._keep_the_schedule())

    async def close(self) -> None:
        """Stop working; all progress is kept."""
        self._clock.cancel()
        await asyncio.gather(self._clock, return_exceptions=True)
        self._creations.clear()
        self._maker.shutdown(cancel_futures=True)
        await self._swarm.close()
        self._archive.close()

    def release_waiters(self) -> None:
        """Let everybody who waits for a change go, before closing."""
        self._swarm.release_waiters()
