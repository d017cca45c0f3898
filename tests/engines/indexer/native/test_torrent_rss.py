import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from matinee.engines.indexer.native import TorrentRss
from matinee.engines.indexer.native.calling import Pace
from matinee.engines.indexer.native.moments import moment
from matinee.engines.indexer.native.rss_rows import size_in_words
from matinee.kernel.errors import NotFound, Refused
from matinee.kernel.guard import Guard
from matinee.media.indexing import Function, Privacy, Question
from matinee.media.release import Release
from matinee.pipeline.ports import Indexer

NOW = datetime(2026, 5, 10, 12, 0, tzinfo=UTC)
HASH = "0123456789abcdef0123456789abcdef01234567"
MAGNET = f"magnet:?xt=urn:btih:{HASH}&amp;dn=x"
SIZED = '<enclosure url="http://feed.test/1.torrent" length="734003200" type="application/x-bittorrent"/>'
INFO = b"d6:lengthi4e4:name1:x12:piece lengthi16384e6:pieces20:" + b"x" * 20 + b"e"
TORRENT = b"d4:info" + INFO + b"e"


async def at_once(seconds: float) -> None:
    return


def item(inside: str, title: str = "Detour 1945 720p WEB-DL x264-LAB") -> str:
    return f"<item><title>{title}</title>{inside}</item>"


def feed(*items: str) -> str:
    spaces = (
        'xmlns:torrent="http://xmlns.ezrss.it/0.1/" xmlns:nyaa="https://nyaa.si/xmlns/nyaa" xmlns:torznab="http://t"'
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" {spaces}><channel>{"".join(items)}</channel></rss>'
    )


def rss(answer: str | bytes | Callable[[httpx2.Request], httpx2.Response], **more: Any) -> TorrentRss:
    def answering(request: httpx2.Request) -> httpx2.Response:
        return answer(request) if callable(answer) else httpx2.Response(200, content=answer)

    told = {"transport": httpx2.MockTransport(answering), "pace": Pace(0, sleep=at_once), "clock": lambda: NOW, **more}
    return TorrentRss("Feed", told.pop("url", "http://feed.test/rss"), **told)


async def only(inside: str, **more: Any) -> Release:
    (found,) = (await rss(feed(item(inside)), **more).ask(Question(is_interactive=True))).releases
    return found


async def test_a_feed_is_an_indexer() -> None:
    indexer: Indexer = rss(feed(item(SIZED + "<pubDate>Sun, 10 May 2026 10:00:00 +0200</pubDate>")))
    page = await indexer.ask(Question())
    (found,) = page.releases
    assert (found.name, found.size) == ("Detour 1945 720p WEB-DL x264-LAB", 734003200)
    assert (found.download_url, found.published) == (
        "http://feed.test/1.torrent",
        datetime(2026, 5, 10, 8, 0, tzinfo=UTC),
    )
    assert (found.categories, found.indexer, found.indexer_priority) == ((2000, 2040), "Feed", 25)
    assert (await indexer.probe()).startswith("1 releases, ")
    assert not (await indexer.abilities()).turns_pages
    await indexer.close()


@pytest.mark.parametrize(
    ("inside", "address"),
    [
        (SIZED, "http://feed.test/1.torrent"),
        ("<link>http://feed.test/get/7</link>", "http://feed.test/get/7"),
        ("<link>/get/7</link>", "http://feed.test/get/7"),
        (f"<link>{MAGNET}</link>", MAGNET.replace("&amp;", "&")),
        (f"<torrent:magnetURI>{MAGNET}</torrent:magnetURI>", MAGNET.replace("&amp;", "&")),
        (f"<description><![CDATA[<a href='{MAGNET}'>get</a>]]></description>", MAGNET.replace("&amp;", "&")),
        (f'<enclosure url="{MAGNET}" type="application/x-bittorrent"/>', MAGNET.replace("&amp;", "&")),
        (f"<link>http://feed.test/page/7</link><guid>{MAGNET}</guid>", MAGNET.replace("&amp;", "&")),
        (
            "<link>http://feed.test/page</link><link>http://feed.test/7.torrent?k=1</link>",
            "http://feed.test/7.torrent?k=1",
        ),
        ('<enclosure url="http://feed.test/p.jpg" type="image/jpeg"/>' + SIZED, "http://feed.test/1.torrent"),
        ('<link rel="enclosure" href="http://feed.test/a.torrent"/>', "http://feed.test/a.torrent"),
    ],
)
async def test_the_torrent_is_found_wherever_a_dialect_puts_it(inside: str, address: str) -> None:
    found = await only(inside)
    assert found.download_url == address
    if address.startswith("magnet:"):
        assert (found.infohash, found.magnet_url) == (HASH, address)


@pytest.mark.parametrize(
    ("inside", "size"),
    [
        (SIZED, 734003200),
        ("<torrent:contentLength>1234567</torrent:contentLength>", 1234567),
        ("<torrent:torrent><torrent:contentLength>77</torrent:contentLength></torrent:torrent>", 77),
        ("<nyaa:size>1.5 GiB</nyaa:size>", 1610612736),
        ("<size>42</size>", 42),
        ('<torznab:attr name="size" value="43"/>', 43),
        ("<description>Size: 1.5 GB | Seeds: 3</description>", 1610612736),
        ("<description>&lt;b&gt;Size:&lt;/b&gt; 700 MB&lt;br&gt;</description>", 734003200),
        ("<description>10 Mb/s line. File size 1,5 GB</description>", 1610612736),
        ("<description>nothing</description>", 0),
        (
            '<enclosure url="http://feed.test/x.torrent" length="30000"/><description>Size: 2 GB</description>',
            2147483648,
        ),
    ],
)
async def test_the_size_is_found_wherever_a_dialect_puts_it(inside: str, size: int) -> None:
    assert (await only(inside + "<link>http://feed.test/7</link>")).size == size


@pytest.mark.parametrize(
    ("text", "size"),
    [("1,024 MB", 1073741), ("1,024.5 MB", 1074266112), ("900 bytes", 900), ("1 TB", 2**40), ("720p 5.1", 0), ("", 0)],
)
def test_sizes_in_words_are_read_as_the_field_reads_them(text: str, size: int) -> None:
    assert abs(size_in_words(text) - size) < 2


async def test_the_swarm_is_read_from_fields_or_from_words() -> None:
    nyaa = "<nyaa:seeders>5</nyaa:seeders><nyaa:leechers>2</nyaa:leechers><nyaa:downloads>99</nyaa:downloads>"
    hashed = f"<nyaa:infoHash>{HASH.upper()}</nyaa:infoHash>"
    found = await only(SIZED + nyaa + hashed)
    assert (found.seeders, found.leechers, found.grabs, found.infohash) == (5, 2, 99, HASH)
    found = await only(SIZED + "<torrent:seeds>4</torrent:seeds><torrent:peers>7</torrent:peers>")
    assert (found.seeders, found.leechers) == (4, 3)
    found = await only(SIZED + "<description>Seeders: 8 / Leechers: 1</description>")
    assert (found.seeders, found.leechers) == (8, 1)


@pytest.mark.parametrize(
    ("told", "read"),
    [
        ("Sun, 10 May 2026 10:00:00 GMT", "2026-05-10T10:00:00"),
        ("Sun, 10 May 2026 10:00:00 -0500", "2026-05-10T15:00:00"),
        ("10 May 2026 10:00", "2026-05-10T10:00:00"),
        ("2026-05-10T10:00:00Z", "2026-05-10T10:00:00"),
        ("2026-05-10T10:00:00.123+02:00", "2026-05-10T08:00:00.123000"),
        ("2026-05-10 10:00:00", "2026-05-10T10:00:00"),
        ("2026-05-10", "2026-05-10T00:00:00"),
        ("10.05.2026 10:00", "2026-05-10T10:00:00"),
        ("05/31/2026", "2026-05-31T00:00:00"),
        ("May 9, 2026", "2026-05-09T00:00:00"),
        ("1778407200", "2026-05-10T10:00:00"),
        ("1778407200000", "2026-05-10T10:00:00"),
        ("3 hours ago", "2026-05-10T09:00:00"),
        ("1 day 2 hours ago", "2026-05-09T10:00:00"),
        ("an hour ago", "2026-05-10T11:00:00"),
    ],
)
def test_moments_of_all_sorts_are_read(told: str, read: str) -> None:
    found = moment(told, NOW)
    assert found is not None
    assert found.isoformat() == f"{read}+00:00"


@pytest.mark.parametrize(
    "told", ["", "soon", "99/99/9999", "x ago", "9999 years ago" * 9, "Sun, 99 Foo 2026 10:00", "0" * 500]
)
def test_what_is_no_moment_is_none(told: str) -> None:
    assert moment(told, NOW) is None


NAMES = [
    "Detour.1945.720p.WEB-DL.x264-LAB",
    "Amélie's Café 2001 1080p",
    "The Long Street S01E02 720p WEB",
    "The Long Street S02 1080p",
    "The Daily News 2026 05 09 WEB",
]


@pytest.mark.parametrize(
    ("question", "found"),
    [
        (Question(), [0, 1, 2, 3, 4]),
        (Question(text="detour"), [0]),
        (Question(text="tour"), []),
        (Question(text="AMELIES cafe"), [1]),
        (Question(Function.MOVIE, text="Detour", year=1945), [0]),
        (Question(Function.MOVIE, text="Detour", year=1946), []),
        (Question(Function.TV, text="the long street", season=1), [2]),
        (Question(Function.TV, text="the long street", season=1, episode="2"), [2]),
        (Question(Function.TV, text="the long street", season=2), [3]),
        (Question(Function.TV, text="the daily news", season=2026, episode="05/09"), [4]),
        (Question(Function.MOVIE, imdb="tt0037638"), []),
        (Question(Function.MOVIE, imdb="tt0037638", text="detour"), [0]),
        (Question(text="detour", offset=100), []),
        (Question(Function.MUSIC, text="detour"), []),
        (Question(categories=(5000,)), [2, 3, 4]),
        (Question(categories=(2040,)), [0, 1]),
        (Question(limit=2), [0, 1]),
    ],
)
async def test_a_question_is_answered_by_the_words_of_the_names(question: Question, found: list[int]) -> None:
    rows = [
        item(f'<enclosure url="http://feed.test/{n}.torrent" length="99999999"/>', name) for n, name in enumerate(NAMES)
    ]
    page = await rss(feed(*rows)).ask(question)
    assert [one.name for one in page.releases] == [NAMES[n] for n in found]


async def test_a_row_without_size_is_told_and_left_out_or_given_one() -> None:
    sizeless = feed(item("<link>http://feed.test/1</link>"))
    page = await rss(sizeless).ask(Question())
    assert not page.releases
    assert "tells no size; set a default size" in page.troubles[0]
    with pytest.raises(Refused, match="tells no size"):
        await rss(sizeless).probe()
    assert (await rss(sizeless, allow_zero_size=True).ask(Question())).releases[0].size == 0
    assert (await rss(sizeless, default_size=5).ask(Question())).releases[0].size == 5


async def test_a_bad_row_does_not_lose_the_others() -> None:
    bad = [
        "<item/>",
        item("<link>ftp://x/y</link>"),
        item("<link>javascript:x</link>"),
        "<item><title> </title></item>",
    ]
    page = await rss(feed(*bad, item(SIZED))).ask(Question())
    assert (len(page.releases), page.rows, len(page.troubles)) == (1, 5, 4)


async def test_an_atom_feed_is_read_too() -> None:
    link = '<link rel="enclosure" href="http://feed.test/a.torrent"/><link href="http://feed.test/page"/>'
    entry = f"<entry><title>A Film 2001</title>{link}<updated>2026-05-10T10:00:00Z</updated></entry>"
    body = f'<feed xmlns="http://www.w3.org/2005/Atom">{entry}</feed>'
    (found,) = (await rss(body, allow_zero_size=True).ask(Question())).releases
    assert (found.download_url, found.page_url) == ("http://feed.test/a.torrent", "http://feed.test/page")
    assert found.published == datetime(2026, 5, 10, 10, 0, tzinfo=UTC)


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1 if n else chr(0)};".replace(chr(0), "") * 10}">' for n in range(9))
    + "]><rss><channel><item><title>&a8;</title></item></channel></rss>"
)


@pytest.mark.parametrize(
    "body",
    [
        BOMB,
        '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><item><title>&x;</title></item></channel></rss>',
        "<!DOCTYPE html><html><title>Sign in</title></html>",
        "<html>",
        "",
        "no xml",
        "<rss><channel>",
        "<caps/>",
        "<a>" * 100_000,
        b"\x00\x01\x02",
        "<rss>" + "<x>" * 5000 + "</x>" * 5000 + "</rss>",
    ],
)
async def test_what_is_no_sound_feed_is_refused(body: str | bytes) -> None:
    with pytest.raises(Refused, match="Feed"):
        await rss(body).ask(Question())


async def test_a_feed_of_ten_megabytes_is_read_by_its_first_thousand_rows() -> None:
    page = await rss(feed(*[item(SIZED + f"<description>{'x' * 4000}</description>")] * 2500)).ask(Question())
    assert page.rows == 1000


async def test_a_guid_that_carries_a_key_is_hashed() -> None:
    found = await only(SIZED + "<guid>http://feed.test/x?passkey=secret-word</guid>")
    assert (len(found.guid), found.page_url) == (40, None)
    found = await only(SIZED + "<guid>http://feed.test/page/7</guid>")
    assert found.guid == found.page_url == "http://feed.test/page/7"


async def test_the_cookie_goes_to_the_feeds_own_host_only() -> None:
    seen: list[tuple[str, str | None]] = []

    def answering(request: httpx2.Request) -> httpx2.Response:
        seen.append((str(request.url), request.headers.get("cookie")))
        if request.url.path == "/rss":
            rows = [item(f'<enclosure url="{url}" length="99999999"/>') for url in addresses]
            return httpx2.Response(200, text=feed(*rows))
        if request.url.path == "/2.torrent":
            return httpx2.Response(302, headers={"location": "https://cdn.test/2"})
        return httpx2.Response(200, content=TORRENT)

    addresses = ["https://feed.test/1.torrent", "https://feed.test/2.torrent", "https://evil.test/3.torrent"]
    addresses += ["http://feed.test/4.torrent", "https://feed.test:8443/5.torrent"]
    indexer = rss(answering, url="https://feed.test/rss", cookie="uid=7; pass=secret-word")
    for one in (await indexer.ask(Question())).releases:
        assert (await indexer.fetch(one)).infohash == hashlib.sha1(INFO).hexdigest()
    cookies = {url: bool(cookie) for url, cookie in seen}
    assert [url for url, sent in cookies.items() if sent] == ["https://feed.test/rss", *addresses[:2]]
    assert "https://cdn.test/2" in cookies
    assert indexer.facts.privacy is Privacy.PRIVATE


async def test_links_and_redirects_of_a_feed_do_not_lead_into_the_house() -> None:
    def answering(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(302, headers={"location": "http://169.254.169.254/x.torrent"})

    indexer = rss(answering, guard=Guard())
    for url in ("http://feed.test/a", "http://127.0.0.1/x.torrent", "http://2130706433/", "http://localhost:8080/"):
        with pytest.raises(Refused, match="Feed: a link points"):
            await indexer.fetch(Release("g", "n", "Feed", url, 1))


async def test_a_redirect_to_a_magnet_link_is_the_torrent() -> None:
    link = MAGNET.replace("&amp;", "&")
    indexer = rss(lambda request: httpx2.Response(302, headers={"location": link}))
    payload = await indexer.fetch(Release("g", "n", "Feed", "http://feed.test/a", 1))
    assert (payload.magnet, payload.infohash) == (link, HASH)


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (httpx2.Response(404), NotFound, "is gone"),
        (httpx2.Response(200, text="<html>log in</html>"), Refused, "is not a torrent"),
        (httpx2.Response(200, content=b"d" + b"x" * 11 * 1024 * 1024), Refused, "larger than 10 MB"),
        (httpx2.Response(403), Refused, "a cookie may be missing"),
    ],
)
async def test_what_is_no_torrent_is_told(answer: httpx2.Response, kind: type[Exception], says: str) -> None:
    with pytest.raises(kind, match=says):
        await rss(lambda request: answer).fetch(Release("g", "n", "Feed", "http://feed.test/a", 1))


@pytest.mark.parametrize("url", ["feed.test/rss", "ftp://feed.test/", "", "http://x:y/"])
def test_an_address_that_is_no_feeds_is_refused(url: str) -> None:
    with pytest.raises(Refused, match="Feed: "):
        TorrentRss("Feed", url)
