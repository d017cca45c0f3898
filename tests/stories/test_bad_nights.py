"""The internet is full of rubbish and disks fill up: the timeline says so, and the house stands."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from matinee.lab import IndexerFault, Lab
from matinee.web.models import JourneyOut
from tests.stories.conftest import MakeHouse
from tests.stories.house import RunningHouse, only_journey

FILM = "Tin Comet"


async def test_an_unknown_title_is_refused_by_name(house: RunningHouse) -> None:
    for ref, words in (("movie-tmdb-999999999", "999999999"), ("nonsense", "nonsense"), ("movie-moon-1", "moon")):
        answer = await house.guest.http.post("/api/requests", json={"ref": ref})
        assert answer.status_code == 404, answer.text
        assert words in answer.json()["detail"]
    assert (await house.guest.http.get("/api/requests")).json() == []


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (IndexerFault.MALFORMED, "Torznab"),
        (IndexerFault.BOMB, "Torznab"),
        (IndexerFault.ERROR, "HTTP 500"),
        (IndexerFault.LIMIT, "429"),
    ],
)
async def test_a_rotten_indexer_is_named_and_the_wish_waits_for_it(
    house: RunningHouse, lab: Lab, fault: IndexerFault, words: str
) -> None:
    lab.faults.indexer = fault
    wish = await house.guest.ask_for_film(FILM)
    waiting = only_journey(await house.until(wish.id, "waiting"))
    assert "Lab" in waiting.text
    assert words in waiting.text
    assert waiting.wake_at is not None
    lab.faults.indexer = IndexerFault.NONE
    await house.guest.http.post(f"/api/requests/{wish.id}/search-now")
    await house.until(wish.id)
    assert len(house.films) == 1


async def test_a_torrent_that_climbs_out_of_its_folder_is_left_aside(house: RunningHouse, lab: Lab) -> None:
    lab.faults.climbing = "tin-comet"
    wish = await house.guest.ask_for_film(FILM)
    finished = only_journey(await house.until(wish.id))
    told = notes_of(finished)
    assert any("CLIMB was left aside" in note and "outside" in note for note in told), told
    assert not list(house.folder.rglob("evil*"))
    assert not list(house.folder.parent.glob("evil*"))
    assert len(house.films) == 1


async def test_programs_and_samples_are_left_aside_before_they_are_downloaded(house: RunningHouse) -> None:
    wish = await house.guest.ask_for_film("Paper Orchard")
    finished = only_journey(await house.until(wish.id))
    told = notes_of(finished)
    assert any("codec.exe" in note for note in told), told
    assert any("sample" in note for note in told), told
    assert [path.suffix for path in (house.media / "downloads").rglob("*") if path.is_file()] == [".mp4"]


async def test_a_mislabelled_film_is_put_back_and_the_next_one_taken(house: RunningHouse) -> None:
    wish = await house.guest.ask_for_film("The Salt Lighthouse")
    finished = only_journey(await house.until(wish.id))
    refused = [step for step in finished.steps if step.state == "failed"]
    assert len(refused) == 1
    assert "360" in refused[0].text
    (film,) = house.films
    assert "WEBDL-1080p" in film.name
    (download,) = await house.downloads()
    assert "FLASH" not in download["name"]


async def test_a_tracker_that_hangs_is_given_up_for_now_and_said_so(make_house: MakeHouse, lab: Lab) -> None:
    lab.faults.tracker_hangs = True
    house = make_house(torrent="stall_minutes = 0.05")
    await house.start()
    wish = await house.guest.ask_for_film("Tin Comet")
    waiting = only_journey(await house.until(wish.id, "waiting"))
    given_up = [step for step in waiting.steps if step.stage == "downloaded"]
    assert given_up
    assert all("No progress" in step.text for step in given_up)
    assert house.films == []
    lab.faults.tracker_hangs = False
    await house.guest.http.post(f"/api/requests/{wish.id}/search-now")
    await house.until(wish.id)
    assert len(house.films) == 1


def notes_of(journey: JourneyOut) -> list[str]:
    return [note for step in journey.steps for note in step.notes]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 MB."""
    if os.getuid() != 0:
        pytest.skip("only root can mount a small file system")
    folder = tmp_path / "small"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=264m", "tmpfs", str(folder)]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode:
        pytest.skip(f"no small file system can be mounted here: {done.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


async def test_a_full_disk_is_told_with_figures_and_the_film_arrives_when_there_is_space(
    make_house: MakeHouse, small_disk: Path
) -> None:
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(240_000_000))
    house = make_house(media=small_disk / "media")
    await house.start()
    wish = await house.guest.ask_for_film(FILM)
    waiting = only_journey(await house.until(wish.id, "waiting"))
    assert "full" in waiting.text
    assert "MB free" in waiting.text
    assert house.films == []
    ballast.unlink()
    await house.guest.http.post(f"/api/requests/{wish.id}/search-now")
    await house.until(wish.id)
    assert len(house.films) == 1
    assert shutil.disk_usage(small_disk).used < 60_000_000, "one copy of the film, not two"
