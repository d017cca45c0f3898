"""A shelf on disk: what was fetched once is at hand the next time, and the least used makes room."""

import asyncio
import hashlib
import logging
import os
import threading
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

from matinee.kernel.clock import Clock, now

T = TypeVar("T")

log = logging.getLogger(__name__)

_UNFINISHED = ".part"
_FILLED_TO = 0.9  # making room goes below the limit, so that the folder is not read again at every write


@dataclass(frozen=True, slots=True)
class Kept:
    """What lay on the shelf, and since how many seconds."""

    content: bytes
    age: float


@dataclass(frozen=True, slots=True)
class _Entry:
    path: Path
    size: int
    used: float


class FolderCache:
    """Bytes by key in a folder of at most `limit_bytes`; only a hash of the key reaches the disk.

    A disk that fails costs the shelf, never the caller: it is logged, and the answer is "not here".
    """

    def __init__(self, folder: Path, *, limit_bytes: int, clock: Clock = now) -> None:
        self._folder = folder
        self._limit = limit_bytes
        self._clock = clock
        self._lock = threading.Lock()
        self._total: int | None = None

    def get(self, key: str) -> Kept | None:
        """What is kept under the key, counted as used now; None when nothing is."""
        moment = self._clock().timestamp()
        try:
            with self._path(key).open("rb") as file:
                written = os.fstat(file.fileno()).st_mtime
                content = file.read()
                os.utime(file.fileno(), (moment, written))
        except FileNotFoundError:
            return None
        except OSError as error:
            log.warning("the cache in %s cannot be read: %s", self._folder, error.strerror)
            return None
        return Kept(content, max(0.0, moment - written))

    def put(self, key: str, content: bytes) -> None:
        """Keep the content under the key from now on; larger than the whole shelf is not kept."""
        if len(content) > self._limit:
            return
        try:
            with self._lock:
                self._store(self._path(key), content)
        except OSError as error:
            log.warning("the cache in %s cannot be written: %s", self._folder, error.strerror)

    def remove(self, key: str) -> None:
        """Forget what is kept under the key; nothing kept is nothing to do."""
        try:
            with self._lock:
                self._path(key).unlink(missing_ok=True)
                self._total = None
        except OSError as error:
            log.warning("the cache in %s cannot be written: %s", self._folder, error.strerror)

    async def read(self, key: str) -> Kept | None:
        """`get` without holding up anybody else."""
        return await asyncio.to_thread(self.get, key)

    async def write(self, key: str, content: bytes) -> None:
        """`put` without holding up anybody else."""
        await asyncio.to_thread(self.put, key, content)

    def _path(self, key: str) -> Path:
        name = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
        return self._folder / name[:2] / name

    def _store(self, path: Path, content: bytes) -> None:
        """Write beside and rename, so that no reader meets half a file."""
        if self._total is None:
            self._total = self._measure()
        path.parent.mkdir(parents=True, exist_ok=True)
        replaced = path.stat().st_size if path.exists() else 0
        beside = path.with_name(f"{path.name}.{os.getpid()}{_UNFINISHED}")
        moment = self._clock().timestamp()
        try:
            beside.write_bytes(content)
            os.utime(beside, (moment, moment))
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
        self._total += len(content) - replaced
        if self._total > self._limit:
            self._total = self._make_room()

    def _measure(self) -> int:
        """The bytes kept so far; what an earlier run left unfinished is swept out."""
        for left in self._folder.glob(f"*/*{_UNFINISHED}"):
            left.unlink(missing_ok=True)
        return sum(entry.size for entry in self._entries())

    def _make_room(self) -> int:
        """Remove the least recently used entries; returns the bytes that stay."""
        entries = sorted(self._entries(), key=lambda entry: entry.used)
        total = sum(entry.size for entry in entries)
        for entry in entries:
            if total <= self._limit * _FILLED_TO:
                break
            entry.path.unlink(missing_ok=True)
            total -= entry.size
        return total

    def _entries(self) -> Iterator[_Entry]:
        for path in self._folder.glob("*/*"):
            try:
                facts = path.stat()
            except FileNotFoundError:  # another process made room meanwhile
                continue
            yield _Entry(path, facts.st_size, facts.st_atime)


class SingleFlight:
    """Callers who want the same thing at the same time share one piece of work.

    One caller walking away does not end the work of the others.
    """

    def __init__(self) -> None:
        self._under_way: dict[str, asyncio.Task[Any]] = {}

    async def __call__(self, key: str, work: Callable[[], Awaitable[T]]) -> T:
        """The result of the work under this key, begun now or already under way."""
        task = self._under_way.get(key)
        if task is None:
            task = asyncio.create_task(_run(work))
            self._under_way[key] = task
            task.add_done_callback(lambda done: self._land(key, done))
        return cast(T, await asyncio.shield(task))

    def _land(self, key: str, done: asyncio.Task[Any]) -> None:
        self._under_way.pop(key, None)
        if not done.cancelled():
            done.exception()  # seen, even when every caller has walked away


async def _run(work: Callable[[], Awaitable[T]]) -> T:
    return await work()
