"""Torrent traffic leaves by one device, whatever the routes say: proven in a network namespace with two doors."""

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from matinee.engines.torrent import LibtorrentEngine
from matinee.engines.torrent.door import Door, door_of
from matinee.kernel.errors import Refused
from matinee.pipeline.ports import Payload
from matinee.pipeline.torrent_port import TorrentOrder
from tests.engines.torrent.swarm import Made, content_hash, seeding, until, working
from tests.products.qbittorrent.process import TorrentProcess

IP = shutil.which("ip") or shutil.which("ip", path="/usr/sbin:/sbin")
FAR = "203.0.113.9"
TUNNEL_ADDRESS = "10.98.2.2"
ORDERS = [
    Payload("1" * 40, magnet=f"magnet:?xt=urn:btih:{'1' * 40}&x.pe={FAR}:7777"),
    Payload("2" * 40, magnet=f"magnet:?xt=urn:btih:{'2' * 40}&tr=http://{FAR}:8000/announce"),
    Payload("3" * 40, magnet=f"magnet:?xt=urn:btih:{'3' * 40}&tr=udp://{FAR}:8000/announce"),
]


@dataclass
class Namespace:
    """A machine whose default route is `house`; the device `tunnel` leads elsewhere."""

    name: str = field(default=f"matinee-{os.getpid()}")

    def build(self) -> None:
        ip("netns", "add", self.name)
        self.run("sh", "-c", "echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6")
        for device in ("house", "tunnel"):
            self.ip("link", "add", device, "type", "veth", "peer", "name", f"{device}-far")
        for device in ("lo", "house", "house-far", "tunnel", "tunnel-far"):
            self.ip("link", "set", device, "up")
        self.ip("addr", "add", "10.98.1.2/24", "dev", "house")
        self.ip("addr", "add", f"{TUNNEL_ADDRESS}/24", "dev", "tunnel")
        self.ip("neigh", "add", "10.98.1.1", "lladdr", "02:00:00:00:00:01", "dev", "house")
        self.ip("route", "add", "default", "via", "10.98.1.1", "dev", "house")

    def ip(self, *words: str) -> str:
        return ip("-n", self.name, *words)

    def run(self, *words: str) -> str:
        return ip("netns", "exec", self.name, *words)

    def has(self, device: str) -> bool:
        return f" {device}@" in self.ip("link", "show")

    def sent(self, device: str) -> int:
        (link,) = json.loads(self.ip("-s", "-j", "link", "show", "dev", device))
        return int(link["stats64"]["tx"]["packets"])


def ip(*words: str) -> str:
    assert IP
    return subprocess.run([IP, *words], check=True, capture_output=True, text=True).stdout


@pytest.fixture
def namespace() -> Iterator[Namespace]:
    if os.geteuid() or not IP:
        pytest.skip("needs root and iproute2: it builds a network namespace")
    namespace = Namespace()
    try:
        namespace.build()
    except subprocess.CalledProcessError as error:
        pytest.skip(f"this kernel lets us build no network namespace: {error.stderr}")
    else:
        yield namespace
    finally:
        subprocess.run([IP, "netns", "delete", namespace.name], check=False, capture_output=True)


async def packets(
    namespace: Namespace, folder: Path, *door: str, meanwhile: Callable[[], object] = lambda: None
) -> tuple[int, int]:
    """How many packets left by the house and by the tunnel, with a peer to call and two trackers to ask."""
    process = TorrentProcess(folder, inside=[str(IP), "netns", "exec", namespace.name], door=list(door))
    before = namespace.sent("house"), namespace.sent("tunnel")
    process.start()
    client = process.client()
    try:
        meanwhile()
        for order in ORDERS:
            await client.add(order, category="films", folder=process.downloads)
        time.sleep(4)  # noqa: ASYNC251  nothing else runs in this loop
    finally:
        await client.close()
        process.stop()
    tunnel = namespace.sent("tunnel") - before[1] if namespace.has("tunnel") else 0
    return namespace.sent("house") - before[0], tunnel


async def test_nothing_leaves_by_another_device(namespace: Namespace, tmp_path: Path) -> None:
    house, tunnel = await packets(namespace, tmp_path, "--device", "tunnel")
    assert house == 0
    assert tunnel > 0


async def test_nothing_leaves_by_another_device_when_the_tunnel_falls(namespace: Namespace, tmp_path: Path) -> None:
    def fall() -> None:
        namespace.ip("link", "delete", "tunnel")

    assert await packets(namespace, tmp_path, "--device", "tunnel", meanwhile=fall) == (0, 0)


async def test_nothing_leaves_by_another_device_when_the_tunnel_loses_its_address(
    namespace: Namespace, tmp_path: Path
) -> None:
    def lose() -> None:
        namespace.ip("addr", "flush", "dev", "tunnel")

    house, _tunnel = await packets(namespace, tmp_path, "--device", "tunnel", meanwhile=lose)
    assert house == 0


async def test_an_address_alone_does_not_choose_the_way_out(namespace: Namespace, tmp_path: Path) -> None:
    """Why the device is named; and the proof that the test above would see a leak."""
    house, _tunnel = await packets(namespace, tmp_path, "--bind", TUNNEL_ADDRESS)
    assert house > 0


def test_a_device_without_an_address_is_refused(namespace: Namespace, tmp_path: Path) -> None:
    process = TorrentProcess(
        tmp_path, inside=[str(IP), "netns", "exec", namespace.name], door=["--device", "house-far"]
    )
    ended = subprocess.run(process.arguments, env=process.environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "'house-far' is not there or has no address: start the VPN first" in ended.stderr


@pytest.mark.parametrize("device", ["wg-nowhere", "lo,eth0", "lo:6881"])
def test_a_device_that_is_not_there_is_refused(tmp_path: Path, device: str) -> None:
    with pytest.raises(Refused, match="start the VPN first"):
        LibtorrentEngine(tmp_path / "state", tmp_path, device=device)


async def test_loopback_is_a_device_like_others(tmp_path: Path, film: Made) -> None:
    async with working(tmp_path, device="lo") as engine:
        assert engine.address == "127.0.0.1"
        with seeding(film):
            id = await engine.add(TorrentOrder(torrent=film.torrent))
            done = await until(engine, id, lambda torrent: torrent.complete)
        assert engine.traffic().listening
        with socket.create_connection(("127.0.0.1", engine.preferences().port), timeout=5):
            pass
        assert content_hash(done.content) == content_hash(film.content)


def test_libtorrent_is_told_the_device_and_else_the_address() -> None:
    assert (door_of("lo").listen_on(6881), door_of("lo").leave_by) == ("lo:6881", "lo")
    assert (Door("0.0.0.0").listen_on(0), Door("0.0.0.0").leave_by) == ("0.0.0.0:0", "")
    assert (Door("10.0.0.2").listen_on(1), Door("10.0.0.2").leave_by) == ("10.0.0.2:1", "10.0.0.2")
    assert Door("fd00::2").listen_on(1) == "[fd00::2]:1"
