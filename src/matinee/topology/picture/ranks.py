"""Who stands before whom: columns for things that point at each other."""

from collections.abc import Hashable, Iterable, Sequence
from typing import TypeVar

Thing = TypeVar("Thing", bound=Hashable)


def ranks(things: Sequence[Thing], arrows: Iterable[tuple[Thing, Thing]]) -> dict[Thing, int]:
    """A column for each thing, so that arrows point to later columns; those that close a circle point back."""
    onward = _without_circles(things, arrows)
    before: dict[Thing, set[Thing]] = {thing: set() for thing in things}
    for source, targets in onward.items():
        for target in targets:
            before[target].add(source)
    found: dict[Thing, int] = {}
    for thing in _sorted(things, before):
        found[thing] = max((found[source] + 1 for source in before[thing]), default=0)
    for thing in things:  # what nothing points at moves up to what it points at
        if not before[thing] and onward[thing]:
            found[thing] = min(found[target] for target in onward[thing]) - 1
    return found


def _without_circles(things: Sequence[Thing], arrows: Iterable[tuple[Thing, Thing]]) -> dict[Thing, set[Thing]]:
    """The arrows by source; those that lead back to where a walk came from are turned around."""
    targets: dict[Thing, list[Thing]] = {thing: [] for thing in things}
    for source, target in arrows:
        if source != target:
            targets[source].append(target)
    onward: dict[Thing, set[Thing]] = {thing: set() for thing in things}
    done: set[Thing] = set()
    for first in things:
        if first not in done:
            _walk(first, targets, onward, done)
    return onward


def _walk(first: Thing, targets: dict[Thing, list[Thing]], onward: dict[Thing, set[Thing]], done: set[Thing]) -> None:
    """Follow all arrows from here, deep first."""
    path = [first]
    waiting = {first: iter(targets[first])}
    while path:
        thing = path[-1]
        target = next(waiting[thing], None)
        if target is None:
            done.add(path.pop())
            del waiting[thing]
        elif target in waiting:
            onward[target].add(thing)
        else:
            onward[thing].add(target)
            if target not in done:
                path.append(target)
                waiting[target] = iter(targets[target])


def _sorted(things: Sequence[Thing], before: dict[Thing, set[Thing]]) -> list[Thing]:
    """Everything after all that stands before it."""
    left = list(things)
    placed: dict[Thing, None] = {}
    while left:
        ready = [thing for thing in left if before[thing] <= placed.keys()]
        placed |= dict.fromkeys(ready)
        left = [thing for thing in left if thing not in placed]
    return list(placed)
