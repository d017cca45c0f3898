"""Torrents and NZBs are fetched with care: from the web only, without the key, and only when they are what they say."""

import gzip

import httpx2
import pytest

from matinee.kernel.errors import MatineeError, NotFound, Refused, Unreachable
from matinee.media.release import Protocol, Release
from matinee.pipeline.ports import Limited, Payload
from matinee.products.newznab import NewznabIndexer
from tests.products.newznab.nzbs import NZB
from tests.products.newznab.site import KEY, Site
from tests.products.torznab.torrents import infohash, torrent

MAGNET = "magnet:?xt=urn:btih:" + "b" * 40 + "&dn=Tin+Comet"
ENTITIES = b'<!DOCTYPE nzb [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><nzb><file subject="&b;"/></nzb>'


def offered(url: str = "https://files.test/1.torrent") -> Release:
    return Release("g", "Tin Comet", "Reel", url, 1)


async def fetched(answer: httpx2.Response, protocol: Protocol = Protocol.TORRENT) -> Payload:
    site = Site()
    site.files = {"/1.torrent": answer}
    return await site.indexer(protocol=protocol).fetch(offered())


async def test_a_torrent_is_fetched_and_named_and_the_key_goes_nowhere_else() -> None:
    site = Site()
    site.files = {"/1.torrent": httpx2.Response(200, content=torrent())}
    payload = await site.indexer().fetch(offered("https://files.test/1.torrent?id=5"))
    assert payload.torrent == torrent() and payload.infohash == infohash() and payload.magnet is None
    assert site.urls == ["https://files.test/1.torrent?id=5"]


async def test_a_magnet_address_needs_no_network() -> None:
    site = Site()
    payload = await site.indexer().fetch(offered(MAGNET))
    assert payload.magnet == MAGNET and payload.infohash == "b" * 40 and site.urls == []


@pytest.mark.parametrize(
    "answer", [httpx2.Response(302, headers={"location": MAGNET}), httpx2.Response(200, content=MAGNET.encode())]
)
async def test_a_magnet_sent_instead_is_taken(answer: httpx2.Response) -> None:
    site = Site()
    site.files = {"/1.torrent": answer}
    payload = await site.indexer().fetch(offered())
    assert payload.magnet == MAGNET and payload.infohash == "b" * 40 and payload.torrent is None


async def test_redirects_to_the_web_are_followed_five_times() -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        hop = int(request.url.path[1:])
        if hop < 5:
            return httpx2.Response(301, headers={"location": f"/{hop + 1}"})
        return httpx2.Response(200, content=torrent())

    indexer = NewznabIndexer(
        "Reel", "http://reel.test", KEY, protocol=Protocol.TORRENT, transport=httpx2.MockTransport(answer)
    )
    assert (await indexer.fetch(offered("http://files.test/0"))).infohash == infohash()
    with pytest.raises(Refused, match="more than 5 times"):
        await indexer.fetch(offered("http://files.test/-1"))


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://files.test/1", "data:text/plain,x", "", "gopher://x"])
async def test_other_addresses_are_never_opened(url: str) -> None:
    site = Site()
    with pytest.raises(Refused, match="not downloaded from"):
        await site.indexer().fetch(offered(url))
    site.files = {"/1.torrent": httpx2.Response(302, headers={"location": url or "file:///x"})}
    with pytest.raises(Refused, match="not downloaded from"):
        await site.indexer().fetch(offered())
    assert site.urls == ["https://files.test/1.torrent"]


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        (httpx2.Response(200, content=b"<!doctype html><html>"), Refused, "login or block page"),
        (httpx2.Response(200, content=b'<error code="501" description="Grab limit"/>'), Unreachable, "Grab limit"),
        (httpx2.Response(200, content=b"<rss/>"), Refused, "not a torrent"),
        (httpx2.Response(200, content=b"d4:infoi1ee"), Refused, "not a torrent: it has no 'info'"),
        (httpx2.Response(200, content=b""), Refused, "not a torrent"),
        (httpx2.Response(200, content=b"d" + bytes(10 * 1024 * 1024)), Refused, "larger than 10 MB"),
        (httpx2.Response(200, content=b"magnet:?dn=nothing"), Refused, "names no torrent"),
        (httpx2.Response(404), NotFound, "gone"),
        (httpx2.Response(410), NotFound, "gone"),
        (httpx2.Response(429, headers={"retry-after": "60"}), Limited, "try again in 60 s"),
    ],
)
async def test_what_is_no_torrent_is_told(answer: httpx2.Response, error: type[MatineeError], words: str) -> None:
    with pytest.raises(error, match=words):
        await fetched(answer)


@pytest.mark.parametrize("body", [NZB, gzip.compress(NZB)])
async def test_an_nzb_is_fetched_as_it_is(body: bytes) -> None:
    assert await fetched(httpx2.Response(200, content=body), Protocol.USENET) == Payload(nzb=body)


async def test_an_nzb_behind_a_redirect_is_fetched_without_the_key() -> None:
    site = Site()
    site.files = {
        "/1.torrent": httpx2.Response(301, headers={"location": "https://nzb.test/get?i=1"}),
        "/get": httpx2.Response(200, content=NZB),
    }
    assert (await site.indexer(protocol=Protocol.USENET).fetch(offered())).nzb == NZB
    assert site.urls == ["https://files.test/1.torrent", "https://nzb.test/get?i=1"]


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        (httpx2.Response(200, content=b"<!doctype html><html>"), Refused, "login or block page"),
        (httpx2.Response(200, content=b'<error code="501" description="Grab limit"/>'), Limited, "Grab limit"),
        (httpx2.Response(200, content=b'<error code="300" description="Gone"/>'), NotFound, "Gone"),
        (httpx2.Response(200, content=b"<nzb/>"), Refused, "not an NZB: it lists no files"),
        (httpx2.Response(200, content=b"<rss/>"), Refused, "not an NZB"),
        (httpx2.Response(200, content=b""), Refused, "not an NZB"),
        (httpx2.Response(200, content=gzip.compress(NZB)[:-9]), Refused, "not an NZB"),
        (httpx2.Response(200, content=ENTITIES), Refused, "declares entities"),
        (httpx2.Response(200, content=torrent()), Refused, "not an NZB"),
        (httpx2.Response(302, headers={"location": MAGNET}), Refused, "an NZB is not downloaded from 'magnet:'"),
        (httpx2.Response(404), NotFound, "the NZB is gone"),
        (httpx2.Response(429, headers={"retry-after": "60"}), Limited, "try again in 60 s"),
        (httpx2.Response(500), Unreachable, "HTTP 500"),
    ],
)
async def test_what_is_no_nzb_is_told(answer: httpx2.Response, error: type[MatineeError], words: str) -> None:
    with pytest.raises(error, match=words) as raised:
        await fetched(answer, Protocol.USENET)
    assert KEY not in str(raised.value)
