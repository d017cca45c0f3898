"""The hands that fetch: a few threads, each with its own lines to the news servers and nothing shared on the way."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from matinee.engines.usenet import memory
from matinee.engines.usenet.asked import Asked
from matinee.engines.usenet.dial import Call, CallFailed, Trouble, dial
from matinee.engines.usenet.growth import Growth
from matinee.engines.usenet.hand import Hand
from matinee.engines.usenet.servers import Roster, ServerLive
from matinee.engines.usenet.speed import Throttle

log = logging.getLogger(__name__)

CALLERS = 16  # calls being made at once
LONGEST_PAUSE = 60.0


class Downloader:
    """Fetches the articles of the jobs given to it, in their order. `tell_disk` hears when the disk takes no more."""

    def __init__(self, roster: Roster, tell_disk: Callable[[str], None], *, threads: int = 2) -> None:
        self.roster, self.throttle = roster, Throttle()
        self.tell_disk = tell_disk
        self.is_closing = False
        self.bytes_total = 0
        self._counting = threading.Lock()
        self._growing = threading.Lock()
        self._growth = Growth()
        self._is_resting = True
        self._jobs: tuple[Asked, ...] = ()
        self._callers = ThreadPoolExecutor(CALLERS, thread_name_prefix="usenet-call")
        self._hands = [Hand(self, index, threads) for index in range(threads)]
        self._threads = [threading.Thread(target=hand.run, name=f"usenet-{at}") for at, hand in enumerate(self._hands)]

    def start(self) -> None:
        """Begin."""
        memory.keep_for_reuse()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Hang up everywhere; what was under way waits again."""
        if self.is_closing:
            return
        self.is_closing = True
        self.wake()
        for thread in self._threads:
            thread.join()
        self._callers.shutdown(cancel_futures=True)
        for hand in self._hands:
            hand.close()

    def put(self, jobs: Sequence[Asked]) -> None:
        """From now on these are fetched, the first ones first."""
        self._jobs = tuple(jobs)
        self.wake()

    def wake(self) -> None:
        """There may be something to do."""
        for hand in self._hands:
            hand.wake()

    def busy(self, server: ServerLive) -> int:
        """How many lines to this server wait for answers."""
        return sum(hand.busy(server) for hand in self._hands)

    # asked by the hands

    def count(self, received: int) -> None:
        """So many raw bytes came."""
        with self._counting:
            self.bytes_total += received

    def take(self, server: ServerLive, most: int) -> list[tuple[Asked, int]]:
        """Up to so many articles to ask this server for."""
        taken: list[tuple[Asked, int]] = []
        if server.blocked_until or not server.is_usable:
            return taken
        for job in self._jobs:
            if len(taken) >= most:
                break
            taken += [(job, article) for article in job.take(server, most - len(taken))]
        return taken

    def waiting(self, server: ServerLive) -> int:
        """How many articles this server could be asked for now."""
        if server.blocked_until or not server.is_usable:
            return 0
        return sum(job.count(server) for job in self._jobs)

    def lines(self, server: ServerLive, now: float) -> int:
        """How many lines to this server may be open."""
        return min(server.allowed_connections(now), self._growth.most)

    def grow(self, now: float) -> None:
        """Allow more lines to the servers when all are open, have work, and leave the threads waiting."""
        with self._growing:
            lives = self.roster.lives
            waited = sum(hand.wait.seconds(now) for hand in self._hands) / len(self._hands)
            if not any(live.connections for live in lives):
                self._rest()
                return
            self._is_resting = False
            if not any(self._wants_more(live, now) for live in lives):
                self._growth.begin(now, waited)
            elif self._growth.look(now, waited):
                log.debug("up to %d lines to each news server from now on", self._growth.most)
                self.wake()

    def _rest(self) -> None:
        """The last line was hung up: begin anew with few, and with little memory."""
        if self._is_resting:
            return
        self._is_resting, self._growth = True, Growth()
        memory.give_back()

    def _wants_more(self, server: ServerLive, now: float) -> bool:
        """Whether it has all the lines it may have by now, work for more, and its owner allows more."""
        most = self._growth.most
        return most <= server.connections and most < server.allowed_connections(now) and self.waiting(server) > 0

    def call(self, server: ServerLive, done: Callable[[Call | CallFailed], None]) -> None:
        """Call the server aside; `done` is called in another thread."""

        def calling() -> None:
            try:
                done(dial(server.spec))
            except CallFailed as failed:
                done(failed)
            except Exception as error:
                log.exception("calling %s failed", server.spec.name)
                done(CallFailed(Trouble.UNKNOWN, f"{server.spec.name}: {type(error).__name__}"))

        self._callers.submit(calling)

    def settle(self) -> None:
        """It is another server's turn, or nobody's: let every job see."""
        for job in self._jobs:
            job.settle()
        self.wake()

    def failed(self, server: ServerLive, trouble: Trouble, message: str) -> float:
        """The server could not be called, or hung up without an answer; seconds until the line may be tried again."""
        penalties, now = self.roster.penalties, time.monotonic()
        server.trouble = message
        server.failures += 1
        if trouble is Trouble.CROWDED and (server.connections or server.calls):
            server.ceiling, server.ceiling_until = max(1, server.connections), now + penalties.crowded
        elif not server.blocked_until and self._is_hopeless(server, trouble):
            seconds: float = getattr(penalties, trouble.value)
            log.warning("news server %s is left alone for %.0f s: %s", server.spec.name, seconds, message)
            self.roster.block(server, seconds, message)
            self.settle()
        return min(penalties.first_pause * 2.0 ** min(server.failures, 10), LONGEST_PAUSE)

    def _is_hopeless(self, server: ServerLive, trouble: Trouble) -> bool:
        is_plain = trouble in {Trouble.LOGIN, Trouble.CROWDED, Trouble.FORBIDDEN}
        return (is_plain and not server.connections) or server.failures >= self.roster.penalties.failures
