"""What is known of each article of a job, in flat lists, and how it is read back from the journal."""

import os
import zlib
from array import array
from bisect import bisect_right
from collections.abc import Sequence
from pathlib import Path

from matinee.engines.usenet.journal import Kind, Note, boot
from matinee.engines.usenet.plan import YENC_OVERHEAD, Plan
from matinee.engines.usenet.shape import Shape
from matinee.engines.usenet.target import Target

REST, WAITS, FLIES, DONE, LOST = range(5)  # what an article is doing


class Ledger:
    """Per article: its state, its CRC once it is done, and (only for those in trouble) the servers that failed."""

    def __init__(self, plan: Plan) -> None:
        self.states = bytearray(len(plan.numbers))
        self.crcs = array("I", bytes(4 * len(plan.numbers)))
        self.tried: dict[int, int] = {}
        self._plan = plan
        self._firsts = [file.first for file in plan.files]
        self._begins: dict[int, int] = {}

    def file_of(self, article: int) -> int:
        """The index of the article's file."""
        return bisect_right(self._firsts, article) - 1

    def size(self, article: int) -> int:
        """Decoded bytes, estimated from the NZB: good enough for progress."""
        return int(self._plan.sizes[article] / YENC_OVERHEAD)

    def articles(self, index: int) -> range:
        """The articles of a file."""
        file = self._plan.files[index]
        return range(file.first, file.first + file.count)

    def restore(self, notes: Sequence[Note], files: Sequence[Target], folder: Path, *, trusts: bool) -> list[int]:
        """Take what the journal says, as far as the files bear it out; the indexes of the wanted files.

        With `trusts` files may be missing that were fetched.
        """
        wanted: dict[int, None] = {}
        for note in notes:
            if note.kind is Kind.WANTED and note.at < len(files):
                wanted[note.at] = None
            elif note.kind in {Kind.SIZE, Kind.STRIDE, Kind.NAME, Kind.ANEW}:
                self._apply_to_file(note, files)
            elif note.kind is Kind.RETRIED:
                self.tried.clear()
            elif note.kind < Kind.SIZE and note.at < len(self.states):
                self._apply_to_article(note, files)
        if not trusts:
            self._doubt(notes, files, folder)
        return list(wanted)

    def _apply_to_file(self, note: Note, files: Sequence[Target]) -> None:
        if note.at >= len(files):
            return
        file = files[note.at]
        if note.kind is Kind.SIZE:
            file.shape.shape = Shape(note.value, 0)
        elif note.kind is Kind.STRIDE and file.shape.shape:
            file.shape.shape = Shape(file.shape.shape.size, note.value)
        elif note.kind is Kind.NAME:
            file.name = note.name
        elif note.kind is Kind.ANEW:
            self._forget_file(note.at)

    def _apply_to_article(self, note: Note, files: Sequence[Target]) -> None:
        article = note.at
        if note.kind is Kind.PLACE:
            self._begins[article] = note.value
        elif note.kind is Kind.DONE:
            self.states[article], self.crcs[article] = DONE, note.value & 0xFFFFFFFF
            self.tried.pop(article, None)
            begin = self._begins.pop(article, None)
            if begin is not None:
                file = files[self.file_of(article)]
                file.shape.note(self._plan.numbers[article], begin, begin + (note.value >> 32))
        else:
            self.tried[article] = self.tried.get(article, 0) | 1 << note.slot

    def _forget_file(self, index: int) -> None:
        for article in self.articles(index):
            self.states[article] = REST
            self.tried.pop(article, None)

    def _doubt(self, notes: Sequence[Note], files: Sequence[Target], folder: Path) -> None:
        """Files that are gone are fetched again; after another boot, unsynced articles must prove themselves."""
        for index, file in enumerate(files):
            if file.name and not (folder / file.name).is_file() and not self._find_renamed(index, files, folder):
                self._forget_file(index)
        boots = [note.value for note in notes if note.kind is Kind.BOOT]
        if not boots or boots[-1] == boot():
            return
        synced = max((note.value for note in notes if note.kind is Kind.SYNCED), default=0)
        for note in notes:
            if note.kind is Kind.DONE and note.offset >= synced and note.at < len(self.states):
                self._prove(note.at, files, folder)

    def _find_renamed(self, index: int, files: Sequence[Target], folder: Path) -> bool:
        """A file that par2 gave its real name is found by its size and the CRC of one of its articles."""
        file, known = files[index], {one.name for one in files}
        done = next((one for one in self.articles(index) if self.states[one] == DONE), None)
        place = None if done is None else file.shape.place_of(self._plan.numbers[done])
        if done is None or place is None:
            return False
        for path in folder.iterdir():
            is_alike = path.name not in known and path.is_file() and path.stat().st_size == file.size
            if is_alike and _crc(path, *place) == self.crcs[done]:
                file.name = path.name
                return True
        return False

    def _prove(self, article: int, files: Sequence[Target], folder: Path) -> None:
        file = files[self.file_of(article)]
        place = file.shape.place_of(self._plan.numbers[article])
        if self.states[article] == DONE and not (place and _crc(folder / file.name, *place) == self.crcs[article]):
            self.states[article] = REST


def _crc(path: Path, begin: int, end: int) -> int | None:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        return zlib.crc32(os.pread(handle, end - begin, begin))
    except OSError:
        return None
    finally:
        os.close(handle)
