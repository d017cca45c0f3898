"""A job while it is fetched: what servers may be asked for, what they answered, and how much is still to come."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from sabctools import NNTPResponse

from matinee.engines.usenet.journal import Journal, Kind, Note, boot, read_journal
from matinee.engines.usenet.ledger import DONE, FLIES, LOST, WAITS, Ledger
from matinee.engines.usenet.names import better_name, safe_name
from matinee.engines.usenet.plan import Plan
from matinee.engines.usenet.post.checking import Arrived
from matinee.engines.usenet.servers import Roster, ServerLive
from matinee.engines.usenet.shape import FileShape, Part
from matinee.engines.usenet.target import Target, folded, sync_file, write_all
from matinee.engines.usenet.verdict import Answer, Judged, judge
from matinee.engines.usenet.waiting import Waiting

MOST_STRIKES = 3  # connections lost over one article before its server counts as not having it


class DiskFailed(Exception):
    """The disk does not take what was fetched; nothing is lost, the article waits again."""


class Progress(NamedTuple):
    """Bytes, decoded: of all wanted files, of what came, and of what no server has."""

    size: int
    done: int
    lost: int

    @property
    def left(self) -> int:
        """What must still come."""
        return max(0, self.size - self.done - self.lost)


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
        self.files = [Target(file, FileShape(file.parts)) for file in plan.files]
        self.is_closed = False
        self._roster, self._tell = roster, tell
        self._lock = threading.RLock()
        self._lock_changed = threading.Condition(self._lock)
        self._writing = 0
        self._ledger = Ledger(plan)
        self._strikes: dict[tuple[int, int], int] = {}
        self._damaged: set[int] = set()  # whose damaged bytes are in their place
        self._waiting = Waiting()
        self._size = self._done = self._lost = self._outstanding = 0
        folder.mkdir(parents=True, exist_ok=True)
        wanted = self._ledger.restore(read_journal(journal), self.files, folder, trusts=is_fetched)
        self._names = {file.name.lower() for file in self.files if file.name}
        self._journal = Journal(journal)
        self._journal.write(Note(Kind.BOOT, value=boot()))
        for index in wanted:
            self._queue(index)

    # what is wanted

    def want(self, indexes: Iterable[int]) -> None:
        """Fetch these files too; Unreachable disks raise OSError."""
        with self._lock:
            fresh = [index for index in indexes if not self.files[index].is_wanted]
            if fresh:
                self._journal.write(*(Note(Kind.WANTED, index) for index in fresh))
            for index in fresh:
                self._queue(index)
        self.settle()

    def retry(self) -> None:
        """Ask all servers again for what none of them had; what is done stays done. Before anybody is asked."""
        with self._lock:
            self._journal.write(Note(Kind.RETRIED))
            self._ledger.tried.clear()
            self._waiting.clear()
            self._size = self._done = self._lost = self._outstanding = 0
            for index, file in enumerate(self.files):
                if file.is_wanted:
                    file.left = file.lost = file.gone = 0
                    self._queue(index)
        self.settle()

    def _queue(self, index: int) -> None:
        """Let the articles of a file wait, in runs, but for those that are done."""
        file, ledger = self.files[index], self._ledger
        file.is_wanted = True
        old = self._roster.too_old(file.plan.date, time.time())
        run: list[int] = []
        for article in ledger.articles(index):
            self._size += ledger.size(article)
            if ledger.states[article] == DONE:
                self._done += ledger.size(article)
                continue
            ledger.states[article] = WAITS
            file.left += 1
            tried = ledger.tried.get(article, 0)
            if tried:
                self._waiting.put(old | tried, range(article, article + 1))
            elif run and run[1] == article:
                run[1] = article + 1
            else:
                self._put_run(old, run)
                run = [article, article + 1]
        self._put_run(old, run)
        self._outstanding += file.left
        self._finish_if_settled(index)

    def _put_run(self, excluded: int, run: list[int]) -> None:
        if run:
            self._waiting.put(excluded, range(*run))

    # what servers are asked

    def take(self, server: ServerLive, most: int) -> list[int]:
        """Up to so many articles to ask this server for."""
        with self._lock:
            taken = [] if self.is_closed else self._waiting.take(server.bit, most, self._roster.allowed)
            for article in taken:
                self._ledger.states[article] = FLIES
            return taken

    def count(self, server: ServerLive) -> int:
        """How many articles this server could be asked for."""
        return self._waiting.count(server.bit, self._roster.allowed)

    def give_back(self, articles: Iterable[int]) -> None:
        """They were not answered: let them wait again, before the others."""
        with self._lock:
            for article in articles:
                if self._ledger.states[article] == FLIES and not self.is_closed:
                    self._wait_again(article)

    def strike(self, article: int, server: ServerLive) -> None:
        """The connection was lost over this article: it waits again; after a few times another server is asked."""
        with self._lock:
            key = (article, server.bit)
            self._strikes[key] = self._strikes.get(key, 0) + 1
            if self._ledger.states[article] != FLIES or self.is_closed:
                return
            if self._strikes[key] < MOST_STRIKES:
                self._wait_again(article, first=False)
            else:
                self._fail(article, server, Kind.CORRUPT)
        self.settle()

    def is_struck(self, article: int, server: ServerLive) -> bool:
        """Whether a connection was lost over this article before."""
        return (article, server.bit) in self._strikes

    def _wait_again(self, article: int, *, first: bool = True) -> None:
        self._ledger.states[article] = WAITS
        self._waiting.put(self._excluded(article), range(article, article + 1), first=first)

    def _excluded(self, article: int) -> int:
        file = self.plan.files[self._ledger.file_of(article)]
        return self._roster.too_old(file.date, time.time()) | self._ledger.tried.get(article, 0)

    # what servers answer

    def receive(self, article: int, response: NNTPResponse, server: ServerLive) -> Answer:
        """Judge an answer and write the part where it belongs; DiskFailed when that is not possible."""
        index = self._ledger.file_of(article)
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
            if part is None or content is None or self._ledger.states[article] != FLIES:
                return True
            if not self._fits(index, part, response.file_name or ""):
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
                self._note_done(article, index, part, judged.crc)
            else:
                self.give_back([article])
        return True

    def _fits(self, index: int, part: Part, told: str) -> bool:
        """Whether the part agrees with those before it; the first one makes the file."""
        file = self.files[index]
        if not file.shape.takes(part):
            return False
        if not file.name:
            name = safe_name(better_name(file.plan.name, told), index + 1, self._names)
            self._journal.write(*self._shape_notes(index), Note(Kind.NAME, index, name=name))
            file.name = name
            self._names.add(name.lower())
        file.open(self.folder)
        file.shape.note(part.number, part.begin, part.end)
        return True

    def _shape_notes(self, index: int) -> list[Note]:
        shape = self.files[index].shape.shape
        return [Note(Kind.SIZE, index, shape.size), Note(Kind.STRIDE, index, shape.stride)] if shape else []

    def _note_done(self, article: int, index: int, part: Part, crc: int) -> None:
        file = self.files[index]
        done = Note(Kind.DONE, article, crc | (part.end - part.begin) << 32)
        is_uniform = file.shape.shape is None or file.shape.shape.stride
        self._journal.write(*(() if is_uniform else (Note(Kind.PLACE, article, part.begin),)), done)
        file.is_dirty = True
        self._ledger.states[article], self._ledger.crcs[article] = DONE, crc
        self._ledger.tried.pop(article, None)
        self._done += self._ledger.size(article)
        self._leave(index)

    def _put_aside(self, article: int, index: int, judged: Judged, response: NNTPResponse, server: ServerLive) -> None:
        """Not what was wanted: the next server is asked. Damaged bytes may help par2 until then."""
        file, content = self.files[index], response.data
        with self._lock:
            if self._ledger.states[article] != FLIES:
                return
            if judged.answer is Answer.DAMAGED and judged.part and content is not None:
                self._keep_damaged(article, file, judged.part, content)
            if judged.answer is Answer.WHOLE and file.shape.overturn():
                self._begin_anew(index)
                self._wait_again(article)
            else:
                self._fail(article, server, Kind.MISSING if judged.answer is Answer.MISSING else Kind.CORRUPT)

    def _keep_damaged(self, article: int, file: Target, part: Part, content: bytearray) -> None:
        """Into their own empty place and nowhere else."""
        shape = file.shape.shape
        is_own_place = file.shape.place_of(part.number) == (part.begin, part.end)
        if is_own_place and file.name and shape and shape.stride and len(content) == part.end - part.begin:
            file.open(self.folder)
            write_all(file.handle, content, part.begin)
            self._damaged.add(article)

    def _fail(self, article: int, server: ServerLive, kind: Kind) -> None:
        with contextlib.suppress(OSError):  # on a full disk this is asked once more after a restart
            self._journal.write(Note(kind, article, slot=server.slot))
        self._ledger.tried[article] = self._ledger.tried.get(article, 0) | server.bit
        self._wait_again(article)

    def _begin_anew(self, index: int) -> None:
        """The first part of this file lied: nothing that was written of it counts."""
        file, ledger = self.files[index], self._ledger
        self._journal.write(Note(Kind.ANEW, index), *self._shape_notes(index))
        file.begin_anew(self.folder)
        for article in ledger.articles(index):
            ledger.tried.pop(article, None)
            if ledger.states[article] == DONE:
                self._done -= ledger.size(article)
            elif ledger.states[article] == LOST:
                self._lost -= ledger.size(article)
                file.lost -= 1
                file.gone = 0
            else:
                continue
            file.left += 1
            self._outstanding += 1
            self._wait_again(article)

    # how it stands

    def settle(self) -> None:
        """Give up what no server is left for; tell when that was so, or when nothing is outstanding."""
        with self._lock:
            if self.is_closed or self._roster.is_empty:
                return
            before = self._lost
            for article in self._waiting.hopeless(self._roster.allowed):
                if self._roster.allowed(self._excluded(article)):
                    self._wait_again(article)
                else:
                    self._lose(article)
            is_news = self._lost != before or self._outstanding == 0
        if is_news:
            self._tell(self.id, None)

    def _lose(self, article: int) -> None:
        index = self._ledger.file_of(article)
        self._ledger.states[article] = LOST
        self._lost += self._ledger.size(article)
        self.files[index].lost += 1
        self.files[index].gone += 0 if article in self._damaged else self._ledger.size(article)
        self._leave(index)

    def _leave(self, index: int) -> None:
        """One article less is outstanding."""
        self.files[index].left -= 1
        self._outstanding -= 1
        self._finish_if_settled(index)

    def _finish_if_settled(self, index: int) -> None:
        file = self.files[index]
        if file.left or not file.is_wanted:
            return
        if file.lost == 0 and file.plan.count == file.plan.parts:
            file.crc = self._crc_of(file)
        file.close()
        self._tell(self.id, index)
        if self._outstanding == 0:
            self._tell(self.id, None)

    def _crc_of(self, file: Target) -> int | None:
        """The whole file's CRC; None when its parts do not cover it."""
        parts, end = [], 0
        for at in range(file.plan.parts):
            place = file.shape.place_of(at + 1)
            if place is None or place[0] != end:
                return None
            end = place[1]
            parts.append((self._ledger.crcs[file.plan.first + at], place[1] - place[0]))
        return folded(parts) if end == file.size else None

    def progress(self) -> Progress:
        """Of the wanted files."""
        return Progress(self._size, self._done, self._lost)

    def arrived(self, index: int) -> Arrived | None:
        """What came of a file; None when that is nothing."""
        file = self.files[index]
        if not file.name:
            return None
        return Arrived(file.name, file.size, file.crc, () if file.crc is not None else tuple(self._gaps(index)))

    def _gaps(self, index: int) -> Iterator[tuple[int, int]]:
        """The ranges of a file that did not come, as far as its shape tells where they are."""
        file, ledger = self.files[index], self._ledger
        here = {self.plan.numbers[one] for one in ledger.articles(index) if ledger.states[one] == DONE}
        end = 0
        for number in sorted(here):
            place = file.shape.place_of(number)
            if place and place[0] > end:
                yield end, place[0]
            end = max(end, place[1]) if place else end
        if end < file.size:
            yield end, file.size

    def left_of(self, index: int) -> int:
        """Bytes still to come of a file."""
        file = self.files[index]
        return file.plan.size * file.left // max(1, file.plan.count) if file.is_wanted else file.plan.size

    @property
    def is_settled(self) -> bool:
        """Whether nothing wanted is outstanding."""
        return self._outstanding == 0

    def sync(self) -> None:
        """Have on the disk what is noted: first the files, then the journal. May take a while."""
        with self._lock:
            dirty = [] if self.is_closed else [file for file in self.files if file.is_dirty]
            for file in dirty:
                file.is_dirty = False
            noted = self._journal.size if dirty else 0
        for file in dirty:
            sync_file(self.folder / file.name)
        with self._lock:
            if dirty and not self.is_closed:
                self._journal.write(Note(Kind.SYNCED, value=noted))
                self._journal.sync()

    def close(self) -> None:
        """Answers that still come are thrown away; the files are closed."""
        with self._lock:
            if not self.is_closed:
                self.is_closed = True
                self._lock_changed.wait_for(lambda: not self._writing)  # the number of a closed file is given anew
                self._waiting.clear()
                for file in self.files:
                    file.close()
                self._journal.close()
