"""The Python servers that bench.stream measures: ours, Starlette's usual way, and bare asyncio in twenty lines."""

import asyncio
import sys
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from matinee.kernel.server import serve, stop_on_signals
from matinee.web.ranges import FileRange


async def ours(port: int, film: Path) -> None:
    """Our server and our response."""
    stopping = asyncio.Event()
    with stop_on_signals(stopping):
        await serve(_house(film, FileRange), port=port, stopping=stopping)


async def starlette(port: int, film: Path) -> None:
    """What one would have done: FileResponse on plain uvicorn."""
    config = uvicorn.Config(_house(film, FileResponse), port=port, loop="none", http="httptools", log_level="warning")
    await uvicorn.Server(config).serve()


def _house(film: Path, answer: type[FileRange] | type[FileResponse]) -> Starlette:
    async def play(request: Request) -> Response:
        return answer(film)

    async def ping(request: Request) -> Response:
        return PlainTextResponse("pong")

    return Starlette(routes=[Route("/film.mkv", play), Route("/ping", ping)])


async def bare(port: int, film: Path) -> None:
    """The floor: asyncio's own sendfile, and no HTTP to speak of."""
    size = film.stat().st_size
    head = f"HTTP/1.1 206 Partial Content\r\nContent-Length: {size}\r\nContent-Range: bytes 0-{size - 1}/{size}\r\n\r\n"

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(head.encode())
            with film.open("rb") as file:
                await asyncio.get_running_loop().sendfile(writer.transport, file)
            writer.close()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.transport.abort()

    server = await asyncio.start_server(answer, "127.0.0.1", port)
    await server.serve_forever()


KINDS = {"ours": ours, "starlette": starlette, "asyncio": bare}

if __name__ == "__main__":
    kind, port, film = sys.argv[1:]
    asyncio.run(KINDS[kind](int(port), Path(film)))
