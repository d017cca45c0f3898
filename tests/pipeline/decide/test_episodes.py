"""Which episodes a release holds: one, two, a season, a part of one."""

from dataclasses import replace
from datetime import date

import pytest

from matinee.media.title import Episode
from tests.pipeline.decide.table import COMET, EPISODE, MB, NOW, PACK, SEASON, TRAM, at_nook, holding, why, whys


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Night.Tram.S01E03.1080p.WEB", "it is S01E03, not Night Tram S01E02"),
        ("Night.Tram.S02E02-E03.1080p.WEB", "it is S02E02-E03, not Night Tram S01E02"),
        ("Night.Tram.S01.1080p.WEB", "it is the whole of season 1; single episodes are grabbed for now"),
        ("Night.Tram.1080p.WEB", "its name tells no episode, and Night Tram S01E02 is wanted"),
    ],
)
def test_another_episode_is_refused(name: str, text: str) -> None:
    assert whys(name, TRAM, size=1000 * MB)["episode"] == text


def test_an_episode_is_no_movie() -> None:
    assert whys("Tin.Comet.S01E01.1080p.WEB") == {"episode": "it is S01E01 of a series, not a movie"}


def test_a_double_episode_holds_both_and_may_be_twice_as_large() -> None:
    assert not whys("Night.Tram.S01E02-E03.1080p.WEB", TRAM, size=19_000 * MB)


def test_the_day_of_the_broadcast_names_an_episode() -> None:
    daily = replace(TRAM, episode=replace(SEASON[0], air_date=date(2026, 2, 1)))
    assert why("episode", daily, "Night.Tram.2026.02.01.1080p.WEB-DL-GRP") is None
    assert why("episode", daily, "Night.Tram.2026.02.02.1080p.WEB-DL-GRP") is not None


def test_a_pack_is_taken_where_packs_are_accepted() -> None:
    assert why("episode", TRAM, PACK) == "it is the whole of season 1; single episodes are grabbed for now"
    packs = replace(TRAM, accepts_packs=True, season=SEASON, now=NOW)
    assert why("episode", packs, PACK) is None
    assert why("episode", packs, "Night.Tram.S02.1080p.WEB-DL-GRP") is not None
    assert why("size", packs, PACK, size=19_999 * MB) is None
    assert "100 minutes" in (why("size", packs, PACK, size=20_001 * MB) or "")


def test_a_season_that_goes_on_cannot_be_had_as_a_whole() -> None:
    running = replace(TRAM, accepts_packs=True, now=NOW, season=(*SEASON, Episode(1, 3, "", "e3", date(2026, 3, 9))))
    assert why("season", running, PACK) == (
        "it says to be all of season 1, and 1 of its 3 episodes has not been on the air"
    )
    assert why("season", replace(running, season=SEASON), PACK) is None


def test_several_seasons_and_halves_of_episodes_are_refused() -> None:
    assert why("multi_season", TRAM, "Night.Tram.S01-S03.1080p.WEB-DL-GRP") == "it is seasons 1 to 3 in one"
    assert why("split", TRAM, "Night.Tram.S01E02a.1080p.WEB-DL-GRP") == (
        "it is a part of an episode, and parts are not joined"
    )


def test_packs_are_asked_for_when_a_season_is_long_over() -> None:
    old = at_nook(replace(TRAM, season=SEASON, is_season_search=True), season_pack_after_days=10)
    assert (
        why("season_pack", old, EPISODE) == "the season ended more than 10 days ago, and Nook is asked for packs then"
    )
    assert why("season_pack", replace(old, is_season_search=False), EPISODE) is None
    assert why("season_pack", at_nook(replace(TRAM, season=SEASON), season_pack_after_days=30), EPISODE) is None


def test_two_episodes_in_a_file_are_not_replaced_by_one() -> None:
    double = holding(TRAM, quality="WEBDL-720p", episodes=2)
    assert why("same_episodes", double, EPISODE) == "the file that is there holds 2 episodes, and it holds 1"
    assert why("same_episodes", double, "Night.Tram.S01E02-E03.1080p.WEB-DL-GRP") is None


def test_a_part_of_a_season_and_what_was_left_over_are_no_episode() -> None:
    packs = replace(TRAM, accepts_packs=True, season=SEASON, now=NOW)
    assert why("episode", packs, "Night.Tram.S01.Part.1.1080p.WEB-DL-GRP") == (
        "it is a part of season 1, and which episodes it holds is not told"
    )
    assert why("episode", packs, "Night.Tram.S01.Extras.1080p.WEB-DL-GRP") == (
        "it is the extras of season 1, not Night Tram S01E02"
    )


def test_a_pack_of_nobody_knows_how_many_episodes_is_of_no_size() -> None:
    packs = replace(TRAM, accepts_packs=True)
    assert why("size", packs, PACK, size=90_000 * MB) is None
    assert why("size", replace(packs, season=SEASON), "Night.Tram.S02.1080p.WEB-DL-GRP", size=90_000 * MB) is None


LONG = replace(
    TRAM.title,
    episodes=(Episode(0, 1, "Before", "s1"), *(Episode(s, n, "", f"{s}{n}") for s in (1, 2) for n in (1, 2))),
)


def test_an_episode_may_be_counted_from_the_first_one_on() -> None:
    wanted = replace(TRAM, title=LONG, episode=LONG.episodes[3])
    assert wanted.absolute == 3
    assert why("episode", wanted, "[GRP] Night Tram - 03 [1080p]") is None
    assert why("episode", wanted, "[GRP] Night Tram - 02 [1080p]") == "it is episode 2, not Night Tram S02E01"
    assert why("episode", wanted, "[GRP] Night Tram - 02.5 [1080p]") == "it is episode 2.5, not Night Tram S02E01"
    assert why("episode", replace(TRAM, title=LONG, episode=LONG.episodes[0]), "[GRP] Night Tram - 01 [1080p]")


def test_what_the_title_does_not_list_has_no_place_in_the_count() -> None:
    assert TRAM.absolute is None
    assert COMET.absolute is None
    assert why("episode", TRAM, "[GRP] Night Tram - 02 [1080p]") == "it is episode 2, not Night Tram S01E02"


def test_of_two_episodes_of_a_day_the_part_tells_which() -> None:
    twice = tuple(replace(one, air_date=date(2026, 2, 1)) for one in SEASON)
    second = replace(TRAM, episode=twice[1], season=twice)
    assert why("episode", second, "Night.Tram.2026.02.01.Part2.1080p.WEB-DL-GRP") is None
    told = "it is of 2026-02-01, a day with several episodes, and not the part that is Night Tram S01E02"
    assert why("episode", second, "Night.Tram.2026.02.01.Part1.1080p.WEB-DL-GRP") == told
    assert why("episode", second, "Night.Tram.2026.02.01.1080p.WEB-DL-GRP") == told
    assert why("episode", second, "Night.Tram.2026.02.02.1080p.WEB-DL-GRP") == (
        "it is 2026-02-02, not Night Tram S01E02"
    )


def test_packs_are_not_asked_for_of_anime_which_counts_without_seasons() -> None:
    anime = replace(TRAM, season=SEASON, is_season_search=True, is_anime=True)
    assert why("season_pack", at_nook(anime, season_pack_after_days=10), EPISODE) is None
