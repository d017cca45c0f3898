import asyncio
import socket
from dataclasses import replace
from datetime import timedelta

import pytest

from matinee.kernel.database import Database
from matinee.kernel.errors import NotFound, Refused, Unreachable
from matinee.media.indexing import IndexerFacts, Page, Question
from matinee.pipeline.ports import Limited, Unanswerable
from matinee.pipeline.search.back_off import LEVELS, after_failure, after_limit, after_success
from matinee.store.indexers import IndexerState, events, read_state
from tests.pipeline.search.fakes import EVENING, TIN, Fake, Time, house_of, offer

LONG_AGO = EVENING - timedelta(days=1)


def test_each_failure_is_one_level_up_to_a_day() -> None:
    state, waited = IndexerState(), []
    for _ in range(12):
        state = after_failure(state, EVENING, "no answer", started=LONG_AGO)
        assert state.blocked_until is not None
        waited.append((state.blocked_until - EVENING).total_seconds())
    assert waited == [*LEVELS[1:], 86_400, 86_400, 86_400]
    assert state.failing_since == EVENING


def test_success_is_one_level_down_and_free() -> None:
    state = IndexerState(3, EVENING, "no answer", EVENING)
    levels = []
    for _ in range(4):
        state = after_success(state)
        levels.append((state.level, state.blocked_until))
    assert levels == [(2, None), (1, None), (0, None), (0, None)]
    assert state == IndexerState()


def test_no_connection_does_not_escalate() -> None:
    state = IndexerState()
    for _ in range(3):
        state = after_failure(state, EVENING, "no connection", started=LONG_AGO, escalates=False)
    assert state.level == 1
    assert state.blocked_until == EVENING + timedelta(seconds=60)


def test_a_house_that_just_came_up_waits_five_minutes_at_most() -> None:
    high = IndexerState(6)
    young = after_failure(high, EVENING, "", started=EVENING - timedelta(minutes=15))
    old = after_failure(high, EVENING, "", started=EVENING - timedelta(minutes=16))
    assert young.blocked_until == EVENING + timedelta(seconds=300)
    assert old.blocked_until == EVENING + timedelta(seconds=21_600)
    assert young.level == old.level == 7


@pytest.mark.parametrize(("told", "waited"), [(90.0, 90), (None, 3600), (10.0**9, 86_400), (-5.0, 0)])
def test_a_pause_that_is_asked_for_is_given(told: float | None, waited: int) -> None:
    state = after_limit(IndexerState(), EVENING, "too many", told)
    assert state.blocked_until == EVENING + timedelta(seconds=waited)


@pytest.mark.parametrize(("seconds", "waited"), [(None, 3600), (120.0, 120)])
async def test_a_limit_of_the_far_end_is_kept_even_after_the_start(
    on_sqlite: Database, seconds: float | None, waited: int
) -> None:
    fake = Fake("Lab", error=Limited("Lab: too many requests", seconds=seconds))
    async with house_of(on_sqlite, fake) as house:
        told = await house.search()
        assert told[0].trouble == "Lab: too many requests"
        health = house.hub.seat(house.id("Lab")).health
        assert health.until == house.time.clock() + timedelta(seconds=waited)
        with pytest.raises(Limited, match=r"Lab is left alone until 2\d:\d\d UTC: Lab: too many requests") as error:
            await house.hub.ask(house.id("Lab"), TIN)
        assert error.value.seconds == waited


async def test_a_blocked_indexer_is_skipped_and_its_grabs_too(on_sqlite: Database) -> None:
    fake = Fake("Lab", error=Unreachable("Lab: HTTP 500"))
    async with house_of(on_sqlite, fake) as house:
        await house.search()
        told = await house.search()
        assert told[0].skipped
        assert "Lab: HTTP 500" in told[0].trouble
        with pytest.raises(Limited):
            await house.hub.fetch(offer())
        assert (len(fake.asked), fake.grabbed) == (1, [])


async def test_a_wrong_key_is_a_failure_and_a_missing_download_is_none(on_sqlite: Database) -> None:
    fake = Fake("Lab", error=NotFound("Lab: not found"))
    async with house_of(on_sqlite, fake) as house:
        with pytest.raises(NotFound):
            await house.hub.fetch(offer())
        assert house.hub.seat(house.id("Lab")).health.level == 0
        fake.error = Refused("Lab: the key was refused")
        await house.search()
        assert house.hub.seat(house.id("Lab")).health.level == 1


async def test_a_question_that_cannot_be_answered_is_no_failure_of_the_indexer(on_sqlite: Database) -> None:
    fake = Fake("Lab", error=Unanswerable("Lab: Incorrect parameter (ep) (error 201)"))
    async with house_of(on_sqlite, fake) as house:
        told = await house.search()
        assert told[0].trouble == "Lab: Incorrect parameter (ep) (error 201)"
        assert house.hub.seat(house.id("Lab")).health.level == 0
        with pytest.raises(Unanswerable):
            await house.hub.ask(house.id("Lab"), Question())  # not even the newest uploads: that is no use to anybody
        assert house.hub.seat(house.id("Lab")).health.level == 1


async def test_no_name_in_the_dns_is_no_escalation(on_sqlite: Database) -> None:
    error = Unreachable("Lab: no connection")
    error.__cause__ = socket.gaierror("no such name")
    async with house_of(on_sqlite, Fake("Lab", error=error)) as house:
        for _ in range(3):
            await house.search()
            house.time.seconds += 400
        assert house.hub.seat(house.id("Lab")).health.level == 1


async def test_a_restart_keeps_the_back_off(on_sqlite: Database) -> None:
    time = Time()
    async with house_of(on_sqlite, Fake("Lab", error=Unreachable("Lab: HTTP 500")), time=time) as house:
        await house.search()
        until = house.hub.seat(house.id("Lab")).health.until
    fake = Fake("Lab", [offer()])
    async with house_of(on_sqlite, fake, time=time) as house:
        health = house.hub.seat(house.id("Lab")).health
        assert (health.state, health.until, health.reason) == ("blocked", until, "Lab: HTTP 500")
        assert (await house.search())[0].skipped
        time.seconds += 61
        assert len((await house.search())[0].releases) == 1
        await house.hub.settle()
        kept = await on_sqlite.read(lambda db: read_state(db, house.id("Lab")))
        assert kept == IndexerState()


async def test_an_owner_may_end_a_back_off(on_sqlite: Database) -> None:
    async with house_of(on_sqlite, Fake("Lab", error=Unreachable("Lab: HTTP 500"))) as house:
        await house.search()
        await house.hub.unblock(house.id("Lab"))
        assert house.hub.seat(house.id("Lab")).health.state == "well"


@pytest.mark.parametrize(("unit", "window"), [("hour", 3600), ("day", 86_400)])
async def test_queries_are_limited_by_what_was_asked_before_a_restart_too(
    on_sqlite: Database, unit: str, window: int
) -> None:
    own, time = {"Lab": {"query_limit": 2, "limit_unit": unit}}, Time()
    async with house_of(on_sqlite, Fake("Lab"), stored=own, time=time) as house:
        await house.hub.ask(house.id("Lab"), TIN)
    fake = Fake("Lab")
    async with house_of(on_sqlite, fake, stored=own, time=time, search_seconds=0) as house:
        await house.hub.ask(house.id("Lab"), TIN)
        health = house.hub.seat(house.id("Lab")).health
        assert (health.state, health.reason) == ("limited", f"its 2 queries of one {unit} are used up")
        with pytest.raises(Limited, match=f"its 2 queries of one {unit} are used up until .* under Indexers"):
            await house.hub.ask(house.id("Lab"), TIN)
        time.seconds += window
        await house.hub.ask(house.id("Lab"), TIN)
        assert len(fake.asked) == 2


async def test_what_is_remembered_uses_up_no_limit(on_sqlite: Database) -> None:
    async with house_of(on_sqlite, Fake("Lab"), stored={"Lab": {"query_limit": 1}}) as house:
        for _ in range(5):
            await house.hub.ask(house.id("Lab"), TIN)
        await house.hub.settle()
        kept = await on_sqlite.read(events)
        assert [one.cached for one in kept] == [True, True, True, True, False]


async def test_grabs_are_limited_apart_from_queries(on_sqlite: Database) -> None:
    async with house_of(on_sqlite, Fake("Lab", [offer()]), stored={"Lab": {"grab_limit": 1}}) as house:
        await house.hub.fetch(offer())
        with pytest.raises(Limited, match="its 1 grabs of one day are used up"):
            await house.hub.fetch(offer())
        assert (await house.search())[0].trouble == ""


async def test_a_clock_that_was_wrong_once_blocks_nobody_for_years(on_sqlite: Database) -> None:
    time = Time(seconds=10.0**9)
    async with house_of(on_sqlite, Fake("Lab", error=Limited("Lab: pause", seconds=80_000.0)), time=time) as house:
        await house.search()
    async with house_of(on_sqlite, Fake("Lab")) as house:
        until = house.hub.seat(house.id("Lab")).health.until
        assert until == EVENING + timedelta(days=1)


async def test_requests_that_were_under_way_together_fail_once(on_sqlite: Database) -> None:
    class Falling(Fake):
        async def ask(self, question: Question) -> Page:
            self.asked.append(question)
            if len(self.asked) == 5:
                self.begun.set()
            await self.begun.wait()
            raise Unreachable("Lab: HTTP 500")

    async with house_of(on_sqlite, Falling("Lab")) as house:
        await asyncio.gather(*(house.search(replace(TIN, text=str(number))) for number in range(5)))
        assert house.hub.seat(house.id("Lab")).health.level == 1


async def test_who_waits_for_a_turn_does_not_ask_one_that_failed_meanwhile(on_sqlite: Database) -> None:
    fake = Fake("Lab", error=Unreachable("Lab: HTTP 500"), facts=IndexerFacts(requests_apart=2.0))
    async with house_of(on_sqlite, fake) as house:
        asks = [house.search(replace(TIN, text=str(number))) for number in range(10)]
        told = [answers[0] for answers in await asyncio.gather(*asks)]
        assert len(fake.asked) == 1
        assert sum(one.skipped for one in told) == 9


async def test_many_at_once_stay_within_the_limit(on_sqlite: Database) -> None:
    fake = Fake("Lab")
    async with house_of(on_sqlite, fake, stored={"Lab": {"query_limit": 3}}) as house:
        asks = [house.search(replace(TIN, text=str(number))) for number in range(10)]
        told = [answers[0] for answers in await asyncio.gather(*asks)]
        assert len(fake.asked) == 3
        assert sum(one.skipped for one in told) == 7


def test_a_pause_is_never_made_shorter_by_another_failure() -> None:
    paused = after_limit(IndexerState(), EVENING, "pause", None)
    state = after_failure(paused, EVENING, "no answer", started=LONG_AGO, escalates=False)
    assert state.blocked_until == EVENING + timedelta(hours=1)


async def test_the_map_asks_only_who_has_not_answered_lately(on_sqlite: Database) -> None:
    fake = Fake("Lab", [offer()])
    async with house_of(on_sqlite, fake) as house:
        assert await house.hub.probe(house.id("Lab")) == "well"
        assert await house.hub.probe(house.id("Lab")) == "it answered at 20:00 UTC"
        house.time.seconds += 901
        fake.error = Unreachable("Lab: HTTP 500")
        await house.search()
        with pytest.raises(Limited, match="left alone"):
            await house.hub.probe(house.id("Lab"))
