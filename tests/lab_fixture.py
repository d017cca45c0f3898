"""The lab for any test: `from tests.lab_fixture import lab, lab_folder` in a conftest, and films are made once."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from matinee.lab import Lab
from matinee.lab.films import film_stock

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def lab_folder() -> Path:
    """Where the films are: `var/lab` of the checkout, shared with the demo and kept between runs."""
    folder = Path(os.environ.get("MATINEE_LAB_FOLDER") or ROOT / "var" / "lab")
    film_stock(folder)
    return folder


@pytest_asyncio.fixture
async def lab(lab_folder: Path) -> AsyncIterator[Lab]:
    """A running lab of this test's own; its addresses are `lab.addresses`."""
    async with Lab(lab_folder) as running:
        yield running
