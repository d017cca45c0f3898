"""One indexer at work: whom it serves, how fast, how often, and how it has been lately."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from matinee.kernel.errors import MatineeError, Refused, Unreachable
from matinee.kernel.redact import redact
from matinee.media.indexing import Abilities, Page, Question
from matinee.media.release import Release
from matinee.pipeline.ports import Indexer, Limited, Payload, Unanswerable
from matinee.pipeline.search.allowance import Allowance
from matinee.pipeline.search.answers import Health
from matinee.pipeline.search.back_off import after_failure, after_limit, after_success, is_of_the_way
from matinee.pipeline.search.diary import Entry
from matinee.pipeline.search.dispatch import asked_for, without_doubles
from matinee.pipeline.search.flights import Flights
from matinee.pipeline.search.guarding import closed, guarded, made
from matinee.pipeline.search.noting import asked, grabbed
from matinee.pipeline.search.pace import Pace
from matinee.pipeline.search.remembered import normal
from matinee.pipeline.search.room import Room
from matinee.store.indexers import IndexerEvent, IndexerState, StoredIndexer

T = TypeVar("T")
Asking = Callable[[Indexer], Awaitable[Page]]
SOON = 60.0  # seconds; a pause that nobody gave a time
ABILITIES_HOLD = 86_400.0
NOBODY_WAITS = "nobody waited for the answer any longer"
FRESH = timedelta(minutes=15)  # who answered so lately need not be tried


@dataclass(frozen=True, slots=True)
class Reply:
    """What one indexer said to one question, and the entry in the diary that counts it."""

    page: Page
    seconds: float
    entry: Entry
    from_cache: bool = False


class Desk:
    """One indexer, its driver made when it is first needed. All who ask it go through here."""

    def __init__(
        self,
        stored: StoredIndexer,
        room: Room,
        state: IndexerState,
        *,
        queried: Sequence[datetime] = (),
        grabbed: Sequence[datetime] = (),
    ) -> None:
        self.stored = stored
        self.room = room
        self.state = state
        self.queries = Allowance(stored.query_limit, stored.limit_unit, queried)
        self.grabs = Allowance(stored.grab_limit, stored.limit_unit, grabbed)
        self.flights = Flights(stored.name)
        self.pace = Pace(room.monotonic, room.sleep)
        self.recent: frozenset[str] = frozenset()  # guids of the newest uploads read last
        self._indexer: Indexer | None = None
        self._abilities: tuple[Abilities, float] | None = None
        self._answered: datetime | None = None

    @property
    def name(self) -> str:
        """How its owner calls it."""
        return self.stored.name

    @property
    def deadline(self) -> float:
        """Seconds that it has for one answer."""
        return self.stored.deadline or max(self.room.deadline, self.room.patience(self.stored))

    @property
    def is_made(self) -> bool:
        """Whether its driver was ever needed."""
        return self._indexer is not None

    def indexer(self) -> Indexer:
        """Its driver. Refused when its settings or its definition do not do."""
        if self._indexer is None:
            self._indexer = made(self.room, self.stored)
        return self._indexer

    def health(self) -> Health:
        """How it is at this moment."""
        moment, state = self.room.clock(), self.state
        told: dict[str, Any] = {"failing_since": state.failing_since, "level": state.level}
        if not self.stored.enabled:
            return Health("off", "it is switched off")
        if state.blocked_until and state.blocked_until > moment:
            return Health("blocked", state.reason, state.blocked_until, **told)
        if until := self.queries.used_up_until(moment):
            return Health("limited", f"{self.queries.told('queries')} are used up", until, **told)
        return Health("well", state.reason, None, **told)

    async def abilities(self) -> Abilities:
        """What it can do, asked once a day; how long it holds at the far end its driver knows."""
        if self._abilities is None or self._abilities[1] <= self.room.monotonic():
            told, _ = await self.flights("abilities", self._ask_abilities)
            self._abilities = (told, self.room.monotonic() + ABILITIES_HOLD)
        return self._abilities[0]

    async def ask(
        self,
        question: Question,
        *,
        source: str = "",
        fresh: bool = False,
        patient: bool = True,
        deadline: float | None = None,
    ) -> Reply:
        """One answer: remembered, shared with others who ask the same, or its own. Limited when it must not be asked.

        `fresh` does without the memory. Who is not `patient` waits for a turn no longer than for the answer.
        """
        key, limit = normal(question), deadline or self.deadline
        page = None if fresh else self.room.remembered.get(self.stored.id, key)
        if page is None:

            async def work() -> Reply:
                reply = await self._request(question, source, limit, None if patient else limit, _plain(question))
                keeps = self.room.rss_seconds if question.is_rss else self.room.search_seconds
                self.room.remembered.put(self.stored.id, key, reply.page, keeps)
                return reply

            reply, is_first = await self.flights(key, work)
            if is_first:
                return reply
            page = reply.page
        told = asked(self.stored, question, self.room.clock(), source=source, results=len(page.releases), cached=True)
        return Reply(page, 0.0, self.room.diary.write(told), True)

    async def ask_so(self, asking: Asking, question: Question, *, source: str = "") -> Reply:
        """An answer to what only its driver can be asked; `question` tells it to the diary. Not remembered."""

        async def work() -> Reply:
            return await self._request(question, source, self.deadline, None, asking)

        reply, _ = await self.flights(("so", normal(question)), work)
        return reply

    async def fetch(self, release: Release, *, source: str = "") -> Payload:
        """The download itself. Limited when it must not be asked, NotFound when it is gone."""

        async def work() -> Payload:
            return await self._grab(release, source)

        payload, _ = await self.flights(("fetch", release.guid, release.download_url), work)
        return payload

    async def probe(self) -> str:
        """That it is well: by its latest answer, or by one cheap call in its turn."""
        if self._answered and self.room.clock() - self._answered < FRESH:
            return f"it answered at {self._answered:%H:%M} UTC"
        told, _ = await self.flights("probe", self._probe)
        return told

    async def close(self) -> None:
        """End what is under way, and hang up."""
        await self.flights.close()
        if self._indexer is not None:
            await closed(self.name, self._indexer)

    def succeeded(self) -> None:
        """It answered: one level down, and free."""
        self._answered = self.room.clock()
        self._become(after_success(self.state))

    def forgive(self) -> None:
        """Forget how it failed."""
        self._become(replace(self.state, level=0, blocked_until=None, reason="", failing_since=None))

    def failed(self, error: BaseException) -> None:
        """It failed: leave it alone for a while, and say why. What was under way together fails together, once."""
        moment, reason = self.room.clock(), redact(str(error))
        is_blocked = self.state.blocked_until is not None and self.state.blocked_until > moment
        if isinstance(error, Limited):
            self._become(after_limit(self.state, moment, reason, error.seconds, escalates=not is_blocked))
            return
        escalates = not is_blocked and not is_of_the_way(error)
        self._become(after_failure(self.state, moment, reason, started=self.room.started, escalates=escalates))

    async def _ask_abilities(self) -> Abilities:
        self._check(self.queries, "queries")
        indexer = self.indexer()
        async with self.pace.maybe_turn(indexer.facts.requests_apart):
            return await self._asked_aside(indexer.abilities, "what it can do")

    async def _probe(self) -> str:
        indexer = await self._turn(self.queries, "queries", None)
        told = await self._asked_aside(indexer.probe, "whether it is well")
        self.succeeded()
        return told

    async def _asked_aside(self, work: Callable[[], Awaitable[T]], text: str) -> T:
        """What is no search: only its failure is worth a line in the history."""
        try:
            return await guarded(self.name, work, self.deadline, "answer")
        except MatineeError as error:
            told = IndexerEvent(0, self.stored.id, self.name, self.room.clock(), "info", False)
            self.room.diary.write(replace(told, text=text, reason=redact(str(error))))
            self.failed(error)
            raise

    async def _request(
        self, question: Question, source: str, deadline: float, longest_wait: float | None, asking: Asking
    ) -> Reply:
        indexer = await self._turn(self.queries, "queries", longest_wait)
        began, clock = self.room.monotonic(), self.room.clock
        try:
            page = await guarded(self.name, lambda: asking(indexer), deadline, "answer")
        except (MatineeError, asyncio.CancelledError) as error:
            reason = redact(str(error)) or NOBODY_WAITS
            self.room.diary.write(
                asked(self.stored, question, clock(), source=source, seconds=self._since(began), reason=reason)
            )
            is_of_question = isinstance(error, Unanswerable) and not question.is_rss
            if isinstance(error, MatineeError) and not is_of_question:
                self.failed(error)
            raise
        self.succeeded()
        page, seconds = self._ours(page, question), self._since(began)
        event = asked(self.stored, question, clock(), source=source, seconds=seconds, results=len(page.releases))
        return Reply(page, seconds, self.room.diary.write(event))

    async def _grab(self, release: Release, source: str) -> Payload:
        indexer = await self._turn(self.grabs, "grabs", None)
        began, clock, note = self.room.monotonic(), self.room.clock, self.room.diary.write
        try:
            payload = await guarded(self.name, lambda: indexer.fetch(release), self.deadline, "download")
        except (MatineeError, asyncio.CancelledError) as error:
            seconds, reason = self._since(began), redact(str(error)) or NOBODY_WAITS
            note(grabbed(self.stored, release, clock(), source=source, seconds=seconds, reason=reason))
            if isinstance(error, Unreachable):  # a bad torrent, or one that is gone, says nothing of the indexer
                self.failed(error)
            raise
        self.succeeded()
        note(grabbed(self.stored, release, clock(), source=source, seconds=self._since(began)))
        return payload

    async def _turn(self, allowance: Allowance, what: str, longest_wait: float | None) -> Indexer:
        """The driver, when it may be asked; counted as asked from here on."""
        self._check(allowance, what)
        indexer = self.indexer()
        apart = indexer.facts.requests_apart
        try:
            async with asyncio.timeout(longest_wait):
                await self.pace.turn(apart)
        except TimeoutError as error:
            told = f"it is asked every {apart:g} seconds at most, and others were first"
            raise Limited(f"{self.name}: {told}", seconds=SOON) from error
        self._check(allowance, what)  # what happened while we waited
        allowance.note(self.room.clock())
        return indexer

    def _check(self, allowance: Allowance, what: str) -> None:
        """Limited, with the time, while it is left alone or has been asked enough."""
        moment, state = self.room.clock(), self.state
        if not self.stored.enabled:
            raise Refused(f"{self.name} is switched off: switch it on under Indexers")
        if (until := state.blocked_until) and until > moment:
            text = f"{self.name} is left alone until {until:%H:%M} UTC: {state.reason}"
            raise Limited(text, seconds=(until - moment).total_seconds())
        if until := allowance.used_up_until(moment):
            text = f"{self.name}: {allowance.told(what)} are used up until {until:%H:%M} UTC; the limit is set under"
            raise Limited(f"{text} Indexers", seconds=(until - moment).total_seconds())

    def _ours(self, page: Page, question: Question) -> Page:
        """Only what was asked for, each once, under the name and the priority that its owner gave it."""
        name, priority = self.stored.name, self.stored.priority
        told = [
            one
            if one.indexer == name and one.indexer_priority == priority
            else replace(one, indexer=name, indexer_priority=priority)
            for one in without_doubles(page.releases)
        ]
        troubles = tuple(redact(trouble) for trouble in page.troubles)
        page = replace(page, releases=tuple(told), rows=page.rows or len(page.releases), troubles=troubles)
        return asked_for(page, question)

    def _become(self, state: IndexerState) -> None:
        if state != self.state:
            self.state = state
            self.room.diary.keep_back_off(self.stored.id, state)

    def _since(self, began: float) -> float:
        return self.room.monotonic() - began


def _plain(question: Question) -> Asking:
    async def ask(indexer: Indexer) -> Page:
        return await indexer.ask(question)

    return ask
