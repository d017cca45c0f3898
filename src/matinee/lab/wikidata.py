"""Wikidata: a search, whole items, and answers to the few questions in SPARQL that Matinee puts."""

import re
from collections.abc import Awaitable, Callable, Iterable

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from matinee.lab import numbers
from matinee.lab import wikidata_shapes as shapes
from matinee.lab.catalogue import MOVIES, TITLES, LabTitle, words
from matinee.lab.street import street

Call = Callable[[Request], Awaitable[Response]]
CONTACT = re.compile(r"\(.*(@|://).*\)")
BY_ITEM = {numbers.wikidata(title): title for title in TITLES}
FREE_BEFORE = 2020  # in the lab a film belongs to everybody soon


def routes() -> list[BaseRoute]:
    """The pages, the query service and the pictures of Commons."""
    calls: dict[str, Call] = {
        "/w/api.php": api,
        "/wiki/Special:EntityData/{file:str}": entity_data,
        "/sparql": sparql,
        "/commons/wiki/Special:FilePath/{file:str}": file_path,
    }
    return [Mount("/wikidata", routes=[Route(path, guarded(call)) for path, call in calls.items()])]


def guarded(call: Call) -> Call:
    """Only for those who say how they can be reached; pictures are for all."""

    async def checked(request: Request) -> Response:
        if street(request).faults.metadata_down:
            return PlainTextResponse("upstream connect error", 503)
        if call is not file_path and not CONTACT.search(request.headers.get("user-agent", "")):
            return PlainTextResponse("Please set a user-agent with contact information", 403)
        return await call(request)

    return checked


async def api(request: Request) -> Response:
    """The two actions that are used: a search, and the labels of items."""
    asked = request.query_params
    if asked.get("action") == "wbsearchentities":
        return JSONResponse({"searchinfo": {"search": asked.get("search")}, "search": _hits(asked.get("search", ""))})
    if asked.get("action") == "wbgetentities":
        ids = asked.get("ids", "").split("|")
        return JSONResponse({"entities": {id_: shapes.labelled(id_) for id_ in ids}, "success": 1})
    return JSONResponse({"error": {"code": "badvalue", "info": "Unrecognized value for parameter action."}})


async def entity_data(request: Request) -> Response:
    """A whole item."""
    title = BY_ITEM.get(request.path_params["file"].removesuffix(".json"))
    if title is None:
        return PlainTextResponse("No entity with this ID was found", 404)
    return JSONResponse({"entities": {numbers.wikidata(title): shapes.entity(title)}})


async def sparql(request: Request) -> Response:
    """Statements about the items asked for: by their own number, by one elsewhere, or those free for all."""
    query = request.query_params.get("query", "")
    if "SELECT ?item ?p ?v" not in query:
        return PlainTextResponse("MalformedQueryException", 400)
    if "wikibase:sitelinks" in query:
        free = sorted((film for film in MOVIES if film.year < FREE_BEFORE), key=lambda film: -film.popularity)
        return _answer(row for film in free for row in shapes.rows(film, named=True))
    return _answer(row for title in _asked_for(query) for row in shapes.rows(title))


async def file_path(request: Request) -> Response:
    """A picture of Commons lies elsewhere."""
    return RedirectResponse(f"{street(request).base}/uploads/images/original_untouched/{request.path_params['file']}")


def _hits(text: str) -> list[shapes.Json]:
    """Items by name, films and series among other things that are called so."""
    asked = words(text)
    found = [title for title in TITLES if asked and set(asked) <= set(words(title.name))]
    return [hit for title in found for hit in shapes.hits(title)]


def _asked_for(query: str) -> list[LabTitle]:
    listed = re.search(r"VALUES \?item \{([^}]*)\}", query)
    items = re.findall(r"wd:(Q\d+)", listed[1]) if listed else []
    ways = set(re.findall(r'\?item wdt:(P\d+) "([^"]*)"', query))
    return [
        title
        for title in TITLES
        if numbers.wikidata(title) in items or ways & {(prop, value) for prop, value in shapes.told(title)}
    ]


def _answer(rows: Iterable[shapes.Json]) -> Response:
    body = {"head": {"vars": ["item", "p", "v"]}, "results": {"bindings": list(rows)}}
    return JSONResponse(body, media_type="application/sparql-results+json")
