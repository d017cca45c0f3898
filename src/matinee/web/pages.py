"""The pages as they were built: every address that is no file of theirs opens the shell."""

from mimetypes import guess_type
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

STATIC = Path(__file__).parent / "static"

_NOT_BUILT = "The pages are not built. In a checkout: make setup\n"
_SQUEEZED = {"br": ".br", "gzip": ".gz"}
_FOREVER = "public, max-age=31536000, immutable"


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
            return PlainTextResponse("Method Not Allowed", 405)
        if not self._shell.exists():
            return PlainTextResponse(_NOT_BUILT, 503)
        return FileResponse(self._shell, headers={"Cache-Control": "no-cache"})

    async def _asset(self, path: str, scope: Scope) -> Response:
        """A hashed file, squeezed by the build where the browser can unfold it."""
        welcome = Headers(scope=scope).get("accept-encoding", "")
        for coding, suffix in _SQUEEZED.items():
            if coding in welcome and self.lookup_path(path + suffix)[1]:
                response = await super().get_response(path + suffix, scope)
                response.headers["Content-Encoding"] = coding
                response.headers["Content-Type"] = guess_type(path)[0] or "application/octet-stream"
                break
        else:
            response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = _FOREVER
        response.headers["Vary"] = "Accept-Encoding"
        return response
