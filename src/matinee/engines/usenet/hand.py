"""One of the threads that fetch: it waits on its own lines, and passes on what they bring."""

import contextlib
import logging
import os
import select
import time
from typing import TYPE_CHECKING

from sabctools import NNTPResponse

from matinee.engines.usenet.asked import Asked
from matinee.engines.usenet.calling import Calling
from matinee.engines.usenet.connection import Connection, Lost
from matinee.engines.usenet.dial import Trouble, trouble_of
from matinee.engines.usenet.growth import Wait
from matinee.engines.usenet.live import DiskFailed
from matinee.engines.usenet.servers import ServerLive
from matinee.engines.usenet.verdict import Answer

if TYPE_CHECKING:
    from matinee.engines.usenet.downloader import Downloader

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.5  # how often silence is noticed
IDLE_SECONDS = 30.0  # after which a line is given up
CHUNK = 2**20
SLOWEST = 5  # times the timeout, for one article


class Hand:
    """A thread's own epoll and lines. `share` of `shares`: which of a server's lines are this one's."""

    def __init__(self, downloader: "Downloader", share: int, shares: int) -> None:
        self._downloader = downloader
        self._epoll = select.epoll()
        self._bell = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._epoll.register(self._bell, select.EPOLLIN)
        self._lines: dict[int, Connection] = {}
        self._masks: dict[int, int] = {}
        self._calling = Calling(downloader, share, shares, self.wake)
        self._looked_at = 0.0
        self.wait = Wait()

    def wake(self) -> None:
        """Look for work; from any thread."""
        with contextlib.suppress(OSError):  # it is closed already
            os.eventfd_write(self._bell, 1)

    def run(self) -> None:
        """Until the downloader closes."""
        while not self._downloader.is_closing:
            try:
                self._once()
            except Exception:  # a fault of ours in one article must not end the house's downloads
                log.exception("the usenet engine stumbled and goes on")
                time.sleep(LOOK_SECONDS)
        for line in list(self._lines.values()):
            self._drop(line)

    def close(self) -> None:
        """After `run` ended and nobody calls any more."""
        self._take_calls()
        self._epoll.close()
        os.close(self._bell)

    def _once(self) -> None:
        again = [line for line in self._lines.values() if line.has_more]
        for number, event in self.wait.poll(self._epoll, 0 if again else LOOK_SECONDS):
            if number == self._bell:
                os.eventfd_read(self._bell)
                self._looked_at = 0.0
            elif number in self._lines:
                self._serve(self._lines[number], event)
        for line in again:
            if line.line.fileno() in self._lines:
                self._serve(line, select.EPOLLIN)
        now = time.monotonic()
        if now - self._looked_at >= LOOK_SECONDS:
            self._looked_at = now
            self._look_after(now)

    # lines that are open

    def _serve(self, line: Connection, event: int) -> None:
        """Receive, judge, write, and ask for more at once; a line that is over is replaced."""
        try:
            if event & select.EPOLLOUT:
                line.send()
            if event & (select.EPOLLIN | select.EPOLLHUP | select.EPOLLERR):
                self._receive(line)
            self._ask(line)
        except Lost as lost:
            self._lose(line, lost)
        except DiskFailed as failed:
            self._downloader.tell_disk(str(failed))

    def _ask(self, line: Connection) -> None:
        line.ask_more(self._downloader.take, time.monotonic())
        number, events = line.line.fileno(), line.events()
        if self._masks.get(number) != events:
            self._epoll.modify(number, events)
            self._masks[number] = events

    def _receive(self, line: Connection) -> None:
        throttle = self._downloader.throttle
        for received, answers in line.receive(throttle.portion(CHUNK)):
            line.server.count(received)
            self._downloader.count(received)
            self._pass_on(line, answers)
            pause = throttle.spend(received)
            if pause > 0:
                time.sleep(min(pause, LOOK_SECONDS))

    def _pass_on(self, line: Connection, answers: list[NNTPResponse]) -> None:
        """Each to its job; where one ends the line or the disk is full, the rest waits again."""
        for at, answer in enumerate(answers):
            answers[at] = None  # type: ignore[call-overload]  # let go of its bytes before the next one's are needed
            try:
                self._pass_on_one(line, answer)
            except (Lost, DiskFailed):
                for later in answers[at + 1 :]:
                    if isinstance(later.context, tuple):
                        later.context[0].give_back([later.context[1]])
                raise

    def _pass_on_one(self, line: Connection, answer: NNTPResponse) -> None:
        server = line.server
        if not isinstance(answer.context, tuple):
            said = answer.message or "it said something nobody asked"
            raise Lost(said, trouble_of(said))
        job, article = answer.context
        found = job.receive(article, answer, server)
        if found is Answer.TROUBLE:
            self._trouble(line, job, article, answer)
        server.note_answer(is_missing=found is Answer.MISSING)

    def _trouble(self, line: Connection, job: Asked, article: int, answer: NNTPResponse) -> None:
        """An answer that is about the line and not about the article."""
        said = answer.message or f"status {answer.status_code}"
        if instead := job.falls_back(article, answer.status_code, line.server):
            job.give_back([article])
            raise Lost(instead, None)
        self._suspect(line, job, article)
        raise Lost(said, trouble_of(said))

    def _lose(self, line: Connection, lost: Lost) -> None:
        """The line is over. The article whose answer was due is suspect; the others just wait again."""
        server, now = line.server, time.monotonic()
        pending = line.outstanding
        self._hang_up(line)
        if len(pending) > 1 and lost.trouble is not Trouble.TIMEOUT:
            server.note_cut(now)
        if pending and lost.is_sudden:
            job, article = pending.pop(0)
            self._suspect(line, job, article)
        for job, article in reversed(pending):
            job.give_back([article])
        if lost.trouble:
            message = f"{server.spec.name}: {lost}"
            log.info("a line to %s was lost: %s", server.spec.name, lost)
            if line.answers == 0:
                self._calling.pause(server, now + self._downloader.failed(server, lost.trouble, message))
            else:
                self._calling.pause(server, now + self._downloader.roster.penalties.first_pause)
        self._downloader.wake()

    def _suspect(self, line: Connection, job: Asked, article: int) -> None:
        """Blame the article only where the server answers otherwise."""
        is_fair = line.answers > 0 or line.server.failures == 0 or job.is_struck(article, line.server)
        if is_fair:
            job.strike(article, line.server)
        else:
            job.give_back([article])

    def _hang_up(self, line: Connection) -> None:
        number = line.line.fileno()
        if self._lines.pop(number, None):
            self._masks.pop(number, None)
            self._epoll.unregister(number)
            line.server.note_connections(-1)
            line.close()

    def _drop(self, line: Connection) -> None:
        """Hang up without anybody's fault."""
        pending = line.outstanding
        self._hang_up(line)
        for job, article in reversed(pending):
            job.give_back([article])

    # all lines

    def _look_after(self, now: float) -> None:
        """Take calls that were answered, notice silence, give work to idle lines, and call for more."""
        self._take_calls()
        for line in list(self._lines.values()):
            self._look_at(line, now)
        self._downloader.grow(now)
        for server in self._downloader.roster.lives:
            lines = sum(line.server is server for line in self._lines.values())
            self._calling.call_more(server, lines, now)

    def _take_calls(self) -> None:
        for line in self._calling.lines():
            number = line.line.fileno()
            self._lines[number], self._masks[number] = line, select.EPOLLIN
            self._epoll.register(number, select.EPOLLIN)
            line.server.note_connections(1)

    def _look_at(self, line: Connection, now: float) -> None:
        timeout = line.spec.timeout
        if line.spec is not line.server.spec or line.server not in self._downloader.roster.lives:
            self._drop(line)
        elif line.is_waiting and now - line.heard_at > timeout:
            self._lose(line, Lost(f"it said nothing for {timeout:.0f} s", Trouble.TIMEOUT))
        elif line.is_waiting and now - line.answered_at > timeout * SLOWEST and not self._downloader.throttle.limit:
            self._lose(line, Lost(f"it took longer than {timeout * SLOWEST:.0f} s over one article", Trouble.TIMEOUT))
        elif not line.is_waiting and now - line.heard_at > IDLE_SECONDS:
            line.say_goodbye()
            self._drop(line)
        else:
            self._serve(line, 0)

    def busy(self, server: ServerLive) -> int:
        """How many lines to this server wait for answers."""
        return sum(line.server is server and line.is_waiting for line in list(self._lines.values()))
