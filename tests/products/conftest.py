from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from matinee.kernel.database import Database
from tests.products.servarr.street import Ours, Street, Theirs, file_copy, our_house, their_house


@pytest.fixture
def street() -> Street:
    return Street()


@pytest.fixture
async def ours(on_sqlite: Database, street: Street) -> AsyncIterator[Ours]:
    async with our_house(on_sqlite, street) as house:
        yield house


@pytest.fixture
async def theirs(migrated_file: Path, tmp_path: Path, street: Street) -> AsyncIterator[Theirs]:
    database = file_copy(migrated_file, tmp_path, "theirs")
    async with their_house(database, street) as house:
        yield house
    await database.close()
