from datetime import date

import pytest

from matinee.media.parse.paths import read_path
from matinee.media.parse.reading import ReleaseName
from matinee.media.parse.refusal import is_no_release
from matinee.media.parse.series import counts_outright, is_counted, read_series
from matinee.media.parse.words import words_of
from matinee.media.title import Kind


def episodes(name: str) -> tuple[str, int | None, tuple[int, ...]]:
    read = read_series(name)
    return read.title_with_year, read.season, read.episodes


@pytest.mark.parametrize(
    ("name", "season", "numbers"),
    [
        ("Night.Tram.S03E06.DVDRip.XviD-GRP", 3, (6,)),
        ("Night.Tram.s03.e06.dvdrip-grp", 3, (6,)),
        ("Night Tram - S03 - E06 - The Depot", 3, (6,)),
        ("Night Tram S3-E6-WEB-DL-1080p-GRP", 3, (6,)),
        ("Night.Tram.S03EP06.720p", 3, (6,)),
        ("Night.Tram.SE03EP06.720p", 3, (6,)),
        ("Night.Tram.S03x06.720p", 3, (6,)),
        ("Night Tram [3x06] The Depot", 3, (6,)),
        ("Night_Tram_-_3x6_-_The_Depot_[SDTV]", 3, (6,)),
        ("Night Tram Season 3 Episode 6 720p", 3, (6,)),
        ("Night.Tram.Staffel.3.Folge.6.German", 3, (6,)),
        ("Night.Tram.Saison.3.Episode.06.FRENCH", 3, (6,)),
        ("Night Tram Temporada 3 Capitulo 6", 3, (6,)),
        ("Night Tram Se.3 afl.6", 3, (6,)),
        ("Night Tram 3. Sezon 6. Bölüm 1080p", 3, (6,)),
        ("Night Tram Season 3 - S03E06 - The Depot", 3, (6,)),
        ("Night.Tram.S2016E231.720p", 2016, (231,)),
        ("Night Tram - 2016x231", 2016, (231,)),
        ("Night Tram - S41 E10478 - 2014-08-15", 41, (10478,)),
        ("Night Tram 2016 02 25 S20E142", 20, (142,)),
        ("Night Tram - S03E06 1920x910", 3, (6,)),
        ("Night.Tram.306.720p.HDTV", 3, (6,)),
        ("Night.Tram.1006.hdtv-grp", 10, (6,)),
        ("Night Tram [HDTV][Cap.306](site.com)", 3, (6,)),
        ("Night Tram - Temporada 3 [HDTV 720p][Cap.306]", 3, (6,)),
        ("Night.Tram.S03E06a.720p", 3, (6,)),
        ("Night.Tram.S03E06v2.720p", 3, (6,)),
    ],
)
def test_one_episode_is_read_however_it_is_written(name: str, season: int, numbers: tuple[int, ...]) -> None:
    assert episodes(name) == ("Night Tram", season, numbers)


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("Night.Tram.S01E01E02.720p", (1, 2)),
        ("Night.Tram.S01E01-E03.720p", (1, 2, 3)),
        ("Night.Tram.S01E01-03.720p", (1, 2, 3)),
        ("Night Tram (S01E06-08) City", (6, 7, 8)),
        ("Night.Tram.S01E01.S01E02.720p", (1, 2)),
        ("Night.Tram.S1.E1-S1E2.720p", (1, 2)),
        ("Night.Tram.S1.E1E3.720p", (1, 2, 3)),
        ("Night Tram S01E01 & E02 720p", (1, 2)),
        ("Night Tram S01E01 to E03 720p", (1, 2, 3)),
        ("Night Tram - 1x01-02-03 - The Depot", (1, 2, 3)),
        ("Night Tram - 1x9-1x10 - The Depot", (9, 10)),
        ("Night Tram - 1x01_02 - The Depot", (1, 2)),
        ("Night.Tram.S01E91-E100", tuple(range(91, 101))),
        ("Night Tram Season 1 Episodes 1-5 720p", (1, 2, 3, 4, 5)),
        ("Night Tram S1E1-4 of 10 (2023)", (1, 2, 3, 4)),
        ("Night.Tram.10708.hdtv-grp", (7, 8)),
        ("Night.Tram.107-108.hdtv-grp", (7, 8)),
        ("Night Tram [HDTV][Cap.107_109](site.com)", (7, 8, 9)),
    ],
)
def test_several_episodes_are_all_between_the_first_and_the_last(name: str, numbers: tuple[int, ...]) -> None:
    assert episodes(name) == ("Night Tram", 1, numbers)


@pytest.mark.parametrize(
    "name",
    [
        "Night Tram - S02E21 - 94 Meetings",
        "Night Tram - S02E21 - 18-5-4",
        "Night.Tram.S02E21.7.0.Jump",
        "Night.Tram.S02E21.22-45.PM",
        "NightTram-S02E21-3_Depots",
        "NightTram-S02E21-10426008-0",
    ],
)
def test_numbers_of_an_episodes_own_title_are_no_episodes(name: str) -> None:
    assert read_series(name).episodes == (21,)


@pytest.mark.parametrize(
    ("name", "last"),
    [
        ("Night.Tram.S02.720p.HDTV", None),
        ("Night Tram S 02 720p WEB DL", None),
        ("Night Tram Season2 WS PDTV", None),
        ("Night.Tram.Stagione.2.HDTV", None),
        ("Night Tram 2nd Season 1080p", None),
        ("Night Tram S02 2023 1080p WEB-DL", None),
        ("Night Tram - The Complete Season 2 - 1080p", None),
        ("Night Tram / S2E1-16 of 16 [2022, WEB-DL]", None),
        ("Night Tram S02-05 BDRip", 5),
        ("Night Tram Season 02 - Season 05 BluRay", 5),
        ("Night Tram (Seasons 2 - 5) 1080p", 5),
        ("Night Tram Complete Series S02 S05 (1080p)", 5),
        ("Night.Tram.S02.S03.S04.S05.1080p", 5),
    ],
)
def test_a_season_pack_has_no_episodes_of_its_own(name: str, last: int | None) -> None:
    read = read_series(name)
    assert (read.title, read.season, read.episodes, read.last_season) == ("Night Tram", 2, (), last)
    assert read.is_season_pack
    assert read.is_multi_season is (last is not None)


@pytest.mark.parametrize("part", ["Part.2", "Part2", "P2", "Pt.2", "Vol.2", "Volume.2", "Part.Two", "Teil.2"])
def test_a_part_of_a_season_is_no_season_pack(part: str) -> None:
    read = read_series(f"Night.Tram.2016.S02.{part}.1080p.WEB")
    assert (read.title, read.season, read.season_part) == ("Night Tram", 2, 2)
    assert read.is_partial_season
    assert not read.is_season_pack


def test_what_was_left_over_of_a_season_is_an_extra() -> None:
    assert read_series("Night.Tram.S03.EXTRAS.DVDRip.XviD-GRP").is_season_extra
    assert read_series("Night.Tram.S03.SUBPACK.DVDRip.XviD-GRP").is_season_extra
    assert not read_series("Night.Tram.S03.DVDRip.XviD-GRP").is_season_extra


@pytest.mark.parametrize("name", ["Night.Tram.S02.Special-The.Depot.HDTV", "Night Tram S02E11.5 [SP]-The Depot"])
def test_a_special_is_told(name: str) -> None:
    assert read_series(name).is_special


@pytest.mark.parametrize(
    ("name", "day", "part"),
    [
        ("Night.Tram.2011.04.12.A.Guest.720p", date(2011, 4, 12), None),
        ("Night Tram - 2011-04-12 - A Guest", date(2011, 4, 12), None),
        ("Night.Tram.2011.13.04.PDTV", date(2011, 4, 13), None),
        ("Night_Tram_04.28.2014_hdtv", date(2014, 4, 28), None),
        ("Night.Tram.28.04.2014.720p", date(2014, 4, 28), None),
        ("Night Tram 20110412 720p", date(2011, 4, 12), None),
        ("Night.Tram.140722.720p.HDTV", date(2014, 7, 22), None),
        ("Night Tram 12 April 2011 720p", date(2011, 4, 12), None),
        ("Night Tram E76 2024 08 08 1080p", date(2024, 8, 8), None),
        ("Night Tram 2015 02 09 WEBRip s01e13", date(2015, 2, 9), None),
        ("Night.Tram.2015.09.07.Part.2.720p", date(2015, 9, 7), 2),
        ("Night.Tram.2015.09.07.Part2.720p", date(2015, 9, 7), 2),
    ],
)
def test_a_daily_show_is_counted_by_the_day(name: str, day: date, part: int | None) -> None:
    read = read_series(name)
    assert (read.title, read.air_date, read.daily_part, read.episodes) == ("Night Tram", day, part, ())


@pytest.mark.parametrize("name", ["Night Tram - 05-06-2024 HDTV", "Night.Tram.1950.10.14.HDTV"])
def test_a_day_that_cannot_be_meant_is_not_guessed(name: str) -> None:
    assert not read_series(name).is_release


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("Night.Tram.E07.720p", (7,)),
        ("Night Tram? E11-E12 1080p HDTV", (11, 12)),
        ("Night.Tram.Part.2.DSR.XviD", (2,)),
        ("Night.Tram.Part.Two.720p", (2,)),
        ("Night.Tram.Part.1.and.Part.2.DSR", (1, 2)),
        ("Night.Tram.5of9.The.Depot.DVDRip", (5,)),
        ("Night Tram (5 of 9) DVDRip", (5,)),
        ("221208 Night Tram ep34[1080p60 H264]", (34,)),
        ("221205 Night Tram #17", (17,)),
    ],
)
def test_a_mini_series_is_one_season(name: str, numbers: tuple[int, ...]) -> None:
    assert episodes(name) == ("Night Tram", 1, numbers)


@pytest.mark.parametrize(
    ("name", "title", "plain", "year"),
    [
        ("Night.Tram.2022.S03E14.720p", "Night Tram 2022", "Night Tram", 2022),
        ("Night Tram (2022) - S03E14", "Night Tram (2022)", "Night Tram", 2022),
        ("Night Tram [2022] [S03E14] [PL]", "Night Tram [2022]", "Night Tram", 2022),
        ("1234.S03E14.720p", "1234", "1234", None),
        ("1234-2022-S03E14-720p", "1234-2022", "1234", 2022),
        ("2020.Night.Tram.S03E14", "2020 Night Tram", "2020 Night Tram", None),
        ("S03E14.720p", "", "", None),
        ("24-7 Night - Tram - S01E03", "24-7 Night - Tram", "24-7 Night - Tram", None),
        ("Night.of.S.H.E.D.S01E03", "Night of S.H.E.D.", "Night of S.H.E.D.", None),
        ("Mr. Night Tram S01E03", "Mr. Night Tram", "Mr. Night Tram", None),
        ("Night Tram! - S01E03", "Night Tram!", "Night Tram!", None),
    ],
)
def test_the_year_at_the_end_of_a_title_is_told_apart(name: str, title: str, plain: str, year: int | None) -> None:
    read = read_series(name)
    assert (read.title_with_year, read.title, read.year) == (title, plain, year)


@pytest.mark.parametrize(
    "name",
    [
        "[ www.site.com ] - Night.Tram.S03E14.720p",
        "www.site.co.za - Night Tram - S03E14",
        "[site-9.org.au] - Night Tram - S03E14",
        "(site.com) Night Tram S03E14",
        "[12345][67] Night.Tram.S03E14.720p",
        "[12345]-[FULL]-[#a.b.c]-[ Night.Tram.S03E14.720p-GRP ]-[01/10]",
        "_unpack Night.Tram.S03E14.720p",
        "[Group][Night Tram][S03E14][720p]",
        "p027.41E30S.marT.thgiN",
    ],
)
def test_what_stands_before_a_title_is_no_part_of_it(name: str) -> None:
    assert episodes(name) == ("Night Tram", 3, (14,))


@pytest.mark.parametrize(
    ("name", "title", "others"),
    [
        ("Трамвай (S2E1) / Night Tram (S2E1) (2023) WEB-DL", "Night Tram", ("Трамвай", "Night Tram")),
        ("Трамвай / Night Tram / S2E1 of 10 (2023)", "Night Tram", ("Трамвай", "Night Tram")),
        ("Трамвай / Night Tram / Сезон: 2 / Серии: 1-7 из 16", "Night Tram", ("Трамвай", "Night Tram")),
        ("Трамвай AKA Night Tram S02E01", "Трамвай AKA Night Tram", ("Трамвай", "Night Tram")),
    ],
)
def test_a_name_may_tell_two_titles(name: str, title: str, others: tuple[str, ...]) -> None:
    read = read_series(name)
    assert (read.title, read.titles, read.season) == (title, others, 2)


@pytest.mark.parametrize(
    "text",
    [
        "185d86a343e39f3341e35c4dad3f9959",
        "ba27283b17c00d01193eacc02a8ba98eeb523a76",
        "Vrq6e1Aba3U amCjuEgV5R2QvdsLEGYF3YQAQkw8",
        'password - "bdc435cb-93c4-4902-97ea-ca00568c3887.337" yEnc',
        "_unpack e096aeb3c2c0483a96f5b32fc6d10ff5",
        "Backup_81023S03-14",
        "abc.xyz.af6021c37f7852",
        "kjhgsofuejsa701",
    ],
)
def test_letters_of_chance_are_no_release(text: str) -> None:
    assert is_no_release(text, len(words_of(text)))
    assert not read_series(text).is_release


@pytest.mark.parametrize(
    "text",
    [
        "Night Tram",
        "Antidisestablishmentarianism",
        "1917",
        "Se7en",
        "S01E02",
        "Password",
        "The100",
        "12.Monkeys.S01E01",
    ],
)
def test_a_title_is_not_refused(text: str) -> None:
    assert not is_no_release(text, len(words_of(text)))


@pytest.mark.parametrize("name", ["Night Tram (2018) Complete 360p HDTV", "nighttram1618finale", "Night.Tram.1080p"])
def test_a_name_without_numbers_counts_nothing(name: str) -> None:
    assert not is_counted(read_series(name))


@pytest.mark.parametrize("name", ["Night.Tram.Part.2.2011.1080p", "Night.Tram.103.720p", "Night Tram 2"])
def test_what_a_movie_could_be_called_is_not_counted_outright(name: str) -> None:
    assert not counts_outright(name)


def of_path(path: str) -> ReleaseName:
    return read_path(path, Kind.SERIES)


@pytest.mark.parametrize(
    ("path", "season", "numbers"),
    [
        ("/tv/Night Tram (2003)/Season 3/S03E05 - The Depot.mkv", 3, (5,)),
        ("/tv/Night Tram (2003)/Season 03/05 The Depot (1080p HD).mkv", 3, (5,)),
        ("/tv/Night Tram (2003)/Staffel 3/5 The Depot.m4v", 3, (5,)),
        ("/tv/Night Tram (2003)/Season 3/05. 2 Trams - Episode 5.mkv", 3, (5,)),
        ("C:\\tv\\Night Tram (2003)\\Season 1\\8 Trams - S03E05 - The Depot.mkv", 3, (5,)),
        ("/tv/Night Tram (2003)/Specials/S00E05.mkv", 0, (5,)),
        ("/drop/Night Tram (2003) - 3x05 - The Depot [SDTV]/305 - The Depot.avi", 3, (5,)),
        ("/drop/Night.Tram.(2003).S03E05.720p/abc.xyz.af6021c37f7852.mkv", 3, (5,)),
        ("/drop/Night.Tram.(2003).S03E05.720p/Backup_72023S02-12.mkv", 3, (5,)),
        ("/drop/Night.Tram.(2003).S03E05.720p/123.mkv", 3, (5,)),
        ("/drop/Night.Tram.(2003).S03.720p.WEB-GRP/05 - The Depot.mkv", 3, (5,)),
        ("/tv/Night Tram (2003)/Season 3/Episode 5.mkv", 3, (5,)),
    ],
)
def test_folder_and_file_tell_an_episode_together(path: str, season: int, numbers: tuple[int, ...]) -> None:
    read = of_path(path)
    assert (read.season, read.episodes) == (season, numbers)
    assert read.title in ("Night Tram", "8 Trams")


def test_without_a_kind_a_path_that_counts_is_a_series() -> None:
    assert read_path("/drop/Night.Tram.S03E05.720p/123.mkv", None).kind is Kind.SERIES
    assert read_path("/drop/Tin.Comet.2021.1080p/123.mkv", None).kind is Kind.MOVIE


def test_a_hidden_file_of_a_movie_is_named_by_its_folder() -> None:
    assert read_path("/drop/Tin.Comet.2021.1080p.BluRay.x264-GRP/170424_26.mkv", Kind.MOVIE).title == "Tin Comet"


@pytest.mark.parametrize(
    ("name", "season", "numbers", "absolute"),
    [
        ("[Group] Night Tram S10E14 214", 10, (14,), (214,)),
        ("[Group] Night Tram 214 10x14", 10, (14,), (214,)),
        ("[Group] Night Tram - S02E03 (27) [1080p]", 2, (3,), (27,)),
        ("[Group] Night Tram - 12 (S01E12) - (WEB 1080p)", 1, (12,), (12,)),
        ("Night Tram - S01E01-02 (001-002) - The Depot", 1, (1, 2), (1, 2)),
        ("[Group]Night.Tram.S01E01.001.HDTV-720p", 1, (1,), (1,)),
        ("Night Tram - S08E20 50-50 Depot", 8, (20,), ()),
        ("Night Tram - S02E21 - 94 Meetings", 2, (21,), ()),
    ],
)
def test_a_name_may_count_twice(name: str, season: int, numbers: tuple[int, ...], absolute: tuple[int, ...]) -> None:
    assert episodes(name) == ("Night Tram", season, numbers)
    assert read_series(name).absolute == absolute


def test_an_episode_between_two_is_special_even_beside_its_season() -> None:
    read = read_series("[Group] Night Tram - 07.5 (S00E01) - (BD 1080p)")
    assert (read.title, read.season, read.episodes, read.special_numbers) == ("Night Tram", 0, (1,), (75,))
