"""Does a PostgreSQL server greet us? The first words of its own language, without logging in."""

import ssl
import struct
from dataclasses import dataclass

from matinee.kernel.errors import Refused, Unreachable
from matinee.topology.checks.stream import Stream, connected

_SSL_REQUEST = struct.pack("!ii", 8, 80877103)
_VERSION_3 = 196608
_LOGINS = {0: "trust", 3: "password", 5: "md5", 7: "GSSAPI", 9: "SSPI", 10: "SCRAM"}
_NOT_NOW = ("57P03", "53300", "57P01", "57P02")  # starting, too many connections, shutting down
_LONGEST_ANSWER = 64 * 1024


@dataclass(frozen=True, slots=True)
class PostgresqlCheck:
    """Ask for TLS, then begin to log in; the server's question for a password, or its refusal, is the answer."""

    name: str
    host: str
    port: int = 5432
    user: str = "matinee"
    database: str = "postgres"

    async def __call__(self) -> str:
        """Ask once, and tell what was seen."""
        async with connected(self.name, self.host, self.port) as stream:
            encrypted = await self._encrypt(stream)
            await stream.say(_startup(self.user, self.database))
            return self._in_words(*await self._answer(stream)) + (", over TLS" if encrypted else "")

    async def _encrypt(self, stream: Stream) -> bool:
        """Whether the server agreed to TLS, and then the connection speaks it."""
        await stream.say(_SSL_REQUEST)
        agreed = await stream.exactly(1)
        if agreed == b"S":
            await stream.encrypt(_any_certificate(), self.host)
        elif agreed != b"N":
            raise Refused(f"{self.name}: something else than PostgreSQL answers at {self.host}:{self.port}")
        return agreed == b"S"

    async def _answer(self, stream: Stream) -> tuple[bytes, bytes]:
        """The kind and the body of the server's first message."""
        kind, length = struct.unpack("!ci", await stream.exactly(5))
        if kind not in (b"R", b"E") or not 8 <= length <= _LONGEST_ANSWER:
            raise Refused(f"{self.name}: something else than PostgreSQL answers at {self.host}:{self.port}")
        return kind, await stream.exactly(length - 4)

    def _in_words(self, kind: bytes, body: bytes) -> str:
        """What the first message means."""
        if kind == b"R":
            (login,) = struct.unpack("!i", body[:4])
            return f"PostgreSQL answers (login by {_LOGINS.get(login, 'another way')})"
        fields = {field[:1]: field[1:].decode("utf-8", "replace") for field in body.split(b"\0") if field}
        if fields.get(b"C") in _NOT_NOW:
            raise Unreachable(f"{self.name}: not now: {fields.get(b'M', '')}")
        return f"PostgreSQL answers ({fields.get(b'M', 'refuses')[:100]})"


def _startup(user: str, database: str) -> bytes:
    """The message that begins a session."""
    words = b"".join(word.encode() + b"\0" for word in ("user", user, "database", database)) + b"\0"
    return struct.pack("!ii", 8 + len(words), _VERSION_3) + words


def _any_certificate() -> ssl.SSLContext:
    """Takes any certificate: homes have self-made ones, and nothing secret is said here."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
