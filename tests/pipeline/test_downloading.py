import asyncio
import shutil
from collections import namedtuple
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from matinee.kernel.database import Database, Transaction
from matinee.kernel.errors import Unreachable
from matinee.pipeline import following
from matinee.pipeline.ports import DownloadState
from matinee.store.downloads import add_grab, download_by_id
from matinee.store.history import history_of
from matinee.store.releases import releases_of
from matinee.store.requests import add_request, add_want
from matinee.store.titles import keep_slot
from tests.pipeline.household import Household, household

GOOD = "Tin.Comet.2021.1080p.WEB-DL.x264-GOOD"
BETTER = "Tin.Comet.2021.1080p.BluRay.x264-BETTER"

Usage = namedtuple("Usage", "total used free")


@pytest.fixture(autouse=True)
def little_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "_GRACE_SECONDS", 0.05)


@pytest.fixture
async def house(on_sqlite: Database, tmp_path: Path) -> AsyncIterator[Household]:
    """The better release does not arrive; what becomes of it is up to the test."""
    async with household(on_sqlite, tmp_path, stall_after=timedelta(seconds=60)) as made:
        made.indexer.offer(GOOD)
        made.indexer.offer(BETTER)
        made.client.outcomes[BETTER] = DownloadState.DOWNLOADING
        yield made


async def downloading(house: Household) -> int:
    """A wish whose download is under way."""
    request_id = await house.wish()
    await house.until(request_id, lambda one: bool(one.steps) and one.steps[-1].name == "downloaded")
    return request_id


async def reasons(house: Household) -> tuple[str, ...]:
    kept = await house.database.read(lambda db: releases_of(db, 1, 2))
    return next(one.reasons for one in kept if one.release.name == BETTER)


async def test_a_download_that_fails_is_put_back_and_the_next_one_taken(house: Household) -> None:
    request_id = await downloading(house)
    house.client.set(BETTER, state=DownloadState.FAILED, message="the tracker says: banned")
    journey = await house.ready(request_id)
    assert house.client.added == [BETTER, GOOD]
    assert journey.steps[3].text == "the tracker says: banned. Another release is tried."
    assert journey.steps[3].result == {"ok": False, "reason": "the tracker says: banned"}
    assert not (house.client.folder / f"{BETTER}.mkv").exists()


async def test_the_true_reason_is_remembered_everywhere(house: Household) -> None:
    request_id = await downloading(house)
    house.client.set(BETTER, state=DownloadState.FAILED, message="the tracker says: banned")
    await house.ready(request_id)
    assert await reasons(house) == ("the tracker says: banned",)
    told = [line.text for line in await house.database.read(lambda db: history_of(db, 1))]
    assert f"{BETTER} was refused: the tracker says: banned" in told
    row = await house.database.read(lambda db: download_by_id(db, 1))
    assert row.failure == "the tracker says: banned"


async def test_a_download_that_somebody_removed_is_replaced_by_the_next(house: Household) -> None:
    request_id = await downloading(house)
    house.client.statuses.clear()
    house.client.tell()
    await house.ready(request_id)
    assert await reasons(house) == ("The download was removed from the client",)
    assert house.client.added == [BETTER, GOOD]


async def test_a_download_that_stands_still_is_replaced_by_the_next(on_sqlite: Database, tmp_path: Path) -> None:
    async with household(on_sqlite, tmp_path, stall_after=timedelta(milliseconds=30)) as house:
        house.indexer.offer(GOOD)
        house.indexer.offer(BETTER)
        house.client.outcomes[BETTER] = DownloadState.STALLED
        await house.ready(await house.wish())
        assert (await reasons(house))[0].startswith("No progress for 0.0005 minutes: nobody offers it (0 seeders)")
        assert house.client.added == [BETTER, GOOD]


async def test_a_full_disk_is_waited_for_and_then_it_goes_on(house: Household, monkeypatch: pytest.MonkeyPatch) -> None:
    free = 10**12
    real = shutil.disk_usage
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(*real(path)[:2], free))
    request_id = await downloading(house)
    free = 1_000
    house.client.set(BETTER, state=DownloadState.FAILED, message="No space left on device")
    waiting = await house.resting(request_id, "downloaded")
    assert waiting.text.startswith("The disk with the downloads is full: 0 MB free, 0 MB needed.")
    assert house.client.removed == []

    async def resume(id: str) -> None:
        house.client.resumed.append(id)
        if free > 1_000:
            house.client.set(BETTER, state=DownloadState.COMPLETE, done=20_000, message="")

    monkeypatch.setattr(house.client, "resume", resume)
    await house.until(request_id, lambda one: bool(house.client.resumed))
    free = 10**12
    await house.ready(request_id)
    assert house.client.added == [BETTER]


async def test_a_failure_told_before_it_was_resumed_is_not_held_against_it(
    house: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The client's list is a moment old: it still says 'failed' when the download has been resumed already."""
    monkeypatch.setattr(following, "_GRACE_SECONDS", 20.0)
    real = shutil.disk_usage
    free = 10**12
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(*real(path)[:2], free))
    request_id = await downloading(house)
    free = 0
    house.client.set(BETTER, state=DownloadState.FAILED, message="errno 28")
    await house.resting(request_id, "downloaded")
    resumed = asyncio.Event()

    async def resume(id: str) -> None:
        resumed.set()

    monkeypatch.setattr(house.client, "resume", resume)
    free = 10**12
    await resumed.wait()
    house.client.set(BETTER, state=DownloadState.DOWNLOADING, message="")
    house.client.set(BETTER, state=DownloadState.COMPLETE, done=20_000)
    await house.ready(request_id)
    assert house.client.added == [BETTER]


async def test_a_client_that_is_away_is_waited_for(house: Household) -> None:
    request_id = await downloading(house)
    house.client.trouble = Unreachable("torrent engine: no connection (refused)")
    house.client.tell()
    follower = house.parts.followers[house.client.name]
    await house.until(request_id, lambda one: follower.trouble is not None)
    house.client.trouble = None
    house.client.set(BETTER, state=DownloadState.COMPLETE, done=20_000)
    await house.ready(request_id)
    assert house.client.added == [BETTER]


async def test_the_download_of_another_wish_is_left_to_it(house: Household) -> None:
    request_id = await downloading(house)
    status = next(iter(house.client.statuses.values()))

    def another(tx: Transaction) -> None:
        slot = keep_slot(tx, 1, "second", "4K with HDR", "Movies")
        wish = add_request(tx, 1, slot.id, house.owner.id, house.parts.clock())
        want = add_want(tx, wish, slot.id, None)
        add_grab(
            tx, want_id=want, release_id=1, client=house.client.name, client_id=status.id, name=BETTER, size=1,
            moment=house.parts.clock(),
        )  # fmt: skip

    await house.database.write(another)
    house.client.set(BETTER, state=DownloadState.FAILED, message="broken")
    await house.ready(request_id)
    assert house.client.removed == []
    row = await house.database.read(lambda db: download_by_id(db, 1))
    assert row.removed is None
