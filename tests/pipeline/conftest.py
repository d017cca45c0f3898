"""A household on SQLite for every claim about the pipeline."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from matinee.kernel.database import Database
from tests.pipeline.household import Household, household


@pytest.fixture
async def home(on_sqlite: Database, tmp_path: Path) -> AsyncIterator[Household]:
    """A house with all its parts, waiting for a wish."""
    async with household(on_sqlite, tmp_path) as made:
        yield made


@pytest.fixture(autouse=True)
def hurried(light_passwords: None) -> None:
    """No claim here is about how passwords are kept."""
