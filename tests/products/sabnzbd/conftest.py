from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from starlette.types import ASGIApp

from matinee.products.sabnzbd.keys import Keys
from matinee.products.sabnzbd.memory import Memory
from matinee.products.sabnzbd.server import sabnzbd_app
from tests.products.sabnzbd.engine import FakeEngine

KEY, NZB_KEY = "0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210"


@pytest.fixture
def engine(tmp_path: Path) -> FakeEngine:
    return FakeEngine(tmp_path)


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.fixture
def app(engine: FakeEngine, memory: Memory) -> ASGIApp:
    async def fetch(url: str) -> tuple[str, bytes]:
        return f"{url.rpartition('/')[2]}", b"<nzb/>"

    return sabnzbd_app(engine, Keys(KEY, NZB_KEY), fetch=fetch, memory=memory)


@pytest.fixture
async def line(app: ASGIApp) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://sab.test") as client:
        yield client
