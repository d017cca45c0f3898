"""The door of these programs: who has the key may enter, and every answer tells the version."""

import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from matinee.kernel.errors import Conflict, MatineeError, NotFound, Refused
from matinee.kernel.redact import redact
from matinee.products.servarr.failures import Invalid, refusal
from matinee.products.servarr.fields import Resource

log = logging.getLogger(__name__)

Allow = Callable[[str], Awaitable[bool]]
"""Whether a key opens the door."""

LARGEST_BODY = 4 * 1024 * 1024
OPEN = ("/ping",)


def servarr_app(
    routes: Sequence[BaseRoute], allow: Allow, *, version: str, turned_away: Callable[[str], Response] | None = None
) -> ASGIApp:
    """The routes behind the door. `turned_away` makes the answer to a wrong key, told the path that was asked."""
    handlers: dict[Any, Any] = {
        Invalid: _invalid,
        HTTPException: _http_error,
        MatineeError: _matinee_error,
        Exception: _unforeseen,
    }
    app = Starlette(routes=routes, exception_handlers=handlers)
    return _Door(app, allow, version, turned_away or _unauthorized)


class _Door:
    def __init__(self, app: ASGIApp, allow: Allow, version: str, turned_away: Callable[[str], Response]) -> None:
        self._app, self._allow, self._version, self._turned_away = app, allow, version, turned_away

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        scope = {**scope, "path": _lowered(scope)}  # clients write /qualityProfile as well as /qualityprofile
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        opened = path in OPEN or await self._allow(key_of(scope))
        await (self._app if opened else self._turned_away(path))(scope, receive, self._telling(send))

    def _telling(self, send: Send) -> Send:
        """Every answer carries the version: a Prowlarr does not sync to an app that does not tell it."""

        async def tell(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["X-Application-Version"] = self._version
            await send(message)

        return tell


def _lowered(scope: Scope) -> str:
    root = scope.get("root_path", "")
    path: str = scope["path"]
    return root + path[len(root) :].lower() if path.startswith(root) else path.lower()


def key_of(scope: Scope) -> str:
    """The key of a call: in the header, in the address, or as a bearer's; empty when none is told."""
    headers = Headers(scope=scope)
    if key := headers.get("x-api-key"):
        return key
    for name, value in QueryParams(scope.get("query_string", b"")).multi_items():
        if name.lower() == "apikey" and value:
            return value
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _unauthorized(_path: str) -> Response:
    return JSONResponse({"error": "Unauthorized"}, 401)


async def body_of(request: Request) -> Any:
    """The call's JSON; HTTP 400 when it is none, 413 when it is far too long."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST_BODY:
            raise HTTPException(413, "the message is too long")
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise HTTPException(400, "the message is no JSON") from error


async def resource_of(request: Request) -> Resource:
    """The call's JSON object."""
    body = await body_of(request)
    if not isinstance(body, dict):
        raise HTTPException(400, "expected a JSON object")
    return body


def is_told(request: Request, name: str) -> bool:
    """Whether a switch of the address is on; names are read in any case."""
    told = {key.lower(): value.lower() for key, value in request.query_params.items()}
    return told.get(name.lower()) in ("true", "1")


async def _invalid(_request: Request, error: Invalid) -> Response:
    return JSONResponse(error.failures, 400)


async def _http_error(_request: Request, error: HTTPException) -> Response:
    message = "NotFound" if error.status_code == 404 else error.detail
    return JSONResponse({"message": message}, error.status_code, error.headers)


async def _matinee_error(_request: Request, error: MatineeError) -> Response:
    if isinstance(error, NotFound):
        return JSONResponse({"message": "NotFound", "description": redact(str(error))}, 404)
    if isinstance(error, Conflict):
        return JSONResponse({"message": redact(str(error))}, 409)
    if isinstance(error, Refused):
        return JSONResponse(refusal(error).failures, 400)
    return JSONResponse({"message": redact(str(error))}, 503)


async def _unforeseen(request: Request, error: Exception) -> Response:
    """What nobody thought of: told to the log, not to the caller."""
    log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return JSONResponse({"message": "something went wrong here; the log tells what"}, 500)
