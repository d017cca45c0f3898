"""Prowlarr's app profiles say what apps may use an indexer for; ours are the eight ways to say it."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from matinee.kernel.errors import NotFound, Refused
from matinee.products.servarr.door import resource_of
from matinee.products.servarr.fields import Resource
from matinee.store.indexers import StoredIndexer

_SWITCHES = {1: "enableRss", 2: "enableAutomaticSearch", 4: "enableInteractiveSearch"}
_WORDS = {1: "RSS", 2: "automatic search", 4: "interactive search"}
_REASON = "all app profiles are there already: choose the one with the switches you want"


def profile_id(stored: StoredIndexer) -> int:
    """The profile of an indexer: 1 allows everything."""
    return _id({"enableRss": stored.for_rss, "enableAutomaticSearch": stored.for_automatic, **_interactive(stored)})


def _interactive(stored: StoredIndexer) -> dict[str, bool]:
    return {"enableInteractiveSearch": stored.for_interactive}


def switches(id: Any) -> dict[str, Any]:
    """What a profile allows, by the names of what is kept; one that does not exist allows everything."""
    off = id - 1 if isinstance(id, int) and 1 <= id <= 8 else 0
    return {"for_rss": not off & 1, "for_automatic": not off & 2, "for_interactive": not off & 4}


def profile_row(id: int) -> Resource:
    """A profile as Prowlarr tells it."""
    off = id - 1
    without = [word for bit, word in _WORDS.items() if off & bit]
    name = f"No {', no '.join(without)}" if without else "Standard"
    told = {switch: not off & bit for bit, switch in _SWITCHES.items()}
    return {"id": id, "name": name, **told, "minimumSeeders": 1}


def profile_routes() -> list[Route]:
    """The addresses of the profiles."""
    return [
        Route("/api/v1/appprofile", _all, methods=["GET"]),
        Route("/api/v1/appprofile", _add, methods=["POST"]),
        Route("/api/v1/appprofile/schema", _schema),
        Route("/api/v1/appprofile/{id:int}", _one, methods=["GET"]),
        Route("/api/v1/appprofile/{id:int}", _change, methods=["PUT"]),
        Route("/api/v1/appprofile/{id:int}", _remove, methods=["DELETE"]),
    ]


async def _all(_request: Request) -> Response:
    return JSONResponse([profile_row(id) for id in range(1, 9)])


async def _schema(_request: Request) -> Response:
    return JSONResponse({**profile_row(1), "id": 0, "name": ""})


async def _one(request: Request) -> Response:
    return JSONResponse(profile_row(_known(request)))


async def _add(request: Request) -> Response:
    """The profile with these switches; it was there all the time."""
    return JSONResponse(profile_row(_id(await resource_of(request))), 201)


async def _change(request: Request) -> Response:
    id = _known(request)
    if _id({**profile_row(id), **(await resource_of(request))}) != id:
        raise Refused(_REASON)
    return JSONResponse(profile_row(id), 202)


async def _remove(_request: Request) -> Response:
    raise Refused("app profiles are fixed: choose another one for the indexer")


def _id(told: Resource) -> int:
    return 1 + sum(bit for bit, switch in _SWITCHES.items() if not told.get(switch, True))


def _known(request: Request) -> int:
    id: int = request.path_params["id"]
    if not 1 <= id <= 8:
        raise NotFound(f"there is no app profile {id}")
    return id
