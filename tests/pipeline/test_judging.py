"""What a list of files and a look inside tell: fakes, halves, samples, programs."""

import ast
from dataclasses import replace
from datetime import date
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matinee.media.file import MediaFacts
from matinee.media.nzb_file import NzbFile
from matinee.media.parse import read_name
from matinee.media.title import Episode, Kind, Title, TitleRef
from matinee.media.wanted import Wanted
from matinee.pipeline import judging as judging_page
from matinee.pipeline.judging import (
    ListedFile,
    choose_video,
    judge_before_download,
    judge_facts,
    judge_listing,
    judge_nzb,
)
from tests.docs.pages import page, quoted, rows
from tests.media.ladders import HD

MB = 1_000_000
COMET = Wanted(Title(TitleRef(Kind.MOVIE, "tmdb", "603"), "Tin Comet", 2021, runtime_minutes=100), HD)
TRAM = Wanted(Title(TitleRef(Kind.SERIES, "tvmaze", "7"), "Night Tram", 2019), HD, Episode(1, 2, "The Depot", "e2"))
NAME = "Tin.Comet.2021.1080p.WEB-DL-GRP"
THEIR_IMPORT_RULES = 43  # of both, each counted once
FULL_HD = MediaFacts(6000, 1920, 800, "h264", "aac", "matroska")


def listed(*files: str | tuple[str, int]) -> list[ListedFile]:
    return [ListedFile(f, 900 * MB) if isinstance(f, str) else ListedFile(*f) for f in files]


def rules(*files: str | tuple[str, int], wanted: Wanted = COMET) -> list[str]:
    return [reason.rule for reason in judge_listing(listed(*files), wanted)]


def facts_rules(facts: MediaFacts, name: str = NAME, wanted: Wanted = COMET) -> list[str]:
    return [reason.rule for reason in judge_facts(facts, read_name(name), wanted)]


def test_a_film_with_its_subtitles_is_fine() -> None:
    assert (
        rules("Tin Comet/film.mkv", "Tin Comet/film.en.srt", "Tin Comet/info.nfo", ("Tin Comet/Sample/s.mkv", 9)) == []
    )


@pytest.mark.parametrize(
    "path",
    [
        "../film.mkv",
        "a/../../film.mkv",
        "/etc/film.mkv",
        "\\film.mkv",
        "C:\\film.mkv",
        "a\\..\\..\\film.mkv",
        "a\0.mkv",
        "\u202evkm.mkv",
    ],
)
def test_a_name_that_leaves_the_folder_or_hides_something_is_refused(path: str) -> None:
    assert rules(path) == ["path"]


@pytest.mark.parametrize(
    "path", ["film.exe", "film.mkv.exe", "film.EXE", "film.exe ", "film.exe.", "read me.lnk", "x/film.scr"]
)
def test_a_program_beside_the_film_is_refused(path: str) -> None:
    assert rules("film.mkv", path) == ["program"]


def test_a_reason_names_the_file() -> None:
    assert judge_listing(listed("film.mkv", "a/codec.exe"), COMET)[0].text == (
        "'a/codec.exe' is a program, and films need none"
    )


@pytest.mark.parametrize(
    ("files", "rule"),
    [
        (("film.rar", "film.r00", "film.r01"), "archive"),
        (("film.zip",), "archive"),
        (("readme.txt",), "video"),
        ((), "video"),
        ((("Sample/film.mkv", 30 * MB),), "sample"),
        ((("film-sample.mkv", 30 * MB), "film.nfo"), "sample"),
        (("Tin Comet.iso",), "disc"),
        (("BDMV/STREAM/00001.m2ts", ("BDMV/index.bdmv", 9)), "disc"),
        (("VIDEO_TS/VTS_01_1.VOB", ("VIDEO_TS/VIDEO_TS.IFO", 9)), "disc"),
    ],
)
def test_a_download_without_a_film_file_is_refused(files: tuple[str | tuple[str, int], ...], rule: str) -> None:
    assert rules(*files) == [rule]


def test_the_largest_film_is_the_film() -> None:
    files = listed(("a/extra.mkv", 100 * MB), ("a/film.mkv", 900 * MB), ("a/film.nfo", 999 * MB))
    assert choose_video(files, COMET) == PurePosixPath("a/film.mkv")
    assert choose_video([], COMET) is None


def test_a_small_film_is_no_sample() -> None:
    assert rules(("Tin Comet.mp4", 3 * MB)) == []


def test_the_file_that_reads_as_the_episode_is_chosen() -> None:
    files = listed("Night.Tram.S01E01.mkv", ("Night.Tram.S01E02.mkv", 800 * MB), "Night.Tram.S01E03.mkv")
    assert choose_video(files, TRAM) == PurePosixPath("Night.Tram.S01E02.mkv")
    assert choose_video(listed("Night.Tram.S01E02.WEB/abcdef.mkv"), TRAM) == PurePosixPath(
        "Night.Tram.S01E02.WEB/abcdef.mkv"
    )
    assert choose_video(listed("abcdef.mkv"), TRAM) == PurePosixPath("abcdef.mkv")


def test_files_of_other_episodes_are_refused() -> None:
    assert rules("Night.Tram.S01E03.mkv", wanted=TRAM) == ["episode"]
    assert rules("a.mkv", "b.mkv", wanted=TRAM) == ["episode"]


def test_a_film_as_its_name_says_is_fine() -> None:
    assert facts_rules(FULL_HD) == []
    assert facts_rules(MediaFacts(6000, 1440, 1080, "h264", "aac", "mp4")) == []


def test_a_small_picture_under_a_great_name_is_refused() -> None:
    small = MediaFacts(6000, 640, 360, "h264", "aac", "mp4")
    [reason] = judge_facts(small, read_name(NAME), COMET)
    assert reason.text == "its name says 1080p, but the picture has 640x360 pixels"
    assert facts_rules(small, "Tin.Comet.2021.BluRay") == []
    assert facts_rules(small, "Tin.Comet.2021.480p.WEB") == []
    assert facts_rules(FULL_HD, "Tin.Comet.2021.720p.WEB") == []


@pytest.mark.parametrize(
    ("minutes", "seconds", "expected"),
    [
        (100, 90, ["sample"]),
        (100, 3200, []),
        (100, 19_000, ["duration"]),
        (1, 45, []),
        (1, 10, []),
        (None, 90, []),
        (100, 0, []),
    ],
)
def test_the_length_must_be_near_the_running_time(minutes: int | None, seconds: float, expected: list[str]) -> None:
    title = Title(TitleRef(Kind.MOVIE, "tmdb", "603"), "Tin Comet", 2021, runtime_minutes=minutes)
    assert facts_rules(MediaFacts(seconds, 1920, 1080, "h264", "aac", "mp4"), wanted=Wanted(title, HD)) == expected


def test_a_song_is_no_film() -> None:
    assert facts_rules(MediaFacts(6000, 0, 0, "", "aac", "mp4")) == ["video"]


@given(
    st.lists(
        st.tuples(st.text() | st.sampled_from(["..", "/", ".", "a/", "a.mkv", ". ", "S01E02/.mkv"]), st.integers(0))
    )
)
def test_any_listing_is_judged_and_only_a_film_inside_passes(files: list[tuple[str, int]]) -> None:
    for wanted in (COMET, TRAM):
        reasons = judge_listing(listed(*files), wanted)
        chosen = choose_video(listed(*files), wanted)
        assert reasons or (chosen and not chosen.is_absolute() and ".." not in chosen.parts)


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ((("Tin.Comet.2021.2160p.mkv", 60 * 10**6),), "its film has 60.0 MB for 100 minutes"),
        ((("a.cd1.mkv", 10**9), ("a.cd2.mkv", 10**9)), "the film is in 2 parts"),
        ((("film.rar", 10**9), ("Password.txt", 10)), "its archives want a password"),
    ],
)
def test_what_the_list_of_files_gives_away_is_not_downloaded(files: tuple[tuple[str, int], ...], told: str) -> None:
    name = read_name("Tin.Comet.2021.2160p.WEB-DL-GRP", Kind.MOVIE)
    reasons = judge_before_download([ListedFile(path, size) for path, size in files], name, COMET)
    assert next(reason.text for reason in reasons).startswith(told)


def test_a_small_encode_is_no_stub_and_an_unknown_length_no_offence() -> None:
    name = read_name("Tin.Comet.2021.1080p.WEB-DL-GRP", Kind.MOVIE)
    assert judge_before_download([ListedFile("a.mkv", 110 * 10**6)], name, COMET) == []
    silent = replace(COMET, title=replace(COMET.title, runtime_minutes=None))
    assert judge_before_download([ListedFile("a.mkv", 10)], name, silent) == []


def test_a_pack_without_all_of_its_episodes_is_refused_by_their_numbers() -> None:
    season = tuple(Episode(1, number, "", f"e{number}", date(2020, 1, number), 50) for number in (1, 2, 3))
    wanted = replace(TRAM, season=season, accepts_packs=True)
    name = read_name("Night.Tram.S01.1080p.WEB-DL-GRP", Kind.SERIES)
    listed = [ListedFile(f"Night.Tram.S01E{number:02}.1080p.mkv", 10**9) for number in (1, 2)]
    (reason,) = judge_before_download(listed, name, wanted)
    assert reason.text == "1 of the season's 3 episodes are missing: E03"
    whole = [*listed, ListedFile("Night.Tram.S01E03.1080p.mkv", 10**9)]
    assert judge_before_download(whole, name, wanted) == []


@pytest.mark.parametrize(
    "names",
    [
        ("Tin.Comet.CD1.mkv", "Tin.Comet.CD2.mkv"),
        ("grp-comet.cd1.XviD.avi", "grp-comet.cd2.XviD.avi"),
        ("Tin Comet (Disc 1).mkv", "Tin Comet (Disc 2).mkv"),
        ("Tin Comet part1.mkv", "Tin Comet part2.mkv", "Tin Comet part3.mkv"),
        ("CD1/Tin.Comet-cd1.avi", "CD2/Tin.Comet-cd2.avi"),
        ("Tin Comet/CD1/comet.avi", "Tin Comet/CD2/comet.avi"),
    ],
)
def test_a_film_in_halves_is_refused(names: tuple[str, ...]) -> None:
    assert rules(*names) == ["parts"]


@pytest.mark.parametrize(
    "names",
    [("Tin.Comet.Part.1.mkv",), ("Tin.Comet.mkv", "Tin.Comet.Interview.CD1.mkv"), ("cd1.mkv", "Sample/cd2.avi")],
)
def test_what_only_looks_like_a_half_is_a_film(names: tuple[str, ...]) -> None:
    files = listed(*(name if "Sample" not in name else (name, 9) for name in names))
    assert judge_listing(files, COMET) == []


def test_the_parts_of_a_series_are_its_episodes() -> None:
    parts = ("Night.Tram.S01E01.Part1.mkv", "Night.Tram.S01E02.Part2.mkv")
    assert rules(*parts, wanted=TRAM) == []
    assert rules("Night.Tram.S01E02.CD1.mkv", "Night.Tram.S01E02.CD2.mkv", wanted=TRAM) == ["parts"]


def test_a_folder_that_is_still_unpacked_waits() -> None:
    (reason,) = judge_listing(listed("_UNPACK_Tin.Comet/film.mkv"), COMET)
    assert (reason.rule, reason.permanent) == ("unpacking", False)
    assert rules("_FAILED_Tin.Comet/film.mkv") == ["unpacking"]
    assert rules("Tin.Comet/_unpack_notes.mkv") == []


def test_a_film_without_sound_is_refused_unless_it_is_a_silent_one() -> None:
    mute = MediaFacts(6000, 1920, 800, "h264", None, "matroska")
    assert facts_rules(mute) == ["audio"]
    assert facts_rules(replace(mute, audio_languages=("eng",))) == [], "its sound is there and cannot be read"
    assert facts_rules(mute, wanted=replace(COMET, title=replace(COMET.title, year=1927))) == []


def test_a_file_may_be_counted_from_the_first_episode_on() -> None:
    episodes = tuple(Episode(season, number, "", f"{season}{number}") for season in (1, 2) for number in (1, 2))
    third = replace(TRAM, title=replace(TRAM.title, episodes=episodes), episode=episodes[2])
    batch = listed("[GRP] Night Tram - 02.mkv", "[GRP] Night Tram - 03.mkv", "[GRP] Night Tram - 04.mkv")
    assert choose_video(batch, third) == PurePosixPath("[GRP] Night Tram - 03.mkv")
    assert rules("[GRP] Night Tram - 04.mkv", wanted=third) == ["episode"]
    assert rules("Night.Tram.S02E01/Episode 1.mkv", wanted=third) == []


@pytest.mark.parametrize("name", ["Night.Tram.S01.1080p.mkv", "Night.Tram.S01E02a.mkv", "Night.Tram.S01.Extras.mkv"])
def test_more_and_less_than_the_episode_is_not_the_episode(name: str) -> None:
    assert rules(name, wanted=TRAM) == ["episode"]


def nzb_rules(*files: tuple[str, int], password: str | None = None, wanted: Wanted = COMET) -> list[str]:
    return [reason.rule for reason in judge_nzb(NzbFile(files, password), read_name(NAME), wanted)]


def test_a_packed_film_on_usenet_is_fine_and_a_stub_or_an_unknown_password_is_not() -> None:
    packed = [(f"comet.part{number:02}.rar", 500 * MB) for number in range(8)]
    assert nzb_rules(*packed, ("comet.par2", MB)) == []
    assert nzb_rules(("3f8a9c0177", 4000 * MB), ("3f8a9c0177.vol01+02.par2", MB)) == []
    assert nzb_rules(*packed, ("Password.txt", 9)) == ["password"]
    assert nzb_rules(*packed, ("Password.txt", 9), password="sesame") == []
    assert nzb_rules(("comet-sample.mkv", 20 * MB), ("3f8a9c0177", 4000 * MB)) == []
    assert nzb_rules(("comet.rar", 50 * MB), ("comet.vol00+99.par2", 900 * MB)) == ["stub"]
    assert nzb_rules(*packed, ("setup.exe", MB)) == ["program"]


def test_an_nzb_of_plain_films_is_judged_like_a_torrent() -> None:
    assert nzb_rules(("Tin.Comet.mkv", 4000 * MB), ("Tin.Comet.nfo", 9)) == []
    assert nzb_rules(("Tin.Comet.cd1.mkv", 700 * MB), ("Tin.Comet.cd2.mkv", 700 * MB)) == ["parts"]
    assert nzb_rules(("Night.Tram.S01E03.mkv", 700 * MB), wanted=TRAM) == ["episode"]


def test_every_judgement_stands_in_the_owners_page() -> None:
    calls = [
        node for node in ast.walk(ast.parse(Path(judging_page.__file__).read_text())) if isinstance(node, ast.Call)
    ]
    reasons = [call.args[0] for call in calls if isinstance(call.func, ast.Name) and call.func.id == "Reason"]
    told = {row["judged"] for row in rows(page("deciding.md"), "judged")}
    assert told == {str(name.value) for name in reasons if isinstance(name, ast.Constant)}


def test_every_import_rule_of_the_managers_is_answered_in_the_owners_page() -> None:
    told = [name for row in rows(page("deciding.md"), "their import rule") for name in quoted(row["their import rule"])]
    assert len(told) == len(set(told))
    assert set(told) >= {"DangerousFile", "NoAudio", "Sample", "SplitEpisode", "NotQualityUpgrade", "FileLocked"}
    assert len(told) == THEIR_IMPORT_RULES
