"""Of two welcome releases the first difference decides."""

from dataclasses import replace
from typing import Any

import pytest

from matinee.media.custom_format import Condition, ConditionKind, CustomFormat
from matinee.media.formats import compile_formats
from matinee.media.preferences import DelayProfile, Preferences, Propers
from matinee.media.release import Protocol, Release
from matinee.media.wanted import Wanted
from matinee.pipeline.decide import decide
from matinee.pipeline.decide.preference import MOVIE_ORDER, SERIES_ORDER
from tests.pipeline.decide.table import (
    COMET,
    EPISODE,
    MB,
    NOW,
    PACK,
    SEASON,
    TRAM,
    ago,
    limited,
    of_size,
    preferring,
    release,
    with_profile,
)


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


def test_of_two_episodes_the_single_one_and_the_pack_before_all() -> None:
    packs = replace(TRAM, accepts_packs=True, season=SEASON, now=NOW)
    names = ["Night.Tram.S01E02-E03.1080p.WEB-DL-GRP", EPISODE, PACK]
    assert [one.release.name for one in decide([release(name) for name in names], packs)] == [PACK, EPISODE, names[0]]


def first_of(wanted: Wanted, *releases: Release) -> Release:
    """The best; and the order in which they were offered makes no difference."""
    first, again = decide(releases, wanted)[0], decide(releases[::-1], wanted)[0]
    assert first.release == again.release
    return first.release


BY_BOTH = replace(COMET, protocols=frozenset(Protocol), now=NOW)
USENET: dict[str, Any] = {"protocol": Protocol.USENET, "seeders": None}


def test_the_score_comes_before_the_way_to_download_and_that_before_the_indexer() -> None:
    liked = CustomFormat("Liked", (Condition("liked", ConditionKind.GROUP, "^LIKED$"),))
    usenet_first = Preferences(delay_profiles=(DelayProfile("All", preferred=Protocol.USENET),))
    wanted = replace(BY_BOTH, preferences=usenet_first, formats=compile_formats([liked]))
    wanted = replace(wanted, profile=replace(wanted.profile, scores={"Liked": 5}))
    scored = release("Tin.Comet.2021.1080p.WEB-DL-LIKED", indexer_priority=9)
    usenet, near = release(**USENET, indexer_priority=9), release(indexer_priority=1)
    assert first_of(wanted, near, usenet, scored) == scored
    assert first_of(wanted, near, usenet) == usenet


def test_flags_count_for_movies_where_they_are_preferred() -> None:
    free = release(flags=frozenset({"freeleech"}), seeders=1)
    assert first_of(COMET, free, release()) == release()
    assert first_of(limited(prefer_flags=True), free, release()) == free
    half = replace(free, flags=frozenset({"half leech"}))
    assert first_of(limited(prefer_flags=True), half, free) == free


@pytest.mark.parametrize(("fresh", "old"), [(0.5, 20), (20, 100), (100, 24 * 30), (24 * 30, 24 * 900)])
def test_on_usenet_the_fresher_comes_first(fresh: float, old: float) -> None:
    young, aged = release(**USENET, published=ago(hours=fresh)), release(**USENET, published=ago(hours=old), size=9**11)
    wanted = replace(BY_BOTH, profile=replace(BY_BOTH.profile, sizes={}))
    assert first_of(wanted, aged, young) == young


def test_anime_comes_by_the_handful_and_anything_else_one_by_one() -> None:
    one, two = release(EPISODE), release("Night.Tram.S01E02-E03.1080p.WEB-DL-GRP")
    assert first_of(TRAM, one, two) == one
    assert first_of(replace(TRAM, is_anime=True), one, two) == two


def test_a_proper_comes_first_unless_nobody_cares() -> None:
    proper = release("Tin.Comet.2021.PROPER.1080p.WEB-DL-GRP", seeders=1)
    assert first_of(COMET, proper, release()) == proper
    assert first_of(preferring(propers=Propers.WAIT), proper, release()) == proper
    assert first_of(preferring(propers=Propers.IGNORE), proper, release()) == release()


def test_the_order_can_be_read_aloud() -> None:
    films = [compare.__name__ for compare in MOVIE_ORDER]
    series = [compare.__name__ for compare in SERIES_ORDER]
    assert [name for name in films if name not in series] == ["worthier_flags"]
    assert [name for name in series if name not in films] == ["right_number_of_episodes", "earlier_episode"]
