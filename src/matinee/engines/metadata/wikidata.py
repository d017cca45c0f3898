"""Wikidata knows films and series without any key, and better than anybody what others call them; it is CC0."""

import asyncio
import logging
import time
from collections.abc import Sequence
from typing import Any

import httpx2

from matinee.engines.metadata import wikidata_rows as rows
from matinee.engines.metadata.pace import Pace
from matinee.engines.metadata.polite import get_politely
from matinee.engines.metadata.reading import document, each, inner, record, table, text, wikidata
from matinee.engines.metadata.wikidata_query import facts_of, films_in_the_public_domain, items_numbered
from matinee.kernel.errors import MatineeError, NotFound, Refused
from matinee.kernel.http import USER_AGENT, Wire
from matinee.media.title import ExternalIds, Kind, Shelf, Title, TitleCard, TitleRef

PAGES = "https://www.wikidata.org"
QUERIES = "https://query.wikidata.org/sparql"
IMAGES = "https://commons.wikimedia.org"

_NAME = "Wikidata"
_SHELF = "Films in the public domain"
_HITS = 30
_ON_THE_SHELF = 40
_NAMES_AT_ONCE = 50
_AT_ONCE = 5  # queries, by the terms of the query service
_LONGEST_QUERY = 60.0

log = logging.getLogger(__name__)


class Wikidata:
    """A MetadataSource; `contact` is the address or page Wikimedia may write to when we misbehave.

    `base_url` is where the pages are, `queries` where SPARQL is answered, `images` where Commons is.
    """

    name = rows.SOURCE

    def __init__(
        self,
        base_url: str = PAGES,
        *,
        contact: str,
        queries: str = QUERIES,
        images: str = IMAGES,
        language: str = "en-US",
        transport: httpx2.AsyncBaseTransport | None = None,
        pace: Pace | None = None,
    ) -> None:
        agent = {"User-Agent": f"{USER_AGENT} ({_printable(contact)})"}
        self._pages = Wire(_NAME, base_url, headers=agent, transport=transport)
        self._queries = Wire(
            _NAME, "", headers=agent, timeout=_LONGEST_QUERY, deadline=_LONGEST_QUERY, transport=transport
        )
        self._sparql = queries
        self._images = images.rstrip("/")
        self._languages = list(dict.fromkeys((language.replace("_", "-").partition("-")[0].lower() or "en", "en")))
        self._pace = pace or Pace(10, 1.0)
        self._lanes = asyncio.Semaphore(_AT_ONCE)

    async def search(self, words: str) -> list[TitleCard]:
        """Films and series that fit the text, best first; whatever else is called so is left out."""
        if not words.strip():
            return []
        hits = {id_: hit for hit in await self._hits(words.strip()) if (id_ := wikidata(hit.get("id")))}
        items = await self._items(facts_of(hits)) if hits else {}
        known = ((hit, items[id_]) for id_, hit in hits.items() if id_ in items)
        return each(_NAME, ({"hit": hit, "item": item} for hit, item in known), self._card)

    async def discover(self) -> list[Shelf]:
        """Films that belong to everybody, the best known first."""
        answer = record(_NAME, await self._ask(films_in_the_public_domain(self._languages, _ON_THE_SHELF)))
        items = rows.items(answer)
        hits = ({"hit": {"label": next(iter(one.told.get("label", ())), "")}, "item": one} for one in items.values())
        return [Shelf(_SHELF, tuple(each(_NAME, hits, self._card)))]

    async def title(self, ref: TitleRef) -> Title:
        """What is known of a film or a series; Wikidata keeps no episodes."""
        if ref.source != self.name or wikidata(ref.id) is None:
            raise NotFound(f"{_NAME}: '{ref}' is none of its titles")
        try:
            entity = await self._entity(ref.id)
        except NotFound as error:
            raise NotFound(f"{_NAME} knows no {ref.kind} with the number {ref.id}") from error
        told = rows.statements(entity)
        names = await self._names([*told.get(rows.GENRE, ())[:10], *told.get(rows.LANGUAGE, ())[:3]])
        id_ = wikidata(entity.get("id")) or ref.id
        try:
            return rows.title(id_, entity, ref.kind, names, languages=self._languages, images=self._images)
        except ValueError as error:
            raise Refused(f"{_NAME}: the answer is malformed: {error}") from error

    async def linked(self, kind: Kind, known: ExternalIds) -> ExternalIds:
        """The numbers elsewhere of the title that has most of these numbers; or none."""
        question = items_numbered(kind, known)
        if question is None:
            return ExternalIds()
        found = [item.ids for item in (await self._items(question)).values() if item.kind is kind]
        return max(found, key=lambda ids: _shared(ids, known), default=ExternalIds())

    async def probe(self) -> str:
        """One small search and one small query."""
        began = time.perf_counter()
        hits, _ = await asyncio.gather(self._hits("night"), self._items(facts_of([rows.FILM])))
        return f"{len(hits)} hits, {(time.perf_counter() - began) * 1000:.0f} ms"

    async def close(self) -> None:
        """Hang up."""
        await self._pages.close()
        await self._queries.close()

    def _card(self, row: dict[str, Any]) -> TitleCard:
        return rows.card(row["hit"], row["item"], self._images)

    async def _hits(self, words: str) -> list[dict[str, Any]]:
        spoken = self._languages[0]
        more = {"search": words[:250], "language": spoken, "uselang": spoken, "type": "item", "limit": str(_HITS)}
        answer = record(_NAME, await self._page("/w/api.php", action="wbsearchentities", format="json", **more))
        return [inner(hit) for hit in table(_NAME, answer.get("search"))[:_HITS]]

    async def _items(self, question: str) -> dict[str, rows.Item]:
        return rows.items(record(_NAME, await self._ask(question)))

    async def _entity(self, id_: str) -> dict[str, Any]:
        """The whole entity, also under the number it was joined with."""
        answer = record(_NAME, await self._page(f"/wiki/Special:EntityData/{id_}.json"))
        entities = record(_NAME, answer.get("entities"))
        return record(_NAME, entities.get(id_) or next(iter(entities.values()), None))

    async def _names(self, ids: Sequence[str]) -> dict[str, str]:
        """What these entities are called; none when that cannot be learned, for a title goes without."""
        asked = [one for one in dict.fromkeys(ids) if wikidata(one)][:_NAMES_AT_ONCE]
        if not asked:
            return {}
        more = {"ids": "|".join(asked), "props": "labels", "languages": "|".join(self._languages)}
        try:
            answer = inner(await self._page("/w/api.php", action="wbgetentities", format="json", **more))
        except MatineeError as error:
            log.warning("%s; the names of genres are left out", error)
            return {}
        entities = inner(answer.get("entities"))
        return {one: name for one in asked if (name := self._label(inner(inner(entities.get(one)).get("labels"))))}

    def _label(self, labels: dict[str, Any]) -> str:
        return next((name for one in self._languages if (name := text(inner(labels.get(one)).get("value")))), "")

    async def _page(self, path: str, **params: str) -> Any:
        return document(self._pages, await get_politely(self._pages, self._pace, path, params))

    async def _ask(self, question: str) -> Any:
        async with self._lanes:
            params = {"query": question, "format": "json"}
            return document(self._queries, await get_politely(self._queries, self._pace, self._sparql, params))


def _shared(ids: ExternalIds, known: ExternalIds) -> int:
    fields = ("imdb", "tmdb", "tvdb", "tvmaze", "wikidata")
    return sum(getattr(known, field) is not None and getattr(ids, field) == getattr(known, field) for field in fields)


def _printable(contact: str) -> str:
    """What may stand in a header."""
    return "".join(sign for sign in contact if sign.isascii() and sign.isprintable())[:200]
