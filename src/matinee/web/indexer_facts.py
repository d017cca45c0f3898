"""How the indexers do: what they were asked, by whom, and what came of it."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy import Connection

from matinee.store.indexers import IndexerEvent, IndexerStatistics, count_events, events, statistics
from matinee.web.desk import AtDesk, Owner
from matinee.web.indexer_models import EventOut, HistoryIn, HistoryOut, IndexerStatisticsOut

router = APIRouter(prefix="/api/indexers", tags=["indexers"])


@router.get("/statistics")
async def read_statistics(
    desk: AtDesk, owner: Owner, days: Annotated[int, Query(ge=1, le=90)] = 30
) -> list[IndexerStatisticsOut]:
    """What each indexer was asked in the last days, and how it answered."""
    since = desk.parts.clock() - timedelta(days=days)
    return [_statistics(one) for one in await desk.parts.database.read(lambda db: statistics(db, since))]


@router.get("/history")
async def read_history(desk: AtDesk, owner: Owner, wished: Annotated[HistoryIn, Query()]) -> HistoryOut:
    """Every question and grab, the newest first."""
    return await desk.parts.database.read(lambda db: _history(db, wished))


def _history(db: Connection, wished: HistoryIn) -> HistoryOut:
    found = events(db, indexer=wished.indexer, kind=wished.kind, offset=wished.offset, limit=wished.limit)
    total = count_events(db, indexer=wished.indexer, kind=wished.kind)
    return HistoryOut(events=[_event(one) for one in found], total=total)


def _statistics(one: IndexerStatistics) -> IndexerStatisticsOut:
    return IndexerStatisticsOut(
        indexer_id=one.indexer_id,
        indexer=one.indexer,
        queries=one.queries,
        rss=one.rss,
        grabs=one.grabs,
        failed_queries=one.failed_queries,
        failed_rss=one.failed_rss,
        failed_grabs=one.failed_grabs,
        seconds=one.seconds,
        results=one.results,
        unique=one.unique,
    )


def _event(one: IndexerEvent) -> EventOut:
    told = ("id", "at", "indexer", "kind", "ok", "seconds", "results", "text", "source", "reason")
    return EventOut.model_validate({name: getattr(one, name) for name in told})
