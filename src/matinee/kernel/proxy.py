"""A proxy makes calls for us, so that a far end sees its address and not the house's."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address
from typing import Any, Self
from urllib.parse import quote, unquote, urlsplit

import httpcore2
from httpcore2 import AsyncNetworkBackend, AsyncNetworkStream

from matinee.kernel.errors import Refused
from matinee.kernel.inside import literal
from matinee.kernel.redact import redact

_LONGEST_WORD = 255
_HANDSHAKE_SECONDS = 20.0
_SOCKS4_SAYS = {0x5B: "it rejected the connection", 0x5C: "it wants identd", 0x5D: "it refused the user name"}
_SOCKS5_SAYS = {
    1: "it failed",
    2: "its rules forbid the connection",
    3: "the network is unreachable from there",
    4: "the host is unreachable from there",
    5: "the far end refused the connection",
    6: "the way is too long",
    7: "it makes no connections",
    8: "it does not know this kind of address",
}


class ProxyKind(StrEnum):
    """The languages of proxies; SOCKS4 is spoken as SOCKS4a, that is with names."""

    HTTP = "http"
    HTTPS = "https"
    SOCKS4 = "socks4"
    SOCKS5 = "socks5"


_SPELLED = {"socks": "socks5", "socks4a": "socks4", "socks5h": "socks5"}
_USUAL_PORT = {ProxyKind.HTTP: 8080, ProxyKind.HTTPS: 443, ProxyKind.SOCKS4: 1080, ProxyKind.SOCKS5: 1080}


@dataclass(frozen=True, slots=True)
class Proxy:
    """Where a proxy is, which language it speaks and who we are to it. Names are resolved by the proxy."""

    kind: ProxyKind
    host: str
    port: int
    username: str = ""
    password: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        redact.remember([self.password])
        for word, what in ((self.username, "user name"), (self.password, "password")):
            if len(word.encode()) > _LONGEST_WORD or "\0" in word:
                raise Refused(f"the {what} of the proxy {self.host} is too long", field=what.replace(" ", ""))

    @classmethod
    def parse(cls, url: str) -> Self:
        """Read `socks5://user:password@host:1080`; also http, https, socks4, and their spellings with a and h."""
        try:
            parts = urlsplit(url.strip())
            kind = ProxyKind(_SPELLED.get(parts.scheme.lower(), parts.scheme.lower()))
            host, port = parts.hostname or "", parts.port or _USUAL_PORT[kind]
        except ValueError as error:
            raise _not_a_proxy(url) from error
        if not host:
            raise _not_a_proxy(url)
        return cls(kind, host, port, unquote(parts.username or ""), unquote(parts.password or ""))

    @property
    def address(self) -> str:
        """`socks5://host:1080`, without user name and password."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.kind}://{host}:{self.port}"

    @property
    def url(self) -> str:
        """The address with user name and password in it: never to be shown."""
        if not self.username:
            return self.address
        return self.address.replace("://", f"://{quote(self.username, safe='')}:{quote(self.password, safe='')}@", 1)

    @property
    def is_socks(self) -> bool:
        """Whether it forwards plain connections and knows nothing of HTTP."""
        return self.kind in (ProxyKind.SOCKS4, ProxyKind.SOCKS5)


class SocksBackend(AsyncNetworkBackend):
    """Opens connections through a SOCKS proxy; what is spoken over them is not its business."""

    def __init__(self, proxy: Proxy, direct: AsyncNetworkBackend | None = None) -> None:
        self._proxy = proxy
        self._direct = direct or httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the promise of a network backend
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> AsyncNetworkStream:
        """A connection to the far end, by way of the proxy."""
        stream = await self._direct.connect_tcp(self._proxy.host, self._proxy.port, timeout, local_address)
        shake = _socks4 if self._proxy.kind is ProxyKind.SOCKS4 else _socks5
        try:
            async with asyncio.timeout(timeout or _HANDSHAKE_SECONDS):
                await shake(_Talk(stream, self._proxy), host, port)
        except TimeoutError as error:
            await stream.aclose()
            raise httpcore2.ConnectTimeout(f"the proxy {self._proxy.address} does not answer in time") from error
        except BaseException:
            await stream.aclose()
            raise
        return stream


class _Talk:
    """Exact questions and answers over a stream that may deliver them in pieces."""

    def __init__(self, stream: AsyncNetworkStream, proxy: Proxy) -> None:
        self._stream = stream
        self.proxy = proxy

    async def say(self, message: bytes) -> None:
        await self._stream.write(message)

    async def hear(self, length: int) -> bytes:
        heard = b""
        while len(heard) < length:
            try:
                piece = await self._stream.read(length - len(heard))
            except httpcore2.ReadError:
                piece = b""
            if not piece:
                raise self.trouble("it hung up")
            heard += piece
        return heard

    def trouble(self, reason: str) -> httpcore2.ProxyError:
        return httpcore2.ProxyError(f"the proxy {self.proxy.address}: {reason}")


async def _socks4(talk: _Talk, host: str, port: int) -> None:
    """SOCKS4 with its 4a extension: a name goes to the proxy behind the impossible address 0.0.0.1."""
    address = literal(host)
    if isinstance(address, IPv6Address):
        raise talk.trouble("SOCKS4 knows no IPv6 addresses")
    name = b"" if address else host.encode("ascii") + b"\0"
    packed = address.packed if address else b"\0\0\0\1"
    await talk.say(b"\x04\x01" + port.to_bytes(2, "big") + packed + talk.proxy.username.encode() + b"\0" + name)
    version, status = (await talk.hear(8))[:2]
    if version != 0:
        raise talk.trouble("what answers there is no SOCKS4 proxy")
    if status != 0x5A:
        raise talk.trouble(_SOCKS4_SAYS.get(status, f"it answers {status}"))


async def _socks5(talk: _Talk, host: str, port: int) -> None:
    """SOCKS5 (RFC 1928), with a user name and password (RFC 1929) where there are any."""
    await talk.say(b"\x05\x02\x00\x02" if talk.proxy.username else b"\x05\x01\x00")
    version, method = await talk.hear(2)
    if version != 5:
        raise talk.trouble("what answers there is no SOCKS5 proxy")
    await _introduce(talk, method)
    await talk.say(b"\x05\x01\x00" + _named(talk, host) + port.to_bytes(2, "big"))
    _, status, _, kind = await talk.hear(4)
    if status:
        raise talk.trouble(_SOCKS5_SAYS.get(status, f"it answers {status}"))
    length = {1: 4, 4: 16}.get(kind) or (await talk.hear(1))[0]
    await talk.hear(length + 2)


async def _introduce(talk: _Talk, method: int) -> None:
    """Say who we are when the proxy asks."""
    if method == 0:
        return
    if method != 2 or not talk.proxy.username:
        raise talk.trouble("it wants a user name and password")
    name, password = talk.proxy.username.encode(), talk.proxy.password.encode()
    await talk.say(b"\x01" + bytes([len(name)]) + name + bytes([len(password)]) + password)
    if (await talk.hear(2))[1]:
        raise talk.trouble("it refused the user name or password")


def _named(talk: _Talk, host: str) -> bytes:
    """The far end as SOCKS5 writes it: its address, or its name with a length before."""
    match literal(host):
        case IPv4Address() as address:
            return b"\x01" + address.packed
        case IPv6Address() as address:
            return b"\x04" + address.packed
    name = host.encode("ascii")
    if len(name) > _LONGEST_WORD:
        raise talk.trouble("the name of the far end is too long")
    return b"\x03" + bytes([len(name)]) + name


def _not_a_proxy(url: str) -> Refused:
    return Refused(
        f"'{redact(url):.80}' is not the address of a proxy; write it as http://host:8080, socks4://host:1080 "
        "or socks5://user:password@host:1080",
        field="proxy",
    )
