"""Pull the plug wherever you like: every wish still comes true, once."""

import contextlib
import sqlite3
from pathlib import Path

import httpx2
import pytest

from matinee.lab import Lab
from matinee.web.models import RequestOut
from tests.stories.conftest import MakeHouse
from tests.stories.house import RunningHouse

STEPS = ("asked", "searched", "grabbed", "downloaded", "imported", "ready")
PHASES = ("begun", "committing", "done")
FILM = "Tin Comet"


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("step", STEPS)
async def test_a_power_cut_at_any_stage_loses_nothing(
    make_house: MakeHouse, tmp_path: Path, step: str, phase: str
) -> None:
    marker = tmp_path / "plug-pulled"
    house = make_house(plug=f"{step} {phase} {marker}")
    await house.start()
    with contextlib.suppress(httpx2.RemoteProtocolError):  # it may die before it has answered
        await house.guest.ask_for_film(FILM)
    await house.died()
    assert marker.exists(), house.log
    await house.restart()
    (wish,) = (await house.guest.http.get("/api/requests")).json()
    finished = await house.until(wish["id"])
    await one_film_stands_in_the_library(house, finished)
    await nothing_is_left_over(house)


async def test_the_engine_is_killed_in_mid_transfer_and_goes_on(house: RunningHouse, lab: Lab) -> None:
    lab.set_seed_rate(12_000_000)
    wish = await house.guest.ask_for_film(FILM)
    await house.until_downloading(share=0.2)
    house.engine().kill()
    finished = await house.until(wish.id)
    await one_film_stands_in_the_library(house, finished)
    await nothing_is_left_over(house)


async def test_house_and_engine_die_together_in_mid_transfer(house: RunningHouse, lab: Lab) -> None:
    lab.set_seed_rate(12_000_000)
    wish = await house.guest.ask_for_film(FILM)
    await house.until_downloading(share=0.2)
    house.engine().kill()
    await house.kill()
    await house.restart()
    finished = await house.until(wish.id)
    await one_film_stands_in_the_library(house, finished)
    await nothing_is_left_over(house)


async def one_film_stands_in_the_library(house: RunningHouse, finished: RequestOut) -> None:
    (film,) = house.films
    (journey,) = finished.journeys
    assert journey.file_id is not None
    twins = [path for path in house.media.rglob("*") if path.is_file() and path.samefile(film)]
    assert len(twins) == 2, "the library's file is a hardlink of the download"
    answer = await house.guest.http.get(f"/api/files/{journey.file_id}/stream", headers={"Range": "bytes=0-65535"})
    assert answer.status_code == 206
    assert answer.content == film.read_bytes()[:65536]


async def nothing_is_left_over(house: RunningHouse) -> None:
    """Every row and every file has its reason to be there."""
    assert len((await house.guest.http.get("/api/requests")).json()) == 1
    (download,) = await house.downloads()
    downloads = house.media / "downloads"
    assert [path.name for path in downloads.rglob("*") if path.is_file()] == [Path(download["name"]).name]
    with sqlite3.connect(house.folder / "data" / "matinee.db") as memory:
        for table, rows in {"requests": 1, "wants": 1, "files": 1, "downloads": 1}.items():
            assert memory.execute(f"SELECT count(*) FROM {table}").fetchone() == (rows,), table
        told = memory.execute("SELECT tale, count(*) FROM journeys GROUP BY tale ORDER BY tale").fetchall()
        assert told == [("acquire", 1), ("see off", 1)]
        assert memory.execute("SELECT count(*) FROM grabs").fetchone() == (1,)
        assert memory.execute("SELECT count(*) FROM history WHERE what = 'imported'").fetchone() == (1,)
