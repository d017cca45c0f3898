"""OpenVPN: its program stays in the host's namespace, its device moves into the room as soon as it is there."""

import asyncio
import contextlib
import os
import re
import shutil
import sys
import time
from ipaddress import ip_address, ip_network
from pathlib import Path

from matinee.engines.tunnel import device as devices
from matinee.engines.tunnel.carrier import Carried, Lost
from matinee.engines.tunnel.errand import Porter, ended, environment
from matinee.engines.tunnel.openvpn_file import OpenVpnConfig
from matinee.engines.tunnel.uapi import Handshake
from matinee.kernel.errors import Refused, Unreachable

PROGRAM = "openvpn"
DEFAULT_MTU = 1500
_START_SECONDS = 60.0
_LOOK_SECONDS = 0.1
_LARGEST_LOG = 64 * 1024
_UP = '#!/bin/sh\numask 077\nenv > "{told}.new" && mv "{told}.new" "{told}"\n'
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
_REASONS = {
    "AUTH_FAILED": "the VPN server refuses user name or password",
    "TLS key negotiation failed": "the VPN server gives no answer: does the network let it through?",
    "VERIFY ERROR": "the VPN server's certificate is not the one the file expects",
    "Cannot resolve host address": "the VPN server's name cannot be looked up",
    "Options error": "OpenVPN does not understand the file",
    "Cannot open TUN/TAP": "/dev/net/tun cannot be opened",
}


class OpenVpn:
    """The device of one room; every configuration is a new run of the program."""

    def __init__(self, device: str, porter: Porter, namespace: str, *, folder: Path) -> None:
        self.device = device
        self._porter, self._namespace, self._folder = porter, namespace, folder
        self._program: asyncio.subprocess.Process | None = None
        self._heard = (-1, 0.0)

    @property
    def _told(self) -> Path:
        return self._folder / "openvpn.told"

    @property
    def _status(self) -> Path:
        return self._folder / "openvpn.status"

    @property
    def _log(self) -> Path:
        return self._folder / "openvpn.log"

    async def apply(self, config: OpenVpnConfig) -> Carried:
        """Start the program and wait until the server has given us an address."""
        if not self._namespace:
            raise Refused("OpenVPN needs the rights to make a network namespace; without them take WireGuard")
        await self.close()
        await self._start(config)
        try:
            async with asyncio.timeout(_START_SECONDS):
                told = await self._answered()
        except TimeoutError as error:
            raise Unreachable(f"{config.name}: {self._reason('the VPN server gives no answer')}") from error
        await asyncio.to_thread(devices.move_inside, self.device, self._namespace)
        self._heard = (0, time.time())
        return carried(told)

    async def _start(self, config: OpenVpnConfig) -> None:
        program = shutil.which(PROGRAM) or shutil.which(PROGRAM, path="/usr/local/sbin:/usr/sbin:/sbin")
        if program is None:
            raise Refused("there is no openvpn: apt-get install openvpn")
        up = _private(self._folder / "openvpn.up", _UP.format(told=self._told), mode=0o700)
        asked = _private(self._folder / "openvpn.conf", config.text)
        login = []
        if config.needs_login:
            file = _private(self._folder / "openvpn.login", f"{config.username}\n{config.password}\n")
            login = ["--auth-user-pass", str(file), "--auth-nocache"]
        ours = [
            *("--config", str(asked), "--dev", self.device, "--dev-type", "tun", "--verb", "3"),
            *("--ifconfig-noexec", "--route-noexec", "--script-security", "2", "--up", str(up)),
            *("--ignore-unknown-option", "dns-updown", "--dns-updown", "disable"),  # 2.7 would change the host's DNS
            *("--ping", "10", "--ping-exit", "60", "--remap-usr1", "SIGTERM", "--connect-retry-max", "3"),
            *("--auth-retry", "none", "--status", str(self._status), "2", "--disable-dco", *login),
        ]
        with self._log.open("wb") as log:
            self._log.chmod(0o600)
            self._program = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "matinee.engines.tunnel.inside", "--parent", str(os.getpid()), "--"),
                *(program, *ours),
                env=environment(),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    async def _answered(self) -> dict[str, str]:
        while not self._told.exists():
            if self._program is None or self._program.returncode is not None:
                raise Unreachable(f"OpenVPN ended: {self._reason('see openvpn.log beside the state of the tunnel')}")
            await asyncio.sleep(_LOOK_SECONDS)
        pairs = (line.partition("=") for line in self._told.read_text("utf-8", "replace").splitlines())
        return {name: value for name, _, value in pairs}

    def _reason(self, otherwise: str) -> str:
        with contextlib.suppress(OSError):
            seen = self._log.read_text("utf-8", "replace")[-_LARGEST_LOG:]
            return next((words for mark, words in _REASONS.items() if mark in seen), otherwise)
        return otherwise

    async def handshake(self) -> Handshake:
        """OpenVPN pings every ten seconds; what came last counts as the far end's last word."""
        if self._program is None or self._program.returncode is not None:
            raise Lost(f"OpenVPN has ended: {self._reason('the connection was lost')}")
        with contextlib.suppress(OSError):
            seen = self._status.read_text("utf-8", "replace")
            read, written = (_counted(seen, name) for name in ("read", "write"))
            if read != self._heard[0]:
                self._heard = (read, time.time())
            return Handshake(self._heard[1], max(read, 0), max(written, 0))
        return Handshake(self._heard[1])

    async def close(self) -> None:
        """The device goes with its program."""
        if self._program:
            await ended(self._program)
            self._program = None
        for file in (self._told, self._status):
            file.unlink(missing_ok=True)


def carried(told: dict[str, str]) -> Carried:
    """What the server has pushed, as OpenVPN tells it to programs. Refused when it is no address."""
    try:
        addresses = [_address(told)]
        six = told.get("ifconfig_ipv6_local")
        if six:
            addresses.append(f"{ip_address(six)}/{int(told.get('ifconfig_ipv6_netbits') or 128)}")
        mtu = min(max(int(told.get("tun_mtu") or DEFAULT_MTU), 576), 65535)
        gateway = str(ip_address(told["route_vpn_gateway"])) if told.get("route_vpn_gateway") else ""
    except (KeyError, ValueError) as error:
        raise Refused("the VPN server gave no address that we understand") from error
    server_name = told.get("X509_0_CN", "")
    return Carried(
        tuple(addresses),
        ("0.0.0.0/0", "::/0"),
        mtu,
        _dns(told),
        gateway=gateway,
        server_name=server_name if _HOST.fullmatch(server_name) else "",
    )


def _address(told: dict[str, str]) -> str:
    local = ip_address(told["ifconfig_local"])
    netmask = told.get("ifconfig_netmask")
    return f"{local}/{ip_network(f'0.0.0.0/{netmask}').prefixlen if netmask else 32}"


def _dns(told: dict[str, str]) -> tuple[str, ...]:
    found = []
    for name, value in told.items():
        words = value.split()
        if name.startswith("foreign_option_") and words[:2] in (["dhcp-option", "DNS"], ["dhcp-option", "DNS6"]):
            found += words[2:3]
        elif re.fullmatch(r"dns_server_\d+_address_\d+", name):
            found += words[:1]
    valid = []
    for each in dict.fromkeys(found):
        with contextlib.suppress(ValueError):
            valid.append(str(ip_address(each)))
    return tuple(valid)


def _counted(status: str, what: str) -> int:
    found = re.search(rf"TCP/UDP {what} bytes,(\d{{1,18}})", status)
    return int(found[1]) if found else -1


def _private(file: Path, text: str, mode: int = 0o600) -> Path:
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as written:
        written.write(text)
    return file
