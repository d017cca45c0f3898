"""Services that greet in lines of text: a shell, a news server, a cache, or anything that listens."""

import re
import ssl
from dataclasses import dataclass

from matinee.kernel.errors import Refused, Unreachable
from matinee.topology.checks.stream import Stream, connected


@dataclass(frozen=True, slots=True)
class TcpCheck:
    """Somebody accepts a connection; what they speak is not asked."""

    name: str
    host: str
    port: int

    async def __call__(self) -> str:
        """Ask once, and tell what was seen."""
        async with connected(self.name, self.host, self.port):
            return f"{self.host}:{self.port} accepts connections"


@dataclass(frozen=True, slots=True)
class SshCheck:
    """An SSH server says its version first."""

    name: str
    host: str
    port: int = 22

    async def __call__(self) -> str:
        """Ask once, and tell what was seen."""
        async with connected(self.name, self.host, self.port) as stream:
            for _ in range(20):  # RFC 4253 allows lines of welcome before the version
                line = await stream.line()
                if line.startswith("SSH-"):
                    return line[:100]
        raise Refused(f"{self.name}: something else than SSH answers at {self.host}:{self.port}")


@dataclass(frozen=True, slots=True)
class NntpCheck:
    """A news server greets with 200 or 201, and with 400 or 502 when it will not serve."""

    name: str
    host: str
    port: int
    tls: bool = False

    async def __call__(self) -> str:
        """Ask once, and tell what was seen."""
        context = ssl.create_default_context() if self.tls else None
        async with connected(self.name, self.host, self.port, tls=context) as stream:
            greeting = await stream.line()
            if greeting.startswith(("200", "201")):
                await stream.say(b"QUIT\r\n")
                return greeting[:100]
        if greeting.startswith("400"):
            raise Unreachable(f"{self.name}: not now: {greeting[:100]}")
        if greeting.startswith("502"):
            raise Refused(f"{self.name}: will not serve us: {greeting[:100]}")
        raise Refused(f"{self.name}: something else than a news server answers at {self.host}:{self.port}")


@dataclass(frozen=True, slots=True)
class RedisCheck:
    """PING must come back as PONG; a server that wants a password first is alive as well."""

    name: str
    host: str
    port: int = 6379
    user: str = ""
    password: str = ""
    tls: bool = False

    async def __call__(self) -> str:
        """Ask once, and tell what was seen."""
        context = ssl.create_default_context() if self.tls else None
        async with connected(self.name, self.host, self.port, tls=context) as stream:
            if self.password:
                await self._log_in(stream)
            await stream.say(_command("PING"))
            return self._pong(await stream.line())

    async def _log_in(self, stream: Stream) -> None:
        """Say the password."""
        await stream.say(_command("AUTH", *([self.user] if self.user else []), self.password))
        answer = await stream.line()
        if answer.startswith(("-WRONGPASS", "-ERR invalid password")):
            raise Refused(f"{self.name}: wrong password")
        # Anything else is a server without a password, and PING tells.

    def _pong(self, answer: str) -> str:
        """What the answer to PING means."""
        if answer == "+PONG":
            return "PONG"
        if answer.startswith(("-NOAUTH", "-NOPERM")):
            return "Redis answers, and wants a login"
        if re.match(r"-(LOADING|BUSY|MASTERDOWN|TRYAGAIN)", answer):
            raise Unreachable(f"{self.name}: not now: {answer[1:100]}")
        raise Refused(f"{self.name}: something else than Redis answers at {self.host}:{self.port}")


def _command(*words: str) -> bytes:
    """A command in Redis' own wire format."""
    parts = [b"$%d\r\n%s\r\n" % (len(raw), raw) for raw in (word.encode() for word in words)]
    return b"*%d\r\n%s" % (len(parts), b"".join(parts))
