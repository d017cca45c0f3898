"""NZBs put into a folder are taken from it: those in a folder with a category's name are of that category."""

import asyncio
import logging
from collections.abc import Iterator
from pathlib import Path

from matinee.engines.usenet.plan import LARGEST_NZB
from matinee.kernel.errors import Refused, Unreachable
from matinee.pipeline.usenet_port import UsenetEngine

log = logging.getLogger(__name__)

ENDINGS = (".nzb", ".nzb.gz", ".nzb.bz2")


async def watch(engine: UsenetEngine, folder: Path, seconds: float) -> None:
    """Look again and again; a file is taken when it did not change between two looks."""
    seen: dict[Path, tuple[int, int]] = {}
    while True:
        now: dict[Path, tuple[int, int]] = {}
        for path, category in await asyncio.to_thread(lambda: list(_nzbs(folder))):
            state = _state(path)
            if state and seen.get(path) == state:
                await _take(engine, path, category)
            elif state:
                now[path] = state
        seen = now
        await asyncio.sleep(seconds)


def _nzbs(folder: Path) -> Iterator[tuple[Path, str]]:
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        if path.is_dir() and not path.is_symlink():
            yield from ((inner, path.name) for inner in sorted(path.iterdir()) if _is_nzb(inner))
        elif _is_nzb(path):
            yield path, "*"


def _is_nzb(path: Path) -> bool:
    return path.name.lower().endswith(ENDINGS) and path.is_file() and not path.is_symlink()


def _state(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_size, found.st_mtime_ns) if found.st_size <= LARGEST_NZB else None


async def _take(engine: UsenetEngine, path: Path, category: str) -> None:
    """Queue it; one that is refused keeps lying there under another name, with the reason in the log."""
    try:
        await engine.add(await asyncio.to_thread(path.read_bytes), name=path.name, category=category)
        path.unlink()
    except Refused as error:
        log.warning("%s is left out: %s", path, error)
        path.rename(path.with_name(f"{path.name}.refused"))
    except (Unreachable, OSError) as error:
        log.warning("%s could not be taken: %s", path, error)
