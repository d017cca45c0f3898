"""A job while it is fetched: what servers are asked for of it, and what becomes of their answers."""

import threading
from collections.abc import Callable, Iterable
from pathlib import Path

from sabctools import NNTPResponse

from matinee.engines.usenet.books import Books, Progress
from matinee.engines.usenet.journal import Kind, Note
from matinee.engines.usenet.ledger import FLIES
from matinee.engines.usenet.plan import Plan
from matinee.engines.usenet.post.checking import Arrived
from matinee.engines.usenet.servers import Roster, ServerLive
from matinee.engines.usenet.shape import Part
from matinee.engines.usenet.target import Target, sync_file, write_all
from matinee.engines.usenet.verdict import Answer, Judged, judge

MOST_STRIKES = 3  # connections lost over one article before its server counts as not having it


class DiskFailed(Exception):
    """The disk does not take what was fetched; nothing is lost, the article waits again."""


class Live:
    """One job being fetched; threads call `take`, `give_back`, `receive` and `strike`.

    `tell` is called, in any thread, with the index of each file of which nothing is outstanding any more, and with
    None whenever articles were lost or nothing at all is outstanding. Of a job that `is_fetched` files may be gone
    because they were unpacked.
    """

    def __init__(
        self,
        id: str,
        plan: Plan,
        *,
        folder: Path,
        journal: Path,
        roster: Roster,
        tell: Callable[[str, int | None], None],
        is_fetched: bool = False,
    ) -> None:
        self.id, self.plan, self.folder = id, plan, folder
        self.is_closed = False
        self._roster, self._tell = roster, tell
        self._lock = threading.RLock()
        self._lock_changed = threading.Condition(self._lock)
        self._writing = 0
        self._strikes: dict[tuple[int, int], int] = {}
        self._books = Books(
            plan,
            folder=folder,
            journal=journal,
            roster=roster,
            tell=lambda index: tell(id, index),
            is_fetched=is_fetched,
        )
        self.files = self._books.files

    def want(self, indexes: Iterable[int]) -> None:
        """Fetch these files too; Unreachable disks raise OSError."""
        with self._lock:
            self._books.want(indexes)
        self.settle()

    # what servers are asked

    def verb(self, server: ServerLive) -> bytes:
        """BODY, where the server knows it."""
        return b"ARTICLE" if server.asks_article else b"BODY"

    def falls_back(self, article: int, status: int, server: ServerLive) -> str:
        """Who does not know BODY is asked for ARTICLE."""
        if status != 500 or server.asks_article:
            return ""
        server.asks_article = True
        return "it does not know BODY and is asked for ARTICLE"

    def take(self, server: ServerLive, most: int) -> list[int]:
        """Up to so many articles to ask this server for."""
        with self._lock:
            taken = [] if self.is_closed else self._books.waiting.take(server.bit, most, self._roster.allowed)
            for article in taken:
                self._books.ledger.states[article] = FLIES
            return taken

    def count(self, server: ServerLive) -> int:
        """How many articles this server could be asked for."""
        return self._books.waiting.count(server.bit, self._roster.allowed)

    def give_back(self, articles: Iterable[int]) -> None:
        """They were not answered: let them wait again, before the others."""
        with self._lock:
            for article in articles:
                if self._flies(article) and not self.is_closed:
                    self._books.wait_again(article)

    def strike(self, article: int, server: ServerLive) -> None:
        """The connection was lost over this article: it waits again; after a few times another server is asked."""
        with self._lock:
            key = (article, server.bit)
            self._strikes[key] = self._strikes.get(key, 0) + 1
            if not self._flies(article) or self.is_closed:
                return
            if self._strikes[key] < MOST_STRIKES:
                self._books.wait_again(article, first=False)
            else:
                self._books.fail(article, server, Kind.CORRUPT)
        self.settle()

    def is_struck(self, article: int, server: ServerLive) -> bool:
        """Whether a connection was lost over this article before."""
        return (article, server.bit) in self._strikes

    def _flies(self, article: int) -> bool:
        return self._books.ledger.states[article] == FLIES

    # what servers answer

    def receive(self, article: int, response: NNTPResponse, server: ServerLive) -> Answer:
        """Judge an answer and write the part where it belongs; DiskFailed when that is not possible."""
        index = self._books.ledger.file_of(article)
        file = self.files[index]
        judged = judge(response, self.plan.numbers[article], file.plan.parts == 1)
        if judged.answer is Answer.TROUBLE or self.is_closed:
            return judged.answer
        try:
            if judged.answer is Answer.WHOLE and self._write(article, index, judged, response):
                return Answer.WHOLE
            self._put_aside(article, index, judged, response, server)
        except OSError as error:
            self.give_back([article])
            raise DiskFailed(f"{error.strerror or error} ({self.folder / file.name})") from error
        self.settle()
        return Answer.MISSING if judged.answer is Answer.MISSING else Answer.DAMAGED

    def _write(self, article: int, index: int, judged: Judged, response: NNTPResponse) -> bool:
        """Write a part that fits; False when it contradicts the others. The lock is not held meanwhile."""
        file, part, content = self.files[index], judged.part, response.data
        with self._lock:
            if part is None or content is None or not self._flies(article):
                return True
            if not self._books.fits(index, part, response.file_name or ""):
                return False
            handle = file.handle
            self._writing += 1
        try:
            write_all(handle, content, part.begin)
        finally:
            with self._lock:
                self._writing -= 1
                self._lock_changed.notify_all()
        with self._lock:
            if not self.is_closed and handle == file.handle:
                self._books.note_done(article, index, part, judged.crc)
            else:
                self.give_back([article])
        return True

    def _put_aside(self, article: int, index: int, judged: Judged, response: NNTPResponse, server: ServerLive) -> None:
        """Not what was wanted: the next server is asked. Damaged bytes may help par2 until then."""
        file, content = self.files[index], response.data
        with self._lock:
            if not self._flies(article):
                return
            if judged.answer is Answer.DAMAGED and judged.part and content is not None:
                self._keep_damaged(article, file, judged.part, content)
            if judged.answer is Answer.WHOLE and file.shape.overturn():
                self._books.begin_anew(index)
                self._books.wait_again(article)
            else:
                self._books.fail(article, server, Kind.MISSING if judged.answer is Answer.MISSING else Kind.CORRUPT)

    def _keep_damaged(self, article: int, file: Target, part: Part, content: bytearray) -> None:
        """Into their own empty place and nowhere else."""
        shape = file.shape.shape
        is_own_place = file.shape.place_of(part.number) == (part.begin, part.end)
        if is_own_place and file.name and shape and shape.stride and len(content) == part.end - part.begin:
            file.open(self.folder)
            write_all(file.handle, content, part.begin)
            self._books.damaged.add(article)

    # how it stands

    def settle(self) -> None:
        """Give up what no server is left for; tell when that was so, or when nothing is outstanding."""
        with self._lock:
            if self.is_closed or self._roster.is_empty:
                return
            is_news = self._books.give_up() or self.is_settled
        if is_news:
            self._tell(self.id, None)

    @property
    def is_settled(self) -> bool:
        """Whether nothing wanted is outstanding."""
        return self._books.outstanding == 0

    def progress(self) -> Progress:
        """Of the wanted files."""
        return self._books.progress()

    def arrived(self, index: int) -> Arrived | None:
        """What came of a file; None when that is nothing."""
        return self._books.arrived(index)

    def left_of(self, index: int) -> int:
        """Bytes still to come of a file."""
        file = self.files[index]
        return file.plan.size * file.left // max(1, file.plan.count) if file.is_wanted else file.plan.size

    def sync(self) -> None:
        """Have on the disk what is noted: first the files, then the journal. May take a while."""
        with self._lock:
            dirty = [] if self.is_closed else [file for file in self.files if file.is_dirty]
            for file in dirty:
                file.is_dirty = False
            noted = self._books.journal.size if dirty else 0
        for file in dirty:
            sync_file(self.folder / file.name)
        with self._lock:
            if dirty and not self.is_closed:
                self._books.journal.write(Note(Kind.SYNCED, value=noted))
                self._books.journal.sync()

    def close(self) -> None:
        """Answers that still come are thrown away; the files are closed."""
        with self._lock:
            if not self.is_closed:
                self.is_closed = True
                self._lock_changed.wait_for(lambda: not self._writing)  # the number of a closed file is given anew
                self._books.waiting.clear()
                for file in self.files:
                    file.close()
                self._books.journal.close()
