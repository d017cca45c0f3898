"""A house with visitors, on SQLite, for every claim about the pages."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from matinee.kernel.database import Database
from tests.web.visiting import Visit, visiting


@pytest.fixture
async def visit(on_sqlite: Database, tmp_path: Path) -> AsyncIterator[Visit]:
    """The whole site, with an owner called Anna."""
    async with visiting(on_sqlite, tmp_path) as made:
        yield made


@pytest.fixture(autouse=True)
def hurried(light_passwords: None) -> None:
    """No claim here is about how passwords are kept."""
