"""A client that tells nothing by itself is asked quickly, then ever less often, and at once after a change of ours."""

import asyncio

from matinee.pipeline.polling import Pace


async def test_pauses_grow_while_nothing_happens_up_to_the_longest() -> None:
    pace, pauses = Pace(first=0.001, longest=0.004), []
    for is_busy in (True, True, False, False, False, False, False, True):
        assert not await pace.rest(is_busy=is_busy)
        pauses.append(round(pace.seconds * 1000, 3))
    assert pauses == [1, 1, 1.5, 2.25, 3.375, 4, 4, 1]


async def test_a_nudge_ends_the_pause_and_the_next_ones_are_short_again() -> None:
    pace = Pace(first=3600, longest=7200)
    resting = asyncio.create_task(pace.rest(is_busy=False))
    await asyncio.sleep(0)
    pace.nudge()
    assert await asyncio.wait_for(resting, 5)
    assert pace.seconds == 3600


async def test_a_nudge_while_it_is_asked_is_not_lost() -> None:
    pace = Pace(first=3600)
    pace.nudge()
    assert await asyncio.wait_for(pace.rest(is_busy=False), 5)
