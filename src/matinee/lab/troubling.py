"""The stage manager's second desk: a test in another process lets a catalogue fail."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from matinee.lab.control import at_home
from matinee.lab.street import street


def routes() -> list[BaseRoute]:
    """POST /lab/troubles {catalogue: trouble}; what is not named stays as it is."""
    return [Route("/lab/troubles", at_home(turn), methods=["POST"])]


async def turn(request: Request) -> Response:
    """Set the given troubles."""
    troubles = street(request).troubles
    try:
        said = await request.json()
        if not isinstance(said, dict):
            raise ValueError("wanted a JSON object")
        troubles.tell(said)
    except ValueError as error:
        return JSONResponse({"error": str(error)}, 400)
    return JSONResponse(troubles.as_dict())
