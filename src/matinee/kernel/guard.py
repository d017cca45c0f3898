"""Links from the internet must not lead into the house: every address is judged before it is called."""

import asyncio
import socket
import ssl
import time
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator, Sequence
from functools import cache
from ipaddress import ip_address, ip_network
from typing import Any

import httpcore2
import httpx2
from httpcore2 import AsyncNetworkBackend, AsyncNetworkStream

from matinee.kernel.errors import Refused, Unreachable
from matinee.kernel.inside import METADATA_HOSTS, Address, Network, is_inside, is_metadata, literal
from matinee.kernel.proxy import Proxy, SocksBackend

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]

_USUAL_PORT = {"http": 80, "https": 443}
_THIS_MACHINE = ip_address("127.0.0.1")
_MOST_ADDRESSES = 16  # of one name that are judged and tried


class PointsInside(Refused):
    """A link leads into the house's own network, and the owner has not allowed that."""


async def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of a name, as this machine's resolver tells them."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[4][0]) for address in found))


class Guard:
    """Knows where links may lead: to the internet, and to the places in the house that the owner allows.

    `allowed` are hosts (`nas.lan`), hosts with a port (`nas.lan:9696`, `[fd00::1]:80`), addresses or networks
    (`10.0.0.0/8`). A cloud's metadata addresses are never allowed.
    """

    def __init__(self, allowed: Collection[str] = (), resolve: Resolve = resolve) -> None:
        self.allowed = tuple(allowed)
        self._resolve = resolve
        self._places = frozenset(map(_place, self.allowed))
        self._networks = tuple(_networks(self.allowed))

    def allowing(self, url: str) -> "Guard":
        """The same guard for calls to an address that the owner has set: its host and port are allowed too."""
        try:
            address = httpx2.URL(url)
        except httpx2.InvalidURL:
            return self
        host, port = _plain(address.raw_host.decode("ascii")), address.port or _USUAL_PORT.get(address.scheme, 0)
        return Guard((*self.allowed, f"[{host}]:{port}" if ":" in host else f"{host}:{port}"), self._resolve)

    async def judge(self, url: str) -> None:
        """Pass, or raise PointsInside, Refused (no web address) or Unreachable (no such host)."""
        await self.addresses(*_split(url))

    async def addresses(self, host: str, port: int) -> tuple[str, ...]:
        """All addresses of a host, each of them judged: one bad one spoils the name."""
        self._judge_spelling(host, port)
        found = await self._look_up(host, port)
        for address in found:
            self._judge(host, port, address)
        return tuple(map(str, found))

    def judge_name(self, url: str) -> None:
        """Judge what can be seen without asking a resolver; PointsInside or Refused."""
        self._judge_spelling(*_split(url))

    def _judge_spelling(self, host: str, port: int) -> None:
        if _plain(host) in METADATA_HOSTS:
            raise _inside(host, None)
        if _plain(host).rpartition(".")[2] == "localhost":  # that name is this machine, whatever a resolver says
            self._judge(host, port, _THIS_MACHINE)
        if (address := literal(host)) is not None:
            self._judge(host, port, address)

    async def _look_up(self, host: str, port: int) -> list[Address]:
        if (address := literal(host)) is not None:
            return [address]
        try:
            told = await self._resolve(host, port)
            found = [ip_address(address) for address in list(told)[:_MOST_ADDRESSES]]
        except (OSError, UnicodeError, ValueError) as error:
            raise Unreachable(f"there is no host named {host:.100}") from error
        if not found:
            raise Unreachable(f"the host {host:.100} has no address")
        return found

    def _judge(self, host: str, port: int, address: Address) -> None:
        if is_metadata(address) or (is_inside(address) and not self._is_allowed(host, port, address)):
            raise _inside(host, address)

    def _is_allowed(self, host: str, port: int, address: Address) -> bool:
        names = {str(literal(host) or _plain(host)), str(address)}
        if any((name, at) in self._places for name in names for at in (None, port)):
            return True
        return any(address in network for network in self._networks if network.version == address.version)


class GuardedTransport(httpx2.AsyncBaseTransport):
    """Carries calls to judged addresses only.

    Without a proxy a name is resolved once, all its addresses are judged and one of these very addresses is called,
    so a name that changes its address meanwhile gains nothing; Host and TLS go by the name as always. Behind a proxy
    (or an `inner` transport) somebody else resolves: what the address spells out is judged, and what our own resolver
    says where it knows the name at all.
    """

    def __init__(
        self,
        guard: Guard | None,
        *,
        proxy: Proxy | None = None,
        inner: httpx2.AsyncBaseTransport | None = None,
        verify: ssl.SSLContext | bool = True,
    ) -> None:
        self._guard = guard
        self._judges_first = proxy is not None or inner is not None
        self._inner = inner or _Pooled(guard, proxy, verify=verify)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """One call; PointsInside (a Refused) when it may not be made."""
        if self._guard is not None:
            self._guard.judge_name(str(request.url))
            if self._judges_first:
                await self._judge_ahead(self._guard, str(request.url))
        return await self._inner.handle_async_request(request)

    async def _judge_ahead(self, guard: Guard, url: str) -> None:
        try:
            await guard.judge(url)
        except Unreachable:  # our resolver does not know the name; whoever calls for us may
            return

    async def aclose(self) -> None:
        """Hang up."""
        await self._inner.aclose()


@cache
def _usual_context() -> ssl.SSLContext:
    """One for all lines: each has all certificate authorities in it, megabytes that two hundred lines can share."""
    return httpx2.create_ssl_context(verify=True, trust_env=False)


class _Pooled(httpx2.AsyncHTTPTransport):
    """The usual transport over connections that we open ourselves."""

    def __init__(self, guard: Guard | None, proxy: Proxy | None, *, verify: ssl.SSLContext | bool) -> None:
        context = _usual_context() if verify is True else httpx2.create_ssl_context(verify=verify, trust_env=False)
        super().__init__(verify=context, trust_env=False)
        limits: dict[str, Any] = {"max_connections": 100, "max_keepalive_connections": 20, "keepalive_expiry": 5.0}
        if proxy is None or proxy.is_socks:
            backend = SocksBackend(proxy) if proxy else _JudgingBackend(guard) if guard else httpcore2.AnyIOBackend()
            self._pool = httpcore2.AsyncConnectionPool(context, network_backend=backend, **limits)
        else:
            login = (proxy.username.encode(), proxy.password.encode()) if proxy.username else None
            self._pool = httpcore2.AsyncHTTPProxy(proxy.address, login, ssl_context=context, **limits)


class _JudgingBackend(AsyncNetworkBackend):
    """Opens connections only to addresses that the guard has judged a moment before."""

    def __init__(self, guard: Guard, direct: AsyncNetworkBackend | None = None) -> None:
        self._guard = guard
        self._direct = direct or httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the promise of a network backend
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> AsyncNetworkStream:
        """A connection to the first judged address that answers; each gets its share of the time."""
        ends = time.monotonic() + timeout if timeout is not None else None
        failed: httpcore2.ConnectError | httpcore2.ConnectTimeout = httpcore2.ConnectError(f"no address of {host}")
        addresses = await self._judged(host, port, timeout)
        for left, address in zip(range(len(addresses), 0, -1), addresses, strict=True):
            share = max(0.1, ends - time.monotonic()) / left if ends is not None else None
            try:
                return await self._direct.connect_tcp(address, port, share, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failed = error
        raise failed

    async def _judged(self, host: str, port: int, seconds: float | None) -> tuple[str, ...]:
        try:
            async with asyncio.timeout(seconds):
                return await self._guard.addresses(host, port)
        except TimeoutError as error:
            raise httpcore2.ConnectTimeout(f"the name {host:.100} is not resolved in time") from error
        except Unreachable as error:
            raise httpcore2.ConnectError(str(error)) from error


def _split(url: str) -> tuple[str, int]:
    """Host and port of a web address; Refused for any other."""
    try:
        address = httpx2.URL(url)
        host = address.raw_host.decode("ascii")
    except (httpx2.InvalidURL, UnicodeError, ValueError) as error:
        raise Refused("the address is not valid") from error
    if address.scheme not in _USUAL_PORT or not host:
        raise Refused(f"'{address.scheme:.20}:' addresses are not called; only http:// and https:// ones are")
    return host, address.port or _USUAL_PORT[address.scheme]


def _plain(host: str) -> str:
    return host.strip("[]").rstrip(".").lower()


def _place(entry: str) -> tuple[str, int | None]:
    """What the owner allows, as host and port (None: all ports)."""
    host, colon, port = entry.strip().rpartition(":")
    if colon and port.isascii() and port.isdigit() and (":" not in host or host.endswith("]")):
        return str(literal(host) or _plain(host)), int(port)
    return str(literal(entry.strip()) or _plain(entry.strip())), None


def _networks(allowed: Iterable[str]) -> Iterator[Network]:
    for entry in allowed:
        if "/" in entry:
            try:
                yield ip_network(entry.strip(), strict=False)
            except ValueError as error:
                raise Refused(f"'{entry:.60}' in search.allow_hosts is not a network", field="allow_hosts") from error


def _inside(host: str, address: Address | None) -> PointsInside:
    """The bad news with its cure; of the address only the host is repeated, for a link may carry a key."""
    where = f"{host:.100} → {address}" if address is not None and str(address) != host.strip("[]") else f"{host:.100}"
    if address is None or is_metadata(address):
        return PointsInside(f"a link points at a cloud's metadata service (host {where}); that is never called")
    return PointsInside(f"a link points into the house's own network (host {where}); allow it with search.allow_hosts")
