"""Pull everything towards its neighbours, so that lines run straight, and let nothing overlap."""

from collections.abc import Sequence
from itertools import pairwise

from matinee.topology.picture.sheet import Item, Sheet

_BOX_GAP, _LANE_GAP, _BLOCK_GAP = 24.0, 12.0, 30.0
_ROUNDS = 24
_OUTSIDE, _COHESION = 0.25, 0.6
_STIFF = 6.0  # two lanes of one line hold on to each other more than a box holds its lines


def place_across(sheet: Sheet) -> None:
    """Give every item its centre across."""
    for column in sheet.columns():
        _stack(column, [0.0] * len(column))
    _part_blocks(sheet)
    for _ in range(_ROUNDS):
        for (block, _), items in sheet.cells.items():
            middle = _middle(sheet, block)
            _stack(items, [_pulled(item, middle) for item in items])
        for row in sheet.rows:
            for block in row:
                if sheet.is_lane(block):
                    _straighten(sheet.items_of(block))
        _part_blocks(sheet)
    _part_blocks(sheet, only_lone=True)


def _middle(sheet: Sheet, block: str) -> float | None:
    """The middle of a frame's boxes; None for blocks without a frame."""
    places = [item.at for item in sheet.items_of(block) if item.is_box]
    return (min(places) + max(places)) / 2 if block in sheet.titles and places else None


def _stack(items: list[Item], wanted: list[float]) -> None:
    """Place the items of one cell, in their order."""
    gaps = [_BOX_GAP if a.is_box and b.is_box else _LANE_GAP for a, b in pairwise(items)]
    for item, at in zip(items, spread(wanted, [item.across for item in items], gaps), strict=True):
        item.at = at


def _pulled(item: Item, middle: float | None) -> float:
    """Where an item's neighbours would have it; in a frame, those outside count little, so that it stays small."""
    near = [*item.before, *item.after]
    if middle is None:
        return _mean([(other.at, _strength(item, other)) for other in near] or [(item.at, 1.0)])
    inside = [(other.at, _strength(item, other)) for other in near if other.block == item.block]
    outside = [(other.at, _OUTSIDE) for other in near if other.block != item.block]
    return _mean([*inside, *outside, (middle, _COHESION)])


def _mean(pulls: list[tuple[float, float]]) -> float:
    """The place where these pulls are in balance."""
    return sum(at * strength for at, strength in pulls) / sum(strength for _, strength in pulls)


def _strength(item: Item, other: Item) -> float:
    """How strongly two neighbours pull at each other."""
    return 1.0 if item.is_box or other.is_box else _STIFF


def _straighten(items: list[Item]) -> None:
    """A line that passes a whole rank does so straight."""
    middle = sum(item.at for item in items) / len(items)
    for item in items:
        item.at = middle


def _part_blocks(sheet: Sheet, *, only_lone: bool = False) -> None:
    """Move whole blocks towards their neighbours and off each other; at last only those that have no frame."""
    for row in sheet.rows:
        spans = [sheet.span(block) for block in row]
        drifts = [0.0 if only_lone and block in sheet.titles else _drift(sheet, block) for block in row]
        wanted = [(low + high) / 2 + drift for (low, high), drift in zip(spans, drifts, strict=True)]
        gaps = [_LANE_GAP if sheet.is_lane(a) or sheet.is_lane(b) else _BLOCK_GAP for a, b in pairwise(row)]
        centres = spread(wanted, [high - low for low, high in spans], gaps)
        for block, (low, high), centre in zip(row, spans, centres, strict=True):
            for item in sheet.items_of(block):
                item.at += centre - (low + high) / 2


def _drift(sheet: Sheet, block: str) -> float:
    """How far a block's neighbours would move it."""
    pulls = [
        (other.at - item.at, _strength(item, other))
        for item in sheet.items_of(block)
        for other in (*item.before, *item.after)
        if other.block != block
    ]
    return _mean(pulls or [(0.0, 1.0)])


def spread(wanted: Sequence[float], sizes: Sequence[float], gaps: Sequence[float]) -> list[float]:
    """Centres in the given order, as near as can be to the wanted ones, that leave the gaps between the sizes.

    Least squares by pooling neighbours that would overlap (isotonic regression).
    """
    if not wanted:
        return []
    offsets = [0.0]
    for place, gap in enumerate(gaps):
        offsets.append(offsets[-1] + (sizes[place] + sizes[place + 1]) / 2 + gap)
    pools: list[tuple[float, int]] = []
    for centre, offset in zip(wanted, offsets, strict=True):
        mean, count = centre - offset, 1
        while pools and pools[-1][0] > mean:
            other, others = pools.pop()
            mean, count = (mean * count + other * others) / (count + others), count + others
        pools.append((mean, count))
    means = [mean for mean, count in pools for _ in range(count)]
    return [mean + offset for mean, offset in zip(means, offsets, strict=True)]
