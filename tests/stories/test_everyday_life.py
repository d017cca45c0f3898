"""Ordinary evenings: a whole season, a wish taken back, somebody else's file in the way, another memory."""

import asyncio
import sys
from pathlib import Path
from typing import Any

import pytest

from matinee.lab import Lab
from tests.stories.conftest import MakeHouse
from tests.stories.house import RunningHouse, only_journey

FILM = "Tin Comet"


async def test_a_whole_season_arrives_episode_by_episode(house: RunningHouse) -> None:
    wish = await house.guest.ask_for_season("Night Tram", 1)
    finished = await house.until(wish.id)
    assert [(journey.season, journey.episode) for journey in finished.journeys] == [(1, 1), (1, 2)]
    assert [str(path.relative_to(house.library)) for path in house.films] == [
        "Series/Night Tram/Season 01/Night Tram - S01E01 - Last Stop, Harbour WEBDL-1080p.mp4",
        "Series/Night Tram/Season 01/Night Tram - S01E02 - The Conductor Dreams WEBDL-1080p.mp4",
    ]
    watch = (await house.guest.http.get(f"/api/watch/{finished.journeys[0].file_id}")).json()
    assert watch["next_file_id"] == finished.journeys[1].file_id


async def test_a_second_house_on_the_same_folder_is_refused(house: RunningHouse) -> None:
    program = (sys.executable, "-m", "matinee.cli", "serve", "--config", str(house.folder / "matinee.toml"))
    out = asyncio.subprocess.PIPE
    second = await asyncio.create_subprocess_exec(*program, stdout=out, stderr=asyncio.subprocess.STDOUT)
    told, _ = await second.communicate()
    assert second.returncode == 1
    assert "another Matinee runs on" in told.decode()
    assert (await house.guest.http.get("/healthz")).status_code == 200


async def test_the_same_wish_twice_is_one_wish(house: RunningHouse) -> None:
    wish = await house.guest.ask_for_film(FILM)
    again = await house.guest.http.post("/api/requests", json={"ref": wish.ref})
    assert again.status_code == 409
    await house.until(wish.id)
    again = await house.guest.http.post("/api/requests", json={"ref": wish.ref})
    assert again.status_code == 409
    assert len((await house.guest.http.get("/api/requests")).json()) == 1


async def test_a_wish_taken_back_leaves_nothing_and_can_be_wished_again(house: RunningHouse, lab: Lab) -> None:
    lab.set_seed_rate(4_000_000)
    wish = await house.guest.ask_for_film(FILM)
    await house.until_downloading(share=0.05)
    assert (await house.guest.http.delete(f"/api/requests/{wish.id}")).status_code == 204
    async with house.guest.news():
        assert (await house.guest.http.get("/api/requests")).json() == []
    assert house.films == []
    lab.set_seed_rate(None)
    again = await house.guest.ask_for_film(FILM)
    await house.until(again.id)
    assert len(house.films) == 1


async def test_a_wish_taken_back_while_the_engine_is_silent_goes_when_it_answers(house: RunningHouse, lab: Lab) -> None:
    lab.set_seed_rate(4_000_000)
    wish = await house.guest.ask_for_film(FILM)
    await house.until_downloading(share=0.05)
    engine = house.engine()
    engine.suspend()
    assert (await house.guest.http.delete(f"/api/requests/{wish.id}", timeout=60)).status_code == 204
    assert (await house.guest.http.get("/api/requests")).json() == []
    async with house.guest.news() as news, asyncio.timeout(90):
        engine.resume()
        async for item in news:
            if item.kind == "download" and item.told["downloads"] == []:
                break
    assert [path for path in (house.media / "downloads").rglob("*") if path.is_file()] == []


async def test_a_file_that_is_there_already_is_never_overwritten(house: RunningHouse) -> None:
    mine = house.library / "Movies/Tin Comet (2021)/Tin Comet (2021) WEBDL-1080p.mp4"
    mine.parent.mkdir(parents=True)
    mine.write_text("my own recording")
    wish = await house.guest.ask_for_film(FILM)
    stopped = only_journey(await house.until(wish.id, "failed"))
    assert "Tin Comet (2021) WEBDL-1080p.mp4" in stopped.text
    assert mine.read_text() == "my own recording"
    mine.rename(mine.with_name("mine.mp4"))
    await house.guest.http.post(f"/api/requests/{wish.id}/search-now")
    await house.until(wish.id)
    assert len(house.films) == 2


@pytest.mark.parametrize("step", ["grabbed", "downloaded", "imported"])
async def test_on_postgresql_a_power_cut_loses_nothing_either(
    make_house: MakeHouse, tmp_path: Path, empty_postgresql_url: str, step: str
) -> None:
    house = make_house(database=empty_postgresql_url, plug=f"{step} committing {tmp_path / 'plug-pulled'}")
    await house.start()
    wish = await house.guest.ask_for_film(FILM)
    await house.died()
    await house.restart()
    await house.until(wish.id)
    assert len(house.films) == 1
    told: dict[str, Any] = (await house.guest.http.get("/api/system")).json()
    assert told["database"] == "postgresql"
