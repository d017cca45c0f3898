"""Where in its file a part belongs: the parts themselves tell, and one that contradicts the others is not believed."""

from bisect import bisect_left
from dataclasses import dataclass, field
from typing import NamedTuple

LARGEST_FILE = 500 * 2**30
LARGEST_PART = 10 * 2**20
VOTES_TO_OVERTURN = 3


class Part(NamedTuple):
    """What one article's header says: its number in the file (from 1), where it begins and ends, the file's size."""

    number: int
    begin: int
    end: int
    file_size: int


class Shape(NamedTuple):
    """A file's size, and the size of its parts; a `stride` of 0 where they differ among themselves."""

    size: int
    stride: int


@dataclass(slots=True)
class FileShape:
    """The shape a file was found to have. The first part that makes sense decides, three others may overturn it."""

    parts: int
    shape: Shape | None = None
    _votes: dict[Shape, int] = field(default_factory=dict)
    _overturned: bool = False
    _loose: dict[int, tuple[int, int]] = field(default_factory=dict)

    def takes(self, part: Part) -> bool:
        """Whether the part fits; the first one that makes sense is taken and decides."""
        if not _makes_sense(part):
            return False
        if self.shape is None:
            self.shape = self._shape_by(part)
        self._vote(part)
        if part.file_size != self.shape.size:
            return False
        return self.place_of(part.number) == (part.begin, part.end) if self.shape.stride else self._fits_between(part)

    def place_of(self, number: int) -> tuple[int, int] | None:
        """Where a part with this number begins and ends, as far as that is known."""
        if self.shape is None:
            return None
        if not self.shape.stride:
            return self._loose.get(number)
        begin = (number - 1) * self.shape.stride
        end = min(begin + self.shape.stride, self.shape.size)
        return (begin, end) if begin < end else None

    def note(self, number: int, begin: int, end: int) -> None:
        """Remember where a part of a file without a common size of parts was written."""
        if self.shape and not self.shape.stride:
            self._loose[number] = (begin, end)

    def overturn(self) -> bool:
        """Whether so many contradict that the first one must have lied: then everything begins anew, once."""
        if self.shape is None or self._overturned:
            return False
        best = max(self._votes, key=lambda shape: self._votes[shape])
        if self._votes[best] < max(VOTES_TO_OVERTURN, self._votes.get(self.shape, 0) + 1):
            return False
        self.shape, self._overturned = best, True
        self._loose.clear()
        return True

    def _shape_by(self, part: Part) -> Shape:
        return Shape(part.file_size, _stride(part, self.parts))

    def _vote(self, part: Part) -> None:
        shape = self._shape_by(part)
        if shape in self._votes or len(self._votes) < 64:
            self._votes[shape] = self._votes.get(shape, 0) + 1

    def _fits_between(self, part: Part) -> bool:
        """In a file of unequal parts: behind those with lower numbers and before those with higher ones."""
        numbers = sorted(self._loose)
        at = bisect_left(numbers, part.number)
        before = self._loose[numbers[at - 1]][1] if at else 0
        others = numbers[at + 1 :] if at < len(numbers) and numbers[at] == part.number else numbers[at:]
        after = self._loose[others[0]][0] if others else part.file_size
        return before <= part.begin and part.end <= after


def _makes_sense(part: Part) -> bool:
    return 0 <= part.begin < part.end <= part.file_size <= LARGEST_FILE and part.end - part.begin <= LARGEST_PART


def _stride(part: Part, parts: int) -> int:
    """The common size of parts this one speaks for; 0 when it cannot be one of equal parts."""
    size = part.end - part.begin
    if part.number == 1:
        return size if part.begin == 0 and (part.end == part.file_size or parts > 1) else 0
    if part.end == part.file_size and part.begin % (part.number - 1) == 0:
        whole = part.begin // (part.number - 1)
        return whole if size <= whole else 0
    return size if part.begin == (part.number - 1) * size else 0
