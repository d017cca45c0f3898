"""One caller on the line: films leave by zero copy, and who never ends their sentence is shown out."""

import asyncio
import logging

from starlette.types import Receive, Scope, Send
from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from matinee.kernel.zero_copy import ZeroCopyProtocol

MAX_HEAD_BYTES = 64 * 1024
HEAD_SECONDS = 20.0  # for the request line and the headers, together

log = logging.getLogger(__name__)


class Connection(ZeroCopyProtocol):
    """uvicorn's protocol with bounds on an unfinished request, in bytes and in time."""

    _head_bytes = 0
    _head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Somebody calls."""
        self.left = asyncio.Event()
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """They hung up, or we did."""
        self._head_is_read()
        super().connection_lost(exc)
        self.left.set()

    def on_message_begin(self) -> None:
        """The first byte of a request is here."""
        super().on_message_begin()
        self._await_head()

    def on_headers_complete(self) -> None:
        """All headers are here, so the answer can begin."""
        self._head_is_read()
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        """Some bytes came; a head that grows without end is refused."""
        super().data_received(data)
        if self._head_timer is None or self.transport.is_closing():
            return
        self._head_bytes += len(data)
        if self._head_bytes > MAX_HEAD_BYTES:
            self.send_400_response(f"The headers are longer than {MAX_HEAD_BYTES} bytes.")

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        super()._start_asgi_task(cycle, _quiet(app, cycle))

    def send_400_response(self, msg: str) -> None:
        """Refuse nonsense; while an answer is on its way nothing may be mixed into it, so hang up."""
        answering = self.cycle and self.cycle.response_started and not self.cycle.response_complete
        if self.pipeline or answering:
            self.transport.abort()
        else:
            super().send_400_response(msg)

    def _unsupported_upgrade_warning(self) -> None:
        log.debug("no upgrade for %s: answered as plain HTTP", self.client)

    def _await_head(self) -> None:
        if self._head_timer is None:
            self._head_bytes = 0
            self._head_timer = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _head_is_read(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None


def _quiet(app: ASGI3Application, cycle: RequestResponseCycle) -> ASGI3Application:
    """The same application, which may be cancelled without a traceback once its caller has been hung up on."""

    async def quiet(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await app(scope, receive, send)  # type: ignore[arg-type]  # uvicorn and starlette name the same shapes
        except asyncio.CancelledError:
            if not cycle.transport.is_closing():
                raise
            cycle.disconnected = True

    return quiet  # type: ignore[return-value]
