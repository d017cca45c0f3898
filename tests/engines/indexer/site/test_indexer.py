"""A whole indexer on a small site: what it finds, what it tells when it finds nothing, and what it never gives away."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from matinee.engines.indexer.language.reading import read_definition
from matinee.engines.indexer.site.indexer import CardigannIndexer
from matinee.kernel.errors import NotFound, Refused, Unreachable
from matinee.kernel.guard import Guard, PointsInside
from matinee.kernel.redact import redact
from matinee.media.indexing import Function, Page, Question
from matinee.pipeline.ports import Indexer, Limited
from tests.engines.indexer.site.tracker_site import FORM, LINK, TrackerSite, definition_text, indexer_of, listing, row
from tests.serving import serving

NIGHT = datetime(2026, 5, 1, 12, tzinfo=UTC)
PATHS = "\nsearch:\n  paths: [{path: one.php}, {path: two.php}, {path: three.php}]\n"


async def page(site: Callable[[httpx2.Request], httpx2.Response], text: str = "", **more: Any) -> Page:
    question = more.pop("question", Question())
    indexer = indexer_of(text or definition_text(), site, clock=lambda: NIGHT, **more)
    try:
        return await indexer.ask(question)
    finally:
        await indexer.close()


def answering(**told: Any) -> Callable[[httpx2.Request], httpx2.Response]:
    return lambda _: httpx2.Response(**{"status_code": 200, **told})


async def test_it_says_what_it_can_without_asking_anybody() -> None:
    indexer: Indexer = indexer_of(definition_text(), TrackerSite(), priority=7, link="https://mirror.test")
    abilities = await indexer.abilities()
    assert abilities.takes(Function.MOVIE, "imdbid")
    assert abilities.functions[Function.SEARCH] == {"q"}
    assert Function.BOOK not in abilities.functions
    assert {2000, 2040, 5040, 3000, 100001} <= {one.id for one in abilities.categories}
    assert (indexer.name, indexer.priority, indexer.facts.site) == ("Tiny Tracker", 7, "https://mirror.test/")
    assert indexer.facts.requests_apart == 2.0
    slow = definition_text().replace("type: private", "type: private\nrequestDelay: 4.5")
    assert indexer_of(slow, TrackerSite()).facts.requests_apart == 4.5


async def test_releases_are_read_with_their_links_and_categories() -> None:
    found = await page(answering(html=listing(row(1), row(2, "2"))))
    assert [(one.name, one.categories[0], one.seeders) for one in found.releases] == [
        ("Tin Comet 1 1080p", 2040, 1),
        ("Tin Comet 2 1080p", 5040, 2),
    ]
    assert found.releases[0].download_url == f"{LINK}download.php?id=1"
    assert (found.rows, found.troubles) == (2, ())


async def test_all_paths_are_asked_with_a_rest_between_and_each_release_is_told_once() -> None:
    pages = {"/one.php": listing(row(1), row(2)), "/two.php": listing(), "/three.php": listing(row(2), row(3))}
    rests: list[float] = []

    async def rest(seconds: float) -> None:
        rests.append(seconds)

    found = await page(
        lambda one: httpx2.Response(200, html=pages[one.url.path]), definition_text(search=PATHS), pause=rest
    )
    assert [one.name for one in found.releases] == [f"Tin Comet {n} 1080p" for n in (1, 2, 3)]
    assert rests == [2.0, 2.0]


async def test_a_path_that_fails_does_not_lose_the_others() -> None:
    def site(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(500) if request.url.path == "/one.php" else httpx2.Response(200, html=listing(row(1)))

    found = await page(site, definition_text(search=PATHS))
    assert len(found.releases) == 1
    assert found.troubles == ("Tiny Tracker: answers HTTP 500",)


async def test_a_row_that_cannot_be_read_is_told_by_field_and_selector() -> None:
    broken = "<tr><td class='cat'>1</td><td><a class='dl' href='x'>DL</a></td><td class='size'>1 GB</td></tr>"
    found = await page(answering(html=listing(broken, row(2))))
    assert [one.name for one in found.releases] == ["Tin Comet 2 1080p"]
    assert any("'title'" in trouble and "a.name" in trouble for trouble in found.troubles)


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (
            {"status_code": 301, "headers": {"location": "https://new.test/browse.php?key=12345678"}},
            Refused,
            "new.test/browse",
        ),
        ({"status_code": 401}, Refused, "not accepted"),
        ({"status_code": 403}, Refused, "blocks us"),
        ({"status_code": 404}, NotFound, "no such page"),
        ({"status_code": 410}, Refused, "HTTP 410"),
        ({"status_code": 500}, Unreachable, "HTTP 500"),
        ({"status_code": 204}, Refused, "HTTP 204"),
        ({"content": bytes(10 * 1024 * 1024 + 1)}, Refused, "larger than 10 MB"),
    ],
)
async def test_an_answer_that_is_no_page_is_told(answer: dict[str, Any], kind: type[Exception], words: str) -> None:
    with pytest.raises(kind, match=words) as told:
        await page(answering(**answer))
    assert "12345678" not in str(told.value)


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        (None, None),
        ("120", 120),
        ("Fri, 01 May 2026 12:05:00 GMT", 300),
        ("Fri, 01 May 2026 11:00:00 GMT", 0),
        ("soon", None),
        ("99999999999", 604800),
    ],
)
async def test_a_pause_is_asked_for_in_seconds_or_by_a_date(told: str | None, seconds: float | None) -> None:
    headers = {"retry-after": told} if told else {}
    with pytest.raises(Limited) as error:
        await page(answering(status_code=429, headers=headers), definition_text(search=PATHS))
    assert error.value.seconds == seconds


async def test_a_redirect_is_followed_only_where_the_path_says_so() -> None:
    def site(request: httpx2.Request) -> httpx2.Response:
        if request.url.path == "/browse.php":
            return httpx2.Response(302, headers={"location": "/real.php"})
        return httpx2.Response(200, html=listing(row(1)))

    with pytest.raises(Refused, match="redirects"):
        await page(site)
    text = definition_text().replace("- path: browse.php", "- path: browse.php\n      followredirect: true")
    assert len((await page(site, text)).releases) == 1


async def test_the_sites_error_on_a_search_page_is_told_in_its_words() -> None:
    text = definition_text(search="\nsearch:\n  paths: [{path: b}]\n  error: [{selector: 'h2.error'}]\n")
    with pytest.raises(Refused, match="the search is refused: Too short"):
        await page(answering(html="<h2 class=error> Too \n short </h2>"), text)


async def test_a_site_that_is_silent_is_unreachable_and_named() -> None:
    def site(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("refused", request=request)

    with pytest.raises(Unreachable, match="Tiny Tracker: no connection"):
        await page(site)


async def test_probing_needs_a_row() -> None:
    indexer = indexer_of(definition_text(), answering(html=listing(row(1))))
    assert (await indexer.probe()).startswith("1 releases, ")
    await indexer.close()
    indexer = indexer_of(definition_text(), answering(html=listing()))
    with pytest.raises(Refused, match="empty"):
        await indexer.probe()
    await indexer.close()


async def test_keys_of_the_owner_are_struck_out_of_everything_that_is_told() -> None:
    indexer_of(definition_text(), TrackerSite(), settings={"password": "open-sesame-42", "username": "commonword"})
    assert redact("the key open-sesame-42 of commonword") == "the key [redacted] of commonword"


async def test_a_header_cannot_begin_another() -> None:
    seen: list[httpx2.Request] = []

    def site(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(200, html=listing(row(1)))

    text = definition_text(search="\nsearch:\n  paths: [{path: b}]\n  headers: {X-Key: ['{{ .Config.password }}']}\n")
    await page(site, text, settings={"password": "a\r\nX-Evil: 1 é"})
    assert "x-evil" not in seen[0].headers
    assert seen[0].headers["x-key"].startswith("aX-Evil: 1 ")


async def test_a_link_into_the_house_is_not_followed() -> None:
    guard = Guard(resolve=lambda host, port: _resolved("203.0.114.7" if host == "tracker.test" else "192.168.1.1"))
    text = definition_text().replace("- path: browse.php", "- path: browse.php\n      followredirect: true")
    with pytest.raises(PointsInside, match="Tiny Tracker"):
        await page(answering(status_code=302, headers={"location": "http://router.lan/"}), text, guard=guard)


async def _resolved(address: str) -> list[str]:
    return [address]


async def test_two_searches_at_once_sign_in_once() -> None:
    site = TrackerSite()
    indexer = indexer_of(definition_text(login=FORM), site)
    await asyncio.gather(*(indexer.ask(Question(text=word)) for word in ("one", "two", "three")))
    await indexer.close()
    assert len(site.posted) == 1


async def test_it_works_over_a_real_connection() -> None:
    async def browse(request: Request) -> Response:
        if request.cookies.get("sid") != "7":
            return RedirectResponse("/login.php", 302)
        return HTMLResponse(listing(row(1)))

    async def login(request: Request) -> Response:
        if request.method == "GET":
            return HTMLResponse("<form action='/login.php'><input name=username><input name=password></form>")
        form = await request.form()
        answer = RedirectResponse("/", 303)
        answer.set_cookie("sid", "7" if form["password"] == "swordfish" else "0", httponly=True)
        return answer

    async def home(_: Request) -> Response:
        return HTMLResponse("welcome")

    routes = [Route("/browse.php", browse), Route("/login.php", login, methods=["GET", "POST"]), Route("/", home)]
    async with serving(Starlette(routes=routes)) as house:
        definition = read_definition(definition_text(login=FORM), where="x.yml")
        indexer = CardigannIndexer(
            definition,
            {"username": "ann", "password": "swordfish"},
            link=house.url,
            guard=Guard().allowing(house.url),
        )
        found = await indexer.ask(Question())
        await indexer.close()
    assert [one.download_url for one in found.releases] == [f"{house.url.rstrip('/')}/download.php?id=1"]
