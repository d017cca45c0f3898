"""What sites write, in the field's terms."""

from datetime import UTC, datetime
from typing import Any

import pytest

from matinee.engines.indexer.pages import numbers
from matinee.engines.indexer.pages.normalise import absolute
from matinee.media.indexing import Question
from matinee.media.release import Release
from matinee.media.title import ExternalIds
from tests.engines.indexer.pages.own_definition import definition, read, row, table

HASH = "0123456789abcdef0123456789abcdef01234567"


def release(fields: dict[str, Any], *, link: str = "get.php?id=1", **top: Any) -> Release:
    """One release with these fields told."""
    return read(definition(fields, **top), table(row(link=link))).releases[0]


def told(**fields: str | None) -> dict[str, Any]:
    return {name: None if text is None else {"text": text} for name, text in fields.items()}


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("1.4 GB", 1_503_238_553),
        ("1,4 GiB", 1_503_238_553),
        ("700 MB", 734_003_200),
        ("1,024.5 KB", 1_049_088),
        ("1,024 MB", 1_073_741),
        ("2 TiB", 2_199_023_255_552),
        ("12345", 12345),
        ("1.5 kB (x)", 1536),
        ("5 B", 5),
        ("none", 0),
    ],
)
def test_sizes_are_bytes(text: str, size: int) -> None:
    assert numbers.size(text) == pytest.approx(size, rel=1e-6)


def test_numbers_may_be_grouped() -> None:
    assert [numbers.whole(text) for text in ("1,234", "1.234", " 12 seeders", "-", "")] == [1234, 1234, 12, 0, 0]
    assert [numbers.decimal(text) for text in ("1,5", "1,024.5", "0.5x", "", ".")] == [1.5, 1024.5, 0.5, 0, 0]


@pytest.mark.parametrize("text", ["9" * 100, "٣" * 3, "9" * 30])
def test_a_number_that_is_none_or_too_large_fails(text: str) -> None:
    with pytest.raises(ValueError, match="number"):
        numbers.whole(text)


@pytest.mark.parametrize(
    ("link", "whole"),
    [
        ("get.php?id=1&x=%20", "https://a.test/b/get.php?id=1&x=%20"),
        ("/get/1", "https://a.test/get/1"),
        ("../x", "https://a.test/x"),
        ("./x", "https://a.test/b/x"),
        ("?y=2", "https://a.test/b/c.php?y=2"),
        ("//o.test/z", "https://o.test/z"),
        ("http://o.test/a b", "http://o.test/a%20b"),
        ("Фильм", "https://a.test/b/%D0%A4%D0%B8%D0%BB%D1%8C%D0%BC"),
    ],
)
def test_links_are_whole(link: str, whole: str) -> None:
    assert absolute("https://a.test/b/c.php?q=1", link) == whole


@pytest.mark.parametrize("link", ["javascript:alert(1)", "file:///etc/passwd", "http://[bad", "data:text/html,x"])
def test_a_link_to_elsewhere_than_a_site_fails(link: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        absolute("https://a.test/", link)


def test_a_release_tells_what_its_row_told() -> None:
    found = release(
        told(
            details="/t/1", seeders="1,234", leechers="7", files="3", grabs="12x", date="2021-10-18 00:34:50",
            minimumratio="1.0", minimumseedtime="172800", imdbid="https://www.imdb.com/title/tt0133093/",
            tmdbid="603", tvdbid="0", tvmazeid="5", rageid="6", traktid="8", doubanid="1291843", year="1999",
            poster="/p.jpg", author="N N", genre="Sci_Fi, Drama/War", description="Internal rip",
        )
    )  # fmt: skip
    assert found == Release(
        guid="https://site.test/list/get.php?id=1",
        name="A Film",
        indexer="Own",
        download_url="https://site.test/list/get.php?id=1",
        size=2**30,
        published=datetime(2021, 10, 18, 0, 34, 50, tzinfo=UTC),
        seeders=1234,
        leechers=7,
        categories=(2040, 100_001),
        ids=ExternalIds(tmdb=603, imdb="tt0133093", tvmaze=5, rage=6, trakt=8),
        page_url="https://site.test/t/1",
        indexer_priority=7,
        flags=frozenset({"internal"}),
        grabs=12,
        files=3,
        minimum_ratio=1.0,
        minimum_seed_time=172_800,
        description="Internal rip",
        attributes=(
            ("genre", "Sci Fi, Drama, War"),
            ("author", "N N"),
            ("coverurl", "https://site.test/p.jpg"),
            ("year", "1999"),
            ("doubanid", "1291843"),
        ),
    )


@pytest.mark.parametrize(
    ("down", "up", "flags"),
    [
        ("0", "1", {"freeleech"}),
        ("0,5", "2", {"halfleech", "doubleupload"}),
        ("1", "0", {"neutralleech"}),
        ("0.3", "1.5", set()),
    ],
)
def test_factors_are_promises(down: str, up: str, flags: set[str]) -> None:
    found = release(told(downloadvolumefactor=down, uploadvolumefactor=up))
    assert found.flags == flags


def test_categories_come_from_several_fields() -> None:
    assert release(told(category="1", categorydesc="series")).categories == (2040, 100_001, 5000, 100_002)
    assert release(told(category="unknown")).categories == ()
    assert release(told(category=None, categorydesc="FILMS")).categories == (2040, 100_001)


def test_seeders_and_leechers_beyond_belief_are_none() -> None:
    found = release(told(seeders="5,000,000", leechers="5000000"))
    assert (found.seeders, found.leechers) == (0, 0)
    assert release(told(seeders="4999999")).seeders == 4_999_999


def test_a_fraction_of_nothing_is_no_part_of_a_whole_number() -> None:
    assert release(told(seeders="1,234.00")).seeders == 1234
    assert release(told(seeders="1.234,0")).seeders == 1234
    assert release(told(seeders="1,234.567")).seeders == 1_234_567


def test_categories_without_appending_stand_in_the_place_of_earlier_ones() -> None:
    fields = {"category": {"text": "1"}, "categorydesc|noappend": {"text": "series"}}
    assert release(fields).categories == (5000, 100_002)
    fields = {"category": {"text": "1"}, "categorydesc|noappend": {"text": "unknown"}}
    assert release(fields).categories == (2040, 100_001)


def test_a_download_that_is_a_magnet_link_names_its_infohash() -> None:
    magnet = f"magnet:?xt=urn:btih:{HASH.upper()}&dn=x"
    found = release({}, link=magnet)
    assert (found.magnet_url, found.guid, found.infohash) == (magnet, magnet, HASH)


def test_an_infohash_becomes_a_magnet_link_but_not_of_a_private_site() -> None:
    public = release(told(download=None, infohash=HASH))
    assert public.magnet_url is not None
    assert public.magnet_url.startswith(f"magnet:?xt=urn:btih:{HASH}&dn=A+Film&tr=")
    assert public.infohash == HASH
    private = read(definition(told(download=None, infohash=HASH), type="private"), table(row()))
    assert private.releases == ()
    assert private.failures[-1].reason == "it has neither a download nor a magnet link"


def test_what_is_no_infohash_is_left_out() -> None:
    assert release(told(infohash="nonsense")).infohash is None


def test_without_size_or_category_only_a_person_sees_a_row() -> None:
    for missing in ("size", "category"):
        fields: dict[str, Any] = {missing: {"selector": "u"}}
        assert read(definition(fields), table(row())).releases == ()
        assert len(read(definition(fields), table(row()), Question(text="x", is_interactive=True)).releases) == 1


@pytest.mark.parametrize("title", ["", "  "])
def test_without_a_title_there_is_no_release(title: str) -> None:
    got = read(definition(told(title=title)), table(row()), Question(is_interactive=True))
    assert got.releases == ()
    assert got.failures[-1].reason == "it has no title"


def test_a_date_that_is_none_fails_its_field_only() -> None:
    got = read(definition(told(date="soon")), table(row()))
    assert got.releases[0].published is None
    assert [failure.field for failure in got.failures] == ["date"]
