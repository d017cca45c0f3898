import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from matinee.kernel.errors import Refused, Unreachable
from matinee.kernel.events import Bus, Event
from matinee.pipeline import following
from matinee.pipeline.following import Follower, Stalled
from matinee.pipeline.news import DownloadsMoved
from matinee.pipeline.ports import DownloadState, DownloadStatus

LONG = timedelta(seconds=60)
SHORT = timedelta(milliseconds=30)


class Script:
    """A download client whose list is whatever the test says next; errors are raised."""

    name = "client"

    def __init__(self) -> None:
        self.lines: asyncio.Queue[dict[str, DownloadStatus] | Exception] = asyncio.Queue()

    async def watch(self) -> AsyncIterator[dict[str, DownloadStatus]]:
        while True:
            line = await self.lines.get()
            if isinstance(line, Exception):
                raise line
            yield line


def status(state: DownloadState, done: int = 10, **more: Any) -> dict[str, DownloadStatus]:
    values = {"size": 100, "speed": 0, "eta": None, "seeders": 0, "path": Path("/x")} | more
    return {"a": DownloadStatus("a", "A Film", state, done=done, **values)}


class Following:
    """A follower at work, and its client's script."""

    def __init__(self) -> None:
        self.bus, self.script = Bus(), Script()
        self.follower = Follower(self.script, self.bus)  # type: ignore[arg-type]

    async def say(self, *lines: dict[str, DownloadStatus] | Exception) -> None:
        """The client says these, and the follower has heard them."""
        for line in lines:
            moved = self.follower._moved
            self.script.lines.put_nowait(line)
            async with asyncio.timeout(10):
                await moved.wait()


@pytest.fixture
async def following_one(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Following]:
    monkeypatch.setattr(following, "_GRACE_SECONDS", 0.05)
    made = Following()
    task = asyncio.create_task(made.follower.follow())
    yield made
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def still_waiting(task: "asyncio.Task[Any]", seconds: float = 0.12) -> bool:
    done, _ = await asyncio.wait([task], timeout=seconds)
    return not done


async def test_whoever_waits_is_told_at_once(following_one: Following) -> None:
    await following_one.say(status(DownloadState.DOWNLOADING))
    waiting = asyncio.create_task(following_one.follower.settled("a", LONG))
    assert await still_waiting(waiting, 0.01)
    await following_one.say(status(DownloadState.COMPLETE, 100))
    settled = await waiting
    assert settled and settled.state is DownloadState.COMPLETE


@pytest.mark.parametrize("state", [DownloadState.COMPLETE, DownloadState.FAILED])
async def test_what_has_settled_already_is_not_waited_for(following_one: Following, state: DownloadState) -> None:
    await following_one.say(status(state))
    settled = await following_one.follower.settled("a", LONG)
    assert settled and settled.state is state


async def test_the_house_is_told_of_every_move(following_one: Following) -> None:
    heard: list[Event] = []
    following_one.bus.listen(DownloadsMoved, heard.append)
    await following_one.say(status(DownloadState.DOWNLOADING), status(DownloadState.COMPLETE))
    assert [event.downloads[0].state for event in heard if isinstance(event, DownloadsMoved)] == [
        DownloadState.DOWNLOADING,
        DownloadState.COMPLETE,
    ]


async def test_what_the_client_has_forgotten_is_gone_after_a_grace(following_one: Following) -> None:
    await following_one.say(status(DownloadState.DOWNLOADING))
    waiting = asyncio.create_task(following_one.follower.settled("a", LONG))
    await following_one.say({})
    assert await waiting is None


async def test_what_was_just_added_need_not_be_listed_yet(
    following_one: Following, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "_GRACE_SECONDS", 30.0)
    await following_one.say({})
    waiting = asyncio.create_task(following_one.follower.settled("a", LONG))
    assert await still_waiting(waiting, 0.01)
    await following_one.say(status(DownloadState.COMPLETE))
    assert await waiting


async def test_a_client_that_was_away_for_long_may_list_its_downloads_a_moment_later(
    following_one: Following, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It restarts, and for a moment it lists nothing at all: that is no reason to throw anything away."""
    follower = following_one.follower
    await following_one.say(status(DownloadState.DOWNLOADING))
    waiting = asyncio.create_task(follower.settled("a", LONG))
    await following_one.say(Unreachable("client: no connection"))
    assert await still_waiting(waiting, 0.15)  # away for longer than the grace
    monkeypatch.setattr(following, "_GRACE_SECONDS", 30.0)
    await following_one.say({})
    assert await still_waiting(waiting, 0.05)
    await following_one.say(status(DownloadState.COMPLETE))
    assert await waiting


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"message": "the tracker says: unregistered torrent"}, ": the tracker says: unregistered torrent"),
        ({"seeders": 0}, ": nobody offers it (0 seeders)"),
        ({"seeders": 3}, " although 3 offer it"),
    ],
)
async def test_standing_still_is_told_with_a_reason(following_one: Following, more: dict[str, Any], says: str) -> None:
    await following_one.say(status(DownloadState.STALLED, **more))
    with pytest.raises(Stalled) as caught:
        await following_one.follower.settled("a", SHORT)
    assert str(caught.value) == f"No progress for 0.0005 minutes{says}"


async def test_progress_earns_more_time(following_one: Following) -> None:
    patience = timedelta(milliseconds=400)
    await following_one.say(status(DownloadState.DOWNLOADING, 0))
    waiting = asyncio.create_task(following_one.follower.settled("a", patience))
    for done in range(1, 6):
        assert await still_waiting(waiting, 0.1)
        await following_one.say(status(DownloadState.DOWNLOADING, done))
    with pytest.raises(Stalled):
        await waiting


@pytest.mark.parametrize("state", [DownloadState.QUEUED, DownloadState.PAUSED, DownloadState.CHECKING])
async def test_who_stands_in_line_does_not_stand_still(following_one: Following, state: DownloadState) -> None:
    await following_one.say(status(state))
    waiting = asyncio.create_task(following_one.follower.settled("a", SHORT))
    assert await still_waiting(waiting)
    await following_one.say(status(DownloadState.COMPLETE))
    assert await waiting


async def test_while_the_client_is_away_nothing_stands_still(following_one: Following) -> None:
    await following_one.say(status(DownloadState.DOWNLOADING))
    waiting = asyncio.create_task(following_one.follower.settled("a", SHORT))
    await following_one.say(Unreachable("client: no connection"))
    assert await still_waiting(waiting)
    await following_one.say(status(DownloadState.COMPLETE))
    assert await waiting


async def test_what_was_just_resumed_may_be_told_as_failed_a_moment_longer(following_one: Following) -> None:
    await following_one.say(status(DownloadState.FAILED))
    waiting = asyncio.create_task(following_one.follower.settled("a", LONG, resumed=True))
    assert await still_waiting(waiting, 0.01)
    await following_one.say(status(DownloadState.COMPLETE))
    settled = await waiting
    assert settled and settled.state is DownloadState.COMPLETE


async def test_what_fails_again_after_it_was_resumed_has_failed(following_one: Following) -> None:
    await following_one.say(status(DownloadState.FAILED))
    settled = await following_one.follower.settled("a", LONG, resumed=True)
    assert settled and settled.state is DownloadState.FAILED


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (Unreachable("client: no connection"), "client: no connection"),
        (Refused("client: wrong password"), "client: wrong password"),
        (ZeroDivisionError("a bug"), "client: a fault inside Matinee (ZeroDivisionError); see its log"),
    ],
)
async def test_trouble_is_told_until_it_is_over(
    following_one: Following, error: Exception, trouble: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert following_one.follower.trouble, "nobody has answered yet"
    await following_one.say(status(DownloadState.DOWNLOADING))
    assert following_one.follower.trouble is None
    await following_one.say(error)
    assert following_one.follower.trouble == trouble
    await following_one.say(error)
    await following_one.say(status(DownloadState.DOWNLOADING))
    assert following_one.follower.trouble is None
