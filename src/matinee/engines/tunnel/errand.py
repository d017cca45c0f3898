"""Sends the porter on errands inside the room, and hears what came of them."""

import asyncio
import contextlib
import itertools
import json
import logging
import os
import socket
import sys
from pathlib import Path
from typing import Any

from matinee.engines.tunnel.inside import Room, start_time
from matinee.engines.tunnel.porter import FAMILIES
from matinee.kernel.children import PASSED_ON
from matinee.kernel.errors import Refused, Unreachable

log = logging.getLogger(__name__)

_INSIDE = ("-m", "matinee.engines.tunnel.inside")
_PATIENCE = 90.0
_FAREWELL = 5.0
_TRUST = ("SSL_CERT_FILE", "SSL_CERT_DIR")


class Porter:
    """The process inside. `namespace` is a named one; without it the porter makes a rootless room of its own."""

    def __init__(self, names: Path, namespace: str = "") -> None:
        self._names, self._namespace = names, namespace
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._process: asyncio.subprocess.Process | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._listening: asyncio.Task[None] | None = None
        self.relay: socket.socket | None = None
        self.inode = 0

    @property
    def is_there(self) -> bool:
        """Whether it can be sent."""
        return self._process is not None and self._process.returncode is None and self._listening is not None

    @property
    def room(self) -> Room:
        """For those who start programs inside."""
        if self._namespace:
            return Room(self._names, self._namespace)
        if self._process is None:
            raise Unreachable("nobody is inside the tunnel's room")
        return Room(self._names, holder=self._process.pid, started=start_time(self._process.pid))

    async def open(self) -> None:
        """Start it, and with it the room where that is its own."""
        ours, theirs = socket.socketpair()
        relay, handed = socket.socketpair()
        with theirs, relay, handed:
            self._process = await _start(self._arguments(theirs, handed), theirs, handed)
            theirs.close()
            handed.close()
            reader, self._writer = await asyncio.open_connection(sock=ours)
            self._listening = asyncio.create_task(self._listen(reader))
            if not self._namespace:
                self.relay = await _received(relay)
        await self.call("look", name="lo")
        self.inode = Path(f"/proc/{self._process.pid}/ns/net").stat().st_ino

    def _arguments(self, line: socket.socket, relay: socket.socket) -> list[str]:
        where = ["--namespace", self._namespace] if self._namespace else ["--rootless"]
        parent = ["--parent", str(os.getpid())]
        handed = [] if self._namespace else ["--relay", str(relay.fileno())]
        porter = [sys.executable, "-m", "matinee.engines.tunnel.porter", "--line", str(line.fileno()), *parent, *handed]
        return [sys.executable, *_INSIDE, *where, "--names", str(self._names), *parent, "--keep-rights", "--", *porter]

    async def call(self, errand: str, **given: Any) -> Any:
        """What the errand brought; its own error where it failed, Unreachable when there is no porter."""
        if not self.is_there or self._writer is None:
            raise Unreachable("nobody is inside the tunnel's room")
        number = next(self._numbers)
        self._waiting[number] = asyncio.get_running_loop().create_future()
        try:
            self._writer.write(json.dumps({"number": number, "call": errand, "with": given}).encode() + b"\n")
            async with asyncio.timeout(_PATIENCE):
                await self._writer.drain()
                return await self._waiting[number]
        except (TimeoutError, OSError) as error:
            raise Unreachable("the porter inside the tunnel's room gives no answer") from error
        finally:
            self._waiting.pop(number, None)

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        with contextlib.suppress(OSError):
            async for line in reader:
                said = json.loads(line)
                waiting = self._waiting.get(said["number"])
                if waiting is None or waiting.done():
                    continue
                if "error" in said:
                    waiting.set_exception(FAMILIES.get(said["error"], Unreachable)(said["words"]))
                else:
                    waiting.set_result(said["said"])
        self._listening = None
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(Unreachable("the porter left the tunnel's room"))

    async def close(self) -> None:
        """Call it out."""
        if self._writer:
            self._writer.close()
        if self.relay:
            self.relay.close()
            self.relay = None
        if self._process:
            await ended(self._process)
        if self._listening:
            self._listening.cancel()


async def _start(arguments: list[str], *passed: socket.socket) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *arguments,
        env=environment(),
        stdin=asyncio.subprocess.DEVNULL,
        pass_fds=[each.fileno() for each in passed],
    )


async def _received(line: socket.socket) -> socket.socket:
    def receive() -> socket.socket:
        line.settimeout(_FAREWELL)
        _, (descriptor,), _, _ = socket.recv_fds(line, 1, 1)
        return socket.socket(fileno=descriptor)

    try:
        return await asyncio.to_thread(receive)
    except (OSError, ValueError) as error:
        raise Refused("a room without root could not be made: this machine allows no user namespaces") from error


def environment() -> dict[str, str]:
    """Of ours, only what is no secret; with it, whose certificates the owner trusts."""
    return {name: os.environ[name] for name in (*PASSED_ON, *_TRUST) if name in os.environ}


async def ended(process: asyncio.subprocess.Process) -> None:
    """Stopped, kindly first."""
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(_FAREWELL):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


def who_is_inside(inode: int) -> list[int]:
    """The processes whose network namespace has this number."""
    found = []
    for process in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if process.name.isdigit() and (process / "ns/net").stat().st_ino == inode:
                found.append(int(process.name))
    return found
