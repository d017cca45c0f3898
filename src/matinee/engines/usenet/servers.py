"""The news servers as they do: who may be asked for what, who is being left alone for a while, and why."""

import math
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from matinee.engines.usenet.speed import Meter
from matinee.pipeline.usenet_port import NewsServer, ServerState

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
    cuts: int = 0  # connections lost while several requests were under way
    single_until: float = 0.0
    bytes_total: int = 0
    bytes_today: int = 0
    today: date = field(default_factory=lambda: datetime.now(UTC).date())
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
        return self.spec.enabled and not (self.spec.quota and self.used >= self.spec.quota)

    @property
    def used(self) -> int:
        """Bytes of its quota."""
        return self.spec.used + self.bytes_total

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
            self.bytes_total += received
            self.bytes_today += received

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

    def state(self, busy: int, speed: int, now: float) -> ServerState:
        """For others to see."""
        left = self.blocked_until - now
        return ServerState(
            name=self.spec.name,
            active=busy,
            idle=max(0, self.connections - busy),
            speed=speed,
            bytes_today=self.bytes_today,
            bytes_total=self.bytes_total,
            articles_tried=self.tried,
            articles_missing=self.missing,
            blocked_until=datetime.now(UTC) + timedelta(seconds=left) if left > 0 else None,
            trouble=self.trouble,
        )


class Roster:
    """All servers. `revision` grows whenever it may be another one's turn."""

    def __init__(self, penalties: Penalties | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self.penalties = penalties or Penalties()
        self.revision = 0
        self.lives: tuple[ServerLive, ...] = ()
        self._clock = clock
        self._known: dict[str, ServerLive] = {}
        self._allowed: dict[int, int] = {}

    def put(self, servers: Sequence[NewsServer], slots: Iterable[str] = ()) -> None:
        """From now on these. `slots` are the names of all ever known, in order, from an earlier run."""
        for name in (*slots, *(server.name for server in servers)):
            self._known.setdefault(name, ServerLive(NewsServer(name, "", enabled=False), len(self._known)))
        lives = []
        for server in servers:
            live = self._known[server.name]
            if live.spec != server:
                live.spec, live.blocked_until, live.trouble, live.failures = server, 0.0, "", 0
                live.ceiling_until = live.single_until = 0.0
                live.round_trip, live.asks_article = math.inf, False
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
        """Let those whose time is over back in, and begin a new day."""
        now, today = self._clock(), datetime.now(UTC).date()
        for live in self.lives:
            live.meter.show(live.bytes_total)
            if live.today != today:
                live.today, live.bytes_today = today, 0
            if live.blocked_until and live.blocked_until <= now:
                live.blocked_until, live.failures = 0.0, 0
                self.change()

    def too_old(self, posted: int, now: float) -> int:
        """The mask of servers whose retention ended before this was posted; both in seconds since 1970."""
        if not posted:
            return 0
        return sum(live.bit for live in self.lives if live.spec.retention and posted < now - live.spec.retention * DAY)

    def allowed(self, excluded: int) -> int:
        """The mask of servers whose turn it is when these are out of the question; 0 when nobody is left.

        Those being left alone are passed over. They are waited for when they are required, or when
        nobody else is left and they are not optional.
        """
        known = self._allowed.get(excluded)
        if known is None:
            known = self._allowed[excluded] = self._find_allowed(excluded)
        return known

    def _find_allowed(self, excluded: int) -> int:
        left = [live for live in self.lives if live.is_usable and not excluded & live.bit]
        turn = [live for live in left if not live.blocked_until or live.spec.required]
        turn = turn or [live for live in left if not live.spec.optional]
        tier = min((live.spec.tier for live in turn), default=0)
        return sum(live.bit for live in turn if live.spec.tier == tier)
