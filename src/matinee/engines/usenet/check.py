"""Before anything of a job is fetched, servers are asked whether they have it: a dead one is known within a moment."""

import threading
import time
from collections.abc import Callable, Container, Iterable

from sabctools import NNTPResponse

from matinee.engines.usenet.hope import hopeless, is_par2
from matinee.engines.usenet.journal import Kind, Note
from matinee.engines.usenet.ledger import DONE, FLIES, LOST, WAITS, Ledger
from matinee.engines.usenet.plan import Plan
from matinee.engines.usenet.servers import Roster, ServerLive
from matinee.engines.usenet.shape import FileShape
from matinee.engines.usenet.target import Target
from matinee.engines.usenet.verdict import MISSING_CODES, Answer
from matinee.engines.usenet.waiting import Waiting

SAMPLE = 60  # articles from all over the job, asked for first
DEAD_SHARE = 0.9  # of the sample missing: the rest need not be asked for
MOST_STRIKES = 3
STAT_CODES = frozenset({221, 223})
UNKNOWN_CODES = frozenset({500, 501, 502, 503})  # of a command that the server does not know or allow


class Check:
    """One job being looked for, by all servers in their order; `why` says in the end why it cannot become whole.

    `tell` is called, in any thread, once: when everything is known, or enough.
    """

    def __init__(
        self, id: str, plan: Plan, *, roster: Roster, tell: Callable[[str], None], here: Container[int] = ()
    ) -> None:
        self.id, self.plan = id, plan
        self.why = ""
        self.is_over = False
        self._roster, self._tell = roster, tell
        self._lock = threading.RLock()
        self._files = [Target(file, FileShape(file.parts)) for file in plan.files]
        self._ledger = Ledger(plan)
        self._strikes: dict[tuple[int, int], int] = {}
        self._by_stat: set[int] = set()
        self._blind = 0  # servers that cannot be asked without fetching
        self._waiting = Waiting()
        wanted = [article for article in range(len(plan.numbers)) if article not in here]
        self._sample = self._spread(wanted)
        self._later = sorted(set(wanted).difference(self._sample))
        self.total, self.asked, self._gone = len(wanted), 0, 0
        self._outstanding = len(self._sample)
        self._wait_all(self._sample)

    def _spread(self, wanted: list[int]) -> list[int]:
        """Some of the content's articles, evenly; of a small job all."""
        of_content = [one for one in wanted if not is_par2(self._files[self._ledger.file_of(one)])] or wanted
        return of_content[:: -(-len(of_content) // SAMPLE) or 1]

    def _wait(self, article: int) -> None:
        self._ledger.states[article] = WAITS
        self._waiting.put(self._excluded(article), range(article, article + 1))

    def _wait_all(self, articles: list[int]) -> None:
        """Of none of which anything is known yet; in runs, which take little memory."""
        run, excluded = range(0), 0
        for article in articles:
            self._ledger.states[article] = WAITS
            mask = self._excluded(article)
            if run and run.stop == article and mask == excluded:
                run = range(run.start, article + 1)
                continue
            if run:
                self._waiting.put(excluded, run)
            run, excluded = range(article, article + 1), mask
        if run:
            self._waiting.put(excluded, run)

    def _excluded(self, article: int) -> int:
        date = self.plan.files[self._ledger.file_of(article)].date
        return self._roster.too_old(date, time.time()) | self._ledger.tried.get(article, 0)

    # asked by the threads

    def verb(self, server: ServerLive) -> bytes:
        """STAT costs the least; HEAD is known to all."""
        return b"HEAD" if server.asks_head else b"STAT"

    def falls_back(self, article: int, status: int, server: ServerLive) -> str:
        """Who does not know STAT is asked for HEAD; who knows neither is believed to have everything."""
        if status not in UNKNOWN_CODES:
            return ""
        if article in self._by_stat:
            server.asks_head = True
            return "it does not know STAT and is asked for HEAD"
        with self._lock:
            self._blind |= server.bit
        return "it tells nothing about articles without sending them"

    def take(self, server: ServerLive, most: int) -> list[int]:
        """Up to so many articles to ask this server for."""
        with self._lock:
            if self.is_over:
                return []
            if server.bit & self._blind:
                for article in self._waiting.take(server.bit, self.total, self._roster.allowed):
                    self._settle_one(article, DONE)
                self._look()
                return []
            taken = self._waiting.take(server.bit, most, self._roster.allowed)
            for article in taken:
                self._ledger.states[article] = FLIES
            (self._by_stat.difference_update if server.asks_head else self._by_stat.update)(taken)
            return taken

    def count(self, server: ServerLive) -> int:
        """How many articles this server could be asked for."""
        return 0 if self.is_over else self._waiting.count(server.bit, self._roster.allowed)

    def give_back(self, articles: Iterable[int]) -> None:
        """They were not answered."""
        with self._lock:
            for article in articles:
                if self._ledger.states[article] == FLIES:
                    self._wait(article)

    def strike(self, article: int, server: ServerLive) -> None:
        """After a few lost connections the article is taken to be there: fetching it will tell."""
        with self._lock:
            key = (article, server.bit)
            self._strikes[key] = self._strikes.get(key, 0) + 1
            if self._strikes[key] < MOST_STRIKES:
                self.give_back([article])
            elif self._ledger.states[article] == FLIES:
                self._settle_one(article, DONE)
                self._look()

    def is_struck(self, article: int, server: ServerLive) -> bool:
        """Whether a connection was lost over this article before."""
        return (article, server.bit) in self._strikes

    def receive(self, article: int, response: NNTPResponse, server: ServerLive) -> Answer:
        """There, or not there: then the next server is asked."""
        with self._lock:
            if response.status_code not in STAT_CODES | MISSING_CODES:
                return Answer.TROUBLE
            is_there = response.status_code in STAT_CODES
            if self._ledger.states[article] == FLIES and not self.is_over:
                if is_there:
                    self._settle_one(article, DONE)
                else:
                    self._ledger.tried[article] = self._ledger.tried.get(article, 0) | server.bit
                    self._wait(article)
                self._look()
        return Answer.WHOLE if is_there else Answer.MISSING

    def settle(self) -> None:
        """Give up what no server is left for."""
        with self._lock:
            self._look()

    # what it comes to

    def _settle_one(self, article: int, state: int) -> None:
        self._ledger.states[article] = state
        self.asked += 1
        self._outstanding -= 1
        if state == LOST:
            self._gone += 1
            self._files[self._ledger.file_of(article)].gone += self._ledger.size(article)

    def _look(self) -> None:
        """Whether enough is known. After the sample comes the rest."""
        if self.is_over or self._roster.is_empty:
            return
        before = self._gone
        for article in self._waiting.hopeless(self._roster.allowed):
            if self._roster.allowed(self._excluded(article)):
                self._wait(article)
            else:
                self._settle_one(article, LOST)
        if self._gone != before:
            self.why = hopeless(self._files)
        if not self._outstanding and not self.why and self._later:
            self.why = self._dead()
            later, self._later = self._later, []
            self._outstanding = len(later)
            self._wait_all(later)
        if self.why or not self._outstanding:
            self._waiting.clear()
            self.is_over = True
            self._tell(self.id)

    def _dead(self) -> str:
        """Why the sample is enough; empty when the rest must be asked for."""
        recovery = sum(file.plan.size for file in self._files if file.plan.recovery)
        content = sum(file.plan.size for file in self._files if not file.plan.recovery)
        if self._gone < DEAD_SHARE * len(self._sample) or recovery > content / 2:
            return ""
        return f"{self._gone} of {len(self._sample)} articles from all over it are missing on all news servers"

    def notes(self) -> list[Note]:
        """Which servers lack what, for the journal: they are not asked for it again."""
        return [
            Note(Kind.MISSING, article, slot=live.slot)
            for article, mask in self._ledger.tried.items()
            for live in self._roster.lives
            if live.bit & mask
        ]

    def close(self) -> None:
        """Answers that still come are thrown away."""
        with self._lock:
            self.is_over = True
            self._waiting.clear()
