"""Every call of a foreign API that is served or driven is told, and none is promised that is not."""

import re
from types import SimpleNamespace
from typing import Any, cast

import pytest
from starlette.routing import Route

from matinee.kernel.clock import now
from matinee.pipeline.torrent_port import TorrentEngine
from matinee.products.prowlarr.house import VERSION as PROWLARR_VERSION
from matinee.products.prowlarr.server import prowlarr_routes
from matinee.products.qbittorrent.calls_app import APP_VERSION, WEBAPI_VERSION
from matinee.products.qbittorrent.server import READS, WRITES, qbittorrent_app
from matinee.products.qbittorrent.wire import PREFIX
from matinee.products.radarr.wire import RADARR
from matinee.products.servarr.dialect import Dialect
from matinee.products.servarr.receiving import receiving_routes
from matinee.products.sonarr.wire import SONARR
from tests.docs.pages import ROOT, SOURCE, bare, page, rows, section, texts_in, tree

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


def test_the_paths_of_prowlarr_are_the_routes_of_the_server() -> None:
    house: Any = SimpleNamespace(clock=now)
    assert paths("## Prowlarr", "yes") == of_routes(prowlarr_routes(house))
    assert not paths("## Prowlarr", "no").keys() & of_routes(prowlarr_routes(house)).keys()
    assert f"Prowlarr {PROWLARR_VERSION}, API v1" in section(TEXT, "## Prowlarr")


@pytest.mark.parametrize("dialect", [RADARR, SONARR], ids=lambda dialect: dialect.name)
def test_the_paths_of_radarr_and_sonarr_are_the_routes_of_the_server(dialect: Dialect) -> None:
    house: Any = object()
    assert paths("## Radarr and Sonarr", "yes") == of_routes(receiving_routes(dialect, house))
    assert f"{dialect.name} {dialect.version}" in " ".join(section(TEXT, "## Radarr and Sonarr").split())


def paths(heading: str, served: str) -> dict[str, set[str]]:
    """The methods of the paths that are told as served so; no path is told twice."""
    told = rows(section(TEXT, heading), "path")
    assert len({row["path"] for row in told}) == len(told)
    return {bare(row["path"]): set(row["methods"].split()) for row in told if row["served"] == served}


def of_routes(routes: list[Route]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for route in routes:
        methods = found.setdefault(re.sub(r":\w+", "", route.path), set())
        methods |= (route.methods or set()) - {"HEAD"}
    return found


CATALOGUES = {
    "engines/metadata/tmdb": "## TMDB",
    "engines/metadata/tvdb": "## TheTVDB",
    "engines/metadata/tvmaze": "## TVmaze",
    "engines/metadata/wikidata": "## Wikidata",
    "engines/indexer/native/internet_archive": "## Internet Archive",
    "products/flaresolverr/client": "## FlareSolverr",
}


@pytest.mark.parametrize("source", CATALOGUES)
def test_the_calls_of_a_catalogue_are_those_made(source: str) -> None:
    made = list(texts_in(tree(f"{source}.py")))
    told = rows(section(TEXT, CATALOGUES[source]), "call")
    assert told
    for row in told:
        path = bare(row["call"]).rpartition(" ")[2]
        assert any(path in text for text in made), row["call"]


def test_the_thanks_that_are_asked_for_are_given() -> None:
    thanks = "Please consider adding missing information or subscribing."
    assert thanks in TEXT
    assert thanks in (ROOT / "README.md").read_text()
