"""A map on squared paper: frames and lone boxes are blocks in ranks, and their boxes stand in columns.

The paper has two axes: *along*, the way the graph is read, and *across*. A line that passes a column without
ending there gets a lane in it, so that it runs through no box.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from matinee.topology.drawing import Drawing
from matinee.topology.model import Direction, Link, Service
from matinee.topology.picture import lettering
from matinee.topology.picture.ranks import ranks

TITLE_SIZE, SUBTITLE_SIZE, FRAME_TITLE_SIZE = 13.0, 11.0, 12.5
LONGEST_TITLE, LONGEST_SUBTITLE = 30, 34
PADDING, TITLE_ROOM = 18.0, 38.0
_BOLD, _TITLE_MARGIN = 1.08, 12.0
_LANE = 16.0


@dataclass(slots=True, eq=False)
class Item:
    """A box, a lane, or the place at a frame's edge where a line ends; `at` is its centre across."""

    id: str
    block: str
    column: int
    along: float
    across: float
    at: float = 0.0
    before: list["Item"] = field(default_factory=list)
    after: list["Item"] = field(default_factory=list)

    @property
    def is_box(self) -> bool:
        """Lanes and edges take no room along."""
        return self.along > 0


@dataclass(frozen=True, slots=True)
class Strand:
    """A line as it is laid out: always towards later columns, `turned` when its arrow points back."""

    link: Link
    items: tuple[Item, ...]
    turned: bool


class Sheet:
    """The state of one layout; `rows` holds the blocks of every rank in order, `cells` their items by column."""

    def __init__(self, drawing: Drawing) -> None:
        self.drawing = drawing
        self.sideways = drawing.direction is Direction.LR
        self.titles = {group.id: group.title for group, _ in drawing.groups}
        self._home = {service.id: group.id for group, members in drawing.groups for service in members}
        blocks = [*(service.id for service in drawing.outside), *self.titles]
        self.rank = _from_zero(ranks(blocks, [(self._block(a.source), self._block(a.target)) for a in drawing.links]))
        self._inner = self._inner_columns()
        self.deep = dict.fromkeys(blocks, 1) | {
            group.id: max((self._inner[service.id] + 1 for service in members), default=1)
            for group, members in drawing.groups
        }
        self.rows = [[block for block in blocks if self.rank[block] == rank] for rank in range(self._ranks)]
        self.first = self._first_columns()
        self.boxes = {service.id: self._box(service) for service in drawing.services}
        self.cells: dict[tuple[str, int], list[Item]] = defaultdict(list)
        for item in self.boxes.values():
            self.cells[item.block, item.column].append(item)
        self.strands = [self._strand(link) for link in drawing.links]

    def columns_of(self, rank: int) -> range:
        """The columns of one rank."""
        return range(self.first[rank], self.first[rank + 1])

    def columns(self) -> list[list[Item]]:
        """All items, column by column, in order."""
        return [
            [item for block in row for item in self.cells.get((block, column), ())]
            for rank, row in enumerate(self.rows)
            for column in self.columns_of(rank)
        ]

    def items_of(self, block: str) -> list[Item]:
        """All items of a block."""
        columns = self.columns_of(self.rank[block])
        return [item for column in columns for item in self.cells.get((block, column), ())]

    def is_lane(self, block: str) -> bool:
        """Whether a block is only a line that passes."""
        return block not in self.deep

    def span(self, block: str) -> tuple[float, float]:
        """From where to where a block reaches across, its frame included."""
        items = self.items_of(block)
        low = min(item.at - item.across / 2 for item in items)
        high = max(item.at + item.across / 2 for item in items)
        if block not in self.titles:
            return low, high
        if self.sideways:
            return low - TITLE_ROOM, high + PADDING
        lacking = max(0.0, self.title_width(block) - (high - low)) / 2
        return low - PADDING - lacking, high + PADDING + lacking

    def title_width(self, block: str) -> float:
        """Room for a frame's title."""
        return lettering.width(self.titles[block], FRAME_TITLE_SIZE) * _BOLD + _TITLE_MARGIN

    @cached_property
    def _ranks(self) -> int:
        """How many ranks there are."""
        return max(self.rank.values(), default=-1) + 1

    def _block(self, end: str) -> str:
        """The block that holds a link's end."""
        return self._home.get(end, end)

    def _inner_columns(self) -> dict[str, int]:
        """The column of every box within its frame; whole frames and lone boxes count as the first."""
        found = dict.fromkeys(self.rank, 0)
        for _, members in self.drawing.groups:
            ids = [service.id for service in members]
            arrows = [(link.source, link.target) for link in self.drawing.links]
            inside = [(source, target) for source, target in arrows if source in ids and target in ids]
            found |= _from_zero(ranks(ids, inside))
        return found

    def _first_columns(self) -> list[int]:
        """The first column of every rank, and of the one behind the last."""
        first = [0]
        for row in self.rows:
            first.append(first[-1] + max((self.deep[block] for block in row), default=0))
        return first

    def _box(self, service: Service) -> Item:
        """The item of a box."""
        block = self._block(service.id)
        width, height = box_size(service)
        along, across = (width, height) if self.sideways else (height, width)
        return Item(service.id, block, self.first[self.rank[block]] + self._inner[service.id], along, across)

    def _strand(self, link: Link) -> Strand:
        """The items of a line: both ends, and a lane in each column between them."""
        turned = self._place(link.source) > self._place(link.target)
        near, far = (link.target, link.source) if turned else (link.source, link.target)
        start, end = self._end(link, near, last=True), self._end(link, far, last=False)
        items = (start, *self._lanes(link, start, end), end)
        for before, after in pairwise(items):
            before.after.append(after)
            after.before.append(before)
        return Strand(link, items, turned)

    def _place(self, end: str) -> tuple[int, int]:
        """Where an end stands along."""
        return self.rank[self._block(end)], self._inner[end]

    def _end(self, link: Link, end: str, *, last: bool) -> Item:
        """The box at a line's end, or a place at the frame's edge when the line ends at the whole frame."""
        if end in self.boxes:
            return self.boxes[end]
        column = self.first[self.rank[end]] + (self.deep[end] - 1 if last else 0)
        return self._put(Item(f"{link.id} at {end}", end, column, 0.0, 0.0))

    def _lanes(self, link: Link, start: Item, end: Item) -> Iterator[Item]:
        """A lane in every column that the line passes, in the blocks of its ends or in one of its own."""
        homes = {self.rank[item.block]: item.block for item in (start, end)}
        for column in range(start.column + 1, end.column):
            rank = max(rank for rank in range(self._ranks) if self.first[rank] <= column)
            block = homes.get(rank, f"{link.id} in {rank}")
            if block not in self.rank:
                self.rank[block] = rank
                self.rows[rank].append(block)
            yield self._put(Item(f"{link.id} in column {column}", block, column, 0.0, _LANE))

    def _put(self, item: Item) -> Item:
        """Add an item to its cell."""
        self.cells[item.block, item.column].append(item)
        return item


def box_size(service: Service) -> tuple[float, float]:
    """Width and height of a box: room for its one or two lines."""
    title = lettering.width(lettering.cut(service.title, LONGEST_TITLE), TITLE_SIZE) * _BOLD
    subtitle = lettering.width(lettering.cut(service.subtitle or "", LONGEST_SUBTITLE), SUBTITLE_SIZE)
    return max(96.0, max(title, subtitle) + 32), 52.0 if service.subtitle else 42.0


def _from_zero(places: dict[str, int]) -> dict[str, int]:
    """The same ranks, the first of them 0."""
    lowest = min(places.values(), default=0)
    return {id: place - lowest for id, place in places.items()}
