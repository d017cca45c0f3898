"""Every call of a foreign API that is served or driven is told, and none is promised that is not."""

import re
from typing import cast

import pytest

from matinee.pipeline.torrent_port import TorrentEngine
from matinee.products.qbittorrent.calls_app import APP_VERSION, WEBAPI_VERSION
from matinee.products.qbittorrent.server import READS, WRITES, qbittorrent_app
from matinee.products.qbittorrent.wire import PREFIX
from tests.docs.pages import SOURCE, bare, page, rows, section, texts_in, tree

TEXT = page("compatibility.md")
QBITTORRENT = section(TEXT, "## qBittorrent")
LEVELS = ("bronze", "silver", "gold", "platinum")


def calls(column: str) -> set[str]:
    return {bare(row["call"]) for row in rows(QBITTORRENT, "call") if row[column] == "yes"}


def test_the_calls_served_are_the_routes_of_the_server() -> None:
    app = qbittorrent_app(cast(TorrentEngine, object()), username="owner", password="secret")
    routes = {getattr(route, "path", "").removeprefix(PREFIX) for route in app.routes} - {"{scope}/{action}"}
    assert calls("served") == routes | READS.keys() | WRITES.keys()


def test_the_calls_driven_are_those_of_the_client() -> None:
    shape = re.compile(r"(app|auth|log|sync|torrents|transfer)/\w+")
    made = {text for text in texts_in(tree("products/qbittorrent/client.py")) if shape.fullmatch(text)}
    assert calls("driven") == made


def test_no_call_is_told_twice_and_every_answer_is_yes_or_no() -> None:
    told = rows(QBITTORRENT, "call")
    assert len({row["call"] for row in told}) == len(told)
    assert {row[column] for row in told for column in ("served", "driven")} == {"yes", "no"}


def test_the_versions_are_those_answered() -> None:
    assert f"qBittorrent {APP_VERSION}, WebAPI {WEBAPI_VERSION}" in QBITTORRENT


def test_every_product_has_its_level() -> None:
    told = {bare(row["product"]): row["level"] for row in rows(TEXT, "product")}
    there = {path.parent.name for path in (SOURCE / "products").glob("*/__init__.py")}
    assert told.keys() == there
    assert set(told.values()) <= set(LEVELS)
    for product, level in told.items():
        about = SOURCE / "products" / product / "README.md"
        if about.exists():
            assert f"**{level}**" in about.read_text(), f"{about} tells another level"


@pytest.mark.parametrize("source", ["tmdb", "tvmaze"])
def test_the_calls_of_a_catalogue_are_those_made(source: str) -> None:
    heading = {"tmdb": "## TMDB", "tvmaze": "## TVmaze"}[source]
    made = list(texts_in(tree(f"engines/metadata/{source}.py")))
    for row in rows(section(TEXT, heading), "call"):
        assert any(bare(row["call"]) in text for text in made), row["call"]
