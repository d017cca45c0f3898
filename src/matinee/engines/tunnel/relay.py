"""Carries encrypted packets out of a room made without root; killed, it leaves silence and no leak."""

import asyncio
import contextlib
import socket

from matinee.engines.tunnel.uapi import Endpoint
from matinee.kernel.errors import Unreachable

_AT_A_TIME = 64
_BUFFER = 4 * 1024 * 1024
_LARGEST = 65535


class Relay:
    """Between a UDP socket of the room's loopback and one of ours that is connected to the VPN server alone."""

    def __init__(self, near: socket.socket, far: Endpoint) -> None:
        family = socket.AF_INET6 if ":" in far.address else socket.AF_INET
        self._near, self._far = near, socket.socket(family, socket.SOCK_DGRAM)
        self._program: tuple[str, int] | None = None
        for line in (self._near, self._far):
            line.setblocking(False)
            for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
                line.setsockopt(socket.SOL_SOCKET, option, _BUFFER)
        try:
            self._far.connect((far.address, far.port))
        except OSError as error:
            self._far.close()
            raise Unreachable(f"the VPN server {far.address} is out of reach: {error.strerror}") from error
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._near, self._outwards)
        self._loop.add_reader(self._far, self._inwards)

    def _outwards(self) -> None:
        with contextlib.suppress(OSError):  # full buffers lose a packet as a line would; WireGuard expects that
            for _ in range(_AT_A_TIME):
                packet, self._program = self._near.recvfrom(_LARGEST)
                with contextlib.suppress(OSError):
                    self._far.send(packet)

    def _inwards(self) -> None:
        with contextlib.suppress(OSError):
            for _ in range(_AT_A_TIME):
                packet = self._far.recv(_LARGEST)
                if self._program:
                    with contextlib.suppress(OSError):
                        self._near.sendto(packet, self._program)

    def close(self) -> None:
        """Carry no more; the room's socket stays open for the next one."""
        self._loop.remove_reader(self._near)
        self._loop.remove_reader(self._far)
        self._far.close()
