"""Schedules and quotas are told and taken as SABnzbd writes them."""

from dataclasses import replace
from datetime import UTC, date, datetime

import httpx2
import pytest

from matinee.pipeline.usenet_port import (
    Duplicates,
    Locked,
    Quota,
    QuotaPeriod,
    QuotaState,
    ScheduleAct,
    ScheduledAct,
    ServerState,
)
from matinee.products.sabnzbd.counting import sums_of
from matinee.products.sabnzbd.memory import Memory
from tests.products.sabnzbd.engine import MIB, FakeEngine
from tests.products.sabnzbd.test_sabnzbd_server import ask

Line = httpx2.AsyncClient
GIB = 2**30


async def misc(line: Line, keyword: str, value: str) -> object:
    told = await ask(line, "set_config", section="misc", keyword=keyword, value=value)
    return told.get("error") or told["config"]["misc"][keyword]


async def test_a_schedule_is_taken_and_told_line_by_line(line: Line, engine: FakeEngine, memory: Memory) -> None:
    memory.line = 10 * MIB
    lines = ["1 30 22 12345 speedlimit 50", "1 0 7 1234567 resume", "0 5 8 67 disable_server block account"]
    assert await misc(line, "schedlines", ",".join(lines)) == lines
    assert engine.acts == [
        ScheduledAct(22, 30, ScheduleAct.SPEED, (1, 2, 3, 4, 5), "50", 5 * MIB),
        ScheduledAct(7, 0, ScheduleAct.RESUME),
        ScheduledAct(8, 5, ScheduleAct.DISABLE_SERVER, (6, 7), "block account", enabled=False),
    ]
    assert (await ask(line, "get_config", section="misc", keyword="schedlines"))["config"]["misc"] == {
        "schedlines": lines
    }
    assert await misc(line, "schedlines", "") == []


@pytest.mark.parametrize(
    ("told", "word"),
    [
        ("1 0 22 1 explode", "is no schedule"),
        ("1 x 22 1 pause", "is no schedule"),
        ("pause at ten", "is no schedule"),
        ("1 0 22 * speedlimit", "which speed"),
        ("1 0 22 * speedlimit 50", "bandwidth_max"),
    ],
)
async def test_a_line_that_is_no_schedule_is_refused_and_changes_nothing(
    line: Line, engine: FakeEngine, told: str, word: str
) -> None:
    engine.acts = [ScheduledAct(7, 0, ScheduleAct.RESUME)]
    assert word in str(await misc(line, "schedlines", told))
    assert len(engine.acts) == 1


async def test_the_quota_of_all_is_told_taken_and_begun_anew(line: Line, engine: FakeEngine) -> None:
    before = (await ask(line, "queue"))["queue"]
    assert (before["quota"], before["have_quota"], before["left_quota"]) == ("0 ", False, "0 ")
    assert await misc(line, "quota_size", "100G") == str(100 * GIB)
    assert await misc(line, "quota_period", "week") == "w"
    assert await misc(line, "quota_day", "5 06:30") == "5 06:30"
    assert engine.whole == Quota(100 * GIB, QuotaPeriod.WEEK, 5, 6, 30)
    assert await misc(line, "quota_day", "06:30") == "1 06:30"
    assert "d (day)" in str(await misc(line, "quota_period", "year"))
    engine.spent = QuotaState(30 * GIB, datetime(2026, 12, 1, tzinfo=UTC))
    queue = (await ask(line, "queue"))["queue"]
    assert (queue["quota"], queue["have_quota"], queue["left_quota"]) == ("100.0 G", True, "70.0 G")
    assert await ask(line, "reset_quota") == {"status": True}
    assert (await ask(line, "queue"))["queue"]["left_quota"] == "100.0 G"


async def test_a_server_has_a_quota_of_its_own(line: Line, engine: FakeEngine) -> None:
    engine.used = 20
    asked: dict[str, str | int] = {"section": "servers", "keyword": "news", "quota": "1K", "quota_period": "m"}
    row = (await ask(line, "set_config", **asked, quota_day=15))["config"]["servers"][0]
    assert (row["quota"], row["usage_at_start"], row["quota_period"], row["quota_day"]) == ("1024", 50, "m", 15)
    (server,) = engine.news_servers
    assert (server.quota, server.quota_period, server.quota_day, server.used) == (1024, QuotaPeriod.MONTH, 15, 0)
    stats = (await ask(line, "server_stats"))["servers"]["news"]
    assert stats["quota_left"] == 1004
    await ask(line, "set_config", section="servers", keyword="news", usage_at_start=50)
    assert engine.news_servers[0].used == 0  # as it was told: nothing changed
    await ask(line, "set_config", section="servers", keyword="news", usage_at_start=70)
    assert engine.news_servers[0].used == -20  # nothing of it is used any more


async def test_days_weeks_and_months_are_summed(line: Line) -> None:
    stats = await ask(line, "server_stats")
    assert (stats["total"], stats["day"]) == (70, 7)
    assert stats["servers"]["news"]["daily"]["2001-02-03"] == 63
    state = ServerState("a", bytes_total=1000, days={"2026-11-30": 1, "2026-12-01": 2, "2026-12-03": 4})
    other = replace(state, bytes_total=1, days={"2026-12-03": 8})
    assert sums_of([state, other], date(2026, 12, 3)) == (1001, 14, 15, 12)


async def test_the_owners_choices_are_told_and_taken(line: Line, engine: FakeEngine) -> None:
    told = {"pre_check": 1, "no_dupes": 3, "no_smart_dupes": 2, "propagation_delay": 45, "pause_on_pwrar": 1}
    for keyword, value in told.items():
        assert await misc(line, keyword, str(value)) == value
    chosen = engine.chosen
    assert (chosen.pre_check, chosen.propagation_minutes) == (True, 45)
    assert (chosen.same_articles, chosen.same_title) == (Duplicates.FAIL, Duplicates.PAUSE)
    assert chosen.locked is Locked.PAUSE
    assert await misc(line, "direct_unpack", "0") == 0 and not engine.chosen.direct_unpack
    chosen = engine.chosen
    assert await misc(line, "no_dupes", "9") != 9
    assert await misc(line, "pause_on_pwrar", "3") != 3
    assert await misc(line, "pre_check", "yes") == "expects integer value"
    assert engine.chosen == chosen
