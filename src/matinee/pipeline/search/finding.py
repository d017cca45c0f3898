"""A want's search: each indexer is asked as well as it can be, and in words where numbers find nothing."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from matinee.kernel.errors import MatineeError, Unreachable
from matinee.kernel.redact import redact
from matinee.media.indexing import Abilities, Question
from matinee.media.release import Release
from matinee.pipeline.ports import Query
from matinee.pipeline.search.answers import Found
from matinee.pipeline.search.desk import Desk, Reply
from matinee.pipeline.search.dispatch import fitted
from matinee.pipeline.search.merge import Merged
from matinee.pipeline.search.questions import questions
from matinee.pipeline.search.streaming import count_unique

NOBODY = "There is no indexer to ask: add one under Indexers."


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for, and for whom; `by_hand` is a person's search."""

    query: Query
    source: str = ""
    aired: date | None = None
    absolute: int | None = None
    by_hand: bool = False

    def questions(self, abilities: Abilities, chosen: Sequence[int]) -> list[Question]:
        """The questions to one indexer, best first."""
        told = questions(self.query, abilities, chosen, aired=self.aired, absolute=self.absolute)
        return [replace(one, is_interactive=True) for one in told] if self.by_hand else told


@dataclass
class _Told:
    """What one indexer said to all questions that were put to it."""

    releases: list[Release] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)


async def find_with(desks: Sequence[Desk], sought: Sought, *, known: int = 0) -> Found:
    """All that these offer, each upload once. Unreachable when none of them answered; `known` is how many there are."""
    if not desks:
        raise Unreachable(_nobody(known))
    told = await asyncio.gather(*(_ask(desk, sought) for desk in desks))
    troubles = [trouble for one in told for trouble in one.troubles]
    if not any(one.replies for one in told):
        raise Unreachable(
            "; ".join(troubles) or f"None of {len(desks)} indexers can be asked for '{sought.query.text}'."
        )
    merged = Merged()
    for one in told:
        merged.take(one.releases)
    count_unique(merged, [reply for one in told for reply in one.replies], desks[0].room)
    return Found(merged.all(), troubles)


async def _ask(desk: Desk, sought: Sought) -> _Told:
    """Its questions one after the other, until one finds something; the first trouble ends it."""
    told = _Told()
    try:
        abilities = await desk.abilities()
        for question in sought.questions(abilities, desk.stored.chosen):
            fitting, _ = fitted(question, abilities)
            if fitting is None:
                continue
            reply = await desk.ask(fitting, source=sought.source)
            told.replies.append(reply)
            told.troubles += reply.page.troubles
            if reply.page.releases:
                told.releases += reply.page.releases
                break
    except MatineeError as error:
        told.troubles.append(redact(str(error)))
    return told


def _nobody(known: int) -> str:
    if not known:
        return NOBODY
    return f"None of the {known} indexers is switched on for automatic searches: switch one on under Indexers."
