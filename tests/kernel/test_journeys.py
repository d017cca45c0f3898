import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.exc import OperationalError

from matinee.kernel.clock import Clock, now
from matinee.kernel.database import Database, Transaction
from matinee.kernel.errors import Conflict, Refused, Unreachable
from matinee.kernel.journal import JourneyMoved, JourneyRecord, State, journeys_of, read_journey, steps, unfinished
from matinee.kernel.journal import journeys as table
from matinee.kernel.journeys import Backoff, Journey, Journeys, Step, Tale

SOON = Backoff(first=timedelta(milliseconds=1), longest=timedelta(milliseconds=5))
EVENING = datetime(2024, 5, 4, 20, 15, tzinfo=UTC)
FAR = datetime(2124, 1, 1, tzinfo=UTC)


class Teller:
    """Starts tales and waits until they have come to something."""

    def __init__(self, database: Database, journeys: Journeys) -> None:
        self.database, self.journeys = database, journeys

    async def start(self, tale: str = "tale", subject: int = 1) -> int:
        return await self.database.write(lambda tx: self.journeys.start(tx, tale, subject))

    async def read(self, journey_id: int) -> JourneyRecord:
        return await self.database.read(lambda db: read_journey(db, journey_id))

    async def until(self, journey_id: int, *states: State) -> JourneyRecord:
        """The journey once it is in one of these states, and its telling has ended."""
        with self.database.bus.reading() as events:
            while True:
                record = await self.read(journey_id)
                if record.state in states:
                    await self.settle(journey_id)
                    return await self.read(journey_id)
                async for event in events:
                    if isinstance(event, JourneyMoved) and event.journey_id == journey_id:
                        break

    async def settle(self, journey_id: int) -> None:
        while task := self.journeys._running.get(journey_id):
            await asyncio.wait([task])

    async def ended(self, journey_id: int) -> JourneyRecord:
        return await self.until(journey_id, State.DONE, State.FAILED, State.CANCELLED)


@pytest.fixture
async def make(opened: Database) -> AsyncIterator[Callable[[Tale], Awaitable[Teller]]]:
    """Journeys that know one tale; several of them are the same house, started again."""
    made: list[Journeys] = []

    async def start(tale: Tale, *, backoff: Backoff = SOON, clock: Clock = now) -> Teller:
        journeys = Journeys(opened, backoff=backoff, clock=clock)
        journeys.tell("tale", tale)
        await journeys.open()
        made.append(journeys)
        return Teller(opened, journeys)

    yield start
    for journeys in made:
        await journeys.close()


Make = Callable[..., Awaitable[Teller]]


def saying(*answers: Any) -> Callable[[Step], Awaitable[Any]]:
    """Work that answers one after the other; errors are raised."""
    left = list(answers)

    async def work(step: Step) -> Any:
        answer = left.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return work


async def pull_the_plug(teller: Teller) -> None:
    """The house is gone in the middle: nobody finishes what they were at."""
    teller.journeys._open = False
    for task in teller.journeys._running.values():
        task.cancel()
    await asyncio.gather(*teller.journeys._running.values(), return_exceptions=True)


async def test_a_tale_is_told_step_by_step_and_written_down(make: Make) -> None:
    async def tale(journey: Journey) -> None:
        found = await journey.step("searched", search)
        await journey.step("grabbed", saying({"release": found["best"]}))

    async def search(step: Step) -> Any:
        step.tell("3 releases; none refused")
        step.note("one indexer was slow")
        return {"best": 7, "names": ["a", "ä"]}

    teller = await make(tale)
    record = await teller.ended(await teller.start())
    first, second = record.steps
    assert (record.state, record.text) == (State.DONE, "")
    assert (first.name, first.state, first.text) == ("searched", State.DONE, "3 releases; none refused")
    assert (first.notes, first.result) == (("one indexer was slow",), {"best": 7, "names": ["a", "ä"]})
    assert first.ended and first.started <= first.ended
    assert second.result == {"release": 7}


async def test_each_step_is_done_once_however_often_the_tale_is_told(make: Make) -> None:
    done: list[str] = []

    async def note(step: Step) -> None:
        done.append(step.name)

    two = saying(*([Unreachable("not yet")] * 3), "there")

    async def tale(journey: Journey) -> None:
        await journey.step("one", note)
        await journey.step("two", two)
        await journey.step("three", note)

    teller = await make(tale)
    record = await teller.ended(await teller.start())
    assert done == ["one", "three"]
    assert record.steps[1].attempts == 4


async def test_after_a_crash_it_goes_on_in_the_step_it_was_in(make: Make) -> None:
    begun, lives = asyncio.Event(), list[str]()

    def tale_of(life: str) -> Tale:
        async def tale(journey: Journey) -> None:
            assert await journey.step("one", note) == {"life": "first"}
            await journey.step("two", hang if life == "first" else note)

        async def note(step: Step) -> Any:
            lives.append(f"{life} {step.name} {step.attempt}")
            return {"life": life}

        async def hang(step: Step) -> Any:
            begun.set()
            await asyncio.Event().wait()

        return tale

    before = await make(tale_of("first"))
    journey_id = await before.start()
    await begun.wait()
    await pull_the_plug(before)
    after = await make(tale_of("second"))
    record = await after.ended(journey_id)
    assert lives == ["first one 1", "second two 2"]
    assert record.state is State.DONE


async def test_what_somebody_else_finished_meanwhile_is_not_finished_twice(
    make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    begun, go_on, effects = asyncio.Event(), asyncio.Event(), list[str]()

    def tale_of(life: str) -> Tale:
        async def tale(journey: Journey) -> None:
            await journey.step("one", work)

        async def work(step: Step) -> None:
            step.on_commit(lambda tx: effects.append(life))
            if life == "old":
                begun.set()
                await go_on.wait()

        return tale

    old = await make(tale_of("old"))
    journey_id = await old.start()
    await begun.wait()
    old.journeys._open = False  # the others believe it dead, but it is only slow
    new = await make(tale_of("new"))
    await new.ended(journey_id)
    go_on.set()
    await old.settle(journey_id)
    assert effects == ["new"]
    assert (await new.read(journey_id)).state is State.DONE
    assert "told by somebody else" in caplog.text


async def test_a_step_and_its_effect_are_one(make: Make) -> None:
    async def tale(journey: Journey) -> None:
        await journey.step("one", work)

    async def work(step: Step) -> str:
        step.on_commit(lambda tx: _another_journey(tx, journeys))
        step.on_commit(_refuse)
        return "never"

    teller = await make(tale)
    journeys = teller.journeys
    record = await teller.ended(await teller.start())
    assert (record.state, record.text) == (State.FAILED, "the shelf is full")
    assert await teller.database.read(lambda db: len(journeys_of(db, "tale", [99]))) == 0


def _another_journey(tx: Transaction, journeys: Journeys) -> None:
    journeys.start(tx, "tale", 99)


def _refuse(tx: Transaction) -> None:
    raise Conflict("the shelf is full")


async def test_unreachable_waits_longer_each_time_and_tries_the_same_step_again(make: Make) -> None:
    waits: list[timedelta] = []
    work = saying(*(Unreachable(f"nobody answers ({number})") for number in range(4)), "there")

    async def tale(journey: Journey) -> None:
        await journey.step("one", work)

    backoff = Backoff(timedelta(milliseconds=2), timedelta(milliseconds=9))
    teller = await make(tale, backoff=backoff, clock=lambda: EVENING)

    def look(event: JourneyMoved) -> None:
        with teller.database._reader_engine.connect() as db:
            record = read_journey(db, event.journey_id)
        if record.wake_at:
            waits.append(record.wake_at - EVENING)
            assert record.text == record.steps[0].text == f"nobody answers ({len(waits) - 1})"

    teller.database.bus.listen(JourneyMoved, look)
    record = await teller.ended(await teller.start())
    assert (record.state, record.steps[0].result, record.steps[0].attempts) == (State.DONE, "there", 5)
    assert waits == [timedelta(milliseconds=milliseconds) for milliseconds in (2, 4, 8, 9)]


def test_waiting_doubles_up_to_its_longest() -> None:
    backoff = Backoff(timedelta(seconds=5), timedelta(hours=1))
    minutes = {n: backoff.after(n) / timedelta(minutes=1) for n in (3, 4, 9, 11, 10_000)}
    assert minutes == {3: 1 / 3, 4: 2 / 3, 9: 64 / 3, 11: 60, 10_000: 60}


async def test_a_refusal_is_written_down_and_told_again(make: Make) -> None:
    heard: list[str] = []
    asked = saying(Refused("wrong key"))
    later = saying(Unreachable("not yet"), "there")

    async def tale(journey: Journey) -> None:
        try:
            await journey.step("asked", asked)
        except Refused as error:
            heard.append(str(error))
        await journey.step("went on", later)

    teller = await make(tale)
    record = await teller.ended(await teller.start())
    assert heard == ["wrong key", "wrong key"]
    assert [step.state for step in record.steps] == [State.FAILED, State.DONE]
    assert record.state is State.DONE


async def test_an_uncaught_refusal_ends_the_journey_with_its_words(make: Make) -> None:
    async def tale(journey: Journey) -> None:
        await journey.step("asked", saying(Refused("wrong key")))

    teller = await make(tale)
    record = await teller.ended(await teller.start())
    assert (record.state, record.text, record.steps[0].text) == (State.FAILED, "wrong key", "wrong key")


async def test_a_failed_journey_that_is_woken_tries_its_last_step_again(make: Make) -> None:
    work, before = saying(Refused("wrong key"), "in"), saying("once")

    async def tale(journey: Journey) -> None:
        await journey.step("before", before)
        await journey.step("asked", work)

    teller = await make(tale)
    journey_id = await teller.start()
    await teller.ended(journey_id)
    await teller.journeys.wake(journey_id)
    record = await teller.ended(journey_id)
    assert (record.state, record.text) == (State.DONE, "")
    assert [step.result for step in record.steps] == ["once", "in"]


async def test_a_fault_of_ours_fails_one_journey_and_is_logged(make: Make, caplog: pytest.LogCaptureFixture) -> None:
    async def tale(journey: Journey) -> None:
        if journey.subject == 1:
            raise ZeroDivisionError("a bug")
        await journey.step("one", saying("fine"))

    teller = await make(tale)
    first, second = await teller.start(subject=1), await teller.start(subject=2)
    record = await teller.ended(first)
    assert (record.state, record.text) == (State.FAILED, "A fault inside Matinee (ZeroDivisionError); see its log.")
    assert (await teller.ended(second)).state is State.DONE
    assert "a bug" in caplog.text


async def test_a_result_that_is_no_json_is_a_fault(make: Make, caplog: pytest.LogCaptureFixture) -> None:
    async def tale(journey: Journey) -> None:
        await journey.step("one", saying(object()))

    teller = await make(tale)
    assert (await teller.ended(await teller.start())).state is State.FAILED
    assert "not JSON serializable" in caplog.text


async def test_a_tale_nobody_knows_fails_and_can_be_woken_when_somebody_does(
    make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    async def tale(journey: Journey) -> None:
        await journey.step("one", saying("fine"))

    teller = await make(tale)
    journey_id = await teller.start(tale="forgotten")
    assert (await teller.ended(journey_id)).state is State.FAILED
    teller.journeys.tell("forgotten", tale)
    await teller.journeys.wake(journey_id)
    assert (await teller.ended(journey_id)).state is State.DONE


async def test_a_rest_lasts_until_its_time(make: Make) -> None:
    clock = asyncio.get_running_loop().time
    begun = clock()

    async def tale(journey: Journey) -> None:
        await journey.rest("rested", journey._clock() + timedelta(milliseconds=40), "Resting.")

    teller = await make(tale)
    journey_id = await teller.start()
    waiting = await teller.until(journey_id, State.WAITING, State.DONE)
    assert (waiting.state, waiting.text, waiting.steps[0].text) == (State.WAITING, "Resting.", "Resting.")
    assert (await teller.ended(journey_id)).state is State.DONE
    assert clock() - begun >= 0.04


async def test_a_rest_goes_on_after_a_restart_and_not_from_the_beginning(make: Make) -> None:
    untils = iter([FAR, FAR + timedelta(days=1)])

    async def tale(journey: Journey) -> None:
        await journey.rest("rested", next(untils), "Resting.")

    before = await make(tale)
    journey_id = await before.start()
    await before.until(journey_id, State.WAITING)
    await pull_the_plug(before)
    after = await make(tale)
    assert (await after.read(journey_id)).wake_at == FAR
    assert not after.journeys._running
    await after.journeys.wake(journey_id)
    assert (await after.ended(journey_id)).state is State.DONE


async def test_whoever_rests_can_be_woken(make: Make) -> None:
    async def tale(journey: Journey) -> None:
        await journey.rest("rested", FAR, "Resting.")
        await journey.step("went on", saying("awake"))

    teller = await make(tale)
    journey_id = await teller.start()
    await teller.until(journey_id, State.WAITING)
    await teller.journeys.wake(journey_id)
    record = await teller.ended(journey_id)
    assert [step.state for step in record.steps] == [State.DONE, State.DONE]


@pytest.mark.parametrize("moment", range(12))
async def test_waking_just_while_it_falls_asleep_is_not_lost(make: Make, moment: int) -> None:
    """The waker comes between any two turns of the loop while the rest is being written down."""
    falling = asyncio.Event()

    async def tale(journey: Journey) -> None:
        falling.set()
        await journey.rest("rested", FAR, "Resting.")

    teller = await make(tale)
    journey_id = await teller.start()
    await falling.wait()
    for _ in range(moment):
        await asyncio.sleep(0)
    await teller.journeys.wake(journey_id)
    async with asyncio.timeout(10):
        assert (await teller.ended(journey_id)).state is State.DONE


async def test_waking_before_it_is_written_down_that_it_rests_is_not_lost(make: Make) -> None:
    """The same, with the writer held up so that the order is certain."""
    hold, held = threading.Event(), threading.Event()

    async def tale(journey: Journey) -> None:
        blocking = asyncio.ensure_future(teller.database.write(lambda tx: _hold(held, hold)))
        await asyncio.to_thread(held.wait, 10)
        waking.append(asyncio.ensure_future(teller.journeys.wake(journey.id)))
        await asyncio.sleep(0)
        hold.set()
        await blocking
        await journey.rest("rested", FAR, "Resting.")

    waking: list[asyncio.Future[None]] = []
    teller = await make(tale)
    journey_id = await teller.start()
    async with asyncio.timeout(10):
        await teller.until(journey_id, State.WAITING, State.DONE)
        await asyncio.gather(*waking)


def _hold(held: threading.Event, hold: threading.Event) -> None:
    held.set()
    hold.wait(10)


async def test_waking_what_runs_or_is_done_changes_nothing(make: Make) -> None:
    begun, go_on, done = asyncio.Event(), asyncio.Event(), list[int]()

    async def tale(journey: Journey) -> None:
        await journey.step("one", work)

    async def work(step: Step) -> None:
        done.append(step.attempt)
        begun.set()
        await go_on.wait()

    teller = await make(tale)
    journey_id = await teller.start()
    await begun.wait()
    await asyncio.gather(*(teller.journeys.wake(journey_id) for _ in range(5)))
    go_on.set()
    assert (await teller.ended(journey_id)).state is State.DONE
    await teller.journeys.wake(journey_id)
    await teller.settle(journey_id)
    assert done == [1]


async def test_cancelling_breaks_the_work_off_for_good(make: Make) -> None:
    begun, broken_off = asyncio.Event(), asyncio.Event()

    async def tale(journey: Journey) -> None:
        await journey.step("one", work)

    async def work(step: Step) -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            broken_off.set()

    teller = await make(tale)
    journey_id = await teller.start()
    await begun.wait()
    await teller.journeys.cancel(journey_id)
    assert broken_off.is_set()
    assert (await teller.read(journey_id)).state is State.CANCELLED
    await teller.journeys.wake(journey_id)
    await teller.settle(journey_id)
    assert (await teller.read(journey_id)).state is State.CANCELLED
    assert not await teller.database.read(unfinished)


async def test_nobody_wakes_a_journey_while_it_is_being_cancelled(make: Make) -> None:
    begun, lives = asyncio.Event(), list[int]()

    async def tale(journey: Journey) -> None:
        await journey.step("one", work)

    async def work(step: Step) -> None:
        lives.append(step.attempt)
        begun.set()
        await asyncio.Event().wait()

    teller = await make(tale)
    journey_id = await teller.start()
    await begun.wait()
    await asyncio.gather(
        teller.journeys.wake(journey_id), teller.journeys.cancel(journey_id), teller.journeys.wake(journey_id)
    )
    await teller.settle(journey_id)
    assert (await teller.read(journey_id)).state is State.CANCELLED
    assert lives == [1]


async def test_cancelling_a_sleeper_takes_its_alarm_away(make: Make) -> None:
    async def tale(journey: Journey) -> None:
        await journey.rest("rested", FAR, "Resting.")

    teller = await make(tale)
    journey_id = await teller.start()
    await teller.until(journey_id, State.WAITING)
    await teller.journeys.cancel(journey_id)
    assert (await teller.read(journey_id)).state is State.CANCELLED
    assert not teller.journeys._timers


async def test_what_is_finished_stays_finished_when_cancelled(make: Make) -> None:
    async def tale(journey: Journey) -> None:
        await journey.step("one", saying("fine"))

    teller = await make(tale)
    journey_id = await teller.start()
    await teller.ended(journey_id)
    await teller.journeys.cancel(journey_id)
    assert (await teller.read(journey_id)).state is State.DONE


async def test_when_the_story_has_changed_it_begins_again(make: Make, caplog: pytest.LogCaptureFixture) -> None:
    async def old(journey: Journey) -> None:
        await journey.step("asked", saying("old"))
        await journey.rest("rested", FAR, "Resting.")

    async def new(journey: Journey) -> None:
        await journey.step("asked", saying("new"))
        await journey.step("looked up", saying("new"))

    before = await make(old)
    journey_id = await before.start()
    await before.until(journey_id, State.WAITING)
    await pull_the_plug(before)
    after = await make(new)
    await after.journeys.wake(journey_id)
    record = await after.ended(journey_id)
    assert [(step.name, step.result) for step in record.steps] == [("asked", "new"), ("looked up", "new")]
    assert "begins again: step 2 was 'rested', is now 'looked up'" in caplog.text


async def test_thousands_of_sleepers_cost_no_task(on_sqlite: Database) -> None:
    async def tale(journey: Journey) -> None:
        raise AssertionError("nobody is to be woken")

    def fall_asleep(tx: Transaction) -> None:
        asleep = {"state": State.WAITING, "started": EVENING, "wake_at": FAR}
        ids = range(1, 3001)
        tx.execute(
            insert(table), [{"id": id, "tale": "tale", "subject": id, "changed": EVENING, **asleep} for id in ids]
        )
        tx.execute(insert(steps), [{"journey_id": id, "seq": 1, "name": "rested", **asleep} for id in ids])

    journeys = Journeys(on_sqlite)
    journeys.tell("tale", tale)
    await on_sqlite.write(fall_asleep)
    tasks = len(asyncio.all_tasks())
    await journeys.open()
    assert len(asyncio.all_tasks()) == tasks
    assert len(journeys._timers) == 3000
    assert await on_sqlite.read(_count_waiting) == 3000
    await journeys.close()


def _count_waiting(db: Connection) -> int:
    return db.execute(select(func.count()).where(steps.c.state == State.WAITING)).scalar_one()


async def test_a_journey_sets_off_only_when_it_is_safely_written(make: Make) -> None:
    told: list[int] = []

    async def tale(journey: Journey) -> None:
        told.append(journey.subject)

    teller = await make(tale)

    def change(tx: Transaction) -> None:
        teller.journeys.start(tx, "tale", 1)
        raise Conflict("changed our mind")

    with pytest.raises(Conflict):
        await teller.database.write(change)
    await teller.ended(await teller.start(subject=2))
    assert told == [2]


async def test_closing_lets_everything_lie_as_it_is(make: Make) -> None:
    begun = asyncio.Event()

    async def tale(journey: Journey) -> None:
        await journey.step("one", work)

    async def work(step: Step) -> None:
        begun.set()
        await asyncio.Event().wait()

    teller = await make(tale)
    journey_id = await teller.start()
    await begun.wait()
    await teller.journeys.close()
    assert not teller.journeys._running
    assert (await teller.read(journey_id)).state is State.RUNNING


async def test_a_memory_that_is_silent_for_a_while_loses_no_journey(
    make: Make, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def tale(journey: Journey) -> None:
        await journey.step("one", saying("fine"))

    teller = await make(tale)
    real, silent = Database._read, [True, True]

    def read(self: Database, query: Any) -> Any:
        if silent:
            silent.pop()
            return real(self, _broken)
        return real(self, query)

    monkeypatch.setattr(Database, "_read", read)
    journey_id = await teller.start()
    with teller.database.bus.reading() as events:
        await anext(events)  # only once the memory answers again is there any news
        monkeypatch.undo()
    record = await teller.ended(journey_id)
    assert record.state is State.DONE
    assert "waits for the database" in caplog.text


def _broken(db: Connection) -> None:
    raise OperationalError("SELECT 1", None, Exception("disk I/O error"))


async def test_whoever_was_overtaken_looks_again_should_the_others_fall_silent(make: Make) -> None:
    looked = asyncio.Event()

    async def tale(journey: Journey) -> None:
        await journey.step("one", work)

    async def work(step: Step) -> int:
        if step.attempt == 1:  # somebody else begins it, and is never heard of again
            await teller.database.write(lambda tx: _ignore(tx.execute(update(steps).values(attempts=2))))
        else:
            looked.set()
        return step.attempt

    teller = await make(tale)
    async with asyncio.timeout(10):
        journey_id = await teller.start()
        await looked.wait()
        assert (await teller.ended(journey_id)).steps[0].result == 3


async def test_a_step_that_ended_is_not_put_to_sleep(make: Make) -> None:
    """Somebody else has ended it while we were told to come back later."""

    async def tale(journey: Journey) -> None:
        await journey.step("one", work)

    async def work(step: Step) -> None:
        done = update(steps).values(state=State.DONE, result="theirs")
        await teller.database.write(lambda tx: _ignore(tx.execute(done)))
        raise Unreachable("nobody answers")

    teller = await make(tale)
    async with asyncio.timeout(10):
        record = await teller.ended(await teller.start())
    assert (record.steps[0].state, record.steps[0].result, record.steps[0].attempts) == (State.DONE, "theirs", 1)


async def test_when_the_answer_to_a_commit_is_lost_the_work_is_not_done_again(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    done, lost = list[int](), list[int]()

    async def tale(journey: Journey) -> None:
        await journey.step("one", work)

    async def work(step: Step) -> str:
        done.append(step.attempt)
        step.on_commit(lambda tx: lost.append(1))
        return "once"

    teller = await make(tale)
    real = teller.database.write

    async def write(change: Callable[[Transaction], Any]) -> Any:
        answer = await real(change)
        if lost:
            lost.clear()
            raise Unreachable("database: the connection was lost")
        return answer

    monkeypatch.setattr(teller.database, "write", write)
    record = await teller.ended(await teller.start())
    assert done == [1]
    assert (record.state, record.steps[0].result, record.steps[0].attempts) == (State.DONE, "once", 1)


async def test_of_a_long_journey_the_last_steps_can_be_read(make: Make) -> None:
    async def tale(journey: Journey) -> None:
        for number in range(4 + journey.subject):
            await journey.step(f"step {number}", saying(number))

    teller = await make(tale)
    for subject in (1, 2):
        await teller.ended(await teller.start(subject=subject))
    told = await teller.database.read(lambda db: journeys_of(db, "tale", [1, 2], last=2))
    assert [[step.seq for step in record.steps] for record in told] == [[4, 5], [5, 6]]


def _ignore(_: object) -> None:
    """A change gives nothing back."""
