"""A site behind a test page, and a solver whose browser passes it: both over real HTTP."""

import asyncio
import html
from dataclasses import dataclass, field
from typing import Any

import httpx2
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

BROWSER = "Mozilla/5.0 (X11; Linux x86_64) LabBrowser/1.0"
CLEARANCE = "cleared-in-the-lab"
_EVERY_METHOD = ["GET", "POST"]
_CHALLENGE = (
    "<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>"
    '<script src="/cdn-cgi/challenge-platform/h/b/orchestrate"></script></body></html>'
)


@dataclass
class ProtectedSite:
    """Shows itself to whoever has the cookie and the browser's name; when `stubborn`, only to the browser itself.

    `pages` are its answers by path: the kind and the text. `asked` is who came for what, and what they were shown.
    """

    pages: dict[str, tuple[str, str]] = field(default_factory=dict)
    stubborn: bool = False
    server: str = "cloudflare"
    status: int = 403
    asked: list[str] = field(default_factory=list)

    def app(self) -> Starlette:
        """The site to be served."""
        return Starlette(routes=[Route("/{path:path}", self._answer, methods=_EVERY_METHOD)])

    async def _answer(self, request: Request) -> Response:
        is_browser = request.headers.get("x-lab-browser") == "yes"
        has_pass = request.cookies.get("cf_clearance") == CLEARANCE and request.headers.get("user-agent") == BROWSER
        is_let_in = is_browser or (has_pass and not self.stubborn)
        who = "browser" if is_browser else "we"
        self.asked.append(f"{who} {request.method} {request.url.path} {'in' if is_let_in else 'stopped'}")
        if not is_let_in:
            return Response(_CHALLENGE, self.status, {"server": self.server}, media_type="text/html")
        kind, text = self.pages.get(request.url.path, ("text/html", "<h1>Welcome</h1>"))
        if request.method == "POST":
            text = (await request.body()).decode()
        return Response(text, headers={"server": self.server}, media_type=kind)


@dataclass
class LabSolver:
    """A FlareSolverr as its API v1 describes it. `failure` is what it says instead of solving."""

    failure: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    browsers: int = 0
    most_browsers: int = 0

    def app(self) -> Starlette:
        """The solver to be served."""
        return Starlette(
            routes=[Route("/", self._greet), Route("/v1", self._solve, methods=["POST"])],
        )

    async def _greet(self, request: Request) -> Response:
        return JSONResponse({"msg": "FlareSolverr is ready!", "version": "3.3.21", "userAgent": BROWSER})

    async def _solve(self, request: Request) -> Response:
        asked = await request.json()
        self.asked.append(asked)
        self.browsers += 1
        self.most_browsers = max(self.browsers, self.most_browsers)
        try:
            await asyncio.sleep(0)
            if self.failure:
                return JSONResponse({"status": "error", "message": self.failure, "version": "3.3.21"}, 500)
            return JSONResponse({"status": "ok", "message": "Challenge solved!", "solution": await _opened(asked)})
        finally:
            self.browsers -= 1


async def _opened(asked: dict[str, Any]) -> dict[str, Any]:
    """What the browser sees at the address, shown as a browser shows it."""
    headers = {"X-Lab-Browser": "yes", "User-Agent": BROWSER}
    async with httpx2.AsyncClient(trust_env=False, headers=headers) as browser:
        if asked["cmd"] == "request.post":
            form = {"Content-Type": "application/x-www-form-urlencoded"}
            answer = await browser.post(asked["url"], content=asked["postData"], headers=form)
        else:
            answer = await browser.get(asked["url"])
    return {
        "url": str(answer.url),
        "status": answer.status_code,
        "headers": dict(answer.headers),
        "response": _shown(answer.headers.get("content-type", ""), answer.text),
        "cookies": [
            {"name": "cf_clearance", "value": CLEARANCE, "domain": f".{answer.url.host}", "expires": 4_000_000_000},
            {"name": "elsewhere", "value": "1", "domain": ".elsewhere.test", "expires": -1},
        ],
        "userAgent": BROWSER,
    }


def _shown(kind: str, text: str) -> str:
    if kind.startswith(("application/json", "text/plain")):
        return f'<html><head><meta name="color-scheme"></head><body><pre>{html.escape(text)}</pre></body></html>'
    if "xml" in kind:
        source = text.partition("?>")[2] or text
        viewer = '<html xmlns="http://www.w3.org/1999/xhtml"><head><style>div {}</style></head><body>'
        hidden = f'<div id="webkit-xml-viewer-source-xml">{source}</div>'
        return f'{viewer}{hidden}<div class="header"><span>No style</span></div></body></html>'
    return text
