import asyncio

from matinee.media.indexing import Page, Question
from matinee.pipeline.search.flights import Flights
from matinee.pipeline.search.pace import Pace
from matinee.pipeline.search.remembered import Remembered
from tests.pipeline.search.fakes import TIN, Time, offer


class Waiting(Time):
    """Time goes on when it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.go = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        await self.go.wait()
        await super().sleep(seconds)


async def test_turns_come_in_order_and_apart() -> None:
    time, order = Time(), []
    pace = Pace(time.monotonic, time.sleep)

    async def turn(name: str) -> None:
        await pace.turn(2.0)
        order.append((name, time.seconds))

    await asyncio.gather(*(turn(name) for name in "abc"))
    assert order == [("a", 0.0), ("b", 2.0), ("c", 4.0)]


async def test_who_gives_up_costs_no_turn() -> None:
    time = Waiting()
    pace = Pace(time.monotonic, time.sleep)
    await pace.turn(2.0)
    leaving = [asyncio.create_task(pace.turn(2.0)) for _ in range(5)]
    await asyncio.sleep(0)
    for task in leaving:
        task.cancel()
    await asyncio.gather(*leaving, return_exceptions=True)
    time.go.set()
    await pace.turn(2.0)
    assert time.seconds == 2.0


async def test_what_is_known_here_takes_no_turn() -> None:
    time = Time()
    pace = Pace(time.monotonic, time.sleep)
    async with pace.maybe_turn(2.0):
        pass
    await pace.turn(2.0)
    assert time.seconds == 0.0
    time.seconds += 5
    async with pace.maybe_turn(2.0):
        time.seconds += 0.5
    await pace.turn(2.0)
    assert time.seconds == 7.0


async def test_work_ends_with_the_last_who_waits_for_it() -> None:
    flights, ended = Flights(), []

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("work")

    waiting = [asyncio.create_task(flights("key", work)) for _ in range(2)]
    await asyncio.sleep(0.001)
    waiting[0].cancel()
    await asyncio.sleep(0.001)
    assert ended == []
    waiting[1].cancel()
    await asyncio.sleep(0.001)
    assert ended == ["work"]
    assert flights.is_idle


async def test_memory_is_bounded_by_rows_and_forgets_the_least_lately_used() -> None:
    time = Time()
    kept = Remembered(time.monotonic, most_rows=6)
    first, second, third = (Question(text=str(number)) for number in range(3))
    page = Page((offer("a"), offer("b")))
    kept.put(1, first, page, 600)
    kept.put(1, second, page, 600)
    assert kept.get(1, first) is page
    kept.put(1, third, page, 600)
    assert kept.rows <= 6
    assert [kept.get(1, one) is page for one in (first, second, third)] == [True, False, True]
    kept.forget(1)
    assert kept.rows == 0
    kept.put(1, TIN, Page(tuple(offer(str(number)) for number in range(10))), 600)
    assert kept.get(1, TIN) is None


async def test_who_comes_just_when_the_last_left_begins_anew() -> None:
    flights, begun, go = Flights("Lab"), [], asyncio.Event()

    async def work() -> str:
        begun.append("work")
        await go.wait()
        return "done"

    leaving = asyncio.create_task(flights("key", work))
    await asyncio.sleep(0.001)
    leaving.cancel()
    coming = asyncio.create_task(flights("key", work))
    go.set()
    assert await coming == ("done", True)
    assert begun == ["work", "work"]
