"""What every part of the torrent engine works on: the session, the catalogue, the folder nothing is written outside."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from matinee.engines.torrent.archive import Archive, Catalogue
from matinee.engines.torrent.door import Door
from matinee.engines.torrent.live import Live
from matinee.engines.torrent.swarm import Swarm
from matinee.kernel.errors import Refused
from matinee.pipeline.torrent_port import Torrent


class Core:
    """State and the few things all parts need; `_swarm` is there once the engine is open."""

    root: Path
    _door: Door
    _swarm: Swarm
    _archive: Archive
    _catalogue: Catalogue
    _adding: asyncio.Lock

    def torrents(self) -> Mapping[str, Torrent]:
        """All torrents by id."""
        return {id: live.torrent for id, live in self._swarm.lives.items() if not live.record.leaving}

    def _some(self, ids: Iterable[str]) -> list[Live]:
        lives = self._swarm.lives
        found = (lives.get(id.lower()) for id in ids)
        return [live for live in found if live and not live.record.leaving]

    def _inside(self, folder: Path) -> Path:
        """The folder as an absolute one; Refused when it is outside the download folder."""
        root = self.root.resolve()
        whole = (root / folder).resolve()
        if not whole.is_relative_to(root):
            raise Refused(f"the folder {folder} is outside the download folder {self.root}")
        return whole

    async def _amend(self, ids: Iterable[str], **changes: Any) -> None:
        for live in self._some(ids):
            await self._swarm.put(live, replace(live.record, **changes))

    async def _keep(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._swarm.tell()
        await self._archive.put_catalogue(catalogue)
