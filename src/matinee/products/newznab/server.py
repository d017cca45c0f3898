"""We answer as an indexer: a call comes in, caps, a feed or a refusal goes out. No routes: the house has the doors."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol as Promise

from matinee.kernel.clock import Clock, now
from matinee.kernel.errors import Refused, Unreachable
from matinee.media.categories import parent_of, with_children
from matinee.media.indexing import Abilities, Function, Page, Question
from matinee.media.release import Release
from matinee.pipeline.ports import Limited, Unanswerable
from matinee.products.newznab.answers import Source, caps_document, error_document, feed_document
from matinee.products.newznab.calls import (
    CAPS,
    Filters,
    Wrong,
    filtered,
    read_filters,
    read_function,
    read_question,
)
from matinee.products.newznab.wire import INCORRECT, LIMIT, NOT_AVAILABLE, UNKNOWN, status_of

__all__ = [
    "CAPS",
    "Answer",
    "Asked",
    "Filters",
    "Source",
    "Wrong",
    "answer",
    "caps_document",
    "error_document",
    "feed_document",
    "filtered",
    "read_filters",
    "read_function",
    "read_question",
    "refused",
    "status_of",
]

_FEED_TYPE = "application/rss+xml; charset=utf-8"
_XML_TYPE = "application/xml; charset=utf-8"
_PAUSE_UNSAID = 3600.0  # seconds


class Asked(Promise):
    """Whoever can be asked: an indexer, or many as one."""

    async def abilities(self) -> Abilities:
        """What can be asked."""
        ...

    async def ask(self, question: Question) -> Page:
        """One answer to one question."""
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes out: HTTP status, body, content type and further headers."""

    status: int
    body: bytes
    content_type: str = _XML_TYPE
    headers: Mapping[str, str] = field(default_factory=dict)


async def answer(
    params: Mapping[str, str],
    indexer: Asked,
    *,
    link_for: Callable[[Release], str],
    title: str = "Matinee",
    site: str = "",
    self_url: str = "",
    source_for: Callable[[Release], Source | None] | None = None,
    clock: Clock = now,
) -> Answer:
    """One call whose key is checked already; whatever goes wrong is an <error> with its HTTP status."""
    try:
        function = read_function(params)
        abilities = await indexer.abilities()
        if not isinstance(function, Function):
            return Answer(200, caps_document(abilities, title))
        question, filters = read_question(params, largest_page=abilities.page_size), read_filters(params)
        if function not in abilities.functions:
            raise Wrong(NOT_AVAILABLE, f"Function not available ({function})")
        page = filtered(await _ask(indexer, question, abilities), filters, clock())
    except (Wrong, Unreachable, Refused) as error:
        return refused(error)
    body = feed_document(
        page,
        link_for=link_for,
        title=title,
        site=site,
        self_url=self_url,
        source_for=source_for,
        offset=question.offset,
        now=clock(),
    )
    return Answer(200, body, _FEED_TYPE)


def refused(error: Exception) -> Answer:
    """An error as it goes out: a limit with when to come back."""
    if isinstance(error, Wrong):
        return Answer(error.status, error_document(error.code, error.description))
    if isinstance(error, Limited):
        seconds = _PAUSE_UNSAID if error.seconds is None else error.seconds
        return Answer(429, error_document(LIMIT, str(error)), headers={"Retry-After": f"{seconds:.0f}"})
    code = INCORRECT if isinstance(error, Unanswerable) else UNKNOWN
    return Answer(status_of(code), error_document(code, str(error)))


async def _ask(indexer: Asked, question: Question, abilities: Abilities) -> Page:
    """The answer; an empty one where only categories are asked for that nobody has."""
    known = known_categories(question.categories, abilities)
    if question.categories and not known:
        return Page(())
    return await indexer.ask(replace(question, categories=known))


def known_categories(asked: tuple[int, ...], abilities: Abilities) -> tuple[int, ...]:
    """The categories that are listed, stand above listed ones, or below; all where none are listed."""
    listed = {category.id for category in abilities.categories}
    known = with_children(listed) | {parent_of(one) for one in listed}
    return tuple(one for one in asked if one in known) if listed else asked
