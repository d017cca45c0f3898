"""No service of the machine can be asked from inside by its files, and names are asked in the tunnel alone."""

import contextlib
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from matinee.engines.tunnel.file_ways import kept_folders
from matinee.engines.tunnel.inside import RIGHTS_TAKEN
from tests.engines.tunnel.world import World, program

CONNECT = """
import json, os, socket, sys
def answers(address):
    with socket.socket(socket.AF_UNIX) as line:
        try:
            line.connect(address.replace("@", chr(0)))
        except OSError:
            return False
    return True
answering = [answers(each) for each in json.loads(sys.argv[1])]
print(json.dumps([*answering, sorted(os.listdir("/run")), os.path.exists("/etc/passwd")]))
"""


@contextlib.contextmanager
def service(address: str) -> Iterator[str]:
    """As Docker, D-Bus or systemd have one."""
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(address)
        door.listen()
        yield address


@pytest.fixture
def place(world: World) -> Iterator[Path]:
    folder = Path(f"/run/matinee-{world.mark}")
    folder.mkdir()
    yield folder
    for each in folder.iterdir():
        each.unlink()
    folder.rmdir()


@pytest.mark.parametrize("mode", ["netns", "rootless"])
def test_no_service_of_the_machine_answers_inside(world: World, place: Path, mode: str) -> None:
    world.mode = mode
    world.start_tunnel()
    world.wait_until_up()
    room = world.room()
    file, abstract = str(place / "docker.sock"), f"@matinee-{world.mark}"
    ask = [sys.executable, "-c", CONNECT, json.dumps([file, abstract])]
    with service(file), service(abstract.replace("@", "\0")):
        said = subprocess.run(ask, capture_output=True, check=True, text=True)
        assert json.loads(said.stdout)[:2] == [True, True], "both answer outside"
        inside = world.in_the_house(sys.executable, *room.arguments(ask))
        said = subprocess.run(inside, env=world.environment, capture_output=True, check=True, text=True)
    file_answers, abstract_answers, run, has_etc = json.loads(said.stdout)
    assert (file_answers, abstract_answers, has_etc) == (False, False, True)
    assert not {place.name, "netns", "dbus", "systemd", "docker.sock", "wireguard"} & set(run)


def test_a_folder_that_a_program_is_told_of_stays(world: World, place: Path) -> None:
    world.start_tunnel()
    script = "import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])"
    order = world.guarded(sys.executable, "-c", script, str(place / "engine.sock"))
    subprocess.run(order, env=world.environment, check=True)
    assert (place / "engine.sock").is_socket()


def test_a_socket_that_could_not_be_seen_is_refused() -> None:
    assert kept_folders(["torrent", "--socket", "/tmp/x/torrent.sock", "--port", "1"]) == []
    with pytest.raises(SystemExit, match="choose a place not in /run"):
        kept_folders(["torrent", "--socket", "/run/torrent.sock"])
    with pytest.raises(SystemExit, match="cannot be seen from inside the room"):
        kept_folders(["torrent", "--socket", "/run/matinee/torrent.sock"], may_be_kept=False)


RIGHTS = "+sys_admin,+net_admin"
FILES = ["resolv.conf", "nsswitch.conf", "hostname"]
INSIDE = """
import json, sys
from pathlib import Path
from matinee.engines.tunnel.file_ways import _libc, check, close_the_file_ways
check(_libc.unshare(0x20000))
close_the_file_ways(Path(sys.argv[1]))
print("inside", flush=True)
sys.stdin.readline()
print(json.dumps([Path("/etc", name).read_text() for name in sys.argv[2:]]))
"""
HOST = """
import subprocess, sys
from pathlib import Path
from matinee.engines.tunnel.file_ways import _libc, check
check(_libc.unshare(0x20000))
check(_libc.mount(b"none", b"/", None, 0x44000, None))
check(_libc.mount(b"tmpfs", b"/etc", b"tmpfs", 0, None))
for name in sys.argv[3:]:
    Path("/etc", name).write_text("the house's")
words = [sys.executable, "-c", *sys.argv[1:]]
with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as inside:
    assert inside.stdout.readline() == "inside\\n"
    for name in sys.argv[3:]:
        Path("/etc/new").write_text("another of the house's")
        Path("/etc/new").rename(Path("/etc", name))
    print(inside.communicate("go on\\n")[0])
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root: it mounts")
def test_names_stay_in_the_tunnel_when_the_host_writes_its_own_files_anew(tmp_path: Path) -> None:
    """DHCP clients replace resolv.conf; what was bound over it would be gone, in the room too."""
    names = tmp_path / "resolv.conf"
    names.write_text("nameserver 10.2.0.1\n")
    said = subprocess.run(
        [sys.executable, "-c", HOST, INSIDE, str(names), *FILES],
        env={**os.environ, "PYTHONPATH": "src"},
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    servers, switch, hostname = json.loads(said.stdout)
    assert servers == "nameserver 10.2.0.1\n"
    assert "hosts: files dns\n" in switch
    assert hostname == "another of the house's", "all else is the host's, as it is now"


LOOK = "print(*[line for line in open('/proc/self/status') if line[:3] in ('Cap', 'NoN')])"


def rights(order: list[str], world: World) -> dict[str, int]:
    said = subprocess.run(order, env=world.environment, stdout=subprocess.PIPE, check=True, text=True)
    words = (line.split(":") for line in said.stdout.splitlines() if line.strip())
    return {name.strip(): int(value, 16) for name, value in words}


@pytest.mark.parametrize("mode", ["netns", "rootless"])
def test_no_right_that_leads_out_is_left_and_none_can_be_had(world: World, mode: str) -> None:
    world.mode = mode
    world.start_tunnel()
    world.room()
    told = rights(world.guarded(sys.executable, "-c", LOOK), world)
    taken = sum(1 << number for number in RIGHTS_TAKEN.values())
    assert told["NoNewPrivs"] == 1
    assert [told[f"Cap{kind}"] & taken for kind in ("Eff", "Prm", "Amb", "Inh", "Bnd")] == [0] * 5


def test_rights_that_were_lent_are_given_back_inside(world: World) -> None:
    """A service of a user of its own has its rights as ambient ones: those survive a program's start."""
    setpriv = program("setpriv")
    if not setpriv:
        pytest.skip("needs setpriv: apt-get install util-linux")
    world.start_tunnel()
    inside = [sys.executable, *world.room().arguments([sys.executable, "-c", LOOK])]
    lent = [setpriv, "--securebits", "+noroot", "--inh-caps", RIGHTS, "--ambient-caps", RIGHTS]
    before = rights([*lent, sys.executable, "-c", LOOK], world)
    assert before["CapEff"] & 1 << RIGHTS_TAKEN["SYS_ADMIN"], "lent"
    told = rights([*lent, *inside], world)
    assert (told["CapEff"], told["CapPrm"], told["CapAmb"], told["NoNewPrivs"]) == (0, 0, 0, 1)
