import asyncio
import errno
import hashlib
import logging
import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from matinee.kernel import zero_copy
from matinee.kernel.zero_copy import EXTENSION
from tests.serving import Caller, calling, serving

FILM_BYTES = 24 * 1024 * 1024 + 4711  # more than all socket buffers of a connection together


class Projector:
    """Sends one file, and remembers whether it was put away."""

    def __init__(self, film: Path, **message: Any) -> None:
        self.film = film
        self.message = message
        self.declared: int | None = film.stat().st_size
        self.began = asyncio.Event()
        self.ended = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert EXTENSION in scope["extensions"]
        length = [] if self.declared is None else [(b"content-length", b"%d" % self.declared)]
        try:
            with self.film.open("rb") as file:
                await send({"type": "http.response.start", "status": 200, "headers": length})
                self.began.set()
                stretch = {"offset": 0, "count": self.film.stat().st_size, **self.message}
                await send({"type": EXTENSION, "file": file, **stretch})
        finally:
            self.ended.set()


def house(projector: ASGIApp) -> Starlette:
    async def ping(request: Request) -> PlainTextResponse:
        return PlainTextResponse("pong")

    app = Starlette(routes=[Route("/ping", ping)])
    app.mount("/film", projector)
    return app


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("films") / "film.mkv"
    path.write_bytes(random.Random(1959).randbytes(FILM_BYTES))
    return path


@pytest.fixture
def quiet(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """Nothing worth a warning may happen in this test."""
    yield caplog
    assert [record.getMessage() for record in caplog.get_records("call") if record.levelno >= logging.WARNING] == []


async def the_film(caller: Caller, film: Path) -> None:
    caller.ask("/film/")
    answer = await caller.answer()
    assert hashlib.sha256(answer.body).digest() == hashlib.sha256(film.read_bytes()).digest()


@pytest.mark.usefixtures("quiet")
async def test_a_film_arrives_byte_for_byte_and_the_connection_is_used_again(film: Path) -> None:
    async with serving(house(Projector(film))) as here, calling(here.port) as caller:
        await the_film(caller, film)
        caller.ask("/ping")
        assert (await caller.answer()).body == b"pong"
        await the_film(caller, film)


@pytest.mark.usefixtures("quiet")
async def test_requests_sent_ahead_are_answered_in_order(film: Path) -> None:
    async with serving(house(Projector(film))) as here, calling(here.port) as caller:
        for path in ("/ping", "/film/", "/ping", "/film/"):
            caller.ask(path)
        bodies = [(await caller.answer()).body for _ in range(4)]
        assert [len(body) for body in bodies] == [4, FILM_BYTES, 4, FILM_BYTES]
        assert bodies[1] == bodies[3] == film.read_bytes()


@pytest.mark.usefixtures("quiet")
async def test_head_sends_the_length_and_no_bytes(film: Path) -> None:
    async with serving(house(Projector(film))) as here, calling(here.port) as caller:
        caller.ask("/film/", method="HEAD")
        assert (await caller.answer(body=False)).headers["content-length"] == str(FILM_BYTES)
        caller.ask("/ping")
        assert (await caller.answer()).body == b"pong"


@pytest.mark.usefixtures("quiet")
async def test_who_asked_to_close_is_hung_up_on_after_the_last_byte(film: Path) -> None:
    async with serving(house(Projector(film))) as here, calling(here.port) as caller:
        caller.ask("/film/", Connection="close")
        await caller.head()
        assert len(await caller.reader.read(-1)) == FILM_BYTES


@pytest.mark.usefixtures("quiet")
async def test_hanging_up_in_the_middle_ends_the_transfer_quietly(film: Path) -> None:
    projector = Projector(film)
    async with serving(house(projector)) as here, calling(here.port, receive_buffer=4096) as caller:
        caller.ask("/film/")
        await caller.head()
        caller.hang_up()
        await asyncio.wait_for(projector.ended.wait(), 5)


@pytest.mark.usefixtures("quiet")
async def test_hanging_up_with_more_requests_waiting_ends_the_transfer_quietly(film: Path) -> None:
    projector = Projector(film)
    async with serving(house(projector)) as here, calling(here.port, receive_buffer=4096) as caller:
        for _ in range(3):
            caller.ask("/film/")
        await caller.head()
        caller.hang_up()
        await asyncio.wait_for(projector.ended.wait(), 5)


@pytest.mark.usefixtures("quiet")
async def test_callers_who_take_nothing_do_not_keep_others_waiting(film: Path) -> None:
    async with serving(house(Projector(film)), shutdown_seconds=0.1) as here:
        stalled = [calling(here.port, receive_buffer=4096) for _ in range(4)]
        callers = [await each.__aenter__() for each in stalled]
        for caller in callers:
            caller.ask("/film/")
            await caller.head()
        async with calling(here.port) as other:
            for _ in range(20):
                other.ask("/ping")
                assert (await asyncio.wait_for(other.answer(), 5)).body == b"pong"
            await the_film(other, film)
        for each in stalled:
            await each.__aexit__(None, None, None)


async def test_who_takes_nothing_for_too_long_is_hung_up_on(
    film: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(zero_copy, "STALLED_SECONDS", 0.1)
    caplog.set_level(logging.INFO)
    projector = Projector(film)
    async with serving(house(projector)) as here, calling(here.port, receive_buffer=4096) as caller:
        caller.ask("/film/")
        await caller.head()
        await asyncio.wait_for(projector.ended.wait(), 5)
    assert "took nothing for 0.1 seconds" in caplog.text
    assert "Traceback" not in caplog.text


async def test_nonsense_in_the_middle_of_a_film_is_not_answered_into_the_film(film: Path) -> None:
    projector = Projector(film)
    async with serving(house(projector)) as here, calling(here.port, receive_buffer=4096) as caller:
        caller.ask("/film/")
        await caller.head()
        caller.writer.write(b"\x00\x01 nonsense\r\n\r\n")
        await asyncio.wait_for(projector.ended.wait(), 5)
        received = await caller.reader.read(-1)
    assert len(received) < FILM_BYTES
    assert film.read_bytes().startswith(received)


@pytest.mark.usefixtures("quiet")
async def test_a_cold_file_is_fetched_before_it_is_sent(film: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zero_copy, "_is_in_memory", lambda file, start, end: False)
    async with serving(house(Projector(film))) as here, calling(here.port) as caller:
        with film.open("rb") as file:
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        await the_film(caller, film)


@pytest.mark.usefixtures("quiet")
async def test_a_file_system_without_sendfile_is_served_by_copying(film: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr(os, "sendfile", refuse)
    async with serving(house(Projector(film))) as here, calling(here.port) as caller:
        await the_film(caller, film)
        await the_film(caller, film)


async def test_a_file_that_shrinks_ends_the_answer_early_with_a_line_in_the_diary(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    film = tmp_path / "short.mkv"
    film.write_bytes(bytes(1000))
    async with serving(house(Projector(film, count=1001))) as here, calling(here.port) as caller:
        caller.ask("/film/")
        here_is_too_little = asyncio.IncompleteReadError, ConnectionError
        with pytest.raises(here_is_too_little):
            await caller.answer()
    assert "Response content longer than Content-Length" in caplog.text

    caplog.clear()
    projector = Projector(film, count=1001)
    projector.declared = 1001
    async with serving(house(projector)) as here, calling(here.port) as caller:
        caller.ask("/film/")
        with pytest.raises(here_is_too_little):
            await caller.answer()
    assert "became shorter while it was sent" in caplog.text
    assert "Traceback" not in caplog.text


async def test_without_a_content_length_it_is_a_programming_error(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    film = tmp_path / "short.mkv"
    film.write_bytes(bytes(1000))
    projector = Projector(film)
    projector.declared = None
    async with serving(house(projector)) as here, calling(here.port) as caller:
        caller.ask("/film/")
        await caller.head()
        assert await caller.reader.read(-1) == b""
    assert "needs a Content-Length" in caplog.text


async def test_a_stretch_in_several_messages_is_one_answer(tmp_path: Path) -> None:
    film = tmp_path / "film.mkv"
    film.write_bytes(bytes(range(256)) * 16)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        with film.open("rb") as file:
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"600")]})
            descriptor = file.fileno()
            await send({"type": EXTENSION, "file": descriptor, "offset": 100, "count": 300, "more_body": True})
            await send({"type": EXTENSION, "file": descriptor, "offset": 900, "count": 300})

    async with serving(house(app)) as here, calling(here.port) as caller:
        caller.ask("/film/")
        content = film.read_bytes()
        assert (await caller.answer()).body == content[100:400] + content[900:1200]
