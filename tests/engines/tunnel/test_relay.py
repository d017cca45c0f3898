"""The relay of a room without root carries what WireGuard says, and nothing else that anybody inside sends to it."""

import asyncio
import os
import socket
from collections.abc import Iterator

import pytest

from matinee.engines.tunnel.relay import Relay, is_wireguard
from matinee.engines.tunnel.uapi import Endpoint

BEGIN = b"\1\0\0\0" + bytes(144)
KEEPALIVE = b"\4\0\0\0" + bytes(28)
UTP = b"\x41\0" + os.urandom(18)
DHT = b"d1:ad2:id20:" + bytes(20) + b"e1:q4:ping1:t2:aa1:y1:qe"
NAME = b"\xab\xcd\1\0\0\1\0\0\0\0\0\0\7tracker\4test\0\0\1\0\1"


def udp() -> socket.socket:
    line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    line.bind(("127.0.0.1", 0))
    line.setblocking(False)
    return line


@pytest.fixture
def lines() -> Iterator[list[socket.socket]]:
    """The room's side, the VPN server, WireGuard's program, and a stranger inside."""
    made = [udp() for _ in range(4)]
    yield made
    for line in made:
        line.close()


async def test_only_wireguard_s_own_program_is_heard(lines: list[socket.socket]) -> None:
    near, server, program, stranger = lines
    loop = asyncio.get_running_loop()
    relay = Relay(near, Endpoint(*server.getsockname()))
    there = near.getsockname()
    for packet in (UTP, DHT, NAME, KEEPALIVE, b""):
        stranger.sendto(packet, there)
    program.sendto(BEGIN, there)
    stranger.sendto(KEEPALIVE, there)
    program.sendto(KEEPALIVE, there)
    async with asyncio.timeout(5):
        assert [await loop.sock_recv(server, 2048) for _ in range(2)] == [BEGIN, KEEPALIVE]
        assert relay.refused == 6
        (_, caller) = (relay._far.getsockname(), relay._far.getsockname())
        server.sendto(b"\2\0\0\0" + bytes(88), caller)
        assert len(await loop.sock_recv(program, 2048)) == 92
    relay.close()


async def test_a_program_that_begins_anew_is_heard(lines: list[socket.socket]) -> None:
    near, server, before, after = lines
    loop = asyncio.get_running_loop()
    relay = Relay(near, Endpoint(*server.getsockname()))
    for program in (before, after):
        program.sendto(BEGIN, near.getsockname())
        async with asyncio.timeout(5):
            assert await loop.sock_recv(server, 2048) == BEGIN
    assert relay.refused == 0
    relay.close()


@pytest.mark.parametrize("size", [32, 48, 1452])
def test_packets_of_a_session_have_any_size(size: int) -> None:
    """They are filled up to sixteens, but for the largest, which end where the device's MTU does."""
    assert is_wireguard(b"\4\0\0\0" + bytes(size - 4))


@pytest.mark.parametrize(
    "packet", [UTP, DHT, NAME, b"", b"\1\0\0\0", BEGIN + b"\0", b"\5" + BEGIN[1:], b"\1\0\0\1" + BEGIN[4:]]
)
def test_what_has_another_form_is_not_wireguard(packet: bytes) -> None:
    assert not is_wireguard(packet)
