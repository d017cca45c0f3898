"""The hub asks all indexers of the house as one, and everybody in the house asks the hub."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from dataclasses import replace
from datetime import date

from matinee.kernel.clock import Clock, now
from matinee.kernel.database import Database, Transaction
from matinee.kernel.errors import NotFound, Refused
from matinee.kernel.redact import redact
from matinee.media.indexing import Function, Page, Question
from matinee.media.release import Release
from matinee.pipeline.ports import Indexer, Payload, Query
from matinee.pipeline.search.answers import Answered, Found, Seat, TestStep
from matinee.pipeline.search.desk import Desk
from matinee.pipeline.search.diary import Diary
from matinee.pipeline.search.dispatch import fitted, is_for
from matinee.pipeline.search.filter import compile_filter
from matinee.pipeline.search.finding import Sought, find_with
from matinee.pipeline.search.loading import keep_fixed, load
from matinee.pipeline.search.noting import is_of_grab
from matinee.pipeline.search.pace import Monotonic, Pace, Sleep
from matinee.pipeline.search.remembered import Remembered
from matinee.pipeline.search.room import DEADLINE, RSS_SECONDS, SEARCH_SECONDS, Room
from matinee.pipeline.search.streaming import Asked, stream_news, stream_search
from matinee.pipeline.search.trial import try_indexer
from matinee.store.indexers import (
    IndexerEvent,
    IndexerState,
    StoredIndexer,
    add_indexer,
    change_indexer,
    event_by_id,
    keep_back_off,
    read_indexer,
    remove_indexer,
)

AGAIN = Question(Function.SEARCH, is_interactive=True)


class Hub:
    """All indexers, each with its pace, its limits, its back-off and what it answered lately.

    `make` builds the driver of one, when it is first needed. `fixed` are those of the configuration file. Times are in
    seconds; `deadline` is what one answer may take where the indexer has no deadline of its own, or more where
    `patience` asks for it.
    """

    def __init__(
        self,
        database: Database,
        make: Callable[[StoredIndexer], Indexer],
        *,
        fixed: Sequence[StoredIndexer] = (),
        clock: Clock = now,
        monotonic: Monotonic = time.monotonic,
        sleep: Sleep = asyncio.sleep,
        deadline: float = DEADLINE,
        search_seconds: float = SEARCH_SECONDS,
        rss_seconds: float = RSS_SECONDS,
        patience: Callable[[StoredIndexer], float] = lambda stored: 0.0,
    ) -> None:
        self._database = database
        self._fixed = tuple(fixed)
        self._desks: dict[int, Desk] = {}
        self._changing = asyncio.Lock()
        self._revision = 0
        self._news = asyncio.Event()
        self._room = Room(
            make,
            Diary(database, clock),
            Remembered(monotonic),
            clock(),
            clock,
            monotonic,
            sleep,
            deadline,
            search_seconds,
            rss_seconds,
            patience,
        )

    async def open(self) -> None:
        """Keep those of the configuration file, and seat everybody. Nobody is asked anything yet."""
        fixed, moment = self._fixed, self._room.clock()
        await self._database.write(lambda tx: keep_fixed(tx, fixed, moment))
        await self.reload()

    async def reload(self, *, anew: bool = False) -> None:
        """Seat everybody as they are kept now; who has not changed goes on undisturbed, unless all are made `anew`."""
        async with self._changing:
            await self._room.diary.settle()
            moment, former = self._room.clock(), self._desks
            loaded = await self._database.read(lambda db: load(db, self._fixed, moment))
            for one in loaded:
                redact.remember(one.secrets)
            self._desks = {one.stored.id: one.desk(self._room, former.get(one.stored.id), anew=anew) for one in loaded}
            for desk in former.values():
                if self._desks.get(desk.stored.id) is not desk:
                    self._room.remembered.forget(desk.stored.id)
                    await desk.close()
            self._tell_change()

    async def changed(self, seen: int) -> int:
        """Returns when an indexer was added, changed or removed after the revision `seen`: the new revision."""
        while self._revision <= seen:
            await self._news.wait()
        return self._revision

    def _tell_change(self) -> None:
        self._revision += 1
        self._news.set()
        self._news = asyncio.Event()

    async def close(self) -> None:
        """End all that is under way, write down what happened, and hang up."""
        desks, self._desks = self._desks, {}
        for desk in desks.values():
            await desk.close()
        await self.settle()

    async def settle(self) -> None:
        """Wait until all that happened is written down."""
        await self._room.diary.settle()

    def seats(self) -> list[Seat]:
        """All indexers with how they are, the nearest to the owner's heart first."""
        desks = sorted(self._desks.values(), key=lambda desk: (desk.stored.priority, desk.stored.id))
        return [Seat(desk.stored, desk.health(), desk.indexer) for desk in desks]

    def seat(self, id: int) -> Seat:
        """One indexer; NotFound when there is none with this id."""
        desk = self._desk(id)
        return Seat(desk.stored, desk.health(), desk.indexer)

    def stream(
        self,
        question: Question,
        *,
        only: Collection[int] = (),
        tags: Collection[str] | None = None,
        source: str = "",
        keep: str = "",
        deadline: float | None = None,
        fresh: bool = False,
    ) -> AsyncIterator[Answered]:
        """Ask all at once, or `only` these; each tells one Answered as soon as it has answered or is given up.

        `keep` is a filter in the local filter language (Refused when it cannot be read); `fresh` does without what was
        answered before. Whoever stops listening ends what nobody else waits for.
        """
        wanted = compile_filter(keep, clock=self._room.clock) if keep.strip() else None
        asked = Asked(question, source, wanted, deadline, fresh)
        return stream_search(self._meant(question, only, tags), asked, self._room)

    def newest(
        self, *, categories: Collection[int] = (), only: Collection[int] = (), source: str = "RSS"
    ) -> AsyncIterator[Answered]:
        """The uploads since the last time, from all that are for RSS, each as soon as it has answered."""
        meant = self._meant(Question(), only, None)
        return stream_news(meant, tuple(categories), source, self._room)

    async def find(
        self,
        query: Query,
        *,
        source: str = "Matinee",
        tags: Collection[str] | None = None,
        aired: date | None = None,
        absolute: int | None = None,
        by_hand: bool = False,
    ) -> Found:
        """All that is offered for one want: by numbers first, in words only where that finds nothing.

        `by_hand` is a person's search, for the indexers that are for those. Unreachable when no indexer answered at
        all, or there is none to ask.
        """
        sought = Sought(query, source, aired, absolute, by_hand)
        meant = self._meant(Question(text=query.text, is_interactive=by_hand), (), tags)
        return await find_with(meant, sought, known=len(self._desks))

    async def ask(self, id: int, question: Question, *, source: str = "") -> Page:
        """One indexer's answer, empty when it can only be empty. Limited while it is left alone or asked enough."""
        desk = self._desk(id)
        if not desk.stored.enabled:
            raise Refused(f"{desk.name} is switched off: switch it on under Indexers")
        fitting, _ = fitted(question, await desk.abilities())
        return Page(()) if fitting is None else (await desk.ask(fitting, source=source)).page

    async def fetch(self, release: Release, *, source: str = "") -> Payload:
        """The download of a release, by the indexer that told of it. Limited, Unreachable, NotFound, Refused."""
        desk = next((desk for desk in self._desks.values() if desk.name == release.indexer), None)
        if desk is None:
            raise NotFound(f"the indexer {release.indexer} is no longer there: search again for '{release.name}'")
        return await desk.fetch(release, source=source)

    async def find_again(self, event_id: int, *, source: str = "") -> Release:
        """The release of a grab in the history, searched for again. NotFound when it is no longer offered."""
        event = await self._database.read(lambda db: event_by_id(db, event_id))
        if event.kind != "grab":
            raise Refused("only a grab can be repeated")
        desk = self._desk(event.indexer_id)
        for page in self._room.remembered.pages(event.indexer_id):
            if found := next((one for one in page.releases if is_of_grab(event, one)), None):
                return found
        page = await self.ask(desk.stored.id, replace(AGAIN, text=event.text), source=source)
        if found := next((one for one in page.releases if is_of_grab(event, one)), None):
            return found
        raise NotFound(f"{desk.name} no longer offers '{event.text}'")

    async def test(self, stored: StoredIndexer, *, link: bool = False) -> list[TestStep]:
        """Try an indexer step by step, up to the first that fails; with `link` one download is fetched, too."""
        kept = self._desks.get(stored.id)
        pace = kept.pace if kept else Pace(self._room.monotonic, self._room.sleep)
        steps = await try_indexer(stored, self._room, pace, link=link)
        if kept and all(step.ok for step in steps):
            kept.succeeded()
        return steps

    async def probe(self, id: int) -> str:
        """That an indexer is well, in words, for the map: seldom by a call. Limited while it is left alone."""
        return await self._desk(id).probe()

    async def add(self, stored: StoredIndexer) -> int:
        """Keep a new indexer; returns its id. Conflict when its name is taken."""
        told = replace(stored, added=self._room.clock())
        indexer_id = await self._database.write(lambda tx: add_indexer(tx, told))
        await self.reload()
        return indexer_id

    async def change(self, stored: StoredIndexer) -> None:
        """Keep an indexer as it is now. What it is told anew may have cured it: its back-off ends."""
        former = await self._owned(stored.id)

        def keep(tx: Transaction) -> None:
            change_indexer(tx, stored)
            if dict(former.settings) != dict(stored.settings):
                keep_back_off(tx, stored.id, IndexerState())

        await self._room.diary.settle()
        await self._database.write(keep)
        await self.reload()

    async def unblock(self, id: int) -> None:
        """Its owner knows that it is well again: its back-off ends now."""
        self._desk(id).forgive()
        await self.settle()

    async def forgive(self) -> None:
        """Somebody wants it tried again now: the back-off of all ends. Their limits stay."""
        for desk in self._desks.values():
            if desk.health().state == "blocked":
                desk.forgive()
        await self.settle()

    async def remove(self, id: int) -> None:
        """Forget an indexer; its history stays."""
        await self._owned(id)
        await self._database.write(lambda tx: remove_indexer(tx, id))
        await self.reload()

    def note(self, id: int, kind: str, text: str, *, ok: bool = True, seconds: float = 0.0, reason: str = "") -> None:
        """Write down what a driver does by itself: `auth` for a login, `info` for anything else."""
        desk = self._desk(id)
        event = IndexerEvent(0, id, desk.name, self._room.clock(), kind, ok, seconds, text=redact(text))
        self._room.diary.write(replace(event, reason=redact(reason)))

    def _desk(self, id: int) -> Desk:
        desk = self._desks.get(id)
        if desk is None:
            raise NotFound(f"there is no indexer {id}")
        return desk

    def _meant(self, question: Question, only: Collection[int], tags: Collection[str] | None) -> list[Desk]:
        """Whom this is meant for, the nearest first; those named are asked whatever they are for."""
        desks = [self._desk(id) for id in only] or [
            desk for desk in self._desks.values() if desk.stored.enabled and is_for(desk.stored, question, tags)
        ]
        return sorted(desks, key=lambda desk: (desk.stored.priority, desk.stored.id))

    async def _owned(self, id: int) -> StoredIndexer:
        """One that pages may change. Refused, with the cure, for one of the configuration file."""
        stored = await self._database.read(lambda db: read_indexer(db, id))
        if stored.origin == "file":
            raise Refused(f"{stored.name} stands in matinee.toml ([[indexers]]): change it there")
        return stored
