"""TheTVDB: series, films and what others call them, in the shapes of its API version 4; tokens run out."""

import secrets
from collections.abc import Awaitable, Callable, Iterable
from itertools import islice

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from matinee.lab import numbers
from matinee.lab import tvdb_shapes as shapes
from matinee.lab.catalogue import MOVIES, SERIES, TITLES, LabTitle, words
from matinee.lab.street import TVDB_KEY, TVDB_PIN, street

Call = Callable[[Request], Awaitable[Response]]
BY_TYPE = {"movie": MOVIES, "series": SERIES, "": TITLES}
PAGE = 2  # of 500 at the real one: so small that the lab's series have several
LONGEST_LIST = 50


def routes() -> list[BaseRoute]:
    """The part of the API that asks for titles."""
    calls: dict[str, Call] = {
        "/search": search,
        "/search/remoteid/{remote:str}": by_remote_id,
        "/series/{id:int}/extended": series,
        "/series/{id:int}/episodes/{order:str}": episodes,
        "/series/{id:int}/episodes/{order:str}/{language:str}": episodes,
        "/movies/{id:int}/extended": movie,
    }
    guards: list[BaseRoute] = [Route(path, guarded(call)) for path, call in calls.items()]
    return [Mount("/tvdb/v4", routes=[Route("/login", login, methods=["POST"]), *guards])]


def guarded(call: Call) -> Call:
    """Answer only with a token that is still good, and not at all while metadata is down."""

    async def checked(request: Request) -> Response:
        if street(request).faults.metadata_down:
            return _no(500, "internal error")
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if token not in street(request).tvdb_tokens:
            return _no(401, "Unauthorized")
        return await call(request)

    return checked


async def login(request: Request) -> Response:
    """A token for a key and its PIN."""
    if street(request).faults.metadata_down:
        return _no(500, "internal error")
    said = await request.json()
    if (said.get("apikey"), said.get("pin")) != (TVDB_KEY, TVDB_PIN):
        return _no(401, "InvalidAPIKey: apikey or pin not valid")
    token = secrets.token_urlsafe(24)
    street(request).tvdb_tokens.add(token)
    return JSONResponse({"status": "success", "data": {"token": token}})


async def search(request: Request) -> Response:
    """Titles by name, of one type or of all."""
    asked, query = words(request.query_params.get("query", "")), request.query_params
    titles = BY_TYPE.get(query.get("type", ""), ())
    found = [title for title in titles if asked and set(asked) & set(words(title.name))]
    found.sort(key=lambda title: len(set(asked) & set(words(title.name))), reverse=True)
    limit = query.get("limit", "")
    few = islice(found, int(limit) if limit.isdecimal() else LONGEST_LIST)
    return _list([shapes.hit(title, street(request).base) for title in few])


async def by_remote_id(request: Request) -> Response:
    """Titles by what others call them."""
    remote = request.path_params["remote"]
    found = [title for title in TITLES if remote in {one["id"] for one in shapes.remote_ids(title)}]
    return _list([shapes.found(title, street(request).base) for title in found])


async def series(request: Request) -> Response:
    """A series in full."""
    return _record(request, SERIES)


async def movie(request: Request) -> Response:
    """A film in full."""
    return _record(request, MOVIES)


async def episodes(request: Request) -> Response:
    """A page of a series' episodes in one of its orders; the lab's series have no order for discs."""
    title, order = _by_id(request, SERIES), request.path_params["order"]
    language = request.path_params.get("language", "eng")
    if title is None or order not in shapes.ORDERS or language not in shapes.LANGUAGES:
        return _no(404, "NotFound")
    rows = shapes.episodes(title, order, language)
    page = int(request.query_params.get("page", "0"))
    here = f"{street(request).addresses.tvdb}/series/{numbers.tvdb(title)}/episodes/{order}"
    more = (page + 1) * PAGE < len(rows)
    links = {"prev": None, "self": f"{here}?page={page}", "next": f"{here}?page={page + 1}" if more else None}
    data = {
        "series": shapes.base_record(title, street(request).base),
        "episodes": rows[page * PAGE : (page + 1) * PAGE],
    }
    return JSONResponse({"status": "success", "data": data, "links": {**links, "page_size": PAGE}})


def _record(request: Request, titles: Iterable[LabTitle]) -> Response:
    title = _by_id(request, titles)
    if title is None:
        return _no(404, "NotFound")
    query = request.query_params
    found = shapes.extended(title, street(request).base, short=query.get("short") == "true")
    if "translations" in query.get("meta", ""):
        found["translations"] = shapes.translations(title)
    return JSONResponse({"status": "success", "data": found})


def _by_id(request: Request, titles: Iterable[LabTitle]) -> LabTitle | None:
    return next((title for title in titles if numbers.tvdb(title) == request.path_params["id"]), None)


def _list(rows: list[shapes.Json]) -> Response:
    links = {"prev": None, "self": "", "next": None, "total_items": len(rows), "page_size": LONGEST_LIST}
    return JSONResponse({"status": "success", "data": rows, "links": links})


def _no(status: int, message: str) -> Response:
    return JSONResponse({"status": "failure", "message": message, "data": None}, status)
