"""A shelf of usenet articles, written down once as they will go over the wire."""

import mmap
import os
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

import sabctools

MEMORY = Path("/dev/shm")  # noqa: S108 - the file is made there with a name that nobody guesses
END = b".\r\n"


@dataclass(frozen=True, slots=True)
class Article:
    """Where a response lies on the shelf: from `start` its status line, from `body` its yEnc, up to `end`.

    `head` are the header lines for those who ask for them; `yenc` is the length of the =ybegin and =ypart lines.
    """

    message_id: str
    start: int
    body: int
    end: int
    head: bytes
    yenc: int


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a file to be posted: `number` of `total` from 1, `begin` its offset, `size` the whole file's."""

    name: str
    number: int
    total: int
    begin: int
    size: int
    data: bytes


class Shelf:
    """All articles of the server, in one file that exists only while the server does."""

    def __init__(self, folder: Path | None = None) -> None:
        place = folder or (MEMORY if MEMORY.is_dir() else None)
        self._file = tempfile.TemporaryFile(dir=place, prefix="matinee-news-")  # noqa: SIM115 - open as long as the shelf
        self._end = 0
        self._map: mmap.mmap | None = None
        self._writing = threading.Lock()
        self.articles: dict[str, Article] = {}

    @property
    def descriptor(self) -> int:
        """The open file, for sendfile."""
        return self._file.fileno()

    def add(self, message_id: str, part: Part, subject: str) -> int:
        """Put a part there as an article; the size of its body in bytes, as an NZB tells it."""
        lines, body = _encoded(part)
        return self._put(message_id, subject, lines, body)

    def add_raw(self, message_id: str, body: bytes, subject: str = "raw") -> int:
        """Put a body there as it is, without its closing dot: whatever a hostile or careless poster wrote."""
        return self._put(message_id, subject, b"", body)

    def _put(self, message_id: str, subject: str, lines: bytes, body: bytes) -> int:
        status = f"222 0 <{message_id}>\r\n".encode()
        with self._writing:
            start = self._end
            end = self._end = start + os.pwritev(self.descriptor, [status, lines, body, END], start)
        head = _head(message_id, subject)
        self.articles[message_id] = Article(message_id, start, start + len(status), end, head, len(lines))
        return len(lines) + len(body)

    def view(self, start: int, end: int) -> memoryview:
        """Bytes of the shelf, not copied."""
        if self._map is None or len(self._map) < end:
            self._map = mmap.mmap(self.descriptor, self._end, prot=mmap.PROT_READ)
        return memoryview(self._map)[start:end]

    def close(self) -> None:
        """The articles are gone."""
        self._file.close()


def _head(message_id: str, subject: str) -> bytes:
    return (
        f"From: poster <poster@lab.test>\r\nNewsgroups: alt.binaries.lab\r\nSubject: {subject}\r\n"
        f"Message-ID: <{message_id}>\r\nDate: Tue, 24 Nov 2026 12:00:00 +0000\r\n"
    ).encode(errors="replace")


def _encoded(part: Part) -> tuple[bytes, bytes]:
    """The lines before the data, and the data with the line behind it."""
    text, crc = sabctools.yenc_encode(part.data)
    size = len(part.data)
    begin = f"=ybegin part={part.number} total={part.total} line=128 size={part.size} name={part.name}\r\n"
    where = f"=ypart begin={part.begin + 1} end={part.begin + size}\r\n"
    end = f"\r\n=yend size={size} part={part.number} pcrc32={crc:08x}\r\n"
    return (begin + where).encode(), text + end.encode()
