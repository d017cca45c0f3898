"""Try a definition on a saved page, without its site: what would be read, and what would not."""

from dataclasses import replace

from matinee.engines.indexer.language.definition import Definition
from matinee.engines.indexer.language.variables import Settings, config_scope, site_link
from matinee.engines.indexer.pages.reading import Failure, PageRead, read_page
from matinee.engines.indexer.site.requests import planned
from matinee.kernel.clock import Clock, now
from matinee.kernel.errors import Refused
from matinee.media.indexing import Question


def try_page(
    definition: Definition,
    page: bytes,
    question: Question | None = None,
    *,
    settings: Settings | None = None,
    link: str | None = None,
    path: int = 0,
    clock: Clock = now,
) -> PageRead:
    """What the definition reads from a page, as if it had answered the question on the path of that number.

    Raises Refused when the page or the definition cannot be used at all.
    """
    asked = question or Question()
    address = site_link(definition, link)
    scope = config_scope(definition, settings or {}, address, clock=clock)
    try:
        requests = planned(definition, scope, asked, address)
    except ValueError as error:
        raise Refused(f"{definition.name}: the definition cannot build its request: {error}") from error
    if not 0 <= path < len(requests):
        raise Refused(f"{definition.name}: this search asks {len(requests)} paths; there is no number {path}")
    request, for_path = requests[path]
    try:
        found = read_page(
            definition,
            page,
            request.path or definition.search.paths[0],
            asked,
            for_path,
            base_url=request.url,
            indexer=definition.name,
            priority=25,
            now=scope.now(),
        )
    except (ValueError, Refused) as error:
        raise Refused(f"{definition.name}: the page cannot be read: {error}") from error
    return found if found.rows else replace(found, failures=(_no_rows(definition),))


def _no_rows(definition: Definition) -> Failure:
    """A page without rows: on a real site it may have found nothing, here its reader wonders why."""
    return Failure(0, "", definition.search.rows.selector, "no row fits, or the page says itself that it found nothing")
