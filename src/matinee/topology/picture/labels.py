"""Put every label onto its line, where it covers neither a box nor another label."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from matinee.topology.drawing import Drawing
from matinee.topology.picture import lettering
from matinee.topology.picture.layout import LABEL_LINE, LABEL_SIZE, LONGEST_LABEL, Plan, Point, Rect

_STEPS = (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.2, 0.8, 0.14, 0.86)
_SIGN = 14.0


@dataclass(frozen=True, slots=True)
class Label:
    """The lines of a label and the place they take."""

    lines: tuple[str, ...]
    rect: Rect


def place_labels(drawing: Drawing, places: Plan, *, signs: bool) -> dict[str, Label]:
    """A label for every line that has one; with signs, every line has at least its sign."""
    found: dict[str, Label] = {}
    taken: list[Rect] = []
    lines = {link.id: list(_spots(places.lines[link.id], sideways=places.sideways)) for link in drawing.links}
    for link in drawing.links:
        words = lettering.wrapped(link.label, LONGEST_LABEL) if link.label else ()
        if words or signs:
            others = [point for id, spots in lines.items() if id != link.id for _, point in spots]
            size = _size(words, signs=signs)
            rect = _best(size, lines[link.id], [*places.boxes.values()], taken, others)
            taken.append(rect)
            found[link.id] = Label(words, rect)
    return found


def _size(words: tuple[str, ...], *, signs: bool) -> tuple[float, float]:
    """The room a label takes."""
    width = max((lettering.width(line, LABEL_SIZE) for line in words), default=0.0)
    return width + 10 + (_SIGN if signs else 0), max(1, len(words)) * LABEL_LINE + 4


def _spots(points: tuple[Point, ...], *, sideways: bool) -> Iterator[tuple[float, Point]]:
    """Places along a line, each with how unlike the middle of a gap it is; the first gap comes first."""
    curves = [pair for pair in pairwise(points) if pair[0] != pair[1]]
    for number, (a, b) in enumerate(curves):
        through_a_column = 0 < number < len(curves) - 1 and (a[1] == b[1] if sideways else a[0] == b[0])
        for place, t in enumerate(_STEPS):
            s = _eased(t)
            x, y = (t, s) if sideways else (s, t)
            yield place + number * 3 + through_a_column * 12, (a[0] + (b[0] - a[0]) * x, a[1] + (b[1] - a[1]) * y)


def _eased(t: float) -> float:
    """How far across the curve is when it is that far along: a cubic with its handles at the middle."""
    low, high = 0.0, 1.0
    for _ in range(20):
        u = (low + high) / 2
        along = 1.5 * u * (1 - u) ** 2 + 1.5 * u**2 * (1 - u) + u**3
        low, high = (u, high) if along < t else (low, u)
    return 3 * u**2 * (1 - u) + u**3


def _best(
    size: tuple[float, float],
    spots: list[tuple[float, Point]],
    boxes: list[Rect],
    labels: list[Rect],
    others: list[Point],
) -> Rect:
    """The spot that covers least."""
    width, height = size

    def cost(spot: tuple[float, Point]) -> float:
        rect = Rect(spot[1][0] - width / 2, spot[1][1] - height / 2, width, height)
        covered = sum(_overlap(rect, box) for box in boxes) * 4 + sum(_overlap(rect, label) for label in labels) * 2
        return covered + sum(_holds(rect, point) for point in others) * 6 + spot[0] * 3

    x, y = min(spots, key=cost)[1]
    return Rect(x - width / 2, y - height / 2, width, height)


def _overlap(a: Rect, b: Rect) -> float:
    """The area that two rectangles share."""
    width = min(a.x + a.width, b.x + b.width) - max(a.x, b.x)
    height = min(a.y + a.height, b.y + b.height) - max(a.y, b.y)
    return width * height if width > 0 and height > 0 else 0.0


def _holds(rect: Rect, point: Point) -> bool:
    """Whether a point lies in a rectangle."""
    return rect.x <= point[0] <= rect.x + rect.width and rect.y <= point[1] <= rect.y + rect.height
