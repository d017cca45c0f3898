"""A news server on loopback, and engines that download from it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from matinee.engines.usenet import NewsEngine, Penalties, Settings
from matinee.lab.news import NewsLab
from matinee.pipeline.usenet_port import FinishedJob, NewsServer

QUICK = Penalties(0.5, 0.5, 0.5, 0.5, 0.5, first_pause=0.02)

Start = Callable[..., Awaitable[NewsEngine]]


@pytest.fixture
def lab() -> Iterator[NewsLab]:
    lab = NewsLab()
    lab.start()
    yield lab
    lab.stop()


@pytest.fixture
async def start(tmp_path: Path) -> AsyncIterator[Start]:
    """Start an engine on the test's own folders; it is closed in the end."""
    async with contextlib.AsyncExitStack() as stack:

        async def starting(*servers: NewsServer, **changes: object) -> NewsEngine:
            settings = replace(Settings(threads=2, penalties=QUICK, least_room=0, room_seconds=0.2), **changes)  # type: ignore[arg-type]
            engine = NewsEngine(
                tmp_path / "state",
                complete=tmp_path / "complete",
                incomplete=tmp_path / "incomplete",
                settings=settings,
            )
            await engine.open()
            stack.push_async_callback(engine.close)
            if servers:
                await engine.set_servers(servers)
            return engine

        yield starting


def server_of(lab: NewsLab, name: str = "lab", **changes: object) -> NewsServer:
    plain = NewsServer(name, lab.host, lab.port, tls=False, connections=4, timeout=2.0)
    return replace(plain, **changes)  # type: ignore[arg-type]


async def ended(engine: NewsEngine, id: str, seconds: float = 20) -> FinishedJob:
    """The job's page of the history, when it is there."""
    async with asyncio.timeout(seconds):
        revision = 0
        while True:
            revision = await engine.changed(revision)
            for job in engine.history():
                if job.id == id:
                    return job
