"""Ports are asked for from inside the room, by every way, and nothing of it leaves past the tunnel."""

import os
import subprocess
import sys

import pytest

from matinee.handed_over import TUNNEL_PASSWORD
from tests.engines.tunnel.far_side import TRACKER_AT
from tests.engines.tunnel.providers import GATEWAY, PASSWORD, SITES, USERNAME, Authority
from tests.engines.tunnel.world import World, program


@pytest.fixture
def world(world: World) -> World:
    """With a film to be had behind the tunnel."""
    world.offer_a_film(size=100_000)
    return world


@pytest.fixture
def providers(world: World) -> "subprocess.Popen[str]":
    """Their sites behind the tunnel's DNS, and the gateway at the VPN server's own address."""
    public, theirs = Authority("A public authority"), Authority("The provider's own", strict=False)
    public.issue(world.folder / "site.pem", *SITES)
    theirs.issue(world.folder / "gateway.pem", GATEWAY)
    (world.folder / "public.pem").write_text(public.pem)
    (world.folder / "theirs.pem").write_text(theirs.pem)
    script = ["-m", "tests.engines.tunnel.providers", str(world.folder), TRACKER_AT]
    command = [program("ip"), "netns", "exec", world.provider, sys.executable, *script]
    environment = {**os.environ, "PYTHONPATH": "src:."}
    pipe = subprocess.PIPE
    running = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=environment)
    world.processes.append(running)
    assert running.stdout
    assert running.stdout.readline() == "ready\n"
    world.given["SSL_CERT_FILE"] = str(world.folder / "public.pem")
    return running


def test_pia_gives_the_same_port_after_a_restart(world: World, providers: "subprocess.Popen[str]") -> None:
    world.more = ["--forward-port", "--provider", "pia", "--username", USERNAME]
    world.more += ["--port-authority", str(world.folder / "theirs.pem"), "--port-server", GATEWAY]
    world.given[TUNNEL_PASSWORD] = PASSWORD
    world.start_tunnel()
    world.wait_for(lambda state: state["port"] == 47047)
    assert world.tunnel
    world.tunnel.kill()
    world.tunnel.wait()
    world.processes.remove(world.tunnel)
    world.start_tunnel()
    world.wait_for(lambda state: state["port"] == 47047)
    assert providers.stdout
    asked = [providers.stdout.readline().strip() for _ in range(4)]
    assert asked == ["/api/client/v2/token", "/getSignature", "/bindPort", "/bindPort"]
    assert world.counted()["leaked"] == 0
    assert PASSWORD not in (world.folder / "tunnel.log").read_text()


def test_perfect_privacy_s_three_ports(world: World) -> None:
    world.more = ["--forward-port", "--provider", "Perfect Privacy"]
    world.start_tunnel()
    world.wait_for(lambda state: state["ports"] == [10002, 20002, 30002])
    assert world.told()["port"] == 10002


def test_privatevpn_is_asked_inside(world: World, providers: "subprocess.Popen[str]") -> None:
    world.more = ["--forward-port", "--provider", "privatevpn"]
    world.start_tunnel()
    world.wait_for(lambda state: state["port"] == 61502)
    assert world.counted()["leaked"] == 0


PROGRAM = """#!{python}
import socket
devices = sorted(name for _, name in socket.if_nameindex())
(rights,) = [line.split()[1] for line in open("/proc/self/status") if line.startswith("CapEff")]
print(40001 if devices == ["lo", "{device}"] and not int(rights, 16) & (1 << 12 | 1 << 21) else "outside, or mighty")
"""


@pytest.mark.parametrize("mode", ["netns", "rootless"])
def test_a_program_of_the_owner_s_runs_inside_and_without_rights(world: World, mode: str) -> None:
    file = world.folder / "port"
    file.write_text(PROGRAM.format(python=sys.executable, device=world.device))
    file.chmod(0o755)
    world.mode, world.more = mode, ["--forward-port", "--port-program", str(file)]
    world.start_tunnel()
    world.wait_for(lambda state: state["port"] == 40001)


def test_a_missing_login_is_told_and_the_tunnel_is_up_all_the_same(world: World) -> None:
    world.more = ["--forward-port", "--provider", "pia"]
    world.start_tunnel()
    world.wait_for(lambda state: state["up"] and "set tunnel.username" in state["port_words"])
