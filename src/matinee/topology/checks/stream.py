"""A connection to a far end that speaks its own language, and the plain words for when it does not."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from matinee.kernel.errors import Refused, Unreachable

LONGEST_LINE = 64 * 1024


class Stream:
    """Reads and writes bytes; every failure names the far end."""

    def __init__(self, name: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.name = name
        self.reader = reader
        self.writer = writer

    async def say(self, words: bytes) -> None:
        """Send these bytes."""
        try:
            self.writer.write(words)
            await self.writer.drain()
        except OSError as error:
            raise Unreachable(f"{self.name}: hung up") from error

    async def line(self) -> str:
        """The next line, without its end."""
        try:
            line = await self.reader.readline()
        except ValueError as error:
            raise Refused(f"{self.name}: answers with an endless line, something else listens there") from error
        except OSError as error:
            raise Unreachable(f"{self.name}: hung up") from error
        if not line.endswith(b"\n"):
            raise Unreachable(f"{self.name}: hung up without an answer")
        return line.decode("utf-8", "replace").rstrip("\r\n")

    async def exactly(self, count: int) -> bytes:
        """The next so many bytes."""
        try:
            return await self.reader.readexactly(count)
        except (asyncio.IncompleteReadError, OSError) as error:
            raise Unreachable(f"{self.name}: hung up without an answer") from error

    async def encrypt(self, context: ssl.SSLContext, host: str) -> None:
        """Go on under TLS."""
        try:
            await self.writer.start_tls(context, server_hostname=host)
        except OSError as error:
            raise Refused(f"{self.name}: TLS failed: {_in_words(error)}") from error


@asynccontextmanager
async def connected(name: str, host: str, port: int, *, tls: ssl.SSLContext | None = None) -> AsyncIterator[Stream]:
    """A connection for the time of one check. Raises Unreachable, or Refused for a certificate nobody trusts."""
    try:
        reader, writer = await asyncio.open_connection(host, port, ssl=tls, limit=LONGEST_LINE)
    except ssl.SSLError as error:
        raise Refused(f"{name}: TLS failed: {_in_words(error)}") from error
    except UnicodeError as error:
        raise Refused(f"{name}: '{host}' cannot be the name of a host") from error
    except OSError as error:
        raise Unreachable(f"{name}: no connection to {host}:{port} ({_in_words(error)})") from error
    try:
        yield Stream(name, reader, writer)
    finally:
        writer.close()
        with suppress(OSError):  # the far end may be gone already
            await writer.wait_closed()


def _in_words(error: OSError) -> str:
    """Why, for a person."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    if isinstance(error, ConnectionRefusedError):
        return "refused: nothing listens there"
    return error.strerror or str(error) or type(error).__name__
