"""A house and a VPN provider on one machine, taken down again whatever happens."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engines.tunnel.world import World, why_not


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    if reason := why_not():
        pytest.skip(reason)
    world = World(tmp_path)
    try:
        world.build()
        yield world
    finally:
        world.close()
