"""An indexer that speaks Newznab or Torznab (Prowlarr, Jackett, many sites): ask it, fetch what it offers."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar
from urllib.parse import parse_qsl

import httpx2

from matinee.kernel.clock import Clock, now
from matinee.kernel.errors import MatineeError, Unreachable
from matinee.kernel.http import Wire
from matinee.kernel.redact import redact
from matinee.media.indexing import Abilities, Function, IndexerFacts, Page, Privacy, Question
from matinee.media.release import Protocol, Release
from matinee.pipeline.ports import Limited, Payload
from matinee.products.newznab.address import api_address, site_of
from matinee.products.newznab.asking import listed, parameters
from matinee.products.newznab.caps import read_caps
from matinee.products.newznab.document import number
from matinee.products.newznab.feed import Allowance, read_feed
from matinee.products.newznab.payload import fetch_payload
from matinee.products.newznab.refusals import redirection, rejection

T = TypeVar("T")

log = logging.getLogger(__name__)

_CAPS_HOLD = timedelta(days=7)
_PROBE_ROWS = 25
_LONG_ANSWER = 256 * 1024  # bytes; reading more would make everybody wait
_ANY_FAILURE = tuple(range(400, 600))


class NewznabIndexer:
    """An Indexer at a Newznab or Torznab address, with or without its `/api`.

    `categories` are the ones wanted of it when the newest uploads are read (none: all it lists). `additional` are
    parameters that this indexer wants with every call. Lower `priority` wins.
    """

    def __init__(
        self,
        name: str,
        url: str,
        api_key: str,
        *,
        protocol: Protocol = Protocol.USENET,
        api_path: str | None = None,
        priority: int = 25,
        privacy: Privacy = Privacy.PRIVATE,
        categories: Sequence[int] = (),
        additional: Mapping[str, str] | None = None,
        timeout: float = 30.0,
        proxy: str | None = None,
        transport: httpx2.AsyncBaseTransport | None = None,
        clock: Clock = now,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        redact.remember([api_key])
        self.name = name
        self.priority = priority
        self._address = api_address(url, api_path)
        self.facts = IndexerFacts(protocol=protocol, privacy=privacy, site=site_of(url))
        self.allowance: Allowance | None = None  # as the newest answer tells it
        self._categories = tuple(categories)
        self._clock, self._sleep = clock, sleep
        key = {"apikey": api_key} if api_key else {}
        self._api = Wire(
            name, "", params={**(additional or {}), **key}, timeout=timeout, proxy=proxy, transport=transport
        )
        # Downloads have a line of their own: the key must not be added to whatever address a feed names.
        self._downloads = Wire(name, "", timeout=timeout, proxy=proxy, transport=transport)
        self._caps: tuple[Abilities, datetime] | None = None
        self._asking: asyncio.Task[Abilities] | None = None

    async def abilities(self) -> Abilities:
        """What the indexer can do; asked once a week, and once for all who wait."""
        if self._caps is not None and self._clock() - self._caps[1] <= _CAPS_HOLD:
            return self._caps[0]
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask_caps())
            self._asking.add_done_callback(self._caps_are_told)
        return await asyncio.shield(self._asking)

    async def ask(self, question: Question) -> Page:
        """One answer in one call; an empty one, without a call, where the indexer could only answer something else."""
        asked = parameters(question, await self.abilities())
        if asked is None:
            return Page(())
        answer = await self._call(asked)
        reading = partial(read_feed, protocol=self.facts.protocol, priority=self.priority)
        try:
            page, allowance = await _read(reading, self.name, answer)
        except Limited as error:
            raise self._with_pause(error) from error
        self.allowance = allowance or self.allowance
        if page.troubles:
            log.warning("%s: %s", self.name, "; ".join(page.troubles))
        return page

    async def newest(
        self, until_guid: str | None = None, *, most_pages: int = 30, categories: Sequence[int] | None = None
    ) -> Page:
        """The uploads since the one that was seen last, newest first; without one the first page.

        A page that fails after the first does not lose the others: it is told in `troubles`.
        """
        abilities = await self.abilities()
        wanted = self._categories if categories is None else tuple(categories)
        found: dict[str, Release] = {}
        troubles: list[str] = []
        rows = 0
        for turn in range(most_pages if until_guid else 1):
            question = _rss(abilities, wanted, offset=rows)
            try:
                page = await self._next_page(question, is_first=turn == 0)
            except Unreachable as error:
                if turn == 0:
                    raise
                troubles.append(str(error))
                break
            troubles += page.troubles
            rows += page.rows
            if _take(page, found, until_guid) or _is_last(page, rows, abilities):
                break
        return Page(tuple(found.values()), rows=rows, troubles=tuple(troubles))

    async def fetch(self, release: Release) -> Payload:
        """The torrent or NZB itself, or the magnet link the indexer answers with instead."""
        return await fetch_payload(
            self._downloads, release.download_url, protocol=self.facts.protocol, clock=self._clock
        )

    async def probe(self) -> str:
        """What it can do, read anew, and one small search without words."""
        began = time.perf_counter()
        abilities = await self._ask_caps()
        page = await self.ask(_rss(abilities, self._categories, limit=_PROBE_ROWS))
        return f"{len(page.releases)} releases, {(time.perf_counter() - began) * 1000:.0f} ms"

    async def close(self) -> None:
        """Hang up."""
        if self._asking is not None:
            self._asking.cancel()
        await self._api.close()
        await self._downloads.close()

    async def _ask_caps(self) -> Abilities:
        answer = await self._call({"t": "caps"})
        abilities = await _read(read_caps, self.name, answer)
        self._caps = (abilities, self._clock())
        return abilities

    def _caps_are_told(self, asking: asyncio.Task[Abilities]) -> None:
        self._asking = None
        if not asking.cancelled():
            asking.exception()  # whoever waited has it; nobody may have

    async def _next_page(self, question: Question, *, is_first: bool) -> Page:
        """One more page; the indexer is given time between two calls."""
        if not is_first:
            await self._sleep(self.facts.requests_apart)
        return await self.ask(question)

    async def _call(self, asked: Mapping[str, str]) -> httpx2.Response:
        answer = await self._api.get(self._address, asked, accept=_ANY_FAILURE)
        if answer.status_code >= 400:
            raise self._with_pause(rejection(self.name, answer, self._clock()))
        if answer.status_code >= 300:
            raise redirection(self.name, answer)
        return answer

    def _with_pause(self, error: MatineeError) -> MatineeError:
        """A limit that does not say how long it lasts does so by the allowance that was told before."""
        again = self.allowance.calls_again if self.allowance else None
        if not isinstance(error, Limited) or error.seconds is not None or again is None:
            return error
        seconds = (again - self._clock()).total_seconds()
        return Limited(f"{error}; try again in {seconds:.0f} s", seconds=seconds) if seconds > 0 else error


def _rss(abilities: Abilities, categories: Sequence[int], *, offset: int = 0, limit: int = 0) -> Question:
    """The question for the newest uploads; of the wanted categories those that are there."""
    function = Function.SEARCH if Function.SEARCH in abilities.functions else next(iter(abilities.functions), None)
    wanted = categories or [one.id for one in abilities.categories if 2000 <= one.id < 3000 or 5000 <= one.id < 6000]
    return Question(
        function=function or Function.SEARCH,
        categories=tuple(listed(wanted, abilities)),
        offset=offset,
        limit=limit or abilities.page_size,
    )


def _take(page: Page, found: dict[str, Release], until_guid: str | None) -> bool:
    """Put what is new with the others; whether there is no more: the last seen one came, or nothing new."""
    before = len(found)
    for release in page.releases:
        if release.guid == until_guid:
            return True
        found.setdefault(release.guid, release)
    return len(found) == before


def _is_last(page: Page, rows: int, abilities: Abilities) -> bool:
    return page.rows < abilities.page_size or (page.total is not None and rows >= page.total)


async def _read(read: Callable[[str, bytes, str], T], indexer: str, answer: httpx2.Response) -> T:
    """The answer's meaning; a long one is read in a thread beside the house's work."""
    told = (indexer, answer.content, answer.headers.get("content-type", ""))
    return await asyncio.to_thread(read, *told) if len(answer.content) > _LONG_ANSWER else read(*told)


def make_indexer(*, name: str, url: str, api_key: str, priority: int) -> NewznabIndexer:
    """The driver's factory: a usenet indexer as the owner's settings describe it."""
    return NewznabIndexer(name, url, api_key, priority=priority)


def indexer_from(
    settings: Mapping[str, str],
    *,
    name: str,
    protocol: Protocol,
    priority: int = 25,
    proxy: str | None = None,
    transport: httpx2.AsyncBaseTransport | None = None,
) -> NewznabIndexer:
    """An indexer as it is kept in the hub, with all that its owner may set.

    `url`, `api_key`, `api_path`, `categories` (`2000,5000`) and `additional_parameters` (`&uid=7`).
    """
    chosen = (number(part) for part in settings.get("categories", "").split(","))
    return NewznabIndexer(
        name,
        settings.get("url", ""),
        settings.get("api_key", ""),
        protocol=protocol,
        api_path=settings.get("api_path") or None,
        priority=priority,
        categories=[one for one in chosen if one],
        additional=dict(parse_qsl(settings.get("additional_parameters", "").strip().lstrip("?&"))),
        proxy=proxy,
        transport=transport,
    )
