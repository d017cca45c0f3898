"""Sort frames and boxes so that few lines cross: each goes to the middle of its neighbours, to and fro."""

from itertools import combinations

from matinee.topology.picture.sheet import Item, Sheet

_SWEEPS = 16

Order = tuple[list[list[str]], dict[tuple[str, int], list[Item]]]


def order(sheet: Sheet) -> None:
    """Try a number of sweeps and keep the order with the fewest crossings."""
    best, fewest = _order_now(sheet), crossings(sheet)
    for sweep in range(_SWEEPS):
        _sweep(sheet, forth=sweep % 2 == 0)
        now = crossings(sheet)
        if now < fewest:
            best, fewest = _order_now(sheet), now
    sheet.rows, cells = best
    sheet.cells.update(cells)


def crossings(sheet: Sheet) -> int:
    """How often lines cross between neighbouring columns."""
    places = _places(sheet)
    count = 0
    for column in sheet.columns():
        steps = [(places[item.id], places[other.id]) for item in column for other in item.after]
        count += sum((a - c) * (b - d) < 0 for (a, b), (c, d) in combinations(steps, 2))
    return count


def _order_now(sheet: Sheet) -> Order:
    """The present order, to come back to."""
    return [list(row) for row in sheet.rows], {key: list(items) for key, items in sheet.cells.items()}


def _places(sheet: Sheet) -> dict[str, float]:
    """How far across every item stands, from 0 to 1."""
    return {item.id: (place + 0.5) / len(column) for column in sheet.columns() for place, item in enumerate(column)}


def _sweep(sheet: Sheet, *, forth: bool) -> None:
    """Sort every row and column by the one before it, or on the way back by the one behind it."""
    ranks = range(len(sheet.rows))
    for rank in ranks if forth else reversed(ranks):
        _sort_row(sheet, sheet.rows[rank], forth=forth)
        columns = sheet.columns_of(rank)
        for column in columns if forth else reversed(columns):
            places = _places(sheet)
            for block in sheet.rows[rank]:
                _sort_cell(sheet.cells[block, column], places, forth=forth)


def _sort_cell(items: list[Item], places: dict[str, float], *, forth: bool) -> None:
    """Sort the items of one block in one column."""
    items.sort(key=lambda item: _middle(item, places, forth=forth))


def _sort_row(sheet: Sheet, row: list[str], *, forth: bool) -> None:
    """Sort the blocks of one rank."""
    places = _places(sheet)
    wanted = {block: _middle_of_block(sheet.items_of(block), places, forth=forth) for block in row}
    row.sort(key=lambda block: wanted[block])


def _middle_of_block(items: list[Item], places: dict[str, float], *, forth: bool) -> float:
    """The middle of a block's neighbours on one side, its own middle when it has none there."""
    near = [other for item in items for other in (item.before if forth else item.after) if other.block != item.block]
    return _mean([places[item.id] for item in near or items])


def _middle(item: Item, places: dict[str, float], *, forth: bool) -> float:
    """The middle of an item's neighbours on one side, its own place when it has none there."""
    near = item.before if forth else item.after
    return _mean([places[other.id] for other in near or [item]])


def _mean(places: list[float]) -> float:
    """The middle."""
    return sum(places) / len(places)
