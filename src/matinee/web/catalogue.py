"""The catalogue of indexers that can be added: well-known ones, plain feeds, and every definition the owner brings."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from pathlib import Path

from matinee.engines.indexer.language.definition import Definition
from matinee.engines.indexer.shelf.library import Library
from matinee.engines.indexer.shelf.summary import Summary
from matinee.kernel.clock import Clock, now
from matinee.kernel.errors import MatineeError, NotFound
from matinee.kernel.guard import Guard
from matinee.media.indexing import IndexerFacts
from matinee.pipeline.search import Seat
from matinee.products.newznab.presets import PRESETS
from matinee.web.indexer_models import BrokenOut, CatalogueOut, FormOut
from matinee.web.offers import (
    ARCHIVE,
    RSS,
    RSS_SETTINGS,
    is_called,
    offer_of_preset,
    offer_of_summary,
    settings_of_definition,
    settings_of_preset,
)

log = logging.getLogger(__name__)

REFRESH_SECONDS = 3600.0  # how often it is looked whether the day is over


class Catalogue:
    """Holds the library of definitions in the folder `folder`; `source` may change while the house is open."""

    def __init__(self, folder: Path, source: str, *, guard: Guard | None = None, clock: Clock = now) -> None:
        self.source = source
        self.trouble = ""
        self.read: datetime | None = None
        self._folder = folder
        self._guard = guard
        self._clock = clock
        self.library = self._library(source)

    async def use(self, source: str) -> None:
        """Take definitions from somewhere else. Refused or Unreachable when there are none: nothing is changed."""
        library = self._library(source)
        await library.refresh(at_once=True)
        await asyncio.to_thread(library.summaries)
        self.library, self.source = library, source
        self.read, self.trouble = self._clock(), ""

    async def refresh(self, *, at_once: bool = False) -> bool:
        """Look for newer definitions: whether there are any. What goes wrong is told on the page, the old ones stay."""
        is_newer = False
        try:
            is_newer = await self.library.refresh(at_once=at_once)
            await asyncio.to_thread(self.library.summaries)
            self.read, self.trouble = self._clock(), ""
        except MatineeError as error:
            self.trouble = str(error)
            log.warning("definitions of indexers: %s", error)
        return is_newer

    async def keep_fresh(self, tell: Callable[[], Awaitable[None]]) -> None:
        """Look every day, for as long as the house is open; `tell` hears of newer ones."""
        await self.refresh()
        while True:
            await asyncio.sleep(REFRESH_SECONDS)
            if await self.refresh():
                await tell()

    def get(self, id: str) -> Definition:
        """One definition; NotFound, with the cure."""
        return self.library.get(id)

    def summaries(self) -> tuple[Summary, ...]:
        """Every definition in a line; none while they cannot be read."""
        return self._shelf()[0]

    async def everything(self) -> CatalogueOut:
        """All that can be added."""
        summaries, broken = await asyncio.to_thread(self._shelf)
        offers = [ARCHIVE, *map(offer_of_preset, PRESETS), RSS, *map(offer_of_summary, summaries)]
        return CatalogueOut(
            offers=offers,
            source=self.source,
            custom=str(self._folder / "custom"),
            read=self.read,
            trouble=self.trouble,
            broken=[BrokenOut(file=file, reason=reason) for file, reason in sorted(broken.items())],
        )

    def form(self, kind: str, definition: str) -> FormOut:
        """What to fill in. NotFound for a kind or definition that nobody knows."""
        if kind == "cardigann":
            found = self.get(definition)
            return FormOut(name=found.name, settings=settings_of_definition(found))
        if kind == "archive":
            return FormOut(name=ARCHIVE.name, settings=[])
        if kind == "rss":
            return FormOut(name="", settings=RSS_SETTINGS)
        preset = next((one for one in PRESETS if is_called(one, kind, definition)), None)
        if preset is None:
            raise NotFound(f"there is no '{definition}' of kind '{kind}' to add")
        return FormOut(name=preset.name if preset.url else "", settings=settings_of_preset(preset))

    def secrets(self, kind: str, definition: str) -> frozenset[str]:
        """Which settings of such an indexer are never shown."""
        try:
            told = self.form(kind, definition).settings
        except NotFound:
            return frozenset({"api_key", "password", "cookie"})
        return frozenset(one.name for one in told if one.type == "password")

    def facts(self, seat: Seat) -> IndexerFacts:
        """What is known of an indexer of the house, without reading its whole definition."""
        stored = seat.stored
        if stored.kind == "cardigann":
            found = next((one for one in self.summaries() if one.id == stored.definition), None)
            if found:
                site = stored.settings.get("url") or (found.links[0] if found.links else "")
                return IndexerFacts(privacy=found.privacy, language=found.language, site=site)
            return IndexerFacts()
        try:
            return seat.indexer.facts
        except MatineeError:
            return IndexerFacts(site=stored.settings.get("url", ""))

    def _shelf(self) -> tuple[tuple[Summary, ...], Mapping[str, str]]:
        try:
            return self.library.summaries(), self.library.refused()
        except MatineeError as error:
            self.trouble = str(error)
            return (), {}

    def _library(self, source: str) -> Library:
        own = self._guard.allowing(source) if self._guard and "://" in source else self._guard
        return Library(source or None, self._folder, guard=own, clock=self._clock)
