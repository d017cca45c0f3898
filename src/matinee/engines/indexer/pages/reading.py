"""Reads a site's page of releases the way its definition says; a bad row never loses the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from matinee.engines.indexer.language.definition import Definition, SearchPath
from matinee.engines.indexer.language.filters import apply_filters
from matinee.engines.indexer.language.scope import Scope
from matinee.engines.indexer.pages.fields import Failure, plans_of, read_fields
from matinee.engines.indexer.pages.headers import Headers
from matinee.engines.indexer.pages.json_paths import read_json
from matinee.engines.indexer.pages.normalise import Draft, Setting
from matinee.engines.indexer.pages.releases import NotARelease, release_of
from matinee.engines.indexer.pages.rows import MOST_ROWS, element_rows, json_rows, was_meant
from matinee.engines.indexer.pages.selecting import Row
from matinee.engines.indexer.pages.trees import decoded, tree_of
from matinee.media.indexing import Privacy, Question
from matinee.media.release import Release

__all__ = ["Failure", "PageRead", "read_page"]

_MOST_FAILURES = 1_000


@dataclass(frozen=True, slots=True)
class PageRead:
    """One page: its releases, how many rows it has, and what could not be read."""

    releases: tuple[Release, ...]
    rows: int = 0
    failures: tuple[Failure, ...] = ()


@dataclass(frozen=True, slots=True)
class _Reading:
    """All that the rows of one page have in common."""

    definition: Definition
    question: Question
    scope: Scope
    setting: Setting
    indexer: str
    priority: int
    every_term: bool


def read_page(
    definition: Definition,
    body: bytes,
    path: SearchPath,
    question: Question,
    scope: Scope,
    *,
    base_url: str,
    indexer: str,
    priority: int,
    now: datetime,
    every_term: bool = False,
) -> PageRead:
    """The releases of one answer to `path`; links are relative to `base_url`, dates to `now`.

    `scope` knows the settings and the question; its `.Result.…` change. `every_term` asks more of `andmatch`.
    Raises Refused for an answer that is no such page, ValueError for rows that cannot even be looked for.
    """
    text = decoded(body, definition.encoding)
    if _says_nothing_found(text, path):
        return PageRead(())
    setting = Setting(base_url, now, definition.caps.mappings, definition.encoding)
    reading = _Reading(definition, question, scope, setting, indexer, priority, every_term)
    rows = _rows(reading, text, path.response)
    return _read(reading, rows)


def _says_nothing_found(text: str, path: SearchPath) -> bool:
    message = path.no_results_message
    return message is not None and (message in text if message else not text.strip())


def _rows(reading: _Reading, text: str, kind: str) -> Sequence[Row]:
    search, encoding = reading.definition.search, reading.definition.encoding
    if kind == "json":
        return json_rows(search.rows, read_json(text), reading.scope, encoding)
    if search.preprocessing_filters:
        text = apply_filters(search.preprocessing_filters, text, reading.scope, encoding=encoding)
    return element_rows(search.rows, tree_of(text, kind), reading.scope)


def _read(reading: _Reading, rows: Sequence[Row]) -> PageRead:
    plans = plans_of(reading.definition.search.fields)
    headers = Headers(reading.definition, reading.scope, reading.setting)
    releases: dict[str, Release] = {}
    failures: list[Failure] = []
    for number, row in enumerate(rows, start=1):
        draft, failed = read_fields(plans, row, number, reading.scope, reading.setting)
        failures += failed
        try:
            headers.date(draft, row)
            release = _release(reading, draft)
        except NotARelease as error:
            failures.append(Failure(number, "", reading.definition.search.rows.selector, str(error)))
            continue
        if release is not None:
            releases.setdefault(release.guid, release)
    if len(rows) >= MOST_ROWS:
        failures.insert(0, Failure(0, "", reading.definition.search.rows.selector, f"only {MOST_ROWS} rows are read"))
    return PageRead(tuple(releases.values()), len(rows), tuple(failures[:_MOST_FAILURES]))


def _release(reading: _Reading, draft: Draft) -> Release | None:
    """The row's release; None for one that was not meant."""
    release = release_of(
        draft,
        indexer=reading.indexer,
        priority=reading.priority,
        is_private=reading.definition.privacy is Privacy.PRIVATE,
        is_interactive=reading.question.is_interactive,
    )
    rules, keywords = reading.definition.search.rows, reading.scope.get(".Keywords") or ""
    is_meant = was_meant(
        rules, reading.question, keywords, release.name, release.description, every_term=reading.every_term
    )
    return release if is_meant else None
