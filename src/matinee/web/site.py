"""The whole site: our API behind the gate, and the pages around it."""

from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.responses import PlainTextResponse

from matinee import __version__
from matinee.web import (
    browse,
    choosing,
    doors,
    house,
    indexer_facts,
    indexer_search,
    indexers,
    live,
    metrics,
    naming,
    neighbours,
    reading,
    shelf,
    tastes,
    wishes,
)
from matinee.web.desk import Desk
from matinee.web.gate import Gate
from matinee.web.models import Problem
from matinee.web.pages import Pages
from matinee.web.problems import explain_problems

_REFUSALS: dict[int | str, dict[str, Any]] = {"4XX": {"model": Problem, "description": "A refusal in words."}}

ROOMS = (
    *(doors, browse, wishes, choosing, reading, naming, tastes, shelf, house, metrics, live),
    *(indexer_search, indexer_facts, indexers, neighbours),
)


def site(desk: Desk | None = None) -> FastAPI:
    """The ASGI application; without a desk it can only describe itself (OpenAPI)."""
    app = FastAPI(
        title="Matinee",
        version=__version__,
        description="Ask for a film, watch it tonight.",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=_name_of,
        responses=dict(_REFUSALS),
    )
    app.state.desk = desk
    explain_problems(app)
    for room in ROOMS:
        app.include_router(room.router)
    app.add_route("/healthz", _healthy, methods=["GET"])
    for path, guise in (desk.guises if desk else {}).items():
        app.mount(path, guise)  # each has a door of its own
    app.mount("/", Pages())
    app.add_middleware(Gate, doorkeeper=lambda: app.state.desk.doorkeeper)
    return app


async def _healthy(request: object) -> PlainTextResponse:
    """Somebody is at home."""
    return PlainTextResponse("ok")


def _name_of(route: APIRoute) -> str:
    return route.name
