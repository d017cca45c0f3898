import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette

from matinee.kernel.errors import Refused, Unreachable
from matinee.kernel.guard import Guard, PointsInside
from matinee.kernel.http import Wire
from matinee.kernel.proxy import Proxy
from matinee.lab.server import Door, listen
from matinee.lab.solver import BROWSER, LabSolver, ProtectedSite
from matinee.products.flaresolverr import FlareSolverr, SolvingTransport
from matinee.products.flaresolverr.wire import read_solution, unwrapped

RSS = '<?xml version="1.0"?><rss version="2.0"><channel><title>A &amp; B</title></channel></rss>'
PAGES = {
    "/json": ("application/json", '{"name": "A <b> & \\"c\\""}'),
    "/rss": ("text/xml", RSS),
    "/html": ("text/html", "<ul><li>A film</li></ul>"),
}


@asynccontextmanager
async def served(app: Starlette) -> AsyncIterator[str]:
    listener = listen("127.0.0.1", 0)
    door = Door(app, listener)
    await door.open()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        await door.close()


@asynccontextmanager
async def evening(site: ProtectedSite, solver: LabSolver, **more: Any) -> AsyncIterator[tuple[Wire, str]]:
    """A line that goes through the solver to the site."""
    async with served(site.app()) as there, served(solver.app()) as house:
        client = FlareSolverr(house, **more)
        inner = httpx2.AsyncHTTPTransport(trust_env=False)
        async with Wire("Tracker", there, transport=SolvingTransport(inner, client)) as wire:
            yield wire, there


async def test_a_test_page_is_passed_and_the_call_repeated_as_the_browser() -> None:
    site, solver = ProtectedSite(PAGES), LabSolver()
    async with evening(site, solver) as (wire, there):
        answer = await wire.get("/html")
        assert (answer.status_code, answer.text) == (200, "<ul><li>A film</li></ul>")
        assert (await wire.get("/json")).json() == {"name": 'A <b> & "c"'}
    assert site.asked == ["we GET /html stopped", "browser GET /html in", "we GET /html in", "we GET /json in"]
    assert solver.asked == [{"cmd": "request.get", "url": f"{there}/html", "maxTimeout": 60_000}]


@pytest.mark.parametrize(
    ("path", "kind", "text"),
    [
        ("/html", "text/html", "<ul><li>A film</li></ul>"),
        ("/json", "application/json", '{"name": "A <b> & \\"c\\""}'),
        ("/rss", "text/xml", RSS.partition("?>")[2]),
    ],
)
async def test_a_site_that_stops_the_repeated_call_too_is_read_through_the_browser(
    path: str, kind: str, text: str
) -> None:
    async with evening(ProtectedSite(PAGES, stubborn=True), LabSolver()) as (wire, _):
        answer = await wire.get(path)
    assert (answer.status_code, answer.text) == (200, text)
    assert answer.headers["content-type"] == f"{kind}; charset=utf-8"
    assert "cloudflare" in answer.headers["server"]


@pytest.mark.parametrize("stubborn", [False, True])
async def test_a_form_is_sent_by_the_browser(stubborn: bool) -> None:
    solver = LabSolver()
    async with evening(ProtectedSite(stubborn=stubborn), solver) as (wire, _):
        assert (await wire.post("/find", data={"q": "a film", "x": "é"})).text == "q=a+film&x=%C3%A9"
    assert (solver.asked[0]["cmd"], solver.asked[0]["postData"]) == ("request.post", "q=a+film&x=%C3%A9")


@pytest.mark.parametrize("sent", [{"json": {"q": 1}}, {"files": {"f": b"x"}}])
async def test_what_a_browser_cannot_send_is_refused(sent: dict[str, Any]) -> None:
    solver = LabSolver()
    async with evening(ProtectedSite(), solver) as (wire, _):
        with pytest.raises(Refused, match="a solver's browser cannot send"):
            await wire.post("/find", **sent)
    assert not solver.asked


async def test_our_cookies_are_given_to_the_browser_and_kept_beside_its_own() -> None:
    solver, told = LabSolver(), []

    def answering(request: httpx2.Request) -> httpx2.Response:
        told.append(request.headers.get("cookie", ""))
        is_in = "cf_clearance" in told[-1]
        page = "<title>Just a moment...</title>"
        return httpx2.Response(200 if is_in else 503, headers={"server": "cloudflare"}, html="in" if is_in else page)

    async with served(ProtectedSite().app()) as there, served(solver.app()) as house:
        transport = SolvingTransport(httpx2.MockTransport(answering), FlareSolverr(house))
        async with Wire("Tracker", there, transport=transport) as wire:
            assert (await wire.get("/x", headers={"Cookie": "uid=7"})).text == "in"
    assert told == ["uid=7", "uid=7; cf_clearance=cleared-in-the-lab"]  # and none of elsewhere.test
    assert solver.asked[0]["cookies"] == [{"name": "uid", "value": "7"}]


async def test_calls_that_are_stopped_together_start_one_browser() -> None:
    site, solver = ProtectedSite(PAGES), LabSolver()
    async with evening(site, solver) as (wire, _):
        answers = await asyncio.gather(*(wire.get("/html") for _ in range(5)))
    assert {answer.status_code for answer in answers} == {200}
    assert len(solver.asked) == 1


async def test_few_browsers_run_at_a_time() -> None:
    site, solver = ProtectedSite(PAGES), LabSolver()
    async with served(site.app()) as there, served(solver.app()) as house:
        client = FlareSolverr(house)
        await asyncio.gather(*(client.solve(f"{there}/html") for _ in range(8)))
        await client.close()
    assert solver.most_browsers <= 2


@pytest.mark.parametrize(
    ("site", "reason"),
    [
        (ProtectedSite(status=403, server="nginx"), "another server"),
        (ProtectedSite(status=404), "another status"),
    ],
)
async def test_other_refusals_are_not_given_to_the_solver(site: ProtectedSite, reason: str) -> None:
    solver = LabSolver()
    async with evening(site, solver) as (wire, _):
        with pytest.raises(Refused, match="Tracker: "):
            await wire.get("/html")
    assert not solver.asked, reason


async def test_a_refusal_of_the_site_itself_stays_as_it_is() -> None:
    def answering(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(403, headers={"server": "cloudflare"}, html="<title>Log in</title>")

    solver = FlareSolverr("http://solver.test", transport=httpx2.MockTransport(lambda request: httpx2.Response(500)))
    async with Wire("T", "http://t.test", transport=SolvingTransport(httpx2.MockTransport(answering), solver)) as wire:
        assert (await wire.get("/", accept=(403,))).text == "<title>Log in</title>"


async def test_a_long_refusal_is_not_lost_by_the_look_at_it() -> None:
    page = b"<title>Just a moment...</title>" + b"x" * 10 * 1024 * 1024

    async def slowly() -> AsyncIterator[bytes]:
        for start in range(0, len(page), 65536):
            yield page[start : start + 65536]

    def answering(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(503, headers={"server": "cloudflare"}, content=slowly())

    solver = FlareSolverr("http://solver.test", transport=httpx2.MockTransport(lambda request: httpx2.Response(500)))
    async with Wire("T", "http://t.test", transport=SolvingTransport(httpx2.MockTransport(answering), solver)) as wire:
        assert (await wire.get("/", accept=(503,))).content == page


async def test_a_packed_test_page_is_recognised() -> None:
    import gzip

    calls = 0

    def answering(request: httpx2.Request) -> httpx2.Response:
        nonlocal calls
        calls += 1
        if calls > 1:
            return httpx2.Response(200, text="in")
        body = gzip.compress(b"<html><title>DDoS-Guard</title>")
        return httpx2.Response(403, headers={"server": "ddos-guard", "content-encoding": "gzip"}, content=body)

    async with served(ProtectedSite().app()) as there, served(LabSolver().app()) as house:
        transport = SolvingTransport(httpx2.MockTransport(answering), FlareSolverr(house))
        async with Wire("T", there, transport=transport) as wire:
            assert (await wire.get("/")).text == "in"


@pytest.mark.parametrize(
    ("failure", "kind", "says"),
    [
        ("Error: Error solving the challenge. Timeout after 60.0 seconds.", Unreachable, "was not passed in time"),
        ("Error: Captcha detected but no automatic solver is configured.", Refused, "a captcha, which it cannot solve"),
        ("Error: Cloudflare has blocked this request. Probably your IP is banned.", Refused, "another proxy may help"),
        ("Error: the browser could not be started", Unreachable, "the browser could not be started"),
    ],
)
async def test_the_solvers_failures_are_told_in_words(failure: str, kind: type[Exception], says: str) -> None:
    async with evening(ProtectedSite(), LabSolver(failure)) as (wire, _):
        with pytest.raises(kind) as caught:
            await wire.get("/html")
    assert says in str(caught.value)
    assert str(caught.value).startswith("FlareSolverr at http://127.0.0.1:")
    assert str(caught.value).endswith("for 127.0.0.1")


async def test_no_solver_there_is_unreachable_in_its_name() -> None:
    async with served(ProtectedSite().app()) as there:
        transport = SolvingTransport(httpx2.AsyncHTTPTransport(), FlareSolverr("http://127.0.0.1:9"))
        async with Wire("Tracker", there, transport=transport) as wire:
            with pytest.raises(Unreachable, match=r"FlareSolverr at http://127\.0\.0\.1:9: no connection"):
                await wire.get("/")


@pytest.mark.parametrize("answer", ["[]", '"x"', "<html>", '{"status": "ok"}', '{"status": "ok", "solution": []}'])
async def test_what_is_no_solver_is_found_out(answer: str) -> None:
    transport = httpx2.MockTransport(lambda request: httpx2.Response(200, text=answer))
    solver = FlareSolverr("http://solver.test", transport=transport)
    with pytest.raises((Refused, Unreachable), match="FlareSolverr at"):
        await solver.solve("http://site.test/")
    with pytest.raises(Refused):
        await solver.probe()
    await solver.close()


async def test_a_solver_greets_the_map() -> None:
    async with served(LabSolver().app()) as house:
        solver = FlareSolverr(f"{house}/v1/")
        assert (await solver.probe()).startswith("FlareSolverr 3.3.21, ")
        await solver.close()


async def test_the_solver_uses_the_same_way_out() -> None:
    solver = LabSolver()
    async with evening(ProtectedSite(), solver, proxy=Proxy.parse("socks5://ann:passw0rd@gw:1080")) as (wire, _):
        await wire.get("/html")
    assert solver.asked[0]["proxy"] == {"url": "socks5://gw:1080", "username": "ann", "password": "passw0rd"}


async def test_a_browser_that_was_led_into_the_house_brings_nothing_back() -> None:
    def solving(request: httpx2.Request) -> httpx2.Response:
        solution = {"url": "http://192.168.1.1/admin", "status": 200, "response": "router", "userAgent": BROWSER}
        return httpx2.Response(200, json={"status": "ok", "solution": solution})

    def answering(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(503, headers={"server": "cloudflare"}, html="<title>Just a moment...</title>")

    solver = FlareSolverr("http://solver.test", transport=httpx2.MockTransport(solving))
    transport = SolvingTransport(httpx2.MockTransport(answering), solver, guard=Guard())
    async with Wire("T", "http://t.test", transport=transport) as wire:
        with pytest.raises(PointsInside, match=r"192\.168\.1\.1"):
            await wire.get("/")


def test_a_solution_of_nonsense_is_read_without_harm() -> None:
    rows = [None, {}, {"name": "a"}, {"name": "a", "value": "b\r\nX: y"}, {"name": "a;b", "value": "c"}, {"name": "ok"}]
    told = {"status": 9999, "headers": ["x"], "cookies": [*rows, {"name": "n", "value": "v", "expiry": "x"}]}
    solution = read_solution("S", {"status": "ok", "solution": {**told, "userAgent": "a\r\nb", "url": 7}})
    assert (solution.status, solution.headers, solution.user_agent, solution.url) == (200, {}, "", "")
    assert [(cookie.name, cookie.value, cookie.expires) for cookie in solution.cookies] == [("n", "v", None)]


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ('<html><head></head><body><pre style="x">[1, "&lt;"]</pre></body></html>', '[1, "<"]'),
        ('<html><head></head><body><pre>{}</pre><div class="json-formatter-container"></div></body></html>', "{}"),
        ("<html><head></head><body><pre>code</pre><p>more</p></body></html>", None),
        ("<p>no page</p>", None),
    ],
)
def test_only_what_the_browser_has_wrapped_is_unwrapped(page: str, text: str | None) -> None:
    assert unwrapped(page) == (page if text is None else text)


def test_hostile_pages_are_unwrapped_in_time() -> None:
    import time

    began = time.perf_counter()
    for piece in (
        "<html><head>",
        "<html><head></head><body><pre>",
        "</pre>",
        '<div id="webkit-xml-viewer-source-xml">',
    ):
        unwrapped(piece * 50_000)
        unwrapped("<html><head></head><body><pre>" + piece * 50_000)
    assert time.perf_counter() - began < 0.5
