"""A title is what people ask for: a movie, or a series with its seasons and episodes."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Kind(StrEnum):
    """What sort of title it is."""

    MOVIE = "movie"
    SERIES = "series"


@dataclass(frozen=True, slots=True)
class TitleRef:
    """Where a title is described: kind, metadata source and its id there, written `movie-tmdb-603`."""

    kind: Kind
    source: str
    id: str

    def __str__(self) -> str:
        return f"{self.kind}-{self.source}-{self.id}"

    @classmethod
    def parse(cls, text: str) -> "TitleRef":
        """Read `movie-tmdb-603`; ValueError says what is wrong."""
        kind, _, rest = text.partition("-")
        source, _, id_ = rest.partition("-")
        if kind not in set(Kind) or not source.isalnum() or not id_ or not id_.isalnum():
            raise ValueError(f"'{text}' is no title: expected something like 'movie-tmdb-603'")
        return cls(Kind(kind), source, id_)


@dataclass(frozen=True, slots=True)
class ExternalIds:
    """The same title's name in other people's catalogues; empty where unknown."""

    tmdb: int | None = None
    imdb: str | None = None
    tvdb: int | None = None
    tvmaze: int | None = None
    rage: int | None = None
    trakt: int | None = None
    wikidata: str | None = None


@dataclass(frozen=True, slots=True)
class TitleCard:
    """A title as a poster in a grid. `poster` is the source's address of the picture, or None.

    `ids` are what a list tells in passing, mostly nothing.
    """

    ref: TitleRef
    name: str
    year: int | None
    overview: str = ""
    poster: str | None = None
    rating: float | None = None
    ids: ExternalIds = ExternalIds()


@dataclass(frozen=True, slots=True)
class Shelf:
    """A named row of posters on the Discover page."""

    name: str
    cards: tuple[TitleCard, ...]


@dataclass(frozen=True, slots=True)
class Episode:
    """One episode as its source numbers it (aired order). `source_id` stays when numbers change."""

    season: int
    number: int
    name: str
    source_id: str
    air_date: date | None = None
    runtime_minutes: int | None = None
    overview: str = ""


@dataclass(frozen=True, slots=True)
class Title:
    """Everything a metadata source tells of a movie or a series; episodes only for series."""

    ref: TitleRef
    name: str
    year: int | None
    ids: ExternalIds = ExternalIds()
    overview: str = ""
    tagline: str = ""
    runtime_minutes: int | None = None
    genres: tuple[str, ...] = ()
    rating: float | None = None
    status: str = ""
    released: date | None = None
    original_name: str | None = None
    poster: str | None = None
    backdrop: str | None = None
    original_language: str | None = None
    episodes: tuple[Episode, ...] = field(default=())

    @property
    def kind(self) -> Kind:
        """Movie or series."""
        return self.ref.kind

    @property
    def card(self) -> TitleCard:
        """The title as a poster in a grid."""
        return TitleCard(self.ref, self.name, self.year, self.overview, self.poster, self.rating, self.ids)
