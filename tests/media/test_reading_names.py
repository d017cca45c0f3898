import json
import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from matinee.media.parse import ReleaseName, read_name, same_title
from matinee.media.quality import LADDER, Revision

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"
PIECES = [
    ".",
    " ",
    "-",
    "_",
    "[",
    "]",
    "(",
    ")",
    "S01E02",
    "1x02",
    "Season 1",
    "2049",
    "1080p",
    "WEB-DL",
    "é",
    "\u0301",
]


def quality(name: str) -> str:
    return read_name(name).quality.name


def told(name: str) -> tuple[str, int | None, int | None, tuple[int, ...]]:
    read: ReleaseName = read_name(name)
    return read.title, read.year, read.season, read.episodes


def test_a_scene_name_is_read_in_full() -> None:
    name = read_name("Tin.Comet.2021.German.DL.1080p.BluRay.x264.PROPER-GRP")
    assert (name.title, name.year, name.season, name.episodes) == ("Tin Comet", 2021, None, ())
    assert (name.quality.name, name.revision) == ("Bluray-1080p", Revision(2))
    assert (name.languages, name.group, name.resolution) == (("German", "Original"), "GRP", 1080)
    assert name.raw == "Tin.Comet.2021.German.DL.1080p.BluRay.x264.PROPER-GRP"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Night.Tram.S01E02.The.Depot.720p.HDTV.x264-GRP", ("Night Tram", None, 1, (2,))),
        ("Night Tram - S01E02 - The Depot [HDTV-720p].mkv", ("Night Tram", None, 1, (2,))),
        ("Night_Tram_1x02_The_Depot_WEB", ("Night Tram", None, 1, (2,))),
        ("Night.Tram.S01E01-E03.1080p.WEB", ("Night Tram", None, 1, (1, 2, 3))),
        ("Night.Tram.S01E01-02.1080p.WEB", ("Night Tram", None, 1, (1, 2))),
        ("Night.Tram.S01E01E02.1080p.WEB", ("Night Tram", None, 1, (1, 2))),
        ("Night.Tram.S01.E04.1080p.WEB", ("Night Tram", None, 1, (4,))),
        ("Night Tram Season 2 Episode 5 1080p", ("Night Tram", None, 2, (5,))),
        ("Night.Tram.2019.S03E10.WEB", ("Night Tram", 2019, 3, (10,))),
        ("Night.Tram.S00E01.Special.WEB", ("Night Tram", None, 0, (1,))),
        ("S01E02.mkv", ("", None, 1, (2,))),
    ],
)
def test_episodes_are_read_however_they_are_written(
    name: str, expected: tuple[str, int | None, int | None, tuple[int, ...]]
) -> None:
    assert told(name) == expected


@pytest.mark.parametrize(
    "name", ["Night.Tram.S01.1080p.WEB-DL-GRP", "Night Tram Season 1 [1080p]", "Night.Tram.S01-S03.WEB"]
)
def test_a_season_without_episodes_is_a_season_pack(name: str) -> None:
    assert read_name(name).season == 1
    assert read_name(name).is_season_pack


@pytest.mark.parametrize(
    ("name", "title", "year"),
    [
        ("Blade.Runner.2049.2017.2160p.UHD.BluRay", "Blade Runner 2049", 2017),
        ("2001.A.Space.Odyssey.1968.1080p.BluRay", "2001 A Space Odyssey", 1968),
        ("1917.2019.1080p.WEB", "1917", 2019),
        ("2012.1080p.BluRay", "2012", None),
        ("Wonder Woman 1984 (2020) [1080p]", "Wonder Woman 1984", 2020),
        ("Tin_Comet_(2021)_720p", "Tin Comet", 2021),
        ("R.I.P.D.2013.720p.BluRay", "R.I.P.D.", 2013),
        ("(500).Days.Of.Comets.(2009).1080p", "(500) Days Of Comets", 2009),
        ("10x10.2018.1080p.WEB", "10x10", 2018),
        ("Charlotte's.Web.2006.1080p.BluRay", "Charlotte's Web", 2006),
        ("The.Darjeeling.Limited.2007.1080p", "The Darjeeling Limited", 2007),
        ("[Sam] Toward the Terra (1980) [BD 1080p].mkv", "Toward the Terra", 1980),
        ("Tin Comet", "Tin Comet", None),
        ("", "", None),
    ],
)
def test_the_title_ends_where_the_year_or_the_picture_begins(name: str, title: str, year: int | None) -> None:
    assert (read_name(name).title, read_name(name).year) == (title, year)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Tin.Comet.2021.2160p.WEB-DL", "WEBDL-2160p"),
        ("Tin.Comet.2021.4K.WEB.H265", "WEBDL-2160p"),
        ("Tin.Comet.2021.1080p.WEBRip", "WEBRip-1080p"),
        ("Tin.Comet.2021.1080p.Blu-Ray", "Bluray-1080p"),
        ("Tin.Comet.2021.720p.BRRip", "Bluray-720p"),
        ("Tin.Comet.2021.BDRip.XviD", "Bluray-480p"),
        ("Tin.Comet.2021.576p.BluRay", "Bluray-576p"),
        ("Tin.Comet.2021.1080p.BluRay.REMUX.AVC", "Remux-1080p"),
        ("Tin.Comet.2021.2160p.UHD.BluRay.Remux", "Remux-2160p"),
        ("Tin.Comet.2021.1080i.HDTV", "HDTV-1080p"),
        ("Tin.Comet.S01E01.PDTV.XviD", "SDTV"),
        ("Tin.Comet.2021.DVDRip.XviD", "DVD"),
        ("Tin.Comet.2021.HDCAM.1080p", "CAM"),
        ("Tin.Comet.2021.HDTS.720p.WEB", "TELESYNC"),
        ("Tin.Comet.2021.TELESYNC", "TELESYNC"),
        ("Tin.Comet.2021.HDTC.720p", "TELECINE"),
        ("Tin.Comet.2021.WORKPRINT", "WORKPRINT"),
        ("Tin.Comet.2021.1920x1080.WEB-DL", "WEBDL-1080p"),
        ("Tin.Comet.2021.[Bluray1080p]", "Bluray-1080p"),
        ("Tin.Comet.2021.1080p", "HDTV-1080p"),
        ("Tin.Comet.2021", "Unknown"),
    ],
)
def test_the_quality_is_read(name: str, expected: str) -> None:
    assert quality(name) == expected


@pytest.mark.parametrize("rung", LADDER[1:], ids=lambda rung: rung.name)
def test_our_own_quality_names_are_read_back(rung: object) -> None:
    assert quality(f"Tin Comet (2021) {getattr(rung, 'name', '')}.mkv") == getattr(rung, "name", "")


@pytest.mark.parametrize(
    ("name", "revision"),
    [
        ("Tin.Comet.2021.PROPER.1080p.WEB", Revision(2)),
        ("Tin.Comet.2021.REPACK2.1080p.WEB", Revision(3)),
        ("Tin.Comet.2021.REAL.PROPER.1080p.WEB", Revision(2, 1)),
        ("Night.Tram.S01E02v2.1080p.WEB", Revision(2)),
        ("The.Real.Comet.2021.1080p.WEB", Revision()),
    ],
)
def test_corrections_are_counted(name: str, revision: Revision) -> None:
    assert read_name(name).revision == revision


@pytest.mark.parametrize(
    ("name", "languages"),
    [
        ("Tin.Comet.2021.FRENCH.1080p.WEB", ("French",)),
        ("Tin.Comet.2021.iTALiAN.ENG.1080p", ("Italian", "English")),
        ("Tin.Comet.2021.Castellano.1080p", ("Spanish",)),
        ("Tin.Comet.2021.MULTi.1080p.BluRay", ("Multi",)),
        ("The.French.Comet.2021.1080p.WEB", ()),
        ("Tin.Comet.2021.1080p.WEB-DL.Eng.Subs", ()),
        ("Tin.Comet.2021.German.WEB.DL.1080p", ("German",)),
        ("Tin.Comet.2021.1080p.WEB", ()),
    ],
)
def test_languages_are_those_after_the_title(name: str, languages: tuple[str, ...]) -> None:
    assert read_name(name).languages == languages


@pytest.mark.parametrize(
    ("name", "group"),
    [
        ("Tin.Comet.2021.1080p.BluRay.x264-GRP.mkv", "GRP"),
        ("Tin.Comet.2021.1080p.WEB.H264-GRP[site]", "GRP"),
        ("Tin.Comet.2021.1080p.WEB.H264-GRP-Obfuscated", "GRP"),
        ("[Sam] Tin Comet [1080p]", "Sam"),
        ("Tin.Comet.2021.1080p.WEB-DL", None),
        ("Tin.Comet.2021.1080p.BluRay.DTS-HD", None),
        ("Tin.Comet", None),
    ],
)
def test_the_group_signs_behind_the_last_dash(name: str, group: str | None) -> None:
    assert read_name(name).group == group


@pytest.mark.parametrize(
    "name", ["Tin.Comet.2021.COMPLETE.BLURAY-GRP", "Tin.Comet.2021.BD50", "Tin Comet 2021 1080p.iso"]
)
def test_a_disc_is_recognised(name: str) -> None:
    assert read_name(name).is_disc
    assert not read_name("Tin.Comet.2021.1080p.BluRay.x264").is_disc


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("The Good, the Bad & the Ugly", "Good the Bad and the Ugly"),
        ("Amélie", "AMELIE"),
        ("Schindler's List", "Schindlers List"),
        ("WALL·E", "Wall-E"),
        ("Straße", "Strasse"),
        ("R.I.P.D.", "RIPD"),
        ("Blåbær", "Blabaer"),
    ],
)
def test_titles_are_the_same_in_another_dress(a: str, b: str) -> None:
    assert same_title(a, b)


@pytest.mark.parametrize(
    ("a", "b"), [("Alien", "Aliens"), ("The", "A"), ("千と千尋", "もののけ姫"), ("?", "!"), ("Up", "")]
)
def test_other_titles_are_not_the_same(a: str, b: str) -> None:
    assert not same_title(a, b)


@given(st.text() | st.lists(st.sampled_from(PIECES) | st.text(max_size=4)).map("".join))
@settings(max_examples=300, deadline=None)
@example("S" * 100_000)
@example("[" * 50_000)
@example("-" * 50_000)
@example("a.b." * 20_000)
@example("\u0301" * 50_000)
@example("1x02-" * 20_000)
@example(" [x]" * 20_000)
def test_any_text_is_read_within_50_milliseconds(text: str) -> None:
    started = time.process_time()
    name = read_name.__wrapped__(text)
    assert time.process_time() - started < 0.05
    assert name.raw == text
    assert name.quality in LADDER


@given(st.text(), st.text())
def test_same_title_is_fair(a: str, b: str) -> None:
    assert same_title(a, a)
    assert same_title(a, b) == same_title(b, a)


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not beside this checkout")
def test_nine_in_ten_qualities_of_the_corpus_are_read() -> None:
    records = [
        record for path in sorted(CORPUS.glob("*QualityParser*.json")) for record in json.loads(path.read_text())
    ]
    judged = [r for r in records if r["call"] == "parse_quality" and "quality_resolution" in r["expect"]]
    right = [r for r in judged if read_name(r["input"]).quality.resolution == r["expect"]["quality_resolution"]]
    assert len(right) >= 0.8 * len(judged)
