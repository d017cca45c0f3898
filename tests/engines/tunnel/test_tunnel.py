"""The tunnel itself: it opens, turns to another server, gives a port, and lets itself be shut."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from matinee.engines.tunnel.inside import arguments_inside
from matinee.engines.tunnel.keeper import TunnelKeeper
from matinee.engines.tunnel.order import TunnelOrder
from matinee.engines.tunnel.sources import Source
from matinee.engines.tunnel.trial import Trial, try_out
from matinee.kernel.errors import Refused
from matinee.pipeline.ports import DownloadState, Payload
from matinee.pipeline.tunnel_port import Mode
from matinee.products.gluetun.client import GluetunTunnel
from tests.engines.torrent.swarm import content_hash, make_torrent
from tests.engines.tunnel.far_side import TRACKER_AT
from tests.engines.tunnel.waiting import wait_for_the_end_of
from tests.engines.tunnel.world import FAR_DNS, INSIDE, TRACKER, World, private_key, program, run, why_not
from tests.products.qbittorrent.process import TorrentProcess

PROBE = f"http://{TRACKER_AT}:8000/ip"


@pytest.fixture
def world(world: World) -> World:
    """With a film to be had behind the tunnel."""
    world.offer_a_film(size=8_000_000)
    return world


async def test_without_root_a_film_comes_through_the_tunnel_too(world: World) -> None:
    world.mode = "rootless"
    world.start_tunnel()
    world.wait_until_up()
    film = make_torrent(world.folder / "seed" / "Tin Comet (2021)", tracker=TRACKER, piece=65536)
    engine = TorrentProcess(world.folder / "engine", inside=world.guarded(), door=["--bind", "0.0.0.0"])
    engine.start()
    client = engine.client()
    try:
        await client.add(Payload(film.infohash, torrent=film.torrent), category="films", folder=engine.downloads)
        async with asyncio.timeout(30):
            async for seen in client.watch():
                if any(each.state is DownloadState.COMPLETE for each in seen.values()):
                    break
        (arrived,) = [each for each in engine.downloads.iterdir() if each.is_dir()]
        assert content_hash(arrived) == content_hash(film.content)
        before = world.told()["reconnections"]
        world.kill("wireguard-go -f")
        world.wait_for(lambda state: state["up"] and state["reconnections"] > before)
        assert world.counted()["leaked"] == 0
    finally:
        await client.close()
        engine.stop()


@pytest.mark.parametrize("mode", ["netns", "rootless"])
def test_the_largest_packets_pass_too(world: World, mode: str) -> None:
    world.mode = mode
    world.start_tunnel()
    world.wait_until_up()
    asked = f"u.Request({PROBE!r}, headers={{'X': 'x' * 50_000}})"
    ask = f"import urllib.request as u; print(u.urlopen({asked}, timeout=9).read())"
    order = world.guarded(sys.executable, "-c", ask)
    said = subprocess.run(order, env=world.environment, stdout=subprocess.PIPE, check=True, text=True)
    assert INSIDE in said.stdout


def test_inside_there_is_nothing_but_loopback_and_the_tunnel(world: World) -> None:
    world.start_tunnel()
    world.wait_until_up()
    script = (
        "import json, os, socket\n"
        "def ask(path):\n"
        "    try: return bool(os.listdir(path))\n"
        "    except OSError: return False\n"
        "print(json.dumps([sorted(name for _, name in socket.if_nameindex()), open('/etc/resolv.conf').read(),\n"
        "    open('/etc/nsswitch.conf').read(), ask('/run/systemd/resolve'), ask('/run/dbus')]))"
    )
    said = subprocess.run(
        world.guarded(sys.executable, "-c", script), env=world.environment, capture_output=True, check=True
    )
    devices, names, switch, resolved, bus = json.loads(said.stdout)
    assert devices == ["lo", world.device]
    assert names.splitlines()[0] == f"nameserver {FAR_DNS}"
    assert "hosts: files dns\n" in switch
    assert (resolved, bus) == (False, False)
    assert world.socket.stat().st_mode & 0o777 == 0o600, "whoever may open it may ask everything"


def test_who_is_inside_cannot_take_the_walls_down(world: World) -> None:
    world.start_tunnel()
    world.wait_until_up()
    attempts = [
        ["nft", "delete", "table", "inet", "matinee"],
        ["ip", "link", "add", "hole", "type", "dummy"],
        ["nsenter", "--net=/proc/1/ns/net", "true"],
        ["umount", "/etc/resolv.conf"],
    ]
    for attempt in attempts:
        done = subprocess.run(world.guarded(*attempt), env=world.environment, capture_output=True, check=False)
        assert done.returncode != 0, attempt


def test_who_is_inside_stands_in_the_same_folder(world: World) -> None:
    """Also in a room without root, whose files are seen through another table of mounts."""
    world.mode = "rootless"
    world.start_tunnel()
    said = subprocess.run(world.guarded("pwd"), env=world.environment, capture_output=True, check=True, text=True)
    assert said.stdout.strip() == str(Path.cwd())


def test_with_the_tunnel_down_nothing_finds_a_way_out(world: World) -> None:
    """The canary: TCP, UDP and DNS from inside must all fail."""
    world.start_tunnel()
    world.wait_until_up()
    look = "print(canary(host='10.77.0.1', port=8000, name='tracker.matinee.test', seconds=1))"
    order = world.guarded(sys.executable, "-c", f"from matinee.engines.tunnel.porter import canary\n{look}")
    asyncio.run(_want(world, wanted=False))
    world.wait_for(lambda state: not state["up"])
    said = subprocess.run(order, env=world.environment, capture_output=True, check=True, text=True)
    assert said.stdout.strip() == "[]"
    asyncio.run(_want(world, wanted=True))
    world.wait_until_up()


@pytest.mark.parametrize(
    ("address", "found"), [("192.0.2.7/24", ["UDP"]), ("2001:db8::7/64", ["UDP over IPv6"])], ids=["IPv4", "IPv6"]
)
def test_the_canary_finds_a_hole(world: World, address: str, found: list[str]) -> None:
    """Somebody has put a device into the room, and there is no second wall."""
    run("ip", "netns", "add", world.room_name)
    world.at(world.room_name, "link", "add", "hole", "type", "veth", "peer", "name", "beyond")
    world.at(world.room_name, "addr", "add", address, "dev", "hole", *(["nodad"] if ":" in address else []))
    for device in ("hole", "beyond"):
        world.at(world.room_name, "link", "set", device, "up")
    look = "canary(host='192.0.2.1', six='2001:db8::1', port=9, name='canary.invalid', seconds=0.2)"
    script = f"from matinee.engines.tunnel.porter import canary; print({look})"
    command = [program("ip"), "netns", "exec", world.room_name, sys.executable, "-c", script]
    said = subprocess.run(command, env=world.environment, stdout=subprocess.PIPE, check=True, text=True)
    assert said.stdout.strip() == str(found)


async def _want(world: World, *, wanted: bool) -> None:
    tunnel = GluetunTunnel("http://tunnel", uds=str(world.socket))
    await tunnel.want(wanted)
    await tunnel.close()


def test_a_dead_server_is_left_for_another(world: World) -> None:
    dead = world.folder / "dead.conf"
    dead.write_text(world.config.read_text().replace(":51820", ":9"))
    world.more = ["--config", str(world.config), "--first-handshake", "1"]
    live, world.first_config = world.config, dead
    world.start_tunnel()
    world.wait_until_up()
    assert world.told()["config"] == live.name
    assert world.told()["reconnections"] == 1


def test_a_file_that_is_wrong_is_told_and_mended_without_a_restart(world: World) -> None:
    right = world.config.read_text()
    world.config.write_text(right.replace("PublicKey", "PublicKy"))
    world.start_tunnel()
    world.wait_for(lambda state: "line 7: PublicKy is unknown" in state["words"])
    world.config.write_text(right)
    world.wait_until_up()


def test_a_file_s_left_out_lines_and_readers_are_told(world: World) -> None:
    ran = world.folder / "ran"
    world.config.write_text(world.config.read_text().replace("[Peer]", f"PostUp = touch {ran}\n[Peer]"))
    world.config.chmod(0o644)
    world.start_tunnel()
    notes = " ".join(world.wait_until_up()["notes"])
    assert "PostUp is left out, programs in files of others are never run" in notes
    assert "everybody on this machine can read the keys in it" in notes
    assert not ran.exists()


def test_a_folder_that_everybody_can_write_in_is_refused(world: World) -> None:
    world.state.mkdir()
    world.state.chmod(0o777)
    world.start_tunnel()
    world.wait_for(lambda state: "run chmod o-w on it" in state["words"])


def test_a_port_is_asked_for_and_a_new_one_is_told(world: World) -> None:
    world.more = ["--forward-port"]
    world.start_tunnel()
    world.wait_for(lambda state: state["port"] == 40001)


def test_the_world_sees_another_address_from_inside(world: World) -> None:
    world.more = ["--probe", PROBE]
    world.start_tunnel()
    told = world.wait_for(lambda state: state["address_inside"] != "")
    assert (told["address_inside"], told["address_outside"]) == (INSIDE, "10.77.0.2")
    figures = world.call("/metrics")
    assert "matinee_tunnel_address_compared 1.0\n" in figures
    assert "matinee_tunnel_outside_packets_total 0.0\n" in figures
    asyncio.run(_want(world, wanted=False))
    told = world.wait_for(lambda state: not state["up"])
    assert (told["address_inside"], told["handshake_age"]) == ("", None), "what was seen is no longer so"


def test_keys_stand_on_no_command_line_and_in_no_log(world: World) -> None:
    world.start_tunnel()
    world.wait_until_up()
    before = world.client_key
    world.client_key = private_key()
    world.admit(world.client_key, instead_of=before)
    world.write_config()
    before_that = world.told()["reconnections"]
    world.kill("wireguard-go -f")
    world.wait_for(lambda state: state["up"] and state["reconnections"] > before_that)
    assert world.tunnel
    lines = [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in world.pids("")]
    environments = [Path(f"/proc/{pid}/environ").read_bytes() for pid in world.pids("")]
    log = (world.folder / "tunnel.log").read_text()
    assert lines
    for key in (before, world.client_key):
        assert key not in log
        assert not any(key.encode() in each for each in [*lines, *environments])


def test_a_killed_tunnel_process_leaves_nobody_behind_and_the_room_shut(world: World) -> None:
    world.start_tunnel()
    world.wait_until_up()
    assert world.tunnel
    helpers = world.pids("")
    world.tunnel.kill()
    world.tunnel.wait()
    world.processes.remove(world.tunnel)
    wait_for_the_end_of(*helpers)
    script = f"import urllib.request; urllib.request.urlopen({PROBE!r}, timeout=2)"
    done = subprocess.run(
        world.guarded(sys.executable, "-c", script), env=world.environment, capture_output=True, check=False
    )
    assert b"Network is unreachable" in done.stderr
    assert world.counted()["leaked"] == 0


def test_without_a_room_nothing_is_started(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="the tunnel's room is not there yet"):
        arguments_inside(tmp_path, ["true"])


async def test_the_trial_tells_in_words_what_works() -> None:
    trial = await try_out()
    assert trial.words
    if os.geteuid() == 0 and not why_not():
        assert trial.mode is Mode.NETNS


def test_the_best_room_is_chosen() -> None:
    assert Trial(True, True, ()).mode is Mode.NETNS
    assert Trial(False, True, ()).mode is Mode.ROOTLESS
    with pytest.raises(Refused, match="no room for torrents can be built here: no namespaces"):
        _ = Trial(False, False, ("no namespaces",)).mode


async def test_where_no_room_can_be_built_the_state_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def nothing_works() -> Trial:
        return Trial(False, False, ("no network namespace of our own: not permitted",))

    monkeypatch.setattr("matinee.engines.tunnel.trial.try_out", nothing_works)
    keeper = TunnelKeeper(TunnelOrder(tmp_path, (Source(tmp_path / "provider.conf"),), mode=None))
    running = asyncio.create_task(keeper.run())
    async with asyncio.timeout(10):
        while not keeper.state.reconnections:
            await keeper.changed_since(keeper.revision, 10)
    assert "no room for torrents can be built here: no network namespace" in keeper.state.words
    assert not keeper.state.up
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
