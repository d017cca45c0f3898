"""A catalogue with a memory: it answers at once what it told lately, and still knows it when the line is dead."""

import logging
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from matinee.engines.metadata.crosswalk import Linked
from matinee.kernel.cache import FolderCache, Kept, SingleFlight
from matinee.kernel.errors import Unreachable
from matinee.media.title import ExternalIds, Kind, Shelf, Title, TitleCard, TitleRef
from matinee.pipeline.ports import MetadataSource

T = TypeVar("T")

log = logging.getLogger(__name__)

_SHAPE = 1  # raise it when a noun changes, so that nothing is read in an old shape
_LONGEST_KEPT = timedelta(days=180)  # TMDB's terms
_PAUSE = 30.0  # seconds without asking again after a source was silent, where a stale answer is at hand

_CARDS: TypeAdapter[list[TitleCard]] = TypeAdapter(list[TitleCard])
_SHELVES: TypeAdapter[list[Shelf]] = TypeAdapter(list[Shelf])
_TITLE: TypeAdapter[Title] = TypeAdapter(Title)


class Cached:
    """A MetadataSource before another: fresh answers come from disk, stale ones when the source is silent.

    `scope` keeps answers apart that the same source gives differently (the language). Equal calls at the
    same time are one call.
    """

    def __init__(
        self,
        source: MetadataSource,
        cache: FolderCache,
        *,
        scope: str = "",
        search_ttl: timedelta = timedelta(hours=1),
        discover_ttl: timedelta = timedelta(hours=3),
        title_ttl: timedelta = timedelta(hours=12),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = source.name
        self._source = source
        self._cache = cache
        self._scope = scope
        self._search_ttl, self._discover_ttl, self._title_ttl = search_ttl, discover_ttl, title_ttl
        self._monotonic = monotonic
        self._silent_until = float("-inf")
        self._together = SingleFlight()

    async def search(self, text: str) -> list[TitleCard]:
        """Titles that fit the text, best first."""
        words = " ".join(text.casefold().split())
        cards = await self._ask(f"search {words}", self._search_ttl, _CARDS, lambda: self._source.search(text))
        return [*cards]

    async def discover(self) -> list[Shelf]:
        """Rows of posters worth a look tonight."""
        shelves = await self._ask("discover", self._discover_ttl, _SHELVES, self._source.discover)
        return [*shelves]

    async def title(self, ref: TitleRef) -> Title:
        """All about one title."""
        return await self._ask(f"title {ref}", self._title_ttl, _TITLE, lambda: self._source.title(ref))

    async def linked(self, kind: Kind, known: ExternalIds) -> ExternalIds:
        """What the source itself says: the crosswalk has a memory of its own."""
        return await self._source.linked(kind, known) if isinstance(self._source, Linked) else ExternalIds()

    async def probe(self) -> str:
        """What the source itself says now: a memory proves nothing."""
        return await self._source.probe()

    async def _ask(self, question: str, ttl: timedelta, shape: TypeAdapter[T], ask: Callable[[], Awaitable[T]]) -> T:
        key = f"metadata {_SHAPE} {self.name} {self._scope} {question}"
        return await self._together(key, lambda: self._answer(key, ttl, shape, ask))

    async def _answer(self, key: str, ttl: timedelta, shape: TypeAdapter[T], ask: Callable[[], Awaitable[T]]) -> T:
        kept = await self._cache.read(key)
        known = _remembered(kept, shape)
        if kept is None or known is None:
            return await self._fresh(key, shape, ask)
        if kept.age < ttl.total_seconds() or self._monotonic() < self._silent_until:
            return known
        try:
            return await self._fresh(key, shape, ask)
        except Unreachable as error:
            self._silent_until = self._monotonic() + _PAUSE
            log.warning("%s; what it said %.0f minutes ago is used", error, kept.age / 60)
            return known

    async def _fresh(self, key: str, shape: TypeAdapter[T], ask: Callable[[], Awaitable[T]]) -> T:
        answer = await ask()
        await self._cache.write(key, shape.dump_json(answer))
        return answer


def _remembered(kept: Kept | None, shape: TypeAdapter[T]) -> T | None:
    """What was kept, unless it is too old or no longer readable."""
    if kept is None or kept.age > _LONGEST_KEPT.total_seconds():
        return None
    try:
        return shape.validate_json(kept.content)
    except ValidationError:
        log.info("an answer in the metadata cache is not readable any more; the source is asked again")
        return None
