"""What these programs' APIs need of the house: its indexers, all together and one by one."""

from collections.abc import AsyncIterator, Collection
from typing import Protocol

from matinee.media.indexing import Page, Question
from matinee.media.release import Release
from matinee.pipeline.ports import Payload
from matinee.pipeline.search.answers import Answered, Seat, TestStep
from matinee.store.indexers import StoredIndexer


class Indexers(Protocol):
    """The hub, as far as it is asked here."""

    def seats(self) -> list[Seat]:
        """All indexers."""
        ...

    def seat(self, id: int) -> Seat:
        """One indexer; NotFound."""
        ...

    def stream(
        self, question: Question, *, only: Collection[int] = (), source: str = "", keep: str = ""
    ) -> AsyncIterator[Answered]:
        """What each of them answers, merged, as they answer."""
        ...

    async def ask(self, id: int, question: Question, *, source: str = "") -> Page:
        """What one of them answers; Limited when it must not be asked now."""
        ...

    async def fetch(self, release: Release, *, source: str = "") -> Payload:
        """The torrent or NZB of a release."""
        ...

    async def test(self, stored: StoredIndexer) -> list[TestStep]:
        """Try it without keeping it."""
        ...

    async def add(self, stored: StoredIndexer) -> int:
        """Keep a new one."""
        ...

    async def change(self, stored: StoredIndexer) -> None:
        """Keep one as it is now."""
        ...

    async def remove(self, id: int) -> None:
        """Forget one."""
        ...
