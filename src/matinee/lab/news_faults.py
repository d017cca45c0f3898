"""What is wrong with an article tonight: missing, damaged, cut short, or the line goes dead in the middle of it."""

import threading
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from matinee.lab.news_articles import END, Article, Shelf

MILLION = 1_000_000

Piece = bytes | tuple[int, int]  # to be sent: bytes, or a range of the shelf


class Fault(StrEnum):
    """How an article misbehaves. The last six trouble the connection, so by default each happens once an article."""

    MISSING = "missing"
    CORRUPT = "corrupt"
    TRUNCATED = "truncated"
    MISLABELLED = "mislabelled"  # its =ypart names a place far outside the file
    EMPTY = "empty"
    HANG = "hang"
    DROP = "drop"  # in the middle of the article
    BUSY = "400"
    LOGIN = "480"
    FORBIDDEN = "502"
    SLOW = "slow"  # half of it, then nothing more


ONCE = {Fault.HANG, Fault.DROP, Fault.BUSY, Fault.LOGIN, Fault.FORBIDDEN, Fault.SLOW}


@dataclass(slots=True)
class Faults:
    """Which articles misbehave: some by their message-id, others at a rate in ppm, always the same ones for a `seed`.

    `happened` counts how often each did.
    """

    rates: dict[Fault, int] = field(default_factory=dict)
    seed: int = 0
    happened: dict[Fault, int] = field(default_factory=dict)
    _chosen: dict[str, tuple[Fault, int]] = field(default_factory=dict)
    _spent: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def choose(self, message_id: str, fault: Fault | None, times: int = 0) -> None:
        """From now on this article misbehaves so often (0: for ever, or once for those of ONCE); None heals it."""
        with self._lock:
            self._chosen.pop(message_id, None)
            if fault is not None:
                self._chosen[message_id] = (fault, times or (1 if fault in ONCE else -1))

    def of(self, message_id: str) -> Fault | None:
        """What happens to this article now, if it is asked for."""
        if not self._chosen and not self.rates:
            return None
        with self._lock:
            fault = self._by_choice(message_id) or self._by_chance(message_id)
            if fault is not None:
                self.happened[fault] = self.happened.get(fault, 0) + 1
            return fault

    def _by_choice(self, message_id: str) -> Fault | None:
        fault, times = self._chosen.get(message_id, (None, 0))
        if fault is None or times == 0:
            return None
        self._chosen[message_id] = (fault, times - 1 if times > 0 else times)
        return fault

    def _by_chance(self, message_id: str) -> Fault | None:
        fault = chance(message_id, self.rates, self.seed)
        if fault not in ONCE:
            return fault
        if message_id in self._spent:
            return None
        self._spent.add(message_id)
        return fault


def chance(message_id: str, rates: Mapping[Fault, int], seed: int) -> Fault | None:
    """The fault that the rates (in ppm) give this article."""
    drawn = zlib.crc32(f"{seed} {message_id}".encode()) % MILLION
    for fault, rate in rates.items():
        if drawn < rate:
            return fault
        drawn -= rate
    return None


def damaged(shelf: Shelf, article: Article, fault: Fault) -> list[Piece]:
    """What is sent of an article that has this fault."""
    match fault:
        case Fault.CORRUPT:
            return corrupt(shelf, article)
        case Fault.TRUNCATED:
            return [(article.start, halfway(shelf, article)), b"\r\n" + END]
        case Fault.MISLABELLED:
            return mislabelled(shelf, article)
        case Fault.EMPTY:
            return [(article.start, article.body), END]
        case Fault.SLOW | Fault.DROP:
            return [(article.start, halfway(shelf, article))]
    return [] if fault is Fault.HANG else [f"{fault.value} Not now\r\n".encode()]


def corrupt(shelf: Shelf, article: Article) -> list[Piece]:
    """The article with one byte changed, in a place where that changes nothing but the data."""
    text = shelf.view(article.body, article.end)
    at = article.yenc + max(0, len(text) - article.yenc - 64) // 2
    while not (_is_plain(text[at]) and _is_plain(text[at] ^ 1) and text[at - 1] not in b"=\r\n"):
        at += 1
    changed = bytes([text[at] ^ 1])
    return [(article.start, article.body + at), changed, (article.body + at + 1, article.end)]


def _is_plain(byte: int) -> bool:
    return byte not in b"\x00\r\n=."


def halfway(shelf: Shelf, article: Article) -> int:
    """A place in the middle where no line is begun and no byte is half."""
    at = (article.body + article.yenc + article.end) // 2
    text = shelf.view(at, article.end)
    step = next((step for step in range(len(text) - 2) if bytes(text[step : step + 2]) == b"\r\n"), 0)
    return at + step


def mislabelled(shelf: Shelf, article: Article) -> list[Piece]:
    """The article with an offset that would make a file of 400 GB."""
    text = bytes(shelf.view(article.body, article.body + article.yenc))
    first = text.partition(b"\r\n")[0]
    return [
        (article.start, article.body),
        first + b"\r\n=ypart begin=400000000001 end=400000716800\r\n",
        (article.body + article.yenc, article.end),
    ]
