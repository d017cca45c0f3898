from datetime import timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from matinee.kernel.errors import Refused
from matinee.media.release import Release
from matinee.pipeline.search import compile_filter
from tests.pipeline.search.fakes import EVENING, offer

FILM = offer(
    "Tin.Comet.2021.German.DL.1080p.BluRay.REMUX.x264-GRP",
    indexer="Movie Place",
    published=EVENING - timedelta(days=10),
    categories=(2040,),
    seeders=12,
    leechers=3,
    flags=frozenset({"freeleech", "internal"}),
    attributes=(("subs", "English, fr"), ("genre", "Comedy")),
)
PACK = offer("Night.Tram.S02.720p.WEB-DL.H.264-TVG", size=20_000_000_000, categories=(5040,), seeders=None)
EPISODE = offer("Night.Tram.S02E03.REPACK.1080p.WEB.h264-TVG", categories=(5000,))


def holds(text: str, release: Release) -> bool:
    return compile_filter(text, clock=lambda: EVENING)(release)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "tin",
        "TIN comet",
        '"tin comet 2021"',
        '"Tin-Comet"',
        "-cam",
        "-(cam OR telesync)",
        "NOT cam AND tin",
        "cam OR tin",
        "cam | comet",
        "(cam OR comet) 1080p",
        "size<8GB",
        "size>=4GB size<=4gb",
        "size>3.5GiB",
        "seeders>=5",
        "seeders:12",
        "peers=15",
        "age<30d",
        "age>1w age<1mo",
        'indexer:"movie place"',
        "category:2040",
        "category:2000",
        "category:Movies/HD",
        "category:movies",
        "resolution:1080p",
        "resolution>=720p resolution<4k",
        "source:bluray",
        "source:Blu-Ray",
        "quality:Remux-1080p",
        "language:German",
        "language:de",
        "subs:English",
        "subs:French",
        "genre:comedy",
        "group:grp",
        'title:"Tin Comet"',
        "is:freeleech",
        "is:internal is:remux -is:pack",
        "year:2021",
        "year>2000",
        "re:/comet\\.20[0-9]{2}/",
        "re:/X264|x265/i",
        "protocol:torrent",
        "priority:25",
    ],
)
def test_a_film_is_kept(text: str) -> None:
    assert holds(text, FILM)


@pytest.mark.parametrize(
    "text",
    [
        "tinned",
        '"comet tin"',
        "-tin",
        "size>8GB",
        "seeders>100",
        "age>30d",
        "indexer:Movie",
        "category:5000",
        "source:webdl",
        "language:French",
        "subs:German",
        "is:pack",
        "is:scene",
        "re:/^comet/",
        "tin cam",
        "grabs>0",
        "grabs<=0",
        "year:2020",
        "protocol:usenet",
        "season:1",
        'title:"Comet"',
    ],
)
def test_a_film_is_left_out(text: str) -> None:
    assert not holds(text, FILM)


def test_series_are_told_by_season_episode_and_pack() -> None:
    assert holds("is:pack season:2 source:webdl", PACK)
    assert not holds("is:pack", EPISODE)
    assert holds("season:2 episode:3 is:repack -is:proper", EPISODE)
    assert not holds("seeders>=0", PACK)
    assert holds("-seeders>=0", PACK)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("sise<8GB", "the filter, at letter 1: there is no attribute 'sise': did you mean size?"),
        ("tin size<", "the filter, at letter 5: behind 'size<' a value is missing"),
        ("size<big", "the filter, at letter 1: 'big' is no size: write one like 500MB or 2.5GB"),
        ("age<3x", "'3x' is no age: write one like 12h, 30d or 2w"),
        ("(tin", "the filter, at its end: a bracket is not closed"),
        ("tin)", r"the filter, at letter 4: '\)' closes nothing: remove it"),
        ("tin OR", "the filter, at its end: something must stand here"),
        ("()", "the filter, at letter 2: something must stand here"),
        ('"tin', "the filter, at letter 1: the quotation mark is not closed"),
        ("tin -", "the filter, at its end: a minus excludes what stands behind it"),
        ("re:/tin", "the filter, at letter 1: an expression stands between slashes"),
        ("re:/(/", "the filter, at letter 1: the expression '\\(' is not valid"),
        ("re:/(a+)+$x/", "takes too long with some names"),
        ("is:free", "nothing is 'free': did you mean freeleech?"),
        ("language:Klingon", "'Klingon' is no language"),
        ("category:Films", "'Films' is no category: write one like 2040 or Movies/HD"),
        ("source:beta", "'beta' is no source"),
        ("indexer>5", "'indexer' is not a number: write indexer:5"),
        ("&", "'&' has no letters or numbers: look for signs with re:/…/"),
        ("(" * 60 + "a" + ")" * 60, "too many brackets within brackets"),
        ("a" * 3000, "the filter is longer than 2000 letters"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place_and_cure(text: str, told: str) -> None:
    with pytest.raises(Refused, match=told) as error:
        compile_filter(text)
    assert error.value.field == "filter"


SIGNS = ["(", ")", "-", " ", "|", '"', ":", "<", ">=", "/", "\\", "*", "[", "{", "\x00", "ß", "日本", "𝟙", "²", "١"]
WORDS = [
    "OR",
    "AND",
    "NOT",
    "size",
    "8GB",
    "re:/",
    "a+",
    "is:",
    "age<30d",
    "category:",
    "language:",
    "year:",
    "1e9",
    "/i",
]
PIECES = st.sampled_from([*SIGNS, *WORDS, "9" * 30])


@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=15).map("".join)))
@example("year:²")
@example("category:²")
@example("size<" + "9" * 400)
def test_any_text_is_a_filter_or_refused(text: str) -> None:
    try:
        wanted = compile_filter(text)
    except Refused as error:
        assert str(error)
    else:
        for release in (FILM, PACK, EPISODE, offer("")):
            assert wanted(release) in (True, False)


@given(st.builds(offer, st.text(max_size=80), size=st.integers(0, 10**15)), st.sampled_from([">", "<", "<=", ">="]))
def test_any_release_can_be_asked(release: Release, sign: str) -> None:
    every: Any = f"size{sign}1GB OR year{sign}2000 OR is:pack OR group:x OR language:de OR title:x OR word"
    assert compile_filter(every)(release) in (True, False)
