from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from matinee.engines.torrent import LibtorrentEngine
from matinee.products.qbittorrent.client import QBittorrentClient
from matinee.products.qbittorrent.server import qbittorrent_app
from tests.engines.torrent.swarm import Made, make_film, make_torrent, tracker, working
from tests.products.qbittorrent.process import PASSWORD, USERNAME, torrent_process
from tests.products.qbittorrent.real import BINARY, real_qbittorrent


@dataclass(frozen=True)
class FarEnd:
    """A qBittorrent, ours or the real one, and the folder it downloads into."""

    client: QBittorrentClient
    downloads: Path


@pytest.fixture(params=["ours in this process", "ours on a unix socket", "the real one"])
async def far_end(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[FarEnd]:
    async with AsyncExitStack() as stack:
        if request.param == "ours in this process":
            engine = await stack.enter_async_context(working(tmp_path))
            app = qbittorrent_app(engine, username=USERNAME, password=PASSWORD)
            line = httpx2.ASGITransport(app=app)
            found = FarEnd(QBittorrentClient("http://here", USERNAME, PASSWORD, transport=line), engine.root)
        elif request.param == "ours on a unix socket":
            process = stack.enter_context(torrent_process(tmp_path))
            found = FarEnd(process.client(), process.downloads)
        else:
            if BINARY is None:
                pytest.skip("the real qBittorrent is not installed (apt-get install qbittorrent-nox)")
            real = stack.enter_context(real_qbittorrent(tmp_path / "real"))
            found = FarEnd(QBittorrentClient(real.url, real.username, real.password), real.downloads)
        stack.push_async_callback(found.client.close)
        yield found


@pytest.fixture
async def film(tmp_path: Path) -> AsyncIterator[Made]:
    """A film that a tracker knows; nobody seeds it yet."""
    async with tracker() as url:
        yield make_torrent(make_film(tmp_path / "elsewhere"), tracker=url)


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[LibtorrentEngine]:
    async with working(tmp_path) as engine:
        yield engine
