"""Downloads are told not more often than a page can look, and their last word at once."""

from pathlib import Path

import pytest

from matinee.pipeline.news import DownloadsMoved
from matinee.pipeline.ports import DownloadState, DownloadStatus
from matinee.web import live
from tests.pipeline.household import Household
from tests.web.visiting import Visit, listening

START = DownloadStatus("a", "Tin.Comet", DownloadState.DOWNLOADING, 100, 1, 5, None, 3, Path("Tin.Comet.mkv"))


async def moved(home: Household, **values: int) -> None:
    """The client has reported this, and the house has told it around."""
    with home.database.bus.reading() as events:
        home.client.set("Tin.Comet", **values)
        while not isinstance(await anext(events), DownloadsMoved):
            pass


async def test_moving_downloads_are_told_now_and_then_and_a_halt_at_once(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "DOWNLOADS_EVERY_SECONDS", 3600.0)
    home, browser = visit.home, await visit.signed_in()
    async with listening(visit, browser) as stream:
        await stream.head()
        await stream.event("hello")
        home.client.statuses["a"] = START
        await moved(home, done=1)
        assert (await stream.event())["downloads"][0]["done"] == 1
        for done in (2, 3, 4):
            await moved(home, done=done)
        await visit.desk.prober.probe_link("pipeline-library")
        assert set(await stream.event()) == {"links"}  # and not one download before it
        await moved(home, done=100, speed=0)
        assert (await stream.event())["downloads"][0]["done"] == 100


async def test_what_was_told_already_is_not_told_again(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "DOWNLOADS_EVERY_SECONDS", 0.0)
    home, browser = visit.home, await visit.signed_in()
    async with listening(visit, browser) as stream:
        await stream.head()
        await stream.event("hello")
        home.client.statuses["a"] = START
        for _ in range(3):
            await moved(home, done=1)
        assert "downloads" in await stream.event()
        await visit.desk.prober.probe_link("pipeline-library")
        assert set(await stream.event()) == {"links"}
