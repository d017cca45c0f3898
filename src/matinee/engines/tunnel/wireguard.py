"""WireGuard: the kernel's where there is one, else Debian's wireguard-go, whose encrypted side stays in the host."""

import asyncio
import contextlib
import logging
import os
import shutil
import socket as sockets
import sys
from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path

from matinee.engines.tunnel import device as devices
from matinee.engines.tunnel import kernel_wireguard, uapi
from matinee.engines.tunnel.carrier import Carried, Lost
from matinee.engines.tunnel.errand import Porter, ended, environment
from matinee.engines.tunnel.relay import Relay
from matinee.engines.tunnel.uapi import Endpoint, Handshake
from matinee.engines.tunnel.wireguard_file import WireGuardConfig
from matinee.kernel.errors import Refused, Unreachable

log = logging.getLogger(__name__)

PROGRAM = "wireguard-go"
_START_SECONDS = 8.0
_LOOK_SECONDS = 0.02


class WireGuard:
    """The device of one room. `namespace` is empty for a rootless room, whose program runs inside."""

    def __init__(self, device: str, porter: Porter, namespace: str = "", *, kernel: bool = True) -> None:
        self.device = device
        self._porter, self._namespace = porter, namespace
        self._may_use_kernel = kernel and bool(namespace)
        self._in_kernel = False
        self._program: asyncio.subprocess.Process | None = None
        self._relay: Relay | None = None

    async def apply(self, config: WireGuardConfig) -> Carried:
        """Keys and peers change in place: the device, and what is open through it, stays."""
        found = await look_up(config)
        endpoints = found if self._namespace else await self._relayed(config, found)
        if self._in_kernel:
            await self._porter.call("tell_kernel", name=self.device, told=kernel_wireguard.told(config, endpoints))
        elif self._program is None or self._program.returncode is not None:
            await self._make(config, endpoints)
        else:
            await uapi.tell(self._socket, config, endpoints)
        return carried(config, found)

    async def handshake(self) -> Handshake:
        """From the program or the kernel."""
        if self._in_kernel:
            return Handshake(**await self._porter.call("ask_kernel", name=self.device))
        if self._program is None or self._program.returncode is not None:
            raise Lost(f"{PROGRAM} has ended")
        return await uapi.ask(self._socket)

    async def close(self) -> None:
        """The device goes with its program."""
        if self._program:
            await ended(self._program)
        self._program, self._in_kernel = None, False
        if self._relay:
            self._relay.close()
            self._relay = None
        with contextlib.suppress(Unreachable):
            await self._porter.call("remove", name=self.device)
        if self._namespace:
            await asyncio.to_thread(devices.remove_device, self.device)

    async def _make(self, config: WireGuardConfig, endpoints: list[Endpoint | None]) -> None:
        await self._porter.call("remove", name=self.device)
        if self._may_use_kernel and await asyncio.to_thread(devices.make_kernel_device, self.device):
            self._in_kernel = True
            await asyncio.to_thread(devices.move_inside, self.device, self._namespace)
            told = kernel_wireguard.told(config, endpoints)
            await self._porter.call("tell_kernel", name=self.device, told=told)
            return
        self._may_use_kernel = False
        try:
            await self._start_program()
            await uapi.tell(self._socket, config, endpoints)
            if self._namespace:
                await asyncio.to_thread(devices.move_inside, self.device, self._namespace)
        except BaseException:
            await self.close()  # half a device must not be taken for a whole one
            raise

    async def _start_program(self) -> None:
        program = shutil.which(PROGRAM) or shutil.which(PROGRAM, path="/usr/local/bin:/usr/bin:/usr/sbin:/sbin")
        if program is None:
            raise Refused(f"there is no {PROGRAM}, and no WireGuard in this kernel: apt-get install {PROGRAM}")
        where = [] if self._namespace else ["--of", str(self._porter.room.holder), "--keep-rights"]
        tied = ["-m", "matinee.engines.tunnel.inside", *where, "--parent", str(os.getpid()), "--"]
        self._program = await asyncio.create_subprocess_exec(
            sys.executable,
            *tied,
            program,
            "-f",
            self.device,
            env={**environment(), "LOG_LEVEL": "error", "WG_PROCESS_FOREGROUND": "1"},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            async with asyncio.timeout(_START_SECONDS):
                await self._answers()
        except TimeoutError as error:
            raise Unreachable(f"{PROGRAM} does not answer") from error

    async def _answers(self) -> None:
        while True:
            if self._program is None or self._program.returncode is not None:
                raise Lost(f"{PROGRAM} ended at once: is /dev/net/tun there, and may we open it?")
            with contextlib.suppress(Unreachable):
                if self._socket.is_socket():
                    await uapi.ask(self._socket)
                    return
            await asyncio.sleep(_LOOK_SECONDS)

    @property
    def _socket(self) -> Path:
        name = f"{self.device}.sock"
        return uapi.FOLDER / name if self._namespace else _in_the_room(self._porter.room.holder) / name

    async def _relayed(self, config: WireGuardConfig, endpoints: list[Endpoint | None]) -> list[Endpoint | None]:
        """In a room without root the program speaks to a relay of ours, which sees only encrypted packets."""
        far = [endpoint for endpoint in endpoints if endpoint]
        if len(far) != 1:
            raise Refused(f"{config.name}: without root a file may have one Endpoint, this one has {len(far)}")
        if self._porter.relay is None:
            raise Lost("the room is gone")
        if self._relay:
            self._relay.close()
        self._relay = Relay(self._porter.relay, far[0])
        near = Endpoint(*self._porter.relay.getsockname()[:2])
        return [near if endpoint else None for endpoint in endpoints]


def _in_the_room(pid: int) -> Path:
    return Path(f"/proc/{pid}/root/run/wireguard")


def carried(config: WireGuardConfig, endpoints: Sequence[Endpoint | None] = ()) -> Carried:
    """What the file says about the device; providers answer calls for ports at their DNS server's address."""
    networks = tuple(str(network) for peer in config.peers for network in peer.allowed)
    four = [server for server in config.dns if ip_address(server).version == 4]
    return Carried(
        tuple(map(str, config.addresses)),
        networks,
        config.mtu,
        config.dns,
        gateway=four[0] if four else "",
        server=next((endpoint.address for endpoint in endpoints if endpoint), ""),
    )


async def look_up(config: WireGuardConfig) -> list[Endpoint | None]:
    """The endpoints' addresses, asked with the host's own DNS: these are the VPN servers, nothing of the torrents."""
    return [await _looked_up(peer.host, peer.port) if peer.port else None for peer in config.peers]


async def _looked_up(host: str, port: int) -> Endpoint:
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(10):
            found = await loop.getaddrinfo(host, port, type=sockets.SOCK_DGRAM)
    except (OSError, TimeoutError) as error:
        raise Unreachable(f"the VPN server {host} cannot be looked up") from error
    found.sort(key=lambda each: each[0] != sockets.AF_INET)
    return Endpoint(str(found[0][4][0]), port)
