"""The doors to our engines for other people's programs: `/qbittorrent` and `/sabnzbd` on the house's one port."""

import logging
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from matinee.kernel.errors import MatineeError, Refused
from matinee.kernel.http import Wire
from matinee.kernel.strangers import refuse_large_bodies, refuse_other_sites
from matinee.own_programs import ENGINE_USER, Door, OwnPrograms

log = logging.getLogger(__name__)

Allow = Callable[[str], Awaitable[bool]]

COOKIE = "SID"
LARGEST_BODY = 64 * 1024 * 1024
LONGEST_SILENCE = 60.0
MOST_SESSIONS = 50
_ANY_STATUS = tuple(range(400, 600))


def engine_doors(programs: OwnPrograms, allow: Allow) -> dict[str, ASGIApp]:
    """The applications by the path they are mounted at. `allow` says whether an app's key opens them."""
    doors: dict[str, ASGIApp] = {}
    if door := programs.torrent_door():
        doors["/qbittorrent"] = torrent_door(door, allow)
    if door := programs.usenet_door():
        doors["/sabnzbd"] = usenet_door(door, allow)
    return doors


def torrent_door(door: Door, allow: Allow) -> Starlette:
    """qBittorrent's WebAPI: an app logs in with any name and its key as the password, or shows the key as Bearer."""
    server = _Torrents(door, allow)
    routes = [
        Route("/api/v2/auth/login", server.log_in, methods=["POST"]),
        Route("/api/v2/auth/logout", server.log_out, methods=["POST"]),
        Route("/api/v2/{scope}/{action}", server.pass_on, methods=["GET", "POST"]),
    ]
    return Starlette(routes=routes, exception_handlers=_HANDLERS)


def usenet_door(door: Door, allow: Allow) -> Starlette:
    """SABnzbd's API: an app's key is the API key."""
    server = _News(door, allow)
    return Starlette(routes=[Route("/api", server.pass_on, methods=["GET", "POST"])], exception_handlers=_HANDLERS)


@dataclass
class _Caller:
    """An app that was let in by its key, and the line that the engine knows it by."""

    key: str
    line: Wire


class _Torrents:
    def __init__(self, door: Door, allow: Allow) -> None:
        self._door, self._allow = door, allow
        self._callers: dict[str, _Caller] = {}

    async def log_in(self, request: Request) -> Response:
        refuse_other_sites(request)
        refuse_large_bodies(request, LARGEST_BODY)
        key = str((await request.form()).get("password", ""))
        if not key or not await self._allow(key):
            log.warning("a login at /qbittorrent was refused: the password must be an owner's app key")
            return PlainTextResponse("Fails.")
        answer = PlainTextResponse("Ok.")
        token = await self._open(key)
        answer.set_cookie(COOKIE, token, httponly=True, samesite="strict", path="/qbittorrent")
        return answer

    async def _open(self, key: str, token: str = "") -> str:
        while len(self._callers) >= MOST_SESSIONS:
            await self._callers.pop(next(iter(self._callers))).line.close()
        token = token or secrets.token_urlsafe(24)
        line = Wire("the torrent engine", "http://engine/api/v2/", uds=str(self._door.socket), timeout=LONGEST_SILENCE)
        self._callers[token] = _Caller(key, line)
        return token

    async def log_out(self, request: Request) -> Response:
        refuse_other_sites(request)
        if caller := self._callers.pop(request.cookies.get(COOKIE, ""), None):
            await caller.line.close()
        answer = Response()
        answer.delete_cookie(COOKIE, path="/qbittorrent")
        return answer

    async def pass_on(self, request: Request) -> Response:
        refuse_other_sites(request)
        caller = await self._caller(request)
        refuse_large_bodies(request, LARGEST_BODY)
        asked: dict[str, Any] = {"params": request.query_params.multi_items(), "content": await request.body()}
        if kind := request.headers.get("content-type"):
            asked["headers"] = {"content-type": kind}
        path = f"{request.path_params['scope']}/{request.path_params['action']}"
        answer = await caller.line.send(request.method, path, accept=_ANY_STATUS, **asked)
        if answer.status_code == 403:
            await self._introduce(caller.line)
            answer = await caller.line.send(request.method, path, accept=_ANY_STATUS, **asked)
        return _handed_back(answer)

    async def _introduce(self, line: Wire) -> None:
        form = {"username": ENGINE_USER, "password": self._door.secret}
        await line.post("auth/login", data=form)

    async def _caller(self, request: Request) -> _Caller:
        """Whoever logged in, or shows an app's key; a key that was revoked opens nothing any more."""
        scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
        token = f"bearer {bearer}" if scheme.lower() == "bearer" and bearer else request.cookies.get(COOKIE, "")
        caller = self._callers.get(token)
        key = caller.key if caller else bearer if token.startswith("bearer ") else ""
        if not key or not await self._allow(key):
            raise HTTPException(403)
        if caller is None:
            await self._open(key, token)
        return self._callers[token]


class _News:
    def __init__(self, door: Door, allow: Allow) -> None:
        self._secret, self._allow = door.secret, allow
        self._line = Wire("the usenet engine", "http://engine/", uds=str(door.socket), timeout=LONGEST_SILENCE)

    async def pass_on(self, request: Request) -> Response:
        refuse_large_bodies(request, LARGEST_BODY)
        fields = dict(reversed(request.query_params.multi_items()))  # of two values the first counts
        files: dict[str, tuple[str, bytes, str]] = {}
        if request.method == "POST" and not await self._is_refused(fields):
            await _take_form(request, fields, files)
        key = fields.get("apikey", "")
        if key and await self._allow(key):
            fields["apikey"] = self._secret
        else:  # the engine says what is wrong with the key; it hears no more of the call
            fields, files = {name: value for name, value in fields.items() if name in _OPEN}, {}
        answer = await self._line.send(
            "POST" if files else "GET", "api", params=fields, files=files or None, accept=_ANY_STATUS
        )
        return _handed_back(answer)

    async def _is_refused(self, fields: dict[str, str]) -> bool:
        """A wrong key in the address: what comes with it is not read."""
        return "apikey" in fields and not await self._allow(fields["apikey"])


_OPEN = frozenset({"mode", "output", "apikey"})


async def _take_form(request: Request, fields: dict[str, str], files: dict[str, tuple[str, bytes, str]]) -> None:
    async with request.form(max_files=4, max_fields=100, max_part_size=LARGEST_BODY) as form:
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                kind = value.content_type or "application/octet-stream"
                files[name] = value.filename or "", await value.read(), kind
            else:
                fields.setdefault(name, value)


def _handed_back(answer: Any) -> Response:
    kind = answer.headers.get("content-type", "text/plain")
    return Response(answer.content, answer.status_code, media_type=kind)


async def _http_error(_request: Request, error: HTTPException) -> Response:
    return PlainTextResponse(error.detail, error.status_code, error.headers)


async def _matinee_error(_request: Request, error: MatineeError) -> Response:
    return PlainTextResponse(str(error), 400 if isinstance(error, Refused) else 503)


_HANDLERS: Any = {HTTPException: _http_error, MatineeError: _matinee_error}
