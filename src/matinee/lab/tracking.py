"""The tracker's counter: /announce and /scrape."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from matinee.lab.street import street


def routes() -> list[BaseRoute]:
    """What the tracker answers to."""
    return [Route("/announce", announce), Route("/scrape", scrape)]


async def announce(request: Request) -> Response:
    """A peer tells where it is and hears of others."""
    here = street(request)
    if here.faults.tracker_hangs:
        await here.closing.wait()
    host = request.client.host if request.client else "127.0.0.1"
    return _plain(here.tracker.announce(request.scope["query_string"], host))


async def scrape(request: Request) -> Response:
    """How many are there."""
    here = street(request)
    if here.faults.tracker_hangs:
        await here.closing.wait()
    return _plain(here.tracker.scrape(request.scope["query_string"]))


def _plain(body: bytes) -> Response:
    return Response(body, media_type="text/plain")
