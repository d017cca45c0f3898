"""One search on a site: every path is asked, every page read, and what cannot be read is told."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import httpx2

from matinee.engines.indexer.language.definition import SearchPath
from matinee.engines.indexer.language.scope import Scope
from matinee.engines.indexer.pages.reading import PageRead, read_page
from matinee.engines.indexer.site.answers import fault_of, is_html
from matinee.engines.indexer.site.call import SiteRequest
from matinee.engines.indexer.site.line import redirect_of
from matinee.engines.indexer.site.membership import Membership
from matinee.engines.indexer.site.place import Site
from matinee.engines.indexer.site.requests import planned
from matinee.kernel.errors import MatineeError, Refused
from matinee.media.indexing import Page, Question
from matinee.media.release import Release
from matinee.pipeline.ports import Limited

log = logging.getLogger(__name__)

Rest = Callable[[], Awaitable[None]]

_MOST_TROUBLES = 100


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was asked, for whoever reads the answer."""

    site: Site
    question: Question
    path: SearchPath
    scope: Scope
    priority: int


@dataclass
class _Gathered:
    """What all paths have brought so far."""

    releases: dict[str, Release] = field(default_factory=dict)
    rows: int = 0
    pages: int = 0
    troubles: list[str] = field(default_factory=list)

    def add(self, read: PageRead) -> None:
        for release in read.releases:
            self.releases.setdefault(release.guid, release)
        self.rows += read.rows
        self.pages += 1
        self.troubles += [str(failure) for failure in read.failures]


async def search(
    site: Site, question: Question, member: Membership, rest: Rest, priority: int, *, most_paths: int | None = None
) -> Page:
    """What all paths show, each release once; a path that fails does not lose the others.

    `rest` is awaited between two requests. The first error is raised when no path brought a page.
    """
    gathered, first_error = _Gathered(), None
    for number, (request, scope) in enumerate(_plan(site, question)[:most_paths]):
        if number:
            await rest()
        try:
            path = request.path or SearchPath("")
            answer = await member.ask(request, follow=bool(path.follow_redirect))
            gathered.add(await _read(_Asked(site, question, path, scope, priority), answer))
        except MatineeError as error:
            first_error = first_error or error
            gathered.troubles.append(str(error))
            if isinstance(error, Limited) or member.is_locked_out:
                break
    if first_error is not None and not gathered.pages:
        raise first_error
    return Page(
        tuple(gathered.releases.values()), rows=gathered.rows, troubles=tuple(gathered.troubles[:_MOST_TROUBLES])
    )


def _plan(site: Site, question: Question) -> list[tuple[SiteRequest, Scope]]:
    try:
        return planned(site.definition, site.scope, question, site.link)
    except ValueError as error:
        raise Refused(f"{site.name}: the definition cannot build its request: {error}") from error


async def _read(asked: _Asked, answer: httpx2.Response) -> PageRead:
    """One answer's releases; it is read in a thread, a hostile page must not stop the house."""
    site = asked.site
    if answer.has_redirect_location and "/login.php" in redirect_of(answer).lower():
        site.line.jar.clear()
    if (fault := fault_of(site.name, answer, site.scope.clock())) is not None:
        raise fault
    return await asyncio.to_thread(_understood, asked, answer)


def _understood(asked: _Asked, answer: httpx2.Response) -> PageRead:
    site, errors = asked.site, asked.site.definition.search.errors
    if errors and is_html(answer):
        site.refuse_errors(errors, site.page(answer), "the search is refused")
    try:
        return read_page(
            site.definition,
            answer.content,
            asked.path,
            asked.question,
            asked.scope,
            base_url=str(answer.url),
            indexer=site.name,
            priority=asked.priority,
            now=asked.scope.now(),
        )
    except (ValueError, Refused) as error:
        raise Refused(f"{site.name}: the page cannot be read: {error}") from error
