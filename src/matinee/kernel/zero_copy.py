"""A film goes from the disk to the wire without passing through our hands: the kernel carries it.

The ASGI extension `http.response.zerocopysend`, added to uvicorn's protocol. A response needs a
Content-Length, and `offset` and `count` in the message. TLS connections are not offered it.
"""

import asyncio
import errno
import logging
import os
from collections.abc import Iterator

from starlette.types import Message, Receive, Scope, Send
from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

EXTENSION = "http.response.zerocopysend"
BURST_BYTES = 256 * 1024  # the loop breathes after so much, or other pages would wait
WINDOW_BYTES = 8 * 1024 * 1024  # looked for in memory, or fetched from the disk, at once
STRIDE_BYTES = 512 * 1024  # one look every so often in a window
STALLED_SECONDS = 120.0  # who takes nothing for so long is gone; players come back with a new range

_CANNOT_SENDFILE = (errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP)

log = logging.getLogger(__name__)


class ZeroCopyProtocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol, which can also carry whole files."""

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        if self.scheme == "http":
            cycle.scope.setdefault("extensions", {})[EXTENSION] = {}
            app = _with_zero_copy(app, cycle)
        super()._start_asgi_task(cycle, app)


def _with_zero_copy(app: ASGI3Application, cycle: RequestResponseCycle) -> ASGI3Application:
    """The same application, whose messages of the extension are carried out here."""

    async def carried(scope: Scope, receive: Receive, send: Send) -> None:
        async def carry(message: Message) -> None:
            await (send_file(cycle, message) if message["type"] == EXTENSION else send(message))

        await app(scope, receive, carry)  # type: ignore[arg-type]  # uvicorn and starlette name the same shapes

    return carried  # type: ignore[return-value]


async def send_file(cycle: RequestResponseCycle, message: Message) -> None:
    """Carry out one message of the extension; who hangs up meanwhile ends it quietly."""
    if cycle.disconnected:
        return
    _check(cycle, message["count"])
    if cycle.scope["method"] != "HEAD":
        file = message["file"]
        try:
            await Transfer(cycle, file if isinstance(file, int) else file.fileno(), message).run()
        except OSError as why:
            log.log(_weight(why), "sending %s ended early: %s", cycle.scope["path"], why)
            cycle.disconnected = True
            cycle.transport.abort()
            return
        cycle.expected_content_length -= message["count"]
    # uvicorn closes the books: nothing missing, the connection kept or closed, the next request begun.
    await cycle.send({"type": "http.response.body", "body": b"", "more_body": message.get("more_body", False)})


def _check(cycle: RequestResponseCycle, count: int) -> None:
    """Programming errors, found before a byte goes out."""
    if not cycle.response_started or cycle.response_complete:
        raise RuntimeError(f"Unexpected ASGI message '{EXTENSION}'")
    if cycle.chunked_encoding:
        raise RuntimeError(f"'{EXTENSION}' needs a Content-Length")
    if count > cycle.expected_content_length and cycle.scope["method"] != "HEAD":
        raise RuntimeError("Response content longer than Content-Length")


def _weight(why: OSError) -> int:
    """Hanging up is everyday life, a long pause is worth a line, and a bad disk a warning."""
    if isinstance(why, ConnectionError):
        return logging.DEBUG
    return logging.INFO if isinstance(why, TimeoutError) else logging.WARNING


class Transfer:
    """One stretch of a file on its way down one connection."""

    def __init__(self, cycle: RequestResponseCycle, file: int, stretch: Message) -> None:
        self._transport = cycle.transport
        self._flow = cycle.flow
        self._file = file
        self._at = int(stretch["offset"])
        self._end = self._at + int(stretch["count"])
        self._wire = -1
        self._copying = False

    async def run(self) -> None:
        """Send it all; raises OSError when the far end is gone or stalled, or the file fails."""
        self._check_line()
        # A duplicate can be waited for with the loop's public means while the transport goes on reading.
        self._wire = os.dup(self._transport.get_extra_info("socket").fileno())
        try:
            await self._buffer_is_empty()
            while self._at < self._end:
                until = min(self._at + WINDOW_BYTES, self._end)
                await _bring_into_memory(self._file, self._at, until)
                while self._at < until:
                    await (self._copy_burst(until) if self._copying else self._send_burst(until))
        finally:
            os.close(self._wire)

    async def _send_burst(self, until: int) -> None:
        """Let the kernel send as much as the line takes now, up to a burst."""
        self._check_line()
        wanted = min(BURST_BYTES, until - self._at)
        try:
            sent = os.sendfile(self._wire, self._file, self._at, wanted)
        except BlockingIOError:
            return await self._line_is_free()
        except OSError as why:
            if why.errno not in _CANNOT_SENDFILE:
                raise
            self._copying = True
            return None
        self._moved(sent)
        await (asyncio.sleep(0) if sent == wanted else self._line_is_free())

    async def _copy_burst(self, until: int) -> None:
        """The old way, for the odd file system without sendfile."""
        data = await asyncio.to_thread(os.pread, self._file, min(BURST_BYTES, until - self._at), self._at)
        self._check_line()
        self._moved(len(data))
        self._transport.write(data)
        await self._buffer_is_empty()

    def _moved(self, count: int) -> None:
        if not count:
            raise OSError("the file became shorter while it was sent")
        self._at += count

    def _check_line(self) -> None:
        if self._transport.is_closing():
            raise ConnectionResetError("the far end hung up")

    async def _buffer_is_empty(self) -> None:
        """Wait until what was written before, the headers first of all, is out."""
        while self._transport.get_write_buffer_size():
            await self._line_is_free()

    async def _line_is_free(self) -> None:
        """Wait until the far end takes more; uvicorn's flow control wakes us as well when it is gone."""
        self._check_line()
        loop = asyncio.get_running_loop()
        self._flow.pause_writing()
        loop.add_writer(self._wire, self._flow.resume_writing)
        try:
            async with asyncio.timeout(STALLED_SECONDS):
                await self._flow.drain()
        except TimeoutError:
            raise TimeoutError(f"the far end took nothing for {STALLED_SECONDS:g} seconds") from None
        finally:
            loop.remove_writer(self._wire)
            self._flow.resume_writing()


async def _bring_into_memory(file: int, start: int, end: int) -> None:
    """Read a stretch from the disk in a thread, unless it is in memory: a sleeping disk must not stop the house."""
    if not _is_in_memory(file, start, end):
        await asyncio.to_thread(_read_ahead, file, start, end)


def _is_in_memory(file: int, start: int, end: int) -> bool:
    byte = bytearray(1)
    try:
        return all(os.preadv(file, [byte], at, os.RWF_NOWAIT) for at in _strides(start, end))
    except OSError:  # it would have to wait, or this file system cannot tell
        return False


def _read_ahead(file: int, start: int, end: int) -> None:
    """Ask for this stretch and the next, and wait for this one."""
    for at in _strides(start, end + WINDOW_BYTES):
        os.posix_fadvise(file, at, STRIDE_BYTES, os.POSIX_FADV_WILLNEED)
    for at in _strides(start, end):
        os.pread(file, 1, at)


def _strides(start: int, end: int) -> Iterator[int]:
    """Places to look at: one in every stride, and the last byte."""
    yield from range(start, end, STRIDE_BYTES)
    yield end - 1
