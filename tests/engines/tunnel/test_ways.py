"""Each provider's own way to a port, spoken with a server of ours that answers as theirs do; none was theirs."""

import asyncio
import json
import os
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest

from matinee.engines.tunnel import porter
from matinee.engines.tunnel.carrier import Carried
from matinee.engines.tunnel.inside import Room
from matinee.engines.tunnel.ports import Given
from matinee.engines.tunnel.uapi import Endpoint
from matinee.engines.tunnel.ways import call as calls
from matinee.engines.tunnel.ways import pia_calls, privatevpn_calls
from matinee.engines.tunnel.ways.choice import way_to_ports
from matinee.engines.tunnel.ways.perfect_privacy import ports_of
from matinee.engines.tunnel.ways.pia import BIND_AGAIN, MEMORY
from matinee.engines.tunnel.ways.program import Program, ports_in
from matinee.engines.tunnel.ways.wish import By, PortWish
from matinee.engines.tunnel.wireguard import carried
from matinee.engines.tunnel.wireguard_file import read_wireguard
from matinee.kernel.errors import Refused, Unreachable
from tests.engines.tunnel.providers import GATEWAY, PASSWORD, SITES, USERNAME, Authority, Providers, served

LOGIN = (USERNAME, PASSWORD)
CARRIED = Carried(("10.20.203.88/32", "fd00::2/128"), ("0.0.0.0/0",), 1420, ("10.0.0.243",), server="127.0.0.1")


class Straight:
    """A porter that stands where we stand."""

    async def call(self, errand: str, **given: Any) -> Any:
        return await asyncio.to_thread(porter.CALLS[errand], **given)


@dataclass
class Net:
    """What answers, what it was asked, and where our files lie."""

    providers: Providers
    asked: list[str]
    folder: Path

    def wish(self, **more: Any) -> PortWish:
        return replace(PortWish(By.PIA, authority=self.folder / "authority.pem", server=GATEWAY), **more)

    def way(self, wish: PortWish, login: tuple[str, str] = LOGIN, carried: Carried = CARRIED) -> Any:
        return way_to_ports(wish, login, carried, Straight(), self.folder)  # type: ignore[arg-type]


@pytest.fixture
def net(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Net]:
    world, theirs = Authority("A public authority"), Authority("The provider's own", strict=False)
    (tmp_path / "authority.pem").write_text(theirs.pem)
    site, gateway = world.issue(tmp_path / "site.pem", *SITES), theirs.issue(tmp_path / "gateway.pem", GATEWAY)
    asked: list[str] = []
    providers = Providers(asked.append)
    with served(providers, "127.0.0.1", 0, site) as port, served(providers, "127.0.0.1", 0, gateway) as inner:
        for module in (pia_calls, privatevpn_calls):
            here = replace(module.SITE, port=port, address="127.0.0.1", authority=world.pem)
            monkeypatch.setattr(module, "SITE", here)
        monkeypatch.setattr(pia_calls, "GATEWAY_PORT", inner)
        yield Net(providers, asked, tmp_path)


async def test_pia_signs_a_port_and_binds_it(net: Net) -> None:
    assert await net.way(net.wish()).ask() == Given((47047,), BIND_AGAIN)
    assert net.asked == ["/api/client/v2/token", "/getSignature", "/bindPort"]
    assert net.providers.bound == {47047}
    assert BIND_AGAIN < 15 * 60


async def test_pia_s_port_is_bound_again_and_survives_a_restart(net: Net) -> None:
    way = net.way(net.wish())
    await way.ask()
    assert (await way.ask()).ports == (47047,)
    assert (await net.way(net.wish()).ask()).ports == (47047,)
    assert net.asked.count("/getSignature") == 1
    assert net.asked.count("/bindPort") == 3
    assert (net.folder / MEMORY).stat().st_mode & 0o777 == 0o600


async def test_pia_s_port_is_another_one_when_the_old_one_ends(net: Net) -> None:
    net.providers.lives = 600
    way = net.way(net.wish())
    assert (await way.ask()).ports == (47047,)
    assert (await way.ask()).ports == (47048,)


async def test_pia_s_port_is_another_one_when_the_old_one_is_no_longer_bound(net: Net) -> None:
    way = net.way(net.wish())
    await way.ask()
    net.providers._secret = b"another"
    assert (await way.ask()).ports == (47048,)


@pytest.mark.parametrize("spoilt", ["", "{}", '{"payload": "e30=", "signature": "x"}', "[" * 5000, "\udcff"])
async def test_a_spoilt_memory_is_no_memory(net: Net, spoilt: str) -> None:
    (net.folder / MEMORY).write_bytes(spoilt.encode("utf-8", "surrogateescape"))
    assert (await net.way(net.wish()).ask()).ports == (47047,)


async def test_the_port_of_another_account_is_not_ours(net: Net) -> None:
    await net.way(net.wish()).ask()
    told = json.loads((net.folder / MEMORY).read_text())
    (net.folder / MEMORY).write_text(json.dumps({**told, "username": "somebody"}))
    assert (await net.way(net.wish()).ask()).ports == (47048,)


async def test_a_wrong_login_is_told_and_no_secret_with_it(net: Net) -> None:
    with pytest.raises(Refused, match=r"correct tunnel\.username and tunnel\.password") as refused:
        await net.way(net.wish(), ("p0000000", "wrong horse")).ask()
    assert "horse" not in str(refused.value) + str(refused.value.__cause__)


async def test_a_server_without_ports_is_told(net: Net) -> None:
    net.providers.forwards = False
    with pytest.raises(Refused, match="choose a server that forwards ports") as refused:
        await net.way(net.wish()).ask()
    assert "t" * 128 not in str(refused.value)
    with pytest.raises(Refused, match="choose one that does"):
        await net.way(PortWish(By.PRIVATEVPN)).ask()


async def test_a_gateway_of_another_name_is_not_trusted(net: Net) -> None:
    with pytest.raises(Refused, match="certificate that is not to be trusted"):
        await net.way(net.wish(server="berlin402")).ask()
    assert "/getSignature" not in net.asked, "the token was told to a stranger"


async def test_without_a_name_any_gateway_of_theirs_is_trusted_and_no_other(net: Net) -> None:
    assert (await net.way(net.wish(server="")).ask()).ports == (47047,)
    (net.folder / MEMORY).unlink()
    (net.folder / "authority.pem").write_text(Authority("The provider's own").pem)
    with pytest.raises(Refused, match="certificate that is not to be trusted"):
        await net.way(net.wish(server="")).ask()


@pytest.mark.parametrize(
    ("wish", "login", "words"),
    [
        ({}, ("", ""), r"set tunnel\.username and tunnel\.password"),
        ({"authority": None}, LOGIN, "needs the file of its certificate authority"),
        ({"authority": Path("/nonexistent/ca.crt")}, LOGIN, "the certificate authority cannot be read"),
        ({"authority": Path("/etc/hostname")}, LOGIN, "this is no certificate in PEM"),
        ({"gateway": "gateway.example"}, LOGIN, r"is unknown: set tunnel\.gateway"),
        ({"by": By.PROGRAM}, LOGIN, "is not named"),
    ],
)
def test_what_is_missing_is_told_before_anybody_is_asked(net: Net, wish: Any, login: Any, words: str) -> None:
    with pytest.raises(Refused, match=words):
        net.way(net.wish(**wish), login)


async def test_perfect_privacy_s_ports_follow_from_the_address(net: Net) -> None:
    assert ports_of(IPv4Address("10.0.203.88")) == (12904, 22904, 32904)
    assert ports_of(IPv4Address("10.0.16.1")) == (10001, 20001, 30001)
    assert (await net.way(PortWish(By.PERFECT_PRIVACY)).ask()).ports == (12904, 22904, 32904)
    assert net.asked == []
    with pytest.raises(Refused, match="this tunnel has none"):
        await net.way(PortWish(By.PERFECT_PRIVACY), carried=replace(CARRIED, addresses=("fd00::2/128",))).ask()


async def test_privatevpn_names_the_port_of_an_address(net: Net) -> None:
    assert (await net.way(PortWish(By.PRIVATEVPN)).ask()).ports == (61588,)
    assert net.asked == ["/v3/Api/port"]


@pytest.mark.parametrize(
    ("status", "body", "kind", "words"),
    [
        (200, b"<html>", Refused, "not as we know it"),
        (200, b"[1]", Refused, "not as we know it"),
        (200, b"[" * 60_000, Refused, "not as we know it"),
        (200, b" " * 70_000, Refused, "more than 64 kB"),
        (200, b'{"supported": true, "status": "Port 91527 UDP/TCP"}', Refused, "a port that is none"),
        (200, b'{"supported": true, "status": "all of them"}', Refused, r"set torrent\.port"),
        (302, b"{}", Refused, "choose one that does"),
        (403, b"no", Refused, "choose one that does"),
        (429, b"{}", Unreachable, "trouble of its own"),
        (503, b"{}", Unreachable, "trouble of its own"),
    ],
)
async def test_answers_are_judged(net: Net, status: int, body: bytes, kind: type[Exception], words: str) -> None:
    net.providers.says = lambda _path: (status, body)
    with pytest.raises(kind, match=words):
        await net.way(PortWish(By.PRIVATEVPN)).ask()


@pytest.mark.parametrize(
    "signed",
    ["", "e30=", "!", "W10=", "eyJwb3J0IjogNzAwMDAsICJleHBpcmVzX2F0IjogIjIwMzAtMDEtMDEifQ==", "x" * 5000],
)
async def test_a_strange_signature_is_none(net: Net, signed: str) -> None:
    said = json.dumps({"status": "OK", "payload": signed, "signature": "s"}).encode()
    net.providers.says = lambda path: (200, said) if path == "/getSignature" else None
    with pytest.raises(Refused, match="it may have changed its call"):
        await net.way(net.wish()).ask()


def test_who_answers_a_byte_at_a_time_is_hung_up_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The whole call has its time, not each byte."""
    monkeypatch.setattr(calls, "SECONDS", 0.3)
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as door:

        def drip() -> None:
            line, _ = door.accept()
            with line:
                while not over.wait(0.05):
                    line.send(b"\x16")

        thread = threading.Thread(target=drip)
        thread.start()
        far = calls.FarEnd("it", "x.example", door.getsockname()[1], "127.0.0.1")
        with pytest.raises(Unreachable, match="gives no answer"):
            calls.call(far, "/")
        over.set()
        thread.join()


class Here:
    """A room without walls: what is started in it is started here."""

    room = Room(Path(), holder=os.getpid())


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(Room, "arguments", lambda _room, words, parent: ["-c", RUN, *words])

    def written(text: str, seconds: float = 10, mode: int = 0o755) -> Program:
        file = tmp_path / "port"
        file.write_text(text)
        file.chmod(mode)
        return Program(Here(), file, {"MATINEE_TUNNEL_GATEWAY": "10.2.0.1"}, seconds=seconds)  # type: ignore[arg-type]

    return written


RUN = "import os, sys; os.execv(sys.argv[1], sys.argv[1:])"


async def test_a_program_of_the_owner_s_prints_the_port(program: Any) -> None:
    assert (await program("#!/bin/sh\necho 40001\n").ask()).ports == (40001,)
    assert (await program("#!/bin/sh\necho 40001, 40002\n").ask()).ports == (40001, 40002)


async def test_the_program_is_told_the_tunnel_and_none_of_our_secrets(
    program: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATINEE_TUNNEL_PASSWORD", "40404")
    way = program('#!/bin/sh\n[ "$MATINEE_TUNNEL_GATEWAY" = 10.2.0.1 ] && echo ${MATINEE_TUNNEL_PASSWORD:-40001}\n')
    assert (await way.ask()).ports == (40001,)


async def test_a_program_that_hangs_is_ended_with_all_it_started(program: Any, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    held = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    way = program(f"#!/bin/sh\n(exec 3>{pipe}; echo begun >&3; sleep 600) & wait\n", 0.5)
    with pytest.raises(Unreachable, match="has told no port within"):
        await way.ask()
    os.set_blocking(held, True)
    assert os.read(held, 64) == b"begun\n"
    assert os.read(held, 64) == b"", "the end of the last process that held the pipe"
    os.close(held)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("#!/bin/sh\necho no server >&2; exit 3\n", "ended with status 3: no server"),
        ("#!/bin/sh\n", "must print the port and nothing else"),
        ("#!/bin/sh\necho port 40001\n", "must print the port and nothing else"),
        ("#!/bin/sh\necho 70000\n", "a port that is none"),
        ("#!/bin/sh\necho 0\n", "a port that is none"),
        ("#!/bin/sh\nhead -c 10000000 /dev/zero\n", "must print the port and nothing else"),
    ],
)
async def test_what_the_program_says_is_judged(program: Any, text: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        await program(text).ask()


async def test_a_program_that_others_can_change_is_not_run(program: Any, tmp_path: Path) -> None:
    for mode, words in ((0o777, "can be changed by others"), (0o775, "chmod go-w"), (0o644, "chmod")):
        with pytest.raises(Refused, match=words):
            await program("#!/bin/sh\necho 40001\n", mode=mode).ask()
    for file in (Path("port"), tmp_path / "missing", tmp_path):
        with pytest.raises(Refused):
            await Program(Here(), file, {}).ask()  # type: ignore[arg-type]


def test_digits_of_other_scripts_are_no_port() -> None:
    with pytest.raises(Refused):
        ports_in("٤٠٠٠١".encode(), Path("port"))


def test_wireguard_knows_whom_pia_s_call_is_made_to() -> None:
    """The VPN server's own address, asked through the tunnel; the DNS server gives no ports there."""
    from tests.engines.tunnel.test_wireguard_file import least

    config = read_wireguard(least(), "a.conf")
    assert carried(config, [Endpoint("198.51.100.7", 1337)]).server == "198.51.100.7"
