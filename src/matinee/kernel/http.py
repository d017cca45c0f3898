"""The telephone: every call to another program goes through here, timed, redacted and told in plain words."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any, Self

import httpx2

from matinee import __version__
from matinee.kernel.errors import MatineeError, NotFound, Refused, Unreachable
from matinee.kernel.guard import Guard, GuardedTransport, PointsInside
from matinee.kernel.proxy import Proxy
from matinee.kernel.redact import redact
from matinee.kernel.redirects import MOST_REDIRECTS, next_request

USER_AGENT = f"Matinee/{__version__}"
MAX_ANSWER_BYTES = 32 * 1024 * 1024

Params = Mapping[str, str | int | float | bool | None]


class Wire:
    """A line to one far end, named as its owner knows it ("TMDB", "qBittorrent at http://media:8080").

    Raises Unreachable when there is no answer or a 5xx/429, Refused for any other refusal, both with
    the name and without secrets. `uds` is the path of a unix socket to speak through. `timeout` is the
    longest silence, `deadline` the longest a whole call may take (without one: four times the timeout), both
    in seconds. Of an answer with more than `largest` bytes the rest is never read.

    With a `guard` every address is judged before it is called; `Guard.allowing` lets the owner's own address
    pass. `proxy` makes the calls for us. Redirects are given back as answers, or followed with
    `follow_redirects`: five at most, each judged, none with what is meant for another host.
    """

    def __init__(
        self,
        name: str,
        base_url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Params | None = None,
        timeout: float = 20.0,
        deadline: float | None = None,
        uds: str | None = None,
        guard: Guard | None = None,
        proxy: Proxy | str | None = None,
        transport: httpx2.AsyncBaseTransport | None = None,
        follow_redirects: bool = False,
        largest: int = MAX_ANSWER_BYTES,
    ) -> None:
        self.name = name
        self._largest = largest
        self._deadline = 4 * timeout if deadline is None else deadline
        self._follows = follow_redirects
        if transport is None and uds is not None:
            transport = httpx2.AsyncHTTPTransport(uds=uds)
        if guard is not None or proxy is not None:
            way = Proxy.parse(proxy) if isinstance(proxy, str) else proxy
            transport = GuardedTransport(guard, proxy=way, inner=transport)
        self._client = httpx2.AsyncClient(
            base_url=base_url,
            headers={"User-Agent": USER_AGENT, **(headers or {})},
            params=dict(params or {}),
            timeout=timeout,
            transport=transport,
            trust_env=False,
        )

    async def get(self, path: str, params: Params | None = None, **more: Any) -> httpx2.Response:
        """GET, or an error that names the far end."""
        return await self.send("GET", path, params=params, **more)

    async def post(self, path: str, **more: Any) -> httpx2.Response:
        """POST, or an error that names the far end."""
        return await self.send("POST", path, **more)

    async def send(self, method: str, path: str, *, accept: tuple[int, ...] = (), **more: Any) -> httpx2.Response:
        """One call; statuses in `accept` are given back besides the 2xx and 3xx instead of raised."""
        more = {key: value for key, value in more.items() if value is not None}
        try:
            async with asyncio.timeout(self._deadline):
                answer, body = await self._last(method, path, more)
        except TimeoutError as error:  # a far end that drips is silent to nobody, and holds a call for ever
            raise Unreachable(f"{self.name}: no answer in time") from error
        except PointsInside as error:
            raise PointsInside(f"{self.name}: {error}") from error
        except httpx2.UnsupportedProtocol as error:
            raise Refused(f"{self.name}: the address must begin with http:// or https://") from error
        except httpx2.HTTPError as error:
            raise Unreachable(f"{self.name}: {_in_words(error)}") from error
        except httpx2.InvalidURL as error:
            raise Refused(f"{self.name}: the address is not valid: {redact(str(error))}") from error
        # Built again without the encoding headers: the body is decoded already.
        headers = [(k, v) for k, v in answer.headers.multi_items() if k not in ("content-encoding", "content-length")]
        whole = httpx2.Response(answer.status_code, headers=headers, content=body, request=answer.request)
        if whole.status_code < 400 or whole.status_code in accept:
            return whole
        raise self._refusal(whole)

    async def _last(self, method: str, path: str, more: Mapping[str, Any]) -> tuple[httpx2.Response, bytes]:
        """The answer at the end of all redirects, and its body; the first one where they are not followed."""
        async with self._client.stream(method, path, follow_redirects=False, **more) as answer:
            body = await self._read(answer)
        for _ in range(MOST_REDIRECTS if self._follows else 0):
            request = next_request(self._client, answer)
            if request is None:
                return answer, body
            async with self._streamed(request) as answer:
                body = await self._read(answer)
        if self._follows and next_request(self._client, answer) is not None:
            raise Unreachable(f"{self.name}: more than {MOST_REDIRECTS} redirects")
        return answer, body

    @asynccontextmanager
    async def _streamed(self, request: httpx2.Request) -> AsyncIterator[httpx2.Response]:
        answer = await self._client.send(request, stream=True, follow_redirects=False)
        try:
            yield answer
        finally:
            await answer.aclose()

    async def _read(self, answer: httpx2.Response) -> bytes:
        """The whole body, but never more than the `largest` that was agreed."""
        body = bytearray()
        async for piece in answer.aiter_bytes():
            body += piece
            if len(body) > self._largest:
                raise Refused(f"{self.name}: the answer is larger than {self._largest // 1024 // 1024} MB")
        return bytes(body)

    def _refusal(self, answer: httpx2.Response) -> MatineeError:
        """What a 4xx or 5xx means to the caller."""
        status = answer.status_code
        if status in (401, 403):
            return Refused(f"{self.name}: the key or password was refused (HTTP {status})")
        if status == 404:
            return NotFound(f"{self.name}: not found (HTTP 404)")
        if status == 407:
            return Refused(f"{self.name}: the proxy refused the user name or password (HTTP 407)")
        if status == 429 or status >= 500:
            return Unreachable(f"{self.name}: answers HTTP {status}")
        return Refused(f"{self.name}: answers HTTP {status}")

    def json(self, answer: httpx2.Response) -> Any:
        """The answer as JSON; Refused when it is something else (a login page, mostly)."""
        try:
            return answer.json()
        except (ValueError, RecursionError) as error:
            raise Refused(f"{self.name}: expected JSON, got {answer.headers.get('content-type', 'nothing')}") from error

    @property
    def cookies(self) -> httpx2.Cookies:
        """The cookies the far end has set."""
        return self._client.cookies

    async def close(self) -> None:
        """Hang up."""
        await self._client.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


def _in_words(error: httpx2.HTTPError) -> str:
    """Why there was no answer, for a person."""
    if isinstance(error, httpx2.ConnectTimeout):
        return "no connection in time"
    if isinstance(error, httpx2.TimeoutException):
        return "no answer in time"
    if isinstance(error, httpx2.ProxyError) and not str(error).startswith("the proxy"):
        return f"the proxy makes no connection ({redact(str(error)) or 'refused'})"
    if isinstance(error, httpx2.ConnectError):
        return f"no connection ({redact(str(error)) or 'refused'})"
    return redact(str(error)) or type(error).__name__
