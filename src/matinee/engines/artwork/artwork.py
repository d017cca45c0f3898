"""The picture shelf: posters are fetched from the catalogues' own hosts only, shrunk once and kept."""

import asyncio
import hashlib
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import httpx2

from matinee.engines.artwork.shrink import QUALITY, shrink
from matinee.kernel.cache import FolderCache, SingleFlight
from matinee.kernel.errors import MatineeError, Refused
from matinee.kernel.http import Wire

WIDTHS = (92, 154, 185, 342, 500, 780, 1280)

_LARGEST_MB = 10
_REDIRECTS = 5
_BAD_FOR = 60.0  # seconds a failed picture is not asked for again
_BAD_AT_MOST = 1000
_FETCHES = 6
_RENDERS = 2


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is sent to a browser; `etag` is quoted already."""

    content: bytes
    content_type: str
    etag: str


@dataclass(frozen=True, slots=True)
class _Failure:
    error: MatineeError
    until: float


class Artwork:
    """Pictures by source address and width (one of WIDTHS).

    `allowed_hosts` are written `image.tmdb.org`, or `media:8080` for a port of its own: nothing else is ever
    asked. Raises Refused for another host, another width or no picture, Unreachable when the host is silent.
    """

    def __init__(
        self,
        cache: FolderCache,
        allowed_hosts: frozenset[str],
        *,
        transport: httpx2.AsyncBaseTransport | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._cache = cache
        self._allowed = frozenset(host.lower() for host in allowed_hosts)
        self._transport = transport
        self._monotonic = monotonic
        self._wires: dict[str, Wire] = {}
        self._failures: dict[str, _Failure] = {}
        self._together = SingleFlight()
        self._fetching = asyncio.Semaphore(_FETCHES)
        self._rendering = asyncio.Semaphore(_RENDERS)

    async def picture(self, url: str, width: int) -> Picture:
        """The picture at the address, at most so wide."""
        if width not in WIDTHS:
            raise Refused(f"a picture is {', '.join(map(str, WIDTHS))} pixels wide, not {width}")
        _host_if_allowed(url, self._allowed)
        key = f"picture webp{QUALITY} {width} {url}"
        return await self._together(key, lambda: self._kept_or_made(key, url, width))

    async def close(self) -> None:
        """Hang up."""
        for wire in self._wires.values():
            await wire.close()

    async def _kept_or_made(self, key: str, url: str, width: int) -> Picture:
        """From disk, or fetched and shrunk; a failure is told again for a minute without asking."""
        kept = await self._cache.read(key)
        if kept and kept.content.startswith(b"RIFF"):
            return _as_picture(kept.content)
        self._raise_recent_failure(url)
        try:
            content = await self._shrunk(url, width)
        except MatineeError as error:
            self._remember_failure(url, error)
            raise
        await self._cache.write(key, content)
        return _as_picture(content)

    async def _shrunk(self, url: str, width: int) -> bytes:
        """Made from the original, which stays for other widths; one that proves to be no picture is thrown out."""
        key = f"picture original {url}"
        original = await self._together(key, lambda: self._kept_or_fetched(key, url))
        try:
            async with self._rendering:
                return await asyncio.to_thread(shrink, original, width, _host_if_allowed(url, self._allowed))
        except Refused:
            await asyncio.to_thread(self._cache.remove, key)
            raise

    async def _kept_or_fetched(self, key: str, url: str) -> bytes:
        kept = await self._cache.read(key)
        if kept:
            return kept.content
        original = await self._original(url)
        await self._cache.write(key, original)
        return original

    async def _original(self, url: str) -> bytes:
        """The bytes at the address, redirected within the allowed hosts only."""
        for _ in range(_REDIRECTS + 1):
            host = _host_if_allowed(url, self._allowed)
            async with self._fetching:
                answer = await self._wire(host).get(url)
            if not answer.has_redirect_location:
                return _body(host, answer)
            url = _joined(host, url, answer.headers["location"])
        raise Refused(f"{host}: the picture is redirected more than {_REDIRECTS} times")

    def _wire(self, host: str) -> Wire:
        return self._wires.setdefault(host, Wire(host, "", transport=self._transport))

    def _raise_recent_failure(self, url: str) -> None:
        failure = self._failures.get(url)
        if failure and self._monotonic() < failure.until:
            raise type(failure.error)(*failure.error.args)

    def _remember_failure(self, url: str, error: MatineeError) -> None:
        moment = self._monotonic()
        if len(self._failures) >= _BAD_AT_MOST:
            self._failures = {url: one for url, one in self._failures.items() if moment < one.until}
        if len(self._failures) < _BAD_AT_MOST:
            self._failures[url] = _Failure(error, moment + _BAD_FOR)


def hosts_of(addresses: Iterable[str]) -> frozenset[str]:
    """The hosts of image bases, in the form `allowed_hosts` wants."""
    return frozenset(httpx2.URL(address).netloc.decode().lower() for address in addresses)


def _host_if_allowed(url: str, allowed: frozenset[str]) -> str:
    """The host of an address that may be asked, read by the very parser that will ask; Refused otherwise."""
    try:
        parts = httpx2.URL(url)
    except httpx2.InvalidURL as error:
        raise Refused("the address of the picture is not valid") from error
    host = parts.netloc.decode().lower()
    if parts.scheme not in ("http", "https") or parts.userinfo or host not in allowed:
        raise Refused(f"pictures are not fetched from '{host or parts.scheme}'")
    return host


def _joined(host: str, url: str, location: str) -> str:
    try:
        return str(httpx2.URL(url).join(location))
    except httpx2.InvalidURL as error:
        raise Refused(f"{host}: redirects to an address that is not valid") from error


def _body(host: str, answer: httpx2.Response) -> bytes:
    if len(answer.content) > _LARGEST_MB * 1024 * 1024:
        raise Refused(f"{host}: the picture is larger than {_LARGEST_MB} MB")
    return answer.content


def _as_picture(content: bytes) -> Picture:
    return Picture(content, "image/webp", f'"{hashlib.sha256(content).hexdigest()[:32]}"')
