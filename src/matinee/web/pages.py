"""The pages as they were built: every address that is no file of theirs opens the shell."""

import re
from mimetypes import guess_type
from pathlib import Path

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

STATIC = Path(__file__).parent / "static"

_NOT_BUILT = "The pages are not built. In a checkout: make setup\n"
_SQUEEZED = {"br": ".br", "gzip": ".gz"}
_FOREVER = "public, max-age=31536000, immutable"
_NOT_AT_ALL = re.compile(r"\s*q\s*=\s*0(\.0*)?\s*", re.IGNORECASE)


class Pages(StaticFiles):
    """Built files, and the shell for the addresses that the pages make up themselves."""

    def __init__(self, folder: Path = STATIC) -> None:
        super().__init__(directory=folder, check_dir=False)
        self._shell = folder / "index.html"

    async def get_response(self, path: str, scope: Scope) -> Response:
        """A file of the build, or the shell. Hashed files may be kept for ever."""
        if path == "api" or path.startswith("api/"):
            return JSONResponse({"detail": f"There is no {scope['method']} /{path}.", "field": None}, 404)
        if path.startswith("assets/"):
            return await self._asset(path, scope)
        if path != "." and Path(path).suffix:
            return await super().get_response(path, scope)
        if scope["method"] not in ("GET", "HEAD"):
            raise HTTPException(405, headers={"Allow": "GET, HEAD"})
        if not self._shell.exists():
            return PlainTextResponse(_NOT_BUILT, 503)
        return FileResponse(self._shell, headers={"Cache-Control": "no-cache"})

    async def check_config(self) -> None:
        """A folder that is not built yet is no fault: the shell's address says how to build it."""

    async def _asset(self, path: str, scope: Scope) -> Response:
        """A hashed file, squeezed by the build where the browser can unfold it."""
        response = await self._squeezed(path, scope) or await super().get_response(path, scope)
        response.headers["Cache-Control"] = _FOREVER
        response.headers["Vary"] = "Accept-Encoding"
        return response

    async def _squeezed(self, path: str, scope: Scope) -> Response | None:
        welcome = _codings(Headers(scope=scope).get("accept-encoding", ""))
        for coding, suffix in _SQUEEZED.items():
            if coding not in welcome:
                continue
            try:
                response = await super().get_response(path + suffix, scope)
            except HTTPException as error:
                if error.status_code != 404:
                    raise
                continue
            response.headers["Content-Encoding"] = coding
            response.headers["Content-Type"] = _type_of(path)
            return response
        return None


def _codings(accepted: str) -> set[str]:
    """What a browser can unfold; "br;q=0" says that it cannot."""
    told = (one.partition(";") for one in accepted.lower().split(","))
    return {coding.strip() for coding, _, quality in told if not _NOT_AT_ALL.fullmatch(quality)}


def _type_of(path: str) -> str:
    kind = guess_type(path)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
