"""What one journey looks for: a movie, or one episode of a series, in one slot."""

from dataclasses import dataclass, field
from datetime import date, datetime

from matinee.media.formats import Matcher
from matinee.media.preferences import DelayProfile, Preferences
from matinee.media.profile import Profile
from matinee.media.quality import Revision
from matinee.media.release import Protocol
from matinee.media.title import Episode, Kind, Title

DEFAULT_RUNTIME_MINUTES = 45
DEFAULT_MOVIE_MINUTES = 110
FIRST = Revision()


@dataclass(frozen=True, slots=True)
class Held:
    """A version that is there already, on its way, or was grabbed: what a new one is measured by.

    `told` says what it is, as `Tin Comet WEBDL-1080p`; `added` is when it came, or was grabbed.
    """

    quality: str
    revision: Revision = FIRST
    score: int = 0
    group: str | None = None
    added: datetime | None = None
    episodes: int = 1
    told: str = "the file"


@dataclass(frozen=True, slots=True)
class Wanted:
    """The title, the episode (series only), the profile to please, what is out of the question, and what there is.

    `blocked` holds the keys of releases refused before, `protocols` the ways to download that are set up, `imported`
    infohashes and names (in small letters) of what was imported. `season` is every episode of the episode's season;
    `accepts_packs` lets a whole season stand for one of its episodes. `now` is the moment of judging: without it no
    rule asks for an age. `is_search` tells a search from a feed, `asked_by_hand` a person from a timer, `is_pushed`
    what others sent. `oldest_pending` is when the oldest release that is kept waiting was published. `absolute` is the
    episode's place among all that belong to a season, as anime counts them: None when the title does not list it.
    """

    title: Title
    profile: Profile
    episode: Episode | None = None
    blocked: frozenset[str] = frozenset()
    protocols: frozenset[Protocol] = frozenset({Protocol.TORRENT})
    preferences: Preferences = field(default_factory=Preferences)
    formats: Matcher | None = None
    tags: frozenset[str] = frozenset()
    held: Held | None = None
    queued: tuple[Held, ...] = ()
    last_grab: Held | None = None
    imported: frozenset[str] = frozenset()
    season: tuple[Episode, ...] = ()
    accepts_packs: bool = False
    is_anime: bool = False
    free_bytes: int | None = None
    available_from: date | None = None
    now: datetime | None = None
    monitored: bool = True
    is_search: bool = True
    is_season_search: bool = False
    asked_by_hand: bool = False
    is_pushed: bool = False
    oldest_pending: datetime | None = None
    absolute: int | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Asked of every release: counted once."""
        object.__setattr__(self, "absolute", _absolute(self.title, self.episode))

    @property
    def label(self) -> str:
        """How a person calls it: `Tin Comet (2021)` or `Night Tram S01E02`."""
        if self.episode:
            return f"{self.title.name} S{self.episode.season:02}E{self.episode.number:02}"
        return f"{self.title.name} ({self.title.year})" if self.title.year else self.title.name

    @property
    def delay(self) -> DelayProfile | None:
        """The delay profile that holds for the title: the first that shares a tag, or has none."""
        profiles = self.preferences.delay_profiles
        return next((one for one in profiles if not one.tags or one.tags & self.tags), None)

    @property
    def known_runtime_minutes(self) -> int | None:
        """Running time by the metadata, None when it is silent."""
        runtime = self.episode.runtime_minutes if self.episode else None
        return runtime or self.title.runtime_minutes or None

    @property
    def runtime_minutes(self) -> int:
        """Running time by the metadata, or an ordinary one when it is silent."""
        ordinary = DEFAULT_MOVIE_MINUTES if self.title.kind is Kind.MOVIE else DEFAULT_RUNTIME_MINUTES
        return self.known_runtime_minutes or ordinary


def _absolute(title: Title, episode: Episode | None) -> int | None:
    if episode is None or episode.season == 0:
        return None
    place = (episode.season, episode.number)
    counted = [(one.season, one.number) for one in title.episodes if one.season]
    return sum(one <= place for one in counted) if place in counted else None
