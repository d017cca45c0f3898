"""Nobody comes in without a login, except to the few doors on a written list."""

import json
from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from matinee.kernel.auth import Doorkeeper, Identity, same
from matinee.kernel.clock import Clock, now
from matinee.kernel.errors import Unreachable
from matinee.kernel.redact import redact

COOKIE = "matinee_session"

# Everything else below /api answers 401 without credentials.
PUBLIC: frozenset[str] = frozenset({"/api/session", "/api/login", "/api/setup"})

# Every answer carries these.
CAREFUL = {
    "content-security-policy": (
        "default-src 'self'; img-src 'self' data:; media-src 'self' blob:; style-src 'self' 'unsafe-inline'; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}

LONGEST_MESSAGE = 1024 * 1024  # bytes; nothing is uploaded here, so more is only meant to fill the memory

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Gate:
    """ASGI middleware: finds out who asks, and turns away whoever may not.

    The page's shell (every path outside /api) holds no data and is open. `scope["identity"]` is the
    Identity, or None at the public doors.
    """

    def __init__(self, app: ASGIApp, doorkeeper: Callable[[], Doorkeeper], clock: Clock = now) -> None:
        self._app = app
        self._doorkeeper = doorkeeper
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        guarded = _with_headers(send)
        if not _below_api(scope["path"]):
            await self._app(scope, receive, guarded)
            return
        try:
            identity = await who(headers, self._doorkeeper(), self._clock())
        except Unreachable as error:
            await _answer(guarded, 503, redact(str(error)))
            return
        scope["identity"] = identity
        refusal = self._refusal(scope, headers, identity)
        if refusal:
            await _answer(guarded, *refusal)
        else:
            await self._app(scope, _bounded(receive), guarded)

    def _refusal(self, scope: Scope, headers: Headers, identity: Identity | None) -> tuple[int, str] | None:
        safe = scope["method"] in _SAFE_METHODS
        if not safe and not _from_our_own_page(headers):
            return 403, "This change comes from another site's page."
        if scope["path"] in PUBLIC:
            return None
        if identity is None:
            return 401, "Please sign in."
        if not safe and identity.csrf and not same(headers.get("x-csrf-token", ""), identity.csrf):
            return 403, "The X-CSRF-Token header is missing or wrong: reload the page."
        return None


async def who(headers: Headers, doorkeeper: Doorkeeper, moment: datetime) -> Identity | None:
    """Whose key or cookie this is; None when it opens nothing (any more)."""
    key = headers.get("x-api-key") or _bearer(headers)
    if key:
        return await doorkeeper.by_key(key, moment)
    token = session_token(headers)
    return await doorkeeper.by_session(token, moment) if token else None


def session_token(headers: Headers) -> str | None:
    """The session's token in the cookie, if there is one."""
    return cookie_parser(headers.get("cookie", "")).get(COOKIE)


def _below_api(path: str) -> bool:
    return path == "/api" or path.startswith("/api/")


def _bearer(headers: Headers) -> str | None:
    scheme, _, key = headers.get("authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else None


def _from_our_own_page(headers: Headers) -> bool:
    """Browsers name the page a change comes from; programs name none."""
    origin = headers.get("origin")
    try:
        return origin is None or urlsplit(origin).netloc == headers.get("host")
    except ValueError:
        return False


def _with_headers(send: Send) -> Send:
    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in CAREFUL.items():
                headers.setdefault(name, value)
        await send(message)

    return guarded


def _bounded(receive: Receive) -> Receive:
    """The message as it comes in, up to the limit; a stranger at a public door may say something, but not all day."""
    taken = 0

    async def bounded() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > LONGEST_MESSAGE:
            raise HTTPException(413, f"The message is longer than {LONGEST_MESSAGE // 1024} KB.")
        return message

    return bounded


async def _answer(send: Send, status: int, detail: str) -> None:
    body = json.dumps({"detail": detail, "field": None}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
