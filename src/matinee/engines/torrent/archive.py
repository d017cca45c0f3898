"""The engine's memory on disk: each torrent's source, page and progress, the categories, tags and preferences."""

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from matinee.engines.torrent.pages import rebuilt
from matinee.engines.torrent.record import Record
from matinee.kernel.apart import hold_alone
from matinee.kernel.durable import erase_durably, write_all_durably, write_durably
from matinee.kernel.errors import Refused, Unreachable
from matinee.pipeline.torrent_port import Category, Preferences

log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What is not of one torrent: the categories, all tags, the preferences."""

    categories: dict[str, Category] = field(default_factory=dict)
    tags: frozenset[str] = frozenset()
    preferences: Preferences = field(default_factory=Preferences)


@dataclass(frozen=True, slots=True)
class Kept:
    """One torrent as it was found: its page, the .torrent or magnet link, the progress where there is any."""

    record: Record
    source: bytes
    progress: bytes | None


class Archive:
    """Holds the state folder alone, and writes through one thread so that nothing overtakes.

    `<id>.source` comes first and `<id>.json` commits it; `<id>.progress` follows whenever pieces came in.
    """

    def __init__(self, state: Path) -> None:
        state.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = hold_alone(state, "torrent engine")
        self._catalogue = state / "catalogue.json"
        self._torrents = state / "torrents"
        self._torrents.mkdir(exist_ok=True, mode=0o700)
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="torrent-archive")

    def close(self) -> None:
        """Finish writing and let the state folder go."""
        self._writer.shutdown()
        self._lock.close()

    def load(self) -> list[Kept]:
        """All torrents; damaged pages are logged and left where they are for the owner to see."""
        found = (self._load_one(page) for page in sorted(self._torrents.glob("*.json")))
        return [kept for kept in found if kept]

    def _load_one(self, page: Path) -> Kept | None:
        try:
            record = Record.from_json(page.read_bytes())
            progress = self._progress(record.id)
            return Kept(
                record, self._source(record.id).read_bytes(), progress.read_bytes() if progress.exists() else None
            )
        except (Refused, OSError) as error:
            log.error("torrent page %s is left out: %s", page, error)
            return None

    def load_catalogue(self) -> Catalogue:
        """Categories, tags and preferences; the defaults when there are none or they are damaged."""
        try:
            page = json.loads(self._catalogue.read_bytes())
            categories = {name: _category(folders) for name, folders in page["categories"].items()}
            return Catalogue(categories, frozenset(page["tags"]), rebuilt(Preferences, page["preferences"]))
        except FileNotFoundError:
            return Catalogue()
        except (ValueError, TypeError, KeyError, AttributeError, OSError) as error:
            log.error("%s is left out, the defaults stand: %s", self._catalogue, error)
            return Catalogue()

    async def add(self, record: Record, source: bytes) -> None:
        """Keep a new torrent."""
        await self._write(lambda: write_durably(self._source(record.id), source))
        await self.put(record)

    async def put(self, record: Record) -> None:
        """Keep the torrent's page as it is now."""
        await self._write(lambda: write_durably(self._page(record.id), record.to_json()))

    async def put_progress(self, progress: Mapping[str, bytes]) -> None:
        """Keep which pieces are here, by id; of torrents forgotten meanwhile nothing is written."""
        await self._write(lambda: self._write_progress(progress))

    def _write_progress(self, progress: Mapping[str, bytes]) -> None:
        kept = {self._progress(id): pieces for id, pieces in progress.items() if self._page(id).exists()}
        write_all_durably(kept)

    async def source(self, id: str) -> bytes:
        """The .torrent or magnet link it came as."""
        return await self._write(self._source(id).read_bytes)

    async def forget(self, id: str) -> None:
        """Keep nothing of the torrent."""
        await self._write(lambda: erase_durably(self._page(id), self._progress(id), self._source(id)))

    async def put_catalogue(self, catalogue: Catalogue) -> None:
        """Keep categories, tags and preferences."""
        kept = replace(catalogue.preferences, port=0, dht=False)
        page = {
            "categories": {name: asdict(category) for name, category in catalogue.categories.items()},
            "tags": sorted(catalogue.tags),
            "preferences": asdict(kept),
        }
        await self._write(lambda: write_durably(self._catalogue, json.dumps(page, indent=1).encode()))

    async def _write(self, work: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._writer, work)
        except OSError as error:
            raise Unreachable(f"the torrent engine cannot write its state: {error}") from error

    def _page(self, id: str) -> Path:
        return self._torrents / f"{id}.json"

    def _source(self, id: str) -> Path:
        return self._torrents / f"{id}.source"

    def _progress(self, id: str) -> Path:
        return self._torrents / f"{id}.progress"


def _category(folders: Any) -> Category:
    """Older catalogues hold the folder alone."""
    return Category(folders) if isinstance(folders, str) else rebuilt(Category, folders)
