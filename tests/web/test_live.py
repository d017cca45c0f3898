import asyncio

import pytest

from matinee.kernel.errors import Unreachable
from matinee.kernel.events import Event
from matinee.pipeline.asking import cancel
from matinee.pipeline.ports import DownloadState
from matinee.web import live
from tests.web.visiting import Stream, Visit, listening

GOOD = "Tin.Comet.2021.1080p.WEB-DL.x264-GOOD"


async def test_a_listener_is_greeted_at_once(visit: Visit) -> None:
    browser = await visit.signed_in()
    async with listening(visit, browser) as stream:
        status, headers = await stream.head()
        assert (status, headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
        assert headers["cache-control"] == "no-store"
        assert set(await stream.event("hello")) == {"version"}


async def test_nothing_that_happens_after_the_greeting_is_missed(visit: Visit) -> None:
    browser = await visit.signed_in()
    async with listening(visit, browser) as stream:
        await stream.head()
        await stream.event("hello")
        request_id = await visit.home.wish()
        assert await stream.event("request") == {"request_id": request_id, "state": "running"}


async def test_a_wish_is_followed_to_the_shelf(visit: Visit) -> None:
    browser = await visit.signed_in()
    visit.home.indexer.offer(GOOD)
    async with listening(visit, browser) as stream:
        await stream.head()
        request_id = await visit.home.wish()
        journey = await stream.event("journey")
        assert (journey["request_id"], journey["journey"]["label"]) == (request_id, "Tin Comet")
        assert await stream.event("library") == {"title_id": 1, "ref": "movie-tmdb-603"}
        while journey["journey"]["state"] != "done":
            journey = await stream.event("journey")
        assert [step["stage"] for step in journey["journey"]["steps"]][-1] == "ready"
        assert [step["releases"] for step in journey["journey"]["steps"]] == [
            []
        ] * 6  # those only the wish itself tells


async def test_downloads_are_told_as_they_move(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "DOWNLOADS_EVERY_SECONDS", 0.0)
    browser = await visit.signed_in()
    home = visit.home
    home.indexer.offer(GOOD)
    home.client.outcomes[GOOD] = DownloadState.DOWNLOADING
    async with listening(visit, browser) as stream:
        await stream.head()
        request_id = await home.wish()
        told = (await stream.event("download"))["downloads"]
        while not told or told[0]["request_id"] != request_id:  # the client may be quicker than our own memory
            home.client.set(GOOD, done=home.client.statuses[next(iter(home.client.statuses))].done + 1)
            told = (await stream.event("download"))["downloads"]
        home.client.set(GOOD, done=15_000, speed=700)
        while told[0]["done"] != 15_000:
            told = (await stream.event("download"))["downloads"]
        assert (told[0]["label"], told[0]["speed"], told[0]["state"]) == ("Tin Comet", 700, "downloading")


async def test_a_wish_taken_back_is_told(visit: Visit) -> None:
    browser = await visit.signed_in()
    request_id = await visit.home.wish()
    await visit.home.resting(request_id)
    async with listening(visit, browser) as stream:
        await stream.head()
        await stream.event("hello")
        await cancel(visit.home.parts, request_id)
        states = [(await stream.event("request"))["state"] for _ in range(2)]
        assert states[-1] == "cancelled"


async def test_links_are_told_as_they_are_probed(visit: Visit) -> None:
    browser = await visit.signed_in()
    async with listening(visit, browser) as stream:
        await stream.head()
        await stream.event("hello")
        await visit.desk.prober.probe_link("pipeline-library")
        (link,) = (await stream.event("links"))["links"]
        assert (link["id"], link["state"]) == ("pipeline-library", "green")


async def test_when_the_house_closes_the_stream_ends(visit: Visit) -> None:
    browser = await visit.signed_in()
    async with listening(visit, browser) as stream:
        await stream.head()
        await stream.event("hello")
        visit.desk.stopping.set()
        async with asyncio.timeout(10):
            await stream.task
    assert not visit.home.database.bus._queues


async def test_in_quiet_times_there_is_a_pulse(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "PULSE_SECONDS", 0.01)
    browser = await visit.signed_in()
    async with listening(visit, browser) as stream:
        await stream.head()
        await stream.event("hello")
        async with asyncio.timeout(10):
            assert (await stream._messages.get())["body"] == b": still here\n\n"


async def test_whoever_hangs_up_is_forgotten(visit: Visit) -> None:
    browser = await visit.signed_in()
    async with listening(visit, browser) as stream:
        await stream.head()
        await stream.event("hello")
        assert len(visit.home.database.bus._queues) == 1
    await visit.home.wish()
    assert not visit.home.database.bus._queues


async def test_a_listener_that_cannot_keep_up_is_sent_away_to_begin_again(visit: Visit) -> None:
    browser = await visit.signed_in()
    async with listening(visit, browser) as stream:
        await stream.head()
        await stream.event("hello")
        visit.home.database.bus.publish(*(Event() for _ in range(1001)))
        async with asyncio.timeout(10):
            await stream.task


async def test_when_the_memory_is_silent_the_stream_ends_and_the_page_comes_back(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = await visit.signed_in()

    def silent(*_: object) -> None:
        raise Unreachable("database: no connection")

    async with listening(visit, browser) as stream:
        await stream.head()
        await stream.event("hello")
        monkeypatch.setattr(live, "journey_view", silent)
        await visit.home.wish()
        async with asyncio.timeout(10):
            await stream.task


async def test_strangers_hear_nothing(visit: Visit) -> None:
    stream = Stream(visit.app, {"host": "house.test"})
    assert (await stream.head())[0] == 401
    await stream.hang_up()


async def test_whoever_signs_out_hears_no_more(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "PULSE_SECONDS", 0.01)
    browser = await visit.signed_in()
    async with listening(visit, browser) as stream:
        await stream.head()
        await stream.event("hello")
        assert (await browser.post("/api/logout")).status_code == 204
        async with asyncio.timeout(10):
            await stream.task
