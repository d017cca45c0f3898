"""How a torrent comes from a site: at once, from a page, after a thank-you, as a magnet link."""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from matinee.engines.indexer.site.download import NotATorrent
from matinee.kernel.errors import NotFound, Refused, Unreachable
from matinee.media.release import Release
from matinee.pipeline.ports import Limited, Payload
from tests.engines.indexer.site.tracker_site import LINK, TrackerSite, definition_text, indexer_of
from tests.products.torznab.torrents import infohash, torrent

HASH = "c9e15763f722f23e98a29decdfae341b98d53056"
MAGNET = f"magnet:?xt=urn:btih:{HASH}&dn=Tin+Comet"
Page = Callable[[httpx2.Request], httpx2.Response]


def html(text: str) -> Page:
    return lambda _: httpx2.Response(200, html=text)


def file(_: httpx2.Request) -> httpx2.Response:
    return httpx2.Response(200, content=torrent(), headers={"content-type": "application/x-bittorrent"})


def moved(where: str, status: int = 302) -> Page:
    return lambda _: httpx2.Response(status, headers={"location": where})


async def fetched(
    pages: dict[str, Page], download: str = "", link: str = f"{LINK}details.php?id=7", **more: Any
) -> tuple[Payload, list[httpx2.Request]]:
    site = TrackerSite(pages=pages)
    text = definition_text(download=f"\ndownload:\n{download}\n" if download else "")
    for old, new in more.pop("text", {}).items():
        text = text.replace(old, new)
    indexer = indexer_of(text, site, **more)
    try:
        return await indexer.fetch(Release("1", "Tin Comet", "Tiny", link, 1)), site.seen
    finally:
        await indexer.close()


async def test_a_link_may_be_the_torrent_itself() -> None:
    payload, seen = await fetched({"/details.php": file})
    assert payload == Payload(infohash(), torrent=torrent())
    assert len(seen) == 1


async def test_a_magnet_link_asks_nobody() -> None:
    payload, seen = await fetched({}, link=MAGNET)
    assert (payload.infohash, payload.magnet, seen) == (HASH, MAGNET, [])


async def test_redirects_are_followed_and_may_end_in_a_magnet_link() -> None:
    pages = {"/details.php": moved("/a"), "/a": moved(f"{LINK}b"), "/b": moved(MAGNET)}
    payload, _ = await fetched(pages)
    assert payload.magnet == MAGNET


async def test_five_redirects_are_enough() -> None:
    pages = {"/details.php": moved("/1"), **{f"/{n}": moved(f"/{n + 1}") for n in range(1, 5)}, "/5": file}
    assert (await fetched(pages))[0].torrent
    pages["/5"], pages["/6"] = moved("/6"), file
    with pytest.raises(Refused, match="more than 5 times"):
        await fetched(pages)


async def test_the_link_is_looked_for_on_the_page() -> None:
    download = "  selectors:\n    - {selector: a.none, attribute: href}\n    - {selector: a.dl, attribute: href}"
    payload, seen = await fetched({"/details.php": html("<a class=dl href='get/7'>x</a>"), "/get/7": file}, download)
    assert payload.torrent
    assert [one.url.path for one in seen] == ["/details.php", "/get/7"]
    assert seen[1].headers["referer"] == f"{LINK}details.php?id=7"


async def test_a_link_that_leads_to_no_torrent_makes_room_for_the_next() -> None:
    download = "  selectors:\n    - {selector: a.one, attribute: href}\n    - {selector: a.two, attribute: href}"
    page = html(f"<a class=one href='page'>x</a><a class=two href='{MAGNET}'>y</a>")
    payload, _ = await fetched({"/details.php": page, "/page": html("thanks for nothing")}, download)
    assert payload.magnet == MAGNET
    with pytest.raises(NotATorrent, match="it sends a page instead"):
        text = {"type: private": "type: private\ntestlinktorrent: false"}
        await fetched({"/details.php": page, "/page": html("<p>thanks for nothing")}, download, text=text)


async def test_a_page_without_a_link_names_what_was_looked_for() -> None:
    with pytest.raises(Refused, match=r"no torrent is found from https://tracker.test/details.php: .*'a.dl'"):
        await fetched({"/details.php": html("<p>gone")}, "  selectors: [{selector: a.dl, attribute: href}]")


async def test_before_the_download_a_thank_you_is_sent() -> None:
    download = """
  before:
    path: "thanks.php?id={{ .DownloadUri.Query.id }}"
    inputs: {user: "{{ .Config.username }} b", action: 2}
    queryseparator: ";"
"""
    payload, seen = await fetched({"/details.php": file, "/thanks.php": html("ok")}, download)
    assert payload.torrent
    assert [str(one.url) for one in seen] == [f"{LINK}thanks.php?id=7;user=ann+b;action=2", f"{LINK}details.php?id=7"]
    assert seen[0].headers["referer"] == f"{LINK}details.php?id=7"


async def test_what_comes_before_may_be_posted_to_where_the_page_says() -> None:
    download = """
  before:
    pathselector: {selector: form, attribute: action}
    method: post
    inputs: {say: "thank you"}
  selectors: [{selector: a.dl, attribute: href, usebeforeresponse: true}]
"""
    pages = {"/details.php": html("<form action='thank/7'>"), "/thank/7": html("<a class=dl href=f/7>"), "/f/7": file}
    payload, seen = await fetched(pages, download)
    assert payload.torrent
    assert (seen[1].method, seen[1].content) == ("POST", b"say=thank+you")
    assert [one.url.path for one in seen] == ["/details.php", "/thank/7", "/f/7"]


@pytest.mark.parametrize(("privacy", "trackers"), [("private", False), ("public", True)])
async def test_an_infohash_and_a_title_make_a_magnet_link(privacy: str, trackers: bool) -> None:
    download = """
  infohash:
    hash: {selector: p, filters: [{name: regexp, args: "([A-F0-9]{40})"}]}
    title: {selector: h1}
"""
    page = html(f"<h1>Tin Comet & co</h1><p>hash {HASH.upper()}</p>")
    payload, _ = await fetched({"/details.php": page}, download, text={"type: private": f"type: {privacy}"})
    assert payload.infohash == HASH
    assert payload.magnet is not None
    assert payload.magnet.startswith(f"magnet:?xt=urn:btih:{HASH.upper()}&dn=Tin+Comet+%26+co")
    assert ("&tr=" in payload.magnet) is trackers


async def test_an_infohash_that_is_not_there_leaves_the_link_itself() -> None:
    download = "  infohash:\n    hash: {selector: p.none}\n    title: {selector: h1}"
    answers = iter([httpx2.Response(200, html="<h1>x</h1>"), file(httpx2.Request("GET", LINK))])
    payload, _ = await fetched({"/details.php": lambda _: next(answers)}, download)
    assert payload.torrent


async def test_the_torrent_may_have_to_be_posted_for() -> None:
    payload, seen = await fetched(
        {"/details.php": file}, "  method: post\n  headers: {X-Key: ['{{ .Config.password }}']}"
    )
    assert payload.torrent
    assert (seen[0].method, seen[0].headers["x-key"]) == ("POST", "swordfish")


async def test_keys_in_headers_do_not_go_to_other_sites() -> None:
    away = "https://elsewhere.example/f.torrent"
    _, seen = await fetched(
        {"/details.php": moved(away), "/f.torrent": file}, "  headers: {X-Key: [k], User-Agent: [Mine]}"
    )
    assert seen[0].headers["x-key"] == "k"
    assert "x-key" not in seen[1].headers
    assert "referer" not in seen[1].headers
    assert seen[1].headers["user-agent"] == "Mine"


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (httpx2.Response(404), NotFound, "gone"),
        (httpx2.Response(500), Unreachable, "HTTP 500"),
        (httpx2.Response(403), Refused, "blocks us"),
        (httpx2.Response(200, text="d3:foo"), Refused, "something else instead of the torrent"),
        (httpx2.Response(302, headers={"location": "ftp://tracker.test/f"}), Refused, "'ftp:' addresses"),
        (httpx2.Response(302, headers={"location": "magnet:?dn=nothing"}), Refused, "names no torrent"),
    ],
)
async def test_what_is_no_torrent_is_told(answer: httpx2.Response, kind: type[Exception], words: str) -> None:
    with pytest.raises(kind, match=words):
        await fetched({"/details.php": lambda _: answer})


async def test_a_pause_is_told_in_seconds() -> None:
    with pytest.raises(Limited) as told:
        await fetched({"/details.php": lambda _: httpx2.Response(429, headers={"retry-after": "90"})})
    assert told.value.seconds == 90


async def test_every_address_is_judged_before_it_is_called() -> None:
    judged: list[str] = []

    async def judge(url: str) -> None:
        judged.append(url)
        if "inside" in url:
            raise Refused("that is the house")

    with pytest.raises(Refused, match="that is the house"):
        await fetched({"/details.php": moved("http://inside.test/f")}, judge=judge)
    assert judged == [f"{LINK}details.php?id=7", "http://inside.test/f"]
