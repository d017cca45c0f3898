"""The books of a job being fetched: which articles wait, which came, and which no server has.

Nothing here is locked: `Live` lets one thread in at a time.
"""

import contextlib
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from matinee.engines.usenet.journal import Journal, Kind, Note, boot, read_journal
from matinee.engines.usenet.ledger import DONE, LOST, WAITS, Ledger
from matinee.engines.usenet.names import better_name, safe_name
from matinee.engines.usenet.plan import Plan
from matinee.engines.usenet.post.checking import Arrived
from matinee.engines.usenet.servers import Roster, ServerLive
from matinee.engines.usenet.shape import FileShape, Part
from matinee.engines.usenet.standing import crc_of, gaps
from matinee.engines.usenet.target import Target
from matinee.engines.usenet.waiting import Waiting


class Progress(NamedTuple):
    """Bytes, decoded: of all wanted files, of what came, and of what no server has."""

    size: int
    done: int
    lost: int

    @property
    def left(self) -> int:
        """What must still come."""
        return max(0, self.size - self.done - self.lost)


class Books:
    """`tell` hears the index of each file of which nothing is outstanding any more, and None when nothing is at all.

    Of a job that `is_fetched` files may be gone because they were unpacked.
    """

    def __init__(
        self,
        plan: Plan,
        *,
        folder: Path,
        journal: Path,
        roster: Roster,
        tell: Callable[[int | None], None],
        is_fetched: bool = False,
    ) -> None:
        self.plan, self.folder = plan, folder
        self.files = [Target(file, FileShape(file.parts)) for file in plan.files]
        self.ledger = Ledger(plan)
        self.waiting = Waiting()
        self.damaged: set[int] = set()  # articles whose damaged bytes are in their place
        self.outstanding = self.lost = 0
        self._roster, self._tell = roster, tell
        self._size = self._done = 0
        folder.mkdir(parents=True, exist_ok=True)
        wanted = self.ledger.restore(read_journal(journal), self.files, folder, trusts=is_fetched)
        self._names = {file.name.lower() for file in self.files if file.name}
        self.journal = Journal(journal)
        self.journal.write(Note(Kind.BOOT, value=boot()))
        for index in wanted:
            self._queue(index)

    # what is wanted

    def want(self, indexes: Iterable[int]) -> None:
        """Fetch these files too."""
        fresh = [index for index in indexes if not self.files[index].is_wanted]
        if fresh:
            self.journal.write(*(Note(Kind.WANTED, index) for index in fresh))
        for index in fresh:
            self._queue(index)

    def _queue(self, index: int) -> None:
        """Let the articles of a file wait, in runs, but for those that are done."""
        file, ledger = self.files[index], self.ledger
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
                self.waiting.put(old | tried, range(article, article + 1))
            elif run and run[1] == article:
                run[1] = article + 1
            else:
                self._put_run(old, run)
                run = [article, article + 1]
        self._put_run(old, run)
        self.outstanding += file.left
        self._finish_if_settled(index)

    def _put_run(self, excluded: int, run: list[int]) -> None:
        if run:
            self.waiting.put(excluded, range(*run))

    def wait_again(self, article: int, *, first: bool = True) -> None:
        """Let it wait, before the others unless it is in trouble."""
        self.ledger.states[article] = WAITS
        self.waiting.put(self._excluded(article), range(article, article + 1), first=first)

    def _excluded(self, article: int) -> int:
        file = self.plan.files[self.ledger.file_of(article)]
        return self._roster.too_old(file.date, time.time()) | self.ledger.tried.get(article, 0)

    # what came

    def fits(self, index: int, part: Part, told: str) -> bool:
        """Whether the part agrees with those before it; the first one makes the file and gives it its name."""
        file = self.files[index]
        if not file.shape.takes(part):
            return False
        if not file.name:
            name = safe_name(better_name(file.plan.name, told), index + 1, self._names)
            self.journal.write(*self._shape_notes(index), Note(Kind.NAME, index, name=name))
            file.name = name
            self._names.add(name.lower())
        file.open(self.folder)
        file.shape.note(part.number, part.begin, part.end)
        return True

    def _shape_notes(self, index: int) -> list[Note]:
        shape = self.files[index].shape.shape
        return [Note(Kind.SIZE, index, shape.size), Note(Kind.STRIDE, index, shape.stride)] if shape else []

    def note_done(self, article: int, index: int, part: Part, crc: int) -> None:
        """The part was written."""
        file = self.files[index]
        done = Note(Kind.DONE, article, crc | (part.end - part.begin) << 32)
        is_uniform = file.shape.shape is None or file.shape.shape.stride
        self.journal.write(*(() if is_uniform else (Note(Kind.PLACE, article, part.begin),)), done)
        file.is_dirty = True
        self.ledger.states[article], self.ledger.crcs[article] = DONE, crc
        self.ledger.tried.pop(article, None)
        self._done += self.ledger.size(article)
        self._leave(index)

    def begin_anew(self, index: int) -> None:
        """The first part of this file lied: nothing that was written of it counts."""
        file, ledger = self.files[index], self.ledger
        self.journal.write(Note(Kind.ANEW, index), *self._shape_notes(index))
        file.begin_anew(self.folder)
        for article in ledger.articles(index):
            ledger.tried.pop(article, None)
            if ledger.states[article] == DONE:
                self._done -= ledger.size(article)
            elif ledger.states[article] == LOST:
                self.lost -= ledger.size(article)
                file.lost -= 1
                file.gone = 0
            else:
                continue
            file.left += 1
            self.outstanding += 1
            self.wait_again(article)

    # what did not come

    def fail(self, article: int, server: ServerLive, kind: Kind) -> None:
        """This server does not have it: it waits for another one."""
        with contextlib.suppress(OSError):  # on a full disk this is asked once more after a restart
            self.journal.write(Note(kind, article, slot=server.slot))
        self.ledger.tried[article] = self.ledger.tried.get(article, 0) | server.bit
        self.wait_again(article)

    def give_up(self) -> bool:
        """Give up what no server is left for; whether there was any."""
        before = self.lost
        for article in self.waiting.hopeless(self._roster.allowed):
            if self._roster.allowed(self._excluded(article)):
                self.wait_again(article)
            else:
                self._lose(article)
        return self.lost != before

    def _lose(self, article: int) -> None:
        index = self.ledger.file_of(article)
        self.ledger.states[article] = LOST
        self.lost += self.ledger.size(article)
        self.files[index].lost += 1
        self.files[index].gone += 0 if article in self.damaged else self.ledger.size(article)
        self._leave(index)

    def _leave(self, index: int) -> None:
        """One article less is outstanding."""
        self.files[index].left -= 1
        self.outstanding -= 1
        self._finish_if_settled(index)

    def _finish_if_settled(self, index: int) -> None:
        file = self.files[index]
        if file.left or not file.is_wanted:
            return
        if file.lost == 0 and file.plan.count == file.plan.parts:
            file.crc = crc_of(file, self.ledger)
        file.close()
        self._tell(index)
        if self.outstanding == 0:
            self._tell(None)

    # how it stands

    def progress(self) -> Progress:
        """Of the wanted files."""
        return Progress(self._size, self._done, self.lost)

    def arrived(self, index: int) -> Arrived | None:
        """What came of a file; None when that is nothing."""
        file = self.files[index]
        if not file.name:
            return None
        bad = () if file.crc is not None else tuple(gaps(file, self.plan, self.ledger, index))
        return Arrived(file.name, file.size, file.crc, bad)
