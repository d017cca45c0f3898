import asyncio
import threading
from pathlib import Path

import pytest

from matinee.kernel.errors import Unreachable
from matinee.kernel.journal import JourneyRecord, State
from matinee.media.file import MediaFacts
from matinee.pipeline import following, importing
from matinee.pipeline.asking import cancel, search_now
from matinee.pipeline.placing import Placed, place
from matinee.pipeline.ports import DownloadFile, DownloadState
from matinee.store.files import all_files
from tests.pipeline.household import Household

GOOD = "Tin.Comet.2021.1080p.WEB-DL.x264-GOOD"
BETTER = "Tin.Comet.2021.1080p.BluRay.x264-BETTER"
FILM = "Movies/Tin Comet (2021)/Tin Comet (2021) WEBDL-1080p.mkv"


def failed(journey: JourneyRecord) -> bool:
    return journey.state is State.FAILED


async def test_a_foreign_file_of_that_name_stays_as_it_is_and_the_journey_says_why(home: Household) -> None:
    home.indexer.offer(GOOD)
    film = home.library / FILM
    film.parent.mkdir(parents=True)
    film.write_bytes(b"my own copy, ripped by hand")
    request_id = await home.wish()
    journey = await home.until(request_id, failed)
    assert "is already there and is something else" in journey.text
    assert "rename or remove it first" in journey.text
    assert str(film) in journey.text
    assert film.read_bytes() == b"my own copy, ripped by hand"
    assert home.client.removed == []
    assert await home.database.read(all_files) == []


async def test_once_it_is_out_of_the_way_the_import_can_be_tried_again(home: Household) -> None:
    home.indexer.offer(GOOD)
    film = home.library / FILM
    film.parent.mkdir(parents=True)
    film.write_bytes(b"my own copy, ripped by hand")
    request_id = await home.wish()
    await home.until(request_id, failed)
    film.rename(film.with_name("mine.mkv"))
    await search_now(home.parts, request_id)
    await home.ready(request_id)
    assert film.samefile(home.client.folder / f"{GOOD}.mkv")
    assert film.with_name("mine.mkv").read_bytes() == b"my own copy, ripped by hand"
    assert home.client.added == [GOOD]


async def test_the_picture_must_be_as_fine_as_the_name_says(home: Household) -> None:
    home.indexer.offer(BETTER)
    home.indexer.offer(GOOD)
    home.probe.others[f"{BETTER}.mkv"] = MediaFacts(6060.0, 640, 360, "h264", "aac", "matroska")
    journey = await home.ready(await home.wish())
    assert "its name says 1080p, but the picture has 640x360 pixels" in journey.steps[4].text
    assert home.client.added == [BETTER, GOOD]


async def test_a_probe_that_may_work_later_is_tried_later(home: Household) -> None:
    home.indexer.offer(GOOD)
    home.probe.others[f"{GOOD}.mkv"] = Unreachable("ffprobe is busy")
    request_id = await home.wish()
    await home.resting(request_id, "imported")
    home.probe.others.clear()
    await home.ready(request_id)
    assert home.client.added == [GOOD]


async def test_files_that_do_not_belong_there_are_put_back(home: Household) -> None:
    home.indexer.offer(BETTER)
    home.indexer.offer(GOOD)
    real = home.client.files

    async def files(id: str) -> list[DownloadFile]:
        listed = await real(id)
        return [*listed, DownloadFile(Path("run me.exe"), 1, 1)] if home.client.added == [BETTER] else listed

    home.client.files = files  # type: ignore[method-assign]
    journey = await home.ready(await home.wish())
    assert "is a program" in journey.steps[4].text
    assert home.client.added == [BETTER, GOOD]


async def test_a_link_out_of_the_downloads_is_not_imported(home: Household, tmp_path: Path) -> None:
    home.indexer.offer(GOOD)
    home.client.outcomes[GOOD] = DownloadState.DOWNLOADING
    request_id = await home.wish()
    await home.until(request_id, lambda one: bool(one.steps) and one.steps[-1].name == "downloaded")
    secret = tmp_path / "secret.mkv"
    secret.write_bytes(b"private")
    path = home.client.folder / f"{GOOD}.mkv"
    path.unlink()
    path.symlink_to(secret)
    home.client.set(GOOD, state=DownloadState.COMPLETE)
    journey = await home.until(request_id, failed)
    assert "is no ordinary file" in journey.text
    assert list(home.library.rglob("*")) == []


async def test_a_download_removed_before_it_was_imported_is_replaced(
    home: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "_GRACE_SECONDS", 0.05)
    home.indexer.offer(BETTER)
    home.indexer.offer(GOOD)
    home.probe.others[f"{BETTER}.mkv"] = Unreachable("ffprobe is busy")
    request_id = await home.wish()
    await home.resting(request_id, "imported")
    home.client.statuses.clear()
    home.client.tell()
    await home.ready(request_id)
    assert home.client.added == [BETTER, GOOD]


@pytest.mark.parametrize("already", [False, True])
async def test_taken_back_while_it_is_being_placed_nothing_new_stays_in_the_library(
    home: Household, monkeypatch: pytest.MonkeyPatch, already: bool
) -> None:
    begun, go_on = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def slow(source: Path, target: Path, *, within: Path, allow_copy: bool) -> Placed:
        placed = [place(source, target, within=within, allow_copy=allow_copy) for _ in range(1 + already)][-1]
        loop.call_soon_threadsafe(begun.set)
        go_on.wait(10)
        return placed

    monkeypatch.setattr(importing, "place", slow)
    home.indexer.offer(GOOD)
    request_id = await home.wish()
    await begun.wait()
    taking_back = asyncio.create_task(cancel(home.parts, request_id))
    await asyncio.sleep(0.02)
    go_on.set()
    await taking_back
    assert (home.library / FILM).exists() is already
    assert bool(list(home.library.rglob("*"))) is already
