"""TheTVDB knows series and films, with the key its owner got there; with thanks to TheTVDB.com and its people."""

import asyncio
import time
from itertools import chain, zip_longest
from typing import Any

import httpx2

from matinee.engines.metadata import tvdb_rows
from matinee.engines.metadata.pace import Pace
from matinee.engines.metadata.polite import get_politely
from matinee.engines.metadata.reading import document, each, inner, listed, record, table, text
from matinee.kernel.errors import NotFound, Refused
from matinee.kernel.http import Wire
from matinee.kernel.redact import redact
from matinee.media.title import Episode, ExternalIds, Kind, Shelf, Title, TitleCard, TitleRef

API = "https://api4.thetvdb.com/v4"
ORDERS = {"aired": "official", "dvd": "dvd", "absolute": "absolute"}

_NAME = "TheTVDB"
_PATHS = {Kind.MOVIE: "movies", Kind.SERIES: "series"}
_CARDS_A_KIND = 25
_MOST_PAGES = 40  # of 500 episodes
_MOST_EPISODES = 20_000


class Tvdb:
    """A MetadataSource; `key` is an API key of one's own, `pin` that of a subscriber where the key wants one.

    `order` is how episodes are numbered (one of ORDERS); a series that is not numbered so is numbered as aired.
    TheTVDB writes no limit down: ten calls a second are ours.
    """

    name = tvdb_rows.SOURCE

    def __init__(
        self,
        base_url: str,
        key: str,
        *,
        pin: str = "",
        language: str = "en-US",
        order: str = "aired",
        transport: httpx2.AsyncBaseTransport | None = None,
        pace: Pace | None = None,
    ) -> None:
        redact.remember([key, pin])
        self._says = {"apikey": key, **({"pin": pin} if pin else {})}
        self._language = tvdb_rows.code(language)
        self._order = ORDERS[order]
        self._wire = Wire(_NAME, base_url, transport=transport)
        self._pace = pace or Pace(10, 1.0)
        self._token = ""
        self._at_the_door = asyncio.Lock()

    async def search(self, words: str) -> list[TitleCard]:
        """Series and films that fit the text, best first and in turn."""
        if not words.strip():
            return []
        answers = await asyncio.gather(*(self._cards(words.strip(), kind) for kind in ("series", "movie")))
        return [card for card in chain.from_iterable(zip_longest(*answers)) if card]

    async def discover(self) -> list[Shelf]:
        """Nothing: TheTVDB keeps no lists of what people watch."""
        return []

    async def title(self, ref: TitleRef) -> Title:
        """All about a film, or a series with every episode."""
        if ref.source != self.name or not (ref.id.isascii() and ref.id.isdigit()):
            raise NotFound(f"{_NAME}: '{ref}' is none of its titles")
        try:
            row = record(_NAME, await self._get(f"/{_PATHS[ref.kind]}/{ref.id}/extended", meta="translations"))
            episodes = await self._episodes(ref.id) if ref.kind is Kind.SERIES else ()
        except NotFound as error:
            raise NotFound(f"{_NAME} knows no {ref.kind} with the number {ref.id}") from error
        try:
            return tvdb_rows.title(row, ref.kind, self._language, episodes)
        except ValueError as error:
            raise Refused(f"{_NAME}: the answer is malformed: {error}") from error

    async def linked(self, kind: Kind, known: ExternalIds) -> ExternalIds:
        """The numbers elsewhere of the title that is known by its number here or there; or none."""
        if known.tvdb:
            return await self._ids(kind, known.tvdb)
        for field in ("imdb", "wikidata", "tmdb"):
            id_ = getattr(known, field)
            if id_ is None:
                continue
            for number in tvdb_rows.numbers(await self._get(f"/search/remoteid/{id_}", missing=[]), kind):
                found = await self._ids(kind, number)
                if getattr(found, field) == id_:  # a bare number may be anybody's
                    return found
        return ExternalIds()

    async def probe(self) -> str:
        """Whether the key is accepted, and how fast."""
        began = time.perf_counter()
        rows = table(_NAME, await self._get("/search", query="night", type="series", limit="1"))
        return f"the key is accepted, {len(rows)} series, {(time.perf_counter() - began) * 1000:.0f} ms"

    async def close(self) -> None:
        """Hang up."""
        await self._wire.close()

    async def _cards(self, words: str, kind: str) -> list[TitleCard]:
        rows = table(_NAME, await self._get("/search", query=words, type=kind, limit=str(_CARDS_A_KIND)))
        return each(_NAME, rows[:_CARDS_A_KIND], lambda row: tvdb_rows.card(row, self._language))

    async def _ids(self, kind: Kind, number: int) -> ExternalIds:
        row = inner(await self._get(f"/{_PATHS[kind]}/{number}/extended", short="true", missing={}))
        return tvdb_rows.ids(row) if row else ExternalIds()

    async def _episodes(self, number: str) -> tuple[Episode, ...]:
        """Every episode as it is to be numbered, in the house's language where it was translated."""
        for order in dict.fromkeys((self._order, "official", "default")):
            translated = await self._pages(f"/series/{number}/episodes/{order}/{self._language}")
            if translated and all(text(inner(row).get("name")) for row in translated):
                return tvdb_rows.episodes(translated, ())
            original = await self._pages(f"/series/{number}/episodes/{order}")
            if translated or original:
                return tvdb_rows.episodes(translated, original)
        return ()

    async def _pages(self, path: str) -> list[Any]:
        """The rows of all pages; none when there is no such list."""
        rows: list[Any] = []
        for page in range(_MOST_PAGES):
            answer = await self._answer(path, {"page": str(page)}, accept=(404,))
            if answer is None:
                break
            more = listed(inner(answer.get("data")).get("episodes"))
            rows += more
            if not more or len(rows) >= _MOST_EPISODES or not inner(answer.get("links")).get("next"):
                break
        return rows[:_MOST_EPISODES]

    async def _get(self, path: str, *, missing: Any = None, **params: str) -> Any:
        """The data at a path; with `missing` given that is the answer where there is none."""
        answer = await self._answer(path, params, accept=() if missing is None else (404,))
        return missing if answer is None else answer.get("data")

    async def _answer(self, path: str, params: dict[str, str], accept: tuple[int, ...]) -> dict[str, Any] | None:
        """The answer at a path, None for an accepted 404; a token that has run out is renewed once."""
        token = self._token or await self._login("")
        answer = await self._ask(path, params, token, (401, *accept))
        if answer.status_code == 401:
            answer = await self._ask(path, params, await self._login(token), accept)
        return None if answer.status_code == 404 else record(_NAME, document(self._wire, answer))

    async def _ask(self, path: str, params: dict[str, str], token: str, accept: tuple[int, ...]) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {token}"}
        return await get_politely(self._wire, self._pace, path, params, accept=accept, headers=headers)

    async def _login(self, stale: str) -> str:
        """A token that is not the stale one; those who come while one is fetched share it."""
        async with self._at_the_door:
            if self._token and self._token != stale:
                return self._token
            await self._pace.turn()
            answer = await self._wire.post("/login", json=self._says, accept=(401,))
            if answer.status_code == 401:
                raise Refused(f"{_NAME}: the key or the PIN was refused: look at them in the settings")
            token = text(inner(record(_NAME, document(self._wire, answer)).get("data")).get("token"))
            if not token or not token.isascii() or not token.isprintable():
                raise Refused(f"{_NAME}: the answer is malformed: there is no token in it")
            redact.remember([token])
            self._token = token
            return token
