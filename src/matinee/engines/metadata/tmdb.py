"""TMDB knows films and series, with the key its owner got there.

This product uses the TMDB API but is not endorsed or certified by TMDB.
"""

import asyncio
import time
from collections.abc import Iterable, Sequence
from typing import Any

import httpx2

from matinee.engines.metadata import tmdb_rows
from matinee.engines.metadata.reading import document, each, inner, listed, record, table, whole
from matinee.kernel.errors import NotFound, Refused
from matinee.kernel.http import Wire
from matinee.kernel.redact import redact
from matinee.media.title import Episode, ExternalIds, Kind, Shelf, Title, TitleCard, TitleRef

API = "https://api.themoviedb.org/3"
IMAGES = "https://image.tmdb.org/t/p"

_AT_ONCE = 20  # what TMDB appends to one answer at most
_FIRST_SEASONS = range(_AT_ONCE - 1)
_SPOKEN = {Kind.MOVIE: "movie", Kind.SERIES: "tv"}
_SHELVES: tuple[tuple[str, str, Kind | None], ...] = (
    ("Trending this week", "/trending/all/week", None),
    ("Popular movies", "/movie/popular", Kind.MOVIE),
    ("Popular series", "/tv/popular", Kind.SERIES),
)


class Tmdb:
    """A MetadataSource; `key` is a v3 API key or a v4 access token, `image_base` where its pictures lie."""

    name = tmdb_rows.SOURCE

    def __init__(
        self,
        base_url: str,
        key: str,
        *,
        image_base: str | None = None,
        language: str = "en-US",
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        redact.remember([key])
        self.image_base = (image_base or IMAGES).rstrip("/")
        self._wire = Wire(
            "TMDB",
            base_url,
            params={"language": language} if _is_token(key) else {"language": language, "api_key": key},
            headers={"Authorization": f"Bearer {key}"} if _is_token(key) else None,
            transport=transport,
        )

    async def search(self, text: str) -> list[TitleCard]:
        """Films and series that fit the text, best first."""
        if not text.strip():
            return []
        return await self._cards("/search/multi", query=text.strip(), include_adult="false")

    async def discover(self) -> list[Shelf]:
        """What is trending and what is popular."""
        rows = await asyncio.gather(*(self._cards(path, kind) for _, path, kind in _SHELVES))
        return [Shelf(name, tuple(cards)) for (name, _, _), cards in zip(_SHELVES, rows, strict=True)]

    async def title(self, ref: TitleRef) -> Title:
        """All about a film, or a series with the episodes of every season."""
        if ref.source != self.name or not (ref.id.isascii() and ref.id.isdigit()):
            raise NotFound(f"TMDB: '{ref}' is none of its titles")
        try:
            return await (self._movie(ref) if ref.kind is Kind.MOVIE else self._series(ref))
        except NotFound as error:
            raise NotFound(f"TMDB knows no {ref.kind} with the number {ref.id}") from error

    async def linked(self, kind: Kind, known: ExternalIds) -> ExternalIds:
        """The numbers elsewhere of the title that is known by its number here, at IMDb or at TheTVDB; or none."""
        number = known.tmdb or await self._number(kind, known)
        if number is None:
            return ExternalIds()
        row = inner(await self._get(f"/{_SPOKEN[kind]}/{number}/external_ids", missing={}))
        return tmdb_rows.ids({"id": number, "external_ids": row}) if row else ExternalIds()

    async def probe(self) -> str:
        """Whether the key is accepted, and how fast."""
        began = time.perf_counter()
        record("TMDB", await self._get("/configuration"))
        return f"the key is accepted, {(time.perf_counter() - began) * 1000:.0f} ms"

    async def close(self) -> None:
        """Hang up."""
        await self._wire.close()

    async def _movie(self, ref: TitleRef) -> Title:
        row = record("TMDB", await self._get(f"/movie/{ref.id}", append_to_response="external_ids"))
        return self._read(row, ref)

    async def _series(self, ref: TitleRef) -> Title:
        row = await self._with_seasons(ref, _FIRST_SEASONS, "external_ids")
        listed = tmdb_rows.season_numbers(row)
        seasons = _appended(row, _FIRST_SEASONS)
        seasons |= await self._later_seasons(ref, [number for number in listed if number not in seasons])
        missing = [number for number in listed if number not in seasons]
        for number, season in zip(missing, await self._one_by_one(ref, missing), strict=True):
            seasons[number] = season
        return self._read(row, ref, _in_order(seasons))

    async def _with_seasons(self, ref: TitleRef, seasons: Iterable[int], *more: str) -> dict[str, Any]:
        append = ",".join((*more, *(f"season/{number}" for number in seasons)))
        return record("TMDB", await self._get(f"/tv/{ref.id}", append_to_response=append))

    async def _later_seasons(self, ref: TitleRef, numbers: Sequence[int]) -> dict[int, dict[str, Any]]:
        """Long-running series, twenty seasons a call."""
        parts = [numbers[at : at + _AT_ONCE] for at in range(0, len(numbers), _AT_ONCE)]
        answers = await asyncio.gather(*(self._with_seasons(ref, part) for part in parts))
        found: dict[int, dict[str, Any]] = {}
        for part, answer in zip(parts, answers, strict=True):
            found |= _appended(answer, part)
        return found

    async def _one_by_one(self, ref: TitleRef, numbers: Sequence[int]) -> list[dict[str, Any]]:
        """Seasons that were not appended: a server between us and TMDB may not know how."""
        few = asyncio.Semaphore(4)

        async def season(number: int) -> dict[str, Any]:
            async with few:
                return inner(await self._get(f"/tv/{ref.id}/season/{number}", missing={}))

        return await asyncio.gather(*(season(number) for number in numbers))

    async def _number(self, kind: Kind, known: ExternalIds) -> int | None:
        """The number here of a title that others know."""
        asked = {"imdb_id": known.imdb, "tvdb_id": known.tvdb}
        for source, id_ in asked.items():
            if id_ is None:
                continue
            answer = inner(await self._get(f"/find/{id_}", external_source=source, missing={}))
            found = [whole(inner(row).get("id")) for row in listed(answer.get(f"{_SPOKEN[kind]}_results"))]
            if found:
                return found[0]
        return None

    async def _cards(self, path: str, kind: Kind | None = None, **params: str) -> list[TitleCard]:
        answer = record("TMDB", await self._get(path, **params))
        return each("TMDB", table("TMDB", answer.get("results")), tmdb_rows.card_reader(self.image_base, kind))

    async def _get(self, path: str, *, missing: Any = None, **params: str) -> Any:
        """The JSON at a path; with `missing` given that is the answer where there is none."""
        answer = await self._wire.get(path, params, accept=() if missing is None else (404,))
        return missing if answer.status_code == 404 else document(self._wire, answer)

    def _read(self, row: dict[str, Any], ref: TitleRef, episodes: tuple[Episode, ...] = ()) -> Title:
        try:
            return tmdb_rows.title(row, ref, self.image_base, episodes)
        except ValueError as error:
            raise Refused(f"TMDB: the answer is malformed: {error}") from error


def _is_token(key: str) -> bool:
    """Whether the key is a v4 access token (a JWT) and not a v3 key."""
    return key.startswith("eyJ") and key.count(".") == 2


def _appended(row: dict[str, Any], seasons: Iterable[int]) -> dict[int, dict[str, Any]]:
    found = ((number, row.get(f"season/{number}")) for number in seasons)
    return {number: season for number, season in found if isinstance(season, dict)}


def _in_order(seasons: dict[int, dict[str, Any]]) -> tuple[Episode, ...]:
    return tuple(
        episode
        for number in sorted(seasons)
        for episode in sorted(tmdb_rows.episodes(seasons[number], number), key=lambda one: one.number)
    )
