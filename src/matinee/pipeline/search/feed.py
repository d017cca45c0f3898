"""The newest uploads of an indexer, back to those that were seen before."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace

from matinee.kernel.errors import MatineeError
from matinee.media.indexing import Page, Question
from matinee.media.release import Release
from matinee.pipeline.search.desk import Desk, Reply

MOST_PAGES = 10
MOST_RECENT = 1000  # guids kept at hand

Newest = Callable[[str], Awaitable[Page]]


@dataclass
class Feed:
    """What is new, newest first; `rows` is all that was read for it."""

    new: list[Release] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    rows: int = 0
    seconds: float = 0.0
    replies: list[Reply] = field(default_factory=list)


async def read_feed(desk: Desk, question: Question, *, source: str = "") -> Feed:
    """All since the last reading: one page, shared with whoever asks the same, and older ones only where one is missed.

    A page that fails after the first does not lose the others: it is told in `troubles`.
    """
    feed, last = Feed(), desk.state.last_seen_guid
    first = await desk.ask(question, source=source)
    reached = _add(feed, first, last, desk.recent) or not last
    if not reached:
        try:
            if not await _read_back(desk, question, feed, last, source):
                feed.troubles.append(f"{desk.name}: more is new than it lists, and older rows were missed")
        except MatineeError as error:
            feed.troubles.append(str(error))
    _remember(desk, first.page.releases)
    return feed


async def _read_back(desk: Desk, question: Question, feed: Feed, last: str, source: str) -> bool:
    """Older pages, until the upload that was seen last; whether it was reached."""
    newest: Newest | None = getattr(desk.indexer(), "newest", None)
    if newest is not None:
        reply = await desk.ask_so(lambda _: newest(last), question, source=source)
        _add(feed, reply, last, desk.recent)
        return not reply.page.troubles
    if not (await desk.abilities()).turns_pages:
        return False
    for _ in range(1, MOST_PAGES):
        reply = await desk.ask(replace(question, offset=feed.rows), source=source)
        if _add(feed, reply, last, desk.recent):
            return True
        if not reply.page.rows:
            return True
    return False


def _add(feed: Feed, reply: Reply, last: str, recent: frozenset[str]) -> bool:
    """Take what is new on this page; whether it reaches back to what is known."""
    rows, known = reply.page.releases, {one.guid for one in feed.new} | recent
    at = next((at for at, one in enumerate(rows) if one.guid == last), None)
    feed.new += [one for one in rows[:at] if one.guid not in known]
    feed.troubles += reply.page.troubles
    feed.rows += reply.page.rows
    feed.seconds += reply.seconds
    feed.replies.append(reply)
    return at is not None or (bool(rows) and rows[-1].guid in recent)


def _remember(desk: Desk, rows: Sequence[Release]) -> None:
    """The newest by its date is the mark for the next time: the first row may be one that is pinned there."""
    if not rows:
        return
    dates = [(one.published, one.guid) for one in rows if one.published is not None]
    newest = max(dates)[1] if len(dates) == len(rows) else rows[0].guid
    desk.recent = frozenset(one.guid for one in rows[:MOST_RECENT])
    if newest != desk.state.last_seen_guid:
        desk.state = replace(desk.state, last_seen_guid=newest)
        desk.room.diary.keep_last_seen(desk.stored.id, newest)
