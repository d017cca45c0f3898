"""How a file of a job stands, by what is known of its articles: its checksum, and the gaps in it."""

from collections.abc import Iterator

from matinee.engines.usenet.ledger import DONE, Ledger
from matinee.engines.usenet.plan import Plan
from matinee.engines.usenet.target import Target, folded


def crc_of(file: Target, ledger: Ledger) -> int | None:
    """The whole file's CRC; None when its parts do not cover it."""
    parts, end = [], 0
    for at in range(file.plan.parts):
        place = file.shape.place_of(at + 1)
        if place is None or place[0] != end:
            return None
        end = place[1]
        parts.append((ledger.crcs[file.plan.first + at], place[1] - place[0]))
    return folded(parts) if end == file.size else None


def gaps(file: Target, plan: Plan, ledger: Ledger, index: int) -> Iterator[tuple[int, int]]:
    """The ranges of a file that did not come, as far as its shape tells where they are."""
    here = {plan.numbers[one] for one in ledger.articles(index) if ledger.states[one] == DONE}
    end = 0
    for number in sorted(here):
        place = file.shape.place_of(number)
        if place and place[0] > end:
            yield end, place[0]
        end = max(end, place[1]) if place else end
    if end < file.size:
        yield end, file.size
