"""What is there, on its way or just grabbed is replaced by something better only."""

from dataclasses import replace
from typing import Any

import pytest

from matinee.media.custom_format import Condition, ConditionKind, CustomFormat
from matinee.media.formats import compile_formats
from matinee.media.preferences import Preferences, Propers
from matinee.media.quality import Revision
from matinee.media.wanted import Held, Wanted
from matinee.pipeline.decide import judge
from tests.pipeline.decide.table import COMET, NOW, TRAM, ago, holding, release, why, whys


@pytest.mark.parametrize(
    ("held", "name", "told"),
    [
        ({"quality": "WEBDL-720p"}, "Tin.Comet.2021.1080p.WEB-DL-GRP", None),
        ({"quality": "Bluray-1080p"}, "Tin.Comet.2021.720p.WEB-DL-GRP", "Bluray-1080p is better than its WEBDL-720p"),
        ({}, "Tin.Comet.2021.1080p.BluRay-GRP", "WEBDL-1080p is good enough for 'HD'"),
        ({}, "Tin.Comet.2021.PROPER.1080p.WEB-DL-GRP", None),
        ({"revision": Revision(2)}, "Tin.Comet.2021.1080p.WEB-DL-GRP", "version 2 is there, and it is version 1"),
        ({"score": 5}, "Tin.Comet.2021.1080p.WEB-DL-GRP", "its score of +0 is no more than the +5 of the file"),
        ({"quality": "Bluray-1080p"}, "Tin.Comet.2021.2160p.WEB-DL-GRP", "its WEBDL-2160p is not in 'HD'"),
        ({"quality": "CAM"}, "Tin.Comet.2021.720p.WEB-DL-GRP", None),
    ],
)
def test_a_file_is_replaced_by_something_better_only(held: dict[str, Any], name: str, told: str | None) -> None:
    found = why("held", holding(**held), name)
    assert found == (f"there is a file already: {told}" if told else None)


def test_upgrades_may_be_switched_off_and_scores_must_gain_enough() -> None:
    stopped = replace(holding(quality="WEBDL-720p"), profile=replace(COMET.profile, upgrades=False))
    assert why("held", stopped) == "there is a file already: 'HD' wants no upgrades"
    picky = replace(holding(score=-3), profile=replace(COMET.profile, least_gain=5))
    assert why("held", picky) == "there is a file already: its score of +0 gains less than 5 over -3"
    content = replace(holding(score=-3), profile=replace(COMET.profile, cutoff_score=-5))
    assert "is good enough" in (why("held", content) or "")


def test_what_is_on_its_way_counts_like_a_file() -> None:
    queued = replace(COMET, queued=(Held("WEBDL-1080p", told="Tin Comet WEBDL-1080p"),))
    assert why("queue", queued) == (
        "Tin Comet WEBDL-1080p is on its way: its score of +0 is no more than the +0 of Tin Comet WEBDL-1080p"
    )
    assert not judge(release(), queued).reasons[0].permanent
    assert why("queue", replace(COMET, queued=(Held("WEBDL-720p"),))) is None


def test_a_feed_does_not_repeat_the_grab_of_a_moment_ago() -> None:
    last = Held("WEBDL-1080p", added=ago(hours=3), told="the last one")
    fed = replace(COMET, last_grab=last, is_search=False, now=NOW)
    assert (why("history", fed) or "").startswith("the last one was grabbed just now")
    assert why("history", replace(fed, is_search=True)) is None
    assert why("history", replace(fed, last_grab=replace(last, added=ago(hours=13)))) is None


def test_a_repack_is_for_those_who_have_the_first_one() -> None:
    repack = "Tin.Comet.2021.REPACK.1080p.WEB-DL-GRP"
    assert why("repack", holding(), repack) is None
    assert why("repack", holding(group="OTHER"), repack) == (
        "it is a repack by GRP, and the file that is there is by OTHER"
    )
    assert why("repack", holding(group=None), repack) == (
        "it is a repack by GRP, and the file that is there is by an unknown group"
    )
    waiting = replace(holding(), preferences=Preferences(propers=Propers.WAIT))
    assert why("repack", waiting, repack) == "it is a repack, and those are not fetched"
    assert why("repack", holding(quality="WEBDL-720p", group="OTHER"), repack) is None


def test_a_proper_for_an_old_file_is_searched_for_and_not_taken_from_a_feed() -> None:
    proper = "Tin.Comet.2021.PROPER.1080p.WEB-DL-GRP"
    old = replace(holding(added=ago(days=8)), is_search=False)
    assert why("proper", old, proper) == "it is a proper for a file of 21 February 2026"
    assert why("proper", replace(old, is_search=True), proper) is None
    assert why("proper", replace(holding(), is_search=False), proper) is None


def test_a_version_of_anime_is_of_its_own_group() -> None:
    second = "[GRP] Night Tram - S01E02v2 [1080p]"
    held = replace(holding(TRAM, quality="HDTV-1080p", group="Other"), is_anime=True)
    assert why("anime_version", held, second) == "it is by GRP, and the file that is there is by Other"
    assert why("anime_version", replace(held, is_anime=False), second) is None


def scored(score: int, **profile: Any) -> Wanted:
    """The house has a file without a score, and likes the word `web` so much."""
    liked = CustomFormat("Web", (Condition("web", ConditionKind.TITLE, "web"),))
    tasteful = replace(COMET.profile, scores={"Web": score}, **profile)
    return replace(holding(), profile=tasteful, formats=compile_formats([liked]))


def test_among_equals_the_score_must_rise_below_the_cutoff_score_and_by_enough() -> None:
    assert why("held", scored(10, cutoff_score=100)) is None
    assert why("held", scored(0, cutoff_score=100)) == (
        "there is a file already: its score of +0 is no more than the +0 of the file"
    )
    assert why("held", scored(10)) == "there is a file already: the score of +0 is good enough for 'HD'"
    assert why("held", scored(10, cutoff_score=100, least_gain=11)) == (
        "there is a file already: its score of +10 gains less than 11 over +0"
    )


def test_a_better_score_does_not_carry_a_worse_quality_or_an_older_version() -> None:
    better = replace(scored(10, cutoff_score=100), held=Held("Bluray-1080p"))
    assert "is better than its" in (why("held", better) or "")
    proper = replace(scored(10, cutoff_score=100), held=Held("WEBDL-1080p", Revision(2)))
    assert "version 2 is there" in (why("held", proper) or "")


def with_propers(propers: Propers, wanted: Wanted, **changes: Any) -> Wanted:
    return replace(wanted, preferences=Preferences(propers=propers), **changes)


def test_a_proper_is_found_by_search_where_feeds_do_not_bring_it() -> None:
    proper = "Tin.Comet.2021.PROPER.1080p.WEB-DL-GRP"
    assert whys(proper, with_propers(Propers.WAIT, holding())) == {}
    assert whys(proper, with_propers(Propers.WAIT, holding(), is_search=False)) == {
        "proper": "it is a proper, and those do not upgrade"
    }
    assert "held" in whys(proper, with_propers(Propers.IGNORE, holding()))


def test_a_proper_stops_nothing_on_its_way_where_propers_wait() -> None:
    proper = "Tin.Comet.2021.PROPER.1080p.WEB-DL-GRP"
    queued = replace(COMET, queued=(Held("WEBDL-1080p", told="the first one"),))
    assert why("queue", with_propers(Propers.WAIT, queued), proper) == (
        "the first one is on its way, and a proper does not stop it"
    )
    assert why("queue", with_propers(Propers.UPGRADE, queued), proper) is None


def test_a_repack_that_mends_nothing_is_a_release_like_any_other() -> None:
    repack = "Tin.Comet.2021.REPACK.1080p.WEB-DL-GRP"
    assert why("repack", holding(revision=Revision(2), group="OTHER"), repack) is None
    assert why("repack", with_propers(Propers.IGNORE, holding(group="OTHER")), repack) is None
    assert why("repack", COMET, repack) is None


def test_the_groups_of_an_anime_version_must_both_be_known() -> None:
    held = replace(holding(TRAM, quality="HDTV-1080p", group=None), is_anime=True)
    assert why("anime_version", held, "[GRP] Night Tram - S01E02v2 [1080p]") == (
        "it is a new version, and one of the two groups is unknown"
    )
    same = replace(held, held=Held("HDTV-1080p", group="grp"))
    assert why("anime_version", same, "[GRP] Night Tram - S01E02v2 [1080p]") is None
