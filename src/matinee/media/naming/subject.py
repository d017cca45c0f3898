"""Whatever a name may tell: the title, its episodes, and the file that is to be named."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from matinee.media.naming.clean import clean_name, one_line
from matinee.media.naming.mediainfo import Streams
from matinee.media.quality import UNKNOWN, Quality, Revision
from matinee.media.title import ExternalIds, Kind
from matinee.media.wanted import Wanted


class Airing(StrEnum):
    """How a series counts its episodes: by season, by day, or from the first one on."""

    STANDARD = "standard"
    DAILY = "daily"
    ANIME = "anime"


@dataclass(frozen=True, slots=True)
class Numbered:
    """An episode as a name tells it; `absolute` counts from the first one on."""

    season: int
    number: int
    title: str = ""
    absolute: int | None = None
    air_date: date | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """The facts of a file. `scene_name` is the release it came as, `file_name` how it is called now, without suffix.

    `custom_formats` are the names of those to be told. `is_new`: it is not yet in the library. `certification` and
    `collection` are the movie's, `translations` its titles by language name or code.
    """

    release_group: str | None = None
    release_hash: str | None = None
    edition: str = ""
    scene_name: str | None = None
    file_name: str | None = None
    custom_formats: tuple[str, ...] = ()
    streams: Streams | None = None
    is_new: bool = True
    airing: Airing = Airing.STANDARD
    episodes: tuple[Numbered, ...] = ()
    certification: str = ""
    collection: str = ""
    translations: Mapping[str, str] = field(default_factory=dict)


_PLAIN = Named()
_NO_IDS = ExternalIds()
_FIRST = Revision()


@dataclass(frozen=True, slots=True)
class Subject:
    """What is named."""

    kind: Kind
    title: str
    year: int | None = None
    original_title: str = ""
    ids: ExternalIds = _NO_IDS
    quality: Quality = UNKNOWN
    revision: Revision = _FIRST
    episodes: tuple[Numbered, ...] = ()
    file: Named = _PLAIN
    otherwise: str = "Untitled"

    @property
    def of_series(self) -> bool:
        """Series and movies call some things by different words."""
        return self.kind is Kind.SERIES

    @property
    def season(self) -> int:
        """The season of the first episode."""
        return self.episodes[0].season if self.episodes else 1

    @property
    def told_title(self) -> str:
        """The title, or what stands for one that no filesystem can hold."""
        title = one_line(self.title)
        return title if clean_name(title) else clean_name(self.otherwise) or "Untitled"


def subject_of(wanted: Wanted, quality: Quality, revision: Revision, named: Named = _PLAIN) -> Subject:
    """What is known of a wanted title and of the file that came for it."""
    title, one = wanted.title, wanted.episode
    alone = (Numbered(one.season, one.number, one.name, air_date=one.air_date),) if one else ()
    return Subject(
        kind=title.kind,
        title=title.name,
        year=title.year,
        original_title=title.original_name or "",
        ids=title.ids,
        quality=quality,
        revision=revision,
        episodes=named.episodes or alone,
        file=named,
        otherwise=str(title.ref),
    )
