"""A provider's file on disk, read anew whenever it changes."""

import os
import re
import stat
from dataclasses import dataclass, field, replace
from pathlib import Path

from matinee.engines.tunnel.openvpn_file import OpenVpnConfig, read_openvpn
from matinee.engines.tunnel.ways.wish import PortWish
from matinee.engines.tunnel.wireguard_file import LARGEST_FILE, WireGuardConfig, read_wireguard
from matinee.kernel.errors import NotFound, Refused

_SAYS_REMOTE = re.compile(r"^\s*remote\s", re.MULTILINE)
Version = tuple[int, int, int]
Login = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Source:
    """One file, and what is not in it: the login of OpenVPN or of a provider's call for ports, and that call itself."""

    file: Path
    username: str = ""
    password: str = field(default="", repr=False)
    port: PortWish = field(default_factory=PortWish)
    dns: tuple[str, ...] = ()

    def version(self) -> Version | None:
        """Another one after every change; None when the file is gone."""
        try:
            told = self.file.stat()
        except OSError:
            return None
        return told.st_mtime_ns, told.st_size, told.st_ino

    def read(self) -> tuple[WireGuardConfig | OpenVpnConfig, Version | None]:
        """What it says now, and which version that is. Refused with file, line and cure."""
        version = self.version()
        try:
            with self.file.open("rb") as opened:
                mode = os.fstat(opened.fileno()).st_mode
                text = opened.read(LARGEST_FILE + 1).decode("utf-8")
        except FileNotFoundError as error:
            raise NotFound(f"there is no {self.file}: put the file of your VPN provider there") from error
        except UnicodeDecodeError as error:
            raise Refused(f"{self.file.name}: this is no text; download the file from the provider anew") from error
        except OSError as error:
            raise Refused(f"{self.file}: {error.strerror}") from error
        config = self._understood(text)
        return replace(config, notes=(*config.notes, *note_of(self.file.name, mode))), version

    def _understood(self, text: str) -> WireGuardConfig | OpenVpnConfig:
        if self.file.suffix.lower() in {".ovpn", ".openvpn"} or _SAYS_REMOTE.search(text):
            return read_openvpn(text, self.file, self.username, self.password)
        return read_wireguard(text, self.file.name)


def note_of(name: str, mode: int) -> tuple[str, ...]:
    """What is to be said of a file with keys in it that everybody on the machine can read."""
    if not mode & stat.S_IROTH:
        return ()
    return (f"{name}: everybody on this machine can read the keys in it; run chmod 600 on it",)


def login_of(source: Source, config: WireGuardConfig | OpenVpnConfig) -> Login:
    """User name and password: those of the settings, else those that OpenVPN's file brought along."""
    if isinstance(config, OpenVpnConfig) and config.needs_login:
        return config.username, config.password
    return source.username, source.password
