"""TVmaze knows series and needs no key; its words and pictures are CC BY-SA, with a link back to tvmaze.com."""

import asyncio
import re
import time
from typing import Any

import httpx2

from matinee.engines.metadata import tvmaze_rows
from matinee.engines.metadata.pace import Pace
from matinee.engines.metadata.polite import get_politely
from matinee.engines.metadata.reading import document, each, inner, record, table
from matinee.kernel.errors import NotFound, Refused
from matinee.kernel.http import Wire
from matinee.media.title import ExternalIds, Kind, Shelf, Title, TitleCard, TitleRef

API = "https://api.tvmaze.com"

_SHELF = "Series people love"
_ON_THE_SHELF = 40
_LIES_AT = re.compile(r"/shows/(\d{1,10})$")


class TvMaze:
    """A MetadataSource for series. TVmaze allows 20 calls in 10 seconds; `pace` keeps to it."""

    name = tvmaze_rows.SOURCE

    def __init__(
        self, base_url: str = API, *, transport: httpx2.AsyncBaseTransport | None = None, pace: Pace | None = None
    ) -> None:
        self._wire = Wire("TVmaze", base_url, transport=transport)
        self._pace = pace or Pace(20, 10.0)

    async def search(self, text: str) -> list[TitleCard]:
        """Series that fit the text, best first."""
        if not text.strip():
            return []
        rows = table("TVmaze", await self._get("/search/shows", q=text.strip()))
        return each("TVmaze", (inner(row).get("show") for row in rows), tvmaze_rows.card)

    async def discover(self) -> list[Shelf]:
        """One row of the series most watched and best liked."""
        rows = map(inner, table("TVmaze", await self._get("/shows", page="0")))
        best = sorted(filter(tvmaze_rows.has_poster, rows), key=tvmaze_rows.popularity, reverse=True)
        return [Shelf(_SHELF, tuple(each("TVmaze", best[:_ON_THE_SHELF], tvmaze_rows.card)))]

    async def title(self, ref: TitleRef) -> Title:
        """A series with every episode, specials among them."""
        if ref.source != self.name or ref.kind is not Kind.SERIES or not (ref.id.isascii() and ref.id.isdigit()):
            raise NotFound(f"TVmaze: '{ref}' is none of its series")
        try:
            show, rows = await asyncio.gather(
                self._get(f"/shows/{ref.id}", embed="images"), self._get(f"/shows/{ref.id}/episodes", specials="1")
            )
        except NotFound as error:
            raise NotFound(f"TVmaze knows no series with the number {ref.id}") from error
        try:
            return tvmaze_rows.title(record("TVmaze", show), tvmaze_rows.episodes(table("TVmaze", rows)))
        except ValueError as error:
            raise Refused(f"TVmaze: the answer is malformed: {error}") from error

    async def linked(self, kind: Kind, known: ExternalIds) -> ExternalIds:
        """The numbers elsewhere of the series that is known by its number here or there; or none."""
        if kind is not Kind.SERIES:
            return ExternalIds()
        try:
            show = await (self._get(f"/shows/{known.tvmaze}") if known.tvmaze else self._found(known))
        except NotFound:
            return ExternalIds()
        return tvmaze_rows.ids(inner(show))

    async def probe(self) -> str:
        """One small search."""
        began = time.perf_counter()
        rows = table("TVmaze", await self._get("/search/shows", q="night"))
        return f"{len(rows)} series, {(time.perf_counter() - began) * 1000:.0f} ms"

    async def close(self) -> None:
        """Hang up."""
        await self._wire.close()

    async def _found(self, known: ExternalIds) -> Any:
        """The show behind a number elsewhere: the answer is where it lies, and only its number is believed."""
        for name, id_ in (("thetvdb", known.tvdb), ("imdb", known.imdb), ("tvrage", known.rage)):
            if id_ is None:
                continue
            answer = await get_politely(self._wire, self._pace, "/lookup/shows", {name: id_}, accept=(404,))
            if answer.status_code == 200:
                return document(self._wire, answer)
            if moved := _LIES_AT.search(answer.headers.get("location", "")):
                return await self._get(f"/shows/{moved[1]}")
        return None

    async def _get(self, path: str, **params: str) -> Any:
        """The JSON at a path; when TVmaze asks for a pause, there is one."""
        return document(self._wire, await get_politely(self._wire, self._pace, path, params))
