"""The stage manager's desk: how a test in another process turns the lab's switches."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from matinee.lab.street import Street, street

Call = Callable[[Request], Awaitable[Response]]
LOOPBACK = ("127.0.0.1", "::1")


def routes() -> list[BaseRoute]:
    """GET /lab/state, POST /lab/faults {switch: value}, POST /lab/seeder {"seeding": bool, "rate": bytes/s or null}."""
    return [
        Route("/lab/state", at_home(state)),
        Route("/lab/faults", at_home(turn_faults), methods=["POST"]),
        Route("/lab/seeder", at_home(turn_seeder), methods=["POST"]),
    ]


def at_home(call: Call) -> Call:
    """Only from this machine."""

    async def checked(request: Request) -> Response:
        if request.client is None or request.client.host not in LOOPBACK:
            return JSONResponse({"error": "only from this machine"}, 403)
        return await call(request)

    return checked


async def state(request: Request) -> Response:
    """Addresses, switches and swarms."""
    return JSONResponse(describe(street(request)))


async def turn_faults(request: Request) -> Response:
    """Set the given switches."""
    here = street(request)
    try:
        here.faults.turn(await _object(request))
    except ValueError as error:
        return JSONResponse({"error": str(error)}, 400)
    return JSONResponse(describe(here))


async def turn_seeder(request: Request) -> Response:
    """Stop, start or slow the seeder; answers when the tracker knows."""
    here = street(request)
    try:
        wish = await _object(request)
        rate, seeding = wish.get("rate", here.seeder.rate), wish.get("seeding", here.seeder.seeding)
        if not isinstance(rate, int | None) or not isinstance(seeding, bool):
            raise ValueError('wanted {"seeding": true or false, "rate": bytes a second or null}')
    except ValueError as error:
        return JSONResponse({"error": str(error)}, 400)
    here.seeder.set_rate(rate)
    if seeding != here.seeder.seeding:
        await (here.start_seeding() if seeding else here.stop_seeding())
    return JSONResponse(describe(here))


def describe(here: Street) -> dict[str, Any]:
    """The state of the lab as JSON."""
    return {
        "addresses": here.addresses.as_dict(),
        "faults": here.faults.as_dict(),
        "seeding": here.seeder.seeding,
        "seed_rate": here.seeder.rate,
        "releases": [
            {
                "name": torrent.offer.name,
                "infohash": torrent.infohash.hex(),
                "size": torrent.size,
                "flaw": torrent.offer.flaw,
                "seeds": (swarm := here.tracker.swarms[torrent.infohash]).seeds,
                "leeches": swarm.leeches,
                "downloaded": swarm.downloaded,
            }
            for torrent in here.torrents
        ],
    }


async def _object(request: Request) -> dict[str, Any]:
    """The body, which must be a JSON object; ValueError otherwise."""
    body = await request.json()
    if not isinstance(body, dict):
        raise ValueError("wanted a JSON object")
    return body
