"""What a usenet engine must do for the SABnzbd server to answer in its name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import Protocol


class JobState(StrEnum):
    """Where a job stands, by SABnzbd's words: managers fail on any other."""

    GRABBING = "Grabbing"
    QUEUED = "Queued"
    PAUSED = "Paused"
    PROPAGATING = "Propagating"
    CHECKING = "Checking"
    DOWNLOADING = "Downloading"
    QUICK_CHECK = "QuickCheck"
    VERIFYING = "Verifying"
    REPAIRING = "Repairing"
    FETCHING = "Fetching"
    EXTRACTING = "Extracting"
    MOVING = "Moving"
    RUNNING = "Running"
    COMPLETED = "Completed"
    FAILED = "Failed"
    DELETED = "Deleted"


class Priority(IntEnum):
    """What is downloaded first; FORCE also while all is paused."""

    STOP = -4
    DUPLICATE = -3
    PAUSED = -2
    LOW = -1
    NORMAL = 0
    HIGH = 1
    FORCE = 2


class QuotaPeriod(StrEnum):
    """After which a quota begins anew, by SABnzbd's letters; NEVER is an amount that was bought once."""

    NEVER = "x"
    DAY = "d"
    WEEK = "w"
    MONTH = "m"


@dataclass(frozen=True, slots=True)
class Quota:
    """So many bytes in each period; 0 is no limit. It begins anew at `hour`:`minute` by the clock on the wall.

    `day` is 1 (Monday) to 7 of a week, or of the month: 31 is the last one of a shorter month.
    """

    size: int = 0
    period: QuotaPeriod = QuotaPeriod.MONTH
    day: int = 1
    hour: int = 0
    minute: int = 0


@dataclass(frozen=True, slots=True)
class QuotaState:
    """How much of a quota is used, in bytes, and when it begins anew."""

    used: int = 0
    resets: datetime | None = None


class Duplicates(IntEnum):
    """What is done with a job that was here before, by SABnzbd's numbers."""

    ALLOW = 0
    REFUSE = 1
    PAUSE = 2
    FAIL = 3
    TAG = 4


class Locked(IntEnum):
    """What is done with a job whose archives need a password that nobody told, by SABnzbd's numbers."""

    IGNORE = 0
    PAUSE = 1
    FAIL = 2


@dataclass(frozen=True, slots=True)
class UsenetPreferences:
    """What the owner may change while the engine runs.

    With `pre_check` servers are asked for every article before the first one is fetched. With `direct_unpack` archives
    are opened while they come, and `locked` is what follows when one asks for a password. `same_articles` is a job of
    the very same articles, `same_title` one of the same name that is no PROPER or REPACK. A job younger than
    `propagation_minutes` waits until its articles have reached all servers.
    """

    pre_check: bool = False
    direct_unpack: bool = True
    locked: Locked = Locked.FAIL
    same_articles: Duplicates = Duplicates.REFUSE
    same_title: Duplicates = Duplicates.TAG
    propagation_minutes: int = 0


class ScheduleAct(StrEnum):
    """What may be done at a fixed time, by SABnzbd's words."""

    PAUSE = "pause"
    RESUME = "resume"
    SPEED = "speedlimit"
    ENABLE_SERVER = "enable_server"
    DISABLE_SERVER = "disable_server"


@dataclass(frozen=True, slots=True)
class ScheduledAct:
    """Done at `hour`:`minute` by the clock on the wall on these `days` (1 is Monday, 7 Sunday).

    `argument` is a server's name, or a speed as its owner wrote it, which is `limit` bytes a second (0: no limit).
    """

    hour: int
    minute: int
    act: ScheduleAct
    days: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 7)
    argument: str = ""
    limit: int = 0
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class NewsServer:
    """A news server: lower `tier` is asked first, `retention` in days (0: for ever), `quota` and `used` in bytes.

    `verify` is 0 (any certificate) to 3 (certificate, host and chain). `optional` ones are not waited for. `used` is
    what was used of the quota before the engine counted; after a `quota_period`, on its `quota_day`, it begins anew.
    """

    name: str
    host: str
    port: int = 563
    username: str = ""
    password: str = field(default="", repr=False)
    connections: int = 8  # at most
    tls: bool = True
    verify: int = 3
    ciphers: str = ""
    tier: int = 0
    retention: int = 0
    timeout: float = 60.0
    optional: bool = False
    required: bool = False
    enabled: bool = True
    pipeline: int = 0  # requests under way on one connection; 0: as many as its round trip wants
    quota: int = 0
    used: int = 0
    quota_period: QuotaPeriod = QuotaPeriod.NEVER
    quota_day: int = 1
    ip_version: int = 0  # 4, 6, or 0 for either


@dataclass(frozen=True, slots=True)
class ServerState:
    """How a news server does: connections open and busy, bytes by day, articles found and missing, and its trouble.

    `used` is of its quota, which begins anew at `resets`; `days` are bytes by date (2026-11-24).
    """

    name: str
    active: int = 0
    idle: int = 0
    speed: int = 0
    bytes_today: int = 0
    bytes_total: int = 0
    days: Mapping[str, int] = field(default_factory=dict)
    used: int = 0
    resets: datetime | None = None
    articles_tried: int = 0
    articles_missing: int = 0
    blocked_until: datetime | None = None
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class UsenetJob:
    """One job of the queue; sizes in bytes, `left` is what must still come, `age` the mean day of its posts."""

    id: str
    name: str
    state: JobState
    size: int
    left: int
    category: str = "*"
    priority: Priority = Priority.NORMAL
    added: datetime | None = None
    age: datetime | None = None
    password: str = field(default="", repr=False)
    speed: int = 0
    eta: int | None = None  # seconds
    missing: int = 0  # bytes that no server has
    labels: tuple[str, ...] = ()  # DUPLICATE, ENCRYPTED …
    message: str = ""
    script: str = ""
    direct_unpack: str = ""  # volumes opened while it comes, as 3/12


@dataclass(frozen=True, slots=True)
class UsenetFile:
    """One file of a job; size and left in bytes."""

    id: str
    name: str
    size: int
    left: int
    is_complete: bool = False


@dataclass(frozen=True, slots=True)
class FinishedJob:
    """One job of the history: `storage` is where its files are, `stages` what was done, by stage in words."""

    id: str
    name: str
    nzb_name: str
    state: JobState
    size: int
    category: str
    completed: datetime
    storage: Path | None
    message: str = ""
    download_seconds: float = 0.0
    postprocessing_seconds: float = 0.0
    stages: Mapping[str, Sequence[str]] = field(default_factory=dict)
    is_archived: bool = False
    can_retry: bool = False


@dataclass(frozen=True, slots=True)
class UsenetCategory:
    """A category: its folder (relative to the complete folder, or absolute), and what is done with a job of it."""

    name: str
    folder: str = ""
    priority: Priority = Priority.NORMAL
    repairs: bool = True
    unpacks: bool = True
    deletes_archives: bool = True


class UsenetEngine(Protocol):
    """Downloads from news servers. Raises Refused for bad input, NotFound for an unknown job or server."""

    async def add(
        self, nzb: bytes, *, name: str = "", category: str = "*", priority: Priority | None = None, password: str = ""
    ) -> str:
        """Begin a job with an NZB (plain, gzip or bz2); its id. Refused when it is none, Conflict for a duplicate."""
        ...

    def queue(self) -> Sequence[UsenetJob]:
        """All jobs that are not finished, in the order of the queue."""
        ...

    def history(self) -> Sequence[FinishedJob]:
        """All finished jobs, the newest first."""
        ...

    def files(self, id: str) -> Sequence[UsenetFile]:
        """The files of one job."""
        ...

    async def pause(self, id: str | None = None, *, seconds: float | None = None) -> None:
        """Pause one job, or everything, for so long or until resumed."""
        ...

    async def resume(self, id: str | None = None) -> None:
        """Go on with one job, or with everything."""
        ...

    async def remove(self, id: str, *, delete_files: bool) -> None:
        """Forget a job of the queue or the history."""
        ...

    async def change(
        self,
        id: str,
        *,
        name: str | None = None,
        category: str | None = None,
        priority: Priority | None = None,
        position: int | None = None,
        password: str | None = None,
    ) -> None:
        """Change a job of the queue; `position` counts from 0."""
        ...

    async def retry(self, id: str, nzb: bytes | None = None, *, password: str = "") -> str:
        """Try a failed job again, with what is there already; its id in the queue."""
        ...

    def servers(self) -> Sequence[tuple[NewsServer, ServerState]]:
        """The news servers and how they do."""
        ...

    async def set_servers(self, servers: Sequence[NewsServer]) -> None:
        """From now on these are asked."""
        ...

    async def test_server(self, server: NewsServer) -> str:
        """Connect and log in once; what was seen."""
        ...

    def categories(self) -> Sequence[UsenetCategory]:
        """All categories; `*` is for jobs without one."""
        ...

    async def set_categories(self, categories: Sequence[UsenetCategory]) -> None:
        """From now on these are known."""
        ...

    @property
    def is_paused(self) -> bool:
        """Whether everything is paused."""
        ...

    @property
    def speed(self) -> int:
        """Bytes a second now."""
        ...

    @property
    def speed_limit(self) -> int:
        """Bytes a second at most; 0 is no limit."""
        ...

    async def set_speed_limit(self, limit: int) -> None:
        """From now on no faster than so many bytes a second; 0 is no limit."""
        ...

    def preferences(self) -> UsenetPreferences:
        """What the owner chose."""
        ...

    async def set_preferences(self, preferences: UsenetPreferences) -> None:
        """From now on these hold."""
        ...

    def schedule(self) -> Sequence[ScheduledAct]:
        """What is done at fixed times."""
        ...

    async def set_schedule(self, acts: Sequence[ScheduledAct]) -> None:
        """From now on this is done; what these times want by now holds at once."""
        ...

    def quota(self) -> tuple[Quota, QuotaState]:
        """How much may come from all servers together, and how much did."""
        ...

    async def set_quota(self, quota: Quota) -> None:
        """From now on no more than this comes in a period."""
        ...

    async def reset_quota(self) -> None:
        """Let the quota of all servers together begin anew now."""
        ...

    @property
    def complete_folder(self) -> Path:
        """Where finished jobs lie."""
        ...

    @property
    def incomplete_folder(self) -> Path:
        """Where unfinished jobs lie."""
        ...

    async def changed(self, seen: int) -> int:
        """Returns when queue or history changed after the revision `seen`: the new revision."""
        ...
