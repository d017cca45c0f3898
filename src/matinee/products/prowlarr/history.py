"""What was asked of the indexers, how they did, and which are left alone for now."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from matinee.pipeline.search.answers import Seat
from matinee.products.prowlarr.house import House, protocol_of
from matinee.products.prowlarr.searches import listed
from matinee.products.servarr.failures import Invalid, failure
from matinee.products.servarr.fields import Resource
from matinee.products.servarr.status import iso
from matinee.store.indexers import IndexerEvent, IndexerStatistics, asked_by, count_events, events, statistics

_TYPES = {"grab": "releaseGrabbed", "query": "indexerQuery", "rss": "indexerRss", "auth": "indexerAuth"}
_NUMBERS = {1: "grab", 2: "query", 3: "rss", 4: "auth", 5: "info"}
_MOST = 5000  # events that are looked through where several filters meet
_LARGEST_PAGE = 1000


def history_routes(house: House) -> list[Route]:
    """The addresses of history and figures."""
    history = _History(house)
    return [
        Route("/api/v1/history", history.page),
        Route("/api/v1/history/since", history.since),
        Route("/api/v1/history/indexer", history.of_indexer),
        Route("/api/v1/indexerstats", history.figures),
        Route("/api/v1/indexerstatus", history.blocked),
    ]


class _History:
    def __init__(self, house: House) -> None:
        self._house = house

    async def page(self, request: Request) -> Response:
        """A page of the history, newest first unless it is asked the other way."""
        number, size = max(_number(request, "page", 1), 1), min(max(_number(request, "pageSize", 10), 1), _LARGEST_PAGE)
        ascending = request.query_params.get("sortDirection", "").lower() == "ascending"
        rows, total = await self._read(request, (number - 1) * size, size, ascending=ascending)
        told = {
            "page": number,
            "pageSize": size,
            "sortKey": request.query_params.get("sortKey", "date"),
            "sortDirection": "ascending" if ascending else "descending",
            "totalRecords": total,
            "records": [history_row(one) for one in rows],
        }
        return JSONResponse(told)

    async def since(self, request: Request) -> Response:
        """What happened since a moment; without one, all that is kept of the latest."""
        told = request.query_params.get("date", "")
        moment = _moment(told) if told else datetime.fromtimestamp(0, UTC)
        if moment is None:
            raise Invalid([failure("Date", "a date is expected, as 2026-01-31T12:00:00Z")])
        rows = [one for one in await self._latest(request) if one.at is not None and one.at >= moment]
        return JSONResponse([history_row(one) for one in rows])

    async def of_indexer(self, request: Request) -> Response:
        """What happened with one indexer."""
        limit = min(max(_number(request, "limit", _LARGEST_PAGE), 1), _MOST)
        return JSONResponse([history_row(one) for one in (await self._latest(request))[:limit]])

    async def figures(self, request: Request) -> Response:
        """How each indexer did, and which programs asked."""
        since = _moment(request.query_params.get("startDate", ""))
        rows, agents = await self._house.database.read(lambda db: (statistics(db, since), asked_by(db, since)))
        seats = {seat.stored.id: seat for seat in self._house.indexers.seats()}
        wanted = _filter(request, seats)
        told = {
            "indexers": [statistics_row(one) for one in rows if wanted is None or one.indexer_id in wanted],
            "userAgents": [
                {"userAgent": name or "unknown", "numberOfQueries": asked, "numberOfGrabs": grabs}
                for name, (asked, grabs) in agents.items()
            ],
            "hosts": [],
        }
        return JSONResponse(told)

    async def blocked(self, _request: Request) -> Response:
        """The indexers that are left alone for now."""
        rows = [status_row(seat) for seat in self._house.indexers.seats()]
        return JSONResponse([row for row in rows if row is not None])

    async def _read(
        self, request: Request, offset: int, size: int, *, ascending: bool
    ) -> tuple[list[IndexerEvent], int]:
        """A page and the count of all; the store filters by one indexer and one kind, the rest is done here."""
        kinds, ids = _kinds(request), listed(request, "indexerIds")
        luck = request.query_params.get("successful", "").lower()
        if len(kinds) > 1 or len(ids) > 1 or luck in ("true", "false") or ascending:
            found = await self._latest(request)
            found = found[::-1] if ascending else found
            return found[offset : offset + size], len(found)
        of: dict[str, Any] = {"indexer": ids[0] if ids else None, "kind": kinds[0] if kinds else None}
        return await self._house.database.read(
            lambda db: (events(db, offset=offset, limit=size, **of), count_events(db, **of))
        )

    async def _latest(self, request: Request) -> list[IndexerEvent]:
        """The latest events that pass all filters, newest first."""
        kinds, ids = _kinds(request), [*listed(request, "indexerIds"), *listed(request, "indexerId")]
        luck = request.query_params.get("successful", "").lower()
        one = ids[0] if len(ids) == 1 else None
        found = await self._house.database.read(lambda db: events(db, indexer=one, limit=_MOST))
        return [event for event in found if _passes(event, kinds, ids, luck)]


def _passes(event: IndexerEvent, kinds: Collection[str], ids: Collection[int], luck: str) -> bool:
    is_lucky = luck not in ("true", "false") or event.ok == (luck == "true")
    return is_lucky and (not kinds or event.kind in kinds) and (not ids or event.indexer_id in ids)


def history_row(event: IndexerEvent) -> Resource:
    """An event as Prowlarr tells it."""
    data = {
        "query": event.details.get("query", event.text),
        "queryType": event.details.get("function", ""),
        "categories": event.details.get("categories", ""),
        "queryResults": str(event.results),
        "elapsedTime": f"{event.seconds * 1000:.0f}",
        "source": event.source,
        "host": "",
    }
    if event.kind == "grab":
        data = {"grabTitle": event.text, "grabMethod": event.details.get("method", "Proxy"), **data}
    return {
        "id": event.id,
        "indexerId": event.indexer_id,
        "date": iso(event.at or datetime.fromtimestamp(0, UTC)),
        "downloadId": event.details.get("infohash"),
        "successful": event.ok,
        "eventType": _TYPES.get(event.kind, "indexerInfo"),
        "data": data if event.ok else {**data, "reason": event.reason},
    }


def statistics_row(one: IndexerStatistics) -> Resource:
    """How an indexer did; times in milliseconds."""
    return {
        "indexerId": one.indexer_id,
        "indexerName": one.indexer,
        "averageResponseTime": round(one.seconds * 1000),
        "averageGrabResponseTime": round(one.grab_seconds * 1000),
        "numberOfQueries": one.queries,
        "numberOfGrabs": one.grabs,
        "numberOfRssQueries": one.rss,
        "numberOfAuthQueries": one.auths,
        "numberOfFailedQueries": one.failed_queries,
        "numberOfFailedGrabs": one.failed_grabs,
        "numberOfFailedRssQueries": one.failed_rss,
        "numberOfFailedAuthQueries": one.failed_auths,
    }


def status_row(seat: Seat) -> Resource | None:
    """Until when an indexer is left alone and since when it fails; None when it is well."""
    health = seat.health
    if health.state != "blocked" or health.until is None:
        return None
    failing = iso(health.failing_since or health.until)
    return {
        "id": seat.stored.id,
        "indexerId": seat.stored.id,
        "disabledTill": iso(health.until),
        "mostRecentFailure": failing,
        "initialFailure": failing,
    }


def _filter(request: Request, seats: dict[int, Seat]) -> set[int] | None:
    """The indexers meant by `indexers` and `protocols`; None for all."""
    ids = set(listed(request, "indexers"))
    told = request.query_params.get("protocols", "").lower()
    protocols = {"usenet" if word in ("1", "usenet") else "torrent" for word in told.split(",") if word}
    if not ids and not protocols:
        return None
    fitting = {id for id, seat in seats.items() if not protocols or protocol_of(seat.stored).value in protocols}
    return fitting & ids if ids else fitting


def _kinds(request: Request) -> list[str]:
    """The kinds meant by `eventType`, told by number or by name."""
    told = [value for key, value in request.query_params.multi_items() if key.lower() == "eventtype"]
    words = [word.strip() for value in told for word in value.split(",") if word.strip()]
    names = {name.lower(): kind for kind, name in {**_TYPES, "info": "indexerInfo"}.items()}
    found = [
        _NUMBERS.get(int(word)) if word.isdecimal() and len(word) < 3 else names.get(word.lower()) for word in words
    ]
    return [kind for kind in found if kind]


def _number(request: Request, name: str, otherwise: int) -> int:
    told = request.query_params.get(name, "")
    return int(told) if told.isdecimal() and len(told) < 10 else otherwise


def _moment(text: str) -> datetime | None:
    told = text.strip()
    try:  # an address turns the + of a time zone into a space
        moment = datetime.fromisoformat(told.replace(" ", "+") if "T" in told else told)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
