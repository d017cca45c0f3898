"""What a search tells while it goes on: who has answered, with what, and how each indexer is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from matinee.media.release import Release
from matinee.pipeline.ports import Indexer
from matinee.store.indexers import StoredIndexer


@dataclass(frozen=True, slots=True)
class Health:
    """How an indexer is: `well`, `blocked` (it failed), `limited` (it was asked enough) or `off`; until when and why.

    `level` counts how far the back-off has grown, 0 is none.
    """

    state: str = "well"
    reason: str = ""
    until: datetime | None = None
    failing_since: datetime | None = None
    level: int = 0


@dataclass(frozen=True, slots=True)
class Seat:
    """One indexer as the hub holds it. Its driver is made when it is first asked for."""

    stored: StoredIndexer
    health: Health
    made: Callable[[], Indexer]

    @property
    def indexer(self) -> Indexer:
        """Its driver. Refused when its settings or its definition do not do."""
        return self.made()


@dataclass(frozen=True, slots=True)
class Answered:
    """One indexer has answered, or is given up: each that was meant tells exactly one of these.

    `releases` are only those that nobody told before; `replaced` and `also` are (indexer, guid) of releases told
    before: those whose place a better source takes now, and those that this indexer has as well. `rows` is what it
    sent in all. `skipped` means that it was not asked at all, and `trouble` says why in words.
    """

    indexer_id: int
    indexer: str
    releases: tuple[Release, ...] = ()
    rows: int = 0
    seconds: float = 0.0
    trouble: str = ""
    skipped: bool = False
    from_cache: bool = False
    replaced: tuple[tuple[str, str], ...] = ()
    also: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What all indexers together offer for one want, and in words why some offered nothing."""

    releases: list[Release]
    troubles: list[str]


@dataclass(frozen=True, slots=True)
class TestStep:
    """One step of a test: settings, address, login, caps, search, rows or download link.

    `picture` is a captcha that somebody must read before it can go on.
    """

    __test__ = False  # pytest: this is no test of ours

    name: str
    ok: bool
    text: str
    seconds: float = 0.0
    picture: bytes = b""
