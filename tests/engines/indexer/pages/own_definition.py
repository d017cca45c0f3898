"""Small definitions made for one test, and pages read by them."""

import json
from datetime import UTC, datetime
from typing import Any

from matinee.engines.indexer.language.definition import Definition
from matinee.engines.indexer.language.reading import read_definition
from matinee.engines.indexer.language.scope import Scope
from matinee.engines.indexer.pages.reading import PageRead, read_page
from matinee.media.indexing import Question

NOW = datetime(2024, 5, 1, 12, tzinfo=UTC)
CATEGORIES = [
    {"id": "1", "cat": "Movies/HD", "desc": "Films"},
    {"id": "2", "cat": "TV", "desc": "Series"},
]
NEEDED: dict[str, Any] = {
    "category": {"text": "1"},
    "title": {"selector": "a"},
    "download": {"selector": "a", "attribute": "href"},
    "size": {"text": "1 GB"},
    "seeders": {"text": "1"},
}


def definition(
    fields: dict[str, Any],
    *,
    rows: dict[str, Any] | None = None,
    search: dict[str, Any] | None = None,
    response: dict[str, Any] | None = None,
    **top: Any,
) -> Definition:
    """A definition with these fields, then the needed ones that are not among them; `None` leaves one out."""
    path: dict[str, Any] = {"path": "browse.php", **({"response": response} if response else {})}
    missing = {name: block for name, block in NEEDED.items() if name not in fields}
    told = {name: block for name, block in {**fields, **missing}.items() if block is not None}
    whole = {
        "id": "own",
        "name": "Own",
        "description": "made here",
        "language": "en-US",
        "type": "public",
        "encoding": "UTF-8",
        "links": ["https://site.test/"],
        "caps": {"categorymappings": CATEGORIES, "modes": {"search": ["q"]}},
        "search": {"paths": [path], "rows": rows or {"selector": "tr"}, "fields": told, **(search or {})},
        **top,
    }
    return read_definition(json.dumps(whole), where="own.yml")


def read(
    made: Definition,
    body: str | bytes,
    question: Question | None = None,
    *,
    values: dict[str, str | None] | None = None,
    every_term: bool = False,
) -> PageRead:
    """The page as the definition reads it, at noon of 1 May 2024."""
    return read_page(
        made,
        body.encode() if isinstance(body, str) else body,
        made.search.paths[0],
        question or Question(),
        scope_of(values),
        base_url="https://site.test/list/browse.php?page=1",
        indexer="Own",
        priority=7,
        now=NOW,
        every_term=every_term,
    )


def scope_of(values: dict[str, str | None] | None = None) -> Scope:
    """The variables of a test."""
    return Scope({".Config.sitelink": "https://site.test/", **(values or {})}, clock=lambda: NOW)


def table(*rows: str) -> str:
    """An HTML table with a row of each text."""
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"


def row(name: str = "A Film", link: str = "get.php?id=1", more: str = "") -> str:
    """The cells of a plain row."""
    return f'<td><a href="{link}">{name}</a></td>{more}'
