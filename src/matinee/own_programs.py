"""The programs of our own beside the house: the tunnel, and the engines that download through it or beside it."""

import asyncio
import hashlib
import json
import os
import secrets
import socket
import struct
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from matinee.download_settings import BUILTIN
from matinee.engines.tunnel.inside import arguments_inside, read_room_of
from matinee.handed_over import TORRENT_PASSWORD, TORRENT_PROXY, TUNNEL_PASSWORD, USENET_KEY, USENET_RULES
from matinee.kernel.children import Child
from matinee.kernel.config import write_privately
from matinee.kernel.errors import Refused, Unreachable
from matinee.kernel.redact import redact
from matinee.products.gluetun.client import GluetunTunnel
from matinee.products.qbittorrent.client import QBittorrentClient
from matinee.products.sabnzbd.client import SABnzbdClient
from matinee.settings import Settings

TORRENT_ENGINE, USENET_ENGINE = "Torrent engine", "Usenet engine"
ENGINE_USER = "matinee"
LONGEST_SOCKET_PATH = 100
MEGABIT = 125_000  # bytes
DEVICES = Path("/sys/class/net")


@dataclass(frozen=True, slots=True)
class Door:
    """Where one of our engines answers, and the secret that opens it."""

    socket: Path
    secret: str = field(repr=False)


class OwnPrograms:
    """Which of our programs these settings want, how they are started and how they are spoken to.

    `port` is the one that the tunnel leads to the torrent engine; whoever hears of another one puts it here, so that
    an engine that must be started again listens there at once.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._data = settings.data_folder
        self.port = 0
        self._torrent = self._usenet = self._tunnel = None
        tunnel = settings.tunnel
        if settings.torrent.client == BUILTIN and tunnel.mode != "off":
            secret = {TORRENT_PASSWORD: self._secret("torrent")}
            if proxy := tunnel.way_out():
                secret[TORRENT_PROXY] = proxy.url
            self._torrent = Child("torrent engine", self.torrent_arguments, secret)
        if settings.usenet.servers:
            secret = {USENET_KEY: self._secret("usenet"), USENET_RULES: json.dumps(settings.usenet.rules())}
            self._usenet = Child("usenet engine", self._usenet_arguments, secret)
        if tunnel.mode == "netns" and (self._torrent or tunnel.usenet):
            secret = {TUNNEL_PASSWORD: tunnel.password.get_secret_value()}
            self._tunnel = Child("tunnel", self._tunnel_arguments, secret)

    def children(self) -> list[Child]:
        """All of them; the tunnel comes first, because the others wait for its room."""
        return [child for child in (self._tunnel, self._torrent, self._usenet) if child]

    def torrent_door(self) -> Door | None:
        """Of our torrent engine, if it is wanted."""
        return Door(self._socket("torrent"), self._secret("torrent")) if self._torrent else None

    def usenet_door(self) -> Door | None:
        """Of our usenet engine, if it is wanted."""
        return Door(self._socket("usenet"), self._secret("usenet")) if self._usenet else None

    def torrent_client(self) -> QBittorrentClient | None:
        """Our torrent engine as a download client; None while the owner has not said where its traffic may go."""
        door = self.torrent_door()
        if door is None:
            return None
        uds = str(door.socket)
        return QBittorrentClient("http://torrent-engine", ENGINE_USER, door.secret, uds=uds, name=TORRENT_ENGINE)

    def usenet_client(self) -> SABnzbdClient | None:
        """Our usenet engine as a download client; None without a news server."""
        door = self.usenet_door()
        if door is None:
            return None
        return SABnzbdClient("http://usenet-engine", door.secret, uds=str(door.socket), name=USENET_ENGINE)

    def tunnel_line(self) -> GluetunTunnel | None:
        """Whoever can be asked about the tunnel: our own one, or a Gluetun of the owner's."""
        told = self._settings.tunnel
        if self._tunnel:
            return GluetunTunnel("http://tunnel", uds=str(self._socket("tunnel")), name="Tunnel")
        if told.gluetun and told.mode != "off":
            return GluetunTunnel(str(told.gluetun), apikey=told.gluetun_key.get_secret_value())
        return None

    @property
    def keeps_a_tunnel(self) -> bool:
        """Whether the tunnel is our own."""
        return self._tunnel is not None

    async def prove_torrents_are_inside(self) -> str:
        """Whether the engine that answers us really lives in the tunnel's room, in words. Refused when it does not."""
        return await asyncio.to_thread(prove_inside, self._data / "tunnel", self._socket("torrent"), TORRENT_ENGINE)

    # how they are started

    def torrent_arguments(self) -> list[str]:
        """For the interpreter, as things stand now. Refused while there is no device or no room for it."""
        told = self._settings
        options: dict[str, object] = {
            "--state": self._data / "torrent",
            "--socket": self._socket("torrent"),
            "--port": self.port or told.torrent.port,
            "--downloads": told.downloads,
            "--username": ENGINE_USER,
            "--parent": os.getpid(),
        }
        if told.tunnel.mode == "interface":
            options["--device"] = _device(told.tunnel.device)
        else:  # the room has no other way out; a proxy takes all; or the owner has written out that nothing protects
            options["--bind"] = "0.0.0.0"  # noqa: S104
        arguments = _arguments("matinee.torrent_process", options)
        arguments += ["--dht"] if told.torrent.dht else []
        return self._inside(arguments) if told.tunnel.mode == "netns" else arguments

    def _usenet_arguments(self) -> list[str]:
        told = self._settings.usenet
        options: dict[str, object] = {
            "--state": self._data / "usenet",
            "--socket": self._socket("usenet"),
            "--complete": self._settings.downloads,
            "--incomplete": self._settings.downloads / "incomplete",
            "--line": int(told.line_mbit * MEGABIT),
            "--parent": os.getpid(),
        }
        if told.watched:
            options["--watched"] = told.watched
        arguments = [*_arguments("matinee.usenet_process", options), "--fetch"]
        return self._inside(arguments) if self._settings.tunnel.usenet else arguments

    def _inside(self, arguments: Sequence[str]) -> list[str]:
        return arguments_inside(self._data / "tunnel", [sys.executable, *arguments], parent=os.getpid())

    def _tunnel_arguments(self) -> list[str]:
        told, mark = self._settings.tunnel, _mark(self._data)
        options: dict[str, object] = {
            "--state": self._data / "tunnel",
            "--socket": self._socket("tunnel"),
            "--namespace": f"matinee-{mark}",
            "--device": f"mtn{mark}",
            "--parent": os.getpid(),
        }
        more = {
            "--provider": told.provider,
            "--username": told.username,
            "--gateway": told.gateway,
            "--port-by": told.port_by or "",
            "--port-authority": str(told.port_authority or ""),
            "--port-server": told.port_server,
            "--port-program": str(told.port_program or ""),
            "--probe": str(told.probe or ""),
        }
        options |= {name: value for name, value in more.items() if value}
        files = [word for file in told.files for word in ("--config", str(file))]
        wishes = ["--forward-port"] if told.forward_port else []
        return [*_arguments("matinee.tunnel_process", options), *files, *wishes]

    # what they are reached by

    def _socket(self, name: str) -> Path:
        """Where a program listens; Linux allows no long paths for that, so a deep data folder gets a short one."""
        beside = self._data / f"{name}.sock"
        if len(os.fsencode(beside)) <= LONGEST_SOCKET_PATH:
            return beside
        folder = Path(tempfile.gettempdir()) / f"matinee-{os.getuid()}-{_mark(beside.parent, 16)}"
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.is_symlink() or folder.stat().st_uid != os.getuid() or folder.stat().st_mode & 0o077:
            raise Refused(f"{folder} belongs to somebody else: remove it, or give `data` a shorter path")
        return folder / beside.name

    def _secret(self, name: str) -> str:
        """What opens a program's door, made once and kept for the owner's eyes only."""
        path = self._data / f"{name}.secret"
        if not path.exists():
            write_privately(path, secrets.token_urlsafe(32))
        secret = path.read_text().strip()
        redact.remember([secret])
        return secret


def prove_inside(tunnel: Path, door: Path, name: str) -> str:
    """The kernel knows which process opened a unix socket, and in which network namespace that one lives."""
    room = read_room_of(tunnel)
    if room is None:
        raise Refused("the tunnel's room is not there yet; torrents wait for it")
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(5)
            line.connect(str(door))
            pid, _, _ = struct.unpack("3i", line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
        is_inside = Path(f"/proc/{pid}/ns/net").stat().st_ino == room.inode()
    except OSError as error:
        raise Unreachable(f"{name} does not answer: it waits for the tunnel's room") from error
    if not is_inside:
        raise Refused(f"{name} (process {pid}) lives outside of the tunnel's room: stop the house and start it again")
    return f"{name} lives in the tunnel's room, which has no other way out"


def _device(name: str) -> str:
    """Refused while it is not there, so that no engine is started only to say so."""
    if not (DEVICES / name).exists():
        raise Refused(
            f"tunnel.device '{name}' is not there: start the VPN first, or name another device. "
            "Torrents stay off until then."
        )
    return name


def _arguments(module: str, options: Mapping[str, object]) -> list[str]:
    return ["-m", module, *(str(word) for option in options.items() for word in option)]


def _mark(folder: Path, length: int = 8) -> str:
    """Few signs that tell this folder from every other: two houses on one machine have two tunnels."""
    return hashlib.sha256(os.fsencode(folder)).hexdigest()[:length]
