"""Drivers come from anywhere: what one does wrong becomes one of the house's two errors, and ends no search."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from matinee.kernel.errors import MatineeError, Refused, Unreachable
from matinee.pipeline.ports import Indexer
from matinee.pipeline.search.room import Room
from matinee.store.indexers import StoredIndexer

log = logging.getLogger(__name__)

T = TypeVar("T")


def made(room: Room, stored: StoredIndexer) -> Indexer:
    """A new driver. Refused, in words, when it cannot be built."""
    try:
        return room.make(stored)
    except MatineeError:
        raise
    except Exception as error:
        log.exception("indexer %s: its driver cannot be built", stored.name)
        raise Refused(f"{stored.name}: its driver cannot be built ({type(error).__name__})") from error


async def guarded(name: str, work: Callable[[], Awaitable[T]], deadline: float, what: str) -> T:
    """A driver's work within its time; whatever it does wrong ends here, in the house's two errors."""
    try:
        async with asyncio.timeout(deadline):
            return await work()
    except TimeoutError as error:
        raise Unreachable(f"{name}: no {what} within {deadline:g} seconds") from error
    except MatineeError:
        raise
    except Exception as error:
        log.exception("indexer %s: its driver stumbled", name)
        raise Unreachable(f"{name}: its driver stumbled ({type(error).__name__})") from error


async def closed(name: str, indexer: Indexer) -> None:
    """Hang up; a driver that cannot even do that is let go."""
    try:
        await indexer.close()
    except Exception:
        log.exception("indexer %s: its driver does not hang up", name)
