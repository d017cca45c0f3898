"""A house and a VPN provider on one machine: namespaces, a veth between them, counters on everything that leaves."""

import base64
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from matinee.engines.tunnel import uapi
from matinee.engines.tunnel.inside import Room, read_room
from tests.engines.torrent.swarm import make_film, make_torrent
from tests.engines.tunnel.far_side import TRACKER_AT, TRACKER_NAME
from tests.engines.tunnel.waiting import WG_PORT, FileWatch, wait_for_file

PROGRAMS = ("ip", "nft", "wg", "wireguard-go")
SBIN = "/usr/sbin:/sbin:/usr/bin:/bin"
BETWEEN_BIND_AND_LISTEN = 1.0  # seconds; a socket's file is there a moment before somebody listens
HOUSE, PROVIDER = "10.77.0.2", "10.77.0.1"
FAR_DNS = "10.66.0.1"
INSIDE = "10.66.0.2"
CUT = "table inet cut {\n chain in {\n type filter hook input priority 0;\n }\n}\n"
COUNTERS = f"""
table inet count {{
    counter tunnel {{}}
    counter leaked {{}}
    counter answers {{}}
    counter kernel {{}}
    chain leaving {{
        type filter hook output priority 0; policy accept;
        oifname "lo" accept
        udp dport {WG_PORT} ip daddr {PROVIDER} counter name tunnel accept
        meta l4proto icmp counter name answers accept
        meta l4proto {{ icmpv6, igmp }} counter name kernel accept
        counter name leaked
    }}
}}
"""


def why_not() -> str:
    """Why the world cannot be built here; empty when it can."""
    if os.geteuid():
        return "needs root: it builds network namespaces"
    missing = [each for each in PROGRAMS if not program(each)]
    if missing:
        return f"needs {', '.join(missing)}: see tests/install-peers.sh"
    return "" if Path("/dev/net/tun").exists() else "needs /dev/net/tun"


def program(name: str) -> str:
    return shutil.which(name) or shutil.which(name, path=SBIN) or ""


def run(*words: str, input: str | None = None) -> str:
    done = subprocess.run([program(words[0]), *words[1:]], input=input, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{words}: {done.stderr}"
    return done.stdout


def private_key() -> str:
    return base64.b64encode(X25519PrivateKey.generate().private_bytes_raw()).decode()


def public_of(private: str) -> str:
    key = X25519PrivateKey.from_private_bytes(base64.b64decode(private))
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


@dataclass
class World:
    """`folder` holds the tunnel's files. Everything made here is taken down by `close`, by name and pid."""

    folder: Path
    mark: str = field(default_factory=lambda: f"{os.getpid() % 100000}")
    processes: "list[subprocess.Popen[Any]]" = field(default_factory=list)
    tunnel: "subprocess.Popen[bytes] | None" = None
    far: "subprocess.Popen[str] | None" = None
    client_key: str = field(default_factory=private_key)
    server_key: str = field(default_factory=private_key)
    mode: str = "netns"
    more: list[str] = field(default_factory=list)
    first_config: Path | None = None
    given: dict[str, str] = field(default_factory=dict)

    @property
    def house(self) -> str:
        return f"mth{self.mark}"

    @property
    def provider(self) -> str:
        return f"mtp{self.mark}"

    @property
    def room_name(self) -> str:
        return f"mtr{self.mark}"

    @property
    def device(self) -> str:
        return f"mtd{self.mark}"

    @property
    def config(self) -> Path:
        return self.folder / "provider.conf"

    @property
    def state(self) -> Path:
        return self.folder / "tunnel"

    @property
    def socket(self) -> Path:
        return self.folder / "tunnel.sock"

    def build(self) -> None:
        for name in (self.house, self.provider):
            run("ip", "netns", "add", name)
            run("ip", "-n", name, "link", "set", "lo", "up")
        a, b = f"mva{self.mark}", f"mvb{self.mark}"
        run("ip", "link", "add", a, "type", "veth", "peer", "name", b)
        run("ip", "link", "set", a, "netns", self.house, "name", "out")
        run("ip", "link", "set", b, "netns", self.provider, "name", "house")
        self.at(self.house, "addr", "add", f"{HOUSE}/24", "dev", "out")
        self.at(self.provider, "addr", "add", f"{PROVIDER}/24", "dev", "house")
        self.at(self.provider, "addr", "add", f"{TRACKER_AT}/32", "dev", "lo")
        self.at(self.house, "link", "set", "out", "up")
        self.at(self.provider, "link", "set", "house", "up")
        self.at(self.house, "route", "add", "default", "via", PROVIDER)
        self.inside(self.house, "nft", "-f", "-", input=COUNTERS)
        self.inside(self.provider, "nft", "-f", "-", input=CUT)
        self._build_server()
        self.write_config()

    def _build_server(self) -> None:
        device = f"mtw{self.mark}"
        uapi.FOLDER.mkdir(mode=0o755, exist_ok=True)
        command = [program("ip"), "netns", "exec", self.provider, program("wireguard-go"), "-f", device]
        self.processes.append(
            subprocess.Popen(
                command, env={**os.environ, "LOG_LEVEL": "error"}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        )
        wait_for_file(uapi.FOLDER, (uapi.FOLDER / f"{device}.sock").is_socket)
        key = self.folder / "server.key"
        key.write_text(self.server_key)
        self.inside(self.provider, "wg", "set", device, "private-key", str(key), "listen-port", str(WG_PORT))
        self.admit(self.client_key)
        self.at(self.provider, "addr", "add", f"{FAR_DNS}/24", "dev", device)
        self.at(self.provider, "link", "set", device, "mtu", "1420", "up")

    def admit(self, client: str, *, instead_of: str = "") -> None:
        """The provider knows this key, and no longer the other."""
        device, words = f"mtw{self.mark}", []
        if instead_of:
            words = ["peer", public_of(instead_of), "remove"]
        self.inside(
            self.provider, "wg", "set", device, *words, "peer", public_of(client), "allowed-ips", f"{INSIDE}/32"
        )

    def write_config(self) -> None:
        text = (
            f"[Interface]\nPrivateKey = {self.client_key}\nAddress = {INSIDE}/24\nDNS = {FAR_DNS}\nMTU = 1420\n"
            f"[Peer]\nPublicKey = {public_of(self.server_key)}\nAllowedIPs = 0.0.0.0/0\n"
            f"Endpoint = {PROVIDER}:{WG_PORT}\nPersistentKeepalive = 5\n"
        )
        beside = self.config.with_suffix(".new")
        beside.write_text(text)
        beside.replace(self.config)

    def offer_a_film(self, size: int) -> None:
        """A seeder and a tracker at the provider's, and the torrent as `film.torrent`."""
        film = make_torrent(make_film(self.folder / "seed", size=size), tracker=TRACKER, piece=65536)
        (self.folder / "film.torrent").write_bytes(film.torrent)
        self.start_far_side(self.folder / "film.torrent", self.folder / "seed", 0)

    def start_far_side(self, torrent: Path, content: Path, rate: int) -> None:
        script = ["-m", "tests.engines.tunnel.far_side", str(torrent), str(content), str(rate), FAR_DNS, PROVIDER]
        command = [program("ip"), "netns", "exec", self.provider, sys.executable, *script]
        self.far = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": "src:."}
        )
        self.processes.append(self.far)
        assert self.far.stdout
        assert json.loads(self.far.stdout.readline())["ready"]

    def ask_far_side(self, **order: Any) -> Any:
        assert self.far and self.far.stdin and self.far.stdout
        self.far.stdin.write(json.dumps(order) + "\n")
        self.far.stdin.flush()
        return json.loads(self.far.stdout.readline())

    def at(self, namespace: str, *words: str) -> str:
        return run("ip", "-n", namespace, *words)

    def inside(self, namespace: str, *words: str, input: str | None = None) -> str:
        return run("ip", "netns", "exec", namespace, program(words[0]), *words[1:], input=input)

    def in_the_house(self, *program: str) -> list[str]:
        """A command line that runs in the house's namespace and sees the files of everybody."""
        enter = ["-m", "matinee.engines.tunnel.inside", "--namespace", self.house, "--keep-rights", "--"]
        return [sys.executable, *enter, *program]

    def start_tunnel(self) -> None:
        words = [
            "--state",
            str(self.state),
            "--socket",
            str(self.socket),
            "--config",
            str(self.first_config or self.config),
        ]
        words += ["--mode", self.mode, "--namespace", self.room_name, "--device", self.device]
        words += ["--pace", "0.3", "--first-handshake", "8", "--stale", "200", *self.more]
        self.state.mkdir(mode=0o700, exist_ok=True)
        command = self.in_the_house(
            sys.executable, "-m", "matinee.tunnel_process", *words, "--parent", str(os.getpid())
        )
        with (self.folder / "tunnel.log").open("ab") as log:
            self.tunnel = subprocess.Popen(command, env=self.environment, stderr=log, stdout=log)
        self.processes.append(self.tunnel)

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "PYTHONPATH": "src:.", **self.given}

    def room(self) -> Room:
        wait_for_file(self.state, lambda: read_room(self.state / "room.json") is not None)
        found = read_room(self.state / "room.json")
        assert found
        return found

    def guarded(self, *program: str) -> list[str]:
        """A command line that runs in the tunnel's room."""
        return self.in_the_house(sys.executable, *self.room().arguments(list(program)))

    def told(self) -> dict[str, Any]:
        """The tunnel's state, from its own door."""
        return self._asked("/v1/matinee/tunnel", 5)["state"]  # type: ignore[no-any-return]

    def wait_for(self, condition: Callable[[dict[str, Any]], bool], seconds: float = 20) -> dict[str, Any]:
        """The first state that is so; every change is told as it happens, also when the tunnel's process is another."""
        deadline, path = time.monotonic() + seconds, "/v1/matinee/tunnel"
        with FileWatch(self.folder, self.state) as watch:
            while (left := deadline - time.monotonic()) > 0:
                try:
                    said = self._asked(path, left)
                except (OSError, ValueError):  # nobody answers: the socket or the room will tell of somebody who does
                    watch.next(min(deadline - time.monotonic(), BETWEEN_BIND_AND_LISTEN))
                    path = "/v1/matinee/tunnel"
                    continue
                if condition(said["state"]):
                    state: dict[str, Any] = said["state"]
                    return state
                path = f"/v1/matinee/tunnel?after={said['revision']}"
        raise AssertionError("it took too long")

    def wait_until_up(self, seconds: float = 20) -> dict[str, Any]:
        return self.wait_for(lambda state: bool(state["up"]), seconds)

    def call(self, path: str, seconds: float = 5) -> str:
        """What the tunnel answers."""
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(seconds)
            line.connect(str(self.socket))
            line.sendall(f"GET {path} HTTP/1.0\r\n\r\n".encode())
            answer = b""
            while piece := line.recv(65536):
                answer += piece
        return answer.partition(b"\r\n\r\n")[2].decode()

    def _asked(self, path: str, seconds: float) -> Any:
        return json.loads(self.call(path, seconds))

    def is_up(self) -> bool:
        with contextlib.suppress(OSError, ValueError):
            return bool(self.told()["up"])
        return False

    def counted(self) -> dict[str, int]:
        listed = json.loads(self.inside(self.house, "nft", "-j", "list", "counters"))
        return {each["counter"]["name"]: each["counter"]["packets"] for each in listed["nftables"] if "counter" in each}

    def cut(self, is_cut: bool) -> None:
        rules = "flush chain inet cut in\n"
        if is_cut:
            rules += f"add rule inet cut in udp dport {WG_PORT} drop\n"
        self.inside(self.provider, "nft", "-f", "-", input=rules)

    def kill(self, word: str) -> None:
        """kill -9 for our process with these words on its command line and this world's device or folder."""
        for pid in self.pids(word):
            os.kill(pid, signal.SIGKILL)

    def pids(self, word: str) -> list[int]:
        found = []
        assert self.tunnel
        for pid in children_of(self.tunnel.pid):
            with contextlib.suppress(OSError):
                if word in Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " "):
                    found.append(pid)
        return found

    def close(self) -> None:
        for process in reversed(self.processes):
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe:
                    pipe.close()
        for name in (self.house, self.provider, self.room_name):
            subprocess.run([program("ip"), "netns", "delete", name], check=False, capture_output=True)


def children_of(pid: int) -> list[int]:
    """All descendants."""
    try:
        direct = [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
    return direct + [each for child in direct for each in children_of(child)]


TRACKER = f"http://{TRACKER_NAME}:8000/announce"
