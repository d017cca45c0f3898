"""The public definitions, a quarter of all there are: each is read, and every template and expression in it works."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from matinee.engines.indexer.language import netregex
from matinee.engines.indexer.language.categories import offered, tracker_ids
from matinee.engines.indexer.language.definition import Definition, Filter
from matinee.engines.indexer.language.filters import known_filters
from matinee.engines.indexer.language.reading import read_definition
from matinee.engines.indexer.language.scope import Scope
from matinee.engines.indexer.language.template import check, render
from matinee.engines.indexer.language.urls import download_values, url_encode
from matinee.engines.indexer.language.variables import config_values, query_values
from matinee.media.indexing import Function, Question

FOLDER = Path(__file__).resolve().parents[5] / "shared" / "definitions"
FILES = sorted(FOLDER.glob("*.yml"))
ROW_FILTERS = {"andmatch", "strdump"}
QUESTIONS = {
    "the newest": Question(),
    "words": Question(text="night & living (1968)", categories=(2000, 5040)),
    "an episode": Question(Function.TV, text="some show", season=1, episode="2", tvdb=81189, categories=(5000,)),
    "a day": Question(Function.TV, text="the daily", season=2024, episode="10/18"),
    "a movie": Question(Function.MOVIE, imdb="tt0063350", tmdb=10331, year=1968, categories=(2000,)),
    "music and books": Question(Function.MUSIC, artist="Band", album="Disc", author="A. Writer", title="Book"),
}

pytestmark = pytest.mark.skipif(not FILES, reason="the sample of public definitions is not here")


def read(file: Path) -> Definition:
    return read_definition(file.read_text(encoding="utf-8"), where=file.name)


@pytest.fixture(scope="module")
def definitions() -> list[Definition]:
    return [read(file) for file in FILES]


def texts(node: Any) -> Iterator[str]:
    """Every text in a definition."""
    if isinstance(node, str):
        yield node
    elif is_dataclass(node):
        for each in fields(node):
            yield from texts(getattr(node, each.name))
    elif isinstance(node, dict):
        yield from texts(list(node.values()))
    elif isinstance(node, tuple | list):
        for one in node:
            yield from texts(one)


def filters(node: Any) -> Iterator[Filter]:
    """Every filter in a definition."""
    if isinstance(node, Filter):
        yield node
    elif is_dataclass(node):
        for each in fields(node):
            yield from filters(getattr(node, each.name))
    elif isinstance(node, tuple):
        for one in node:
            yield from filters(one)


def scope(definition: Definition, question: Question, *, ticked: bool) -> Scope:
    answers = {one.name: ticked for one in definition.settings if one.type == "checkbox"}
    values = config_values(definition, definition.links[0], answers)
    found = Scope(values, clock=lambda: datetime(2024, 10, 18, 12, tzinfo=UTC))
    found.update(query_values(question))
    found[".Keywords"] = found.get(".Query.Keywords")
    found[".Categories"] = tracker_ids(definition.caps.mappings, question.categories)
    found.forget_results(field.name for field in definition.search.fields)
    found.update(download_values("https://example.org/details.php?id=42&hash=abc"))
    return found


def test_every_file_is_read(definitions: list[Definition]) -> None:
    assert len({one.id for one in definitions}) == len(FILES)
    assert all(one.search.paths and one.search.fields and one.links for one in definitions)


def test_every_template_is_rendered_in_every_search(definitions: list[Definition]) -> None:
    count = 0
    for definition in definitions:
        templates = {text for text in texts(definition) if "{{" in text}
        for template in templates:
            check(template)
        for question in QUESTIONS.values():
            for ticked in (False, True):
                at = scope(definition, question, ticked=ticked)
                for template in templates:
                    for encode in (None, url_encode):
                        assert "{{" not in render(template, at, encode), (definition.id, template)
                        count += 1
    assert count > 10_000


def test_every_regular_expression_is_compiled(definitions: list[Definition]) -> None:
    patterns = {
        (definition.id, one.args[0])
        for definition in definitions
        for one in filters(definition)
        if one.name in ("regexp", "re_replace")
    }
    troubles = []
    for id_, pattern in sorted(patterns):
        try:
            netregex.check(pattern)
        except netregex.FilterFailed as error:
            troubles.append((id_, str(error)))
    assert not [trouble for trouble in troubles if "balancing" not in trouble[1]]
    assert len(patterns) > 100


def test_every_filter_is_known(definitions: list[Definition]) -> None:
    names = {one.name for definition in definitions for one in filters(definition)}
    assert names <= known_filters() | ROW_FILTERS


def test_every_site_offers_categories_that_lead_back_to_its_own(definitions: list[Definition]) -> None:
    for definition in definitions:
        mappings = definition.caps.mappings
        for category in offered(mappings):
            assert tracker_ids(mappings, [category.id]), (definition.id, category)
