"""Carries encrypted packets out of a room made without root; killed, it leaves silence and no leak."""

import asyncio
import contextlib
import logging
import socket

from matinee.engines.tunnel.uapi import Endpoint
from matinee.kernel.errors import Unreachable

log = logging.getLogger(__name__)

HANDSHAKE, DATA = 1, 4
_SIZES = {HANDSHAKE: 148, 2: 92, 3: 64}  # the answer to a handshake, and the cookie of a server under load
_SMALLEST = 32
_AT_A_TIME = 64
_BUFFER = 4 * 1024 * 1024
_LARGEST = 65535


class Relay:
    """Between a UDP socket of the room's loopback and one of ours that is connected to the VPN server alone.

    Everybody in the room can send to loopback, so only what WireGuard's own program says is carried: nothing readable
    gets out this way, not even to the VPN server.
    """

    def __init__(self, near: socket.socket, far: Endpoint) -> None:
        family = socket.AF_INET6 if ":" in far.address else socket.AF_INET
        self._near, self._far = near, socket.socket(family, socket.SOCK_DGRAM)
        self._program: tuple[str, int] | None = None
        self.refused = 0
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
                packet, caller = self._near.recvfrom(_LARGEST)
                if not self._may_pass(packet, caller):
                    continue
                with contextlib.suppress(OSError):
                    self._far.send(packet)

    def _may_pass(self, packet: bytes, caller: tuple[str, int]) -> bool:
        """The program is whoever began a handshake last: a new one has another port."""
        is_its = is_wireguard(packet)
        if is_its and packet[0] == HANDSHAKE:
            self._program = caller
        if is_its and caller == self._program:
            return True
        if not self.refused:
            log.warning("something in the room speaks to the tunnel's relay past WireGuard; that is not carried")
        self.refused += 1
        return False

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


def is_wireguard(packet: bytes) -> bool:
    """Whether this has the form of one of its four messages."""
    if len(packet) < _SMALLEST or packet[1:4] != b"\0\0\0":
        return False
    return packet[0] == DATA or _SIZES.get(packet[0]) == len(packet)
