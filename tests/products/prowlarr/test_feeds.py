"""Each indexer answers Torznab by itself; all of them as one; downloads come through us."""

from collections.abc import AsyncIterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import httpx2
import pytest

from matinee.kernel.errors import NotFound, Unreachable
from matinee.media.indexing import Function, IndexerFacts, Privacy
from matinee.media.release import Protocol
from matinee.pipeline.ports import Limited, Payload
from matinee.products.prowlarr.seal import NotOurs, seal, unseal
from tests.pipeline.search.fakes import EVENING
from tests.products.servarr.street import OUR_KEY, PROWLARR, TORRENT, Fake, Ours, offer

MAGNET = "magnet:?xt=urn:btih:" + "b" * 40 + "&dn=Tin Comet|x"
SECRET = b"s" * 32


@pytest.fixture
async def client(ours: Ours) -> AsyncIterator[httpx2.AsyncClient]:
    async with ours.client() as client:
        yield client


def items(answer: httpx2.Response) -> list[ElementTree.Element]:
    assert answer.status_code == 200, answer.text
    return ElementTree.fromstring(answer.content).findall("channel/item")


def error(answer: httpx2.Response) -> tuple[int, str | None]:
    return answer.status_code, ElementTree.fromstring(answer.content).get("code")


def link(item: ElementTree.Element) -> str:
    enclosure = item.find("enclosure")
    assert enclosure is not None
    return enclosure.attrib["url"]


async def test_number_0_is_a_feed_of_all_categories_with_one_release(client: httpx2.AsyncClient, ours: Ours) -> None:
    caps = ElementTree.fromstring((await client.get("/0/api", params={"t": "caps"})).content)
    assert {"2040", "5070", "7020"} <= {one.attrib["id"] for one in caps.iter("subcat")}
    for function in Function:
        [item] = items(await client.get("/0/api", params={"t": function.value, "cat": "5030,5040"}))
        assert item.findtext("title") == "Test Release"
        enclosure = item.find("enclosure")
        assert enclosure is not None and enclosure.attrib["type"] == "application/x-nzb"


async def test_both_addresses_of_a_feed_answer_the_same(client: httpx2.AsyncClient, ours: Ours) -> None:
    id = await ours.add(Fake(releases=(offer(),)))
    for path in (f"/{id}/api", f"/api/v1/indexer/{id}/newznab", f"/API/V1/Indexer/{id}/Newznab"):
        [item] = items(await client.get(path, params={"t": "movie", "imdbid": "tt0063350", "cat": "2000"}))
        assert item.findtext("title") == offer().name
        assert item.find("prowlarrindexer") is not None
    question = ours.fakes["Lab"].asked[0]
    assert (question.function, question.imdb, question.categories) == (Function.MOVIE, "tt0063350", (2000,))


async def test_a_feed_never_tells_the_address_or_key_of_the_site(client: httpx2.AsyncClient, ours: Ours) -> None:
    id = await ours.add(Fake(releases=(offer(),)))
    told = (await client.get(f"/{id}/api", params={"t": "search"})).text
    assert "passkey" not in told
    assert "lab.example" not in told


async def test_the_source_of_a_question_is_the_program_that_asks(client: httpx2.AsyncClient, ours: Ours) -> None:
    id = await ours.add(Fake(releases=(offer(),)))
    await client.get(f"/{id}/api", params={"t": "search"})
    await ours.hub.settle()
    [event] = (await client.get("/api/v1/history")).json()["records"]
    assert event["data"]["source"] == "Radarr"


@pytest.mark.parametrize("path", ["/1/api?t=caps", "/all/api?t=caps", "/0/api?t=caps", "/1/download?link=x"])
async def test_a_wrong_key_is_error_100(client: httpx2.AsyncClient, path: str) -> None:
    assert error(await client.get(path, headers={"X-Api-Key": "wrong"})) == (401, "100")


async def test_the_key_may_stand_in_the_address(client: httpx2.AsyncClient) -> None:
    path = f"/0/api?t=caps&apikey={OUR_KEY}"
    assert (await client.get(path, headers={"X-Api-Key": ""})).status_code == 200


async def test_errors_come_as_newznab_tells_them(client: httpx2.AsyncClient, ours: Ours) -> None:
    id = await ours.add(Fake())
    off = await ours.add(Fake("Off"), enabled=False)
    assert error(await client.get(f"/{id}/api")) == (400, "200")
    assert error(await client.get(f"/{id}/api", params={"t": "movie", "imdbid": "nonsense"})) == (400, "201")
    assert error(await client.get(f"/{id}/api", params={"t": "dance"})) == (400, "202")
    assert error(await client.get(f"/{off}/api", params={"t": "search"})) == (410, "410")
    assert error(await client.get("/99/api", params={"t": "search"})) == (404, "201")


async def test_a_pause_is_a_429_with_its_length(client: httpx2.AsyncClient, ours: Ours) -> None:
    fake = Fake()
    id = await ours.add(fake)
    fake.error = None
    await client.get(f"/{id}/api", params={"t": "caps"})

    async def limited(_question: object) -> None:
        raise Limited("Lab asks for a pause", seconds=120)

    fake.ask = limited  # type: ignore[method-assign, assignment]
    answer = await client.get(f"/{id}/api", params={"t": "search", "q": "x"})
    assert error(answer) == (429, "429")
    assert int(answer.headers["Retry-After"]) > 0


async def test_all_indexers_are_one_feed_with_each_release_once(client: httpx2.AsyncClient, ours: Ours) -> None:
    same = "c" * 40
    older = EVENING - timedelta(days=9)
    await ours.add(Fake("Good", releases=(offer(indexer="Good", infohash=same, indexer_priority=1),)), priority=1)
    await ours.add(
        Fake(
            "Bad",
            releases=(
                offer(indexer="Bad", infohash=same, indexer_priority=50),
                offer("Other.Film.2020.720p", "Bad", published=older, categories=(2040, 100123)),
            ),
        ),
        priority=50,
    )
    caps = (await client.get("/all/api", params={"t": "caps"})).text
    assert "100123" not in caps
    first, second = items(await client.get("/all/api", params={"t": "search", "q": "film"}))
    source = first.find("prowlarrindexer")
    assert source is not None and source.text == "Good"
    assert second.findtext("title") == "Other.Film.2020.720p"
    assert {one.text for one in second.findall("category")} == {"2040", "100123"}
    [last] = items(await client.get("/all/api", params={"t": "search", "q": "film", "offset": "1"}))
    assert last.findtext("title") == "Other.Film.2020.720p"
    assert (await client.get(link(first))).content == TORRENT


async def test_all_indexers_silent_is_an_error_and_not_an_empty_feed(client: httpx2.AsyncClient, ours: Ours) -> None:
    fake = Fake()
    await ours.add(fake)
    await client.get("/all/api", params={"t": "caps"})

    async def down(_question: object) -> None:
        raise Unreachable("Lab is down")

    fake.ask = down  # type: ignore[method-assign, assignment]
    assert (await client.get("/all/api", params={"t": "search", "q": "x"})).status_code == 429


async def test_a_torrent_comes_through_us(client: httpx2.AsyncClient, ours: Ours) -> None:
    id = await ours.add(Fake(releases=(offer(name='Film "é"/../x'),)))
    [item] = items(await client.get(f"/{id}/api", params={"t": "search"}))
    address = urlsplit(link(item))
    assert f"{address.scheme}://{address.netloc}" == PROWLARR
    assert parse_qs(address.query)["apikey"] == [OUR_KEY]
    answer = await client.get(link(item), headers={"X-Api-Key": ""})
    assert (answer.content, answer.headers["content-type"]) == (TORRENT, "application/x-bittorrent")
    assert "/" not in answer.headers["content-disposition"].partition("filename*=")[0]
    assert ours.fakes["Lab"].fetched[0].download_url == offer().download_url


async def test_a_magnet_link_is_a_redirect(client: httpx2.AsyncClient, ours: Ours) -> None:
    id = await ours.add(Fake(releases=(offer(),), payload=Payload("b" * 40, magnet=MAGNET)))
    [item] = items(await client.get(f"/{id}/api", params={"t": "search"}))
    answer = await client.get(link(item))
    assert answer.status_code == 301
    assert answer.headers["location"].startswith("magnet:?xt=urn:btih:bbbb")


async def test_an_nzb_comes_through_us_for_its_address_has_the_key(client: httpx2.AsyncClient, ours: Ours) -> None:
    facts = IndexerFacts(protocol=Protocol.USENET, privacy=Privacy.PRIVATE)
    release = offer(protocol=Protocol.USENET)
    fake = Fake(releases=(release,), facts=facts, payload=Payload(nzb=b"<nzb/>"))
    id = await ours.add(fake, kind="newznab", redirect=True)
    [item] = items(await client.get(f"/{id}/api", params={"t": "search"}))
    answer = await client.get(link(item))
    assert (answer.status_code, answer.content) == (200, b"<nzb/>")
    assert answer.headers["content-type"] == "application/x-nzb"


async def test_a_redirect_only_where_nothing_is_given_away(client: httpx2.AsyncClient, ours: Ours) -> None:
    plain = offer(name="Open", download_url="https://lab.example/dl/1")
    keyed = offer(name="Keyed", download_url="https://lab.example/dl/lab-secret-1/2")
    passkey = offer(name="Passkey")
    id = await ours.add(Fake(releases=(plain, keyed, passkey)), redirect=True)
    told = {}
    for item in items(await client.get(f"/{id}/api", params={"t": "search"})):
        told[item.findtext("title")] = await client.get(link(item))
    assert told["Open"].status_code == 301
    assert told["Open"].headers["location"] == plain.download_url
    assert (told["Keyed"].status_code, told["Passkey"].status_code) == (200, 200)
    await ours.hub.settle()
    history = (await client.get("/api/v1/history", params={"eventType": "1"})).json()["records"]
    assert len(history) == 3


async def test_a_link_that_is_not_ours_opens_nothing(client: httpx2.AsyncClient, ours: Ours) -> None:
    id = await ours.add(Fake(releases=(offer(),)))
    other = await ours.add(Fake("Other"))
    sealed = seal(SECRET, id, offer())
    for told in (sealed[:-3] + "AAA", "AAAA", "é" * 9, "", seal(b"t" * 32, id, offer())):
        assert (await client.get(f"/{id}/download", params={"link": told, "file": "x"})).status_code == 400
    assert (await client.get(f"/{other}/download", params={"link": sealed, "file": "x"})).status_code == 400
    assert (await client.get("/99/download", params={"link": sealed, "file": "x"})).status_code == 404
    assert ours.fakes["Lab"].fetched == []


async def test_a_release_that_is_gone_is_a_410(client: httpx2.AsyncClient, ours: Ours) -> None:
    id = await ours.add(Fake(error=NotFound("Lab: not found")))
    answer = await client.get(f"/{id}/download", params={"link": seal(SECRET, id, offer()), "file": "x"})
    assert error(answer) == (410, "300")


def test_a_seal_is_the_same_for_the_same_release_and_tells_all_of_it() -> None:
    release = offer(infohash="a" * 40, magnet_url=MAGNET, page_url="https://lab.example/1")
    assert seal(SECRET, 1, release) == seal(SECRET, 1, release) != seal(SECRET, 2, release)
    opened = unseal(SECRET, 1, "Lab", seal(SECRET, 1, release))
    assert (opened.download_url, opened.magnet_url, opened.guid) == (release.download_url, MAGNET, release.guid)
    with pytest.raises(NotOurs):
        unseal(SECRET, 2, "Lab", seal(SECRET, 1, release))


async def test_a_magnet_link_is_taken_where_the_owner_prefers_it(client: httpx2.AsyncClient, ours: Ours) -> None:
    settings = {"url": "https://lab.example", "prefer_magnet": "true"}
    id = await ours.add(Fake(releases=(offer(magnet_url=MAGNET),)), settings=settings)
    [item] = items(await client.get(f"/{id}/api", params={"t": "search"}))
    await client.get(link(item))
    assert ours.fakes["Lab"].fetched[0].download_url == MAGNET
