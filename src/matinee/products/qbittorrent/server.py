"""Our torrent engine answers as qBittorrent 5.1 does, so that every program made for that one just works."""

import logging
from collections.abc import Callable
from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Lifespan

from matinee.kernel.errors import Conflict, MatineeError, NotFound, Refused
from matinee.kernel.strangers import refuse_large_bodies, refuse_other_sites
from matinee.pipeline.torrent_port import TorrentEngine
from matinee.products.qbittorrent import (
    calls_add,
    calls_app,
    calls_change,
    calls_log,
    calls_meet,
    calls_place,
    calls_torrents,
)
from matinee.products.qbittorrent.call import Action, Answer, Call
from matinee.products.qbittorrent.login import Banned, Door, Session
from matinee.products.qbittorrent.sync import Painter
from matinee.products.qbittorrent.wire import COOKIE, FAILS, OK, PREFIX

log = logging.getLogger(__name__)

READS: dict[str, Action] = {**calls_app.READS, **calls_torrents.READS, **calls_log.READS}
WRITES: dict[str, Action] = {
    **calls_app.WRITES,
    **calls_add.WRITES,
    **calls_change.WRITES,
    **calls_place.WRITES,
    **calls_meet.WRITES,
    **calls_log.WRITES,
}

LARGEST_BODY = 64 * 1024 * 1024
LARGEST_LOGIN = 16 * 1024
MOST_FILES = 200


def qbittorrent_app(
    engine: TorrentEngine,
    *,
    username: str,
    password: str,
    lifespan: Lifespan[Starlette] | None = None,
    shut_down: Callable[[], None] | None = None,
) -> Starlette:
    """The WebAPI over this engine. Nothing but the login is answered without a session.

    `shut_down` ends the program; without it app/shutdown is a conflict.
    """
    server = _Server(engine, Door(username, password), shut_down)
    routes = [
        Route(f"{PREFIX}auth/login", server.log_in, methods=["POST"]),
        Route(f"{PREFIX}auth/logout", server.log_out, methods=["POST"]),
        Route(f"{PREFIX}{{scope}}/{{action}}", server.answer, methods=["GET", "POST"]),
    ]
    handlers: dict[Any, Any] = {HTTPException: _http_error, MatineeError: _matinee_error}
    return Starlette(routes=routes, exception_handlers=handlers, lifespan=lifespan)


class _Server:
    def __init__(self, engine: TorrentEngine, door: Door, shut_down: Callable[[], None] | None) -> None:
        self._shut_down = shut_down
        self._engine, self._door, self._painter = engine, door, Painter(engine)

    async def log_in(self, request: Request) -> Response:
        """auth/login: a session for the right password."""
        refuse_other_sites(request)
        refuse_large_bodies(request, LARGEST_LOGIN)
        fields, _ = await _form(request)
        try:
            id = self._door.enter(fields.get("username", ""), fields.get("password", ""), _address(request))
        except Banned as error:
            reason = "Your IP address has been banned after too many failed authentication attempts."
            raise HTTPException(403, reason) from error
        if id is None:
            log.warning("a login was refused: wrong user name or password (from %s)", _address(request) or "this host")
            return PlainTextResponse(FAILS)
        answer = PlainTextResponse(OK)
        answer.set_cookie(COOKIE, id, httponly=True, samesite="strict", path="/")
        return answer

    async def log_out(self, request: Request) -> Response:
        """auth/logout: the session is over."""
        self._enter(request)
        self._door.leave(request.cookies.get(COOKIE))
        answer = Response()
        answer.delete_cookie(COOKIE, path="/")
        return answer

    async def answer(self, request: Request) -> Response:
        """Every other call, once we know who asks."""
        session = self._enter(request)
        name = f"{request.path_params['scope']}/{request.path_params['action']}"
        action = WRITES.get(name) or READS.get(name)
        if action is None:
            raise HTTPException(404)
        if name in WRITES and request.method != "POST":
            raise HTTPException(405)
        refuse_large_bodies(request, LARGEST_BODY)
        fields, files = await _form(request)
        return _rendered(await action(Call(self._engine, self._painter, session, fields, files, self._shut_down)))

    def _enter(self, request: Request) -> Session:
        refuse_other_sites(request)
        session = self._door.session(request.cookies.get(COOKIE))
        if session is None:
            raise HTTPException(403)
        return session


def _address(request: Request) -> str | None:
    """None on a unix socket."""
    return request.client.host if request.client and request.client.host else None


async def _form(request: Request) -> tuple[dict[str, str], list[bytes]]:
    """The fields of query and form together, and the uploads."""
    fields, files = dict(request.query_params), []
    async with request.form(max_files=MOST_FILES, max_part_size=LARGEST_BODY) as form:
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                files.append(await value.read())
            else:
                fields[name] = value
    return fields, files


def _rendered(answer: Answer) -> Response:
    if answer is None:
        return PlainTextResponse("")
    if isinstance(answer, bytes):
        return Response(answer, media_type="application/x-bittorrent")
    return PlainTextResponse(answer) if isinstance(answer, str) else JSONResponse(answer)


async def _http_error(_request: Request, error: HTTPException) -> Response:
    return PlainTextResponse(error.detail, error.status_code, error.headers)


async def _matinee_error(_request: Request, error: MatineeError) -> Response:
    return PlainTextResponse(str(error), _status(error))


def _status(error: MatineeError) -> int:
    if isinstance(error, calls_add.NotATorrent):
        return 415
    if isinstance(error, NotFound):
        return 404
    if isinstance(error, Conflict):
        return 409
    return 400 if isinstance(error, Refused) else 503
