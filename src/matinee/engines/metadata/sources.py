"""Several catalogues as one: each tells what it knows, and one that is silent does not silence the others."""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from matinee.engines.metadata.crosswalk import Crosswalk
from matinee.engines.metadata.filling import filled, in_the_name_of, lacks
from matinee.engines.metadata.merging import Page, shown_once
from matinee.engines.metadata.numbers import FIELDS, contradict, ids_of
from matinee.engines.metadata.together import Answers, all_answers
from matinee.kernel.errors import MatineeError, NotFound, Refused, Unreachable
from matinee.media.title import ExternalIds, Shelf, Title, TitleCard, TitleRef
from matinee.pipeline.ports import MetadataSource

T = TypeVar("T")

log = logging.getLogger(__name__)

_PATIENCE = 5.0  # seconds for a source while others have answered
_FOR_EXTRAS = 4.0  # seconds a title waits for what only others know
_LATE_FOR = 60.0  # seconds nobody waits for a source that was too slow
_WITH_THE_LATE = 1.0  # seconds a title waits for such a source
_SEEN_AT_MOST = 2000


class Sources:
    """A MetadataSource made of several, the preferred one first.

    A title comes from the source that named it. Where that is silent, the same title comes from another one, found
    through the crosswalk or because a search showed both as one; the answer bears the reference asked for, and its
    episodes the mark of whose they are (`tvdb:349232`).
    """

    name = "metadata"

    def __init__(
        self,
        sources: Sequence[MetadataSource],
        crosswalk: Crosswalk | None = None,
        *,
        patience: float = _PATIENCE,
        for_extras: float = _FOR_EXTRAS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._sources = tuple(sources)
        self._crosswalk = crosswalk
        self._patience, self._for_extras = patience, for_extras
        self._monotonic = monotonic
        self._late_until: dict[str, float] = {}
        self._seen: dict[TitleRef, list[TitleRef]] = {}

    async def search(self, text: str) -> list[TitleCard]:
        """Titles that fit the text; one that several sources know is shown once, as the preferred one tells it."""
        answers = await self._all(lambda source: source.search(text))
        page = shown_once([cards for _, cards in answers])
        self._remember(page)
        return page.cards

    async def discover(self) -> list[Shelf]:
        """The shelves of every source, one after the other."""
        return [shelf for _, shelves in await self._all(lambda source: source.discover()) for shelf in shelves]

    async def title(self, ref: TitleRef) -> Title:
        """All about one title, from the source that named it; from another where that one is silent."""
        return await self._completed(await self._told(ref))

    async def probe(self) -> str:
        """What each source that answers says."""
        return "; ".join(f"{source.name}: {seen}" for source, seen in await self._all(lambda source: source.probe()))

    async def _all(self, ask: Callable[[MetadataSource], Coroutine[Any, Any, T]]) -> list[tuple[MetadataSource, T]]:
        """Ask every source at once; raises only when none has an answer."""
        if not self._sources:
            raise Refused("no metadata source is set up")
        calls = {source.name: ask(source) for source in self._sources}
        answers: Answers[T] = await all_answers(calls, patience=self._patience, late=self._late())
        self._late_until |= dict.fromkeys(answers.late, self._monotonic() + _LATE_FOR)
        if not answers.good:
            raise _together(list(answers.errors.values()))
        for error in answers.errors.values():
            log.warning("%s; the other metadata sources go on without it", error)
        return [(source, answers.good[source.name]) for source in self._sources if source.name in answers.good]

    def _late(self) -> frozenset[str]:
        """Who kept everybody waiting a moment ago."""
        return frozenset(name for name, until in self._late_until.items() if self._monotonic() < until)

    async def _told(self, ref: TitleRef) -> Title:
        source = next((source for source in self._sources if source.name == ref.source), None)
        if source is None:
            unknown = NotFound(f"'{ref}' comes from '{ref.source}', and no such metadata source is set up")
            return await self._from_another(ref, unknown)
        asking = asyncio.create_task(source.title(ref))
        asking.add_done_callback(_look_at)
        try:
            await asyncio.wait({asking}, timeout=self._patience_with(source))
            if asking.done():
                return await self._or_another(ref, asking)
            self._late_until[source.name] = self._monotonic() + _LATE_FOR
            try:
                return await self._from_another(ref, Unreachable(f"{source.name}: no answer in time"))
            except MatineeError:
                return await asking  # nobody else knows it either: it may yet come
        finally:
            asking.cancel()

    def _patience_with(self, source: MetadataSource) -> float | None:
        """Seconds to wait for a title of this source; for ever when there is no other."""
        if len(self._sources) == 1:
            return None
        return min(self._patience, _WITH_THE_LATE) if source.name in self._late() else self._patience

    async def _or_another(self, ref: TitleRef, asking: asyncio.Task[Title]) -> Title:
        try:
            return await asking
        except NotFound:
            raise
        except MatineeError as error:
            return await self._from_another(ref, error)

    async def _from_another(self, ref: TitleRef, error: MatineeError) -> Title:
        """The same title as another source tells it; raises the error when none can."""
        ids = await self._numbers(ref, ids_of(ref), self._patience, silent=True)
        for other in self._elsewhere(ref, ids):
            told = await self._quietly(other)
            if told is None or contradict(told.ids, ids, only=(ref.source,)):
                continue
            log.warning("%s; %s is told by %s", error, ref, other.source)
            return in_the_name_of(ref, told, ids)
        raise error

    async def _completed(self, title: Title) -> Title:
        """The title with its numbers everywhere and with what its source does not tell; as it was if that fails."""
        ids = await self._numbers(title.ref, title.ids, self._for_extras)
        title = replace(title, ids=ids)
        try:
            async with asyncio.timeout(self._for_extras):
                for other in self._elsewhere(title.ref, ids):
                    if not lacks(title):
                        break
                    told = await self._quietly(other)
                    if told is not None and not contradict(told.ids, ids, only=(title.ref.source,)):
                        title = filled(title, told)
        except TimeoutError:
            log.info("%s goes without its %s: nobody told it in time", title.ref, ", ".join(lacks(title)))
        return title

    async def _numbers(self, ref: TitleRef, ids: ExternalIds, patience: float, *, silent: bool = False) -> ExternalIds:
        if self._crosswalk is None:
            return ids
        return await self._crosswalk.fill(ref.kind, ids, told_by=ref.source, silent=silent, patience=patience)

    def _elsewhere(self, ref: TitleRef, ids: ExternalIds) -> list[TitleRef]:
        """Where else the title is described, the preferred source first; what a search showed as one comes last."""
        numbers = {source.name: getattr(ids, source.name) for source in self._sources if source.name in FIELDS}
        by_number = [TitleRef(ref.kind, name, str(number)) for name, number in numbers.items() if number is not None]
        told = {other.source for other in by_number}
        by_name = [other for other in self._seen.get(ref, ()) if other.source not in told]
        return [other for other in (*by_number, *by_name) if other.source != ref.source]

    async def _quietly(self, ref: TitleRef) -> Title | None:
        """A title of another source, or None for any reason: it was only worth a try."""
        source = next((source for source in self._sources if source.name == ref.source), None)
        if source is None:
            return None
        try:
            async with asyncio.timeout(self._patience_with(source)):
                return await source.title(ref)
        except MatineeError as error:
            log.info("%s; %s is asked of the next source", error, ref)
        except TimeoutError:
            log.info("%s: no answer in time; the next source is asked", source.name)
        return None

    def _remember(self, page: Page) -> None:
        """Which titles a search showed as one: the way to another source when no number leads there."""
        for refs in page.alike:
            for ref in refs if len(refs) > 1 else ():
                self._seen.pop(ref, None)
                self._seen[ref] = refs
        while len(self._seen) > _SEEN_AT_MOST:
            del self._seen[next(iter(self._seen))]


def _together(errors: Sequence[MatineeError]) -> MatineeError:
    """One error for all: it is worth trying again as soon as one of them may come back."""
    words = "; ".join(map(str, errors))
    return Unreachable(words) if any(isinstance(error, Unreachable) for error in errors) else Refused(words)


def _look_at(done: asyncio.Task[Title]) -> None:
    """An answer nobody waited for is no news, not even when it is a bad one."""
    if not done.cancelled():
        done.exception()
