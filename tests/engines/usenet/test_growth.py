import asyncio
import time
from collections.abc import Callable

import pytest

from matinee.engines.usenet import NewsEngine, Penalties
from matinee.engines.usenet.dial import Trouble
from matinee.engines.usenet.downloader import Downloader
from matinee.engines.usenet.growth import ENOUGH, FIRST, STEP, Growth
from matinee.engines.usenet.servers import Roster, ServerLive
from matinee.lab.news import NewsLab
from matinee.lab.news_posts import made_up
from matinee.pipeline.usenet_port import JobState, NewsServer
from tests.engines.usenet.conftest import Start, ended, server_of

SMALL = 3_000  # bytes an article
SLOW = 0.1  # seconds a command
PATIENT = Penalties(0.5, 0.5, 0.5, 600, 0.5, first_pause=0.02)  # with those that are full
LIMIT = 1_000_000  # bytes a second: the threads sleep for its sake, and wait for no network
LONG = {"film.mkv": made_up(2_400_000)}  # 800 articles


async def until(is_so: Callable[[], bool], seconds: float = 20) -> None:
    """The state of things is so."""
    async with asyncio.timeout(seconds):
        while not is_so():  # noqa: ASYNC110  lines come and go in other threads, and nothing tells of it
            await asyncio.sleep(0.02)


def lines(engine: NewsEngine, server: int = 0) -> int:
    state = engine.servers()[server][1]
    return state.active + state.idle


# when more are worth having


def test_more_lines_are_allowed_while_the_threads_wait() -> None:
    growth = Growth()
    growth.begin(100.0, 7.0)
    assert not growth.look(100.0 + STEP / 2, 7.0 + STEP / 2)  # too early to tell
    assert growth.look(101.0, 8.0)
    assert growth.most == 2 * FIRST
    assert growth.look(102.0, 8.0 + 1.1 * ENOUGH)
    assert growth.most == 4 * FIRST


def test_no_more_are_allowed_when_the_threads_are_full_and_none_is_taken_back() -> None:
    growth = Growth()
    growth.begin(100.0, 7.0)
    assert growth.look(101.0, 8.0)
    for at in range(1, 100):
        assert not growth.look(101.0 + at, 8.0 + 0.9 * ENOUGH * at)
    assert growth.most == 2 * FIRST


def test_what_was_waited_while_lines_were_missing_does_not_count() -> None:
    growth = Growth()
    growth.begin(100.0, 0.0)
    growth.begin(101.0, 1.0)
    assert not growth.look(102.0, 1.0)
    assert growth.most == FIRST


# as an engine does it


async def test_a_slow_server_gets_all_the_lines_it_allows(start: Start) -> None:
    async with NewsLab(latency=SLOW) as lab:
        engine = await start(server_of(lab, connections=20, pipeline=1))
        id = await engine.add(lab.add_post("Film", LONG, article_size=SMALL))
        await until(lambda: lines(engine) == 20)
        assert (await ended(engine, id)).state is JobState.COMPLETED
        assert lab.calls == 20


async def test_a_fast_server_gets_only_as_many_as_the_threads_can_serve(lab: NewsLab, start: Start) -> None:
    engine = await start(server_of(lab, connections=50))
    await engine.set_speed_limit(LIMIT)
    job = await ended(engine, await engine.add(lab.add_post("Film", LONG, article_size=SMALL)))
    assert job.state is JobState.COMPLETED
    assert lab.calls == FIRST


async def test_after_a_rest_it_begins_with_few_again(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matinee.engines.usenet.hand.IDLE_SECONDS", 1.0)
    async with NewsLab(latency=SLOW) as lab:
        engine = await start(server_of(lab, connections=12, pipeline=1))
        await engine.add(lab.add_post("Film", LONG, article_size=SMALL))
        await until(lambda: lines(engine) == 12)
        await until(lambda: lines(engine) == 0 and bool(engine.history()))
        lab.manners.latency = 0.0
        await engine.set_speed_limit(LIMIT)
        await ended(engine, await engine.add(lab.add_post("Other", {"b.mkv": made_up(900_000, 2)}, article_size=SMALL)))
        assert lab.calls == 12 + FIRST


async def test_a_server_that_is_full_keeps_the_lines_it_gave_and_is_not_pestered(start: Start) -> None:
    async with NewsLab(latency=SLOW, most_connections=11) as lab:
        engine = await start(server_of(lab, connections=50, pipeline=1), penalties=PATIENT)
        id = await engine.add(lab.add_post("Film", LONG, article_size=SMALL))
        await until(lambda: lab.turned_away > 0 and lines(engine) == 11)
        assert (await ended(engine, id)).state is JobState.COMPLETED
        assert lab.calls - lab.turned_away == 11
        assert lab.turned_away <= 2 * FIRST - 11


@pytest.mark.parametrize("allowed", [1, 3, 5])
async def test_the_first_lines_may_be_too_many_as_well(start: Start, allowed: int) -> None:
    async with NewsLab(latency=SLOW, most_connections=allowed) as lab:
        engine = await start(server_of(lab, connections=8, pipeline=4), penalties=PATIENT)
        id = await engine.add(lab.add_post("Film", {"a.mkv": made_up(450_000)}, article_size=SMALL))
        assert (await ended(engine, id)).state is JobState.COMPLETED
        assert lab.calls - lab.turned_away == allowed
        assert lab.turned_away <= FIRST - allowed


async def test_a_server_of_few_lines_works_beside_one_of_many(start: Start) -> None:
    async with NewsLab(latency=SLOW) as many, NewsLab(latency=SLOW, shelf=many.shelf) as few:
        servers = server_of(many, "many", connections=20, pipeline=1), server_of(few, "few", connections=2, pipeline=1)
        engine = await start(*servers)
        id = await engine.add(many.add_post("Film", LONG, article_size=SMALL))
        await until(lambda: lines(engine) == 20)
        assert (await ended(engine, id)).state is JobState.COMPLETED
        assert (many.calls, few.calls) == (20, 2)
        assert 1 / 20 < few.statistics()["commands"]["BODY"] / many.statistics()["commands"]["BODY"] < 1 / 3


def test_a_refusal_condemns_nobody_while_other_calls_are_under_way() -> None:
    roster = Roster(PATIENT)
    roster.put([NewsServer("a", "nowhere.test", connections=8)])
    (live,), downloader = roster.lives, Downloader(roster, lambda words: None)
    downloader.start()
    try:
        live.note_calls(1)
        downloader.failed(live, Trouble.CROWDED, "502 too many")
        assert not live.blocked_until and live.allowed_connections(time.monotonic()) == 1
        live.note_calls(-1)
        downloader.failed(live, Trouble.CROWDED, "502 too many")
        assert live.blocked_until
    finally:
        downloader.stop()


def test_lines_that_are_open_disprove_a_lower_ceiling() -> None:
    live = ServerLive(NewsServer("a", "nowhere.test", connections=8), 0)
    live.note_connections(1)
    live.ceiling, live.ceiling_until = live.connections, 100.0  # a call was refused before the others' were noted
    live.note_connections(1)
    live.note_connections(1)
    live.note_connections(-1)
    assert live.allowed_connections(50.0) == 3
