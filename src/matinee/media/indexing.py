"""What can be asked of an indexer, and what it says it can answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from matinee.media.release import Protocol, Release


class Function(StrEnum):
    """The five searches of the field, by the names that Newznab gives them."""

    SEARCH = "search"
    TV = "tvsearch"
    MOVIE = "movie"
    MUSIC = "music"
    BOOK = "book"


class Privacy(StrEnum):
    """Who may use an indexer."""

    PUBLIC = "public"
    SEMI_PRIVATE = "semiPrivate"
    PRIVATE = "private"


@dataclass(frozen=True, slots=True)
class Question:
    """One search in an indexer's own terms; all fields empty but categories: the newest uploads (RSS).

    `season` is a number, or a year where `episode` is a day as `10/18`. `imdb` is written `tt0063350`.
    `is_interactive` is a person's own search, to whom also rows without size or category are shown.
    """

    function: Function = Function.SEARCH
    text: str = ""
    categories: tuple[int, ...] = ()
    imdb: str | None = None
    tmdb: int | None = None
    tvdb: int | None = None
    tvmaze: int | None = None
    rage: int | None = None
    trakt: int | None = None
    douban: int | None = None
    season: int | None = None
    episode: str | None = None
    year: int | None = None
    genre: str | None = None
    artist: str | None = None
    album: str | None = None
    label: str | None = None
    track: str | None = None
    author: str | None = None
    title: str | None = None
    publisher: str | None = None
    offset: int = 0
    limit: int = 100
    is_interactive: bool = False

    @property
    def ids(self) -> Mapping[str, str]:
        """The catalogue numbers asked for, by Newznab's parameter (`imdbid`, `tmdbid` …)."""
        told = {
            "imdbid": self.imdb,
            "tmdbid": self.tmdb,
            "tvdbid": self.tvdb,
            "tvmazeid": self.tvmaze,
            "rid": self.rage,
            "traktid": self.trakt,
            "doubanid": self.douban,
        }
        return {name: str(value) for name, value in told.items() if value}

    @property
    def is_rss(self) -> bool:
        """Whether only the newest uploads are asked for."""
        words = (self.text, self.artist, self.album, self.label, self.track, self.author, self.title, self.publisher)
        numbers = (self.season, self.episode, self.year, self.genre)
        return not self.ids and not any(words) and all(one is None or one == "" for one in numbers)


@dataclass(frozen=True, slots=True)
class Category:
    """A category as an indexer tells it: standard ones have the field's numbers, its own begin at 100,000."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Abilities:
    """What an indexer can do: by function the parameters it takes (Newznab's words, small letters).

    A function that is missing is not there. `page_size` is the most rows of one answer; `turns_pages` tells
    whether `offset` works.
    """

    functions: Mapping[Function, frozenset[str]] = field(default_factory=dict)
    categories: tuple[Category, ...] = ()
    page_size: int = 100
    turns_pages: bool = False
    takes_raw_text: bool = False
    server: str = ""

    def takes(self, function: Function, parameter: str) -> bool:
        """Whether the function is there and takes the parameter."""
        return parameter in self.functions.get(function, frozenset())


@dataclass(frozen=True, slots=True)
class Page:
    """One answer: `rows` counts the unreadable ones too, `total` where the indexer tells it.

    `troubles` name what could not be read and why, one sentence each.
    """

    releases: tuple[Release, ...]
    rows: int = 0
    total: int | None = None
    troubles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IndexerFacts:
    """What is known of an indexer without asking it."""

    protocol: Protocol = Protocol.TORRENT
    privacy: Privacy = Privacy.PUBLIC
    language: str = "en-US"
    description: str = ""
    site: str = ""
    requests_apart: float = 2.0  # seconds between two requests
