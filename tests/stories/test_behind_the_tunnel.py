"""A whole house behind a VPN: it names the provider's file, and the film it is asked for comes through the tunnel."""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import libtorrent as lt
import pytest

from matinee.engines.tunnel.inside import NETNS, join_network, read_room_of
from matinee.lab import Addresses
from matinee.lab.films import film_stock
from tests.engines.tunnel.far_side import TRACKER_AT
from tests.engines.tunnel.waiting import wait_for_file
from tests.engines.tunnel.world import FAR_DNS, HOUSE, INSIDE, World, program, why_not
from tests.stories.conftest import LAB_FOLDER
from tests.stories.house import THE_LAB, RunningHouse
from tests.stories.test_downloading_by_usenet import NEWZNAB

FILM = "Tin Comet"
LAB, LAB_PORT, FORWARDED = FAR_DNS, 8900, 40001  # the lab's seeder listens at the far end of the tunnel alone
SEED_RATE = 4_000_000


@dataclass
class Behind:
    """A house in a namespace of its own, whose internet is the lab at the provider's."""

    world: World
    found: Addresses
    house: RunningHouse

    @property
    def tunnel(self) -> Path:
        return self.house.folder / "data" / "tunnel"

    async def links(self) -> dict[str, dict[str, Any]]:
        """Every link of the map after it was asked just now."""
        told = (await self.house.guest.http.post("/api/map/probe")).json()["links"]
        return {f"{link['source']}-{link['target']}": link for link in told}

    async def is_green(self, *names: str) -> None:
        """Wait until these links are."""
        async with self.house.guest.news() as news, asyncio.timeout(40):
            links = await self.links()
            while any(links[name]["state"] != "green" for name in names):
                await anext(news)
                links = await self.links()

    def peers(self, infohash: str) -> set[tuple[str, int]]:
        """Who has told the tracker of themselves, seen from a third place."""
        query = f"info_hash={''.join(f'%{byte:02x}' for byte in bytes.fromhex(infohash))}&peer_id={'x' * 20}"
        url = f"{self.found.tracker}?{query}&port=9&left=1&compact=0&event=stopped"
        answer: Any = lt.bdecode(httpx2.get(url, trust_env=False).content)
        return {(peer[b"ip"].decode(), peer[b"port"]) for peer in answer[b"peers"]}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    if reason := why_not():
        pytest.skip(reason)
    world = World(tmp_path)
    here = os.open("/proc/self/ns/net", os.O_RDONLY)
    try:
        world.build()
        world.inside(world.house, "nft", "-f", "-", input=_but_for_the_lab())
        world.offer_a_film(size=100_000)
        join_network(NETNS / world.house)  # this thread, and what it starts
        yield world
    finally:
        join_network(Path(f"/proc/self/fd/{here}"))
        os.close(here)
        world.close()


def _but_for_the_lab() -> str:
    """What the house itself asks for is no leak: the lab's pages, and how the world sees it; never a peer."""
    asked = ((LAB, LAB_PORT), (TRACKER_AT, 8000))
    return "".join(f"insert rule inet count leaving ip daddr {at} tcp dport {port} accept\n" for at, port in asked)


@pytest.fixture
def lab_there(world: World, tmp_path: Path) -> Addresses:
    """The lab as a program at the provider's: what the house asks it, and what torrents find through the tunnel."""
    film_stock(LAB_FOLDER)
    ready = tmp_path / "lab.json"
    words = ["--folder", str(LAB_FOLDER), "--host", LAB, "--port", str(LAB_PORT), "--seed-rate", str(SEED_RATE)]
    command = [program("ip"), "netns", "exec", world.provider, sys.executable, "-m", "matinee.lab", *words]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen([*command, "--ready-file", str(ready)], stdout=quiet, env=world.environment)
    world.processes.append(process)
    wait_for_file(tmp_path, ready.exists, 60)
    return Addresses(**json.loads(ready.read_text()))


@pytest.fixture
async def behind(world: World, lab_there: Addresses, tmp_path: Path) -> AsyncIterator[Behind]:
    house = RunningHouse(tmp_path / "house", lab_there, indexers=THE_LAB)
    house.tunnel = f'files = ["{world.config}"]\nforward_port = true\nprobe = "http://{TRACKER_AT}:8000/address"'
    house.search = f'allow_hosts = ["{LAB}"]'
    behind = Behind(world, lab_there, house)
    try:
        yield behind
    finally:
        room = read_room_of(behind.tunnel)
        await house.stop()
        if room:
            with contextlib.suppress(AssertionError):
                world.at(room.namespace, "link")
                pytest.fail("the room is still there after the house has closed")


async def test_the_film_comes_through_the_tunnel_and_through_nothing_else(behind: Behind) -> None:
    world, house = behind.world, behind.house
    await house.start()
    await behind.is_green("torrent-tunnel", "tunnel-internet")
    wish = await house.guest.ask_for_film(FILM)
    await house.until_downloading(share=0.05)
    (download,) = (await house.guest.http.get("/api/activity")).json()["downloads"]
    peers = behind.peers(download["id"])
    assert (INSIDE, FORWARDED) in peers, "the engine does not listen at the port that the provider leads to it"
    assert HOUSE not in {address for address, _ in peers}
    house.program("matinee.tunnel_process").send_signal(signal.SIGKILL)
    house.engine().send_signal(signal.SIGKILL)
    await house.until(wish.id)
    assert len(house.films) == 1
    assert world.counted()["leaked"] == 0
    links = await behind.links()
    assert "0 packets beside it" in links["tunnel-internet"]["seen"]
    figures = (await house.guest.http.get("/api/metrics")).text
    assert "matinee_tunnel_outside_packets_total 0.0" in figures
    assert 'matinee_link_up{link="tunnel-internet"} 1.0' in figures
    told = (await house.guest.http.get("/api/system")).json()
    assert (told["tunnel_now"]["up"], told["tunnel_now"]["port"]) == (True, FORWARDED)
    assert told["tunnel_now"]["outside_packets"] == 0


async def test_while_the_tunnel_is_cut_the_map_is_red_and_torrents_wait(behind: Behind) -> None:
    world, house = behind.world, behind.house
    world.cut(True)
    await house.start()
    async with house.guest.news() as news, asyncio.timeout(40):
        links = await behind.links()
        while "gives no answer" not in links["tunnel-internet"]["reason"]:
            await anext(news)
            links = await behind.links()
    assert "nothing leaves until it is back" in links["tunnel-internet"]["reason"]
    wish = await house.guest.ask_for_film(FILM)
    world.cut(False)
    await house.until(wish.id)
    assert world.counted()["leaked"] == 0


async def test_usenet_lives_in_the_tunnel_on_wish(behind: Behind) -> None:
    world, house = behind.world, behind.house
    house.tunnel += "\nusenet = true"
    house.indexers = NEWZNAB
    await house.start()
    await behind.is_green("usenet-tunnel", "tunnel-internet")
    wish = await house.guest.ask_for_film(FILM)
    await house.until(wish.id)
    assert len(house.films) == 1
    assert world.counted()["leaked"] == 0
