"""The driver in the docs is a whole one: it is imported as it stands there, and keeps its promises."""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from matinee.kernel.errors import Refused
from matinee.kernel.redact import redact
from matinee.media.title import Kind
from matinee.pipeline import ports
from matinee.pipeline.ports import Query
from tests.docs.pages import examples, page, quoted, rows, texts_in, trees

TEXT = page("drivers.md")
FILES = ("wire", "client", "server")
FILM = Query(Kind.MOVIE, "Tin Comet", 2021)


@pytest.fixture
def reelhouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """The three files of the docs as a package."""
    folder = tmp_path / "reelhouse"
    folder.mkdir()
    (folder / "__init__.py").write_text('"""Reelhouse, an indexer of the docs."""\n')
    for name, text in zip(FILES, examples(TEXT, "python"), strict=True):
        (folder / f"{name}.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    yield {name: importlib.import_module(f"reelhouse.{name}") for name in FILES}
    for name in [name for name in sys.modules if name.startswith("reelhouse")]:
        del sys.modules[name]


def indexer(reelhouse: dict[str, ModuleType], key: str | None = None) -> ports.Indexer:
    server: Any = reelhouse["server"]
    client: Any = reelhouse["client"]
    made: ports.Indexer = client.ReelhouseIndexer(
        "Reelhouse", "http://reelhouse.test", key or server.KEY, transport=server.transport
    )
    return made


async def test_it_finds_and_fetches_and_a_bad_row_loses_no_other(reelhouse: dict[str, ModuleType]) -> None:
    driver = indexer(reelhouse)
    (release,) = await driver.search(FILM)
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
        await indexer(reelhouse, "a wrong key").search(FILM)
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


def test_what_is_said_of_the_entry_points_is_still_true() -> None:
    """Whoever loads drivers from entry points changes the page, too."""
    assert "**It is not read yet**" in TEXT
    assert not [text for module in trees() for text in texts_in(module) if text == "matinee.products"]
