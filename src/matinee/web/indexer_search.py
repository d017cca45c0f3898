"""Search every indexer by hand: what each one finds appears as it answers, and can be taken at once."""

import json
from collections.abc import AsyncIterator, Iterable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import StreamingResponse

from matinee.kernel.errors import MatineeError
from matinee.media.categories import name_of
from matinee.media.indexing import Function, Question
from matinee.media.parse import read_name
from matinee.media.release import Release
from matinee.pipeline.search import Answered
from matinee.pipeline.search.filter import compile_filter
from matinee.pipeline.search.merge import SOURCES
from matinee.pipeline.taking import take
from matinee.web.desk import AtDesk, Desk, Owner
from matinee.web.finds import Finds
from matinee.web.indexer_models import AnsweredOut, FoundOut, GrabIn, SearchIn

router = APIRouter(prefix="/api/indexers", tags=["indexers"])


@router.get("/search", response_class=StreamingResponse)
async def search_indexers(desk: AtDesk, owner: Owner, asked: Annotated[SearchIn, Query()]) -> StreamingResponse:
    """Server-sent events: `asked` (whom), `answered` for each as it comes, `trouble` where all is in vain, `end`."""
    compile_filter(asked.keep)  # refused before the stream begins
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_told(desk, asked), media_type="text/event-stream", headers=headers)


@router.post("/grab", status_code=204)
async def grab_found(body: GrabIn, desk: AtDesk, owner: Owner) -> None:
    """Hand one release to the download client, for no title in particular."""
    parts = desk.parts
    release = desk.finds.take(body.key, parts.clock())
    await take(parts, release, source=owner.user.name)


async def _told(desk: Desk, asked: SearchIn) -> AsyncIterator[str]:
    hub, moment = desk.parts.hub, desk.parts.clock()
    meant = [
        {"id": seat.stored.id, "name": seat.stored.name}
        for seat in hub.seats()
        if seat.stored.enabled and (not asked.indexer or seat.stored.id in asked.indexer)
    ]
    yield _line("asked", {"indexers": meant})
    try:
        async for answered in hub.stream(_question(asked), only=asked.indexer, source="manual search", keep=asked.keep):
            yield _line("answered", _out(answered, desk.finds, moment).model_dump(mode="json"))
    except MatineeError as error:
        yield _line("trouble", {"text": str(error)})
    yield _line("end", {})


def _question(asked: SearchIn) -> Question:
    return Question(
        function=Function(asked.function),
        text=asked.q.strip(),
        categories=tuple(asked.category),
        season=asked.season,
        episode=asked.episode or None,
        year=asked.year,
        imdb=asked.imdb or None,
        tmdb=asked.tmdb,
        tvdb=asked.tvdb,
        is_interactive=True,
    )


def _out(answered: Answered, finds: Finds, moment: datetime) -> AnsweredOut:
    return AnsweredOut(
        indexer_id=answered.indexer_id,
        indexer=answered.indexer,
        found=[_found(release, finds, answered.indexer_id, moment) for release in answered.releases],
        replaced=_keys(finds, answered.replaced),
        also=_keys(finds, answered.also),
        rows=answered.rows,
        seconds=answered.seconds,
        trouble=answered.trouble,
        skipped=answered.skipped,
        from_cache=answered.from_cache,
    )


def _keys(finds: Finds, told: Iterable[tuple[str, str]]) -> list[str]:
    keys = (finds.key_of(indexer, guid) for indexer, guid in told)
    return [key for key in keys if key]


def _found(release: Release, finds: Finds, indexer_id: int, moment: datetime) -> FoundOut:
    return FoundOut(
        key=finds.hold(release, moment),
        name=release.name,
        indexer=release.indexer,
        indexer_id=indexer_id,
        also=_also(release),
        protocol=release.protocol.value,
        size=release.size,
        seeders=release.seeders,
        leechers=release.leechers,
        grabs=release.grabs,
        published=release.published,
        categories=[name_of(one) for one in release.categories],
        flags=sorted(release.flags),
        quality=read_name(release.name).quality.name,
        page_url=release.page_url,
    )


def _also(release: Release) -> list[str]:
    """Where it is offered as well."""
    names = dict(release.attributes).get(SOURCES, "")
    return [name for name in names.split(", ") if name and name != release.indexer]


def _line(name: str, told: dict[str, object]) -> str:
    return f"event: {name}\ndata: {json.dumps(told, separators=(',', ':'))}\n\n"
