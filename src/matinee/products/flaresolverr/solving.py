"""Calls that meet a test page go on as the solver's browser that has passed it."""

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass

import httpx2

from matinee.kernel.errors import Refused
from matinee.kernel.guard import Guard
from matinee.products.flaresolverr.challenge import LARGEST_PAGE, is_challenge, may_be_challenge
from matinee.products.flaresolverr.client import FlareSolverr
from matinee.products.flaresolverr.wire import Cookie, Solution

_OF_A_TRANSFER = frozenset(
    {"content-encoding", "content-length", "transfer-encoding", "connection", "set-cookie", "status", "content-type"}
)
_MOST_HOSTS = 200
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class _Pass:
    """What lets us into a host: the name of a browser and the cookies it was given."""

    user_agent: str
    cookies: tuple[Cookie, ...]


class SolvingTransport(httpx2.AsyncBaseTransport):
    """Calls plainly first; a test page is given to the solver, and the call repeated with what the solver was given.

    What a site gave is used for all further calls to that host. When the repeated call is stopped again (the site
    looks at more than cookies), the page that the solver saw is the answer. A `guard` judges where the solver's
    browser has been led. A call may take as long as the solver and two calls: give the Wire above a `deadline`.
    """

    def __init__(
        self,
        inner: httpx2.AsyncBaseTransport,
        solver: FlareSolverr,
        *,
        guard: Guard | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._inner = inner
        self._solver = solver
        self._guard = guard
        self._clock = clock
        self._passes: dict[str, _Pass] = {}
        self._asking: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """One call; Unreachable or Refused in the solver's name when the test cannot be passed."""
        await request.aread()
        host = request.url.host
        used = self._passes.get(host)
        answer, is_stopped = await self._call(request, used)
        if not is_stopped:
            return answer
        async with self._asking[host]:
            newer = self._passes.get(host)
            if newer is not used:  # somebody else has solved it meanwhile
                answer, is_stopped = await self._call(request, newer)
                if not is_stopped:
                    return answer
            solution = await self._solve(request)
        answer, is_stopped = await self._call(request, self._passes.get(host))
        return _as_seen(solution, request) if is_stopped else answer

    async def aclose(self) -> None:
        """Hang up, to the solver too."""
        await self._inner.aclose()
        await self._solver.close()

    async def _call(self, request: httpx2.Request, let_in: _Pass | None) -> tuple[httpx2.Response, bool]:
        """The answer, and whether it is a test page."""
        answer = await self._inner.handle_async_request(self._dressed(request, let_in))
        if not may_be_challenge(answer):
            return answer, False
        return await _looked_at(answer)

    def _dressed(self, request: httpx2.Request, let_in: _Pass | None) -> httpx2.Request:
        """The same call as the browser that was let in would make it."""
        headers = httpx2.Headers(request.headers)
        if let_in is not None:
            cookies = {**_told(request), **self._fresh(let_in, request.url.host)}
            headers.update({"user-agent": let_in.user_agent} if let_in.user_agent else {})
            headers.update({"cookie": "; ".join(f"{key}={value}" for key, value in cookies.items())} if cookies else {})
        return httpx2.Request(
            request.method, request.url, headers=headers, content=request.content, extensions=request.extensions
        )

    def _fresh(self, let_in: _Pass, host: str) -> dict[str, str]:
        moment = self._clock()
        alive = (cookie for cookie in let_in.cookies if cookie.expires is None or cookie.expires > moment)
        return {cookie.name: cookie.value for cookie in alive if _belongs(cookie, host)}

    async def _solve(self, request: httpx2.Request) -> Solution:
        solution = await self._solver.solve(str(request.url), form=_form(request), cookies=_told(request))
        if self._guard is not None and solution.url:
            await self._guard.judge(solution.url)
        self._passes.pop(request.url.host, None)
        self._passes[request.url.host] = _Pass(solution.user_agent, solution.cookies)
        if len(self._passes) > _MOST_HOSTS:
            self._passes.pop(next(iter(self._passes)))
        return solution


def _form(request: httpx2.Request) -> str | None:
    """The form that a call sends, None for a plain question; a solver can send no other."""
    if request.method in ("GET", "HEAD"):
        return None
    kind = request.headers.get("content-type", _FORM).partition(";")[0].strip().lower()
    if request.method != "POST" or kind != _FORM:
        raise Refused(f"{request.url.host} asks for a browser, and a solver's browser cannot send '{kind:.40}'")
    return request.content.decode("ascii", "replace")


def _told(request: httpx2.Request) -> Mapping[str, str]:
    pairs = (pair.partition("=") for pair in request.headers.get("cookie", "").split(";") if pair.strip())
    return {name.strip(): value.strip() for name, _, value in pairs}


def _belongs(cookie: Cookie, host: str) -> bool:
    return not cookie.domain or host == cookie.domain or host.endswith(f".{cookie.domain}")


async def _looked_at(answer: httpx2.Response) -> tuple[httpx2.Response, bool]:
    """The answer after a look at its page: whole, or so that its beginning is not lost."""
    head, rest = b"", answer.stream
    pieces = aiter(rest)  # type: ignore[arg-type]
    async for piece in pieces:
        head += piece
        if len(head) > LARGEST_PAGE:
            return _again(answer, _Resumed(head, pieces, answer)), False
    await answer.aclose()
    page = _again(answer, httpx2.ByteStream(head))
    try:
        return _again(answer, httpx2.ByteStream(head)), is_challenge(page, await page.aread())
    except httpx2.DecodingError:
        return _again(answer, httpx2.ByteStream(head)), False


def _again(answer: httpx2.Response, stream: httpx2.AsyncByteStream) -> httpx2.Response:
    return httpx2.Response(answer.status_code, headers=answer.headers, stream=stream, extensions=answer.extensions)


class _Resumed(httpx2.AsyncByteStream):
    """A page whose beginning has been read already."""

    def __init__(self, head: bytes, rest: AsyncIterator[bytes], answer: httpx2.Response) -> None:
        self._head = head
        self._rest = rest
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._head
        async for piece in self._rest:
            yield piece

    async def aclose(self) -> None:
        await self._answer.aclose()


def _as_seen(solution: Solution, request: httpx2.Request) -> httpx2.Response:
    """The page that the solver's browser ended with, as if the site had answered us."""
    headers = {name: value for name, value in solution.headers.items() if name not in _OF_A_TRANSFER}
    kind = solution.headers.get("content-type", "text/html").partition(";")[0].strip()
    return httpx2.Response(
        solution.status,
        headers={**headers, "content-type": f"{kind}; charset=utf-8"},
        content=solution.page.encode("utf-8", "replace"),
        request=request,
    )
