"""A person searches all indexers, and what is chosen from the last half hour is downloaded."""

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from matinee.kernel.errors import MatineeError
from matinee.kernel.redact import redact
from matinee.media.indexing import Question
from matinee.media.release import Protocol, Release
from matinee.products.newznab.server import Wrong
from matinee.products.newznab.typed import read_typed
from matinee.products.prowlarr.house import House, facts_of
from matinee.products.prowlarr.links import download_link, source_of
from matinee.products.prowlarr.release_rows import release_row
from matinee.products.prowlarr.streaming import gathered
from matinee.products.servarr.door import body_of, resource_of
from matinee.products.servarr.failures import Invalid, failure
from matinee.products.servarr.fields import Resource

log = logging.getLogger(__name__)

HELD = timedelta(minutes=30)
_MOST_HELD = 20_000
_ALL_USENET, _ALL_TORRENTS = -1, -2
_GONE = "Couldn't find requested release in cache, try searching again"


def search_routes(house: House) -> list[Route]:
    """The addresses of the search."""
    searches = _Searches(house)
    return [
        Route("/api/v1/search", searches.search, methods=["GET"]),
        Route("/api/v1/search", searches.grab, methods=["POST"]),
        Route("/api/v1/search/bulk", searches.grab_many, methods=["POST"]),
    ]


class _Searches:
    def __init__(self, house: House) -> None:
        self._house = house
        self._held: dict[tuple[int, str], tuple[Release, datetime]] = {}

    async def search(self, request: Request) -> Response:
        """Releases of all chosen indexers; HTTP 400 when none of them could be asked."""
        question = _question(request)
        only = self._chosen(listed(request, "indexerIds"))
        if only == []:
            return JSONResponse([])
        told = await gathered(self._house.indexers, question, only=only or (), source=source_of(request))
        if told.troubles and not told.answered:
            return JSONResponse({"message": redact(f"Search failed: {'; '.join(told.troubles)}")}, 400)
        return JSONResponse(self._rows(request, told.releases))

    async def grab(self, request: Request) -> Response:
        """Download a release of a search of the last half hour."""
        wanted = await resource_of(request)
        release = self._found(wanted)
        if release is None:
            return JSONResponse({"message": _GONE}, 404)
        try:
            await self._house.grab(release, source_of(request))
        except MatineeError as error:
            log.warning("'%s' is not downloaded: %s", release.name, error)
            told = {"message": "Getting release from indexer failed", "description": redact(str(error))}
            return JSONResponse(told, 409)
        return JSONResponse(wanted)

    async def grab_many(self, request: Request) -> Response:
        """Download several; what cannot be had is told in the log and does not stop the others."""
        wanted = await body_of(request)
        if not isinstance(wanted, list) or not all(isinstance(one, dict) for one in wanted):
            raise Invalid([failure("", "a list of releases is expected")])
        for release in filter(None, map(self._found, wanted)):
            try:
                await self._house.grab(release, source_of(request))
            except MatineeError as error:
                log.warning("'%s' is not downloaded: %s", release.name, error)
        return JSONResponse(wanted)

    def _chosen(self, ids: list[int]) -> list[int] | None:
        """The indexers meant: None for all, an empty list for none. -1 is all usenet, -2 all torrents."""
        if not ids:
            return None
        groups = {_ALL_USENET: Protocol.USENET, _ALL_TORRENTS: Protocol.TORRENT}
        meant = {groups[id] for id in ids if id in groups}
        seats = [seat for seat in self._house.indexers.seats() if seat.stored.enabled]
        found = {seat.stored.id for seat in seats if meant and facts_of(seat).protocol in meant}
        return sorted(found | ({seat.stored.id for seat in seats} & set(ids)))

    def _rows(self, request: Request, releases: list[Release]) -> list[Resource]:
        now = self._house.clock()
        ids = {seat.stored.name: seat.stored.id for seat in self._house.indexers.seats()}
        rows = []
        for release in releases:
            id = ids.get(release.indexer, 0)
            self._hold(id, release, now)
            download = download_link(request, self._house, id, replace(release, magnet_url=None))
            magnet = _only_magnet(release)
            told = download_link(request, self._house, id, magnet) if magnet else ""
            rows.append(release_row(release, id, download=download, magnet=told, now=now))
        return rows

    def _hold(self, id: int, release: Release, now: datetime) -> None:
        """Old ones are let go; the order is that of their coming, so they stand in front."""
        self._held.pop((id, release.guid), None)
        self._held[id, release.guid] = (release, now + HELD)
        while self._held:
            first = next(iter(self._held))
            if self._held[first][1] > now and len(self._held) <= _MOST_HELD:
                return
            del self._held[first]

    def _found(self, wanted: Resource) -> Release | None:
        id, guid = wanted.get("indexerId"), wanted.get("guid")
        if not isinstance(id, int) or not isinstance(guid, str) or not guid:
            raise Invalid([failure("IndexerId" if isinstance(guid, str) and guid else "Guid", "must not be empty")])
        release, until = self._held.get((id, guid), (None, None))
        return release if until is not None and until > self._house.clock() else None


def _only_magnet(release: Release) -> Release | None:
    """The release to be fetched by its magnet link; None when it has none."""
    if release.magnet_url is None:
        return None
    return replace(release, download_url=release.magnet_url)


def _question(request: Request) -> Question:
    """What is asked; `{imdbid:tt0063350}` in the words stands for a parameter. Invalid when it cannot be read."""
    query = request.query_params
    limit = query.get("limit", "0")
    params = {
        "t": query.get("type", "") or "search",
        "q": query.get("query", ""),
        "cat": ",".join(map(str, listed(request, "categories"))),
        "limit": "100" if limit == "0" else limit,
        "offset": query.get("offset", "0"),
    }
    try:
        return replace(read_typed(params), is_interactive=True)
    except Wrong as error:
        raise Invalid([failure("", error.description)]) from error


def listed(request: Request, name: str) -> list[int]:
    """Whole numbers of the address, as `a=1&a=2` or as `a=1,2`; what is no number is left out."""
    told = [value for key, value in request.query_params.multi_items() if key.lower() == name.lower()]
    words = [word.strip() for value in told for word in value.split(",")]
    return [int(word) for word in words if word.removeprefix("-").isdecimal() and len(word) < 11]
