"""Every link is asked for real, all at once, and says why it is not well."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from matinee.kernel.errors import Refused, Unreachable
from matinee.topology import read
from matinee.topology.probe import Check, Prober
from matinee.topology.report import LinkReport, LinkState
from tests.topology.maps import small, with_link

TONIGHT = datetime(2026, 11, 24, 20, 15, tzinfo=UTC)


@dataclass(eq=False)
class Asked:
    """A check that counts how often it is asked and answers after a while."""

    seen: str = "fine"
    error: Exception | None = None
    wait: float = 0.0
    times: int = field(default=0)

    async def __call__(self) -> str:
        self.times += 1
        await asyncio.sleep(self.wait)
        if self.error:
            raise self.error
        return self.seen


def prober(checks: Mapping[str, Check], deadline: float = 10.0) -> Prober:
    return Prober(small(), checks, deadline=deadline, clock=lambda: TONIGHT)


async def one(check: Check, deadline: float = 10.0) -> LinkReport:
    return (await prober({"user-radarr": check}, deadline).probe())[0]


async def test_a_link_that_answers_is_green_and_tells_what_was_seen() -> None:
    assert await one(Asked("Radarr 5.1")) == LinkReport("user-radarr", LinkState.GREEN, "", "Radarr 5.1", TONIGHT, 0)


@pytest.mark.parametrize("error", [Refused("Radarr: wrong key"), Unreachable("Radarr: wrong key")])
async def test_a_link_that_does_not_is_red_with_the_reason(error: Exception) -> None:
    report = await one(Asked(error=error))
    assert (report.state, report.reason, report.seen) == (LinkState.RED, "Radarr: wrong key", "")


async def test_a_link_that_nobody_can_ask_is_grey() -> None:
    report = (await prober({}).probe())[0]
    assert (report.state, report.reason) == (LinkState.GREY, "not configured")


async def test_a_silent_link_is_red_at_its_deadline() -> None:
    report = await one(Asked(wait=30), deadline=0.02)
    assert (report.state, report.reason) == (LinkState.RED, "no answer within 0.02 s")
    assert report.took_ms >= 20


async def test_a_check_with_a_bug_is_red_and_in_the_diary(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        report = await one(Asked(error=KeyError("oops")))
    assert report.reason == "the check itself failed: KeyError: 'oops'"
    assert "A check of the map failed by itself" in caplog.text


async def test_no_secret_leaves_in_a_reason_or_in_what_was_seen() -> None:
    told = "http://x/api?apikey=hunter2"
    assert "hunter2" not in (await one(Asked(error=Refused(told)))).reason
    assert "hunter2" not in (await one(Asked(seen=told))).seen


async def test_links_that_share_a_check_ask_once() -> None:
    check = Asked(wait=0.01)
    reports = await prober({"user-radarr": check, "radarr-prowlarr": check}).probe()
    assert check.times == 1
    assert {report.state for report in reports} == {LinkState.GREEN}


async def test_rounds_that_overlap_ask_once_and_later_rounds_ask_again() -> None:
    check = Asked(wait=0.01)
    asker = prober({"user-radarr": check})
    await asyncio.gather(asker.probe(), asker.probe(), asker.probe_link("user-radarr"))
    assert check.times == 1
    await asker.probe()
    assert check.times == 2


async def test_all_links_are_asked_at_the_same_time() -> None:
    meeting = asyncio.Barrier(2)

    async def first() -> str:
        await meeting.wait()
        return "first"

    async def second() -> str:
        await meeting.wait()
        return "second"

    reports = await prober({"user-radarr": first, "radarr-prowlarr": second}, deadline=5).probe()
    assert [report.seen for report in reports] == ["first", "second"]


@pytest.mark.parametrize(
    ("keys", "chosen"),
    [
        (["radarr-prowlarr", "prowlarr/torznab", "prowlarr", "*/torznab"], "radarr-prowlarr"),
        (["prowlarr/torznab", "prowlarr", "*/torznab"], "prowlarr/torznab"),
        (["prowlarr/http", "prowlarr", "*/torznab"], "prowlarr"),
        (["prowlarr/http", "radarr", "*/torznab"], "*/torznab"),
    ],
)
async def test_the_nearest_check_is_chosen(keys: list[str], chosen: str) -> None:
    report = await prober({key: Asked(seen=key) for key in keys}).probe_link("radarr-prowlarr")
    assert report is not None and report.seen == chosen


async def test_the_source_is_asked_where_it_is_the_one_that_answers() -> None:
    topology = read(with_link("prowlarr", "user", answerer="source"))
    report = await Prober(topology, {"prowlarr": Asked("asked")}).probe_link("prowlarr-user")
    assert report is not None and report.seen == "asked"


async def test_an_unknown_link_has_no_report() -> None:
    assert await prober({}).probe_link("nobody") is None


async def test_the_last_report_is_remembered() -> None:
    asker = prober({"user-radarr": Asked()})
    assert asker.states == {}
    await asker.probe()
    assert asker.states["user-radarr"].state is LinkState.GREEN
    assert asker.states["radarr-prowlarr"].state is LinkState.GREY


async def test_a_caller_that_goes_away_takes_the_answer_from_nobody_else() -> None:
    check = Asked(wait=0.03)
    asker = prober({"user-radarr": check})
    impatient = asyncio.create_task(asker.probe())
    patient = asyncio.create_task(asker.probe())
    await asyncio.sleep(0.01)
    impatient.cancel()
    assert (await patient)[0].state is LinkState.GREEN
    assert check.times == 1


async def test_closing_lets_go_of_what_is_under_way() -> None:
    asker = prober({"user-radarr": Asked(wait=30)})
    round = asyncio.create_task(asker.probe())
    await asyncio.sleep(0.01)
    await asker.close()
    with pytest.raises(asyncio.CancelledError):
        await round
