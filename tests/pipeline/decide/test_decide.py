from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import matinee.pipeline.decide as page
from matinee.media.profile import Profile, QualitySize
from matinee.media.release import Protocol, Release
from matinee.media.title import Episode, ExternalIds, Kind, Title, TitleRef
from matinee.media.wanted import Wanted
from matinee.pipeline.decide import RULES, decide, judge, release_key, summarise
from matinee.pipeline.decide.summary import PHRASES
from tests.media import ladders

MB = 1_000_000


def of_size(**limits: float) -> dict[str, QualitySize]:
    """The same limits for every quality of the profile."""
    return dict.fromkeys(ladders.HD.allowed, QualitySize(**{"most": 200.0, **limits}))


HD = replace(ladders.HD, sizes=of_size())
COMET = Wanted(
    Title(TitleRef(Kind.MOVIE, "tmdb", "603"), "Tin Comet", 2021, ExternalIds(603, "tt0133093"), runtime_minutes=100),
    HD,
)
TRAM = Wanted(
    Title(TitleRef(Kind.SERIES, "tvmaze", "7"), "Night Tram", 2019, runtime_minutes=50),
    HD,
    Episode(1, 2, "The Depot", "e2"),
)


def release(name: str = "Tin.Comet.2021.1080p.WEB-DL-GRP", **facts: Any) -> Release:
    usual: dict[str, Any] = {"guid": name, "indexer": "Nook", "download_url": "u", "size": 4000 * MB, "seeders": 10}
    return Release(name=name, **usual | facts)


def whys(name: str = "Tin.Comet.2021.1080p.WEB-DL-GRP", wanted: Wanted = COMET, **facts: Any) -> dict[str, str]:
    return {reason.rule: reason.text for reason in judge(release(name, **facts), wanted).reasons}


def with_profile(**changes: Any) -> Wanted:
    return replace(COMET, profile=replace(HD, **changes))


def test_a_fitting_release_is_approved() -> None:
    assert judge(release(), COMET).approved
    assert judge(release("Night.Tram.S01E02.1080p.WEB-DL-GRP"), TRAM).approved


def test_every_rule_is_a_file_and_has_a_phrase_for_the_summary() -> None:
    folder = Path(page.__file__).parent
    files = {path.stem for path in folder.glob("*.py")} - {
        "__init__",
        "candidate",
        "decision",
        "preference",
        "summary",
        "upgrade",
    }
    assert {rule.__module__.rpartition(".")[2] for rule in RULES} == files
    assert files <= set(PHRASES)


def test_another_title_is_refused_by_both_names() -> None:
    assert whys("Tin.Rocket.2021.1080p.WEB") == {"title": "it is 'Tin Rocket', not 'Tin Comet'"}


def test_the_year_may_be_off_by_one() -> None:
    assert not whys("Tin.Comet.2022.1080p.WEB")
    assert whys("Tin.Comet.2009.1080p.WEB") == {"title": "it is of 2009, and Tin Comet is of 2021"}


def test_the_catalogue_number_stands_for_the_name() -> None:
    assert not whys("Blechkomet.2021.1080p.WEB", ids=ExternalIds(imdb="133093"))
    assert "title" in whys("Blechkomet.1999.1080p.WEB", ids=ExternalIds(tmdb=603))
    assert whys(ids=ExternalIds(tmdb=7))["title"] == "the indexer says it is tmdb 7, not Tin Comet (2021)"


def test_the_original_name_counts() -> None:
    wanted = replace(COMET, title=replace(COMET.title, original_name="Blechkomet"))
    assert not whys("Blechkomet.2021.1080p.WEB", wanted)


@pytest.mark.parametrize(
    ("title", "year", "name"),
    [
        ("Blade Runner 2049", 2017, "Blade.Runner.2049.1080p.WEB"),
        ("The Good German", 2006, "The.Good.German.2006.1080p.WEB"),
        ("Good Bye, Lenin!", 2003, "Good.Bye.Lenin.2003.1080p.WEB"),
    ],
)
def test_titles_that_end_like_something_else_are_found(title: str, year: int, name: str) -> None:
    assert not whys(name, replace(COMET, title=replace(COMET.title, name=title, year=year)))


def test_a_series_of_the_same_name_but_another_decade_is_another() -> None:
    assert "title" in whys("Night.Tram.1988.S01E02.1080p.WEB", TRAM)


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


def test_a_quality_outside_of_the_profile_is_refused() -> None:
    assert whys("Tin.Comet.2021.HDCAM") == {"quality": "CAM is not in the profile 'HD'"}
    assert whys("Tin.Comet.2021") == {"quality": "its name does not tell the quality"}


def test_the_size_must_fit_the_running_time() -> None:
    assert whys(size=20_001 * MB) == {"size": "20,001 MB is over the 20,000 MB limit for 100 minutes"}
    wanted = with_profile(sizes=of_size(least=5.0))
    assert whys(wanted=wanted, size=100 * MB) == {"least size": "100 MB is under the 500 MB floor for 100 minutes"}
    assert not whys(wanted=wanted, size=0)


def test_the_language_must_be_wanted() -> None:
    german = with_profile(languages=("German",))
    assert not whys("Tin.Comet.2021.German.1080p.WEB", german)
    assert not whys("Tin.Comet.2021.MULTi.1080p.WEB", german)
    assert whys("Tin.Comet.2021.FRENCH.1080p.WEB", german) == {"language": "it is in French, and German is wanted"}
    assert whys(wanted=german) == {"language": "its name tells no language, and German is wanted"}
    assert not whys(wanted=with_profile(languages=("Original",)))
    assert not whys("Tin.Comet.2021.FRENCH.1080p.WEB", with_profile(languages=()))
    assert whys("Tin.Comet.2021.FRENCH.1080p.WEB"), "a newcomer's profile speaks as the film was made"


def test_a_torrent_without_seeders_is_refused_for_now() -> None:
    decision = judge(release(seeders=0), COMET)
    assert [(r.rule, r.text, r.permanent) for r in decision.reasons] == [
        ("seeders", "nobody seeds it at Nook now", False)
    ]
    assert judge(release(seeders=None), COMET).approved


def test_a_sample_is_refused() -> None:
    assert whys("Tin.Comet.2021.1080p.WEB.Sample", size=30 * MB) == {
        "sample": "its name says sample, and it has 30 MB only"
    }
    assert not whys("Tin.Comet.2021.1080p.WEB.Sample")


def test_what_was_tried_before_is_refused_wherever_it_is_offered() -> None:
    blocked = replace(COMET, blocked=frozenset({release_key(release(infohash="AB" * 20))}))
    assert "blocklist" in whys(wanted=blocked, infohash="ab" * 20, indexer="Other", guid="other")
    assert not whys(wanted=blocked, infohash="cd" * 20)
    assert "blocklist" in whys(wanted=replace(COMET, blocked=frozenset({"guid-1"})), guid="guid-1")


def test_only_enabled_protocols_are_considered() -> None:
    usenet = release(protocol=Protocol.USENET, seeders=None)
    assert [r.rule for r in decide([usenet], COMET)[0].reasons] == ["protocol"]
    assert decide([usenet], COMET, protocols={Protocol.USENET})[0].approved


def test_a_raw_disc_is_refused() -> None:
    assert "disc" in whys("Tin.Comet.2021.COMPLETE.BLURAY-GRP")


def test_all_reasons_are_told_and_not_just_the_first() -> None:
    told = whys("Tin.Rocket.2021.FRENCH.1080p.WEB", size=90_000 * MB, seeders=0)
    assert list(told) == ["title", "size", "language", "seeders"]


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"name": "Tin.Comet.2021.1080p.BluRay"}, {"name": "Tin.Comet.2021.1080p.WEB", "seeders": 9000}),
        ({"name": "Tin.Comet.2021.PROPER.1080p.WEB"}, {"seeders": 9000}),
        ({"indexer_priority": 1}, {"indexer_priority": 25, "seeders": 9000}),
        ({"seeders": 100}, {"seeders": 10, "size": 9000 * MB}),
        ({"leechers": 1000}, {"size": 9000 * MB}),
        ({"size": 9000 * MB}, {"size": 4000 * MB, "seeders": 12}),
        ({}, {"name": "Tin.Comet.2021.2160p.BluRay"}),
    ],
)
def test_the_better_release_comes_first(better: dict[str, Any], worse: dict[str, Any]) -> None:
    first, second = release(**better), release(**worse)
    assert [d.release for d in decide([second, first], COMET)] == [first, second]


def test_with_a_preferred_size_the_nearest_wins() -> None:
    wanted = with_profile(sizes=of_size(preferred=40.0))
    near, far = release(size=4100 * MB), release(size=9000 * MB)
    assert decide([far, near], wanted)[0].release == near


def test_equal_releases_keep_their_order() -> None:
    twins = [release(guid=str(number)) for number in range(5)]
    assert [d.release for d in decide(twins, COMET)] == twins


def test_a_search_is_told_in_one_sentence() -> None:
    offers = [
        *(release() for _ in range(3)),
        *(release(size=30_000 * MB, seeders=0) for _ in range(4)),
        *(release("Tin.Comet.2021.FRENCH.1080p.WEB") for _ in range(3)),
        *(release("Tin.Comet.2021.English.1080p.WEB", seeders=0) for _ in range(2)),
    ]
    told = summarise(decide(offers, with_profile(languages=("English",))))
    assert told == "12 releases; 9 refused: 4 too large, 3 wrong language, 2 without seeders"
    assert summarise([]) == "no releases"
    assert summarise(decide([release()], COMET)) == "1 release; none refused"


@given(st.lists(st.tuples(st.text(), st.integers(-1, 10**15), st.none() | st.integers(-1, 10**9)), max_size=5))
def test_whatever_an_indexer_says_a_decision_is_reached(offers: list[tuple[str, int, int | None]]) -> None:
    releases = [release(name, guid=name, size=size, seeders=seeders) for name, size, seeders in offers]
    profile = Profile("none", (), "")
    decisions = decide(releases, replace(COMET, profile=profile))
    assert len(decisions) == len(releases)
    assert not any(decision.approved for decision in decisions)
    assert summarise(decisions)
