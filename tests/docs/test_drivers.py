"""The driver in the docs is a whole one: installed as it stands there, it is found and keeps its promises."""

import importlib
import inspect
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from matinee.kernel import drivers
from matinee.kernel.errors import Refused
from matinee.kernel.redact import redact
from matinee.media.indexing import Function, Question
from matinee.pipeline import ports
from matinee.seating import make_by_driver, seats_of
from matinee.settings import Settings
from tests.docs.pages import ROOT, bare, examples, page, quoted, rows

TEXT = page("drivers.md")
FILES = ("wire", "client", "server")
PACKAGE = "matinee_reelhouse"
PROJECT, SETTINGS = map(tomllib.loads, examples(TEXT, "toml"))
FILM = Question(Function.SEARCH, "Tin Comet 2021")


@pytest.fixture
def reelhouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """The three files of the docs as a package, installed as its pyproject.toml says."""
    folder = tmp_path / PACKAGE
    folder.mkdir()
    (folder / "__init__.py").write_text('"""Reelhouse, an indexer of the docs."""\n')
    for name, text in zip(FILES, examples(TEXT, "python"), strict=True):
        (folder / f"{name}.py").write_text(text)
    install(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    drivers.installed.cache_clear()
    yield {name: importlib.import_module(f"{PACKAGE}.{name}") for name in FILES}
    drivers.installed.cache_clear()
    for name in [name for name in sys.modules if name.startswith(PACKAGE)]:
        del sys.modules[name]


def install(folder: Path) -> None:
    """What pip leaves of a package beside its files."""
    project = PROJECT["project"]
    about = folder / f"{PACKAGE}-{project['version']}.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n")
    lines = [
        line
        for group, points in project["entry-points"].items()
        for line in (f"[{group}]", *(f"{name} = {value}" for name, value in points.items()))
    ]
    (about / "entry_points.txt").write_text("\n".join(lines))


def indexer(reelhouse: dict[str, ModuleType], key: str | None = None) -> ports.Indexer:
    server: Any = reelhouse["server"]
    client: Any = reelhouse["client"]
    made: ports.Indexer = client.ReelhouseIndexer(
        "Reelhouse", "http://reelhouse.test", key or server.KEY, transport=server.transport
    )
    return made


async def test_it_finds_and_fetches_and_a_bad_row_loses_no_other(reelhouse: dict[str, ModuleType]) -> None:
    driver = indexer(reelhouse)
    page = await driver.ask(FILM)
    (release,) = page.releases
    assert page.rows == 2
    assert (release.name, release.indexer, release.seeders) == (
        "Tin.Comet.2021.1080p.WEB-DL.x264-REEL",
        "Reelhouse",
        12,
    )
    payload = await driver.fetch(release)
    assert payload.torrent
    assert len(payload.infohash) == 40
    assert await driver.probe() == "1 offers"


async def test_a_wrong_key_is_a_refusal_without_the_key(reelhouse: dict[str, ModuleType]) -> None:
    with pytest.raises(Refused, match="Reelhouse: the key or password was refused") as caught:
        await indexer(reelhouse, "a wrong key").ask(FILM)
    assert "a wrong key" not in str(caught.value)
    assert "a wrong key" not in redact("said a wrong key")


@pytest.mark.parametrize("row", rows(TEXT, "promise"), ids=lambda row: row["promise"])
def test_the_promises_are_those_of_the_ports(row: dict[str, str]) -> None:
    (name,) = quoted(row["promise"])
    promised = {method for method in vars(getattr(ports, name)) if not method.startswith("_")}
    assert promised == set(quoted(row["methods"]))


def test_no_promise_is_left_out() -> None:
    told = {quoted(row["promise"])[0] for row in rows(TEXT, "promise")}
    there = {name for name, thing in vars(ports).items() if getattr(thing, "_is_protocol", False)} - {"Protocol"}
    assert told == there


async def test_the_house_finds_and_builds_the_driver(
    reelhouse: dict[str, ModuleType], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REELHOUSE_KEY", "a key of the owner")
    (seat,) = seats_of(Settings.model_validate(SETTINGS).indexers)
    built = make_by_driver(seat)
    assert isinstance(built, vars(reelhouse["client"])["ReelhouseIndexer"])
    assert (built.name, built.priority) == ("Reelhouse", 25)


def test_an_unknown_driver_is_refused_with_those_there_are(reelhouse: dict[str, ModuleType]) -> None:
    names = "newznab, nzbget, qbittorrent, reelhouse, sabnzbd, torznab, transmission"
    with pytest.raises(Refused, match=f"no driver for 'reelhous'; installed are: {names}"):
        drivers.driver("reelhous", "make_indexer")
    with pytest.raises(Refused, match="fills another role"):
        drivers.driver("reelhouse", "make_download_client")


def test_our_own_drivers_are_announced_in_the_same_way() -> None:
    ours = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"]
    assert ours.keys() == PROJECT["project"]["entry-points"].keys() == {drivers.GROUP}
    assert ours[drivers.GROUP].keys() == {"newznab", "torznab", "qbittorrent", "sabnzbd", "nzbget", "transmission"}


@pytest.mark.parametrize(
    ("product", "factory"),
    [("newznab", "make_indexer"), ("torznab", "make_indexer"), ("qbittorrent", "make_download_client")],
)
def test_the_factories_are_called_as_told(product: str, factory: str) -> None:
    (told,) = (row for row in rows(TEXT, "factory") if bare(row["factory"]) == factory)
    assert list(inspect.signature(drivers.driver(product, factory)).parameters) == quoted(told["is called with"])
