import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from matinee.kernel.events import Bus, Event, Lagging


@dataclass(frozen=True, slots=True)
class LampLit(Event):
    number: int


@dataclass(frozen=True, slots=True)
class DoorOpened(Event):
    name: str


def test_a_listener_hears_its_kind_in_the_order_of_happening() -> None:
    bus, heard = Bus(), list[Event]()
    bus.listen(LampLit, heard.append)
    bus.publish(LampLit(1), DoorOpened("cellar"), LampLit(2))
    assert heard == [LampLit(1), LampLit(2)]


def test_who_listens_to_all_hears_all() -> None:
    bus, heard = Bus(), list[Event]()
    bus.listen(Event, heard.append)
    bus.publish(LampLit(1), DoorOpened("cellar"))
    assert heard == [LampLit(1), DoorOpened("cellar")]


def test_a_failing_listener_stops_nobody_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    bus, heard = Bus(), list[Event]()

    def fail(event: LampLit) -> None:
        raise RuntimeError("the lamp fell down")

    bus.listen(LampLit, fail)
    bus.listen(LampLit, heard.append)
    bus.publish(LampLit(1))
    assert heard == [LampLit(1)]
    assert "LampLit" in caplog.text
    assert "the lamp fell down" in caplog.text


async def test_readers_get_every_event_of_their_time() -> None:
    bus = Bus()
    bus.publish(LampLit(0))
    with bus.reading() as one, bus.reading() as other:
        bus.publish(LampLit(1))
        assert await anext(one) == await anext(other) == LampLit(1)
    bus.publish(LampLit(2))


async def test_a_reader_waits_for_what_comes() -> None:
    bus = Bus()
    with bus.reading() as events:
        waiting = asyncio.ensure_future(anext(events))
        await asyncio.sleep(0)
        bus.publish(LampLit(1))
        assert await waiting == LampLit(1)


async def test_a_reader_that_falls_behind_is_told_so_and_the_others_are_not() -> None:
    bus = Bus()
    with bus.reading() as slow, bus.reading() as quick:
        for number in range(1001):
            bus.publish(LampLit(number))
            assert await anext(quick) == LampLit(number)
        with pytest.raises(Lagging):
            await anext(slow)


async def test_a_reader_that_has_left_costs_nothing() -> None:
    bus = Bus()

    async def read() -> AsyncIterator[Event]:
        with bus.reading() as events:
            async for event in events:
                yield event

    reader = read()
    waiting = asyncio.ensure_future(anext(reader))
    await asyncio.sleep(0)
    assert len(bus._queues) == 1
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert not bus._queues
