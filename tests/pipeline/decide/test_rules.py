"""Each rule by itself: what it lets pass, what it refuses, and with which words."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from matinee.media.preferences import (
    DelayProfile,
    IndexerTerms,
    Limits,
    Preferences,
    Propers,
    ReleaseProfile,
)
from matinee.media.quality import Revision
from matinee.media.release import Protocol
from matinee.media.title import Episode
from matinee.media.wanted import Held, Wanted
from matinee.pipeline.decide import decide, judge
from tests.pipeline.decide.test_decide import COMET, MB, TRAM, release

NOW = datetime(2026, 3, 1, 20, 0, tzinfo=UTC)
EPISODE = "Night.Tram.S01E02.1080p.WEB-DL-GRP"
PACK = "Night.Tram.S01.1080p.WEB-DL-GRP"


def why(rule: str, wanted: Wanted, name: str = "Tin.Comet.2021.1080p.WEB-DL-GRP", **facts: Any) -> str | None:
    """The words of one rule; None when it lets the release pass."""
    told = {reason.rule: reason.text for reason in judge(release(name, **facts), wanted).reasons}
    return told.get(rule)


def preferring(wanted: Wanted = COMET, **values: Any) -> Wanted:
    return replace(wanted, preferences=Preferences(**values), now=NOW)


def limited(**values: Any) -> Wanted:
    return preferring(limits=Limits(**values))


def at_nook(wanted: Wanted = COMET, **terms: Any) -> Wanted:
    return preferring(wanted, indexers={"Nook": IndexerTerms(**terms)})


def holding(wanted: Wanted = COMET, **values: Any) -> Wanted:
    usual: dict[str, Any] = {"quality": "WEBDL-1080p", "group": "GRP", "added": NOW - timedelta(days=1)}
    return replace(wanted, held=Held(**usual | values), now=NOW)


def ago(**age: float) -> datetime:
    return NOW - timedelta(**age)


def test_the_house_may_have_a_bound_of_its_own() -> None:
    assert why("largest", limited(largest_mb=3000)) == "4,000 MB is over the house's limit of 3,000 MB"
    assert why("largest", limited(largest_mb=4000)) is None
    assert why("largest", limited()) is None


def test_a_download_needs_room_and_some_must_be_left() -> None:
    tight = replace(COMET, free_bytes=4050 * MB)
    assert why("space", tight) == "it needs 4,000 MB, and 4,050 MB are free"
    assert why("space", replace(tight, free_bytes=4100 * MB)) is None
    assert why("space", COMET) is None
    assert not judge(release(), tight).reasons[0].permanent


def test_a_fresh_upload_to_usenet_waits_and_an_old_one_is_gone() -> None:
    wanted = replace(limited(least_usenet_minutes=30, usenet_retention_days=1000), protocols=frozenset(Protocol))
    by_usenet: dict[str, Any] = {"protocol": Protocol.USENET, "seeders": None}
    assert why("age", wanted, published=ago(minutes=10), **by_usenet) == "it is 10 minutes old, and 30 is the least"
    assert why("age", wanted, published=ago(minutes=31), **by_usenet) is None
    assert why("age", wanted, published=ago(minutes=1)) is None
    assert why("retention", wanted, published=ago(days=1001), **by_usenet) == (
        "it is 1,001 days old, and the servers keep 1,000"
    )
    assert why("retention", wanted, published=ago(days=999), **by_usenet) is None
    assert why("retention", wanted, published=None, **by_usenet) is None


def test_the_owners_words_must_and_must_not_stand_in_a_name() -> None:
    words = ReleaseProfile("Mine", must=("web-dl", "/blu.?ray/i"), must_not=("GRP",))
    assert why("words", preferring(release_profiles=(words,))) == ("its name says GRP, which 'Mine' does not want")
    only = replace(words, must_not=())
    assert why("words", preferring(release_profiles=(only,))) is None
    assert why("words", preferring(release_profiles=(only,)), "Tin.Comet.2021.1080p.HDTV-GRP") == (
        "its name has none of the words of 'Mine': web-dl, /blu.?ray/i"
    )
    elsewhere = replace(words, indexer="Attic")
    tagged = replace(words, tags=frozenset({"kids"}))
    off = replace(words, enabled=False)
    assert why("words", preferring(release_profiles=(elsewhere, tagged, off))) is None


def test_a_hostile_expression_costs_no_evening() -> None:
    words = ReleaseProfile("Mine", must_not=(r"/(a+)+$/", "/(/"))
    begun = datetime.now(UTC)
    assert why("words", preferring(release_profiles=(words,)), f"Tin.Comet.2021.1080p.WEB.{'a' * 200}!") is None
    assert datetime.now(UTC) - begun < timedelta(seconds=2)


def test_an_indexers_terms_hold_for_its_releases() -> None:
    assert why("seeders", at_nook(least_seeders=20)) == "10 seed it at Nook, and 20 must"
    assert why("seeders", at_nook(least_seeders=0), seeders=0) is None
    assert why("indexer", at_nook(disabled_until="21:00")) == "Nook failed too often and rests until 21:00"
    assert why("tags", at_nook(tags=frozenset({"kids"}))) == "Nook is for titles tagged kids"
    assert why("tags", replace(at_nook(tags=frozenset({"kids"})), tags=frozenset({"kids"}))) is None
    flagged = at_nook(required_flags=frozenset({"freeleech"}))
    assert why("flags", flagged) == "it has none of the flags freeleech (it has: none)"
    assert why("flags", flagged, flags=frozenset({"freeleech", "internal"})) is None
    assert why("seeders", at_nook(least_seeders=20), indexer="Attic") is None


def test_what_was_imported_before_is_not_fetched_again() -> None:
    known = replace(COMET, imported=frozenset({"ab" * 20, "tin.comet.2021.1080p.web-dl-grp"}))
    assert why("imported", known, infohash="AB" * 20) == "the very same torrent was imported before"
    assert why("imported", known) == "a release of the same name was imported before"
    assert why("imported", known, "Tin.Comet.2021.1080p.WEB-DL-OTHER") is None


def test_subtitles_in_the_picture_are_refused_unless_the_house_puts_up_with_them() -> None:
    burnt = "Tin.Comet.2021.KORSUB.1080p.WEB-DL-GRP"
    assert why("subtitles", limited(), burnt) == "subtitles are burnt into its picture (KORSUB)"
    assert why("subtitles", limited(hardcoded_subtitles=True), burnt) is None
    assert why("subtitles", limited(hardcoded_subtitles_allowed=("kor",)), burnt) is None
    assert why("subtitles", limited()) is None


def test_a_least_score_is_told_with_what_made_it() -> None:
    wanted = replace(COMET, profile=replace(COMET.profile, least_score=10))
    assert why("score", wanted) == "its score is +0 (no format), and +10 is the least"
    assert judge(release(), wanted).reasons[0].cure == "lower the least score of 'HD' to +0"


@pytest.mark.parametrize(
    ("held", "name", "told"),
    [
        ({"quality": "WEBDL-720p"}, "Tin.Comet.2021.1080p.WEB-DL-GRP", None),
        ({"quality": "Bluray-1080p"}, "Tin.Comet.2021.720p.WEB-DL-GRP", "Bluray-1080p is better than its WEBDL-720p"),
        ({}, "Tin.Comet.2021.1080p.BluRay-GRP", "WEBDL-1080p is good enough for 'HD'"),
        ({}, "Tin.Comet.2021.PROPER.1080p.WEB-DL-GRP", None),
        ({"revision": Revision(2)}, "Tin.Comet.2021.1080p.WEB-DL-GRP", "version 2 is there, and it is version 1"),
        ({"score": 5}, "Tin.Comet.2021.1080p.WEB-DL-GRP", "its score of +0 is no more than the +5 of the file"),
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


def test_a_film_that_is_not_out_is_believed_by_hand_only() -> None:
    soon = replace(COMET, available_from=date(2026, 3, 4), now=NOW)
    assert why("availability", soon) == (
        "Tin Comet is out on 04 March 2026: until then it is a fake, or filmed in the cinema"
    )
    assert why("availability", replace(soon, asked_by_hand=True)) is None
    assert why("availability", replace(soon, available_from=date(2026, 3, 1))) is None
    early = replace(soon, preferences=Preferences(limits=Limits(availability_delay_days=-3)))
    assert why("availability", early) is None


def test_what_nobody_watches_over_is_fetched_by_hand_only() -> None:
    idle = replace(COMET, monitored=False)
    assert why("monitored", idle) == "Tin Comet (2021) is not monitored"
    assert why("monitored", replace(idle, asked_by_hand=True)) is None


def test_patience_waits_for_something_better_unless_nothing_can_be() -> None:
    patient = DelayProfile("Patience", torrent_minutes=60)
    wanted = preferring(delay_profiles=(patient,))
    fresh: dict[str, Any] = {"published": ago(minutes=10)}
    assert why("delay", wanted, **fresh) == "'Patience' waits 51 more minutes for something better"
    assert judge(release(**fresh), wanted).is_pending
    assert why("delay", wanted, published=ago(minutes=60)) is None
    assert why("delay", replace(wanted, asked_by_hand=True), **fresh) is None
    best = replace(patient, bypass_if_best_quality=True)
    assert why("delay", preferring(delay_profiles=(best,)), "Tin.Comet.2021.1080p.BluRay-GRP", **fresh) is None
    scored = replace(patient, bypass_above_score=0)
    assert why("delay", preferring(delay_profiles=(scored,)), **fresh) is None
    assert why("delay", replace(wanted, oldest_pending=ago(minutes=61)), **fresh) is None
    mended = replace(wanted, held=Held("WEBDL-1080p", group="GRP"))
    assert why("delay", mended, "Tin.Comet.2021.PROPER.1080p.WEB-DL-GRP", **fresh) is None


def test_the_first_delay_profile_that_fits_the_title_holds() -> None:
    kids = DelayProfile("Kids", tags=frozenset({"kids"}), torrents=False)
    rest = DelayProfile("Everything")
    wanted = preferring(delay_profiles=(kids, rest))
    assert why("protocol", replace(wanted, tags=frozenset({"kids"}))) == (
        "the delay profile 'Kids' takes nothing by torrent"
    )
    assert why("protocol", wanted) is None


def test_what_is_pushed_does_not_overtake_those_that_wait() -> None:
    pushed = replace(COMET, is_pushed=True, oldest_pending=ago(minutes=5), now=NOW)
    assert why("pending", pushed) == "another release of Tin Comet (2021) is kept waiting already"
    assert why("pending", replace(pushed, is_pushed=False)) is None


SEASON = (
    Episode(1, 1, "Depot", "e1", date(2026, 2, 1), 50),
    Episode(1, 2, "Terminus", "e2", date(2026, 2, 8), 50),
)


def test_a_pack_is_taken_where_packs_are_accepted() -> None:
    assert why("episode", TRAM, PACK) == "it is the whole of season 1; single episodes are grabbed for now"
    packs = replace(TRAM, accepts_packs=True, season=SEASON, now=NOW)
    assert why("episode", packs, PACK) is None
    assert why("episode", packs, "Night.Tram.S02.1080p.WEB-DL-GRP") is not None
    assert why("size", packs, PACK, size=19_999 * MB) is None
    assert "100 minutes" in (why("size", packs, PACK, size=20_001 * MB) or "")


def test_a_season_that_goes_on_cannot_be_had_as_a_whole() -> None:
    running = replace(TRAM, accepts_packs=True, now=NOW, season=(*SEASON, Episode(1, 3, "", "e3", date(2026, 3, 9))))
    assert why("season", running, PACK) == "it says to be all of season 1, and 1 episodes have not been on the air"
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


def test_the_day_of_the_broadcast_names_an_episode() -> None:
    daily = replace(TRAM, episode=replace(SEASON[0], air_date=date(2026, 2, 1)))
    assert why("episode", daily, "Night.Tram.2026.02.01.1080p.WEB-DL-GRP") is None
    assert why("episode", daily, "Night.Tram.2026.02.02.1080p.WEB-DL-GRP") is not None


def test_of_two_episodes_the_single_one_and_the_pack_before_all() -> None:
    packs = replace(TRAM, accepts_packs=True, season=SEASON, now=NOW)
    names = ["Night.Tram.S01E02-E03.1080p.WEB-DL-GRP", EPISODE, PACK]
    assert [one.release.name for one in decide([release(name) for name in names], packs)] == [PACK, EPISODE, names[0]]


def test_what_only_time_speaks_against_comes_before_what_is_refused_for_good() -> None:
    wanted = preferring(delay_profiles=(DelayProfile("Patience", torrent_minutes=60),))
    waiting, refused = release(published=ago(minutes=1)), release("Tin.Comet.2021.CAM-GRP", published=ago(days=1))
    assert [one.release for one in decide([refused, waiting], wanted)] == [waiting, refused]
