"""A port of the VPN's far end for us, asked for in NAT-PMP and held for a minute at a time."""

import secrets
import socket
import struct
import time
from dataclasses import dataclass

from matinee.kernel.errors import Refused, Unreachable

PORT = 5351
LEASE_SECONDS = 60
RENEW_SECONDS = 45
UDP, TCP = 1, 2
_FIRST_WAIT = 0.25
_TRIES = 5
_REFUSALS = {
    1: "it speaks another version of NAT-PMP",
    2: "it does not allow port forwarding: choose a server of the provider that does",
    3: "it has no network itself",
    4: "it has no ports left",
    5: "it does not know the call",
}


@dataclass(frozen=True, slots=True)
class Mapping:
    """A port of the gateway that leads to ours, for so many seconds."""

    public_port: int
    seconds: int


def forward(gateway: str, *, port: int, public: int = 0, lease: int = LEASE_SECONDS) -> Mapping:
    """Ask for TCP and UDP on one public port, the wanted one if it is free; lease 0 gives it back.

    Some gateways want to choose the inner port too: those are asked with port 0 by the caller. Blocking; call
    it inside the room.
    """
    first = _map(gateway, UDP, port, public, lease)
    second = _map(gateway, TCP, port, first.public_port, lease)
    if lease and second.public_port != first.public_port:
        raise Unreachable(f"the gateway {gateway} gave different ports for TCP and UDP")
    return Mapping(second.public_port, min(first.seconds, second.seconds))


def _map(gateway: str, protocol: int, port: int, public: int, lease: int) -> Mapping:
    asked = struct.pack("!BBHHHI", 0, protocol, 0, port, public, lease)
    answer = _ask(gateway, asked, 16)
    _inner, outer, seconds = struct.unpack_from("!HHI", answer, 8)
    return Mapping(outer, min(seconds, 86400))


def _ask(gateway: str, question: bytes, length: int) -> bytes:
    """Sent again after twice the time, as the protocol wants it; only answers of the gateway itself are read."""
    wait = _FIRST_WAIT * (1 + secrets.randbelow(100) / 1000)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        try:
            line.connect((gateway, PORT))
            for _ in range(_TRIES):
                line.send(question)
                answer = _answer(line, question[1], length, wait)
                if answer is not None:
                    return answer
                wait *= 2
        except OSError as error:
            raise Unreachable(f"the gateway {gateway} cannot be asked for a port: {error.strerror}") from error
    raise Unreachable(f"the gateway {gateway} gives no answer to NAT-PMP: has the provider switched it on for you?")


def _answer(line: socket.socket, operation: int, length: int, wait: float) -> bytes | None:
    deadline = time.monotonic() + wait
    while (left := deadline - time.monotonic()) > 0:
        line.settimeout(left)
        try:
            answer = line.recv(64)
        except TimeoutError:
            return None
        except ConnectionRefusedError:
            continue
        if len(answer) < 4 or answer[0] != 0 or answer[1] != operation + 128:
            continue
        (result,) = struct.unpack_from("!H", answer, 2)
        if result:
            raise Refused(f"the gateway gives no port: {_REFUSALS.get(result, f'error {result}')}")
        if len(answer) >= length:
            return answer
    return None
