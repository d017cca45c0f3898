import time

import pytest

from matinee.media.parse.group import ODD_SIGNATURES, read_group
from matinee.media.parse.hash import read_hash

FILM = "Tin.Comet.2021.1080p.BluRay.x264"


@pytest.mark.parametrize(
    "name",
    [
        f"{FILM}-GRP",
        f"{FILM} - GRP",
        f"{FILM}.-GRP",
        f"{FILM}-GRP[rartv]",
        f"{FILM}-GRP [PublicHD]",
        f"{FILM}-GRP[eztv]-[rarbg]",
        f"{FILM}-GRP.[www.site.com]",
        f"{FILM}-GRP-[site.com]",
        f"{FILM}-GRP English",
        f"{FILM}-GRP-ENG",
        f"{FILM}-GRP (Dual-Audio, Multi-Subs)",
        "[ www.site.com ] - Night.Tram.S01E02.720p.HDTV.x264-GRP",
        "Night.Tram.S01E02-GRP",
        "Night.Tram.S01E02.The.Depot-GRP",
        "Night Tram - S01E02 - The Depot [WEBDL-1080p][AAC 2.0][x264]-GRP",
        "Night Tram - S01E02 - The Depot [GRP]",
    ],
)
def test_a_group_signs_at_the_end(name: str) -> None:
    assert read_group(name) == "GRP"


@pytest.mark.parametrize(
    "name",
    [
        "[GRP] Night Tram - 01 (1080p) [9A3C12F0]",
        "[GRP]_Night_Tram_-_01_(1280x720_Blu-Ray_FLAC)",
        "[GRP] Night Tram - 01-12 [BD][1080p][HEVC 10bit x265][Dual Audio]",
        "[GRP] Night Tram!! - S01E11 - The Long-Distance Line",
    ],
)
def test_makers_of_anime_sign_in_front(name: str) -> None:
    assert read_group(name) == "GRP"


@pytest.mark.parametrize(
    ("name", "group"),
    [
        ("Tin Comet (2021) (1080p BluRay x265 HEVC 10bit AAC 5.1 Maker)", "Maker"),
        ("Tin Comet (2021) (2160p WEB-DL H265 DV HDR English - Maker)", "Maker"),
        ("Tin Comet (2021) [2160p x265 10bit S82 Maker]", "Maker"),
        ("Tin.Comet.2021.1080p.BluRay.x265.10bit.Maker)", "Maker"),
        ("Tin Comet (2021) (1080p BluRay x265 10bit AAC 5.1 Maker) [TEAM]", "Maker"),
        ("Tin Comet (2021) (1080p BluRay x265 10bit AAC 5.1 - Maker) [TEAM]", "TEAM"),
        ("Night.Tram.S01E02.1080p.WEB-DL.x265.10bit-Maker[TEAM]", "TEAM"),
        ("Tin Comet 2021 [Blu-ray][MKV][h264][1080p][Softsubs (Maker)]", "Maker"),
        ("Tin Comet (2021) [1080p] [WEBRip] [5.1] [YTS.MX]", "YTS.MX"),
        (f"{FILM}-[YTS.AG]", "YTS.AG"),
    ],
)
def test_some_sign_within_brackets(name: str, group: str) -> None:
    assert read_group(name) == group


@pytest.mark.parametrize("odd", ODD_SIGNATURES)
def test_those_who_sign_oddly_are_known(odd: str) -> None:
    assert read_group(f"{FILM}-{odd}") == odd
    assert read_group(f"{FILM}.{odd}") == odd


def test_a_name_may_have_two_parts() -> None:
    assert read_group(f"{FILM}-Two-Parts") == "Two-Parts"
    assert read_group(f"{FILM}-Two_Parts") == "Two_Parts"


@pytest.mark.parametrize(
    "poster",
    [
        "1", "4P", "4Planet", "AlteZachen", "AlternativeToRequested", "AsRequested", "BUYMORE", "Chamele0n", "GEROV",
        "NZBgeek", "Obfuscated", "Obfuscation", "postbot", "Pre", "Rakuv", "Rakuv02", "RakuvUS-Obfuscated",
        "RePACKPOST", "RP", "RP-RP", "sample", "Scrambled", "WhiteRev", "xpost", "Z0iDS3N",
    ],
)  # fmt: skip
def test_who_only_posted_it_again_is_no_group(poster: str) -> None:
    assert read_group(f"{FILM}-GRP-{poster}") == "GRP"


def test_a_poster_signs_where_nobody_else_did() -> None:
    assert read_group(f"{FILM}-NZBgeek") == "NZBgeek"
    assert read_group(f"{FILM}-Obfuscated") is None


@pytest.mark.parametrize(
    "name",
    [
        "",
        FILM,
        "Tin.Comet.2021.1080p.WEB-DL",
        "Tin.Comet.2021.1080p.Blu-Ray",
        "Tin.Comet.2021.DVD-Rip",
        "Tin.Comet.2021.BluRay.DTS-HD.MA.5.1",
        "Tin.Comet.2021.BluRay.DTS-X",
        "Tin Comet (2021) [BDRemux 1080p AVC EN-ES-CAT DTS-HD MA 5.1 Subs]",
        "Tin Comet (2021) [Bluray-1080p]",
        "Tin Comet (2021) [Extended]",
        "Tin Comet (2021) [1.1GB]",
        "Tin Comet (2021) [imdbid-tt1234567]",
        "Tin Comet (2021) {tmdb-123456}",
        "Ant-Man",
        "Spider-Man.2002.1080p.BluRay",
        "Night Tram - S01E02 - Self-Made",
        "Night Tram - 2016-02-25",
        "Night.Tram.S01E01-E02",
        "Night.Tram.S01-S03",
        "Night Tram - 01-12 [v2]",
    ],
)
def test_nobody_signed(name: str) -> None:
    assert read_group(name) is None


@pytest.mark.parametrize(
    ("name", "checksum"),
    [
        ("[GRP] Night Tram - 01 [1080p][9A3C12F0]", "9A3C12F0"),
        ("[GRP] Night Tram - 01 (1080p) (9a3c12f0)", "9a3c12f0"),
        ("[GRP] Night Tram - 01 [00000000][9A3C12F0]", "9A3C12F0"),
        ("[GRP] Night Tram - 01 [12345678]", "12345678"),
        ("Night Tram (20210304)", None),
        ("Night Tram 9A3C12F0", None),
        ("[GRP] Night Tram - 01 [1080p]", None),
    ],
)
def test_a_checksum_stands_in_brackets(name: str, checksum: str | None) -> None:
    assert read_hash(name) == checksum


@pytest.mark.parametrize(
    "piece", ["-", "[", "]", "(", "a-", "[a", "(a ", "[]", "-(a) ", "[a]-", ". ", "([a", " ", "{["]
)
def test_no_name_takes_long(piece: str) -> None:
    hostile = (piece * 512)[:512]
    started = time.perf_counter()
    for name in (hostile, hostile[:-1] + "]", hostile[:-1] + ")", hostile[:-1] + "x"):
        read_group(name)
        read_hash(name)
    assert time.perf_counter() - started < 0.05
