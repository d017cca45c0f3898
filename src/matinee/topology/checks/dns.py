"""Ask a name server for a name, and read what it really answered."""

import asyncio
import ipaddress
import secrets
import struct
from dataclasses import dataclass

from matinee.kernel.errors import Refused, Unreachable

_A, _CNAME, _AAAA, _IN = 1, 5, 28, 1
_WRONG = {1: "did not understand the question", 2: "cannot resolve at the moment", 4: "does not do this"}
_REFUSED, _NO_SUCH_NAME = 5, 3
_TRIES, _PATIENCE_SECONDS = 3, 2.0


@dataclass(frozen=True, slots=True)
class DnsCheck:
    """Ask over UDP for the address of `question`; "no such name" is an answer too, unless one is expected."""

    name: str
    host: str
    port: int = 53
    question: str = "localhost"
    expect: str | None = None

    async def __call__(self) -> str:
        """Ask once, and tell what was seen."""
        number = secrets.randbelow(65536)
        try:
            query = _query(number, self.question)
        except ValueError as error:
            raise Refused(f"{self.name}: '{self.question}' is not a name that can be asked for") from error
        answer = await self._ask(query, number)
        try:
            code, found = _read(answer, number)
        except (ValueError, IndexError, struct.error) as error:
            raise Refused(f"{self.name}: the answer is not DNS") from error
        return self._in_words(code, found)

    async def _ask(self, query: bytes, number: int) -> bytes:
        """Send the question, again when it is lost, and wait for the answer that carries its number."""
        loop = asyncio.get_running_loop()
        try:
            transport, ear = await loop.create_datagram_endpoint(
                lambda: _Ear(number), remote_addr=(self.host, self.port)
            )
        except OSError as error:
            raise Unreachable(f"{self.name}: {self.host} cannot be reached ({error.strerror or error})") from error
        try:
            for _ in range(_TRIES):
                transport.sendto(query)
                done, _ = await asyncio.wait([ear.answer], timeout=_PATIENCE_SECONDS)
                if done:
                    return ear.answer.result()
        except OSError as error:
            raise Unreachable(f"{self.name}: nothing listens at {self.host}:{self.port}") from error
        finally:
            ear.answer.cancel()
            transport.close()
        raise Unreachable(f"{self.name}: no answer from {self.host}:{self.port}")

    def _in_words(self, code: int, found: list[str]) -> str:
        """What the answer means."""
        if code == _REFUSED:
            raise Refused(f"{self.name}: refuses to answer us")
        if code not in (0, _NO_SUCH_NAME):
            raise Unreachable(f"{self.name}: {_WRONG.get(code, f'answers with error {code}')}")
        said = f"{self.question} is {', '.join(found)}" if found else f"{self.question} has no address"
        if self.expect and self.expect not in found:
            raise Refused(f"{self.name}: {said}, not {self.expect}")
        return said


class _Ear(asyncio.DatagramProtocol):
    """Waits for the one answer that carries our number."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    def datagram_received(self, data: bytes, addr: object) -> None:
        if data[:2] == self.number.to_bytes(2, "big") and not self.answer.done():
            self.answer.set_result(data)

    def error_received(self, exc: Exception) -> None:
        if not self.answer.done():
            self.answer.set_exception(exc)


def _query(number: int, name: str) -> bytes:
    """A question for the A record of a name, recursion desired."""
    raw = [label.encode("idna") for label in name.rstrip(".").split(".")]
    if not all(raw):
        raise ValueError("a name has no empty parts")
    labels = b"".join(bytes([len(label)]) + label for label in raw)
    return struct.pack("!HHHHHH", number, 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack("!HH", _A, _IN)


def _read(answer: bytes, number: int) -> tuple[int, list[str]]:
    """The result code, and the addresses and other names in the answer section."""
    id, flags, questions, answers = struct.unpack_from("!HHHH", answer)
    if id != number or not flags & 0x8000:
        raise ValueError("not an answer to our question")
    at = 12
    for _ in range(questions):
        at = _name(answer, at)[1] + 4
    found = []
    for _ in range(answers):
        at = _name(answer, at)[1]
        kind, _, _, length = struct.unpack_from("!HHIH", answer, at)
        at += 10
        if kind in (_A, _AAAA):
            found.append(str(ipaddress.ip_address(answer[at : at + length])))
        elif kind == _CNAME:
            found.append(_name(answer, at)[0])
        at += length
    return flags & 0x000F, found


def _name(packet: bytes, at: int) -> tuple[str, int]:
    """The name at this place and the place after it; names may point back into the packet."""
    labels: list[str] = []
    after = None
    for _ in range(128):  # a packet of pointers to each other must come to an end
        length = packet[at]
        if length >= 0xC0:
            after = after or at + 2
            at = struct.unpack_from("!H", packet, at)[0] & 0x3FFF
        elif length:
            labels.append(packet[at + 1 : at + 1 + length].decode("ascii", "replace"))
            at += 1 + length
        else:
            return ".".join(labels), after or at + 1
    raise ValueError("an endless name")
