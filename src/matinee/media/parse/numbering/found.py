"""What a name counts with: season and episodes, numbers through all seasons, or the day of the broadcast."""

from datetime import date
from typing import NamedTuple


class Numbering(NamedTuple):
    """What is counted, from the word `at` to before the word `until`; the title stands in front of it.

    `begins` is the word the title begins with, told only where that is not the usual one.
    `special_numbers` are absolute numbers between two episodes, as `12.5`, in tenths of an episode: 125.
    `is_doubtful` is a count that cannot be meant: a day before television, or one that may be either of two.
    """

    at: int
    until: int = 0
    begins: int | None = None
    season: int | None = None
    episodes: tuple[int, ...] = ()
    absolute: tuple[int, ...] = ()
    special_numbers: tuple[int, ...] = ()
    air_date: date | None = None
    daily_part: int | None = None
    last_season: int | None = None
    season_part: int = 0
    is_partial_season: bool = False
    is_season_extra: bool = False
    is_split_episode: bool = False
    is_special: bool = False
    is_doubtful: bool = False
