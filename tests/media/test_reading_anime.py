import pytest

from matinee.media.parse import read_name
from matinee.media.parse.scripts import in_our_order
from matinee.media.parse.series import is_counted, read_series
from matinee.media.title import Kind


def counted(name: str) -> tuple[str, tuple[int, ...]]:
    read = read_series(name)
    return read.title_with_year, read.absolute


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("[Group] Night Tram - 07 [1080p][ABCD1234].mkv", (7,)),
        ("[Group] Night Tram - 07v2 [1080p]", (7,)),
        ("[Group]_Night_Tram_-_07_(1280x720)_[ABCD1234].mkv", (7,)),
        ("[Group].Night.Tram.-.07.[1080p]", (7,)),
        ("[Group]Night Tram[07][1080p]", (7,)),
        ("[Group] Night Tram 07 [720p]", (7,)),
        ("[Group] Night Tram - 3 [1080p]", (3,)),
        ("[Group] Night Tram - 1071 [1080p]", (1071,)),
        ("[Group] Night Tram E07 [1080p]", (7,)),
        ("[Group] Night Tram #07 [1080p]", (7,)),
        ("[Group] Night Tram No.07 [1080p]", (7,)),
        ("[Group] Night Tram - Ep. 07 [1080p]", (7,)),
        ("[Group] Night Tram - 12 END [1080p]", (12,)),
        ("[Group] Night Tram - 12 [07 of 13] [1080p]", (12,)),
        ("[Group] Night Tram [07 из 13] [1080p]", (7,)),
        ("[Group] Night Tram - 07 - The Depot [1080p]", (7,)),
        ("[Group] Night Tram 107 - The Depot [1080p]", (107,)),
        ("[Group] Night Tram - Episode 07v2 [1080p]", (7,)),
        ("Night Tram 012 - The Depot [1080p].mkv", (12,)),
        ("Night.Tram.Ep.1071.German.DL.1080p", (1071,)),
        ("Night Tram - 107 - The Depot.mkv", (107,)),
        ("Night Tram 107 VOSTFR 720p", (107,)),
        ("Night Tram Episode 07 English Sub", (7,)),
        ("Night Tram Folge 12 German 720p", (12,)),
        ("Night Tram 12. Bölüm 1080p", (12,)),
        ("Night Tram 12.BLM 720p", (12,)),
        ("Night.Tram.E1135.GERMAN.1080p.WEBRip", (1135,)),
        ("Night Tram {07} The Depot.hdtv-720p", (7,)),
    ],
)
def test_one_number_counts_through_all_seasons(name: str, numbers: tuple[int, ...]) -> None:
    assert counted(name) == ("Night Tram", numbers)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("[Group] Night Tram 07-09 [720p]", 7, 9),
        ("[Group] Night Tram - 01 ~ 12 (Batch) [1080p]", 1, 12),
        ("[Group] Night Tram (01-12) [1080p]", 1, 12),
        ("[Group] Night Tram [01-12] [1080p]", 1, 12),
        ("[Group] Night Tram 01 - 119 [1080p] [Batch]", 1, 119),
        ("[Group] Night Tram - 001-220 [1080p]", 1, 220),
        ("[Group] Night Tram - 01-12 + OVA [1080p]", 1, 12),
        ("[Group] Night Tram - 07 & 08 [1080p]", 7, 8),
        ("[Group] Night Tram - 07, 08 [1080p]", 7, 8),
        ("[Group] Night Tram - 07 and 08 [1080p]", 7, 8),
        ("[Group] Night Tram (001-366 + Movies) [BD]", 1, 366),
        ("Night Tram Eps 107-120", 107, 120),
        ("Night Tram (1017-1088) (WEB 1080p)", 1017, 1088),
        ("Night.Tram.Ep01-12.Complete.1080p", 1, 12),
        ("Night Tram - 01-02-03 - The Depot HDTV-720p", 1, 3),
    ],
)
def test_several_numbers_are_a_range(name: str, first: int, last: int) -> None:
    assert counted(name) == ("Night Tram", tuple(range(first, last + 1)))


@pytest.mark.parametrize(
    ("name", "title", "number"),
    [
        ("[Group] Night Tram 2 - 05 [1080p]", "Night Tram 2", 5),
        ("[Group] Night Tram 21 - 101 [480p]", "Night Tram 21", 101),
        ("[Group] Steins;Gate 0 - 23 [1080p]", "Steins;Gate 0", 23),
        ("[Group] 86 - 05 [1080p]", "86", 5),
        ("[Group] 86 - Eighty Six - 05 [1080p]", "86 - Eighty Six", 5),
        ("[Group] 3x3 Eyes - 05 [1080p]", "3x3 Eyes", 5),
        ("[Group] Gundam 00 - 05 [1080p]", "Gundam 00", 5),
        ("[Group] Night Tram S2-05 [1080p]", "Night Tram S2", 5),
        ("[Group] Ocean's 11 [720p]", "Ocean's", 11),
        ("[Group] Night Tram S2 - 05 [1080p]", "Night Tram S2", 5),
        ("[Group] Night Tram 2nd Season - 05 [1080p]", "Night Tram 2nd Season", 5),
        ("[Group] Night Tram S03 Part 2 - 05 [1080p]", "Night Tram S03 Part 2", 5),
        ("Night Tram Part 2 - 05 [1080p]", "Night Tram Part 2", 5),
        ("[Group] Night Tram (2021) - 05 [1080p]", "Night Tram (2021)", 5),
        ("[Group] Night Tram [TV] - 05 [1080p]", "Night Tram [TV]", 5),
        ("[Group] Night Tram OVA - 05 [1080p]", "Night Tram OVA", 5),
    ],
)
def test_other_numbers_belong_to_the_title(name: str, title: str, number: int) -> None:
    assert counted(name) == (title, (number,))


@pytest.mark.parametrize("name", ["[Group] Night Tram (Season 2) - 27 [1080p]", "[Group] Night Tram (S2) - 27 [1080p]"])
def test_a_season_in_brackets_stands_beside_the_title(name: str) -> None:
    read = read_series(name)
    assert (read.title, read.season, read.absolute, read.is_season_pack) == ("Night Tram", 2, (27,), False)


@pytest.mark.parametrize(
    ("name", "tenths"),
    [
        ("[Group] Night Tram - 12.5 [1080p]", 125),
        ("[Group] Night Tram - 12.5v2 [1080p]", 125),
        ("[Group] Night Tram - 6.5 [1080p]", 65),
        ("[Group] Night Tram - 12.5.1 (1080p)", 125),
        ("[Group][Night Tram][12.5][1080p]", 125),
    ],
)
def test_a_recap_stands_between_two_episodes(name: str, tenths: int) -> None:
    read = read_series(name)
    assert (read.title, read.absolute, read.special_numbers) == ("Night Tram", (), (tenths,))


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("[Group] Night Tram - OVA 2 [1080p]", (2,)),
        ("[Group] Night Tram - OVA - 02 [1080p]", (2,)),
        ("[Group] Night Tram - 02 - OVA [1080p]", (2,)),
        ("[Group] Night Tram - SP2 [1080p]", (2,)),
        ("[Group] Night Tram - NCED2 [BD]", ()),
        ("[Group] Night Tram NCOP 01 [BD]", ()),
        ("[Group] Night Tram - Creditless Opening 1 [BD]", ()),
        ("[组][Night Tram][OVA 02][1080p]", (2,)),
    ],
)
def test_what_belongs_to_no_season_is_special(name: str, numbers: tuple[int, ...]) -> None:
    read = read_series(name)
    assert (read.title, read.absolute, read.is_special, is_counted(read)) == ("Night Tram", numbers, True, True)


@pytest.mark.parametrize(
    "name",
    [
        "[Group] Night Tram [1080p]",
        "[Group] Night Tram 2 [1080p]",
        "[Group] Night Tram 2019 [1080p]",
        "[Group] Night Tram - Vol.1 [BD]",
        "Night Tram - 24 Hours in the Depot",
    ],
)
def test_not_every_number_counts(name: str) -> None:
    assert not is_counted(read_series(name))


@pytest.mark.parametrize(
    ("name", "titles", "numbers"),
    [
        ("【字幕组】★10月新番★[夜车/Night Tram][12END][720p][繁体][招募翻译校对]", ("夜车", "Night Tram"), (12,)),
        ("【字幕组】【夜车_Night Tram】【第05话】【1080p_HEVC】", ("夜车", "Night Tram"), (5,)),
        ("[字幕组][夜车·Night Tram][第十二集][1080P]", ("夜车", "Night Tram"), (12,)),
        ("[字幕组][国漫][夜车][Night Tram][2019][88-89][AVC][1080P]", ("夜车", "Night Tram"), (88, 89)),
        ("[字幕组][NIGHT TRAM 夜车][01-03完][1080P]", ("夜车", "NIGHT TRAM"), (1, 2, 3)),
        ("[字幕组][夜车][第07话 车库][1080P]", ("夜车",), (7,)),
        ("[Group][Night_Tram][12_END][1080P]", ("Night Tram",), (12,)),
        ("[字幕组]夜车/Night Tram[07][1080P]", ("夜车", "Night Tram"), (7,)),
        ("[字幕组][Night Tram 第二季][07][1080P]", ("Night Tram 第二季",), (7,)),
        ("[Group] 夜の☆電車 - 07 [1080p]", ("夜の☆電車",), (7,)),
        ("(BD)夜の電車 全12話 (1920x1080 x264)", ("夜の電車",), tuple(range(1, 13))),
        ("قطار الليل الحلقة 12 [1080p]", ("قطار الليل",), (12,)),
        ("[字幕组] 夜车 / Night Tram - 07 [1080p][简繁日内封字幕]", ("夜车", "Night Tram"), (7,)),
        ("[字幕组] 夜车 Night Tram - 07 [1080p]", ("夜车", "Night Tram"), (7,)),
        ("[字幕组] Night Tram - 夜车 - 07 [1080p]", ("Night Tram", "夜车"), (7,)),
        ("[字幕组] 夜车（僅限港澳台地區） - 07 [1080P]", ("夜车",), (7,)),
        ("[Group][Night_Tram][07][GB][1080P]", ("Night Tram",), (7,)),
        ("[Group][Fate/stay night][07][720p]", ("Fate/stay night",), (7,)),
        ("[字幕组][夜车][全３话][1080P]", ("夜车",), (1, 2, 3)),
        ("夜の電車 第07話 「車庫」 (1280x720)", ("夜の電車",), (7,)),
        ("[Raws] 夜の電車 第01-03話 (BD 1280x720)", ("夜の電車",), (1, 2, 3)),
        ("밤의 전차 12화 1080p", ("밤의 전차",), (12,)),
    ],
)
def test_groups_of_the_east_put_all_in_brackets(name: str, titles: tuple[str, ...], numbers: tuple[int, ...]) -> None:
    read = read_series(name)
    assert (read.titles, read.absolute) == (titles, numbers)


@pytest.mark.parametrize(
    ("name", "title", "season", "numbers"),
    [
        ("【剧集网 www.site.com】夜车[全24集][国语音轨].Night.Tram.S01.2023.1080p.WEB-DL-GRP", "Night Tram", 1, ()),
        ("【剧集网 www.site.com】夜车[第01-03集].Night.Tram.S01.2023.1080p.WEB-DL-GRP", "Night Tram", 1, (1, 2, 3)),
        ("夜车.Night.Tram.S01E03.2023.2160p.WEB-DL-GRP", "Night Tram", 1, (3,)),
        ("夜车.S01E03.2160p.WEB-DL-GRP", "夜车", 1, (3,)),
        ("夜车 第一季 第05集 1080p", "夜车", 1, (5,)),
        ("夜车 第一季第05集", "夜车", 1, (5,)),
        ("밤의 전차 2기 3화", "밤의 전차", 2, (3,)),
    ],
)
def test_television_of_the_east_counts_by_season(name: str, title: str, season: int, numbers: tuple[int, ...]) -> None:
    read = read_series(name)
    assert (read.title, read.season, read.episodes, read.is_season_pack) == (title, season, numbers, not numbers)


def test_the_group_in_front_signs_alone() -> None:
    assert read_series("[Group] Night Tram - 07 - Finale [1080p]").group == "Group"
    assert read_series("【喵萌组】[Night Tram][07][1080p][简繁外挂]").group == "喵萌组"
    assert read_series("[Group動漫][Night Tram][07][1080p]").group == "Group"


def test_a_group_may_sign_before_the_checksum() -> None:
    assert read_series("Night Tram - 07 [Group][9A3C12F0].mkv").group == "Group"
    assert read_series("Night Tram - 07 [Group] [1080p] [9A3C12F0].mkv").group == "Group"
    assert read_series("Night Tram - 07 [1080p][9A3C12F0].mkv").group is None


def test_fin_behind_the_last_number_is_no_language() -> None:
    assert read_series("[Group] Night Tram [01-25 Fin][BD][1080p]").languages == ()
    assert read_series("[Group] Night Tram - 07 VOSTFR HD").languages == ("French",)


def test_a_signed_number_is_a_series_though_nobody_said_so() -> None:
    assert read_name("[Group] Night Tram (2021) - 07 [1080p]").kind is Kind.SERIES
    assert read_name("[Group] Night Tram [1080p]").kind is Kind.MOVIE


def test_ordinary_names_stay_as_they_are() -> None:
    for name in (
        "Night.Tram.S01E02.1080p-GRP",
        "[Group] Night Tram - 07",
        "Amélie.2001.1080p",
        "Ночной трамвай S01E02",
    ):
        assert in_our_order(name) == name
