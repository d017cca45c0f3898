"""Minimal servers on loopback that speak just enough of a protocol."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def talking(talk: Talk, *, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """A TCP server that has this talk with everyone; its port."""
    server = await asyncio.start_server(_polite(talk), "127.0.0.1", 0, ssl=tls)
    async with server:
        yield int(server.sockets[0].getsockname()[1])


@asynccontextmanager
async def talking_at(path: Path, talk: Talk) -> AsyncIterator[None]:
    """The same on a unix socket."""
    async with await asyncio.start_unix_server(_polite(talk), path):
        yield


def saying(words: bytes) -> Talk:
    """Say this and hang up."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(words)

    return talk


def answering(answers: dict[bytes, bytes]) -> Talk:
    """Answer each of these messages; hang up at any other."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while (message := await reader.read(4096)) in answers:
            writer.write(answers[message])

    return talk


def web(answer: Callable[[str], tuple[int, str]], headers: str = "") -> Talk:
    """A web server: from a path to a status and a page."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readuntil(b"\r\n\r\n")
        status, page = answer(request.split(b" ")[1].decode())
        body = page.encode("latin-1")
        head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\nConnection: close\r\n{headers}\r\n"
        writer.write(head.encode() + body)

    return talk


@asynccontextmanager
async def naming(answer: Callable[[bytes], bytes | None]) -> AsyncIterator[int]:
    """A UDP server: from a question to an answer, or to silence; its port."""

    class Server(asyncio.DatagramProtocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self.transport = cast(asyncio.DatagramTransport, transport)

        def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
            said = answer(data)
            if said is not None:
                self.transport.sendto(said, addr)

    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(Server, local_addr=("127.0.0.1", 0))
    try:
        yield int(transport.get_extra_info("sockname")[1])
    finally:
        transport.close()


def _polite(talk: Talk) -> Talk:
    """Talk, then close, and do not mind when the other side is gone first."""

    async def conversation(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await talk(reader, writer)
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    return conversation
