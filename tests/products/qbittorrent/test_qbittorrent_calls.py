"""The list of calls in the docs is complete: what other people's client can ask for is answered, or told why not."""

import ast
from pathlib import Path

import qbittorrentapi

from tests.docs.pages import bare, page, rows, section

TABLE = rows(section(page("compatibility.md"), "## qBittorrent"), "call")
SCOPES = ("app", "clientdata", "log", "rss", "search", "sync", "torrentcreator", "torrents", "transfer")


def calls_of_the_package() -> set[str]:
    """Every `_method="…"` it makes a request with."""
    folder = Path(qbittorrentapi.__file__).parent
    return {f"{scope}/{name}" for scope in SCOPES for name in _methods(folder / f"{scope}.py")}


def _methods(module: Path) -> set[str]:
    words = (node for node in ast.walk(ast.parse(module.read_text())) if isinstance(node, ast.keyword))
    values = (word.value for word in words if word.arg == "_method")
    return {str(value.value) for value in values if isinstance(value, ast.Constant)}


def test_every_call_of_the_package_is_told() -> None:
    made = calls_of_the_package()
    assert len(made) > 100
    assert made - {bare(row["call"]) for row in TABLE} == set()


def test_what_is_not_served_says_why() -> None:
    assert [row["call"] for row in TABLE if row["served"] == "no" and not row["remarks"]] == []
