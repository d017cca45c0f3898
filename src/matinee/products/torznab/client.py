"""An indexer that speaks Torznab (Prowlarr, Jackett and many sites): ask it for releases, fetch the torrent."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

import httpx2

from matinee.kernel.clock import Clock, now
from matinee.kernel.errors import Unreachable
from matinee.kernel.http import Wire
from matinee.kernel.redact import redact
from matinee.media.release import Release
from matinee.media.title import Kind
from matinee.pipeline.ports import Payload, Query
from matinee.products.torznab.answers import redirection, rejection
from matinee.products.torznab.payload import fetch_payload
from matinee.products.torznab.questions import Question, categories, questions
from matinee.products.torznab.wire import Caps, Feed, read_caps, read_feed

T = TypeVar("T")

log = logging.getLogger(__name__)

_CAPS_HOLD = timedelta(days=7)
_MOST_PAGES = 5
_PROBE_ROWS = 25
_LONG_ANSWER = 256 * 1024  # bytes; reading more would make everybody wait
_ANY_FAILURE = tuple(range(400, 600))


class TorznabIndexer:
    """An Indexer at a Torznab address, with or without its `/api`.

    `categories` are the ones wanted of it (none: all that can hold movies or series). Lower `priority` wins.
    """

    def __init__(
        self,
        name: str,
        url: str,
        api_key: str,
        *,
        priority: int = 25,
        categories: Sequence[int] = (),
        timeout: float = 30.0,
        transport: httpx2.AsyncBaseTransport | None = None,
        clock: Clock = now,
    ) -> None:
        redact.remember([api_key])
        self.name = name
        self.priority = priority
        self._categories = tuple(categories)
        self._clock = clock
        self._address = _api_address(url)
        self._api = Wire(
            name,
            "",
            params={"apikey": api_key} if api_key else None,
            timeout=timeout,
            transport=transport,
        )
        # Downloads have a line of their own: the key must not be added to whatever address a feed names.
        self._downloads = Wire(name, "", timeout=timeout, transport=transport)
        self._caps: tuple[Caps, datetime] | None = None
        self._asking_caps = asyncio.Lock()

    async def search(self, query: Query) -> list[Release]:
        """All releases offered for the query: by catalogue number first, in words when that finds nothing."""
        caps = await self.caps()
        for question in questions(query, caps, self._categories):
            if found := await self._all_pages(question, caps.page_size):
                return found
        return []

    async def fetch(self, release: Release) -> Payload:
        """The torrent itself, or the magnet link the indexer answers with instead."""
        return await fetch_payload(self._downloads, release.download_url)

    async def probe(self) -> str:
        """What it can do, read anew, and one small search without words."""
        began = time.perf_counter()
        self._caps = None
        feed = await self._page(_small_search(await self.caps(), self._categories), 0, _PROBE_ROWS)
        return f"{len(feed.releases)} releases, {(time.perf_counter() - began) * 1000:.0f} ms"

    async def caps(self) -> Caps:
        """What the indexer can do; asked once a week."""
        async with self._asking_caps:
            if self._caps is None or self._clock() - self._caps[1] > _CAPS_HOLD:
                answer = await self._ask({"t": "caps"})
                self._caps = (await _read(read_caps, self.name, answer), self._clock())
            return self._caps[0]

    async def close(self) -> None:
        """Hang up."""
        await self._api.close()
        await self._downloads.close()

    async def _all_pages(self, question: Question, page_size: int) -> list[Release]:
        """The releases of every page, each once."""
        found: dict[str, Release] = {}
        async for feed in self._pages(question, page_size):
            before = len(found)
            for release in feed.releases:
                found.setdefault(release.guid, release)
            if len(found) == before:  # the indexer repeats itself: it does not turn pages
                break
        return list(found.values())

    async def _pages(self, question: Question, page_size: int) -> AsyncIterator[Feed]:
        """Page by page until one is short; a page that fails after the first does not lose the others."""
        offset = 0
        for _ in range(_MOST_PAGES):
            try:
                feed = await self._page(question, offset, page_size)
            except Unreachable as error:
                if offset == 0:
                    raise
                log.warning("%s; its first %d rows are used", error, offset)
                return
            yield feed
            offset += feed.rows
            if feed.rows < page_size or (feed.total is not None and offset >= feed.total):
                return

    async def _page(self, question: Question, offset: int, limit: int) -> Feed:
        asked = {**question, "extended": "1", "offset": str(offset), "limit": str(limit)}
        answer = await self._ask(asked)
        return await _read(partial(read_feed, priority=self.priority), self.name, answer)

    async def _ask(self, question: Question) -> httpx2.Response:
        answer = await self._api.get(self._address, question, accept=_ANY_FAILURE)
        if answer.status_code >= 400:
            raise rejection(self.name, answer)
        if answer.status_code >= 300:
            raise redirection(self.name, answer)
        return answer


def _api_address(url: str) -> str:
    """The address that takes `?t=`: people paste it with and without its last part."""
    plain = url.strip().partition("?")[0].rstrip("/")
    return plain if plain.endswith("/api") else f"{plain}/api"


def _small_search(caps: Caps, chosen: Sequence[int]) -> Question:
    function = "search" if caps.search else "movie" if caps.movie else "tvsearch"
    fitting = {id_ for kind in Kind for id_ in categories(kind, caps, chosen)}
    return {"t": function, "cat": ",".join(map(str, sorted(fitting)))}


async def _read(read: Callable[[str, bytes, str], T], indexer: str, answer: httpx2.Response) -> T:
    """The answer's meaning; a long one is read in a thread beside the house's work."""
    told = (indexer, answer.content, answer.headers.get("content-type", ""))
    return await asyncio.to_thread(read, *told) if len(answer.content) > _LONG_ANSWER else read(*told)


def make_indexer(*, name: str, url: str, api_key: str, priority: int) -> TorznabIndexer:
    """The driver's factory: an indexer as the owner's settings describe it."""
    return TorznabIndexer(name, url, api_key, priority=priority)
