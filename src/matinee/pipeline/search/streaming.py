"""A search goes out to all at once, and each answer comes in as soon as it is there."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass

from matinee.kernel.errors import MatineeError
from matinee.kernel.redact import redact
from matinee.media.indexing import Question
from matinee.media.release import Release
from matinee.pipeline.ports import Limited
from matinee.pipeline.search.answers import Answered
from matinee.pipeline.search.desk import Desk, Reply
from matinee.pipeline.search.dispatch import films_and_series, fitted
from matinee.pipeline.search.feed import read_feed
from matinee.pipeline.search.merge import Merged
from matinee.pipeline.search.room import Room

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a search asks, for whom, and what of the answers is kept."""

    question: Question
    source: str = ""
    wanted: Callable[[Release], bool] | None = None
    deadline: float | None = None
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class _End:
    """How one indexer's part ended; its replies count what it found."""

    desk: Desk
    releases: Sequence[Release] = ()
    rows: int = 0
    seconds: float = 0.0
    trouble: str = ""
    skipped: bool = False
    from_cache: bool = False
    replies: Sequence[Reply] = ()


def stream_search(desks: Sequence[Desk], asked: Asked, room: Room) -> AsyncIterator[Answered]:
    """One Answered of each desk."""
    return _stream(desks, lambda desk: _search(desk, asked), asked.wanted, room)


def stream_news(desks: Sequence[Desk], categories: tuple[int, ...], source: str, room: Room) -> AsyncIterator[Answered]:
    """One Answered of each desk with what is new there: in these categories, else those that its owner chose."""
    return _stream(desks, lambda desk: _news(desk, categories, source), None, room)


async def _stream(
    desks: Sequence[Desk],
    work: Callable[[Desk], Awaitable[_End]],
    wanted: Callable[[Release], bool] | None,
    room: Room,
) -> AsyncIterator[Answered]:
    """Ends come in the order in which they happened; nothing goes on when the listener has left."""
    ends: asyncio.Queue[_End] = asyncio.Queue()

    async def run(desk: Desk) -> None:
        ends.put_nowait(await _ended(desk, work))

    tasks = [asyncio.create_task(run(desk)) for desk in desks]
    merged = Merged()
    replies: list[Reply] = []
    try:
        for _ in tasks:
            end = await ends.get()
            replies += end.replies
            kept = end.releases if wanted is None else [one for one in end.releases if wanted(one)]
            yield _answered(end, merged, kept)
    finally:
        for task in tasks:
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks, return_exceptions=True)
        count_unique(merged, replies, room)


def count_unique(merged: Merged, replies: Sequence[Reply], room: Room) -> None:
    """Where several were asked, write down what only one of them had."""
    if len({reply.entry.event.indexer_id for reply in replies}) < 2:
        return
    unique = merged.unique_finds()
    for reply in replies:
        event = reply.entry.event
        if not event.cached:
            room.diary.add_unique(reply.entry, unique.pop(event.indexer, 0))


async def _ended(desk: Desk, work: Callable[[Desk], Awaitable[_End]]) -> _End:
    """Whatever happens to one is told, and costs the others nothing."""
    began = desk.room.monotonic()
    try:
        return await work(desk)
    except Limited as error:
        return _End(desk, trouble=redact(str(error)), skipped=True)
    except MatineeError as error:
        return _End(desk, seconds=desk.room.monotonic() - began, trouble=redact(str(error)))
    except Exception as error:  # a fault of ours in one part must not leave the listener waiting for ever
        log.exception("indexer %s: the search stumbled", desk.name)
        return _End(desk, trouble=f"{desk.name}: the search stumbled ({type(error).__name__})")


async def _search(desk: Desk, asked: Asked) -> _End:
    fitting, why = fitted(asked.question, await desk.abilities())
    if fitting is None:
        return _End(desk, trouble=f"{desk.name}: {why}", skipped=True)
    reply = await desk.ask(fitting, source=asked.source, fresh=asked.fresh, patient=False, deadline=asked.deadline)
    page = reply.page
    trouble = "; ".join(page.troubles)
    return _End(desk, page.releases, page.rows, reply.seconds, trouble, False, reply.from_cache, [reply])


async def _news(desk: Desk, categories: tuple[int, ...], source: str) -> _End:
    abilities = await desk.abilities()
    wanted = categories or desk.stored.chosen or films_and_series(abilities)
    fitting, why = fitted(Question(categories=wanted, limit=abilities.page_size), abilities)
    if fitting is None:
        return _End(desk, trouble=f"{desk.name}: {why}", skipped=True)
    feed = await read_feed(desk, fitting, source=source)
    is_known = all(reply.from_cache for reply in feed.replies)
    trouble = "; ".join(feed.troubles)
    return _End(desk, feed.new, feed.rows, feed.seconds, trouble, False, is_known, feed.replies)


def _answered(end: _End, merged: Merged, kept: Sequence[Release]) -> Answered:
    taken = merged.take(kept)
    return Answered(
        indexer_id=end.desk.stored.id,
        indexer=end.desk.name,
        releases=tuple(taken.new),
        rows=end.rows,
        seconds=end.seconds,
        trouble=end.trouble,
        skipped=end.skipped,
        from_cache=end.from_cache,
        replaced=tuple(taken.replaced),
        also=tuple(taken.also),
    )
