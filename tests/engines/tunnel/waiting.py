"""Waits for what happens, however long that takes, instead of for a time: files, packets, the end of processes."""

import contextlib
import ctypes
import os
import select
import socket
import struct
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from matinee.engines.tunnel.inside import NETNS, join_network

ALL_KINDS = 3
IN_CREATE, IN_MOVED_TO, IN_DELETE = 0x100, 0x80, 0x200
WG_PORT = 51820
_libc = ctypes.CDLL(None, use_errno=True)


class FileWatch:
    """Knows when files come into these folders, or go."""

    def __init__(self, *folders: Path) -> None:
        self._line = _libc.inotify_init1(os.O_CLOEXEC | os.O_NONBLOCK)
        for folder in folders:
            added = _libc.inotify_add_watch(self._line, os.fsencode(folder), IN_CREATE | IN_MOVED_TO | IN_DELETE)
            assert added >= 0, os.strerror(ctypes.get_errno())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _: TracebackType | None
    ) -> None:
        os.close(self._line)

    def next(self, seconds: float) -> None:
        """What has happened since the last time counts as well."""
        select.select([self._line], [], [], max(seconds, 0))
        with contextlib.suppress(BlockingIOError):
            os.read(self._line, 65536)


def wait_for_file(folder: Path, condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    with FileWatch(folder) as watch:
        while not condition():
            assert time.monotonic() < deadline, f"it took too long in {folder}"
            watch.next(deadline - time.monotonic())


def wait_for_the_end_of(*pids: int, seconds: float = 20) -> None:
    """Of processes that need not be our children."""
    deadline = time.monotonic() + seconds
    for pid in pids:
        try:
            process = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        try:
            ended, _, _ = select.select([process], [], [], max(deadline - time.monotonic(), 0))
            assert ended, f"process {pid} does not end"
        finally:
            os.close(process)


class Sniffer:
    """Sees what goes over a device of a named network namespace, in both directions."""

    def __init__(self, namespace: str, device: str) -> None:
        opened: list[socket.socket] = []

        def open_there() -> None:
            join_network(NETNS / namespace)
            opened.append(socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ALL_KINDS)))

        thread = threading.Thread(target=open_there)  # a thread of its own may stand in another namespace
        thread.start()
        thread.join()
        (self._line,) = opened
        self._line.bind((device, ALL_KINDS))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._line.close()

    def wait(self, count: int, wanted: Callable[[bytes], bool], seconds: float) -> int:
        """Until so many packets of that kind have passed, but not longer than that; how many did."""
        deadline, seen = time.monotonic() + seconds, 0
        while seen < count and (left := deadline - time.monotonic()) > 0:
            self._line.settimeout(left)
            with contextlib.suppress(TimeoutError):
                seen += wanted(self._line.recv(2048))
        return seen


def ports_of(packet: bytes) -> tuple[str, int, int]:
    """Kind, from and to, of a UDP or TCP packet over IPv4; else nothing and zeros."""
    if packet[12:14] != b"\x08\x00" or packet[23] not in {6, 17}:
        return "", 0, 0
    start = 14 + (packet[14] & 15) * 4
    source, target = struct.unpack_from("!HH", packet, start)
    return ("TCP" if packet[23] == 6 else "UDP"), source, target


def is_of_the_tunnel(packet: bytes) -> bool:
    kind, source, target = ports_of(packet)
    return kind == "UDP" and WG_PORT in {source, target}


def is_for_the_vpn_server(packet: bytes) -> bool:
    kind, _, target = ports_of(packet)
    return kind == "UDP" and target == WG_PORT


def is_a_leak(packet: bytes) -> bool:
    return bool(ports_of(packet)[0]) and not is_of_the_tunnel(packet)
