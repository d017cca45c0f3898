"""A browser and a house to visit with it."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

from matinee.lab import Lab
from tests.stories.house import RunningHouse

LAB_FOLDER = Path(__file__).parents[2] / "var" / "lab"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Debian's Chromium, headless."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("chromium is not installed")
    async with async_playwright() as play:
        opened = await play.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield opened
        await opened.close()


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
