"""One line to a news server, with several requests under way on it at any time."""

import contextlib
import select
import socket
import ssl
import time
from collections.abc import Callable, Iterator

from sabctools import Decoder, NNTPResponse, unlocked_ssl_recv_into

from matinee.engines.usenet.asked import Asked
from matinee.engines.usenet.dial import Trouble
from matinee.engines.usenet.servers import ServerLive

BUFFER = 2**20
ALL_BUFFERS = 8 * 2**20  # divided by the lines of a server; few fast ones have large ones, many slow ones small ones
MOST_AT_ONCE = 4 * BUFFER  # received from one line before the others get their turn
LONGEST_ANSWER = 24 * 2**20  # raw bytes of one article; more is no article
RATE_SHARE = 0.2  # of the newest interval in the rate

Wanted = tuple[Asked, int]
Take = Callable[[ServerLive, int], list[Wanted]]


class Lost(Exception):
    """The line is of no more use; the message says why. It is nobody's fault where `trouble` is None."""

    def __init__(self, message: str, trouble: Trouble | None = Trouble.UNKNOWN, *, is_sudden: bool = False) -> None:
        super().__init__(message)
        self.trouble = trouble
        self.is_sudden = is_sudden or trouble is Trouble.TIMEOUT  # the article whose answer was due may be the reason


class Connection:
    """A logged-in socket that does not block; Lost is raised when it is over, and `outstanding` is what was asked."""

    def __init__(self, line: socket.socket, server: ServerLive) -> None:
        self.line, self.server, self.spec = line, server, server.spec
        self.decoder = Decoder(min(BUFFER, ALL_BUFFERS // (server.connections + 1)))
        self.heard_at = time.monotonic()
        self.answers = 0
        self._unsent = b""
        self._asked_at = 0.0
        self._is_timing = False
        self.answered_at = self.heard_at
        self._has_rhythm = False
        self._rate = 0.0
        self._since_answer = 0
        self._is_tls = isinstance(line, ssl.SSLSocket)

    @property
    def outstanding(self) -> list[Wanted]:
        """What was asked for and not answered, in order."""
        return list(self.decoder.pending)  # type: ignore[arg-type]

    @property
    def is_waiting(self) -> bool:
        """Whether answers are due."""
        return self.decoder.expected > 0

    def ask_more(self, take: Take, now: float) -> None:
        """Ask for as many articles as may be under way, in one piece."""
        expected = self.decoder.expected
        room = self.server.depth(self._rate, now) - expected
        wanted = take(self.server, room) if room > 0 else []
        if not wanted:
            return
        if not expected:
            self._asked_at = self.heard_at = self.answered_at = now
            self._is_timing, self._has_rhythm = True, False
        requests = []
        for one in wanted:
            self.decoder.expect(one)
            requests.append(b"%s <%s>\r\n" % (one[0].verb(self.server), one[0].plan.message_id(one[1])))
        self._unsent += b"".join(requests)
        self.send()

    def send(self) -> None:
        """Send what can be sent now and keep the rest."""
        if not self._unsent:
            return
        try:
            sent = self.line.send(self._unsent)
        except (BlockingIOError, ssl.SSLWantWriteError, ssl.SSLWantReadError):
            return
        except (OSError, ValueError) as error:
            raise Lost(f"it hung up: {error}", is_sudden=True) from error
        self._unsent = self._unsent[sent:]

    def receive(self, most: int) -> Iterator[tuple[int, list[NNTPResponse]]]:
        """What can be had now: raw bytes and the answers that became whole. Stops after a fair share."""
        total = 0
        while total < MOST_AT_ONCE:
            received = self._receive_some(most)
            if not received:
                return
            total += received
            yield received, self._answers(received)
            if not self._is_tls:  # the kernel tells again when there is more; TLS holds some where it does not see it
                return

    @property
    def has_more(self) -> bool:
        """Whether decrypted bytes wait that no event will tell of."""
        return isinstance(self.line, ssl.SSLSocket) and self.line.pending() > 0

    def _receive_some(self, most: int) -> int:
        with memoryview(self.decoder) as room:
            if not room:
                raise Lost("it sent a line without end", is_sudden=True)
            try:
                if isinstance(self.line, ssl.SSLSocket):
                    received = unlocked_ssl_recv_into(self.line, room[:most])
                else:
                    received = self.line.recv_into(room[:most])
            except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
                return 0
            except (OSError, ValueError) as error:
                raise Lost(f"it hung up: {error}", is_sudden=True) from error
        if not received:
            raise Lost("it hung up", is_sudden=True)
        return received

    def _answers(self, received: int) -> list[NNTPResponse]:
        now = self.heard_at = time.monotonic()
        if self._is_timing:
            self.server.round_trip = min(self.server.round_trip, now - self._asked_at)
            self._is_timing = False
        try:
            self.decoder.process(received)
            answers = list(self.decoder)
        except (ValueError, MemoryError, OverflowError, BufferError) as error:
            raise Lost(f"its answer cannot be read: {error}", is_sudden=True) from error
        self._since_answer = 0 if answers else self._since_answer + received
        if self._since_answer > LONGEST_ANSWER:
            raise Lost("it sent an answer without end", is_sudden=True)
        if answers:
            self._note_rate(len(answers), now)
        return answers

    def _note_rate(self, answers: int, now: float) -> None:
        self.answers += answers
        if self._has_rhythm and now > self.answered_at:
            rate = answers / (now - self.answered_at)
            self._rate += RATE_SHARE * (rate - self._rate) if self._rate else rate
        self.answered_at, self._has_rhythm = now, True

    def events(self) -> int:
        """What to wait for."""
        return select.EPOLLIN | (select.EPOLLOUT if self._unsent else 0)

    def say_goodbye(self) -> None:
        """So that the server frees the place at once."""
        with contextlib.suppress(OSError, ValueError):
            self.line.send(b"QUIT\r\n")

    def close(self) -> None:
        """Hang up."""
        self.line.close()
