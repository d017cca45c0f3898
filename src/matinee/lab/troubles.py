"""Which catalogue has a bad night: each of the four can fail alone, in the ways catalogues fail."""

import asyncio
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

CATALOGUES = ("tmdb", "tvdb", "tvmaze", "wikidata")
_DEEP = 100_000


class Trouble(StrEnum):
    """How a catalogue fails."""

    NONE = "none"
    DOWN = "down"
    SILENT = "silent"
    LIMIT = "limit"
    MALFORMED = "malformed"
    DEEP = "deep"


class Troubles:
    """The trouble of each catalogue tonight; all are well until one is told otherwise."""

    def __init__(self) -> None:
        self._of = dict.fromkeys(CATALOGUES, Trouble.NONE)

    def tell(self, said: Mapping[str, Any]) -> None:
        """Set some by name; ValueError for an unknown catalogue or trouble, then none is set."""
        if unknown := said.keys() - self._of.keys():
            raise ValueError(f"no such catalogue: {', '.join(sorted(unknown))}; there are {', '.join(CATALOGUES)}")
        self._of |= {name: Trouble(trouble) for name, trouble in said.items()}

    def of(self, path: str) -> Trouble:
        """The trouble of the catalogue a path belongs to."""
        return self._of.get(path.strip("/").partition("/")[0], Trouble.NONE)

    def as_dict(self) -> dict[str, str]:
        """All of them, for JSON."""
        return {name: trouble.value for name, trouble in self._of.items()}


class Troubled:
    """The street's app behind its troubles."""

    def __init__(self, app: ASGIApp, troubles: Troubles, closing: asyncio.Event) -> None:
        self._app, self._troubles, self._closing = app, troubles, closing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Fail as told, or pass on."""
        trouble = self._troubles.of(scope["path"]) if scope["type"] == "http" else Trouble.NONE
        if trouble is Trouble.SILENT:
            await self._closing.wait()
        answer = _failing(trouble)
        await (answer or self._app)(scope, receive, send)


def _failing(trouble: Trouble) -> Response | None:
    match trouble:
        case Trouble.NONE:
            return None
        case Trouble.LIMIT:
            return JSONResponse({"message": "too many requests"}, 429, {"Retry-After": "0"})
        case Trouble.MALFORMED:
            return HTMLResponse("<html><body>We are moving house</body></html>")
        case Trouble.DEEP:
            return Response(b"[" * _DEEP, media_type="application/json")
        case _:
            return JSONResponse({"message": "internal error"}, 500)
