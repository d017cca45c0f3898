"""A port at the VPN's far end is asked for in NAT-PMP, held, and told when it is another one."""

import asyncio
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from matinee.engines.tunnel import natpmp
from matinee.engines.tunnel.ports import PortKeeper
from matinee.engines.tunnel.presets import PRESETS, preset
from matinee.engines.tunnel.ways.natpmp import NatPmp
from matinee.kernel.errors import NotFound, Refused, Unreachable

Answer = Callable[[bytes], list[bytes]]


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Answer], list[bytes]]]:
    """A gateway on loopback that answers as it is told and keeps what it was asked."""
    door = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    door.bind(("127.0.0.1", 0))
    monkeypatch.setattr(natpmp, "PORT", door.getsockname()[1])
    monkeypatch.setattr(natpmp, "_FIRST_WAIT", 0.02)
    threads: list[threading.Thread] = []

    def run(answer: Answer) -> list[bytes]:
        asked: list[bytes] = []

        def serve() -> None:
            while True:
                question, caller = door.recvfrom(64)
                if question == b"end":
                    return
                asked.append(question)
                for each in answer(question):
                    door.sendto(each, caller)

        threads.append(threading.Thread(target=serve))
        threads[-1].start()
        return asked

    yield run
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ending:
        ending.sendto(b"end", door.getsockname())
    for thread in threads:
        thread.join()
    door.close()


def mapped(question: bytes, public: int = 40001, result: int = 0) -> bytes:
    inner, _, seconds = struct.unpack_from("!HHI", question, 4)
    return struct.pack("!BBHIHHI", 0, question[1] + 128, result, 7, inner, public, seconds)


def test_a_port_is_given_for_both_protocols(gateway: Any) -> None:
    asked = gateway(lambda question: [mapped(question)])
    assert natpmp.forward("127.0.0.1", port=1) == natpmp.Mapping(40001, 60)
    assert [question[1] for question in asked] == [natpmp.UDP, natpmp.TCP]
    assert struct.unpack_from("!H", asked[1], 6) == (40001,), "TCP is asked for with the port that UDP got"


def test_a_lost_question_is_asked_again(gateway: Any) -> None:
    asked: list[bytes] = []

    def answer(question: bytes) -> list[bytes]:
        asked.append(question)
        return [mapped(question)] if len(asked) > 2 else []

    seen = gateway(answer)
    assert natpmp.forward("127.0.0.1", port=1).public_port == 40001
    assert len(seen) == 4


def test_strange_answers_are_not_read(gateway: Any) -> None:
    gateway(lambda question: [b"", b"\0", b"\1\x82" + bytes(14), mapped(question)[:9], mapped(question)])
    assert natpmp.forward("127.0.0.1", port=1).public_port == 40001


def test_a_refusal_is_told_in_words(gateway: Any) -> None:
    gateway(lambda question: [mapped(question, result=2)])
    with pytest.raises(Refused, match="choose a server of the provider that does"):
        natpmp.forward("127.0.0.1", port=1)


def test_silence_is_told_in_words(gateway: Any) -> None:
    gateway(lambda _question: [])
    with pytest.raises(Unreachable, match="no answer to NAT-PMP"):
        natpmp.forward("127.0.0.1", port=1)


class Errands:
    """A porter who is given ports in this order."""

    def __init__(self, *ports: int | Exception) -> None:
        self.ports, self.asked = list(ports), []  # type: tuple[list[int | Exception], list[dict[str, Any]]]

    async def call(self, _errand: str, **given: Any) -> Any:
        self.asked.append(given)
        port = self.ports.pop(0) if len(self.ports) > 1 else self.ports[0]
        if isinstance(port, Exception):
            raise port
        return {"public_port": port, "seconds": 60}


async def told(errands: Errands, count: int, **more: Any) -> list[int]:
    """The first so many ports that are told, 0 for none."""
    heard: list[int] = []
    enough = asyncio.Event()

    async def on_ports(ports: tuple[int, ...], _words: str) -> None:
        heard.append(ports[0] if ports else 0)
        if len(heard) == count:
            enough.set()

    keeper = PortKeeper(NatPmp(errands, "10.2.0.1", renew=0.001, **more), on_ports)  # type: ignore[arg-type]
    work = asyncio.create_task(keeper.run())
    async with asyncio.timeout(5):
        await enough.wait()
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    return heard


async def test_a_port_is_renewed_and_a_new_one_is_told() -> None:
    errands = Errands(40001, 40001, 40002)
    assert (await told(errands, 3))[:3] == [40001, 40001, 40002]
    assert errands.asked[1]["public"] == 40001, "the port we have is asked for again"


async def test_when_the_tunnel_ends_there_is_no_port() -> None:
    assert (await told(Errands(40001), 1))[-1] == 0


async def test_a_refusing_gateway_takes_the_port_away() -> None:
    assert (await told(Errands(Refused("no")), 1)) == [0, 0]


async def test_a_gateway_by_the_book_gives_the_same_port_inside() -> None:
    errands = Errands(40001)
    assert (await told(errands, 1, arrives_as="inner"))[0] == 40001
    assert [(each["port"], each["lease"]) for each in errands.asked[:3]] == [(1, 60), (1, 0), (40001, 60)]


def test_providers_are_known_however_they_are_written() -> None:
    assert preset("proton vpn").speaks_natpmp
    assert preset("PROTONVPN").gateway == "10.2.0.1"
    assert preset("pia").name == "Private Internet Access"
    assert not preset("mullvad").speaks_natpmp
    with pytest.raises(NotFound):
        preset("")
    with pytest.raises(NotFound, match="name one of ProtonVPN"):
        preset("nobody")
    assert all(each.ports_in_words for each in PRESETS)


def test_whose_call_gives_a_port_is_known() -> None:
    by = {each.name: each.by for each in PRESETS if each.forwards_ports}
    assert by == {
        "ProtonVPN": "nat-pmp",
        "Private Internet Access": "pia",
        "Perfect Privacy": "perfect-privacy",
        "PrivateVPN": "privatevpn",
    }
