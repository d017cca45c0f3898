import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx2
import pytest

from matinee.kernel import http
from matinee.kernel.errors import NotFound, Refused, Unreachable
from matinee.kernel.http import USER_AGENT, Wire

Answering = Callable[[httpx2.Request], httpx2.Response]


def wire(answering: Answering, **more: Any) -> Wire:
    return Wire("TMDB", "http://tmdb.test/3", transport=httpx2.MockTransport(answering), **more)


def status(code: int, content: bytes = b"") -> Answering:
    return lambda request: httpx2.Response(code, content=content)


def failing(error: Exception) -> Answering:
    def answering(request: httpx2.Request) -> httpx2.Response:
        raise error

    return answering


async def test_a_call_goes_to_the_far_end_with_our_name_and_its_own_parameters() -> None:
    seen: list[httpx2.Request] = []

    def answering(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(200, json={"ok": True})

    async with wire(answering, headers={"X-Api-Key": "k"}, params={"lang": "en"}) as tmdb:
        answer = await tmdb.get("/movie/603", {"page": 2})
    assert tmdb.json(answer) == {"ok": True}
    assert str(seen[0].url) == "http://tmdb.test/3/movie/603?lang=en&page=2"
    assert (seen[0].headers["user-agent"], seen[0].headers["x-api-key"]) == (USER_AGENT, "k")


@pytest.mark.parametrize(
    ("code", "kind", "says"),
    [
        (400, Refused, "TMDB: answers HTTP 400"),
        (401, Refused, "TMDB: the key or password was refused (HTTP 401)"),
        (403, Refused, "TMDB: the key or password was refused (HTTP 403)"),
        (404, NotFound, "TMDB: not found (HTTP 404)"),
        (429, Unreachable, "TMDB: answers HTTP 429"),
        (500, Unreachable, "TMDB: answers HTTP 500"),
        (503, Unreachable, "TMDB: answers HTTP 503"),
    ],
)
async def test_a_status_means_come_later_or_do_not_come(code: int, kind: type[Exception], says: str) -> None:
    async with wire(status(code)) as tmdb:
        with pytest.raises(kind) as caught:
            await tmdb.get("x")
    assert str(caught.value) == says


async def test_a_status_that_is_expected_is_an_answer() -> None:
    async with wire(status(409, b"there already")) as tmdb:
        answer = await tmdb.post("x", accept=(409,), data={"a": "b"})
    assert (answer.status_code, answer.text) == (409, "there already")


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (httpx2.ConnectTimeout("x"), "TMDB: no connection in time"),
        (httpx2.ReadTimeout("x"), "TMDB: no answer in time"),
        (httpx2.ConnectError("Name or service not known"), "TMDB: no connection (Name or service not known)"),
        (httpx2.ConnectError(""), "TMDB: no connection (refused)"),
        (httpx2.RemoteProtocolError(""), "TMDB: RemoteProtocolError"),
        (httpx2.ReadError("reset http://x/?apikey=s3cr3t"), "TMDB: reset http://x/?apikey=[redacted]"),
    ],
)
async def test_no_answer_is_unreachable_in_plain_words(error: Exception, says: str) -> None:
    async with wire(failing(error)) as tmdb:
        with pytest.raises(Unreachable) as caught:
            await tmdb.get("x")
    assert str(caught.value) == says


@pytest.mark.parametrize("address", ["ftp://x/y", "x/y", "http://x:notaport/"])
async def test_an_address_that_is_none_is_refused(address: str) -> None:
    async with Wire("TMDB", "") as tmdb:
        with pytest.raises(Refused, match="TMDB: the address"):
            await tmdb.get(address)


async def test_an_answer_without_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "MAX_ANSWER_BYTES", 1024 * 1024)
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 1
            yield b"x" * 65536

    async with wire(lambda request: httpx2.Response(200, content=endless())) as tmdb:
        with pytest.raises(Refused, match="larger than 1 MB"):
            await tmdb.get("x")
    assert sent < 30


async def test_a_login_page_where_json_was_expected_is_refused() -> None:
    def answering(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, html="<h1>Sign in</h1>")

    async with wire(answering) as tmdb:
        answer = await tmdb.get("x")
        with pytest.raises(Refused, match="expected JSON, got text/html"):
            tmdb.json(answer)


async def test_json_nested_without_end_is_refused() -> None:
    async with wire(status(200, b"[" * 200_000)) as tmdb:
        answer = await tmdb.get("x")
        with pytest.raises(Refused, match="expected JSON"):
            tmdb.json(answer)


async def test_packed_answers_are_unpacked_once() -> None:
    import gzip

    def answering(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, headers={"content-encoding": "gzip"}, content=gzip.compress(b'{"a": 1}'))

    async with wire(answering) as tmdb:
        assert tmdb.json(await tmdb.get("x")) == {"a": 1}


async def test_what_claims_to_be_packed_and_is_not_is_unreachable() -> None:
    def answering(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, headers={"content-encoding": "gzip"}, content=b"not packed")

    async with wire(answering) as tmdb:
        with pytest.raises(Unreachable, match="TMDB: "):
            await tmdb.get("x")


async def test_redirects_are_followed_only_when_asked_for() -> None:
    def answering(request: httpx2.Request) -> httpx2.Response:
        if request.url.path == "/3/old":
            return httpx2.Response(302, headers={"location": "/3/new"})
        return httpx2.Response(200, text="new")

    async with wire(answering) as tmdb:
        assert (await tmdb.get("old")).status_code == 302
    async with wire(answering, follow_redirects=True) as tmdb:
        assert (await tmdb.get("old")).text == "new"


async def test_redirects_in_a_circle_come_to_an_end() -> None:
    def answering(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(302, headers={"location": "/3/x"})

    async with wire(answering, follow_redirects=True) as tmdb:
        with pytest.raises(Unreachable, match="edirect"):
            await tmdb.get("x")


async def test_cookies_are_kept_between_calls() -> None:
    def answering(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, headers={"set-cookie": "SID=1"}, text=request.headers.get("cookie", ""))

    async with wire(answering) as tmdb:
        await tmdb.get("x")
        assert (await tmdb.get("x")).text == "SID=1"
        assert tmdb.cookies["SID"] == "1"


async def test_the_proxy_of_the_surroundings_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    async with wire(status(200, b"direct")) as tmdb:
        assert (await tmdb.get("x")).text == "direct"


async def dripping() -> AsyncIterator[bytes]:
    while True:
        yield b"x"
        await asyncio.sleep(0.01)


async def test_an_answer_that_only_drips_comes_to_its_deadline() -> None:
    async with wire(lambda request: httpx2.Response(200, content=dripping()), deadline=0.1) as tmdb:
        with pytest.raises(Unreachable, match=r"^TMDB: no answer in time$"):
            async with asyncio.timeout(5):
                await tmdb.get("x")


async def test_without_a_deadline_a_call_may_take_four_times_its_longest_silence() -> None:
    async with wire(lambda request: httpx2.Response(200, content=dripping()), timeout=0.05) as tmdb:
        with pytest.raises(Unreachable, match="no answer in time"):
            async with asyncio.timeout(5):
                await tmdb.get("x")
