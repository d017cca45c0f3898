"""The Internet Archive: films that belong to everybody, to be downloaded by anybody."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any, NamedTuple

import httpx2

from matinee.engines.indexer.native.archive_query import lucene
from matinee.engines.indexer.native.archive_rows import FIELDS, release
from matinee.engines.indexer.native.calling import Pace, get
from matinee.engines.indexer.native.torrents import with_web_seed
from matinee.kernel.errors import NotFound, Refused
from matinee.kernel.guard import Guard
from matinee.kernel.http import Wire
from matinee.kernel.proxy import Proxy
from matinee.media.indexing import Abilities, Category, Function, IndexerFacts, Page, Question
from matinee.media.release import Release
from matinee.pipeline.payloads import torrent_payload
from matinee.pipeline.ports import Payload

SITE = "https://archive.org"
# The shelves of films whose rights have run out, as their keepers say.
COLLECTIONS = ("feature_films", "silent_films", "film_noir", "scifi_horror", "comedy_films")

_DEEPEST = 10_000  # rows that can be turned to by page
_LEAST, _MOST = 100, 10_000  # rows of one answer beyond
_MOST_STEPS = 5  # of 10,000 rows each
_MOST_CURSORS = 50
_MOST_TROUBLES = 20
_LARGEST_PAGE = 500
_CATEGORIES = (Category(2000, "Movies"), Category(2020, "Movies/Other"), Category(2040, "Movies/HD"))
_FACTS = IndexerFacts(
    language="en-US",
    description="Films in the public domain, kept by a library. Needs no account and no key.",
    site=SITE,
    requests_apart=2.0,
)


class _Sought(NamedTuple):
    """A query and the field that its rows are ordered by, the largest first."""

    query: str
    order: str


class InternetArchive:
    """An Indexer that needs no key: the default of a house that has none yet.

    It is asked at most every two seconds. `collections` are the archive's shelves that are looked through.
    """

    facts = _FACTS

    def __init__(
        self,
        name: str = "Internet Archive",
        *,
        priority: int = 50,
        url: str = SITE,
        collections: Sequence[str] = COLLECTIONS,
        guard: Guard | None = None,
        proxy: Proxy | None = None,
        transport: httpx2.AsyncBaseTransport | None = None,
        pace: Pace | None = None,
    ) -> None:
        self.name = name
        self.priority = priority
        self._site = url.rstrip("/")
        self._collections = tuple(collections)
        allowing = guard.allowing(url) if guard else None
        self._wire = Wire(
            name, self._site, timeout=30.0, guard=allowing, proxy=proxy, transport=transport, follow_redirects=True
        )
        self._pace = pace or Pace(_FACTS.requests_apart)
        self._cursors: OrderedDict[tuple[_Sought, int], str] = OrderedDict()

    async def abilities(self) -> Abilities:
        """Films by name, year, genre and IMDb number."""
        return Abilities(
            functions={
                Function.SEARCH: frozenset({"q"}),
                Function.MOVIE: frozenset({"q", "imdbid", "year", "genre"}),
            },
            categories=_CATEGORIES,
            page_size=100,
            turns_pages=True,
            server="Internet Archive",
        )

    async def ask(self, question: Question) -> Page:
        """The items that answer it, the newest first; nothing for what the archive's film shelves cannot hold."""
        if not _can_answer(question):
            return Page(())
        # For a name the copy that most people took comes first; without one the newest.
        sought = _Sought(lucene(question, self._collections), "publicdate" if question.is_rss else "downloads")
        limit = max(1, min(question.limit, _LARGEST_PAGE))
        if question.offset + limit <= _DEEPEST:
            rows, total = await self._shallow(sought, question.offset, limit)
        else:
            rows, total = await self._deep(sought, question.offset, limit)
        return await asyncio.to_thread(self._page, rows, total, question)

    async def fetch(self, release: Release) -> Payload:
        """The item's torrent, with the archive itself as a source that never sleeps."""
        if not release.download_url.startswith(f"{self._site}/download/"):
            raise Refused(f"{self.name}: '{release.name:.80}' is none of its items")
        await self._pace.turn()
        try:
            answer = await get(self._wire, release.download_url)
        except NotFound as error:
            raise NotFound(f"{self.name}: '{release.name:.80}' is gone") from error
        found = torrent_payload(self.name, answer.content)
        seeded = with_web_seed(answer.content, f"{self._site}/download/")
        return Payload(found.infohash, torrent=seeded)

    async def probe(self) -> str:
        """One row of the newest, and how many films there are."""
        began = time.perf_counter()
        _, total = await self._shallow(_Sought(lucene(Question(), self._collections), "publicdate"), 0, 1)
        return f"{total:,} films, {(time.perf_counter() - began) * 1000:.0f} ms"

    async def close(self) -> None:
        """Hang up."""
        await self._wire.close()

    def _page(self, rows: list[Any], total: int, question: Question) -> Page:
        """The rows as releases; what is no release is told and left out."""
        found: dict[str, Release] = {}
        troubles: list[str] = []
        for row in rows:
            try:
                one = release(row, self._site, indexer=self.name, priority=self.priority)
            except ValueError as error:
                troubles.append(f"{self.name}: one item was left out: {error}")
                continue
            if one.size or question.is_interactive:
                found.setdefault(one.guid, one)
        wanted = (one for one in found.values() if _is_of(one, question.categories))
        return Page(tuple(wanted), len(rows), total, tuple(troubles[:_MOST_TROUBLES]))

    async def _shallow(self, sought: _Sought, offset: int, limit: int) -> tuple[list[Any], int]:
        """Rows by page; an offset between two pages is cut out of both."""
        first, skipped = divmod(offset, limit)
        rows, total = await self._numbered(sought, first + 1, limit)
        if skipped and len(rows) == limit:
            more, total = await self._numbered(sought, first + 2, limit)
            rows = rows + more
        return rows[skipped : skipped + limit], total

    async def _numbered(self, sought: _Sought, page: int, limit: int) -> tuple[list[Any], int]:
        asked: dict[str, str | int] = {
            "q": sought.query,
            "sort": f"-{sought.order}",
            "rows": limit,
            "page": page,
            "output": "json",
        }
        answer = await self._get(f"/advancedsearch.php?{_fields()}", asked)
        response = answer.get("response")
        if not isinstance(response, dict) or not isinstance(rows := response.get("docs"), list):
            raise self._strange(answer)
        total = response.get("numFound")
        return rows[:limit], total if isinstance(total, int) else len(rows)

    async def _deep(self, sought: _Sought, offset: int, limit: int) -> tuple[list[Any], int]:
        """Rows beyond 10,000: walked to, unless the page before has left a mark."""
        place, cursor, total = 0, "", 0
        if (mark := self._cursors.get((sought, offset))) is not None:
            place, cursor = offset, mark
        for _ in range(_MOST_STEPS):
            if place == offset:
                break
            step = min(_MOST, offset - place)
            walked, total, cursor = await self._scraped(sought, cursor, max(_LEAST, step), "identifier")
            place += step
            if not cursor or len(walked) < step:
                return [], total
        if place != offset:
            raise Refused(f"{self.name}: row {offset:,} is too deep to be turned to; ask more precisely")
        rows, total, cursor = await self._scraped(sought, cursor, max(_LEAST, limit), ",".join(FIELDS))
        if cursor and limit >= _LEAST:
            self._remember(sought, offset + limit, cursor)
        return rows[:limit], total

    async def _scraped(self, sought: _Sought, cursor: str, count: int, fields: str) -> tuple[list[Any], int, str]:
        asked: dict[str, str | int] = {
            "q": sought.query,
            "fields": fields,
            "sorts": f"{sought.order} desc",
            "count": count,
        }
        answer = await self._get("/services/search/v1/scrape", asked | ({"cursor": cursor} if cursor else {}))
        if not isinstance(rows := answer.get("items"), list):
            raise self._strange(answer)
        total, after = answer.get("total"), answer.get("cursor")
        return rows, total if isinstance(total, int) else len(rows), after if isinstance(after, str) else ""

    def _remember(self, sought: _Sought, offset: int, cursor: str) -> None:
        self._cursors[sought, offset] = cursor
        if len(self._cursors) > _MOST_CURSORS:
            self._cursors.popitem(last=False)

    async def _get(self, path: str, asked: dict[str, str | int]) -> dict[str, Any]:
        await self._pace.turn()
        told = self._wire.json(await get(self._wire, str(httpx2.URL(path).copy_merge_params(asked))))
        if not isinstance(told, dict):
            raise self._strange({})
        return told

    def _strange(self, answer: dict[str, Any]) -> Refused:
        told = answer.get("error") or answer.get("message")
        return Refused(f"{self.name}: {str(told)[:200] if told else 'answers something that is no list of items'}")


def _fields() -> str:
    return "&".join(f"fl[]={field}" for field in FIELDS)


def _can_answer(question: Question) -> bool:
    """Whether films may be meant: not series, music or books, and no number that the archive does not keep."""
    if question.function not in (Function.SEARCH, Function.MOVIE):
        return False
    wanted = {category for category in question.categories if category < 100_000}
    if question.categories and not any(2000 <= category < 3000 for category in wanted):
        return False
    return bool(question.text or question.title or question.imdb or not question.ids)


def _is_of(one: Release, categories: Sequence[int]) -> bool:
    return not categories or bool(set(one.categories) & set(categories))
