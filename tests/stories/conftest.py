"""The lab and a house in it, fresh for every story."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from matinee.lab import Lab
from tests.conftest import Cluster
from tests.stories.house import RunningHouse

LAB_FOLDER = Path(__file__).parents[2] / "var" / "lab"


@pytest.fixture
async def lab() -> AsyncIterator[Lab]:
    """A little internet of its own."""
    async with Lab(LAB_FOLDER) as opened:
        yield opened


@pytest.fixture
async def house(lab: Lab, tmp_path: Path) -> AsyncIterator[RunningHouse]:
    """A house that is open and knows its owner."""
    built = RunningHouse(tmp_path / "house", lab.street.addresses)
    await built.start()
    yield built
    await built.stop()


MakeHouse = Callable[..., RunningHouse]


@pytest.fixture
async def make_house(lab: Lab, tmp_path: Path) -> AsyncIterator[MakeHouse]:
    """Houses built to order; all are closed in the end."""
    houses: list[RunningHouse] = []

    def make(**wishes: object) -> RunningHouse:
        house = RunningHouse(tmp_path / f"house{len(houses)}", lab.street.addresses)
        for name, value in wishes.items():
            setattr(house, name, value)
        houses.append(house)
        return house

    yield make
    for house in houses:
        await house.stop()


@pytest.fixture
def empty_postgresql_url(cluster: Cluster) -> str:
    """A PostgreSQL database without a single table."""
    return cluster.fresh("template0")
