import asyncio
import logging
import os
import signal
import socket
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from matinee.kernel import connection
from matinee.kernel.errors import Refused
from matinee.kernel.server import serve, stop_on_signals
from matinee.web.ranges import FileRange
from tests.serving import calling, serving


async def who(request: Request) -> Response:
    """Who the house thinks is calling, and by which scheme."""
    caller = request.client.host if request.client else "a unix socket"
    return PlainTextResponse(f"{request.url.scheme} {caller}")


HOUSE = Starlette(routes=[Route("/", who)])


async def test_port_0_takes_a_free_port_and_says_which() -> None:
    async with serving(HOUSE, port=0) as here, httpx2.AsyncClient(base_url=here.url, trust_env=False) as client:
        answer = await client.get("/")
        assert (answer.status_code, answer.text) == (200, "http 127.0.0.1")
        assert "server" not in answer.headers
        assert answer.headers["date"].endswith("GMT")


async def test_small_answers_are_not_held_back_by_nagle(monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[socket.socket] = []
    original = connection.Connection.connection_made

    def look(self: connection.Connection, transport: asyncio.Transport) -> None:
        lines.append(transport.get_extra_info("socket"))
        original(self, transport)

    monkeypatch.setattr(connection.Connection, "connection_made", look)
    async with serving(HOUSE) as here, calling(here.port) as caller:
        caller.ask("/")
        await caller.answer()
        assert lines[0].getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 1


async def test_a_taken_port_is_a_refusal_that_names_the_setting() -> None:
    async with serving(HOUSE) as here:
        with pytest.raises(Refused, match=rf"^port {here.port} is taken by another program: .* with server\.port$"):
            await serve(HOUSE, port=here.port)


@pytest.mark.parametrize("host", ["192.0.2.77", "no-such-host.invalid"])
async def test_an_address_of_another_machine_is_a_refusal_that_names_the_setting(host: str) -> None:
    with pytest.raises(Refused, match=r"is not an address of this machine: .* server\.host$"):
        await serve(HOUSE, host=host, port=0)


async def test_a_port_can_be_taken_again_at_once() -> None:
    async with serving(HOUSE) as here, calling(here.port) as caller:
        caller.ask("/")
        await caller.answer()
        port = here.port
    async with serving(HOUSE, port=port) as again:
        assert again.port == port


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="this machine has no IPv6")
async def test_two_colons_listen_to_both_families() -> None:
    async with serving(HOUSE, host="::") as here, calling(here.port) as caller:
        caller.ask("/")
        assert (await caller.answer()).status == 200
        assert here.url.startswith("http://[::]:")


async def test_a_unix_socket_is_for_our_own_user_only_and_swept_away_afterwards(tmp_path: Path) -> None:
    path = tmp_path / "house.sock"
    with socket.socket(socket.AF_UNIX) as left_over:
        left_over.bind(str(path))
    async with serving(HOUSE, uds=path) as here:
        assert here.url == f"unix:{path}"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        async with httpx2.AsyncClient(transport=httpx2.AsyncHTTPTransport(uds=str(path))) as client:
            assert (await client.get("http://house/")).text == "http a unix socket"
        with pytest.raises(Refused, match="taken by another program"):
            await serve(HOUSE, uds=path)
    assert not path.exists()


async def test_an_ordinary_file_is_not_swept_away_for_a_unix_socket(tmp_path: Path) -> None:
    path = tmp_path / "diary.txt"
    path.write_text("dear diary")
    with pytest.raises(Refused, match="no unix socket"):
        await serve(HOUSE, uds=path)
    assert path.read_text() == "dear diary"


@pytest.mark.parametrize(("trusted", "seen"), [((), "http 127.0.0.1"), (("127.0.0.1",), "https 203.0.113.9")])
async def test_proxy_headers_count_only_from_named_proxies(trusted: tuple[str, ...], seen: str) -> None:
    async with serving(HOUSE, trusted_proxies=trusted) as here, calling(here.port) as caller:
        caller.ask("/", X_Forwarded_For="203.0.113.9", X_Forwarded_Proto="https")
        assert (await caller.answer()).body.decode() == seen


async def test_a_house_that_cannot_start_is_a_refusal() -> None:
    @asynccontextmanager
    async def broken(app: Starlette) -> AsyncIterator[None]:
        raise RuntimeError("no disk")
        yield

    with pytest.raises(Refused, match="could not start"):
        await serve(Starlette(lifespan=broken))


async def test_sigterm_is_a_graceful_stop(caplog: pytest.LogCaptureFixture) -> None:
    left: list[str] = []

    @asynccontextmanager
    async def tidy(app: Starlette) -> AsyncIterator[None]:
        yield
        left.append("tidy")

    stopping = asyncio.Event()
    with stop_on_signals(stopping):
        await serve(
            Starlette(lifespan=tidy), stopping=stopping, on_ready=lambda url: os.kill(os.getpid(), signal.SIGTERM)
        )
    assert left == ["tidy"]
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


async def test_an_answer_under_way_is_finished_before_the_house_closes() -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow(request: Request) -> Response:
        begun.set()
        await go_on.wait()
        return PlainTextResponse("the end")

    async with serving(Starlette(routes=[Route("/", slow)]), shutdown_seconds=30) as here, calling(here.port) as caller:
        caller.ask("/")
        await begun.wait()
        here.stopping.set()
        asyncio.get_running_loop().call_later(0.05, go_on.set)
        answer = await caller.answer()
        assert (answer.body, answer.headers["connection"]) == (b"the end", "close")


async def test_a_live_stream_that_watches_the_bell_does_not_delay_the_closing() -> None:
    stopping = asyncio.Event()

    async def events() -> AsyncIterator[bytes]:
        yield b"data: hello\n\n"
        await stopping.wait()

    async def live(request: Request) -> Response:
        return StreamingResponse(events(), media_type="text/event-stream")

    app = Starlette(routes=[Route("/", live)])
    async with serving(app, stopping=stopping, shutdown_seconds=60) as here, calling(here.port) as caller:
        caller.ask("/")
        await caller.reader.readuntil(b"hello")
        stopping.set()
        await asyncio.wait_for(here.task, 5)


async def test_an_endless_answer_is_cut_without_a_traceback(caplog: pytest.LogCaptureFixture) -> None:
    begun, never = asyncio.Event(), asyncio.Event()

    async def endless(request: Request) -> Response:
        begun.set()
        await never.wait()
        return Response()

    app = Starlette(routes=[Route("/", endless)])
    async with serving(app, shutdown_seconds=0.05) as here, calling(here.port) as caller:
        caller.ask("/")
        await begun.wait()
        here.stopping.set()
        await asyncio.wait_for(here.task, 5)
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


async def test_closing_in_the_middle_of_a_film_hangs_up_without_a_traceback(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    film = tmp_path / "film.mkv"
    film.write_bytes(bytes(24 * 1024 * 1024))

    async def play(request: Request) -> Response:
        return FileRange(film)

    app = Starlette(routes=[Route("/", play)])
    async with serving(app, shutdown_seconds=0.05) as here, calling(here.port, receive_buffer=4096) as caller:
        caller.ask("/")
        await caller.head()
        here.stopping.set()
        await asyncio.wait_for(here.task, 5)
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


async def test_headers_without_end_are_refused() -> None:
    async with serving(HOUSE) as here, calling(here.port) as caller:
        caller.writer.write(b"GET / HTTP/1.1\r\nX: ".ljust(connection.MAX_HEAD_BYTES + 1, b"x"))
        assert (await caller.answer()).status == 400
        assert await caller.reader.read(-1) == b""


async def test_a_caller_who_says_nothing_or_half_a_sentence_is_shown_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "HEAD_SECONDS", 0.05)
    async with serving(HOUSE) as here, calling(here.port) as silent, calling(here.port) as halting:
        halting.writer.write(b"GET / HT")
        assert await asyncio.wait_for(silent.reader.read(-1), 5) == b""
        assert await asyncio.wait_for(halting.reader.read(-1), 5) == b""


async def test_a_long_body_after_its_headers_is_no_long_header() -> None:
    async def count(request: Request) -> Response:
        return PlainTextResponse(str(len(await request.body())))

    app = Starlette(routes=[Route("/", count, methods=["POST"])])
    async with serving(app) as here, calling(here.port) as caller:
        for _ in range(2):
            caller.ask("/", method="POST", Content_Length="500000")
            caller.writer.write(bytes(500_000))
            assert (await caller.answer()).body == b"500000"


async def test_a_wish_for_a_websocket_is_answered_as_plain_http(caplog: pytest.LogCaptureFixture) -> None:
    async with serving(HOUSE) as here, calling(here.port) as caller:
        caller.ask("/", Connection="Upgrade", Upgrade="websocket")
        assert (await caller.answer()).status == 200
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]
