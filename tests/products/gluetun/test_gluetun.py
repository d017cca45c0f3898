"""Gluetun's control server, spoken in both directions."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx2
import pytest

from matinee.kernel.errors import Refused, Unreachable
from matinee.pipeline.tunnel_port import Mode, TunnelState
from matinee.products.gluetun.auth import EVERYTHING, Role
from matinee.products.gluetun.client import GluetunTunnel
from matinee.products.gluetun.server import gluetun_app

OWNER = Role("owner", EVERYTHING, auth="none")
UP = TunnelState(Mode.NETNS, up=True, config="nl.conf", address_inside="198.51.100.7", port=40001)


class OurTunnel:
    """A tunnel that is as it is told to be."""

    def __init__(self, state: TunnelState = UP) -> None:
        self.state, self.revision = state, 1
        self._changed = asyncio.Condition()

    async def changed_since(self, revision: int, seconds: float) -> int:
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(lambda: self.revision != revision)
        return self.revision

    async def want(self, wanted: bool) -> None:
        async with self._changed:
            self.state = replace(self.state, wanted=wanted, up=wanted)
            self.revision += 1
            self._changed.notify_all()

    def on_port(self, listener: Callable[[int], None]) -> None: ...


def asked(tunnel: OurTunnel, *roles: Role, **login: str) -> GluetunTunnel:
    transport = httpx2.ASGITransport(gluetun_app(tunnel, roles or (OWNER,)))
    return GluetunTunnel("http://gluetun:8000/v1/", transport=transport, **login)


def answering(answer: Callable[[httpx2.Request], httpx2.Response]) -> GluetunTunnel:
    return GluetunTunnel("http://gluetun:8000", transport=httpx2.MockTransport(answer))


async def test_client_and_server_understand_each_other() -> None:
    tunnel = OurTunnel()
    client = asked(tunnel)
    seen = await client.state()
    assert (seen.up, seen.address_inside, seen.port) == (True, "198.51.100.7", 40001)
    assert await client.probe() == "the VPN is up, seen as 198.51.100.7, port 40001"
    await client.want(False)
    assert not tunnel.state.wanted
    with pytest.raises(Refused, match="is stopped: start its VPN"):
        await client.probe()
    await client.close()


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/v1/vpn/status", {"status": "running"}),
        ("/v1/openvpn/status", {"status": "running"}),
        ("/v1/portforward", {"port": 40001, "ports": [40001]}),
        ("/v1/openvpn/portforwarded", {"port": 40001, "ports": [40001]}),
        ("/v1/dns/status", {"status": "running"}),
        ("/v1/updater/status", {"status": "completed"}),
    ],
)
async def test_every_question_is_answered_as_gluetun_does(path: str, answer: dict[str, Any]) -> None:
    async with plain(OurTunnel()) as client:
        assert (await client.get(path)).json() == answer
        assert (await client.get("/v1/publicip/ip")).json()["public_ip"] == "198.51.100.7"
        assert (await client.get("/v1/version")).json()["version"].startswith("matinee")
        assert (await client.get("/v1/vpn/settings")).json()["type"] == "wireguard"


async def test_all_ports_are_told() -> None:
    tunnel = OurTunnel(replace(UP, port=10002, ports=(10002, 20002, 30002)))
    async with plain(tunnel) as client:
        assert (await client.get("/v1/portforward")).json() == {"port": 10002, "ports": [10002, 20002, 30002]}


async def test_prometheus_is_answered_where_a_role_allows_it() -> None:
    async with plain(OurTunnel()) as client:
        answer = await client.get("/metrics")
        assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
        assert "matinee_tunnel_up 1.0\n" in answer.text
    async with plain(OurTunnel(), Role("port", ("GET /v1/portforward",), auth="none")) as client:
        assert (await client.get("/metrics")).status_code == 401


async def test_orders_are_judged() -> None:
    async with plain(OurTunnel()) as client:
        assert (await client.put("/v1/vpn/status", json={"status": "stopped"})).json() == {"outcome": "stopped"}
        for body in (b"", b"[]", b'{"status": "sideways"}', b"x" * 10_000):
            assert (await client.put("/v1/vpn/status", content=body)).status_code == 400
        assert (await client.put("/v1/portforward", json={"ports": [1]})).status_code == 405


async def test_a_role_allows_its_own_routes_and_no_others() -> None:
    role = Role("port", ("GET /v1/portforward",), apikey="correct horse battery")
    client = asked(OurTunnel(), role, apikey="correct horse battery")
    assert await client.port() == 40001
    with pytest.raises(Refused, match=r'does not let us ask "GET /v1/vpn/status": add that route to a role'):
        await client.state()
    await client.close()


@pytest.mark.parametrize("login", [{}, {"apikey": "wrong"}, {"username": "anna", "password": "wrong"}])
async def test_without_proof_nothing_is_answered(login: dict[str, str]) -> None:
    roles = (Role("a", EVERYTHING, apikey="right"), Role("b", EVERYTHING, "basic", username="anna", password="right"))
    client = asked(OurTunnel(), *roles, **login)
    with pytest.raises(Refused, match="give us the role's key or password"):
        await client.port()
    await client.close()


async def test_a_name_and_a_password_are_proof_too() -> None:
    role = Role("b", EVERYTHING, "basic", username="anna", password="right")
    client = asked(OurTunnel(), role, username="anna", password="right")
    assert await client.port() == 40001
    await client.close()


def test_a_role_without_a_secret_is_refused() -> None:
    with pytest.raises(Refused, match="needs an apikey"):
        Role("a", EVERYTHING)
    with pytest.raises(Refused, match="needs username and password"):
        Role("a", EVERYTHING, "basic", username="anna")


async def test_an_old_gluetun_is_asked_at_the_old_place() -> None:
    def old(request: httpx2.Request) -> httpx2.Response:
        known = request.url.path == "/v1/openvpn/portforwarded"
        return httpx2.Response(200, json={"port": 4711}) if known else httpx2.Response(404)

    client = answering(old)
    assert await client.port() == 4711
    await client.close()


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"status": 7}', b'{"status": "fine"}'])
async def test_something_else_at_that_address_is_refused(body: bytes) -> None:
    client = answering(lambda _request: httpx2.Response(200, content=body))
    with pytest.raises((Refused, Unreachable)):
        await client.state()
    await client.close()


@pytest.mark.parametrize("port", ["80", -1, 70000, True, None, [1]])
async def test_a_port_that_is_none_is_none(port: object) -> None:
    client = answering(lambda _request: httpx2.Response(200, json={"port": port}))
    assert await client.port() == 0
    await client.close()


async def test_a_changed_port_is_told() -> None:
    tunnel, heard = OurTunnel(), asyncio.Queue[int]()
    client = asked(tunnel)
    following = asyncio.create_task(client.follow_port(heard.put, pause=0.01))
    async with asyncio.timeout(5):
        assert await heard.get() == 40001
        tunnel.state = replace(tunnel.state, port=40002)
        assert await heard.get() == 40002
    following.cancel()
    await client.close()


async def test_news_of_our_own_tunnel_arrive_as_they_happen() -> None:
    tunnel, heard = OurTunnel(), asyncio.Queue[dict[str, Any]]()
    client = asked(tunnel)
    following = asyncio.create_task(client.follow_state(heard.put))
    async with asyncio.timeout(5):
        assert (await heard.get())["up"]
        await tunnel.want(False)
        assert not (await heard.get())["up"]
    following.cancel()
    await client.close()


def plain(tunnel: OurTunnel, role: Role = OWNER) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(gluetun_app(tunnel, (role,))), base_url="http://tunnel")
