"""A house on a real port of loopback, and a caller who sees every byte."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp

from matinee.kernel.server import serve


@dataclass(frozen=True)
class House:
    """Where it is, and the bell that closes it."""

    url: str
    stopping: asyncio.Event
    task: asyncio.Task[None]

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])


@asynccontextmanager
async def serving(app: ASGIApp, **options: Any) -> AsyncIterator[House]:
    """Serve an application for as long as the block lasts."""
    stopping = options.pop("stopping", None) or asyncio.Event()
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(serve(app, stopping=stopping, on_ready=ready.set_result, **options))
    await asyncio.wait((task, ready), return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        await task
    try:
        yield House(await ready, stopping, task)
    finally:
        stopping.set()
        await task


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


class Caller:
    """One connection, spoken by hand."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    def ask(self, path: str, method: str = "GET", **headers: str) -> None:
        lines = [
            f"{method} {path} HTTP/1.1",
            "Host: house",
            *(f"{n.replace('_', '-')}: {v}" for n, v in headers.items()),
        ]
        self.writer.write("\r\n".join([*lines, "", ""]).encode())

    async def head(self) -> tuple[int, dict[str, str]]:
        first, *lines = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        pairs = (line.split(": ", 1) for line in lines if line)
        return int(first.split()[1]), {name.lower(): value for name, value in pairs}

    async def answer(self, *, body: bool = True) -> Answer:
        status, headers = await self.head()
        length = int(headers.get("content-length", 0)) if body else 0
        return Answer(status, headers, await self.reader.readexactly(length))

    def hang_up(self) -> None:
        self.writer.transport.abort()


@asynccontextmanager
async def calling(port: int, *, receive_buffer: int | None = None) -> AsyncIterator[Caller]:
    """A call to the house; a small receive buffer makes a caller who soon takes no more."""
    line = socket.socket()
    if receive_buffer:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    line.setblocking(False)
    await asyncio.get_running_loop().sock_connect(line, ("127.0.0.1", port))
    reader, writer = await asyncio.open_connection(sock=line, limit=64 * 1024)
    try:
        yield Caller(reader, writer)
    finally:
        writer.transport.abort()
