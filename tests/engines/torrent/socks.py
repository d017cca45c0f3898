"""A SOCKS5 proxy that wants a login, relays connections and writes down whither; it carries no UDP."""

import asyncio
import contextlib
import socket
import struct
import sys
from collections.abc import AsyncIterator

LOGIN = b"anna", b"correct horse"


class Proxy:
    """`asked` are the far ends as the client named them, `ports` those that the proxy called them from."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int]] = []
        self.ports: set[int] = set()
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, OSError):
            if await self._lets_in(reader, writer):
                await self._answer(reader, writer)
        writer.close()

    async def _lets_in(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        await reader.readexactly((await reader.readexactly(2))[1])
        writer.write(b"\5\2")
        name = await reader.readexactly((await reader.readexactly(2))[1])
        password = await reader.readexactly((await reader.readexactly(1))[0])
        writer.write(bytes([1, (name, password) != LOGIN]))
        return (name, password) == LOGIN

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _, command, _, kind = await reader.readexactly(4)
        length = {1: 4, 4: 16}.get(kind) or (await reader.readexactly(1))[0]
        address = await reader.readexactly(length)
        (port,) = struct.unpack("!H", await reader.readexactly(2))
        host = address.decode() if kind == 3 else socket.inet_ntop(socket.AF_INET if kind == 1 else 10, address)
        if command != 1:
            writer.write(b"\5\7\0\1" + bytes(6))
            return
        self.asked.append((host, port))
        print(f"{host}:{port}", flush=True)
        try:
            far_reader, far_writer = await asyncio.open_connection(host, port)
        except OSError:
            writer.write(b"\5\5\0\1" + bytes(6))
            return
        self.ports.add(far_writer.get_extra_info("sockname")[1])
        writer.write(b"\5\0\0\1" + bytes(6))
        await asyncio.gather(_pass_on(reader, far_writer), _pass_on(far_reader, writer))


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while piece := await reader.read(65536):
            writer.write(piece)
            await writer.drain()
    writer.close()


@contextlib.asynccontextmanager
async def socks_proxy(port: int = 0) -> AsyncIterator[Proxy]:
    proxy, callers = Proxy(), set[asyncio.Task[None] | None]()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        callers.add(asyncio.current_task())
        await proxy.serve(reader, writer)

    server = await asyncio.start_server(serve, "127.0.0.1", port)
    async with server:
        proxy.port = server.sockets[0].getsockname()[1]
        yield proxy
        for caller in callers:
            if caller:
                caller.cancel()
        await asyncio.gather(*(caller for caller in callers if caller), return_exceptions=True)


async def main() -> None:
    """Alone, in a namespace of its own: every far end is a line."""
    async with socks_proxy(int(sys.argv[1])):
        print("ready", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
