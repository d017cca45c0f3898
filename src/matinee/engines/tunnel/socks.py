"""A way out that somebody else keeps: the SOCKS5 proxy of a VPN that runs already."""

import asyncio
import contextlib
import struct
from dataclasses import dataclass, field

from matinee.kernel.errors import Refused, Unreachable

_NO_LOGIN, _LOGIN, _VERSION = 0, 2, 5
_SECONDS = 10


@dataclass(frozen=True, slots=True)
class SocksProxy:
    """An existing tunnel's SOCKS5 proxy; `probe` proves that it is one, lets us in and carries UDP too."""

    host: str
    port: int = 1080
    username: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    async def probe(self) -> str:
        """In words. Refused for a wrong login or something that is no SOCKS5 proxy."""
        name = f"the SOCKS5 proxy at {self.host}:{self.port}"
        try:
            async with asyncio.timeout(_SECONDS):
                reader, writer = await asyncio.open_connection(self.host, self.port)
                try:
                    await self._enter(name, reader, writer)
                    udp = await _carries_udp(reader, writer)
                finally:
                    writer.close()
                    with contextlib.suppress(OSError):
                        await writer.wait_closed()
        except (OSError, TimeoutError, EOFError) as error:
            raise Unreachable(f"{name} gives no answer: torrents wait until it does") from error
        return f"{name} lets us in" + ("" if udp else "; it carries no UDP, so there are no UDP trackers and no DHT")

    async def _enter(self, name: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        methods = bytes([_NO_LOGIN, _LOGIN] if self.username else [_NO_LOGIN])
        writer.write(bytes([_VERSION, len(methods)]) + methods)
        version, method = await reader.readexactly(2)
        if version != _VERSION:
            raise Refused(f"{name} speaks no SOCKS5")
        if method == _LOGIN and self.username:
            user, password = self.username.encode(), self.password.encode()
            writer.write(bytes([1, len(user)]) + user + bytes([len(password)]) + password)
            if (await reader.readexactly(2))[1] != 0:
                raise Refused(f"{name} refuses the user name or password")
        elif method != _NO_LOGIN:
            raise Refused(f"{name} wants a user name and a password: set tunnel.username and tunnel.password")


async def _carries_udp(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
    writer.write(struct.pack("!BBBB4sH", _VERSION, 3, 0, 1, bytes(4), 0))
    return (await reader.readexactly(4))[1] == 0
