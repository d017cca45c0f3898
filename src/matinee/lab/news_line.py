"""One caller of the news server: what it asks, in which order it is answered, and how far its answer has come."""

import os
import socket
import ssl
import time
from collections import Counter, deque
from dataclasses import dataclass, field

from matinee.lab.news_articles import END, Article, Shelf
from matinee.lab.news_faults import Fault, Faults, Piece, damaged

LONGEST_LINE = 4096
RECORD = 128 * 1024  # bytes given to TLS at once
AT_ONCE = 4 * 2**20  # bytes after which other callers have their turn


class Hungup(Exception):
    """The caller is gone, or is to be."""


@dataclass(slots=True)
class Manners:
    """How the server behaves to all its callers; `latency` in seconds a command.

    `refused` commands are unknown to it (BODY, STAT …); a caller with more than `most_outstanding` requests is cut off.
    """

    shelf: Shelf
    faults: Faults
    latency: float = 0.0
    users: dict[str, str] = field(default_factory=dict)
    most_connections: int = 0
    most_outstanding: int = 0
    refused: frozenset[str] = frozenset()
    greeting: str = "200 lab ready"
    outstanding: Counter[int] = field(default_factory=Counter)  # requests under way when one more came
    commands: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)  # by message-id
    sent: int = 0  # bytes
    counts_articles: bool = True


class Line:
    """A connection, never waited for. Methods raise Hungup when it is over."""

    def __init__(self, caller: socket.socket, manners: Manners) -> None:
        self.socket = caller
        self.manners = manners
        self.wants_write = False
        self._is_tls = isinstance(caller, ssl.SSLSocket)
        self._is_shaken = not self._is_tls
        self._heard = b""
        self._later: deque[tuple[float, list[Piece]]] = deque()
        self._now: deque[Piece] = deque()
        self._user = ""
        self._is_known = not manners.users
        self._is_leaving = False
        self._is_dumb = False

    def greet(self, line: str) -> None:
        """The first words; 4xx and 5xx are the last as well."""
        self._now.append(f"{line}\r\n".encode())
        self._is_leaving = line[0] in "45"

    def read(self) -> None:
        """Take what has come, and remember what is asked."""
        if not self._shake():
            return
        while True:
            try:
                got = self.socket.recv(65536)
            except (BlockingIOError, ssl.SSLWantReadError):
                return
            except ssl.SSLWantWriteError:
                self.wants_write = True
                return
            except OSError as error:
                raise Hungup from error
            if not got:
                raise Hungup
            self._hear(got)
            if not self._is_tls:
                return

    def _shake(self) -> bool:
        if self._is_shaken or not isinstance(self.socket, ssl.SSLSocket):
            return True
        try:
            self.socket.do_handshake()
        except ssl.SSLWantReadError:
            return False
        except ssl.SSLWantWriteError:
            self.wants_write = True
            return False
        except OSError as error:
            raise Hungup from error
        self._is_shaken = True
        return True

    def _hear(self, got: bytes) -> None:
        *lines, self._heard = (self._heard + got).split(b"\n")
        if len(self._heard) > LONGEST_LINE:
            raise Hungup
        for line in lines:
            if self._is_leaving or self._is_dumb:
                return
            answer = self._answer(line.decode(errors="replace").strip())
            self._later.append((time.monotonic() + self.manners.latency, answer))
            self._count()

    def _count(self) -> None:
        under_way = len(self._later) + (1 if self._now else 0)
        self.manners.outstanding[under_way] += 1
        if 0 < self.manners.most_outstanding < under_way:
            raise Hungup

    def _answer(self, line: str) -> list[Piece]:
        word, _, rest = line.partition(" ")
        word = word.upper()
        self.manners.commands[word] += 1
        if word in self.manners.refused:
            return [b"500 What?\r\n"]
        if word == "AUTHINFO":
            return [self._login(rest)]
        if word in _SMALL_TALK:
            self._is_leaving = word == "QUIT"
            return [_SMALL_TALK[word]]
        if not self._is_known:
            return [b"480 Authentication required\r\n"]
        is_article = word in {"BODY", "ARTICLE", "HEAD", "STAT"}
        return self._article(word, rest.strip().strip("<>")) if is_article else [b"500 What?\r\n"]

    def _login(self, rest: str) -> bytes:
        what, _, value = rest.partition(" ")
        if what.upper() == "USER":
            self._user = value
            return b"381 Password please\r\n"
        if self.manners.users and self.manners.users.get(self._user) != value:
            return b"481 Wrong user or password\r\n"
        self._is_known = True
        return b"281 Welcome\r\n"

    def _article(self, word: str, message_id: str) -> list[Piece]:
        article = self.manners.shelf.articles.get(message_id)
        fault = self.manners.faults.of(message_id)
        if self.manners.counts_articles and word in {"BODY", "ARTICLE"}:
            self.manners.asked[message_id] += 1
        if article is None or fault is Fault.MISSING:
            return [b"430 No such article\r\n"]
        if word == "STAT":
            return [f"223 0 <{message_id}>\r\n".encode()]
        if word == "HEAD":
            return [f"221 0 <{message_id}>\r\n".encode() + article.head + END]
        whole: list[Piece] = [(article.start, article.end)]
        pieces = self._with(fault, article) if fault else whole
        return pieces if word == "BODY" else _with_head(pieces, article)

    def _with(self, fault: Fault, article: Article) -> list[Piece]:
        """The answer that this fault makes; what it does to the connection is done here."""
        self._is_dumb = fault in {Fault.HANG, Fault.SLOW}
        self._is_leaving = fault in {Fault.DROP, Fault.BUSY, Fault.FORBIDDEN}
        if fault is Fault.LOGIN:
            self._is_known = not self.manners.users
        return damaged(self.manners.shelf, article, fault)

    def write(self, now: float) -> float | None:
        """Send what is due; when the next answer is, or None when nothing waits for its time."""
        self.wants_write = False
        if not self._shake():
            return None
        room = AT_ONCE
        while room > 0:
            if not self._now and not self._take(now):
                break
            try:
                room -= self._send()
            except (BlockingIOError, ssl.SSLWantWriteError):
                self.wants_write = True
                return None
            except ssl.SSLWantReadError:
                return None
            except OSError as error:
                raise Hungup from error
        self.wants_write = bool(self._now)
        if self._is_leaving and not self._now and not self._later:
            raise Hungup
        return self._later[0][0] if self._later and not self._now else None

    def _take(self, now: float) -> bool:
        """Move the next answer that is due to the front."""
        while self._later and self._later[0][0] <= now and not self._now:
            self._now.extend(self._later.popleft()[1])
        return bool(self._now)

    def _send(self) -> int:
        piece = self._now[0]
        if isinstance(piece, bytes):
            sent = self.socket.send(piece)
            rest: Piece = piece[sent:]
            is_done = sent == len(piece)
        else:
            start, end = piece
            sent = self._send_range(start, end)
            rest, is_done = (start + sent, end), start + sent >= end
        self.manners.sent += sent
        if is_done:
            self._now.popleft()
        else:
            self._now[0] = rest
        return sent

    def _send_range(self, start: int, end: int) -> int:
        if self._is_tls:
            return self.socket.send(self.manners.shelf.view(start, min(end, start + RECORD)))
        return os.sendfile(self.socket.fileno(), self.manners.shelf.descriptor, start, end - start)


_SMALL_TALK: dict[str, bytes] = {
    "MODE": b"200 Posting allowed\r\n",
    "CAPABILITIES": b"101 Capabilities\r\nVERSION 2\r\nREADER\r\nAUTHINFO USER\r\n.\r\n",
    "DATE": b"111 20261124120000\r\n",
    "GROUP": b"211 1 1 1 alt.binaries.lab\r\n",
    "QUIT": b"205 Bye\r\n",
    "HELP": b"100 Help\r\n.\r\n",
}


def _with_head(pieces: list[Piece], article: Article) -> list[Piece]:
    """The same answer, as ARTICLE gives it."""
    first = pieces[0] if pieces else b""
    if not isinstance(first, tuple) or first[0] != article.start:
        return pieces
    opening = f"220 0 <{article.message_id}>\r\n".encode() + article.head + b"\r\n"
    return [opening, (article.body, first[1]), *pieces[1:]]
