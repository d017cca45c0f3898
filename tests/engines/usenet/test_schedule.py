"""What is to happen at fixed times happens, once, also when the engine was off at that moment."""

from collections.abc import Callable
from datetime import datetime

import pytest

from matinee.engines.usenet.schedule import due, holding
from matinee.kernel.errors import Refused
from matinee.lab.news import NewsLab
from matinee.pipeline.usenet_port import ScheduleAct, ScheduledAct
from tests.engines.usenet.conftest import Start, server_of

WORKDAYS = (1, 2, 3, 4, 5)
PAUSE, RESUME = ScheduledAct(8, 0, ScheduleAct.PAUSE, WORKDAYS), ScheduledAct(18, 0, ScheduleAct.RESUME, WORKDAYS)
SLOW = ScheduledAct(20, 30, ScheduleAct.SPEED, (6, 7), "1M", 2**20)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("after", "until", "expected"),
    [
        ("2026-11-23 07:59", "2026-11-23 08:00", [PAUSE]),  # a Monday
        ("2026-11-23 08:00", "2026-11-23 17:59", []),
        ("2026-11-23 07:00", "2026-11-23 19:00", [PAUSE, RESUME]),
        ("2026-11-21 07:00", "2026-11-21 20:00", []),  # a Saturday
        ("2026-11-21 07:00", "2026-11-21 20:30", [SLOW]),
        ("2026-11-20 17:00", "2026-11-22 20:30", [RESUME, SLOW, SLOW]),
        ("2026-11-23 09:00", "2026-11-23 08:00", []),  # the clock was put back
    ],
)
def test_what_is_due_is_told_in_order(after: str, until: str, expected: list[ScheduledAct]) -> None:
    assert due([SLOW, RESUME, PAUSE], at(after), at(until)) == expected


def test_of_years_only_the_last_week_is_looked_at() -> None:
    assert len(due([PAUSE, RESUME], at("2020-01-01"), at("2026-11-23"))) == 10


def test_the_last_word_on_each_matter_holds() -> None:
    assert set(holding([PAUSE, RESUME, SLOW], at("2026-11-23 12:00"))) == {PAUSE, SLOW}
    assert holding([PAUSE, RESUME], at("2026-11-23 20:00")) == [RESUME]


@pytest.fixture
def clock() -> Callable[[str], Callable[[], datetime]]:
    return lambda text: lambda: at(text)


async def test_the_hour_pauses_and_the_owners_hand_counts_in_between(
    start: Start, clock: Callable[[str], Callable[[], datetime]]
) -> None:
    engine = await start(clock=clock("2026-11-23 07:30"))
    await engine.set_schedule([PAUSE, RESUME])
    await engine.look_at_the_clock(at("2026-11-23 08:00:10"))
    assert engine.is_paused
    await engine.resume()
    await engine.look_at_the_clock(at("2026-11-23 08:00:40"))
    assert not engine.is_paused
    await engine.look_at_the_clock(at("2026-11-24 08:00"))
    assert engine.is_paused
    await engine.look_at_the_clock(at("2026-11-24 18:01"))
    assert not engine.is_paused


async def test_a_schedule_survives_a_restart_and_what_was_missed_is_done(
    start: Start, clock: Callable[[str], Callable[[], datetime]]
) -> None:
    engine = await start(clock=clock("2026-11-23 07:30"))
    await engine.set_schedule([PAUSE, RESUME, SLOW])
    await engine.close()
    engine = await start(clock=clock("2026-11-23 07:31"))
    assert engine.schedule() == (PAUSE, RESUME, SLOW)
    await engine.look_at_the_clock(at("2026-11-23 07:31"))
    assert not engine.is_paused
    await engine.close()
    engine = await start(clock=clock("2026-11-23 09:00"))
    await engine.look_at_the_clock(at("2026-11-23 09:00"))
    assert engine.is_paused


async def test_a_new_schedule_holds_at_once_and_ends_nobodys_pause(
    start: Start, clock: Callable[[str], Callable[[], datetime]]
) -> None:
    engine = await start(clock=clock("2026-11-23 20:00"))
    await engine.pause()
    await engine.set_schedule([PAUSE, RESUME, SLOW])
    assert engine.is_paused and engine.speed_limit == 2**20
    await engine.set_schedule([])
    assert engine.speed_limit == 2**20


async def test_a_pause_of_so_many_minutes_is_not_ended_early(
    start: Start, clock: Callable[[str], Callable[[], datetime]]
) -> None:
    engine = await start(clock=clock("2026-11-23 17:59"))
    await engine.set_schedule([RESUME])
    await engine.pause(seconds=3600)
    await engine.look_at_the_clock(at("2026-11-23 18:00"))
    assert engine.is_paused


async def test_a_server_is_switched_by_the_clock(
    lab: NewsLab, start: Start, clock: Callable[[str], Callable[[], datetime]]
) -> None:
    engine = await start(server_of(lab), clock=clock("2026-11-23 00:00"))
    times = [ScheduledAct(1, 0, ScheduleAct.DISABLE_SERVER, argument="lab")]
    times.append(ScheduledAct(2, 0, ScheduleAct.ENABLE_SERVER, argument="lab"))
    await engine.set_schedule(times)
    for hour, enabled in ((1, False), (2, True)):
        await engine.look_at_the_clock(datetime(2026, 11, 23, hour))
        assert engine.servers()[0][0].enabled is enabled


@pytest.mark.parametrize(
    "act",
    [
        ScheduledAct(24, 0, ScheduleAct.PAUSE),
        ScheduledAct(0, 60, ScheduleAct.PAUSE),
        ScheduledAct(0, 0, ScheduleAct.PAUSE, (0,)),
        ScheduledAct(0, 0, ScheduleAct.PAUSE, ()),
        ScheduledAct(0, 0, ScheduleAct.SPEED, limit=-1),
    ],
)
async def test_times_that_are_none_are_refused(start: Start, act: ScheduledAct) -> None:
    engine = await start()
    with pytest.raises(Refused):
        await engine.set_schedule([act])
    assert engine.schedule() == ()
