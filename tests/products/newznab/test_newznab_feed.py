"""What an indexer answers is read field for field, and what is no feed is refused in words."""

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matinee.kernel.errors import MatineeError, NotFound, Refused, Unreachable
from matinee.media.indexing import Abilities, Category, Function, Page
from matinee.media.release import Protocol
from matinee.media.title import ExternalIds
from matinee.products.newznab import attributes, refusals, row
from matinee.products.newznab.caps import read_caps
from matinee.products.newznab.feed import MOST_ROWS, Allowance, read_feed
from tests.products.newznab.feeds import CAPS, FULL_ITEM, USENET_ITEM, attr, feed, item

MAGNET = "magnet:?xt=urn:btih:" + "b" * 40


def read(*items: str, extra: str = "", protocol: Protocol = Protocol.TORRENT) -> Page:
    return read_feed("Reel", feed(items, extra), protocol=protocol, priority=7)[0]


def test_a_full_row_field_for_field() -> None:
    (release,) = read(FULL_ITEM).releases
    assert release.name == "Tin.Comet.2021.1080p.WEB-DL.x264-REEL" and release.guid == "https://reel.test/details/1"
    assert release.download_url == "https://reel.test/dl/1?apikey=hunter2hunter2"
    assert release.page_url == "https://reel.test/details/1" and release.indexer == "Reel"
    assert release.size == 4_000_000_000 and (release.seeders, release.leechers) == (12, 3)
    assert release.published == datetime(2021, 3, 6, 20, 15, tzinfo=UTC)
    assert release.categories == (2040, 100042, 2000) and release.infohash == "a" * 40
    assert release.ids == ExternalIds(tmdb=41, imdb="tt7654321") and release.indexer_priority == 7


def test_a_full_usenet_row_field_for_field() -> None:
    (release,) = read(USENET_ITEM, protocol=Protocol.USENET).releases
    assert release.protocol is Protocol.USENET and release.size == 5_000_000_000
    assert release.published == datetime(2021, 3, 5, 20, 0, tzinfo=UTC)  # the posting, not the listing
    assert (release.grabs, release.files, release.seeders, release.infohash) == (31, 64, None, None)
    assert release.ids.tvdb == 333 and release.categories == (5000, 5040) and release.flags == {"scene"}
    assert release.download_url == "https://nzb.test/getnzb/abc.nzb&i=1&r=hunter2hunter2"
    assert release.attributes == (
        ("poster", "sofa@tram.test (Sofa)"),
        ("group", "alt.binaries.tram"),
        ("password", "0"),
        ("season", "1"),
        ("episode", "2"),
        ("coverurl", "https://nzb.test/covers/1.jpg"),
    )


def test_what_a_tracker_promises_is_read() -> None:
    told = attr("downloadvolumefactor", 0.5, "uploadvolumefactor", 2, "minimumratio", "1,5", "minimumseedtime", 172800)
    tags = attr("tag", "internal", "tag", "Scene, exclusive", "tag", "remux")
    (release,) = read(item(1, description="A tram at night").replace("</item>", f"{told}{tags}</item>")).releases
    assert release.flags == {"halfleech", "doubleupload", "internal", "scene", "exclusive"}
    assert (release.download_factor, release.upload_factor) == (0.5, 2.0)
    assert (release.minimum_ratio, release.minimum_seed_time) == (1.5, 172800)
    assert ("tag", "remux") in release.attributes and release.description == "A tram at night"


@pytest.mark.parametrize(
    ("download", "upload", "flags"),
    [
        ("0", "1", {"freeleech"}),
        ("0.0", "0", {"freeleech", "neutralleech"}),
        ("0.25", "1", set()),
        ("nan", "inf", set()),
        ("-1", "many", set()),
    ],
)
def test_factors_are_flags(download: str, upload: str, flags: set[str]) -> None:
    told = attr("downloadvolumefactor", download, "uploadvolumefactor", upload)
    assert read(item(1).replace("</item>", f"{told}</item>")).releases[0].flags == flags


def test_attributes_that_carry_a_key_or_are_endless_are_left_out() -> None:
    told = attr(
        "coverurl", "https://a.test/?apikey=hunter2hunter2", "review", "x" * 3000, "y" * 80, "z", "genre", "Noir"
    )
    (release,) = read(item(1).replace("</item>", f"{told}</item>")).releases
    assert release.attributes == (("genre", "Noir"),)


@pytest.mark.parametrize(
    ("told", "infohash"),
    [
        ("B" * 40, "b" * 40),
        ("A" * 32, "0" * 40),
        ("c" * 64, "c" * 40),
        ("none", None),
        ("&amp;xt=urn:btih:" + "d" * 40, None),
    ],
)
def test_infohashes_are_read_however_they_are_written(told: str, infohash: str | None) -> None:
    (release,) = read(item(1).replace("</item>", f"{attr('infohash', told)}</item>")).releases
    assert release.infohash == infohash


@pytest.mark.parametrize(
    ("limits", "allowance"),
    [
        (
            '<newznab:apilimits apiCurrent="3" apiMax="100" grabCurrent="1" grabMax="5" '
            'apiNextAvailable="Sat, 06 Mar 2021 21:15:00 +0000"/>',
            Allowance(3, 100, 1, 5, datetime(2021, 3, 6, 21, 15, tzinfo=UTC)),
        ),
        (
            '<newznab:limits api_current="3" api_max="9" grab_oldest_time="Sat, 06 Mar 2021 21:15:00 +0000"/>',
            Allowance(3, 9, grabs_again=datetime(2021, 3, 7, 21, 15, tzinfo=UTC)),
        ),
        ('<newznab:apilimits apiCurrent="-1" apiNextAvailable="soon"/>', Allowance()),
        ("", None),
    ],
)
def test_what_is_left_of_the_allowance_is_read(limits: str, allowance: Allowance | None) -> None:
    assert read_feed("Reel", feed([item(1)], limits))[1] == allowance


def test_caps_field_for_field() -> None:
    assert read_caps("Reel", CAPS) == Abilities(
        functions={
            Function.SEARCH: frozenset({"q"}),
            Function.TV: frozenset({"q", "season", "ep", "tvdbid"}),
            Function.MOVIE: frozenset({"q", "imdbid", "tmdbid"}),
        },
        categories=(
            Category(2000, "Movies"),
            Category(2040, "Movies/HD"),
            Category(5000, "TV"),
            Category(5040, "TV/HD"),
            Category(100042, "Odd"),
        ),
        page_size=100,
        turns_pages=True,
        server="Reel Index",
    )


def test_caps_that_say_little_get_what_the_text_of_the_standard_says() -> None:
    caps = read_caps("Reel", b'<caps><searching><search available="yes"/><movie-search/></searching></caps>')
    assert caps.functions == {Function.SEARCH: {"q"}, Function.MOVIE: {"q", "imdbid"}}
    assert caps.page_size == 100 and caps.categories == ()


def test_music_is_music_under_its_older_name_too() -> None:
    said = (
        b'<audio-search available="yes" supportedParams="q,artist"/><book-search available="yes" supportedParams=""/>'
    )
    raw = b'<search available="yes" searchEngine="raw"/>'
    caps = read_caps("Reel", b"<caps><searching>%s%s</searching></caps>" % (raw, said))
    assert caps.functions[Function.MUSIC] == {"q", "artist"} and caps.functions[Function.BOOK] == {"q"}
    assert caps.takes_raw_text


def test_a_bad_row_is_told_and_the_others_stay() -> None:
    found = read(item(1), "<item/>", "<item/>", item(2, link="javascript:alert(1)"), item(4))
    assert [release.name[11:17] for release in found.releases] == ["S01E01", "S01E04"]
    assert found.rows == 5 and len(found.troubles) == 2
    assert found.troubles[0] == "one row of the feed was left out: it has no title (2 times)"


def test_troubles_are_told_in_short() -> None:
    found = read(*(item(number, link="ftp://x") for number in range(90)))
    assert len(found.troubles) == 21 and found.troubles[-1] == "and 70 more kinds of trouble"


def test_a_row_of_the_other_kind_is_left_out() -> None:
    nzb = '<item><title>A</title><enclosure url="https://a.test/1" type="application/x-nzb"/></item>'
    torrent = nzb.replace("nzb", "bittorrent")
    assert len(read(nzb, item(1)).releases) == len(read(torrent, item(1), protocol=Protocol.USENET).releases) == 1
    assert "usenet release" in read(nzb).troubles[0]
    assert "torrent" in read(torrent, protocol=Protocol.USENET).troubles[0]


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
    assert release.download_url == release.magnet_url == MAGNET and release.infohash == "b" * 40


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


@pytest.mark.parametrize(
    "text",
    [
        "Sat, 06 Mar 2021 21:15:00 UTC",
        "Sam, 06 Mar 2021 21:15:00 +0000",
        "Sat, 06 Mar 2021 21:15:00",
        "2021-03-06 21:15:00",
        "2021-03-06T22:15:00+01:00",
        "1615065300",
    ],
)
def test_dates_are_read_as_sites_write_them(text: str) -> None:
    assert read(item(1, pubDate=text)).releases[0].published == datetime(2021, 3, 6, 21, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("more", "told", "categories"),
    [
        ({"category": "TV &gt; HD"}, "", (5040,)),
        ({"category": "Movies: SD"}, "", (2030,)),
        ({"category": "tv/hd"}, "", (5040,)),
        ({"category": "Curiosities"}, "", ()),
        ({"category": "TV &gt; HD"}, "2041", (2041, 2000)),
        ({}, "5999", (5999, 5000)),
        ({}, "100042", (100042,)),
        ({}, "2147483648", ()),
    ],
)
def test_categories_are_read_as_sites_write_them(more: dict[str, str], told: str, categories: tuple[int, ...]) -> None:
    row = item(1, **more).replace("</item>", f"{attr('category', told)}</item>")
    assert read(row).releases[0].categories == categories


def test_counts_may_stand_in_elements_and_descriptions_be_pages() -> None:
    page = "&lt;b&gt;Size:&lt;/b&gt; 8.71 GB&lt;br /&gt;Group: alt.tram"
    (release,) = read(item(1, files="78", grabs="2", description=page)).releases
    assert (release.files, release.grabs, release.description) == (78, 2, "Size: 8.71 GB Group: alt.tram")


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
    assert read_feed("Reel", feed([item(1)]), "text/html")[0].rows == 1


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
    with pytest.raises(Refused, match="Reel answers something that is not a Newznab or Torznab feed: "):
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
    with pytest.raises(Refused, match="not a Newznab or Torznab feed"):
        read_feed("Reel", body.encode(encoding))
    assert time.process_time() - began < 1


def test_a_deep_document_is_refused() -> None:
    with pytest.raises(Refused):
        read_feed("Reel", b"<rss>" + b"<a>" * 100_000)


def is_feed_or_refusal(body: bytes) -> bool:
    try:
        return isinstance(read_feed("Reel", body)[0], Page)
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
NAMES = st.sampled_from(
    ["size", "seeders", "peers", "infohash", "magneturl", "imdb", "imdbid", "tag", "category", "minimumratio", "x"]
)


@settings(deadline=None)
@given(st.lists(st.tuples(NAMES, WORD | st.integers().map(str)), max_size=8), WORD, WORD, WORD)
def test_any_values_in_a_row_leave_a_feed(told: list[tuple[str, str]], title: str, guid: str, date: str) -> None:
    attrs = "".join(f'<torznab:attr name="{name}" value="{value}"/>' for name, value in told)
    row = item(1, title=title, guid=guid, pubDate=date).replace("</item>", f"{attrs}</item>")
    assert read(row).rows == 1


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

    monkeypatch.setattr(row, "redact", noting)
    monkeypatch.setattr(attributes, "redact", noting)
    monkeypatch.setattr(refusals, "redact", noting)
    endless = "https://reel.test/" + "a." * 20_000
    first, second = read(*(item(n, guid=f"{endless}{n}", comments=endless) for n in (1, 2))).releases
    assert first.guid != second.guid and len(first.guid) == 40 and first.page_url is None
    refusals.refusal("Reel", 900, endless)
    assert max(lengths) <= 2000


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b'<?xml version="1.0" encoding="UTF-8"?><rss><channel><item>{}</item></channel></rss>', "Caf\xe9"),
        (b'<?xml version="1.0" encoding="klingon"?><rss><channel><item>{}</item></channel></rss>', "Caf\xe9"),
        (b"<rss><channel><item>{}</item></channel></rss>", "Tram & Night"),
        (b"<rss><channel><item>{}</item></channel></rss>", "Tram &#8;Night&#x1F;"),
        (b"<rss><channel><item>{}</item></channel></rss>", "Caf\xe9 &amp; &#8;Tram & Night"),
    ],
)
def test_the_usual_sins_do_not_lose_the_feed(body: bytes, name: str) -> None:
    row = f"<title>{name}</title><link>https://a.test/1?a=1&amp;b=2</link>".encode("cp1252")
    (release,) = read_feed("Reel", body.replace(b"{}", row))[0].releases
    assert release.name in ("Caf\xe9", "Tram & Night", "Tram Night", "Caf\xe9 & Tram & Night")
    assert release.download_url == "https://a.test/1?a=1&b=2"


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-2", "windows-1251", "utf-8-sig"])
def test_other_encodings_are_read_as_declared(encoding: str) -> None:
    told = encoding.removesuffix("-sig")
    text = feed([item(1, title="Tram")]).decode().replace('"1.0"?', f'"1.0" encoding="{told}"?')
    assert read_feed("Reel", text.encode(encoding))[0].releases[0].name == "Tram"


def test_the_header_tells_the_encoding_where_the_document_does_not() -> None:
    body = feed([item(1, title="Ночной трамвай")]).decode().encode("windows-1251")
    (release,) = read_feed("Reel", body, "application/rss+xml; charset=windows-1251")[0].releases
    assert release.name == "Ночной трамвай"
    for charset in ("klingon", "idna", "rot13"):
        assert read_feed("Reel", body, f"application/rss+xml; charset={charset}")[0].rows == 1


def test_ten_megabytes_of_nested_tags_are_refused_soon() -> None:
    began = time.process_time()
    for body in (b"<a>" * 3_400_000, b"<rss><channel><item>" + b"<title>" * 1_400_000):
        with pytest.raises(Refused, match="Reel answers something"):
            read_feed("Reel", body)
    assert time.process_time() - began < 10


def test_a_hundred_thousand_rows_cost_a_page() -> None:
    began = time.process_time()
    page, _ = read_feed("Reel", feed([item(1)] * 100_000))
    assert page.rows == MOST_ROWS and time.process_time() - began < 10


@pytest.mark.parametrize("filler", [b"&", b"&a", b"&#", b"<!--", b"&amp", b"]]>", b"<a x='"])
def test_ten_hostile_megabytes_are_refused_soon(filler: bytes) -> None:
    began = time.process_time()
    with pytest.raises(Refused):
        read_feed("Reel", b"<rss><channel>" + filler * (10_000_000 // len(filler)) + b"<")
    assert time.process_time() - began < 10


def test_endless_names_are_cut_and_endless_addresses_are_none() -> None:
    began = time.process_time()
    found = read(item(1, title="x" * 3_000_000, category=" " * 3_000_000), item(2, link="http://a.test/" + "x" * 9000))
    (release,) = found.releases
    assert len(release.name) == 500 and release.categories == () and time.process_time() - began < 5
