"""What is new at the indexers is held against all that is still wanted, and a want that it may serve is woken."""

import asyncio
import logging

from sqlalchemy import Connection

from matinee.kernel.errors import MatineeError
from matinee.kernel.journal import State, unfinished
from matinee.media.release import Release
from matinee.media.title import Kind
from matinee.media.wanted import Wanted
from matinee.pipeline.acquiring import TALE
from matinee.pipeline.errand import read_errand
from matinee.pipeline.parts import Parts
from matinee.pipeline.search.rss import WantedIndex, decide_news

log = logging.getLogger(__name__)

_CATEGORIES = {Kind.MOVIE: 2000, Kind.SERIES: 5000}


async def notice_news(parts: Parts, minutes: float) -> None:
    """Look at the newest uploads every so many minutes, for as long as the house is open."""
    while True:
        await asyncio.sleep(minutes * 60)
        try:
            await look_at_news(parts)
        except MatineeError as error:
            log.warning("the newest uploads were not looked at: %s", error)


async def look_at_news(parts: Parts) -> list[int]:
    """Wake every waiting want that something new is welcome for: the journeys woken.

    Nobody is asked while nothing waits.
    """
    waiting = await parts.database.read(lambda db: _waiting(db, parts))
    if not waiting:
        return []
    kinds = {wanted.title.kind for _, wanted in waiting}
    news: list[Release] = []
    async for answered in parts.hub.newest(categories=[_CATEGORIES[kind] for kind in sorted(kinds)]):
        news += answered.releases
    journeys = {id(wanted): journey_id for journey_id, wanted in waiting}
    decided = await asyncio.to_thread(decide_news, news, WantedIndex(wanted for _, wanted in waiting))
    woken = [journeys[id(wanted)] for wanted, decisions in decided if any(one.approved for one in decisions)]
    for journey_id in woken:
        await parts.journeys.wake(journey_id)
    log.info("%d new releases, %d of something that waits and welcome", len(news), len(woken))
    return woken


def _waiting(db: Connection, parts: Parts) -> list[tuple[int, Wanted]]:
    """The journeys that rest until something turns up, and what each looks for."""
    resting = [one for one in unfinished(db) if one.tale == TALE and one.state is State.WAITING]
    return [(one.id, read_errand(db, parts, one.subject).wanted) for one in resting]
