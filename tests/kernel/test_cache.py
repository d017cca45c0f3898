"""The shelf keeps what fits, forgets the least used, and never costs the caller anything."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from matinee.kernel.cache import FolderCache, SingleFlight
from matinee.kernel.errors import Unreachable


class Evening:
    """A clock that is told what time it is."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 1, 20, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def passes(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_was_put_is_there_with_its_age(tmp_path: Path) -> None:
    evening = Evening()
    cache = FolderCache(tmp_path, limit_bytes=1000, clock=evening)
    cache.put("tin comet", b"poster")
    evening.passes(90)
    kept = cache.get("tin comet")
    assert kept and kept.content == b"poster" and kept.age == pytest.approx(90, abs=0.01)


def test_reading_does_not_make_it_younger(tmp_path: Path) -> None:
    evening = Evening()
    cache = FolderCache(tmp_path, limit_bytes=1000, clock=evening)
    cache.put("a", b"x")
    for _ in range(3):
        evening.passes(10)
        kept = cache.get("a")
    assert kept and kept.age == pytest.approx(30, abs=0.01)


def test_nothing_kept_is_none(tmp_path: Path) -> None:
    assert FolderCache(tmp_path / "not yet", limit_bytes=10).get("a") is None


def test_the_least_recently_used_makes_room(tmp_path: Path) -> None:
    evening = Evening()
    cache = FolderCache(tmp_path, limit_bytes=100, clock=evening)
    for key in "abc":
        if key == "c":
            cache.get("a")
            evening.passes(1)
        cache.put(key, b"x" * 40)
        evening.passes(1)
    assert cache.get("b") is None
    assert cache.get("a") and cache.get("c")


def test_replacing_does_not_count_twice(tmp_path: Path) -> None:
    cache = FolderCache(tmp_path, limit_bytes=100)
    cache.put("other", b"y" * 30)
    for _ in range(10):
        cache.put("same", b"x" * 40)
    assert cache.get("other") and cache.get("same")


def test_larger_than_the_whole_shelf_is_not_kept(tmp_path: Path) -> None:
    cache = FolderCache(tmp_path, limit_bytes=10)
    cache.put("a", b"x" * 11)
    assert cache.get("a") is None


def test_the_next_run_finds_it_and_sweeps_what_was_left_unfinished(tmp_path: Path) -> None:
    FolderCache(tmp_path, limit_bytes=1000).put("a", b"x")
    left = files(tmp_path)[0].with_name("half.123.part")
    left.write_bytes(b"half")
    again = FolderCache(tmp_path, limit_bytes=1000)
    again.put("b", b"y")
    assert not left.exists()
    assert again.get("a") and again.get("b")


def test_a_key_never_reaches_the_disk(tmp_path: Path) -> None:
    FolderCache(tmp_path, limit_bytes=1000).put("https://host/?apikey=hunter2hunter2", b"answer")
    for path in files(tmp_path):
        assert "hunter2" not in str(path) and b"hunter2" not in path.read_bytes()


def test_a_disk_that_fails_is_logged_and_costs_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    occupied = tmp_path / "file"
    occupied.write_bytes(b"")
    cache = FolderCache(occupied, limit_bytes=1000)
    cache.put("a", b"x")
    assert cache.get("a") is None
    assert "cannot be written" in caplog.text


def test_removed_is_gone_and_twice_is_no_error(tmp_path: Path) -> None:
    cache = FolderCache(tmp_path, limit_bytes=1000)
    cache.put("a", b"x")
    cache.remove("a")
    cache.remove("a")
    assert cache.get("a") is None


async def test_async_callers_have_their_own_doors(tmp_path: Path) -> None:
    cache = FolderCache(tmp_path, limit_bytes=1000)
    await cache.write("a", b"x")
    kept = await cache.read("a")
    assert kept and kept.content == b"x"


async def test_equal_wishes_are_one_piece_of_work() -> None:
    together, calls, gate = SingleFlight(), 0, asyncio.Event()

    async def work() -> int:
        nonlocal calls
        calls += 1
        await gate.wait()
        return calls

    waiting = [asyncio.create_task(together("a", work)) for _ in range(5)]
    await asyncio.sleep(0)
    gate.set()
    assert await asyncio.gather(*waiting) == [1] * 5
    assert await together("a", work) == 2


async def test_one_who_walks_away_does_not_end_it_for_the_others() -> None:
    together, gate = SingleFlight(), asyncio.Event()

    async def work() -> str:
        await gate.wait()
        return "here"

    first = asyncio.create_task(together("a", work))
    second = asyncio.create_task(together("a", work))
    await asyncio.sleep(0)
    first.cancel()
    gate.set()
    assert await second == "here"
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_a_failure_reaches_everybody_and_is_not_kept() -> None:
    together = SingleFlight()

    async def fails() -> str:
        raise Unreachable("no")

    async def works() -> str:
        return "yes"

    results = await asyncio.gather(together("a", fails), together("a", fails), return_exceptions=True)
    assert all(isinstance(result, Unreachable) for result in results)
    assert await together("a", works) == "yes"
