from dataclasses import replace
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matinee.media.naming import library_path
from matinee.media.parse import read_name
from matinee.media.quality import LADDER, Quality, Revision, rung
from matinee.media.title import Episode, Kind, Title, TitleRef
from matinee.media.wanted import Wanted
from tests.media.ladders import ANY

WEB = LADDER[rung("WEBDL-1080p")]
NASTY = st.text() | st.lists(st.sampled_from(["..", ".", "/", "\\", "\0", "\ud800", "con", ":", " ", "é", "🎬"])).map(
    "".join
)


def movie(name: str, year: int | None = 2021) -> Wanted:
    return Wanted(Title(TitleRef(Kind.MOVIE, "tmdb", "603"), name, year), ANY)


def episode(series: str, name: str, season: int = 1, number: int = 2) -> Wanted:
    title = Title(TitleRef(Kind.SERIES, "tvmaze", "7"), series, 2019)
    return Wanted(title, ANY, Episode(season, number, name, "e7"))


def named(wanted: Wanted, revision: Revision = Revision(), quality: Quality = WEB) -> str:  # noqa: B008 - it is frozen
    return str(library_path(wanted, quality, revision, ".mkv"))


def test_a_movie_has_a_folder_of_its_own() -> None:
    assert named(movie("Tin Comet")) == "Tin Comet (2021)/Tin Comet (2021) WEBDL-1080p.mkv"
    assert named(movie("Tin Comet", None)) == "Tin Comet/Tin Comet WEBDL-1080p.mkv"


def test_an_episode_stands_in_its_season() -> None:
    told = "Night Tram/Season 01/Night Tram - S01E02 - The Depot WEBDL-1080p.mkv"
    assert named(episode("Night Tram", "The Depot")) == told
    assert named(episode("Night Tram", "")) == "Night Tram/Season 01/Night Tram - S01E02 WEBDL-1080p.mkv"


def test_season_zero_holds_the_specials() -> None:
    assert named(episode("Night Tram", "Lost", 0, 1)).startswith("Night Tram/Specials/Night Tram - S00E01 - Lost")


def test_a_series_without_an_episode_is_no_file() -> None:
    with pytest.raises(ValueError, match="only an episode"):
        library_path(Wanted(episode("Night Tram", "x").title, ANY), WEB, Revision(), ".mkv")


def test_a_correction_shows_in_the_name() -> None:
    assert named(movie("Tin Comet"), Revision(2)).endswith("WEBDL-1080p Proper.mkv")
    assert named(movie("Tin Comet"), Revision(2, 1)).endswith("WEBDL-1080p Proper REAL.mkv")


@pytest.mark.parametrize(
    ("title", "folder"),
    [
        ("Alien: Romulus", "Alien - Romulus (2021)"),
        ("3:10 to Yuma", "3-10 to Yuma (2021)"),
        ("Face/Off", "Face+Off (2021)"),
        ("What?", "What! (2021)"),
        ('<M*A*S*H> "|"', "M-A-S-H (2021)"),
        ("...And Justice", "And Justice (2021)"),
        ("Con Game", "Con_ Game (2021)"),
        ("../../etc", "+..+etc (2021)"),
        ("..", "movie-tmdb-603 (2021)"),
        ("a\nb\tc\x00d", "a b cd (2021)"),
    ],
)
def test_what_a_filesystem_cannot_hold_is_replaced(title: str, folder: str) -> None:
    assert PurePosixPath(named(movie(title))).parts[0] == folder


def test_a_series_called_by_a_device_is_altered() -> None:
    assert named(episode("Aux", "Nul")) == "Aux_/Season 01/Aux_ - S01E02 - Nul WEBDL-1080p.mkv"


def test_a_long_episode_title_gives_way_to_the_series() -> None:
    name = PurePosixPath(named(episode("Night Tram", "ü" * 300))).name
    assert name.startswith("Night Tram - S01E02 - üüü")
    assert name.endswith("ü… WEBDL-1080p.mkv")
    assert len(name.encode()) <= 255


@given(
    NASTY,
    st.builds(Episode, st.integers(0, 9999), st.integers(0, 99999), NASTY, st.just("e7")),
    st.sampled_from(LADDER),
    st.text(max_size=30),
)
def test_no_title_leaves_its_folder_or_breaks_a_filesystem(
    title: str, of_series: Episode, quality: Quality, suffix: str
) -> None:
    series = replace(episode(title, ""), episode=of_series)
    for wanted, depth in ((movie(title), 2), (series, 3)):
        path = library_path(wanted, quality, Revision(2, 1), suffix)
        assert len(path.parts) == depth
        assert not path.is_absolute()
        for part in path.parts:
            assert 0 < len(part.encode()) <= 255
            assert part not in (".", "..")
            assert not part.startswith((".", " "))
            assert not part.endswith(" ")
            assert not set(part) & set('\\/:*?"<>|\0\n')


@given(
    st.lists(st.sampled_from(["Tin", "Comet", "Night", "Tram", "2", "Of", "1984"]), min_size=1),
    st.sampled_from(LADDER[1:]),
)
def test_what_we_name_we_can_read(words: list[str], quality: Quality) -> None:
    read = read_name(library_path(movie(" ".join(words)), quality, Revision(), ".mkv").name)
    assert (read.title, read.year, read.quality) == (" ".join(words), 2021, quality)
