"""Find a place on paper for every frame, box and line, so that the map reads in one direction."""

from dataclasses import dataclass

from matinee.topology.drawing import Drawing
from matinee.topology.picture import lettering
from matinee.topology.picture.across import place_across
from matinee.topology.picture.order import order
from matinee.topology.picture.sheet import PADDING, TITLE_ROOM, Item, Sheet, Strand

LABEL_SIZE, LABEL_LINE, LONGEST_LABEL = 11.0, 14.0, 12
_SHORTEST_GAP, _ARROW_ROOM = 58.0, 46.0
_PORT_GAP, _CORNER = 20.0, 20.0

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Rect:
    """A place on paper."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Plan:
    """Where everything stands; lines are points to be joined by curves that run along."""

    width: float
    height: float
    sideways: bool
    boxes: dict[str, Rect]
    frames: dict[str, Rect]
    lines: dict[str, tuple[Point, ...]]


def plan(drawing: Drawing) -> Plan:
    """A place for everything in the drawing; the same drawing always gets the same places."""
    sheet = Sheet(drawing)
    order(sheet)
    place_across(sheet)
    return _Paper(sheet).plan()


class _Paper:
    """The sheet with the sizes of its columns, from which places in x and y follow."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.sideways = sheet.sideways
        self.lead, self.trail = (PADDING, PADDING) if self.sideways else (TITLE_ROOM, PADDING)
        columns = sheet.columns()
        self.sizes = [max((item.along for item in column), default=0.0) for column in columns]
        if self.sideways:
            self._make_room_for_titles()
        self.starts = self._starts([self._gap(column) for column in columns])
        spans = [sheet.span(block) for row in sheet.rows for block in row]
        self.low = min((low for low, _ in spans), default=0.0)
        self.high = max((high for _, high in spans), default=0.0)

    def plan(self) -> Plan:
        """All places in x and y, from the upper left corner."""
        boxes = {id: self._box(item) for id, item in self.sheet.boxes.items()}
        frames = {block: self._frame(block) for block in self.sheet.titles}
        lines = {strand.link.id: self._points(strand) for strand in self.sheet.strands}
        rects = [*boxes.values(), *frames.values()]
        width = max((rect.x + rect.width for rect in rects), default=0.0)
        height = max((rect.y + rect.height for rect in rects), default=0.0)
        across = self.high - self.low
        width, height = (width, max(height, across)) if self.sideways else (max(width, across), height)
        return Plan(width, height, self.sideways, boxes, frames, lines)

    def _make_room_for_titles(self) -> None:
        """Widen the only column of a frame whose title is wider than its boxes."""
        for block in self.sheet.titles:
            if self.sheet.deep[block] == 1:
                column = self._last_column(block)
                self.sizes[column] = max(self.sizes[column], self.sheet.title_width(block))

    def _last_column(self, block: str) -> int:
        """The last column of a block's own."""
        return self.sheet.first[self.sheet.rank[block]] + self.sheet.deep[block] - 1

    def _starts(self, gaps: list[float]) -> list[float]:
        """Where the columns begin; between two ranks the frames' edges need room besides the gap."""
        starts, at = [], 0.0
        for column, (size, gap) in enumerate(zip(self.sizes, gaps, strict=True)):
            at += self.lead if column in self.sheet.first else 0.0
            starts.append(at)
            at += size + gap + (self.trail if column + 1 in self.sheet.first else 0.0)
        return starts

    def _gap(self, column: list[Item]) -> float:
        """The room behind a column, for the labels of the lines that begin there."""
        ids = {item.id for item in column}
        labels = [
            lettering.wrapped(strand.link.label, LONGEST_LABEL)
            for strand in self.sheet.strands
            if strand.link.label and strand.items[0].id in ids
        ]
        if self.sideways:
            sizes = [max(lettering.width(line, LABEL_SIZE) for line in lines) for lines in labels]
        else:
            sizes = [len(lines) * LABEL_LINE for lines in labels]
        return max(_SHORTEST_GAP, max(sizes, default=0.0) + _ARROW_ROOM)

    def _rect(self, along: float, across: float, length: float, breadth: float) -> Rect:
        """A rectangle on paper."""
        across -= self.low
        return Rect(along, across, length, breadth) if self.sideways else Rect(across, along, breadth, length)

    def _box(self, item: Item) -> Rect:
        """A box stands in the middle of its column."""
        along = self.starts[item.column] + (self.sizes[item.column] - item.along) / 2
        return self._rect(along, item.at - item.across / 2, item.along, item.across)

    def _frame(self, block: str) -> Rect:
        """A frame holds its own columns."""
        low, high = self.sheet.span(block)
        start, end = self._ends(block)
        return self._rect(start, low, end - start, high - low)

    def _ends(self, block: str) -> tuple[float, float]:
        """Where a frame begins and ends along."""
        last = self._last_column(block)
        start = self.starts[self.sheet.first[self.sheet.rank[block]]] - self.lead
        return start, self.starts[last] + self.sizes[last] + self.trail

    def _points(self, strand: Strand) -> tuple[Point, ...]:
        """The points of a line: where it leaves, both ends of every lane, and where it arrives."""
        first, *lanes, last = strand.items
        points = [self._port(first, strand.items[1], leaving=True)]
        for lane in lanes:
            start = self.starts[lane.column]
            points += [(start, lane.at), (start + self.sizes[lane.column], lane.at)]
        points.append(self._port(last, strand.items[-2], leaving=False))
        if strand.turned:
            points.reverse()
        moved = [(along, across - self.low) for along, across in points]
        return tuple(moved if self.sideways else [(across, along) for along, across in moved])

    def _port(self, item: Item, other: Item, *, leaving: bool) -> Point:
        """Where a line touches its box or frame: lines of one side keep apart, in the order of where they go."""
        if not item.is_box:
            return self._ends(item.block)[leaving], item.at
        others = sorted(item.after if leaving else item.before, key=lambda near: near.at)
        room = min(_PORT_GAP, (item.across - _CORNER) / max(1, len(others) - 1))
        place = others.index(other) - (len(others) - 1) / 2
        middle = self.starts[item.column] + self.sizes[item.column] / 2
        return middle + (item.along if leaving else -item.along) / 2, item.at + place * room
