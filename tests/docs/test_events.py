"""Every event stands in the docs with what it carries, and none that does not exist."""

import ast
from collections.abc import Iterator

from tests.docs.pages import Row, bare, page, quoted, rows, section, tree, trees

TEXT = page("events.md")


def test_the_live_events_are_those_of_the_stream() -> None:
    assert told_in("## The live stream", "data") == dict(sent())


def test_the_in_house_events_are_those_of_the_code() -> None:
    assert told_in("## In-house events", "fields") == dict(published())


def told_in(heading: str, column: str) -> dict[str, list[str]]:
    found: list[Row] = rows(section(TEXT, heading), "event")
    return {bare(row["event"]): quoted(row[column]) for row in found}


def sent() -> list[tuple[str, list[str]]]:
    """The calls of `_line("name", {…})`."""
    return [
        (str(node.args[0].value), [str(key.value) for key in node.args[1].keys if isinstance(key, ast.Constant)])
        for node in ast.walk(tree("web/live.py"))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "_line"
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[1], ast.Dict)
    ]


def published() -> list[tuple[str, list[str]]]:
    """The subclasses of Event with their fields."""
    return [
        (node.name, list(fields_of(node)))
        for module in trees()
        for node in module.body
        if isinstance(node, ast.ClassDef) and "Event" in names_in(node.bases)
    ]


def names_in(bases: list[ast.expr]) -> list[str]:
    return [base.id for base in bases if isinstance(base, ast.Name)]


def fields_of(node: ast.ClassDef) -> Iterator[str]:
    for line in node.body:
        if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name):
            yield line.target.id
