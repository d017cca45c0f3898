"""Indexers are seated so that nobody but the owner can point them into the house."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from matinee.kernel.database import Database
from matinee.kernel.errors import MatineeError, Unreachable
from matinee.kernel.guard import Guard, PointsInside
from matinee.media.indexing import Question
from matinee.seating import Seating
from matinee.store.indexers import StoredIndexer
from matinee.web.catalogue import Catalogue
from tests.engines.indexer.shelf.packages import definition

INSIDE = "http://127.0.0.1:9/"  # nobody is there: who gets through hears that
STORED = StoredIndexer(name="Shelf", kind="cardigann", definition="shelf")


async def asked(on_sqlite: Database, folder: Path, stored: StoredIndexer) -> MatineeError:
    """What comes of asking the indexer, whose definition names an address in the house."""
    text = definition("shelf").replace("https://tracker.test/", INSIDE)
    assert INSIDE in text
    for place in (folder / "source", folder / "state"):
        place.mkdir(exist_ok=True)
    (folder / "source" / "shelf.yml").write_text(text)
    catalogue = Catalogue(folder / "state", str(folder / "source"))
    await catalogue.refresh()
    indexer = Seating(on_sqlite, catalogue, Guard()).make(stored)
    with pytest.raises(MatineeError) as error:
        await asyncio.wait_for(indexer.ask(Question()), 20)
    await indexer.close()
    return error.value


async def test_an_address_that_only_the_definition_names_leads_not_into_the_house(
    on_sqlite: Database, tmp_path: Path
) -> None:
    assert isinstance(await asked(on_sqlite, tmp_path, STORED), PointsInside)
    chosen = replace(STORED, settings={"url": INSIDE})
    assert isinstance(await asked(on_sqlite, tmp_path, chosen), PointsInside)


async def test_an_address_that_the_owner_wrote_may(on_sqlite: Database, tmp_path: Path) -> None:
    own = replace(STORED, settings={"url": "http://127.0.0.1:10/"})
    assert isinstance(await asked(on_sqlite, tmp_path, own), Unreachable)
    custom = tmp_path / "state" / "custom"
    custom.mkdir(parents=True)
    (custom / "shelf.yml").write_text(definition("shelf").replace("https://tracker.test/", INSIDE))
    assert isinstance(await asked(on_sqlite, tmp_path, STORED), Unreachable)
