"""The fewest recovery blocks that make good what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass

MOST_WEIGHED = 64  # volumes; every choice among more would take too long


@dataclass(frozen=True, slots=True)
class Volume:
    """A par2 volume that was not downloaded: its `blocks` by its name, its size in bytes."""

    id: str
    name: str
    blocks: int
    size: int


def fewest(volumes: Sequence[Volume], need: int) -> tuple[Volume, ...]:
    """The volumes that hold at least `need` blocks and the fewest bytes; all of them when they are not enough."""
    usable = [one for one in volumes if one.blocks > 0]
    total = sum(one.blocks for one in usable)
    if need <= 0:
        return ()
    if total <= need:
        return tuple(usable)
    if len(usable) > MOST_WEIGHED:
        return _smallest_first(usable, need)
    # What may be left out: the most bytes of volumes whose blocks are not needed.
    spare = total - need
    best: dict[int, tuple[int, frozenset[int]]] = {0: (0, frozenset())}
    for at, one in enumerate(usable):
        for blocks, (size, out) in list(best.items()):
            more = blocks + one.blocks
            if more <= spare and size + one.size > best.get(more, (-1, out))[0]:
                best[more] = (size + one.size, out | {at})
    left_out = max(best.values(), key=lambda option: option[0])[1]
    return tuple(one for at, one in enumerate(usable) if at not in left_out)


def _smallest_first(volumes: Sequence[Volume], need: int) -> tuple[Volume, ...]:
    taken: list[Volume] = []
    for one in sorted(volumes, key=lambda volume: volume.size):
        if need <= 0:
            break
        taken.append(one)
        need -= one.blocks
    return tuple(taken)
