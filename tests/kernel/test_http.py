import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx2
import pytest

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


async def test_an_answer_without_end_is_cut_off() -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 1
            yield b"x" * 65536

    async with wire(lambda request: httpx2.Response(200, content=endless()), largest=1024 * 1024) as tmdb:
        with pytest.raises(Refused, match="larger than 1 MB"):
            await tmdb.get("x")
    assert sent < 30


async def test_an_answer_may_be_as_large_as_was_agreed_and_no_larger() -> None:
    async with wire(status(200, b"x" * 2048), largest=2048) as tmdb:
        assert len((await tmdb.get("x")).content) == 2048
    async with wire(status(200, b"x" * 2049), largest=2048) as tmdb:
        with pytest.raises(Refused, match="TMDB: the answer is larger"):
            await tmdb.get("x")


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


async def follow(answering: Answering, method: str = "GET", **more: Any) -> httpx2.Response:
    async with Wire("Site", "", transport=httpx2.MockTransport(answering), follow_redirects=True) as line:
        return await line.send(method, "https://site.test/a", **more)


def leading(*hops: str, status: int = 302, seen: list[httpx2.Request]) -> Answering:
    def answering(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        if len(seen) <= len(hops):
            return httpx2.Response(status, headers={"location": hops[len(seen) - 1]})
        return httpx2.Response(200, text="there")

    return answering


SECRET = {"X-Api-Key": "k", "Authorization": "Bearer t", "Cookie": "SID=1", "Accept": "text/html"}


async def test_keys_and_cookies_go_along_on_the_same_host_only() -> None:
    seen: list[httpx2.Request] = []
    hops = ("/b", "https://other.test/c", "https://site.test/d")
    assert (await follow(leading(*hops, seen=seen), headers=SECRET)).text == "there"
    told = [(name in request.headers) for request in seen for name in ("x-api-key", "authorization", "cookie")]
    assert told == [True] * 6 + [False] * 6
    assert [request.headers["accept"] for request in seen] == ["text/html"] * 4
    assert [request.headers["host"] for request in seen] == ["site.test", "site.test", "other.test", "site.test"]


@pytest.mark.parametrize("target", ["http://site.test/b", "https://site.test:8443/b", "https://www.site.test/b"])
async def test_keys_go_neither_to_the_open_line_nor_to_another_port_or_host(target: str) -> None:
    seen: list[httpx2.Request] = []
    await follow(leading(target, seen=seen), headers=SECRET, params={"apikey": "k"})
    assert not {"x-api-key", "authorization", "cookie"} & set(seen[1].headers)
    assert str(seen[1].url) == target


async def test_cookies_that_belong_to_nobody_stay_with_the_first_host() -> None:
    seen: list[httpx2.Request] = []
    transport = httpx2.MockTransport(leading("/b", "https://other.test/", seen=seen))
    async with Wire("Site", "https://site.test", transport=transport, follow_redirects=True) as line:
        line.cookies.set("session", "1")
        await line.get("/a")
    assert [request.headers.get("cookie") for request in seen] == ["session=1", "session=1", None]


async def test_a_cookie_that_a_redirect_sets_is_used_at_once() -> None:
    def answering(request: httpx2.Request) -> httpx2.Response:
        if request.url.path == "/a":
            return httpx2.Response(302, headers={"location": "/b", "set-cookie": "SID=2; Path=/"})
        return httpx2.Response(200, text=request.headers["cookie"])

    assert (await follow(answering, headers={"Cookie": "SID=1; lang=en"})).text == "SID=2; lang=en"


@pytest.mark.parametrize(("status", "method"), [(301, "GET"), (302, "GET"), (303, "GET"), (307, "POST"), (308, "POST")])
async def test_a_form_is_sent_again_only_where_the_redirect_says_so(status: int, method: str) -> None:
    seen: list[httpx2.Request] = []
    await follow(leading("/b", status=status, seen=seen), "POST", data={"user": "ann"})
    assert (seen[1].method, seen[1].content) == (method, b"user=ann" if method == "POST" else b"")
    assert ("content-type" in seen[1].headers) is (method == "POST")


async def test_a_form_is_not_carried_to_another_host() -> None:
    seen: list[httpx2.Request] = []
    with pytest.raises(Refused, match=r"site\.test redirects a form to evil\.test"):
        await follow(leading("https://evil.test/", status=307, seen=seen), "POST", data={"password": "s"})
    assert len(seen) == 1


async def test_five_redirects_are_followed_and_not_six() -> None:
    seen: list[httpx2.Request] = []
    assert (await follow(leading(*(f"/{n}" for n in range(5)), seen=seen))).text == "there"
    seen.clear()
    with pytest.raises(Unreachable, match="Site: more than 5 redirects"):
        await follow(leading(*(f"/{n}" for n in range(6)), seen=seen))


async def test_a_redirect_to_a_magnet_link_is_the_answer() -> None:
    seen: list[httpx2.Request] = []
    answer = await follow(leading("magnet:?xt=urn:btih:00", seen=seen))
    assert (answer.status_code, answer.headers["location"]) == (302, "magnet:?xt=urn:btih:00")


@pytest.mark.parametrize("target", ["http://x:notaport/", "http://[::1/"])
async def test_a_redirect_to_no_address_is_refused(target: str) -> None:
    seen: list[httpx2.Request] = []
    with pytest.raises(Refused, match="not valid"):
        await follow(leading(target, seen=seen))
