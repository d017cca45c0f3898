"""Far ends on loopback for the tests: a site, an HTTP proxy and SOCKS proxies, each remembering what it saw."""

import asyncio
import base64
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Seen:
    port: int = 0
    asked: list[str] = field(default_factory=list)


async def _head(reader: asyncio.StreamReader) -> str:
    return (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")


@asynccontextmanager
async def listening(serve: Serve, context: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """A port of this machine that is served until the end of the block, when all its calls are cut off."""
    calls: set[asyncio.Task[None]] = set()

    async def call(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        calls.add(asyncio.current_task())  # type: ignore[arg-type]
        try:
            await serve(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()
            with suppress(ConnectionError, ssl.SSLError):
                await writer.wait_closed()

    server = await asyncio.start_server(call, "127.0.0.1", 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1]
        for task in calls:
            task.cancel()
        await asyncio.gather(*calls, return_exceptions=True)


@asynccontextmanager
async def site(body: bytes = b"a film", context: ssl.SSLContext | None = None) -> AsyncIterator[Seen]:
    seen = Seen()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            seen.asked.append(await _head(reader))
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
            await writer.drain()

    async with listening(serve, context) as seen.port:
        yield seen


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while piece := await reader.read(65536):
            writer.write(piece)
            await writer.drain()
    finally:
        writer.close()


async def _join(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int, first: bytes = b"") -> None:
    there, away = await asyncio.open_connection("127.0.0.1", port)
    away.write(first)
    try:
        await asyncio.gather(_pump(reader, away), _pump(there, writer))
    finally:
        away.close()
        with suppress(ConnectionError):
            await away.wait_closed()


@asynccontextmanager
async def http_proxy(target: int, login: str = "") -> AsyncIterator[Seen]:
    """Forwards and CONNECTs, whatever the name, to one port of this machine."""
    seen = Seen()
    wanted = "basic " + base64.b64encode(login.encode()).decode()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await _head(reader)
        line, _, rest = head.partition("\r\n")
        seen.asked.append(line)
        told = next((row[21:] for row in rest.split("\r\n") if row.lower().startswith("proxy-authorization: ")), "")
        if login and told.replace("Basic", "basic") != wanted:
            writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
        elif line.startswith("CONNECT"):
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
            await _join(reader, writer, target)
        else:
            await _join(reader, writer, target, head.encode("latin-1"))

    async with listening(serve) as seen.port:
        yield seen


@asynccontextmanager
async def socks4(target: int, user: str = "") -> AsyncIterator[Seen]:
    seen = Seen()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readexactly(8)
        name = (await reader.readuntil(b"\0"))[:-1].decode()
        address = ".".join(map(str, request[4:8]))
        if address == "0.0.0.1":
            address = (await reader.readuntil(b"\0"))[:-1].decode()
        seen.asked.append(f"{address}:{int.from_bytes(request[2:4], 'big')} as {name or 'nobody'}")
        if name != user:
            writer.write(b"\0\x5d" + bytes(6))
            return
        for piece in (b"\0\x5a", bytes(6)):  # in pieces, as networks do
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0)
        await _join(reader, writer, target)

    async with listening(serve) as seen.port:
        yield seen


@asynccontextmanager
async def socks5(target: int, login: str = "", status: int = 0) -> AsyncIterator[Seen]:
    seen = Seen()

    async def introduction(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        methods = await reader.readexactly((await reader.readexactly(2))[1])
        method = 2 if login else 0
        writer.write(bytes([5, method if method in methods else 0xFF]))
        if not login or method not in methods:
            return method in methods
        name = await reader.readexactly((await reader.readexactly(2))[1])
        password = await reader.readexactly((await reader.readexactly(1))[0])
        right = f"{name.decode()}:{password.decode()}" == login
        writer.write(bytes([1, 0 if right else 1]))
        return right

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not await introduction(reader, writer):
            return
        kind = (await reader.readexactly(4))[3]
        length = {1: 4, 4: 16}.get(kind) or (await reader.readexactly(1))[0]
        address = await reader.readexactly(length)
        port = int.from_bytes(await reader.readexactly(2), "big")
        seen.asked.append(f"{address.decode() if kind == 3 else '.'.join(map(str, address))}:{port}")
        writer.write(bytes([5, status, 0, 1]))
        await writer.drain()
        writer.write(bytes(6))
        if not status:
            await _join(reader, writer, target)

    async with listening(serve) as seen.port:
        yield seen
