"""What an indexer answers is read field for field, and what is no feed is refused in words."""

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matinee.kernel.errors import MatineeError, NotFound, Refused, Unreachable
from matinee.media.title import ExternalIds
from matinee.products.torznab import wire
from matinee.products.torznab.magnet import magnet_infohash
from matinee.products.torznab.wire import MOST_ROWS, Feed, read_caps, read_feed
from tests.products.torznab.feeds import CAPS, FULL_ITEM, feed, item

MAGNET = "magnet:?xt=urn:btih:" + "b" * 40


def read(*items: str, extra: str = "") -> Feed:
    return read_feed("Reel", feed(items, extra), priority=7)


def test_a_full_row_field_for_field() -> None:
    (release,) = read(FULL_ITEM).releases
    assert release.name == "Tin.Comet.2021.1080p.WEB-DL.x264-REEL" and release.guid == "https://reel.test/details/1"
    assert release.download_url == "https://reel.test/dl/1?apikey=hunter2hunter2"
    assert release.page_url == "https://reel.test/details/1" and release.indexer == "Reel"
    assert release.size == 4_000_000_000 and (release.seeders, release.leechers) == (12, 3)
    assert release.published == datetime(2021, 3, 6, 20, 15, tzinfo=UTC)
    assert release.categories == (2040, 100042, 2000) and release.infohash == "a" * 40
    assert release.ids == ExternalIds(tmdb=41, imdb="tt7654321") and release.indexer_priority == 7


def test_caps_field_for_field() -> None:
    caps = read_caps("Reel", CAPS)
    assert caps.server == "Reel Index" and caps.page_size == 100
    assert caps.search == {"q"} and caps.tv == {"q", "season", "ep", "tvdbid"}
    assert caps.movie == {"q", "imdbid", "tmdbid"} and caps.categories == (2000, 2040, 5000, 5040, 100042)


def test_caps_that_say_little_get_what_the_text_of_the_standard_says() -> None:
    caps = read_caps("Reel", b'<caps><searching><search available="yes"/><movie-search/></searching></caps>')
    assert caps.search == {"q"} and caps.movie == {"q", "imdbid"} and caps.tv == frozenset()
    assert caps.page_size == 100 and caps.categories == ()


def test_a_bad_row_is_logged_and_the_others_stay(caplog: pytest.LogCaptureFixture) -> None:
    found = read(item(1), "<item/>", item(2, link="javascript:alert(1)"), item(3, title=" "), item(4))
    assert [release.name[11:17] for release in found.releases] == ["S01E01", "S01E04"]
    assert found.rows == 5 and caplog.text.count("one row of the feed was left out") == 3


def test_a_usenet_row_is_left_out() -> None:
    nzb = '<item><title>A</title><enclosure url="https://a.test/1" type="application/x-nzb"/></item>'
    assert read(nzb, item(1)).rows == 2 and len(read(nzb, item(1)).releases) == 1


@pytest.mark.parametrize(
    ("row", "size"),
    [
        (item(1, size="5"), 5),
        ('<item><title>A</title><enclosure url="https://a.test/1" length="6"/></item>', 6),
        (item(1, size="5").replace("</item>", '<x:attr xmlns:x="y" name="SIZE" value="7"/></item>'), 7),
        (item(1), 0),
        (item(1, size="-5"), 0),
        (item(1, size="9" * 40), 0),
    ],
)
def test_the_size_is_found_wherever_it_stands(row: str, size: int) -> None:
    assert read(row).releases[0].size == size


def test_a_magnet_is_a_download_address_too() -> None:
    attribute = f'<torznab:attr name="magneturl" value="{MAGNET}"/>'
    (release,) = read(f"<item><title>A</title><guid>g</guid>{attribute}</item>").releases
    assert release.download_url == MAGNET and release.infohash == "b" * 40


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "Sat, 99 Foo 2021",
        "9999-99-99",
        "Fri, 31 Dec 9999 23:59:59 -1200",
        "0001-01-01T00:00:00+12:00",
    ],
)
def test_an_odd_date_is_no_date(text: str) -> None:
    assert read(item(1, pubDate=text)).releases[0].published is None


def test_a_date_by_iso_is_read_too() -> None:
    assert read(item(1, pubDate="2021-03-06T21:15:00")).releases[0].published == datetime(
        2021, 3, 6, 21, 15, tzinfo=UTC
    )


def test_a_guid_with_a_key_in_it_is_hashed_and_shown_nowhere() -> None:
    secret = "https://reel.test/dl?id={}&amp;apikey=hunter2hunter2"
    first, second = read(item(1, guid=secret.format(1)), item(2, guid=secret.format(2))).releases
    assert "hunter2" not in first.guid + str(first.page_url) and first.guid != second.guid


def test_the_total_is_read() -> None:
    assert read(item(1), extra='<newznab:response offset="0" total="230"/>').total == 230
    assert read(item(1), extra='<newznab:response offset="0" total="many"/>').total is None


def test_control_characters_in_a_name_do_not_lose_the_feed() -> None:
    assert len(read(item(1, title="Tin\x08 Comet")).releases) == 1


@pytest.mark.parametrize(
    ("code", "description", "error", "words"),
    [
        (100, "Invalid API Key", Refused, "the API key was refused"),
        (101, "Account suspended", Refused, "Account suspended"),
        (500, "Request limit reached", Unreachable, "limit is reached"),
        (0, "Request limit reached", Unreachable, "limit is reached"),
        (429, "Slow down", Unreachable, "limit is reached"),
        (201, "Incorrect parameter", Refused, "error 201"),
        (300, "No such item", NotFound, "No such item"),
        (900, "Unknown", Unreachable, "error 900"),
        (910, "API disabled", Refused, "API disabled"),
    ],
)
def test_an_error_document_is_an_error(code: int, description: str, error: type[MatineeError], words: str) -> None:
    with pytest.raises(error, match=words) as raised:
        read_feed("Reel", f'<error code="{code}" description="{description}"/>'.encode())
    assert str(raised.value).startswith("Reel: ")


@pytest.mark.parametrize(
    "body", [b"<!DOCTYPE html><html><body>Log in</body></html>", b"\n <HTML></HTML>", b"\xef\xbb\xbf<!doctype HTML>"]
)
def test_a_page_is_told_from_a_feed(body: bytes) -> None:
    with pytest.raises(Refused, match="Reel: the answer looks like a login or block page"):
        read_feed("Reel", body)
    with pytest.raises(Refused, match="login or block page"):
        read_caps("Reel", b"Please log in", "text/html; charset=utf-8")


def test_a_feed_sent_as_html_is_still_a_feed() -> None:
    assert read_feed("Reel", feed([item(1)]), "text/html").rows == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no xml",
        b"<rss><channel></rss>",
        b"<rss/>",
        b"<caps/>",
        b"<rss><channel>&nope;</channel></rss>",
        b'{"a":1}',
    ],
)
def test_what_is_no_feed_is_refused_in_words(body: bytes) -> None:
    with pytest.raises(Refused, match="Reel answers something that is not a Torznab feed: "):
        read_feed("Reel", body)


def test_broken_xml_names_the_line() -> None:
    with pytest.raises(Refused, match="line 3"):
        read_feed("Reel", b"<rss>\n<channel>\n</wrong></rss>")


BOMB = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
OUTSIDE = '<!ENTITY a11 SYSTEM "file:///etc/passwd">'


@pytest.mark.parametrize("entities", [f'<!ENTITY a0 "boom">{BOMB}', OUTSIDE])
@pytest.mark.parametrize("use", ["<title>&a11;</title>", '<title x="&a11;">A</title>'])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("before", ["", "<!-- <a -->"])
def test_an_entity_bomb_is_refused_at_once(entities: str, use: str, encoding: str, before: str) -> None:
    head = f'<?xml version="1.0" encoding="{encoding}"?>{before}<!DOCTYPE rss [{entities}]>'
    body = f"{head}<rss><channel><item>{use}</item></channel></rss>"
    began = time.process_time()
    with pytest.raises(Refused, match="not a Torznab feed"):
        read_feed("Reel", body.encode(encoding))
    assert time.process_time() - began < 1


def test_a_deep_document_is_refused() -> None:
    with pytest.raises(Refused):
        read_feed("Reel", b"<rss>" + b"<a>" * 100_000)


def is_feed_or_refusal(body: bytes) -> bool:
    try:
        return isinstance(read_feed("Reel", body), Feed)
    except MatineeError as error:
        return "Reel" in str(error)


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_a_feed_or_a_refusal(body: bytes) -> None:
    assert is_feed_or_refusal(body)
    assert is_feed_or_refusal(b"<?xml version='1.0'?>" + body)


@settings(deadline=None)
@given(st.data())
def test_a_damaged_feed_is_a_feed_or_a_refusal(data: st.DataObject) -> None:
    whole = bytearray(feed([FULL_ITEM, item(1)]))
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    assert is_feed_or_refusal(bytes(whole))


WORD = st.text(st.characters(blacklist_characters="<>&\"'", blacklist_categories=("Cs", "Cc")), max_size=30)
NAMES = st.sampled_from(["size", "seeders", "peers", "infohash", "magneturl", "imdb", "imdbid", "tmdbid", "category"])


@settings(deadline=None)
@given(st.lists(st.tuples(NAMES, WORD | st.integers().map(str)), max_size=8), WORD, WORD, WORD)
def test_any_values_in_a_row_leave_a_feed(attributes: list[tuple[str, str]], title: str, guid: str, date: str) -> None:
    attrs = "".join(f'<torznab:attr name="{name}" value="{value}"/>' for name, value in attributes)
    row = item(1, title=title, guid=guid, pubDate=date).replace("</item>", f"{attrs}</item>")
    assert read(row).rows == 1


@pytest.mark.parametrize(
    ("url", "infohash"),
    [
        (MAGNET + "&dn=Tin", "b" * 40),
        ("MAGNET:?dn=x&xt=urn:btih:" + "B" * 40, "b" * 40),
        ("magnet:?xt=urn:btih:" + "A" * 32, "0" * 40),
        ("magnet:?xt.1=urn:btmh:1220" + "c" * 64, "c" * 40),
        (f"magnet:?xt=urn:btmh:1220{'c' * 64}&xt=urn:btih:{'d' * 40}", "d" * 40),
        ("magnet:?xt=urn:btih:short", None),
        ("magnet:?dn=x", None),
        ("https://a.test/?xt=urn:btih:" + "b" * 40, None),
    ],
)
def test_magnets_name_their_torrent(url: str, infohash: str | None) -> None:
    assert magnet_infohash(url) == infohash


@settings(deadline=None)
@given(st.text(max_size=80))
def test_any_magnet_is_one_or_none(text: str) -> None:
    magnet_infohash("magnet:?" + text)


def test_a_page_without_end_is_read_to_its_limit() -> None:
    found = read(*(item(number) for number in range(MOST_ROWS + 20)))
    assert (found.rows, len(found.releases)) == (MOST_ROWS, MOST_ROWS)


def test_numbers_larger_than_the_memory_holds_are_unknown() -> None:
    told = "".join(
        f'<torznab:attr name="{name}" value="{2**31}"/>'
        for name in ("seeders", "peers", "tvdbid", "tmdbid", "tvmazeid")
    )
    (release,) = read(item(1).replace("</item>", f"{told}</item>")).releases
    assert (release.seeders, release.leechers, release.ids) == (None, None, ExternalIds())


def test_endless_texts_are_not_searched_for_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    lengths: list[int] = []

    def noting(text: str) -> str:
        lengths.append(len(text))
        return text

    monkeypatch.setattr(wire, "redact", noting)
    endless = "https://reel.test/" + "a." * 20_000
    first, second = read(*(item(n, guid=f"{endless}{n}", comments=endless) for n in (1, 2))).releases
    assert first.guid != second.guid and len(first.guid) == 40 and first.page_url is None
    wire.refusal("Reel", 900, endless)
    assert max(lengths) <= 2000
