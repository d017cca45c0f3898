"""Whatever befalls the tunnel while a film comes down, no packet leaves by another way, and the film arrives whole.

The machine's counters stand outside of everything the tunnel does: in the house's namespace, on its one way out.
MATINEE_TUNNEL_BLOWS says how many blows fall (100 by default).
"""

import asyncio
import contextlib
import json
import os
import random
import subprocess
import sys
from collections.abc import AsyncGenerator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import libtorrent as lt
import pytest

from matinee.kernel.errors import MatineeError
from matinee.pipeline.ports import DownloadState, DownloadStatus, Payload
from matinee.products.gluetun.client import GluetunTunnel
from tests.engines.torrent.swarm import Made, content_hash, make_film, make_torrent
from tests.engines.tunnel.far_side import TRACKER_AT, TRACKER_NAME
from tests.engines.tunnel.waiting import (
    Sniffer,
    is_a_leak,
    is_for_the_vpn_server,
    is_of_the_tunnel,
    wait_for_the_end_of,
)
from tests.engines.tunnel.world import HOUSE, PROVIDER, TRACKER, World, private_key, run
from tests.products.qbittorrent.process import TorrentProcess

BLOWS = int(os.environ.get("MATINEE_TUNNEL_BLOWS", "100"))
SIZE = 48_000_000
SLOW = 300_000
PATIENCE = 120
CUT_PACKETS, CUT_SECONDS = 30, 2.0
MOST_PACKETS, LONGEST_PAUSE = 160, 0.5
BELIEVE_SECONDS = 3.0
BELIEVE = f"""
import socket
for found in {{each[4][:2] for each in socket.getaddrinfo({TRACKER_NAME!r}, 8000, type=socket.SOCK_STREAM)}}:
    try:
        socket.create_connection(found, 0.5)
    except OSError:
        pass
"""


@pytest.fixture
def film(tmp_path: Path) -> Made:
    """With a second tracker by address: a name that could not be looked up is not tried again for a minute."""
    made = make_torrent(make_film(tmp_path / "seed", size=SIZE), tracker=TRACKER, piece=65536)
    told: Any = lt.bdecode(made.torrent)
    told[b"announce-list"] = [[TRACKER.encode()], [TRACKER.replace(TRACKER_NAME, TRACKER_AT).encode()]]
    torrent = lt.bencode(told)
    (tmp_path / "film.torrent").write_bytes(torrent)
    return replace(made, torrent=torrent)


class Evening:
    """A transfer through the tunnel, and everything that can befall it."""

    def __init__(self, world: World, film: Made) -> None:
        self.world, self.film = world, film
        self.engine = TorrentProcess(world.folder / "engine", inside=world.guarded(), door=["--bind", "0.0.0.0"])
        self.wild: subprocess.Popen[bytes] | None = None
        self.blows: dict[str, Callable[[], None]] = {
            "the tunnel is cut": self.cut,
            "the key is replaced": self.replace_key,
            "the tunnel's program is killed": lambda: self.world.kill("wireguard-go -f"),
            "the porter inside is killed": lambda: self.world.kill("matinee.engines.tunnel.porter"),
            "the whole tunnel process is killed": self.kill_tunnel,
            "the interface is deleted": self.delete_device,
            "the engine is restarted": self.restart_engine,
            "the names are poisoned": self.poison,
            "IPv6 is enabled": self.enable_six,
            "LSD, UPnP, NAT-PMP and DHT are switched on": self.go_wild,
        }

    def cut(self) -> None:
        """Until packets enough have run into it; of a tunnel that is down already few or none do."""
        with Sniffer(self.world.provider, "house") as sniffer:
            self.world.cut(True)
            sniffer.wait(CUT_PACKETS, is_for_the_vpn_server, CUT_SECONDS)
            self.world.cut(False)

    def replace_key(self) -> None:
        before, self.world.client_key = self.world.client_key, private_key()
        self.world.admit(self.world.client_key, instead_of=before)
        self.world.write_config()

    def kill_tunnel(self) -> None:
        assert self.world.tunnel
        helpers = self.world.pids("")
        self.world.tunnel.kill()
        self.world.tunnel.wait()
        self.world.processes.remove(self.world.tunnel)
        wait_for_the_end_of(*helpers)
        self.world.start_tunnel()

    def delete_device(self) -> None:
        command = ["ip", "-n", self.world.room_name, "link", "delete", self.world.device]
        subprocess.run(command, check=False, capture_output=True)  # it may be gone already

    def restart_engine(self) -> None:
        self.engine.kill()
        self.engine.start()

    def poison(self) -> None:
        """The tunnel's DNS lies: the tracker is said to be in the house's own network, then past the tunnel."""
        for lie in (HOUSE, PROVIDER):
            self.world.ask_far_side(lie=lie)
            self.believe()
        self.world.ask_far_side(lie="")

    def believe(self) -> None:
        """Somebody inside looks the tracker up, and calls whoever it is said to be."""
        order = self.world.guarded(sys.executable, "-c", BELIEVE)
        asking = subprocess.Popen(order, env=self.world.environment, stderr=subprocess.DEVNULL)
        try:
            asking.wait(BELIEVE_SECONDS)
        except subprocess.TimeoutExpired:  # the tunnel is down, and so nobody tells names
            asking.kill()
            asking.wait()

    def enable_six(self) -> None:
        """In the house with a way out, and in the room."""
        for namespace in (self.world.house, self.world.room_name):
            run("ip", "netns", "exec", namespace, "sh", "-c", "echo 0 > /proc/sys/net/ipv6/conf/all/disable_ipv6")
        self.world.at(self.world.house, "-6", "addr", "replace", "2001:db8::2/64", "dev", "out", "nodad")
        self.world.at(self.world.house, "-6", "route", "replace", "default", "via", "2001:db8::1", "dev", "out")

    def go_wild(self) -> None:
        self.calm_down()
        script = ["-m", "tests.engines.tunnel.wild", str(self.world.folder / "film.torrent"), str(self.world.folder)]
        order = self.world.guarded(sys.executable, *script)
        self.wild = subprocess.Popen(order, env=self.world.environment, stdin=subprocess.PIPE)

    def calm_down(self) -> None:
        if self.wild:
            self.wild.kill()
            self.wild.communicate()
            self.wild = None

    async def nudge(self) -> None:
        """As the house does: when the tunnel is back, the engine listens anew and asks its trackers."""

        async def on_state(state: dict[str, Any]) -> None:
            if state["up"] and state["since"] != seen[-1]:
                seen.append(state["since"])
                with contextlib.suppress(MatineeError):  # the engine may just be restarting
                    await self.listen_anew()

        seen, tunnel = [0.0], GluetunTunnel("http://tunnel", uds=str(self.world.socket))
        try:
            await tunnel.follow_state(on_state)
        finally:
            await tunnel.close()

    async def listen_anew(self) -> None:
        client = self.engine.client()
        try:
            port = (await client._call("GET", "app/preferences")).json()["listen_port"]
            await client._call("POST", "app/setPreferences", data={"json": json.dumps({"listen_port": port})})
            await client._call("POST", "torrents/reannounce", data={"hashes": "all"})
        finally:
            await client.close()

    async def call(self, path: str, **fields: str) -> None:
        client = self.engine.client()
        try:
            with contextlib.suppress(MatineeError):  # the engine may just be restarting
                await client._call("POST", path, data=fields)
        finally:
            await client.close()

    async def show(self) -> None:
        """For whoever must find out why the film came no further."""
        client = self.engine.client()
        for path in ("torrents/info", "sync/torrentPeers", "torrents/trackers"):
            print(path, (await client._call("GET", path, params={"hash": self.film.infohash})).text[:3000])
        await client.close()
        print(self.world.told(), self.world.counted(), self.world.ask_far_side())
        print(self.world.at(self.world.room_name, "addr"), self.world.at(self.world.room_name, "route"))

    async def progress(self) -> float:
        client = self.engine.client()
        try:
            (row,) = await client._rows()
            return float(row.get("progress", 0))
        finally:
            await client.close()

    async def comes_on(self, seconds: float = 30) -> None:
        """Wait until more of the film is there than now."""
        before = await self.progress()
        await self.wait_for(lambda film: film.done > before * film.size, seconds)

    async def wait_for(self, condition: Callable[[DownloadStatus], bool], seconds: float) -> None:
        """The engine tells every change of it."""
        client = self.engine.client()
        try:
            news = cast(AsyncGenerator[dict[str, DownloadStatus], None], client.watch())
            async with asyncio.timeout(seconds), contextlib.aclosing(news) as watching:
                async for seen in watching:
                    if any(each.state is DownloadState.COMPLETE or condition(each) for each in seen.values()):
                        return
        finally:
            await client.close()


@pytest.mark.timeout(900)
async def test_a_hundred_blows_and_no_packet_outside(world: World, film: Made) -> None:
    world.start_far_side(world.folder / "film.torrent", world.folder / "seed", SLOW)
    world.start_tunnel()
    world.wait_until_up()
    evening = Evening(world, film)
    evening.engine.start()
    try:
        client = evening.engine.client()
        await client.add(
            Payload(film.infohash, torrent=film.torrent), category="films", folder=evening.engine.downloads
        )
        await client.close()
        await evening.comes_on()
        nudging = asyncio.create_task(evening.nudge())
        await _blow_after_blow(evening)
        await asyncio.to_thread(world.wait_until_up, PATIENCE)
        await evening.comes_on(PATIENCE)
        assert await evening.progress() < 1, "the transfer must still run when the last blow falls"
        world.ask_far_side(rate=0)
        await evening.wait_for(lambda film: film.state is DownloadState.COMPLETE, 60)
        (arrived,) = [each for each in evening.engine.downloads.iterdir() if each.is_dir()]
        assert content_hash(arrived) == content_hash(film.content)
        state, counted, far = world.told(), world.counted(), world.ask_far_side()
        assert counted["leaked"] == 0
        assert state["outside_packets"] == 0
        assert counted["tunnel"] > SIZE / 100_000
        assert set(far["names"]) == {"10.66.0.2"}, "a name was asked for past the tunnel"
        assert set(far["announced"]) == {"10.66.0.2"}, "a tracker was called past the tunnel"
        nudging.cancel()
    finally:
        evening.calm_down()
        evening.engine.kill()


async def _blow_after_blow(evening: Evening) -> None:
    seed = random.randrange(10**6)
    names = [name for _ in range(1 + BLOWS // len(evening.blows)) for name in evening.blows][:BLOWS]
    random.Random(seed).shuffle(names)
    for number, name in enumerate(names):
        evening.blows[name]()
        if name.startswith("LSD"):
            await evening.call("app/setPreferences", json='{"lsd": true, "upnp": true, "dht": true, "pex": true}')
        await asyncio.to_thread(_some_packets, evening.world, random.Random(seed + number).uniform(0, 1))
        leaked = evening.world.counted()["leaked"]
        assert leaked == 0, f"{leaked} packets left when {name} (blow {number}, seed {seed})"
        if number % 10 == 9:
            await asyncio.to_thread(evening.world.wait_until_up, PATIENCE)
            try:
                await evening.comes_on(PATIENCE)
            except TimeoutError:
                await evening.show()
                raise


def _some_packets(world: World, share: float) -> None:
    """The next blow falls when so many packets more have passed; where none pass, half a second later at most."""
    with Sniffer(world.house, "out") as sniffer:
        sniffer.wait(int(share * MOST_PACKETS), is_of_the_tunnel, share * LONGEST_PAUSE)


async def test_the_counters_would_see_a_leak(world: World, film: Made) -> None:
    """The same engine outside of the room: everything is reachable past the tunnel too, and it is counted."""
    world.start_far_side(world.folder / "film.torrent", world.folder / "seed", 0)
    engine = TorrentProcess(world.folder / "engine", inside=world.in_the_house(), door=["--bind", "0.0.0.0"])
    engine.start()
    client = engine.client()
    try:
        magnet = f"magnet:?xt=urn:btih:{film.infohash}&x.pe={PROVIDER}:7777"
        await client.add(Payload(film.infohash, magnet=magnet), category="films", folder=engine.downloads)
        with Sniffer(world.house, "out") as sniffer:
            assert await asyncio.to_thread(sniffer.wait, 200, is_a_leak, 20) == 200
        assert world.counted()["leaked"] > 50, "the sniffer sees both directions, the counter one"
    finally:
        await client.close()
        engine.stop()
