"""The part of the engine that files torrents: categories with their folders, and tags."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from matinee.engines.torrent.placing import Placing
from matinee.kernel.errors import Conflict
from matinee.pipeline.torrent_port import Category


class Filing(Placing):
    """Categories and tags."""

    async def set_category(self, ids: Iterable[str], category: str) -> None:
        """File under a category; the files stay where they are, unless they follow it."""
        if category and category not in self._catalogue.categories:
            raise Conflict(f"there is no category '{category}'")
        for live in self._some(ids):
            await self._swarm.put(live, replace(live.record, category=category))
            await self._follow_category(live)

    async def set_tags(self, ids: Iterable[str], *, add: Iterable[str] = (), remove: Iterable[str] | None = ()) -> None:
        """Add and remove tags; `remove=None` removes all others."""
        added, removed = frozenset(add), None if remove is None else frozenset(remove)
        await self.put_tags(added)
        for live in self._some(ids):
            kept = frozenset() if removed is None else live.record.tags - removed
            await self._swarm.put(live, replace(live.record, tags=kept | added))

    def categories(self) -> Mapping[str, Category]:
        """All categories by name."""
        return self._catalogue.categories

    async def put_category(self, name: str, category: Category | str) -> None:
        """Make a category, or give it other folders; torrents that follow it move."""
        wanted = Category(category) if isinstance(category, str) else category
        for folder in (wanted.folder, wanted.incomplete):
            self._inside(Path(folder))
        await self._keep(replace(self._catalogue, categories={**self._catalogue.categories, name: wanted}))
        for live in self._some([id for id, torrent in self.torrents().items() if torrent.category == name]):
            await self._follow_category(live)

    async def drop_categories(self, names: Iterable[str]) -> None:
        """Forget categories; their torrents lose it."""
        gone = frozenset(names)
        left = {name: folder for name, folder in self._catalogue.categories.items() if name not in gone}
        await self._keep(replace(self._catalogue, categories=left))
        await self.set_category([id for id, torrent in self.torrents().items() if torrent.category in gone], "")

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
