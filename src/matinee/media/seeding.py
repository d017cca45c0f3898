"""Whoever took a torrent gives back: how much an indexer or the owner asks for, and when that is enough."""

from dataclasses import dataclass
from math import ceil

MINUTE, HOUR, DAY = 60, 3600, 86_400  # seconds
SHOWN_IN_MINUTES, SHOWN_IN_HOURS = 2 * HOUR, 4 * DAY


@dataclass(frozen=True, slots=True)
class SeedingGoal:
    """When a torrent has seeded enough: at a ratio or after so many seconds, whichever comes first, or at `both`."""

    ratio: float | None = None
    seconds: int | None = None
    both: bool = False

    def is_met(self, ratio: float, seconds: int) -> bool:
        """Whether that much of giving back is enough."""
        reached = [
            given >= asked for given, asked in ((ratio, self.ratio), (seconds, self.seconds)) if asked is not None
        ]
        return all(reached) if self.both else any(reached)

    @property
    def minutes(self) -> int | None:
        """The time in whole minutes, never fewer than asked."""
        return None if self.seconds is None else ceil(self.seconds / MINUTE)


@dataclass(frozen=True, slots=True)
class Seeding:
    """What a torrent has given back so far: its ratio, and how many seconds it was there for others.

    `stopped` ones give no more. `is_bound` tells that a limit of the client's own will stop it, `reached` that one did.
    """

    ratio: float = 0.0
    seconds: int = 0
    stopped: bool = False
    is_bound: bool = False
    reached: bool = False


# A private tracker that tells no rule has one all the same: the longest that is usual.
UNTOLD = SeedingGoal(seconds=14 * DAY)


def goal_of(ratio: float | None, seconds: int | None) -> SeedingGoal | None:
    """What somebody asks for; nothing, or nothing above zero, is no goal."""
    told = SeedingGoal(ratio if ratio and ratio > 0 else None, seconds if seconds and seconds > 0 else None)
    return None if told == SeedingGoal() else told


def stricter(one: SeedingGoal | None, other: SeedingGoal | None) -> SeedingGoal | None:
    """A goal that is met only when both are."""
    if one is None or other is None:
        return one or other
    ratios = [goal.ratio for goal in (one, other) if goal.ratio is not None]
    times = [goal.seconds for goal in (one, other) if goal.seconds is not None]
    if one.both or other.both or not (len(ratios) == 2 or len(times) == 2):
        return SeedingGoal(max(ratios, default=None), max(times, default=None), both=bool(ratios and times))
    return SeedingGoal(max(ratios) if len(ratios) == 2 else None, max(times) if len(times) == 2 else None)


def goal_in_words(goal: SeedingGoal) -> str:
    """`ratio 1 or 72 hours`."""
    told = [f"ratio {goal.ratio:g}"] if goal.ratio is not None else []
    told += [_long(goal.seconds)] if goal.seconds is not None else []
    return (" and " if goal.both else " or ").join(told)


def seeding_in_words(seeding: Seeding, goal: SeedingGoal | None) -> str:
    """`ratio 0.4 of 1 or 12 h of 72 h`; without a goal only what was given."""
    ratio = f"ratio {_floored(seeding.ratio):g}"
    if goal is None:
        return f"{ratio}, {_short(seeding.seconds, seeding.seconds)}"
    told = [f"{ratio} of {goal.ratio:g}"] if goal.ratio is not None else []
    if goal.seconds is not None:
        told.append(f"{_short(seeding.seconds, goal.seconds)} of {_short(goal.seconds, goal.seconds)}")
    return (" and " if goal.both else " or ").join(told)


def _floored(ratio: float) -> float:
    """Never shown as more than it is."""
    return int(ratio * 100 + 1e-9) / 100


def _short(seconds: int, scale: int) -> str:
    if scale <= SHOWN_IN_MINUTES:
        return f"{seconds // MINUTE} min" if scale >= MINUTE else f"{seconds} s"
    return f"{seconds // HOUR} h" if scale <= SHOWN_IN_HOURS else f"{seconds / DAY:.1f} days"


def _long(seconds: int) -> str:
    for unit, name, least in ((DAY, "days", 4 * DAY), (HOUR, "hours", 2 * HOUR), (MINUTE, "minutes", MINUTE)):
        if seconds >= least:
            return f"{seconds / unit:g} {name}"
    return f"{seconds} seconds"
