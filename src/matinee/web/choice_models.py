"""What is said about reading a release's name, and about choosing a release by hand."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from matinee.web.models import KindName, Message


class ReasonOut(Message):
    """Why a release is not wanted, and what would change it (empty when nothing would)."""

    text: str
    cure: str


class ChoiceOut(Message):
    """A release as the one who chooses by hand sees it; `formats` are those that made the score."""

    id: int
    name: str
    indexer: str
    protocol: str
    size: int
    seeders: int | None
    published: datetime | None
    page_url: str | None
    quality: str
    score: int
    formats: list[str]
    chosen: bool
    blocked: bool
    reasons: list[ReasonOut]


class ChoicesOut(Message):
    """What a search found, best first; `troubles` are indexers that did not answer, `by_hand` a search for a look."""

    by_hand: bool
    troubles: list[str]
    releases: list[ChoiceOut]


class Choice(Message):
    """The release to take. `why` is needed when rules speak against it."""

    release_id: int = Field(ge=1, le=2**31 - 1)
    why: str = Field("", max_length=500)


Part = Literal[
    "episode",
    "year",
    "quality",
    "revision",
    "language",
    "group",
    "edition",
    "subtitles",
    "hash",
    "id",
    "title",
    "nothing",
]


class NameIn(Message):
    """A release's name to read; without a kind the name itself tells whether it is a movie or a series."""

    name: str = Field(min_length=1, max_length=1000)
    kind: KindName | None = None


class WordOut(Message):
    """A word of the name, what was read from it, and how that would read without the word."""

    text: str
    start: int
    end: int
    part: Part
    value: str
    without: str


class NameOut(Message):
    """A name as it was read; `words` tells it word by word."""

    name: str
    kind: KindName | None
    is_release: bool
    title: str
    year: int | None
    season: int | None
    episodes: list[int]
    absolute: list[int]
    air_date: date | None
    is_season_pack: bool
    quality: str
    revision: int
    languages: list[str]
    group: str | None
    edition: str
    words: list[WordOut]
