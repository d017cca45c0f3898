"""A quota is kept, waited for and begun anew, on the right day, also when the engine was off then."""

import asyncio
import json
from datetime import datetime
from pathlib import Path

import pytest

from matinee.engines.usenet.engine import NewsEngine
from matinee.engines.usenet.periods import began, begins
from matinee.engines.usenet.record import read_rules
from matinee.engines.usenet.servers import Roster
from matinee.kernel.errors import Refused
from matinee.lab.news import NewsLab
from matinee.lab.news_faults import Fault
from matinee.lab.news_posts import made_up
from matinee.pipeline.usenet_port import JobState, Quota, QuotaPeriod
from tests.engines.usenet.conftest import Start, ended, server_of
from tests.engines.usenet.test_servers import named

DAY, WEEK, MONTH, NEVER = QuotaPeriod.DAY, QuotaPeriod.WEEK, QuotaPeriod.MONTH, QuotaPeriod.NEVER
FILES = {"film.mkv": made_up(1_000_000)}
SMALL = 20_000


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("period", "day", "now", "start", "end"),
    [
        (DAY, 1, "2026-11-23 05:00", "2026-11-22 06:30", "2026-11-23 06:30"),
        (DAY, 1, "2026-11-23 06:30", "2026-11-23 06:30", "2026-11-24 06:30"),
        (WEEK, 3, "2026-11-23 12:00", "2026-11-18 06:30", "2026-11-25 06:30"),  # from a Monday to Wednesdays
        (WEEK, 1, "2026-11-23 12:00", "2026-11-23 06:30", "2026-11-30 06:30"),
        (MONTH, 15, "2026-11-23 12:00", "2026-11-15 06:30", "2026-12-15 06:30"),
        (MONTH, 31, "2026-03-01 12:00", "2026-02-28 06:30", "2026-03-31 06:30"),
        (MONTH, 31, "2026-12-31 05:00", "2026-11-30 06:30", "2026-12-31 06:30"),
        (MONTH, 1, "2026-01-01 00:00", "2025-12-01 06:30", "2026-01-01 06:30"),
    ],
)
def test_a_period_begins_by_the_clock_on_the_wall(
    period: QuotaPeriod, day: int, now: str, start: str, end: str
) -> None:
    quota = Quota(1, period, day, 6, 30)
    assert (began(quota, at(now)), begins(quota, at(now))) == (at(start), at(end))


def test_an_amount_bought_once_never_begins_anew() -> None:
    assert began(Quota(1, NEVER), at("2026-11-23")) is begins(Quota(1, NEVER), at("2026-11-23")) is None


def test_a_server_over_its_quota_is_passed_over_and_waited_for_only_when_it_comes_again() -> None:
    roster = Roster(clock=lambda: 100.0)
    roster.put([named("a", quota=100, quota_period=MONTH), named("b", quota=100, tier=1)], at("2026-11-23"))
    monthly, block = roster.lives
    monthly.count(100)
    roster.tick()
    assert roster.allowed(0) == block.bit
    assert roster.allowed(block.bit) == monthly.bit  # the last hope is waited for
    block.count(100)
    roster.tick()
    assert roster.allowed(monthly.bit) == 0  # what was bought once does not come again
    assert roster.is_empty
    assert not monthly.spend_anew(at("2026-11-30"))
    assert monthly.spend_anew(at("2026-12-01")) and not monthly.is_spent
    assert not block.spend_anew(at("2036-12-01")) and block.is_spent


def test_what_the_owner_says_was_used_before_is_of_the_first_period_only() -> None:
    roster = Roster()
    spec = named("a", quota=100, used=60, quota_period=MONTH)
    roster.put([spec], at("2026-11-23"))
    (live,) = roster.lives
    live.count(30)
    assert live.used == 90
    assert live.spend_anew(at("2026-12-01"))
    assert live.used == 0
    roster.put([spec], at("2026-12-02"))  # the same settings again, as at each start
    assert live.used == 0


async def waiting(engine: NewsEngine, words: str) -> str:
    async with asyncio.timeout(10):
        revision = 0
        while words not in engine.queue()[0].message:
            revision = await engine.changed(revision)
    return engine.queue()[0].message


async def test_the_job_goes_on_with_the_next_server(lab: NewsLab, start: Start) -> None:
    second = NewsLab(shelf=lab.shelf)
    second.start()
    try:
        first = server_of(lab, quota=300_000, quota_period=MONTH, connections=1, pipeline=2)
        engine = await start(first, server_of(second, "second", tier=1))
        job = await ended(engine, await engine.add(lab.add_post("Film", FILES, article_size=SMALL)))
        assert job.state is JobState.COMPLETED, job.message
        states = {server.name: state for server, state in engine.servers()}
        assert 300_000 <= states["lab"].used < 400_000
        assert "quota" in states["lab"].trouble and states["second"].bytes_total > 600_000
    finally:
        second.stop()


async def test_without_another_server_it_waits_says_why_and_goes_on_in_the_next_period(
    lab: NewsLab, start: Start
) -> None:
    clock = {"now": at("2026-11-23 12:00")}
    server = server_of(lab, quota=300_000, quota_period=WEEK, quota_day=2, connections=1, pipeline=2)
    engine = await start(server, clock=lambda: clock["now"])
    id = await engine.add(lab.add_post("Film", FILES, article_size=SMALL))
    assert "until 2026-11-24 00:00" in await waiting(engine, "quota")
    assert engine.servers()[0][1].resets == at("2026-11-24").astimezone()
    await engine.close()
    clock["now"] = at("2026-11-23 23:59")
    engine = await start(clock=lambda: clock["now"])
    await waiting(engine, "quota")  # a restart is no new period
    await engine.close()
    clock["now"] = at("2026-11-26 09:00")  # it was off when the period began
    engine = await start(clock=lambda: clock["now"])
    await engine.set_servers([server_of(lab, quota=3_000_000, quota_period=WEEK, quota_day=2)])
    assert (await ended(engine, id)).state is JobState.COMPLETED
    assert engine.servers()[0][1].used < engine.servers()[0][1].bytes_total


async def test_what_only_a_server_over_its_quota_may_have_is_waited_for(lab: NewsLab, start: Start) -> None:
    monthly = NewsLab(shelf=lab.shelf)
    monthly.start()
    try:
        posted = lab.post("Film", FILES, article_size=SMALL)
        lab.faults.choose(posted.articles["film.mkv"][7], Fault.MISSING)
        second = server_of(monthly, "monthly", tier=1, quota=1, used=1, quota_period=MONTH)
        engine = await start(server_of(lab), second, clock=lambda: at("2026-11-23 12:00"))
        id = await engine.add(posted.nzb)
        assert await waiting(engine, "monthly") == (
            "It waits for monthly: its quota of 0.0 MB is used up until 2026-12-01 00:00"
        )
        await engine.look_at_the_clock(at("2026-12-01 00:00"))
        assert (await ended(engine, id)).state is JobState.COMPLETED
    finally:
        monthly.stop()


async def test_a_block_account_is_used_up_for_good(lab: NewsLab, start: Start) -> None:
    clock = {"now": at("2026-11-23 12:00")}
    engine = await start(server_of(lab, quota=300_000, connections=1, pipeline=2), clock=lambda: clock["now"])
    await engine.add(lab.add_post("Film", FILES, article_size=SMALL))
    await waiting(engine, "quota")
    used = engine.servers()[0][1].used
    await engine.close()
    clock["now"] = at("2030-01-01")
    engine = await start(clock=lambda: clock["now"])
    await engine.look_at_the_clock(clock["now"])
    assert await waiting(engine, "is used up") == engine.queue()[0].message
    assert engine.servers()[0][1].used == used


async def test_the_quota_of_all_stops_all_and_begins_anew_by_the_clock_or_by_hand(lab: NewsLab, start: Start) -> None:
    clock = {"now": at("2026-11-23 12:00")}
    engine = await start(server_of(lab, connections=1, pipeline=2), clock=lambda: clock["now"])
    await engine.set_quota(Quota(100_000, DAY))
    await engine.set_speed_limit(200_000)
    id = await engine.add(lab.add_post("Film", FILES, article_size=SMALL))
    assert "until 2026-11-24 00:00" in await waiting(engine, "The quota of 0.1 MB is used up")
    assert engine.quota()[1].used >= 100_000
    await engine.close()
    clock["now"] = at("2026-11-24 00:00:01")
    engine = await start(clock=lambda: clock["now"])
    await engine.look_at_the_clock(clock["now"])
    assert engine.quota()[1].used < 100_000
    await waiting(engine, "The quota of 0.1 MB is used up")
    await engine.reset_quota()
    await waiting(engine, "The quota of 0.1 MB is used up")
    await engine.set_quota(Quota())
    await engine.set_speed_limit(0)
    assert (await ended(engine, id)).state is JobState.COMPLETED


@pytest.mark.parametrize(
    "quota", [Quota(-1), Quota(1, day=0), Quota(1, day=32), Quota(1, hour=24), Quota(1, minute=60)]
)
async def test_a_quota_that_is_none_is_refused(start: Start, quota: Quota) -> None:
    engine = await start()
    with pytest.raises(Refused):
        await engine.set_quota(quota)
    assert engine.quota()[0] == Quota()


async def test_bytes_by_day_survive_a_restart(lab: NewsLab, start: Start, tmp_path: Path) -> None:
    engine = await start(server_of(lab))
    await ended(engine, await engine.add(lab.add_post("Film", FILES, article_size=SMALL)))
    await engine.close()
    engine = await start()
    state = engine.servers()[0][1]
    assert state.bytes_total == state.bytes_today == sum(state.days.values()) > 1_000_000


def test_pages_of_older_engines_keep_what_was_used() -> None:
    page = {"servers": [{"name": "a", "host": "h", "quota": 100}], "slots": ["a"], "used": {"a": 70}}
    rules = read_rules(json.loads(json.dumps(page)))
    roster = Roster()
    roster.restore(rules.slots, rules.usage)
    roster.put(rules.servers)
    assert roster.lives[0].used == 70
