"""All that a release's name can tell, in one place."""

from datetime import date
from typing import NamedTuple

from matinee.media.quality import UNKNOWN, Quality, Revision
from matinee.media.title import ExternalIds, Kind

FIRST_UPLOAD = Revision()
NO_IDS = ExternalIds()


class ReleaseName(NamedTuple):
    """A release's name, read. What the name does not tell is None, empty, 0 or Unknown.

    `languages` are those told; none means the original one or unknown. `resolution` is the number of lines stated.
    `special_numbers` are absolute numbers between two episodes, as `12.5`, in tenths of an episode: 125.
    `title_with_year` is a series' title as told, `titles` are all that stand beside each other: `Title AKA Other`.
    `is_release` is False for text that no release was ever called: a hash, a word of chance.
    `episodes` are numbers within `season`; `absolute` counts through all seasons, as anime does.
    """

    raw: str
    title: str = ""
    year: int | None = None
    season: int | None = None
    episodes: tuple[int, ...] = ()
    is_season_pack: bool = False
    quality: Quality = UNKNOWN
    revision: Revision = FIRST_UPLOAD
    languages: tuple[str, ...] = ()
    group: str | None = None
    resolution: int = 0
    is_disc: bool = False
    kind: Kind | None = None
    is_release: bool = True
    titles: tuple[str, ...] = ()
    title_with_year: str = ""
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
    edition: str = ""
    hardcoded_subtitles: str | None = None
    ids: ExternalIds = NO_IDS
    hash: str | None = None
    is_repack: bool = False
    source_from: str = "unknown"
    resolution_from: str = "unknown"

    @property
    def is_multi_season(self) -> bool:
        """Whether it holds more than one season: `S01-S03`."""
        return self.last_season is not None
