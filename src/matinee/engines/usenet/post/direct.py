"""Archives are opened while they are downloaded, each volume as soon as it is whole: then the end comes at once.

What goes wrong here is no failure: the archive is opened in the usual way, after repair if that is needed.
"""

import asyncio
import contextlib
import logging
import shutil
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from matinee.engines.usenet.names import is_telling
from matinee.engines.usenet.post.archives import (
    HEAD,
    RAR5_MAGIC,
    RAR_MAGIC,
    Archive,
    find_archives,
    place_by_name,
    rar_number,
)
from matinee.engines.usenet.post.checking import Arrived
from matinee.engines.usenet.post.feeding import Feed
from matinee.engines.usenet.post.opened import Opened, sign
from matinee.engines.usenet.post.stored import LOCKED, UNSUITED
from matinee.engines.usenet.post.unpacking import STAGE_PREFIX, Trouble, open_into

log = logging.getLogger(__name__)

MOST_AT_ONCE = 3
NAMELESS = " nameless"


@dataclass(slots=True, eq=False)
class _Set:
    """The volumes of one archive, by number; `planned` are those that its names promise."""

    planned: frozenset[int]
    first: int
    there: dict[int, Path] = field(default_factory=dict)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    is_given_up: bool = False
    given: int = 0

    @property
    def is_all_there(self) -> bool:
        return bool(self.planned) and self.planned <= self.there.keys()


class DirectUnpack:
    """Of one job. `planned` are the names its NZB promises; `has_room` says whether there is room for so many bytes,
    `locked` is called when a password is needed and none of those known is right.
    """

    def __init__(
        self,
        folder: Path,
        planned: Iterable[str],
        passwords: tuple[str, ...],
        *,
        has_room: Callable[[int], bool],
        locked: Callable[[], None],
    ) -> None:
        self._folder, self._passwords = folder, passwords
        self._has_room, self._locked = has_room, locked
        self._sets: dict[str, _Set] = {}
        self._tasks: dict[str, asyncio.Task[Opened | None]] = {}
        self._turn = asyncio.Semaphore(MOST_AT_ONCE)
        self._is_over = False
        promised: dict[str, set[int]] = {}
        for name in planned:
            if place := place_by_name(name):
                promised.setdefault(place[0], set()).add(place[1])
        self._promised = {base: frozenset(numbers) for base, numbers in promised.items()}

    def note(self, arrived: Arrived) -> None:
        """A file is settled. One that is not whole ends this for its archive."""
        path = self._folder / arrived.name
        place = place_by_name(arrived.name) if is_telling(arrived.name) else _nameless(path)
        if place is None or self._is_over:
            return
        base, number = place
        planned = self._promised.get(base, frozenset())
        first = min(planned, default=int(".part" in arrived.name.lower()))
        one = self._sets.setdefault(base, _Set(planned, first))
        one.is_given_up |= arrived.crc is None or one.there.get(number, path) != path
        one.there[number] = path
        one.news.set()
        if base not in self._tasks and not one.is_given_up and (one.first in one.there or one.is_all_there):
            self._tasks[base] = asyncio.create_task(self._open(one))

    @property
    def progress(self) -> str:
        """How many volumes are opened of how many, as `3/12`; empty before the first one is."""
        given = sum(one.given for one in self._sets.values())
        known = sum(max(len(one.planned), len(one.there)) for one in self._sets.values())
        return f"{given}/{known}" if given else ""

    async def results(self) -> tuple[Opened, ...]:
        """Nothing more will come: what was opened whole, once all that came is through."""
        self._is_over = True
        for one in self._sets.values():
            one.news.set()
        done = await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        return tuple(one for one in done if isinstance(one, Opened))

    async def stop(self) -> None:
        """Leave nothing behind."""
        self._is_over = True
        for task in self._tasks.values():
            task.cancel()
        done = await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        for one in done:
            if isinstance(one, Opened):
                await asyncio.to_thread(shutil.rmtree, one.stage, ignore_errors=True)

    async def _open(self, one: _Set) -> Opened | None:
        """What came of it; None when it is to be opened in the usual way."""
        opened = None
        async with self._turn:
            stage = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix=f"{STAGE_PREFIX}direct-", dir=self._folder))
            try:
                opened = await self._volume_by_volume(one, stage)
            except OSError as error:
                log.info("an archive is not opened while it comes: %s", error)
            finally:
                if opened is None:
                    await asyncio.to_thread(shutil.rmtree, stage, ignore_errors=True)
        return opened

    async def _volume_by_volume(self, one: _Set, stage: Path) -> Opened | None:
        feed, number, signs = Feed(stage), one.first, []
        try:
            while (volume := await self._next(one, number)) is not None:
                if not one.given and not _head(volume).startswith(RAR_MAGIC):
                    return await self._as_a_whole(one, stage)
                signs.append(sign(volume))
                answer = await feed.give(volume)
                if answer.is_done:
                    one.given += 1
                    return Opened(frozenset(signs), stage)
                if answer.trouble == LOCKED and not self._passwords:
                    self._locked()
                    return None
                if answer.trouble in {UNSUITED, LOCKED}:
                    return await self._as_a_whole(one, stage)
                if answer.trouble:
                    log.info("%s is not opened while it comes: %s", volume.name, answer.words)
                    return None
                one.given += 1
                number += 1
        finally:
            await feed.stop()
        return None

    async def _next(self, one: _Set, number: int) -> Path | None:
        """The volume of this number as soon as it is whole; None when it will not be, or there is no room for it."""
        while not one.is_given_up:
            volume = one.there.get(number)
            if volume is not None:
                return volume if self._has_room(volume.stat().st_size) else None
            if self._is_over:
                return None
            one.news.clear()
            await one.news.wait()
        return None

    async def _as_a_whole(self, one: _Set, stage: Path) -> Opened | None:
        """What cannot be opened volume by volume is opened when its last volume is there, while others still come."""
        while not one.is_all_there and not one.is_given_up and not self._is_over:
            one.news.clear()
            await one.news.wait()
        archives = await asyncio.to_thread(find_archives, list(one.there.values())) if one.is_all_there else []
        if self._is_over or one.is_given_up or len(archives) != 1 or not self._has_room(2 * archives[0].size):
            return None
        return await self._whole(archives[0], stage)

    async def _whole(self, archive: Archive, stage: Path) -> Opened | None:
        signs = frozenset(sign(volume) for volume in archive.volumes)
        await asyncio.to_thread(shutil.rmtree, stage)
        stage.mkdir()
        opened = await open_into(stage, archive, self._passwords)
        if opened.trouble is not None:
            log.info("%s is not opened while others come: %s", archive.name, opened.words)
            if opened.trouble is Trouble.PASSWORD:
                self._locked()
            return None
        return Opened(signs, stage, opened.password)


def _nameless(path: Path) -> tuple[str, int] | None:
    """A RAR5 volume tells its number itself; those of one job are taken to be one archive."""
    head = _head(path)
    return (NAMELESS, rar_number(head)) if head.startswith(RAR5_MAGIC) else None


def _head(path: Path) -> bytes:
    with contextlib.suppress(OSError), path.open("rb") as file:
        return file.read(HEAD)
    return b""
