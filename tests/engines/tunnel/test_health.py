"""What the tunnel is judged by: when the far end last answered, how the world sees us, whether the room is shut."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from matinee.engines.tunnel import health
from matinee.engines.tunnel.carrier import Lost
from matinee.engines.tunnel.health import Watch, compare_addresses, prove_shut
from matinee.engines.tunnel.names import write_names
from matinee.engines.tunnel.order import TunnelOrder
from matinee.engines.tunnel.porter import address_seen
from matinee.engines.tunnel.socks import SocksProxy
from matinee.engines.tunnel.sources import Source
from matinee.engines.tunnel.uapi import Handshake
from matinee.kernel.errors import Refused, Unreachable

SEEN = {"present": True, "received": 1, "sent": 2, "outside_packets": 0, "refused": 3}


class Porter:
    """A porter whose errands bring what is written here."""

    def __init__(self, **brings: Any) -> None:
        self.brings = {"look": SEEN, **brings}

    async def call(self, errand: str, **_given: Any) -> Any:
        return self.brings[errand]


class Carrier:
    device = "matinee0"
    closed = False

    def __init__(self, *handshakes: float) -> None:
        self.handshakes = list(handshakes)

    async def handshake(self) -> Handshake:
        return Handshake(self.handshakes.pop(0) if len(self.handshakes) > 1 else self.handshakes[0])

    async def close(self) -> None:
        self.closed = True

    async def apply(self, config: Any) -> Any: ...


def watch(carrier: Carrier, porter: Porter, now: float = 1000.0, first: float = 5.0) -> Watch:
    from pathlib import Path

    order = TunnelOrder(Path(), (Source(Path("a.conf")),), first_handshake=first)
    return Watch(carrier, porter, order, lambda: now)  # type: ignore[arg-type]


async def test_a_handshake_of_before_does_not_count_as_the_first() -> None:
    carrier = Carrier(0, 900, 1000)
    await watch(carrier, Porter()).first_handshake()
    assert carrier.handshakes == [1000]


async def test_a_server_that_stays_silent_is_told_in_words() -> None:
    with pytest.raises(Unreachable, match="is the key still valid"):
        await watch(Carrier(0), Porter(), first=0.05).first_handshake()


async def test_a_look_tells_age_and_counters() -> None:
    told = await watch(Carrier(940), Porter()).look()
    assert (told["handshake_age"], told["outside_packets"], told["refused_packets"]) == (60, 0, 3)


async def test_an_old_handshake_means_a_dead_tunnel() -> None:
    with pytest.raises(Unreachable, match="has not answered for 300 s"):
        await watch(Carrier(700), Porter()).look()


async def test_a_lost_device_is_seen_at_once() -> None:
    carrier = Carrier(1000)
    with pytest.raises(Lost, match="the tunnel's device is gone"):
        await watch(carrier, Porter(look={**SEEN, "present": False})).look()
    assert carrier.closed


async def test_the_house_s_own_address_inside_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "address_seen", lambda _url, _seconds: "198.51.100.1")
    porter: Any = Porter(address="198.51.100.1")
    with pytest.raises(Refused, match="this VPN protects nothing"):
        await compare_addresses(porter, "https://example.org")
    porter = Porter(address="203.0.113.7")
    assert await compare_addresses(porter, "https://example.org") == ("203.0.113.7", "198.51.100.1")


async def test_a_room_with_another_way_out_is_refused() -> None:
    absent = {**SEEN, "present": False}
    await prove_shut(Porter(look=absent, canary=[]), "matinee0")  # type: ignore[arg-type]
    with pytest.raises(Refused, match=r"has another way out .UDP found it."):
        await prove_shut(Porter(look=absent, canary=["UDP"]), "matinee0")  # type: ignore[arg-type]


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://example.org", "matinee"])
def test_the_probe_is_a_page_and_nothing_else(url: str) -> None:
    with pytest.raises(Refused, match="must begin with http"):
        address_seen(url, 1)


def test_the_room_s_names_are_changed_in_place(tmp_path: Any) -> None:
    file = tmp_path / "resolv.conf"
    write_names(file, ())
    inode = file.stat().st_ino
    assert "127." not in file.read_text()
    write_names(file, ("10.2.0.1", "10.2.0.2"))
    assert file.stat().st_ino == inode
    assert file.read_text().startswith("nameserver 10.2.0.1\nnameserver 10.2.0.2\noptions")


@asynccontextmanager
async def socks(answer: Callable[[bytes], bytes]) -> AsyncIterator[int]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while asked := await reader.read(512):
                writer.write(answer(asked))
        writer.close()
        gone.set()

    gone = asyncio.Event()
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]
        await gone.wait()


def proxy(*, method: int, login: int = 0, udp: int = 0) -> Callable[[bytes], bytes]:
    def answer(asked: bytes) -> bytes:
        if asked[0] == 1:
            return bytes([1, login])
        return bytes([5, udp, 0, 1]) + bytes(6) if asked[1:3] == b"\3\0" else bytes([5, method])

    return answer


async def test_a_proxy_that_lets_us_in_is_told() -> None:
    async with socks(proxy(method=0)) as port:
        assert (await SocksProxy("127.0.0.1", port).probe()).endswith("lets us in")
    async with socks(proxy(method=2, udp=7)) as port:
        said = await SocksProxy("127.0.0.1", port, "anna", "correct horse").probe()
        assert "it carries no UDP, so there are no UDP trackers" in said


async def test_a_proxy_that_does_not_is_refused() -> None:
    async with socks(proxy(method=2)) as port:
        with pytest.raises(Refused, match="wants a user name and a password"):
            await SocksProxy("127.0.0.1", port).probe()
    async with socks(proxy(method=2, login=1)) as port:
        with pytest.raises(Refused, match="refuses the user name or password"):
            await SocksProxy("127.0.0.1", port, "anna", "wrong").probe()
    async with socks(lambda _asked: b"HTTP/1.1 400") as port:
        with pytest.raises(Refused, match="speaks no SOCKS5"):
            await SocksProxy("127.0.0.1", port).probe()
    with pytest.raises(Unreachable, match="torrents wait until it does"):
        await SocksProxy("127.0.0.1", 1).probe()
