"""What is said about indexers: what can be added, what is there, how it does, and what a search finds."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from matinee.web.models import Message, Name

HealthState = Literal["well", "blocked", "limited", "off"]
SettingType = Literal["text", "password", "checkbox", "select", "info"]
ProxyKind = Literal["http", "socks4", "socks5", "flaresolverr"]
EventKind = Literal["query", "rss", "grab", "auth", "info"]
Short = Annotated[str, StringConstraints(max_length=4000)]
Tag = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[^\x00-\x1f\x7f,]*$")]


class OptionOut(Message):
    """One choice of a setting."""

    value: str
    label: str


class SettingOut(Message):
    """One thing to fill in (or, of type info, to read) for an indexer."""

    name: str
    label: str
    type: SettingType
    default: str
    options: list[OptionOut]
    help: str


class OfferOut(Message):
    """An indexer that can be added. `ids` are the catalogues whose numbers it can be asked by."""

    kind: str
    definition: str
    name: str
    description: str
    language: str
    privacy: str
    protocol: str
    categories: list[str]
    ids: list[str]
    links: list[str]


class BrokenOut(Message):
    """A definition that cannot be used, and why."""

    file: str
    reason: str


class CatalogueOut(Message):
    """All that can be added, where the definitions come from, and which of them are broken."""

    offers: list[OfferOut]
    source: str
    custom: str
    read: datetime | None
    trouble: str
    broken: list[BrokenOut]


class CategoryOut(Message):
    """A standard category by its number; `parent` is the one above it."""

    id: int
    name: str
    parent: int | None


class DefinitionsIn(Message):
    """Where definitions come from: a folder, a zip file, or the address of a zip; empty for none."""

    source: str = Field("", max_length=2000)


class FormOut(Message):
    """What to fill in to add an indexer, with its usual name."""

    name: str
    settings: list[SettingOut]


class IndexerBody(Message):
    """An indexer as the owner fills it in. A secret setting that is left out stays as it is."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")]
    kind: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    definition: Annotated[str, StringConstraints(max_length=120)] = ""
    enabled: bool = True
    priority: int = Field(25, ge=1, le=50)
    settings: dict[Annotated[str, StringConstraints(max_length=80)], Short] = Field({}, max_length=80)
    tags: list[Tag] = Field([], max_length=20)
    query_limit: int | None = Field(None, ge=1, le=1_000_000)
    grab_limit: int | None = Field(None, ge=1, le=1_000_000)
    limit_unit: Literal["hour", "day"] = "day"
    for_rss: bool = True
    for_automatic: bool = True
    for_interactive: bool = True
    redirect: bool = False
    minimum_seeders: int | None = Field(None, ge=0, le=100_000)
    seed_ratio: float | None = Field(None, ge=0, le=1000)
    seed_time: int | None = Field(None, ge=0, le=10_000_000)
    pack_seed_time: int | None = Field(None, ge=0, le=10_000_000)
    deadline: float | None = Field(None, gt=0, le=600)


class HealthOut(Message):
    """How an indexer does; `until` is when it will be asked again."""

    state: HealthState
    reason: str
    until: datetime | None


class IndexerOut(IndexerBody):
    """An indexer of the house; `secrets` are settings that are kept but not shown."""

    id: int
    origin: str
    secrets: list[str]
    privacy: str
    protocol: str
    language: str
    site: str
    health: HealthOut


class TestStepOut(Message):
    """One step of a test: what was tried, whether it worked, what was seen or why not, in how many seconds."""

    name: str
    ok: bool
    text: str
    seconds: float


class CaptchaOut(Message):
    """A picture to read before one may sign in; the answer is the setting `cardigannCaptcha`."""

    picture: str
    setting: str


class TestOut(Message):
    """A test, step by step up to the one that failed."""

    ok: bool
    steps: list[TestStepOut]
    captcha: CaptchaOut | None


class TestIn(IndexerBody):
    """An indexer to test before it is kept; `id` is that of one whose secrets are used where left out."""

    id: int | None = None


class SearchIn(Message):
    """A manual search. `keep` is a filter on results; no `indexer` and no `category` means all."""

    q: str = Field("", max_length=500)
    function: Literal["search", "tvsearch", "movie", "music", "book"] = "search"
    indexer: list[int] = Field([], max_length=1000)
    category: list[int] = Field([], max_length=100)
    season: int | None = Field(None, ge=0, le=9999)
    episode: str = Field("", max_length=10)
    year: int | None = Field(None, ge=1800, le=2999)
    imdb: str = Field("", max_length=12, pattern=r"^(tt\d{1,10})?$")
    tmdb: int | None = Field(None, ge=1, le=2**31 - 1)
    tvdb: int | None = Field(None, ge=1, le=2**31 - 1)
    keep: str = Field("", max_length=500)


class FoundOut(Message):
    """One release of a manual search. `key` is what to grab it by."""

    key: str
    name: str
    indexer: str
    indexer_id: int
    also: list[str]
    protocol: str
    size: int
    seeders: int | None
    leechers: int | None
    grabs: int | None
    published: datetime | None
    categories: list[str]
    flags: list[str]
    quality: str
    page_url: str | None


class AnsweredOut(Message):
    """One indexer has answered: what it found, or its trouble in words.

    `replaced` are the keys of rows told before that are outdone by it, `also` of those that it has as well.
    """

    indexer_id: int
    indexer: str
    found: list[FoundOut]
    replaced: list[str]
    also: list[str]
    rows: int
    seconds: float
    trouble: str
    skipped: bool
    from_cache: bool


class GrabIn(Message):
    """The release to download, by its key."""

    key: str = Field(max_length=200)


class IndexerStatisticsOut(Message):
    """What an indexer was asked and what came of it; seconds are means of those that answered."""

    indexer_id: int
    indexer: str
    queries: int
    rss: int
    grabs: int
    failed_queries: int
    failed_rss: int
    failed_grabs: int
    seconds: float
    results: int
    unique: int


class EventOut(Message):
    """One entry of the history."""

    id: int
    at: datetime
    indexer: str
    kind: EventKind
    ok: bool
    seconds: float
    results: int
    text: str
    source: str
    reason: str


class HistoryIn(Message):
    """Which entries of the history to show."""

    indexer: int | None = Field(None, ge=1, le=2**31 - 1)
    kind: EventKind | None = None
    offset: int = Field(0, ge=0, le=10_000_000)
    limit: int = Field(100, ge=1, le=500)


class HistoryOut(Message):
    """The newest entries first, and how many there are in all."""

    events: list[EventOut]
    total: int


class ProxyBody(Message):
    """A proxy for the indexers that carry one of its tags."""

    name: Name
    kind: ProxyKind
    url: str = Field(min_length=1, max_length=500)
    username: str = Field("", max_length=200)
    password: str | None = Field(None, max_length=500)
    tags: list[Tag] = Field([], max_length=20)


class ProxyOut(Message):
    """A proxy of the house; its password is not shown."""

    id: int
    name: str
    kind: ProxyKind
    url: str
    username: str
    has_password: bool
    tags: list[str]


class AppBody(Message):
    """A Radarr or Sonarr that gets our indexers. `own_url` is where it finds this house."""

    name: Name
    kind: Literal["radarr", "sonarr"]
    url: str = Field(min_length=1, max_length=500)
    api_key: str | None = Field(None, max_length=500)
    own_url: str = Field(min_length=1, max_length=500)
    sync: Literal["disabled", "addOnly", "fullSync"] = "fullSync"
    tags: list[Tag] = Field([], max_length=20)


class AppOut(Message):
    """A manager beside the house, and how many of our indexers it has."""

    id: int
    name: str
    kind: str
    url: str
    own_url: str
    sync: str
    tags: list[str]
    indexers: int


class SyncOut(Message):
    """What a sync did, in words."""

    done: list[str]
    troubles: list[str]
