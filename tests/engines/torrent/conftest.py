from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from matinee.engines.torrent import LibtorrentEngine
from tests.engines.torrent.swarm import Made, make_film, make_torrent, tracker, working


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[LibtorrentEngine]:
    async with working(tmp_path) as engine:
        yield engine


@pytest.fixture
async def film(tmp_path: Path) -> AsyncIterator[Made]:
    """A film that a tracker knows; nobody seeds it yet."""
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(tracker())
        yield make_torrent(make_film(tmp_path / "elsewhere"), tracker=url)
