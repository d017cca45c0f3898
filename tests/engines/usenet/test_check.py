"""On wish servers are asked for all articles before the first one is fetched."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from matinee.engines.usenet.engine import NewsEngine
from matinee.lab.news import NewsLab
from matinee.lab.news_faults import Fault
from matinee.lab.news_posts import made_up
from matinee.pipeline.usenet_port import JobState, UsenetPreferences
from tests.engines.usenet.conftest import Start, ended, server_of
from tests.engines.usenet.test_downloading import content_of

FILES = {"film.mkv": made_up(2_000_003, 1), "film.nfo": b"a small one"}
SMALL = 10_000
ALL = 202  # articles


@pytest.fixture
async def begin(lab: NewsLab, start: Start) -> AsyncIterator[Start]:
    async def begun(*servers: object, **changes: object) -> NewsEngine:
        engine = await start(*servers, **changes)
        await engine.set_preferences(UsenetPreferences(pre_check=True))
        return engine

    yield begun


def asked(lab: NewsLab, *verbs: str) -> int:
    return sum(lab.statistics()["commands"].get(verb, 0) for verb in verbs)


async def test_all_is_looked_for_pipelined_before_anything_is_fetched(lab: NewsLab, begin: Start) -> None:
    engine = await begin(server_of(lab, connections=2))
    lab.manners.latency = 0.01
    id = await engine.add(lab.add_post("Film", FILES, article_size=SMALL))
    revision = 0
    async with asyncio.timeout(10):
        while engine.queue()[0].state is not JobState.CHECKING or not engine.queue()[0].message:
            revision = await engine.changed(revision)
    assert "articles are looked for" in engine.queue()[0].message
    assert not lab.manners.asked
    lab.manners.latency = 0
    job = await ended(engine, id)
    assert job.state is JobState.COMPLETED, job.message
    assert content_of(job.storage) == FILES
    assert asked(lab, "STAT") == ALL
    assert max(lab.statistics()["outstanding"]) >= 3


async def test_nothing_is_looked_for_without_the_wish(lab: NewsLab, start: Start) -> None:
    engine = await start(server_of(lab))
    await ended(engine, await engine.add(lab.add_post("Film", FILES, article_size=SMALL)))
    assert asked(lab, "STAT", "HEAD") == 0


async def test_a_dead_post_is_known_by_a_sample(lab: NewsLab, begin: Start) -> None:
    posted = lab.post("Film", FILES, article_size=SMALL, par2_blocks=10)
    for message_id in posted.ids:
        lab.faults.choose(message_id, Fault.MISSING)
    for message_id in posted.articles["film.mkv"][40:44]:
        lab.faults.choose(message_id, None)
    lab.manners.latency = 0.002
    engine = await begin(server_of(lab, connections=1))
    job = await ended(engine, await engine.add(posted.nzb))
    assert job.state is JobState.FAILED
    assert "missing on all news servers" in job.message
    assert asked(lab, "STAT") <= 60 and not lab.manners.asked
    assert job.can_retry


async def test_a_sample_alone_condemns_what_its_names_do_not_tell(lab: NewsLab, begin: Start) -> None:
    posted = lab.post("Film", FILES, article_size=SMALL, par2_blocks=10, is_obfuscated=True, subjects=False)
    for message_id in posted.ids:
        lab.faults.choose(message_id, Fault.MISSING)
    engine = await begin(server_of(lab))
    job = await ended(engine, await engine.add(posted.nzb))
    assert job.state is JobState.FAILED
    assert "articles from all over it are missing on all news servers" in job.message
    assert asked(lab, "STAT") <= 60 and not lab.manners.asked


async def test_more_missing_than_par2_makes_good_fails_with_figures_and_fetches_nothing(
    lab: NewsLab, begin: Start
) -> None:
    posted = lab.post("Film", FILES, article_size=SMALL, par2_blocks=4)
    for message_id in posted.articles["film.mkv"][50:60]:
        lab.faults.choose(message_id, Fault.MISSING)
    engine = await begin(server_of(lab))
    job = await ended(engine, await engine.add(posted.nzb))
    assert job.state is JobState.FAILED
    assert "bytes are missing on all news servers, its par2 files can make good" in job.message
    assert not lab.manners.asked


async def test_what_par2_makes_good_is_fetched_and_nobody_is_asked_for_what_it_lacks(
    lab: NewsLab, begin: Start
) -> None:
    posted = lab.post("Film", FILES, article_size=SMALL, par2_blocks=8)
    lost = posted.articles["film.mkv"][50:53]
    for message_id in lost:
        lab.faults.choose(message_id, Fault.MISSING)
    engine = await begin(server_of(lab))
    job = await ended(engine, await engine.add(posted.nzb))
    assert job.state is JobState.COMPLETED, job.message
    assert content_of(job.storage) == FILES
    assert not set(lost) & lab.manners.asked.keys()


async def test_the_next_server_is_asked_for_what_one_lacks(lab: NewsLab, begin: Start) -> None:
    second = NewsLab(shelf=lab.shelf)
    second.start()
    try:
        posted = lab.post("Film", FILES, article_size=SMALL)
        lost = posted.articles["film.mkv"][::4]
        for message_id in lost:
            lab.faults.choose(message_id, Fault.MISSING)
        engine = await begin(server_of(lab), server_of(second, "second", tier=1))
        job = await ended(engine, await engine.add(posted.nzb))
        assert job.state is JobState.COMPLETED, job.message
        assert (asked(lab, "STAT"), asked(second, "STAT")) == (ALL, len(lost))
        assert set(second.manners.asked) == set(lost)
        assert not set(lost) & lab.manners.asked.keys()
    finally:
        second.stop()


@pytest.mark.parametrize("refused", [["STAT"], ["STAT", "HEAD"]], ids=str)
async def test_who_does_not_know_stat_is_asked_for_heads(begin: Start, refused: list[str]) -> None:
    lab = NewsLab(refused=refused)
    lab.start()
    try:
        engine = await begin(server_of(lab))
        posted = lab.post("Film", FILES, article_size=SMALL)
        job = await ended(engine, await engine.add(posted.nzb))
        assert job.state is JobState.COMPLETED, job.message
        assert content_of(job.storage) == FILES
        if "HEAD" not in refused:
            assert asked(lab, "HEAD") >= ALL
    finally:
        lab.stop()


async def test_a_line_that_is_lost_over_it_is_no_verdict(lab: NewsLab, begin: Start) -> None:
    posted = lab.post("Film", FILES, article_size=SMALL)
    engine = await begin(server_of(lab, timeout=0.7))
    await engine.pause()
    id = await engine.add(posted.nzb)
    lab.manners.latency = 0.02
    await engine.resume()
    async with asyncio.timeout(10):
        while not asked(lab, "STAT"):  # noqa: ASYNC110  a thread of the lab counts
            await asyncio.sleep(0.01)
    lab.pause()
    lab.manners.latency = 0
    lab.start()
    job = await ended(engine, id)
    assert job.state is JobState.COMPLETED, job.message


async def test_it_is_looked_for_once_and_again_only_after_a_failure(lab: NewsLab, begin: Start) -> None:
    posted = lab.post("Film", FILES, article_size=SMALL)
    lost = posted.articles["film.mkv"][-1]
    engine = await begin(server_of(lab))
    await engine.set_speed_limit(100_000)  # all answers come in a moment, the film does not
    id = await engine.add(posted.nzb)
    revision = 0
    async with asyncio.timeout(20):
        while engine.queue()[0].state is not JobState.DOWNLOADING:
            revision = await engine.changed(revision)
    assert asked(lab, "STAT") == ALL
    await engine.close()
    lab.faults.choose(lost, Fault.MISSING)
    engine = await begin()
    await engine.set_speed_limit(0)
    assert (await ended(engine, id)).state is JobState.FAILED
    assert asked(lab, "STAT") == ALL
    await engine.retry(id)
    assert (await ended(engine, id)).state is JobState.FAILED
    assert asked(lab, "STAT") == ALL + 1  # only for what is not here
    lab.faults.choose(lost, None)
    await engine.retry(id)
    assert (await ended(engine, id)).state is JobState.COMPLETED
