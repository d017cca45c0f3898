"""How much a torrent owes, which of two goals is the stricter, and how it is told."""

from itertools import product

import pytest

from matinee.media.seeding import (
    DAY,
    HOUR,
    MINUTE,
    Seeding,
    SeedingGoal,
    goal_in_words,
    goal_of,
    seeding_in_words,
    stricter,
)

GOALS = [
    SeedingGoal(ratio, seconds, both)
    for ratio, seconds, both in product((None, 0.5, 1.0, 2.0), (None, HOUR, 3 * DAY), (False, True))
    if (ratio, seconds) != (None, None) and not (both and None in (ratio, seconds))
]
GIVEN = list(product((0.0, 0.5, 0.99, 1.0, 2.0, 5.0), (0, HOUR, DAY, 3 * DAY, 30 * DAY)))


@pytest.mark.parametrize(
    ("goal", "met"),
    [
        (SeedingGoal(ratio=1.0), [(1.0, 0), (2.0, 0)]),
        (SeedingGoal(seconds=HOUR), [(0.0, HOUR)]),
        (SeedingGoal(1.0, HOUR), [(1.0, 0), (0.0, HOUR)]),
        (SeedingGoal(1.0, HOUR, both=True), [(1.0, HOUR)]),
    ],
)
def test_either_part_is_enough_unless_both_are_asked(goal: SeedingGoal, met: list[tuple[float, int]]) -> None:
    assert all(goal.is_met(*given) for given in met)
    assert not goal.is_met(0.99, HOUR - 1)


def test_nothing_above_zero_is_no_goal() -> None:
    assert goal_of(None, None) is goal_of(0, 0) is goal_of(-1, None) is None
    assert goal_of(1.5, 0) == SeedingGoal(ratio=1.5)
    assert goal_of(0, 90) == SeedingGoal(seconds=90)


@pytest.mark.parametrize(("one", "other"), list(product(GOALS, GOALS)))
def test_the_stricter_of_two_goals_is_met_by_nothing_that_does_not_meet_both(
    one: SeedingGoal, other: SeedingGoal
) -> None:
    both = stricter(one, other)
    assert both and both == stricter(other, one)
    for given in GIVEN:
        if both.is_met(*given):
            assert one.is_met(*given) and other.is_met(*given), (both, given)
    assert both.is_met(1e9, 10**9)


def test_one_goal_alone_is_the_stricter() -> None:
    goal = SeedingGoal(ratio=1.0)
    assert stricter(goal, None) == stricter(None, goal) == stricter(goal, goal) == goal
    assert stricter(None, None) is None


def test_a_time_is_never_shortened_to_whole_minutes() -> None:
    assert SeedingGoal(seconds=61).minutes == 2
    assert SeedingGoal(seconds=60).minutes == 1
    assert SeedingGoal(ratio=1.0).minutes is None


@pytest.mark.parametrize(
    ("goal", "words"),
    [
        (SeedingGoal(1.0, 72 * HOUR), "ratio 1 or 72 hours"),
        (SeedingGoal(1.5, 14 * DAY, both=True), "ratio 1.5 and 14 days"),
        (SeedingGoal(seconds=30 * MINUTE), "30 minutes"),
        (SeedingGoal(seconds=2), "2 seconds"),
    ],
)
def test_a_goal_is_told_in_words(goal: SeedingGoal, words: str) -> None:
    assert goal_in_words(goal) == words


@pytest.mark.parametrize(
    ("given", "goal", "words"),
    [
        (Seeding(0.4, 12 * HOUR), SeedingGoal(1.0, 72 * HOUR), "ratio 0.4 of 1 or 12 h of 72 h"),
        (Seeding(0.999, DAY), SeedingGoal(1.0), "ratio 0.99 of 1"),
        (Seeding(0.29, DAY), SeedingGoal(1.0), "ratio 0.29 of 1"),
        (Seeding(0.1, 36 * HOUR), SeedingGoal(None, 14 * DAY), "1.5 days of 14.0 days"),
        (Seeding(0.1, 7 * MINUTE), SeedingGoal(2.0, HOUR, both=True), "ratio 0.1 of 2 and 7 min of 60 min"),
        (Seeding(0.1, 7), SeedingGoal(None, 30), "7 s of 30 s"),
        (Seeding(0.1, 3 * HOUR), None, "ratio 0.1, 3 h"),
    ],
)
def test_what_was_given_is_told_beside_what_is_owed(given: Seeding, goal: SeedingGoal | None, words: str) -> None:
    assert seeding_in_words(given, goal) == words
