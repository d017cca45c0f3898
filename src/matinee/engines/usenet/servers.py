"""The news servers as they do: who may be asked for what, who is being left alone for a while, and why."""

import math
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from matinee.engines.usenet.periods import begins
from matinee.engines.usenet.speed import Meter
from matinee.engines.usenet.usage import Usage, gigabytes
from matinee.pipeline.usenet_port import NewsServer, Quota, QuotaPeriod, ServerState

DAY = 86_400
SHALLOWEST, DEEPEST, FIRST_DEPTH = 2, 20, 4
CUTS_TO_GO_SINGLE = 3
MINUTE = 60.0
SINGLE_SECONDS = 60 * MINUTE


@dataclass(frozen=True, slots=True)
class Penalties:
    """For how many seconds a server is left alone."""

    unknown: float = 3 * MINUTE
    forbidden: float = 5 * MINUTE
    timeout: float = 10 * MINUTE
    crowded: float = 10 * MINUTE
    login: float = 10 * MINUTE
    first_pause: float = 0.5  # before a connection is tried again
    failures: int = 3  # in a row before the server is left alone


@dataclass(slots=True, eq=False)
class ServerLive:
    """One server at work. Times are monotonic seconds; `bit` is its own in masks of servers."""

    spec: NewsServer
    slot: int
    blocked_until: float = 0.0
    trouble: str = ""
    failures: int = 0
    connections: int = 0
    calls: int = 0  # being made
    ceiling: int = 0  # connections it lets us have, when fewer than wanted; 0: all
    ceiling_until: float = 0.0
    round_trip: float = math.inf
    asks_article: bool = False  # it does not know BODY
    asks_head: bool = False  # it does not know STAT
    cuts: int = 0  # connections lost while several requests were under way
    single_until: float = 0.0
    usage: Usage = field(default_factory=Usage)
    today: str = field(default_factory=lambda: date.today().isoformat())
    tried: int = 0
    missing: int = 0
    meter: Meter = field(default_factory=Meter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def bit(self) -> int:
        """Its bit in masks."""
        return 1 << self.slot

    @property
    def is_usable(self) -> bool:
        """Whether its owner wants it asked, and its quota allows it."""
        return self.spec.enabled and not self.is_spent

    @property
    def is_spent(self) -> bool:
        """Whether its quota is used up."""
        return bool(self.spec.quota) and self.used >= self.spec.quota

    @property
    def is_spent_for_good(self) -> bool:
        """Whether it was an amount that does not come again."""
        return self.is_spent and self.spec.quota_period is QuotaPeriod.NEVER

    @property
    def used(self) -> int:
        """Bytes of its quota."""
        return self.usage.used(self.spec.used)

    @property
    def quota(self) -> Quota:
        """Its own quota."""
        return Quota(self.spec.quota, self.spec.quota_period, self.spec.quota_day)

    def depth(self, rate: float, now: float) -> int:
        """How many requests may be under way on a connection that answers `rate` articles a second."""
        if now < self.single_until:
            return 1
        if self.spec.pipeline:
            return min(self.spec.pipeline, DEEPEST)
        if not rate or math.isinf(self.round_trip):
            return FIRST_DEPTH
        return min(max(math.ceil(self.round_trip * rate) + 1, SHALLOWEST), DEEPEST)

    def note_cut(self, now: float) -> None:
        """A connection was lost while several requests were under way: after a few, ask one by one."""
        self.cuts += 1
        if self.cuts >= CUTS_TO_GO_SINGLE:
            self.cuts, self.single_until = 0, now + SINGLE_SECONDS

    def allowed_connections(self, now: float) -> int:
        """How many connections may be open."""
        return min(self.ceiling, self.spec.connections) if now < self.ceiling_until else self.spec.connections

    def count(self, received: int) -> None:
        """So many raw bytes came from it; any thread may tell."""
        with self._lock:
            self.usage.count(received, self.today)

    def counted(self) -> Usage:
        """What came from it, as it is now."""
        with self._lock:
            return replace(self.usage, days=dict(self.usage.days))

    def spend_anew(self, now: datetime) -> bool:
        """Let its quota begin anew if another period began (local time); whether it did."""
        with self._lock:
            is_over = bool(self.spec.quota) and self.usage.is_over(self.quota, now)
            if is_over:
                self.usage.begin(now, self.spec.used)
        return is_over

    def note_answer(self, *, is_missing: bool) -> None:
        """It answered about an article, so it is well."""
        with self._lock:
            self.failures, self.cuts, self.trouble = 0, 0, ""
            self.tried += 1
            self.missing += is_missing

    def note_calls(self, more: int) -> None:
        """One is being made, or its outcome has been heard."""
        with self._lock:
            self.calls += more

    def note_connections(self, more: int) -> None:
        """One was opened or closed. What is open proves that a ceiling found meanwhile was too low."""
        with self._lock:
            self.connections += more
            if self.ceiling:
                self.ceiling = max(self.ceiling, self.connections)

    def why_not(self, now: datetime) -> str:
        """Why it is not asked, for a person; empty when it is."""
        if not self.is_spent:
            return self.trouble if self.blocked_until else ""
        again = begins(self.quota, now)
        return f"its quota of {gigabytes(self.spec.quota)} is used up" + (
            f" until {again:%Y-%m-%d %H:%M}" if again else ""
        )

    def state(self, busy: int, speed: int, now: float, today: datetime) -> ServerState:
        """For others to see; `today` is local time, `now` monotonic seconds."""
        left, usage = self.blocked_until - now, self.counted()
        again = begins(self.quota, today) if self.spec.quota else None
        return ServerState(
            name=self.spec.name,
            active=busy,
            idle=max(0, self.connections - busy),
            speed=speed,
            bytes_today=usage.days.get(self.today, 0),
            bytes_total=usage.total,
            days=usage.days,
            used=self.used if self.spec.quota else 0,
            resets=again.astimezone() if again else None,
            articles_tried=self.tried,
            articles_missing=self.missing,
            blocked_until=datetime.now(UTC) + timedelta(seconds=left) if left > 0 else None,
            trouble=self.why_not(today) or self.trouble,
        )


class Roster:
    """All servers. `revision` grows whenever it may be another one's turn."""

    def __init__(self, penalties: Penalties | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self.penalties = penalties or Penalties()
        self.revision = 0
        self.lives: tuple[ServerLive, ...] = ()
        self._clock = clock
        self._known: dict[str, ServerLive] = {}
        self._spent: list[bool] = []
        self._allowed: dict[int, int] = {}

    def restore(self, slots: Iterable[str], usages: Mapping[str, Usage]) -> None:
        """What an earlier run knew: the names of all servers there ever were, in order, and what came from each."""
        for name in slots:
            self._know(name).usage = usages.get(name, Usage())

    def _know(self, name: str) -> ServerLive:
        return self._known.setdefault(name, ServerLive(NewsServer(name, "", enabled=False), len(self._known)))

    def put(self, servers: Sequence[NewsServer], now: datetime | None = None) -> None:
        """From now on (local time) these."""
        lives = []
        for server in servers:
            live = self._know(server.name)
            live.usage.mind(has_quota=bool(server.quota), now=now or datetime.now())
            if live.spec != server:
                live.spec, live.blocked_until, live.trouble, live.failures = server, 0.0, "", 0
                live.ceiling_until = live.single_until = 0.0
                live.round_trip, live.asks_article, live.asks_head = math.inf, False, False
            lives.append(live)
        self.lives = tuple(lives)
        self.change()

    @property
    def slots(self) -> list[str]:
        """The names of all servers ever known, in the order of their bits."""
        return list(self._known)

    @property
    def is_empty(self) -> bool:
        """Whether there is nobody to ask."""
        return not any(live.is_usable for live in self.lives)

    def change(self) -> None:
        """Think anew about whose turn it is."""
        self.revision += 1
        self._allowed = {}

    def block(self, live: ServerLive, seconds: float, trouble: str) -> None:
        """Leave a server alone for a while."""
        live.blocked_until = self._clock() + seconds
        live.trouble = trouble
        self.change()

    def tick(self) -> None:
        """Let those whose time is over back in, leave those whose quota is used up, and begin a new day."""
        now, today = self._clock(), date.today()
        for live in self.lives:
            live.meter.show(live.usage.total)
            if live.today != today.isoformat():
                live.today = today.isoformat()
                live.usage.forget_old_days(today)
            if live.blocked_until and live.blocked_until <= now:
                live.blocked_until, live.failures = 0.0, 0
                self.change()
        spent = [live.is_spent for live in self.lives]
        if spent != self._spent:
            self._spent = spent
            self.change()

    @property
    def total(self) -> int:
        """Bytes that came from all servers there ever were."""
        return sum(live.usage.total for live in self._known.values())

    def usages(self) -> dict[str, Usage]:
        """What came from all servers there ever were."""
        return {name: live.counted() for name, live in self._known.items()}

    def too_old(self, posted: int, now: float) -> int:
        """The mask of servers whose retention ended before this was posted; both in seconds since 1970."""
        if not posted:
            return 0
        return sum(live.bit for live in self.lives if live.spec.retention and posted < now - live.spec.retention * DAY)

    def allowed(self, excluded: int) -> int:
        """The mask of servers whose turn it is when these are out of the question; 0 when nobody is left.

        Those being left alone, and those whose quota will begin anew, are passed over. They are waited for when they
        are required, or when nobody else is left and they are not optional.
        """
        known = self._allowed.get(excluded)
        if known is None:
            known = self._allowed[excluded] = self._find_allowed(excluded)
        return known

    def _find_allowed(self, excluded: int) -> int:
        left = [live for live in self.lives if live.spec.enabled and not live.is_spent_for_good]
        left = [live for live in left if not excluded & live.bit]
        turn = [live for live in left if not (live.blocked_until or live.is_spent) or live.spec.required]
        turn = turn or [live for live in left if not live.spec.optional]
        tier = min((live.spec.tier for live in turn), default=0)
        return sum(live.bit for live in turn if live.spec.tier == tier)
