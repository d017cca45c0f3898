from dataclasses import replace

import pytest

from matinee.media.naming import DEFAULT, Airing, Named, Numbered, Style
from tests.media.naming.subjects import ANIME, DEPOT, TRAM, TRIPLE, told


@pytest.mark.parametrize(
    ("style", "seasons", "absolute"),
    [
        (Style.EXTEND, "S02E05-06-07", "017-018-019"),
        (Style.DUPLICATE, "S02E05 - S02E06 - S02E07", "017 - 018 - 019"),
        (Style.REPEAT, "S02E05E06E07", "017-018-019"),
        (Style.SCENE, "S02E05-E06-E07", "017-018-019"),
        (Style.RANGE, "S02E05-07", "017-019"),
        (Style.PREFIXED_RANGE, "S02E05-E07", "017-019"),
    ],
)
def test_several_episodes_are_told_in_six_ways(style: Style, seasons: str, absolute: str) -> None:
    scheme = replace(DEFAULT, style=style)
    assert told("{Series Title} - S{season:00}E{episode:00}", TRIPLE, scheme) == f"The Night Tram - {seasons}"
    assert told("{Series Title} - {absolute:000}", ANIME, scheme) == f"The Night Tram - {absolute}"


def test_an_anime_without_absolute_numbers_tells_its_season() -> None:
    lost = replace(ANIME, episodes=(replace(DEPOT, absolute=None),))
    assert told("{Series Title} - {absolute:000}", lost) == "The Night Tram - 2x05"
    both = "{Series Title} - S{season:00}E{episode:00} - {absolute:000} - {Episode Title}"
    assert told(both, lost) == "The Night Tram - S02E05 - The Depot"


def test_only_an_anime_is_counted_from_its_first_episode() -> None:
    text = "{Series.Title}.S{season:00}E{episode:00}.{absolute:000}"
    assert told(text, TRAM) == "The.Night.Tram.S02E05"


@pytest.mark.parametrize(
    ("titles", "name"),
    [
        (("The Depot (1)", "The Depot (2)"), "The Depot"),
        (("The Depot: Part 1", "The Depot: Part 2"), "The Depot"),
        (("The Depot, Pt. 1", "The Depot, Pt. 2"), "The Depot"),
        (("Part 1", "Part 2"), "Part 1 + Part 2"),
        (("Hello", "World"), "Hello + World"),
        (("Who?",), "Who"),
        (("The Depot (1)",), "The Depot (1)"),
    ],
)
def test_the_parts_of_a_story_share_its_title(titles: tuple[str, ...], name: str) -> None:
    episodes = tuple(Numbered(1, at, title) for at, title in enumerate(titles, 1))
    assert told("{Episode Title}", replace(TRAM, episodes=episodes)) == name


def test_a_daily_series_is_dated_but_not_its_specials() -> None:
    daily = replace(TRAM, file=Named(airing=Airing.DAILY))
    assert told("{Series Title} - {Air-Date}", daily) == "The Night Tram - 2021-03-04"
    assert told("{Air Date}", daily) == "2021 03 04"
    assert told("{Air-Date}", replace(daily, episodes=(Numbered(1, 1),))) == "Unknown"
