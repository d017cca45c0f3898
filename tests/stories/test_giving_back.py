"""What was taken is given back, and then nothing is left but the film: not a file, not a folder, not a torrent."""

import asyncio
import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import libtorrent as lt
import pytest

from matinee.lab import Lab
from tests.stories.conftest import MakeHouse
from tests.stories.house import RunningHouse

FILM = "Tin Comet"
RATIO = 0.5
GONE = "The download was removed from Torrent engine: nothing is owed any more."
QUIET: "lt.settings_pack" = {
    "listen_interfaces": "127.0.0.1:0",
    "enable_dht": False,
    "enable_lsd": False,
    "enable_upnp": False,
    "enable_natpmp": False,
    "allow_multiple_connections_per_ip": True,
    "ssrf_mitigation": False,
    "stop_tracker_timeout": 0,
}


@contextlib.contextmanager
def neighbour(lab: Lab, name: str, folder: Path) -> Iterator[lt.torrent_handle]:
    """Somebody else who wants a release, from whoever the tracker names."""
    session = lt.session(lt.session_params(QUIET))
    wanted = next(torrent for torrent in lab.street.torrents if torrent.offer.name == name)
    params = lt.load_torrent_buffer(wanted.file(lab.street.addresses.tracker))
    params.save_path = str(folder)
    params.flags = lt.torrent_flags.update_subscribe
    yield session.add_torrent(params)


async def asks_for_half(house: RunningHouse) -> None:
    """The owner wants what comes from the lab to be given back by half."""
    settings = {"url": house.found.torznab, "api_key": house.found.torznab_key}
    more = {"name": "Lab", "kind": "torznab", "settings": settings, "seed_ratio": RATIO}
    added = await house.guest.http.post("/api/indexers", json=more)
    assert added.status_code == 201, added.text


async def names_in_client(house: RunningHouse) -> list[str]:
    told = (await house.guest.http.get("/api/activity")).json()["downloads"]
    return [download["name"] for download in told]


def left_in(folder: Path) -> list[str]:
    """Everything below a folder: files, hidden ones too, and folders."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


async def until_gone(house: RunningHouse, wish_id: int) -> None:
    """Wait until the timeline tells that the download has left, and its client tells of it no more."""
    async with house.guest.news() as news, asyncio.timeout(90):
        while await names_in_client(house) or GONE not in await notes(house, wish_id):
            async for item in news:
                if item.kind in ("journey", "download"):
                    break


async def notes(house: RunningHouse, wish_id: int) -> list[str]:
    """What stands below the last step of the timeline."""
    return (await house.guest.request(wish_id)).journeys[0].steps[-1].notes


async def nothing_is_left(house: RunningHouse, name: str) -> None:
    """Only the library has the film: no file, no folder, no torrent, no open errand."""
    assert await names_in_client(house) == []
    assert left_in(house.media / "downloads") == []
    (film,) = house.films
    assert film.stat().st_nlink == 1
    assert [path for path in (house.folder / "data" / "torrent").rglob("*") if name in path.name] == []
    with sqlite3.connect(house.folder / "data" / "matinee.db") as memory:
        assert memory.execute("SELECT count(*) FROM downloads WHERE removed IS NULL").fetchone() == (0,)


async def test_a_film_is_given_back_by_half_and_then_only_the_library_has_it(
    make_house: MakeHouse, lab: Lab, tmp_path: Path
) -> None:
    house = make_house(indexers="")
    await house.start()
    await asks_for_half(house)
    wish = await house.guest.ask_for_film(FILM)
    finished = await house.until(wish.id)
    (name,) = await names_in_client(house)
    told = (await house.guest.http.get("/api/activity")).json()["downloads"][0]["message"]
    assert told == "Seeding: ratio 0 of 0.5."
    taken = next(step for step in finished.journeys[0].steps if step.stage == "grabbed")
    assert "It must seed before it may go: ratio 0.5." in taken.notes
    await lab.stop_seeding()
    with neighbour(lab, released(taken.text), tmp_path / "neighbour"):
        await until_gone(house, wish.id)
    await nothing_is_left(house, name)


def released(text: str) -> str:
    """The release's name in `Grabbed NAME from INDEXER.`"""
    return text.removeprefix("Grabbed ").split(" from ")[0]


@pytest.mark.parametrize("when", ["seeded committing", "removed begun", "removed committing", "removed done"])
async def test_a_power_cut_while_it_leaves_forgets_nothing_either(
    make_house: MakeHouse, lab: Lab, tmp_path: Path, when: str
) -> None:
    house = make_house(indexers="", plug=f"{when} {tmp_path / 'plug-pulled'}")
    await house.start()
    await asks_for_half(house)
    wish = await house.guest.ask_for_film(FILM)
    finished = await house.until(wish.id)
    (name,) = await names_in_client(house)
    taken = next(step for step in finished.journeys[0].steps if step.stage == "grabbed")
    await lab.stop_seeding()
    with neighbour(lab, released(taken.text), tmp_path / "neighbour"):
        await house.died()
        await house.restart()
        await until_gone(house, wish.id)
    await nothing_is_left(house, name)
