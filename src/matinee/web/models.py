"""What the pages and the house say to each other, message by message."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Role = Literal["owner", "manager", "member", "child"]
KindName = Literal["movie", "series"]
StageName = Literal["asked", "searched", "grabbed", "downloaded", "imported", "ready"]
StepState = Literal["running", "done", "failed", "waiting"]
JourneyState = Literal["running", "waiting", "done", "failed", "cancelled"]
Availability = Literal["none", "requested", "partial", "available"]


# A name as people write it: no control characters, which databases and terminals choke on.
Name = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f\x7f]*$")]


class Message(BaseModel):
    """Base of all messages: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class Problem(Message):
    """A refusal in words: what is wrong, with which field, and the cure."""

    detail: str
    field: str | None = None


class Person(Message):
    """Somebody with an account."""

    id: int
    name: str
    role: Role


class Session(Message):
    """Who is looking. `csrf` goes into the X-CSRF-Token header of every change."""

    user: Person | None
    csrf: str | None
    needs_setup: bool
    version: str


class Credentials(Message):
    """Name and password."""

    name: Name
    password: str = Field(min_length=1, max_length=256)


class Setup(Message):
    """The first owner: the code stands on the terminal where Matinee was started."""

    code: str = Field(max_length=100)
    name: Name
    password: str = Field(min_length=10, max_length=256)


class Card(Message):
    """A poster in a grid. `ref` is like `movie-tmdb-603`; `poster` a path below /api/images, or none."""

    ref: str
    kind: KindName
    name: str
    year: int | None
    overview: str
    poster: str | None
    rating: float | None
    availability: Availability


class ShelfOut(Message):
    """A named row of posters."""

    name: str
    cards: list[Card]


class Discover(Message):
    """The first page."""

    shelves: list[ShelfOut]


class Found(Message):
    """What a search found; `text` is what was asked."""

    text: str
    cards: list[Card]


class FileOut(Message):
    """A film on disk, ready to be watched. Sizes in bytes, times in seconds."""

    id: int
    name: str
    size: int
    quality: str
    duration: float
    width: int
    height: int
    video_codec: str
    audio_codec: str | None
    container: str
    added: datetime
    position: float
    watched: bool
    stream_url: str
    browser_plays: bool


class EpisodeOut(Message):
    """One episode and how near it is to the screen."""

    season: int
    number: int
    name: str
    overview: str
    air_date: date | None
    runtime_minutes: int | None
    availability: Availability
    file: FileOut | None
    request_id: int | None


class SeasonOut(Message):
    """A season with its episodes; 0 holds the specials."""

    number: int
    episodes: list[EpisodeOut]


class TitleOut(Message):
    """The page of one title. `id` is set once the house knows it."""

    ref: str
    id: int | None
    kind: KindName
    name: str
    year: int | None
    overview: str
    tagline: str
    runtime_minutes: int | None
    genres: list[str]
    rating: float | None
    status: str
    released: date | None
    poster: str | None
    backdrop: str | None
    availability: Availability
    files: list[FileOut]
    seasons: list[SeasonOut]
    requests: list["RequestOut"]
    slots: list[str]


class EpisodePick(Message):
    """One episode of a series."""

    season: int = Field(ge=0)
    number: int = Field(ge=0)


class Wish(Message):
    """Please get this. For a series: the episodes wished for, or whole seasons; none means all that aired."""

    ref: str = Field(max_length=80)
    slot: Name | None = Field(None, max_length=40)
    seasons: list[int] = []
    episodes: list[EpisodePick] = []


class RefusalOut(Message):
    """A release that was looked at and why it was not taken (or, once, that it was taken)."""

    name: str
    indexer: str
    size: int
    quality: str
    seeders: int | None
    chosen: bool
    reasons: list[str]


class StepOut(Message):
    """One line of the timeline. `text` says what happened, in words; `notes` say more."""

    seq: int
    stage: StageName
    state: StepState
    text: str
    notes: list[str]
    started: datetime
    ended: datetime | None
    attempts: int
    wake_at: datetime | None
    releases: list[RefusalOut]


class JourneyOut(Message):
    """One thing on its way from a wish to the screen: a movie, or one episode."""

    id: int
    label: str
    season: int | None
    episode: int | None
    state: JourneyState
    stage: StageName
    text: str
    wake_at: datetime | None
    steps: list[StepOut]
    download: "DownloadOut | None"
    file_id: int | None


class RequestOut(Message):
    """A wish and all its journeys. Lists leave `steps` empty; one request brings them."""

    id: int
    ref: str
    title_id: int
    kind: KindName
    name: str
    year: int | None
    poster: str | None
    slot: str
    user: Person
    asked: datetime
    state: JourneyState
    text: str
    stage: StageName
    ready: int
    journeys: list[JourneyOut]


class DownloadOut(Message):
    """A transfer: sizes in bytes, speed in bytes a second, eta in seconds."""

    id: str
    client: str
    name: str
    label: str
    request_id: int | None
    journey_id: int | None
    state: str
    size: int
    done: int
    speed: int
    eta: int | None
    seeders: int
    message: str


class Activity(Message):
    """All that moves."""

    downloads: list[DownloadOut]


class LibraryItem(Message):
    """A title with at least one file."""

    card: Card
    title_id: int
    files: int
    size: int
    added: datetime
    next_file_id: int | None


class Library(Message):
    """The shelf at home."""

    items: list[LibraryItem]
    total_size: int


class ChapterOut(Message):
    """A place in a film with a name; start in seconds."""

    start: float
    name: str


class WatchOut(Message):
    """All that the watch page needs."""

    file: FileOut
    label: str
    ref: str
    poster: str | None
    backdrop: str | None
    chapters: list[ChapterOut]
    next_file_id: int | None


class Progress(Message):
    """Where the viewer is, in seconds."""

    position: float = Field(ge=0, allow_inf_nan=False)
    duration: float = Field(gt=0, allow_inf_nan=False)


class ApiKeyOut(Message):
    """A key of an app, without the key."""

    id: int
    name: str
    created: datetime
    last_used: datetime | None


class NewApiKey(Message):
    """The key itself: shown this one time."""

    id: int
    name: str
    key: str


class KeyName(Message):
    """What the app is called."""

    name: Name


class TunnelOut(Message):
    """The tunnel as it was last seen: ages in seconds, bytes and packets since it was opened, port 0 for none."""

    up: bool
    words: str
    address: str
    port: int
    handshake_age: float | None
    received: int
    sent: int
    outside_packets: int
    refused_packets: int
    reconnections: int
    notes: list[str]


class SystemOut(Message):
    """How the house is; `tunnel` as it is set up, `tunnel_now` as it was last seen, None where nobody can be asked."""

    version: str
    started: datetime
    database: str
    schema_version: str
    free_bytes: int
    library: str
    tunnel: str
    tunnel_now: TunnelOut | None
    findings: list[str]


class HostOut(Message):
    """A machine of the house."""

    id: str
    name: str
    address: str | None
    reach: str | None


class GroupOut(Message):
    """A frame on the map with the boxes in it; `look` names its colours."""

    id: str
    title: str
    host: str | None
    look: str | None
    services: list[str]


class ServiceOut(Message):
    """A box on the map."""

    id: str
    title: str
    subtitle: str | None
    role: str | None
    filled_by: str | None
    group: str | None
    host: str | None
    shape: str
    look: str | None
    url: str | None


class LinkOut(Message):
    """A line on the map, and what the last check of it found."""

    id: str
    source: str
    target: str
    label: str | None
    protocol: str | None
    style: Literal["solid", "dotted"]
    topic: str | None
    state: Literal["green", "red", "grey"]
    reason: str
    seen: str
    checked_at: datetime | None
    took_ms: int | None


class FlowOut(Message):
    """A row of the summary: what flows, along which path, by which protocol."""

    name: str
    path: str
    protocol: str
    links: list[str]
    state: Literal["green", "red", "grey"]


class GraphOut(Message):
    """One picture of the map: what it shows, by ids."""

    id: str
    title: str
    direction: str
    groups: list[str]
    outside: list[str]
    links: list[str]


class MapOut(Message):
    """The whole map."""

    document: dict[str, Any]
    looks: dict[str, dict[str, Any]]
    hosts: list[HostOut]
    groups: list[GroupOut]
    services: list[ServiceOut]
    links: list[LinkOut]
    flows: list[FlowOut]
    graphs: list[GraphOut]
