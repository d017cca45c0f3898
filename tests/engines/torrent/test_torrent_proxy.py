"""With a proxy for a door everything goes through it, names too, and nobody can come in past it."""

import asyncio
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from matinee.engines.torrent import LibtorrentEngine
from matinee.handed_over import TORRENT_PROXY
from matinee.kernel.errors import Refused
from matinee.kernel.proxy import Proxy, ProxyKind
from matinee.pipeline.torrent_port import Proxy as RulesProxy
from matinee.pipeline.torrent_port import ProxyKind as RulesKind
from matinee.pipeline.torrent_port import TorrentOrder
from tests.engines.torrent.socks import LOGIN, socks_proxy
from tests.engines.torrent.swarm import content_hash, make_film, make_torrent, seeding, tracker, until, working
from tests.engines.torrent.test_torrent_door import FAR, IP, ORDERS, Namespace, namespace
from tests.products.qbittorrent.process import TorrentProcess

__all__ = ["namespace"]
NAME, PASSWORD = (word.decode() for word in LOGIN)


def through(port: int, password: str = PASSWORD) -> Proxy:
    return Proxy(ProxyKind.SOCKS5, "127.0.0.1", port, NAME, password)


async def test_peers_and_trackers_are_reached_through_the_proxy_alone(tmp_path: Path) -> None:
    async with tracker() as announce, socks_proxy() as proxy:
        film = make_torrent(make_film(tmp_path / "seed"), tracker=announce)
        with seeding(film) as seeder:
            async with working(tmp_path, proxy=through(proxy.port)) as engine:
                id = await engine.add(TorrentOrder(torrent=film.torrent))
                await engine.connect(id, "127.0.0.1", seeder.port)
                done = await until(engine, id, lambda torrent: torrent.complete)
                (peer,) = await engine.peers(id)
                assert peer.port == seeder.port
        assert content_hash(done.content) == content_hash(film.content)
        assert ("127.0.0.1", seeder.port) in proxy.asked
        assert any(f"http://{host}:{port}/announce" == announce for host, port in proxy.asked)


async def test_what_the_preferences_say_of_proxies_is_passed_over(tmp_path: Path) -> None:
    async with socks_proxy() as proxy, working(tmp_path, proxy=through(proxy.port)) as engine:
        before = engine.preferences()
        await engine.set_preferences(replace(before, lsd=True, proxy=RulesProxy(RulesKind.SOCKS4, "evil.test")))
        assert not engine.preferences().lsd
        assert engine.preferences().proxy == before.proxy


def test_a_proxy_that_torrents_cannot_use_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="name a socks5://"):
        LibtorrentEngine(tmp_path / "state", tmp_path, proxy=Proxy(ProxyKind.HTTPS, "127.0.0.1", 443))


async def test_nothing_leaves_past_the_proxy_and_nobody_can_call_in(namespace: Namespace, tmp_path: Path) -> None:
    """The proxy itself is the only one that calls the far ends: it is asked for each, and stopped, all is still."""
    inside = [str(IP), "netns", "exec", namespace.name]
    server = start_proxy(inside)
    process = TorrentProcess(tmp_path, inside=inside, door=["--bind", "0.0.0.0", "--dht"])
    process.handed = {TORRENT_PROXY: through(1080).url}
    assert server.stdout
    try:
        assert server.stdout.readline() == "ready\n"
        process.start()
        client = process.client()
        for order in ORDERS:
            await client.add(order, category="films", folder=process.downloads)
        assert {server.stdout.readline().strip() for _ in range(2)} == {f"{FAR}:7777", f"{FAR}:8000"}
        assert listened_to(namespace) == {"127.0.0.1:1080"}
        server.kill()
        server.wait()
        sent = namespace.sent("house")
        for order in ORDERS:
            await client._call("POST", "torrents/reannounce", data={"hashes": order.infohash})
        await asyncio.sleep(4)  # there is no event for what does not happen
        assert namespace.sent("house") == sent
        await client.close()
    finally:
        server.kill()
        server.wait()
        server.stdout.close()
        process.stop()


def start_proxy(inside: list[str]) -> "subprocess.Popen[str]":
    words = [*inside, sys.executable, "-m", "tests.engines.torrent.socks", "1080"]
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": "src:."})


def listened_to(namespace: Namespace) -> set[str]:
    """Where TCP connections are taken in the namespace."""
    return {line.split()[3] for line in namespace.run("ss", "-Htln").splitlines()}
