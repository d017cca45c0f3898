import asyncio
import os
import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from matinee.kernel.errors import MatineeError, NotFound
from matinee.web.ranges import Answer, FileRange, Version, choose
from tests.serving import Caller, calling, serving

CONTENT = random.Random(1927).randbytes(2 * 1024 * 1024 + 4711)
SMALL = CONTENT[:1000]


def house(film: Path) -> Starlette:
    async def play(request: Request) -> Response:
        return FileRange(film)

    async def problem(request: Request, error: Exception) -> Response:
        return JSONResponse({"detail": str(error)}, 404 if isinstance(error, NotFound) else 503)

    return Starlette(routes=[Route("/", play)], exception_handlers={MatineeError: problem})


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("films") / "Amélie (2001).mkv"
    path.write_bytes(CONTENT)
    return path


@pytest.fixture
async def in_process(film: Path) -> AsyncIterator[httpx2.AsyncClient]:
    """Without a socket there is no zero copy: the way by chunks."""
    transport = httpx2.ASGITransport(house(film))
    async with httpx2.AsyncClient(transport=transport, base_url="http://house") as client:
        yield client


def stretch(wanted: str, size: int = len(SMALL)) -> tuple[int, int, int]:
    answer = choose(version(size), {"range": wanted})
    return answer.status, answer.offset, answer.count


def version(size: int) -> Version:
    return Version(size, '"7-3e8-1"', datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC))


@pytest.mark.parametrize(
    ("wanted", "meant"),
    [
        ("bytes=0-", (206, 0, 1000)),
        ("bytes=0-0", (206, 0, 1)),
        ("bytes=999-", (206, 999, 1)),
        ("bytes=10-19", (206, 10, 10)),
        ("bytes=10-99999999999999999999999", (206, 10, 990)),
        ("bytes=-1", (206, 999, 1)),
        ("bytes=-5000", (206, 0, 1000)),
        (" Bytes = 5 - 6 ", (206, 5, 2)),
        ("bytes=1000-", (416, 0, 0)),
        ("bytes=99999999999999999999999-", (416, 0, 0)),
        ("bytes=-0", (416, 0, 0)),
        ("bytes=20-10", (200, 0, 1000)),
        ("bytes=-", (200, 0, 1000)),
        ("bytes=a-b", (200, 0, 1000)),
        ("bytes=0-1,5-6", (200, 0, 1000)),
        ("seconds=0-1", (200, 0, 1000)),
        ("bytes=" + "9" * 5000 + "-", (200, 0, 1000)),
        ("", (200, 0, 1000)),
    ],
)
def test_a_range_means(wanted: str, meant: tuple[int, int, int]) -> None:
    assert stretch(wanted) == meant


def test_an_empty_file_has_no_ranges() -> None:
    assert stretch("bytes=0-", 0) == (416, 0, 0)
    assert stretch("bytes=-5", 0) == (416, 0, 0)
    assert stretch("", 0) == (200, 0, 0)


@given(st.text("bytes=-, 0123456789x", max_size=40))
def test_no_range_header_is_too_strange(wanted: str) -> None:
    status, offset, count = stretch(wanted)
    assert status in (200, 206, 416)
    assert 0 <= offset <= offset + count <= len(SMALL)
    assert status != 206 or count > 0


NOW = version(1000)
LATER = "Tue, 14 Nov 2023 22:13:21 GMT"
EARLIER = "Tue, 14 Nov 2023 22:13:19 GMT"


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"if-none-match": NOW.etag}, 304),
        ({"if-none-match": f"W/{NOW.etag}"}, 304),
        ({"if-none-match": f'"other", {NOW.etag}'}, 304),
        ({"if-none-match": "*"}, 304),
        ({"if-none-match": '"other"'}, 200),
        ({"if-none-match": NOW.etag, "range": "bytes=0-1"}, 304),
        ({"if-none-match": '"other"', "if-modified-since": LATER}, 200),
        ({"if-modified-since": NOW.last_modified}, 304),
        ({"if-modified-since": LATER}, 304),
        ({"if-modified-since": EARLIER}, 200),
        ({"if-modified-since": "last summer"}, 200),
        ({"if-modified-since": "Tue, 99 Nov 2023 22:13:19 GMT"}, 200),
        ({"range": "bytes=0-1", "if-range": NOW.etag}, 206),
        ({"range": "bytes=0-1", "if-range": NOW.last_modified}, 206),
        ({"range": "bytes=0-1", "if-range": f"W/{NOW.etag}"}, 200),
        ({"range": "bytes=0-1", "if-range": '"other"'}, 200),
        ({"range": "bytes=0-1", "if-range": LATER}, 200),
    ],
)
def test_a_condition_means(asked: dict[str, str], status: int) -> None:
    assert choose(NOW, asked).status == status


def test_a_changed_file_is_another_version(tmp_path: Path) -> None:
    film = tmp_path / "film.mkv"
    film.write_bytes(SMALL)
    before = Version.of(film.stat())
    os.utime(film, ns=(0, film.stat().st_mtime_ns + 1))
    assert Version.of(film.stat()).etag != before.etag


async def test_a_stretch_carries_all_that_a_player_wants_to_know(in_process: httpx2.AsyncClient) -> None:
    answer = await in_process.get("/", headers={"Range": "bytes=100-299"})
    assert (answer.status_code, answer.content) == (206, CONTENT[100:300])
    assert answer.headers["content-range"] == f"bytes 100-299/{len(CONTENT)}"
    assert answer.headers["content-length"] == "200"
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["content-type"] == "video/x-matroska"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"] == (
        "inline; filename=\"Am_lie (2001).mkv\"; filename*=UTF-8''Am%C3%A9lie%20%282001%29.mkv"
    )
    again = await in_process.get("/", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", answer.headers["etag"])


async def test_a_range_beyond_the_end_says_how_long_the_file_is(in_process: httpx2.AsyncClient) -> None:
    answer = await in_process.get("/", headers={"Range": f"bytes={len(CONTENT)}-"})
    assert (answer.status_code, answer.content) == (416, b"")
    assert answer.headers["content-range"] == f"bytes */{len(CONTENT)}"


async def test_without_zero_copy_the_whole_file_comes_in_chunks(in_process: httpx2.AsyncClient) -> None:
    assert (await in_process.get("/")).content == CONTENT
    answer = await in_process.head("/")
    assert (answer.content, answer.headers["content-length"]) == (b"", str(len(CONTENT)))


def test_a_name_cannot_smuggle_a_header() -> None:
    response = FileRange(Path("x.html"), filename='a"b\r\nSet-Cookie: c\\d%20.mkv')
    assert response.headers["content-disposition"] == (
        "inline; filename=\"a_b__Set-Cookie: c_d_20.mkv\"; filename*=UTF-8''a%22b%0D%0ASet-Cookie%3A%20c%5Cd%2520.mkv"
    )
    assert response.headers["content-type"] == "application/octet-stream"


@pytest.mark.parametrize("name", ["gone.mkv", "folder", "film.mkv/below", "pipe"])
async def test_what_is_no_file_is_not_found(tmp_path: Path, name: str) -> None:
    (tmp_path / "film.mkv").write_bytes(SMALL)
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    async with serving(house(tmp_path / name)) as here, calling(here.port) as caller:
        caller.ask("/")
        assert (await caller.answer()).status == 404


@given(first=st.integers(0, len(CONTENT) + 9), last=st.integers(0, len(CONTENT) + 9))
@settings(max_examples=40, deadline=None)
async def test_every_range_arrives_byte_for_byte(film: Path, first: int, last: int) -> None:
    async with serving(house(film)) as here, calling(here.port) as caller:
        for wanted in (f"{first}-{last}", f"{first}-", f"-{last}"):
            await compare(caller, wanted)


async def compare(caller: Caller, wanted: str) -> None:
    """Over the real protocol, one connection for all."""
    caller.ask("/", Range=f"bytes={wanted}")
    answer = await caller.answer()
    start, _, stop = wanted.partition("-")
    expected = (
        CONTENT[int(start) : int(stop) + 1 if stop else None] if start else CONTENT[-int(stop) :] * bool(int(stop))
    )
    if stop and start and int(stop) < int(start):
        assert (answer.status, answer.body) == (200, CONTENT)
    else:
        assert (answer.status, answer.body) == (206 if expected else 416, expected)


async def test_head_and_304_and_416_leave_the_connection_usable(film: Path) -> None:
    async with serving(house(film)) as here, calling(here.port) as caller:
        caller.ask("/", method="HEAD", Range="bytes=5-9")
        head = await caller.answer(body=False)
        assert (head.status, head.headers["content-length"]) == (206, "5")
        caller.ask("/", If_None_Match=head.headers["etag"])
        assert (await caller.answer()).status == 304
        caller.ask("/", Range=f"bytes={len(CONTENT)}-")
        assert (await caller.answer()).status == 416
        caller.ask("/", Range="bytes=5-9")
        assert (await caller.answer()).body == CONTENT[5:10]


async def test_a_film_replaced_in_mid_answer_is_still_the_old_film_to_its_end(tmp_path: Path) -> None:
    film = tmp_path / "film.mkv"
    old = CONTENT * 10
    film.write_bytes(old)
    async with serving(house(film)) as here, calling(here.port, receive_buffer=4096) as caller:
        caller.ask("/")
        _, before = await caller.head()
        better = tmp_path / "better.mkv"
        better.write_bytes(bytes(len(old)))
        better.replace(film)
        assert await caller.reader.readexactly(len(old)) == old
        caller.ask("/", Range="bytes=0-9", If_Range=before["etag"])
        answer = await caller.answer()
        assert (answer.status, answer.body) == (200, bytes(len(old)))


async def test_without_zero_copy_hanging_up_ends_the_reading(film: Path) -> None:
    sent = 0
    hung_up = asyncio.Event()

    async def receive() -> dict[str, object]:
        await hung_up.wait()
        return {"type": "http.disconnect"}

    async def send(message: object) -> None:
        nonlocal sent
        sent += 1
        hung_up.set()
        await asyncio.sleep(0)

    scope = {"type": "http", "method": "GET", "headers": []}
    await FileRange(film)(scope, receive, send)
    assert sent < 1 + len(CONTENT) // (1024 * 1024)


def test_an_answer_to_nothing_says_nothing_about_length() -> None:
    assert Answer(304).headers(NOW) == {"etag": NOW.etag, "last-modified": "Tue, 14 Nov 2023 22:13:20 GMT"}
