"""What all indexers of the house share: the diary, the memory of answers, the clock, and how patient we are."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from matinee.kernel.clock import Clock, now
from matinee.pipeline.ports import Indexer
from matinee.pipeline.search.diary import Diary
from matinee.pipeline.search.pace import Monotonic, Sleep
from matinee.pipeline.search.remembered import Remembered
from matinee.store.indexers import StoredIndexer

DEADLINE = 30.0  # seconds for one answer
SEARCH_SECONDS = 600.0  # how long an answer holds
RSS_SECONDS = 300.0


@dataclass(frozen=True)
class Room:
    """`make` builds a driver; times are in seconds, `started` is when the house came up.

    `patience` is what an answer of an indexer may take at least, where its way is a long one.
    """

    make: Callable[[StoredIndexer], Indexer]
    diary: Diary
    remembered: Remembered
    started: datetime
    clock: Clock = now
    monotonic: Monotonic = time.monotonic
    sleep: Sleep = asyncio.sleep
    deadline: float = DEADLINE
    search_seconds: float = SEARCH_SECONDS
    rss_seconds: float = RSS_SECONDS
    patience: Callable[[StoredIndexer], float] = lambda stored: 0.0
