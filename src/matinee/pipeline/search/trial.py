"""An indexer is tried step by step, so that its owner sees which step fails and what would help."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from matinee.kernel.errors import MatineeError, Refused, Unreachable
from matinee.kernel.redact import redact
from matinee.media.indexing import Abilities, Function, Page, Question
from matinee.pipeline.ports import Indexer, Payload
from matinee.pipeline.search.answers import TestStep
from matinee.pipeline.search.back_off import is_of_the_way
from matinee.pipeline.search.dispatch import carries
from matinee.pipeline.search.guarding import closed, guarded, made
from matinee.pipeline.search.pace import AT_ONCE, Pace
from matinee.pipeline.search.room import Room
from matinee.store.indexers import StoredIndexer, check_indexer

T = TypeVar("T")
MOST_TROUBLES = 3


async def try_indexer(stored: StoredIndexer, room: Room, pace: Pace, *, link: bool = False) -> list[TestStep]:
    """Settings, address, login, caps, search, rows and, with `link`, a download; ends at the first that fails."""
    redact.remember(stored.settings[key] for key in stored.secrets if key in stored.settings)
    trial = _Trial(stored, room, pace)
    try:
        await trial.run(link=link)
    except MatineeError as error:
        trial.fail(error)
    finally:
        await trial.close()
    return trial.steps


class _Trial:
    """The steps so far, and the one that is being tried."""

    def __init__(self, stored: StoredIndexer, room: Room, pace: Pace) -> None:
        self.steps: list[TestStep] = []
        self._stored, self._room, self._pace = stored, room, pace
        self._indexer: Indexer | None = None
        self._step = "settings"
        self._began = room.monotonic()
        self._reached = False

    async def run(self, *, link: bool) -> None:
        """All steps in their order; raises what the first failing one raises."""
        check_indexer(self._stored)
        indexer = self._indexer = made(self._room, self._stored)
        self.well(f"{self._stored.kind} {self._stored.definition}".strip())
        login: Callable[[], Awaitable[object]] | None = getattr(indexer, "sign_in", None)
        if login is not None:
            told = await self._far("login", login)
            self.well(told if isinstance(told, str) else "logged in")
        abilities = await self._far("caps", indexer.abilities)
        self.well(_caps_in_words(abilities, self._stored.chosen))
        page = await self._far("search", lambda: indexer.ask(_newest(abilities, self._stored.chosen)))
        self.well(_search_in_words(page))
        self._begin("rows")
        self.well(_rows_in_words(page))
        if link:
            payload = await self._far("download link", lambda: indexer.fetch(page.releases[0]))
            self.well(_payload_in_words(payload))

    def well(self, text: str) -> None:
        """The step that was tried is done."""
        self.steps.append(TestStep(self._step, True, redact(text), self._seconds))

    def fail(self, error: MatineeError) -> None:
        """The step that was tried failed; without any connection it is the address that is wrong."""
        is_address = not self._reached and isinstance(error, Unreachable) and self._step != "settings"
        name = "address" if is_address and is_of_the_way(error) else self._step
        picture = getattr(error, "picture", b"")
        self.steps.append(TestStep(name, False, redact(str(error)), self._seconds, picture))

    async def close(self) -> None:
        """Hang up."""
        if self._indexer is not None:
            await closed(self._stored.name, self._indexer)

    async def _far(self, step: str, work: Callable[[], Awaitable[T]]) -> T:
        """A step that asks the far end, in its turn; the first that gets an answer also proves the address."""
        indexer, deadline = self._indexer, self._stored.deadline or self._room.deadline
        self._begin(step)
        async with self._pace.maybe_turn(indexer.facts.requests_apart if indexer else 0.0):
            self._began = self._room.monotonic()
            try:
                told = await guarded(self._stored.name, work, deadline, "answer")
            except Refused:
                self._reach()
                raise
        if step != "caps" or self._seconds >= AT_ONCE:
            self._reach()
        return told

    def _reach(self) -> None:
        if not self._reached and self._indexer is not None:
            self._reached = True
            site = self._indexer.facts.site or self._stored.settings.get("url", "") or "it answers"
            self.steps.append(TestStep("address", True, redact(site), self._seconds))

    def _begin(self, step: str) -> None:
        self._step, self._began = step, self._room.monotonic()

    @property
    def _seconds(self) -> float:
        return self._room.monotonic() - self._began


def _newest(abilities: Abilities, chosen: tuple[int, ...]) -> Question:
    """What Radarr and Sonarr try as well: a search for nothing in the chosen categories."""
    function = Function.SEARCH if Function.SEARCH in abilities.functions else next(iter(abilities.functions), None)
    return Question(function or Function.SEARCH, categories=chosen, limit=abilities.page_size)


def _caps_in_words(abilities: Abilities, chosen: tuple[int, ...]) -> str:
    if not abilities.functions:
        raise Refused("it offers no kind of search: is this the address of its API?")
    if not carries(abilities, chosen):
        own = ", ".join(f"{one.id} {one.name}" for one in abilities.categories[:8])
        raise Refused(f"it has none of the chosen categories; choose of its own: {own}", field="categories")
    return f"{', '.join(abilities.functions)}; {len(abilities.categories)} categories"


def _search_in_words(page: Page) -> str:
    if not page.rows and not page.releases:
        raise Refused("no results in the chosen categories: choose others, or none for all", field="categories")
    return f"{page.rows or len(page.releases)} rows"


def _rows_in_words(page: Page) -> str:
    troubles = "; ".join(page.troubles[:MOST_TROUBLES])
    if not page.releases:
        raise Refused(f"none of its {page.rows} rows can be read: {troubles or 'no reason was told'}")
    return f"{len(page.releases)} of {page.rows or len(page.releases)} can be read" + (f"; {troubles}" * bool(troubles))


def _payload_in_words(payload: Payload) -> str:
    content = payload.torrent or payload.nzb
    if content:
        return f"{'a torrent' if payload.torrent else 'an NZB'} of {len(content):,} bytes"
    return "a magnet link"
