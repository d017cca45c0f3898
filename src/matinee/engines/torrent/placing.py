"""The part of the engine that knows where files lie and what they are called."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import libtorrent as lt

from matinee.engines.torrent import queries
from matinee.engines.torrent.core import Core
from matinee.engines.torrent.live import Live
from matinee.engines.torrent.moves import carry
from matinee.engines.torrent.shape import checked_name, names_of, real_files, renamed_folder
from matinee.kernel.errors import Conflict, Refused

PATIENCE_SECONDS = 30.0


class Placing(Core):
    """Folders, names, and which files are wanted."""

    async def set_file_priority(self, id: str, indexes: Sequence[int], priority: int) -> None:
        """Want files more or not at all."""
        live = self._swarm.live(id)
        native = real_files(_metadata(live))
        if any(index not in range(len(native)) for index in indexes):
            raise Conflict(f"{live.torrent.name} has only {len(native)} files")
        priorities = live.handle.get_file_priorities()
        for index in indexes:
            priorities[native[index]] = queries.priority_inside(priority)
        live.handle.prioritize_files(priorities)
        self._swarm.keeper.save(live)
        self._swarm.look()

    async def rename(self, id: str, name: str) -> None:
        """Call the torrent otherwise in lists; its files keep their names."""
        if not name.strip():
            raise Refused("a torrent cannot be without a name")
        live = self._swarm.live(id)
        await self._swarm.put(live, replace(live.record, title=name.strip()))

    async def rename_file(self, id: str, old: str, new: str) -> None:
        """Rename one file; both paths are relative to the torrent's folder."""
        live = self._swarm.live(id)
        names = _names(live)
        found = {native: checked_name(new) for native, name in names.items() if name == old}
        await self._rename(live, names, found, old)

    async def rename_folder(self, id: str, old: str, new: str) -> None:
        """Rename a folder inside the torrent."""
        live = self._swarm.live(id)
        names = _names(live)
        await self._rename(live, names, renamed_folder(names, checked_name(old), checked_name(new)), old)

    async def _rename(self, live: Live, names: Mapping[int, str], wanted: Mapping[int, str], old: str) -> None:
        if not wanted:
            raise Conflict(f"there is no '{old}' in {live.torrent.name}")
        others = {name for native, name in names.items() if native not in wanted}
        if taken := others & set(wanted.values()):
            raise Conflict(f"'{min(taken)}' is in {live.torrent.name} already")
        problems = await asyncio.gather(*(self._rename_one(live, native, name) for native, name in wanted.items()))
        await self._swarm.keeper.saved(live)
        if failed := [problem for problem in problems if problem]:
            raise Conflict(f"'{old}' could not be renamed: {failed[0]}")

    async def _rename_one(self, live: Live, native: int, name: str) -> str:
        """What went wrong, or nothing."""
        renamed: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._swarm.renaming[live.record.id, native] = renamed
        live.handle.rename_file(native, name)
        try:
            return await asyncio.wait_for(renamed, PATIENCE_SECONDS)
        except TimeoutError:
            return "libtorrent did not answer in time"

    async def set_folder(self, ids: Iterable[str], folder: Path) -> None:
        """Move torrents to another folder; they no longer follow their category."""
        target = self._inside(folder)
        for live in self._some(ids):
            await self._swarm.put(live, replace(live.record, auto=False))
            await self._settle(live, target)

    async def _settle(self, live: Live, target: Path) -> None:
        """Another folder to belong to; what waits elsewhere to be complete goes there when it is."""
        place, waits = live.record.place, bool(live.record.incomplete) and not live.torrent.complete
        await self._swarm.put(live, replace(live.record, folder=target, lies="" if place == target else str(place)))
        if not waits:
            await carry(self._swarm, live, target)

    async def set_incomplete_folder(self, ids: Iterable[str], folder: str) -> None:
        """Where torrents lie until they are complete; "" for their own folder."""
        target = self._inside(Path(folder)) if folder else None
        for live in self._some(ids):
            await self._swarm.put(live, replace(live.record, incomplete=str(target or "")))
            if not live.torrent.complete:
                place = live.record.place
                await self._swarm.put(live, replace(live.record, lies=str(place)))
                await carry(self._swarm, live, target or live.record.folder)

    async def set_auto(self, ids: Iterable[str], on: bool) -> None:
        """Let torrents follow the folder of their category, now and when it changes."""
        for live in self._some(ids):
            await self._swarm.put(live, replace(live.record, auto=on))
            await self._follow_category(live)

    async def _follow_category(self, live: Live) -> None:
        category = self._catalogue.categories.get(live.record.category)
        target = self._inside(Path(category.folder if category else ""))
        if live.record.auto and target != live.record.folder:
            await self._settle(live, target)


def _metadata(live: Live) -> lt.torrent_info:
    metadata = live.handle.torrent_file()
    if metadata is None:
        raise Conflict(f"the files of {live.torrent.name} are not known yet")
    return metadata


def _names(live: Live) -> dict[int, str]:
    metadata = _metadata(live)
    return names_of(metadata, queries.renamed(live.handle, metadata))
