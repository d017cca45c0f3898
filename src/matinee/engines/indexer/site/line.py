"""The line to one site: own cookies, every address judged first, redirects walked by hand."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import replace
from functools import partial
from http.cookiejar import DefaultCookiePolicy

import httpx2

from matinee.engines.indexer.language.links import is_magnet, resolve
from matinee.engines.indexer.site.call import Pairs, SiteRequest, home_of
from matinee.engines.indexer.site.certificates import NamedCertificates
from matinee.engines.indexer.site.cookies import CookieJar
from matinee.kernel.errors import Refused
from matinee.kernel.guard import Guard
from matinee.kernel.http import Wire
from matinee.kernel.proxy import Proxy

Judge = Callable[[str], Awaitable[None]]

_LARGEST = 10 * 1024 * 1024  # bytes
_ANY_FAILURE = tuple(range(400, 600))
_MOST_REDIRECTS = 5
_FOR_EVERYBODY = frozenset(("accept", "accept-language", "user-agent"))
_ADDRESSES = ("http://", "https://")


class Line:
    """Sends requests to a site at `site` and to where it leads.

    Headers of the definition (they may carry keys) and the owner's `own_cookies` go only to the site's own domain.
    `guard` judges every address before it is called; `judge` may too, and raises Refused. Statuses are
    given back, not raised.
    """

    def __init__(
        self,
        name: str,
        site: str,
        jar: CookieJar,
        *,
        own_cookies: Pairs = (),
        guard: Guard | None = None,
        judge: Judge | None = None,
        certificates: Collection[str] = (),
        timeout: float = 30.0,
        proxy: Proxy | str | None = None,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        self.name = name
        self.jar = jar
        self.own_cookies = own_cookies
        self._home = home_of(site)
        self._judge = judge
        self._open = partial(
            _open_wire, name, frozenset(certificates), guard=guard, timeout=timeout, proxy=proxy, transport=transport
        )
        self._wire: Wire | None = None  # opened by the first request: its TLS is dear, and many lines are never used

    async def send(self, request: SiteRequest, *, referer: str = "") -> httpx2.Response:
        """One answer, a redirect is one too. Raises Unreachable or Refused in words that name the site."""
        if not request.url.lower().startswith(_ADDRESSES):
            raise Refused(f"{self.name}: '{request.url.partition(':')[0]:.20}:' addresses are not asked")
        if self._judge is not None:
            await self._judge(request.url)
        if self._wire is None:
            self._wire = self._open()
        answer = await self._wire.send(
            request.method,
            request.url,
            content=request.body,
            headers=self._headers(request, referer),
            accept=_ANY_FAILURE,
        )
        self.jar.take(answer)
        return answer

    async def walk(self, request: SiteRequest, *, referer: str = "", most: int = _MOST_REDIRECTS) -> httpx2.Response:
        """The answer at the end of up to `most` redirects; one that leads to a magnet link is the end too."""
        answer = await self.send(request, referer=referer)
        for _ in range(most):
            if not answer.has_redirect_location:
                return answer
            where = redirect_of(answer)
            if is_magnet(where):
                return answer
            referer, request = request.url, self._next(request, answer.status_code, where)
            answer = await self.send(request, referer=referer)
        if answer.has_redirect_location and not is_magnet(redirect_of(answer)):
            raise Refused(f"{self.name}: redirects more than {most} times")
        return answer

    def is_home(self, url: str) -> bool:
        """Whether an address belongs to the site's own domain."""
        return home_of(url) == self._home

    async def close(self) -> None:
        """Hang up."""
        wire, self._wire = self._wire, None
        if wire is not None:
            await wire.close()

    def _next(self, request: SiteRequest, status: int, where: str) -> SiteRequest:
        """The request after a redirect: a form is sent again only when the site asks for just that (307, 308)."""
        if status not in (307, 308):
            return replace(request, url=where, method="GET", form=(), body=None, content_type="")
        if request.body and not self.is_home(where):
            raise Refused(f"{self.name}: it wants the form to be sent on to another site, which is not done")
        return replace(request, url=where)

    def _headers(self, request: SiteRequest, referer: str) -> dict[str, bytes]:
        """What is sent besides the body, as bytes that cannot begin a header of their own."""
        is_home = self.is_home(request.url)
        told = [(name, value) for name, value in request.headers if is_home or name.lower() in _FOR_EVERYBODY]
        if request.content_type:
            told = [*_without(told, "content-type"), ("Content-Type", request.content_type)]
        if referer and is_home:
            told.append(("Referer", referer))
        if cookies := self._cookie_header(request.url, is_home=is_home):
            told = [*_without(told, "cookie"), ("Cookie", cookies)]
        return {name: _header_bytes(value) for name, value in told if name.isascii() and name.strip()}

    def _cookie_header(self, url: str, *, is_home: bool) -> str:
        """The jar's cookies, and before them the owner's."""
        own = "; ".join(f"{name}={value}" for name, value in self.own_cookies) if is_home else ""
        named = {name for name, _ in self.own_cookies} if is_home else set()
        kept = [one for one in self.jar.header(url).split("; ") if one and one.partition("=")[0] not in named]
        return "; ".join([*([own] if own else []), *kept])


def _open_wire(
    name: str,
    certificates: Collection[str],
    *,
    guard: Guard | None,
    timeout: float,
    proxy: Proxy | str | None,
    transport: httpx2.AsyncBaseTransport | None,
) -> Wire:
    """A wire that keeps no cookies: those are the jar's."""
    if certificates and transport is None:
        way = Proxy.parse(proxy) if isinstance(proxy, str) else proxy
        guard, proxy, transport = None, None, NamedCertificates(certificates, guard, way)
    wire = Wire(name, "", timeout=timeout, guard=guard, proxy=proxy, transport=transport, largest=_LARGEST)
    wire.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return wire


def redirect_of(answer: httpx2.Response) -> str:
    """Where a redirect leads, as an absolute address; a magnet link stays as it is written."""
    where = str(answer.headers.get("location", ""))
    return where if is_magnet(where) else resolve(str(answer.url), where)


def _without(headers: list[tuple[str, str]], name: str) -> list[tuple[str, str]]:
    return [(key, value) for key, value in headers if key.lower() != name]


def _header_bytes(value: str) -> bytes:
    return "".join(sign for sign in value.strip() if sign >= " " and sign != "\x7f").encode("utf-8", "replace")
