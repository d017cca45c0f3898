"""What a magnet link names is judged before a byte of it comes."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from matinee.kernel.database import Database
from matinee.pipeline.ports import DownloadFile, DownloadState, Payload
from matinee.store.releases import blocked_keys
from tests.pipeline.household import Household, household

GOOD = "Tin.Comet.2021.1080p.WEB-DL.x264-GOOD"
BETTER = "Tin.Comet.2021.1080p.BluRay.x264-BETTER"
ID = "c" * 40
SIZE = 2_000_000_000


@pytest.fixture
async def house(on_sqlite: Database, tmp_path: Path) -> AsyncIterator[Household]:
    """A household that is offered a magnet link, and a .torrent that is a little worse."""
    async with household(on_sqlite, tmp_path, stall_after=timedelta(seconds=60)) as made:
        with_a_magnet(made)
        yield made


def with_a_magnet(house: Household) -> None:
    house.indexer.offer(GOOD)
    house.indexer.offer(BETTER)
    house.indexer.torrents[BETTER] = Payload(ID, magnet=f"magnet:?xt=urn:btih:{ID}")


async def looking(house: Household) -> int:
    """A wish whose magnet link has told nothing yet."""
    request_id = await house.wish()
    await house.until(request_id, lambda one: bool(one.steps) and one.steps[-1].name == "looked at")
    return request_id


def tells(house: Household, *files: DownloadFile, state: DownloadState = DownloadState.PAUSED) -> None:
    """The metadata has come."""
    house.client.listings[ID] = list(files)
    house.client.set(ID, state=state, size=sum(file.size for file in files))


async def blocked(house: Household) -> set[str]:
    return set(await house.database.read(lambda db: blocked_keys(db, 1)))


def film(name: str = f"{BETTER}.mkv") -> DownloadFile:
    return DownloadFile(Path(name), SIZE, 0)


async def test_it_is_added_to_be_looked_at_and_goes_on_when_it_looks_right(house: Household) -> None:
    request_id = await looking(house)
    assert house.client.payloads[0].looks_first
    assert not house.client.resumed
    tells(house, film())
    await house.until(request_id, lambda one: one.steps[-1].name == "downloaded")
    assert house.client.resumed == [ID]
    assert house.client.stopped == [], "it stands still already"
    (house.client.folder / f"{BETTER}.mkv").write_bytes(b"film")
    house.client.set(ID, state=DownloadState.COMPLETE, done=SIZE)
    journey = await house.ready(request_id)
    looked = next(step for step in journey.steps if step.name == "looked at")
    assert looked.text == "Its magnet link told 1 file, and they look right."


async def test_who_cannot_stop_by_itself_is_stopped_before_it_is_judged(house: Household) -> None:
    request_id = await looking(house)
    tells(house, film(), state=DownloadState.DOWNLOADING)
    await house.until(request_id, lambda one: one.steps[-1].name == "downloaded")
    assert house.client.stopped == [ID]
    assert house.client.resumed == [ID]


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ([film("codec.exe")], "'codec.exe' is a program"),
        ([film(), DownloadFile(Path("../../evil.mkv"), 5, 0)], "would be written outside"),
        ([DownloadFile(Path(f"{BETTER}.mkv"), 5_000_000, 0)], "its film has 5.0 MB for 101 minutes"),
        ([film("film.part1.rar")], "the film is packed"),
    ],
)
async def test_a_bad_one_is_removed_before_a_byte_and_never_tried_again(
    house: Household, files: list[DownloadFile], reason: str
) -> None:
    request_id = await looking(house)
    tells(house, *files)
    journey = await house.ready(request_id)
    assert house.client.removed == [(ID, True)]
    assert house.client.resumed == []
    assert house.client.added == [ID, GOOD]
    assert await blocked(house) == {f"Lab:{BETTER}"}
    looked = next(step for step in journey.steps if step.name == "looked at")
    assert reason in looked.text
    assert looked.text.endswith("Another release is tried.")


async def test_what_owes_something_but_has_come_in_no_part_is_removed_too(house: Household) -> None:
    house.indexer.offers[1] = replace(house.indexer.offers[1], minimum_ratio=1.0)
    request_id = await looking(house)
    tells(house, film("codec.exe"))
    await house.ready(request_id)
    assert house.client.removed == [(ID, True)]


async def test_one_that_never_tells_its_files_is_given_up_for_this_time(on_sqlite: Database, tmp_path: Path) -> None:
    async with household(on_sqlite, tmp_path, stall_after=timedelta(milliseconds=50)) as house:
        with_a_magnet(house)
        journey = await house.ready(await house.wish())
        assert house.client.added == [ID, GOOD]
        looked = next(step for step in journey.steps if step.name == "looked at")
        assert looked.text.startswith("Its magnet link did not tell its files. No progress for ")
        assert await blocked(house) == set()


async def test_a_power_cut_while_it_is_looked_at_loses_nothing(house: Household) -> None:
    request_id = await looking(house)
    await house.parts.journeys.close()
    tells(house, film())
    await house.parts.journeys.open()
    await house.until(request_id, lambda one: one.steps[-1].name == "downloaded")
    assert house.client.added == [ID]
    assert house.client.resumed == [ID]


async def test_one_that_somebody_removes_meanwhile_makes_room_for_the_next(
    house: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matinee.pipeline.following._GRACE_SECONDS", 0.05)
    request_id = await looking(house)
    house.client.statuses.clear()
    house.client.tell()
    await house.ready(request_id)
    assert house.client.added == [ID, GOOD]
