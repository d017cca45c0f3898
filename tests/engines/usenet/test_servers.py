import asyncio
import os
import socket
import ssl
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from matinee.engines.usenet.servers import Roster, ServerLive
from matinee.engines.usenet.tls import tls_context
from matinee.kernel.errors import Refused, Unreachable
from matinee.lab.certificates import make_certificate
from matinee.lab.news import NewsLab
from matinee.lab.news_posts import made_up
from matinee.pipeline.usenet_port import JobState, NewsServer
from tests.engines.usenet.conftest import Start, ended, server_of

FILES = {"film.mkv": made_up(900_000)}


def named(name: str, **changes: object) -> NewsServer:
    return replace(NewsServer(name, "nowhere.test"), **changes)  # type: ignore[arg-type]


def roster_of(*servers: NewsServer) -> tuple[Roster, list[ServerLive]]:
    roster = Roster(clock=lambda: 100.0)
    roster.put(servers)
    return roster, list(roster.lives)


def test_the_lowest_tier_is_asked_first_and_the_next_when_it_lacks_an_article() -> None:
    roster, (first, twin, backup) = roster_of(named("a"), named("b"), named("c", tier=1))
    assert roster.allowed(0) == first.bit | twin.bit
    assert roster.allowed(first.bit) == twin.bit
    assert roster.allowed(first.bit | twin.bit) == backup.bit
    assert roster.allowed(first.bit | twin.bit | backup.bit) == 0


def test_a_server_left_alone_is_passed_over_unless_required() -> None:
    roster, (first, backup) = roster_of(named("a"), named("b", tier=1))
    roster.block(first, 10, "down")
    assert roster.allowed(0) == backup.bit
    assert roster.allowed(backup.bit) == first.bit  # the last hope is waited for
    roster, (first, backup) = roster_of(named("a", required=True), named("b", tier=1))
    roster.block(first, 10, "down")
    assert roster.allowed(0) == first.bit
    roster, (first, backup) = roster_of(named("a", optional=True), named("b", tier=1))
    roster.block(first, 10, "down")
    assert roster.allowed(backup.bit) == 0


def test_a_used_up_quota_ends_a_server() -> None:
    roster, (block_account,) = roster_of(named("a", quota=100, used=60))
    assert roster.allowed(0)
    block_account.count(40)
    roster.change()
    assert roster.allowed(0) == 0 and roster.is_empty


def test_depth_follows_the_round_trip() -> None:
    _, (server,) = roster_of(named("a"))
    assert server.depth(0, 0) == 4
    server.round_trip = 0.03
    assert server.depth(200, 0) == 7
    assert server.depth(100_000, 0) == 20
    assert server.depth(0.001, 0) == 2
    for _ in range(3):
        server.note_cut(0)
    assert server.depth(200, 1) == 1


async def test_a_server_that_dislikes_pipelining_is_asked_one_by_one(start: Start) -> None:
    lab = NewsLab(most_outstanding=1)
    lab.start()
    try:
        engine = await start(server_of(lab, connections=2))
        job = await ended(engine, await engine.add(lab.add_post("Film", FILES, article_size=20_000)))
        assert job.state is JobState.COMPLETED, job.message
    finally:
        lab.stop()


async def test_a_server_that_does_not_know_body_is_asked_for_articles(start: Start) -> None:
    lab = NewsLab(refused=["BODY"])
    lab.start()
    try:
        engine = await start(server_of(lab))
        job = await ended(engine, await engine.add(lab.add_post("Film", FILES, article_size=20_000)))
        assert job.state is JobState.COMPLETED, job.message
        assert lab.statistics()["commands"]["ARTICLE"] == 45
    finally:
        lab.stop()


async def test_a_login_is_made_and_a_wrong_one_is_told(start: Start) -> None:
    lab = NewsLab(users={"me": "secret"})
    lab.start()
    try:
        engine = await start(server_of(lab, username="me", password="wrong"))
        id = await engine.add(lab.add_post("Film", FILES, article_size=20_000))
        revision = 0
        async with asyncio.timeout(10):
            while "refused the login" not in engine.servers()[0][1].trouble:
                revision = await engine.changed(revision)
        assert "wrong" not in engine.servers()[0][1].trouble.split(":")[0]
        await engine.set_servers([server_of(lab, username="me", password="secret")])
        assert (await ended(engine, id)).state is JobState.COMPLETED
        with pytest.raises(Refused, match="login"):
            await engine.test_server(server_of(lab, username="me", password="other"))
        assert "200" in await engine.test_server(server_of(lab, username="me", password="secret"))
    finally:
        lab.stop()


async def test_fewer_connections_than_wanted_are_enough(start: Start) -> None:
    lab = NewsLab(most_connections=2)
    lab.start()
    try:
        engine = await start(server_of(lab, connections=10))
        job = await ended(engine, await engine.add(lab.add_post("Film", FILES, article_size=20_000)))
        assert job.state is JobState.COMPLETED, job.message
    finally:
        lab.stop()


async def test_a_server_that_comes_back_is_used_again(lab: NewsLab, start: Start) -> None:
    nzb = lab.add_post("Film", FILES, article_size=20_000)
    lab.pause()
    engine = await start(server_of(lab))
    id = await engine.add(nzb)
    revision = 0
    async with asyncio.timeout(10):
        while not engine.servers()[0][1].trouble:
            revision = await engine.changed(revision)
    lab.start()
    assert (await ended(engine, id)).state is JobState.COMPLETED


async def test_certificates_are_checked_as_strictly_as_wished(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = make_certificate(tmp_path, "127.0.0.1")
    lab = NewsLab(certificate=certificate)
    lab.start()
    try:
        engine = await start()
        with pytest.raises(Unreachable, match="not trusted"):
            await engine.test_server(server_of(lab, tls=True))
        assert "TLSv1.3" in await engine.test_server(server_of(lab, tls=True, verify=0))
        assert "TLSv1.2" in await engine.test_server(
            server_of(lab, tls=True, verify=0, ciphers="ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256")
        )
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert "200" in await engine.test_server(server_of(lab, tls=True, verify=2))
        with pytest.raises(Unreachable, match="not trusted"):
            await engine.test_server(server_of(lab, tls=True, verify=2, host="localhost"))
        assert "200" in await engine.test_server(server_of(lab, tls=True, verify=1, host="localhost"))
        await engine.set_servers([server_of(lab, tls=True, verify=2)])
        job = await ended(engine, await engine.add(lab.add_post("Film", FILES, article_size=20_000)))
        assert job.state is JobState.COMPLETED
    finally:
        lab.stop()


async def test_a_port_without_tls_is_told(lab: NewsLab, start: Start) -> None:
    engine = await start()
    with pytest.raises(Unreachable, match="TLS"):
        await engine.test_server(server_of(lab, tls=True))
    assert ssl.HAS_TLSv1_3


async def test_ipv6_is_spoken(start: Start) -> None:
    try:
        lab = NewsLab(host="::1")
        lab.start()
    except OSError:
        pytest.skip("there is no IPv6 here")
    try:
        engine = await start(server_of(lab, ip_version=6))
        job = await ended(engine, await engine.add(lab.add_post("Film", FILES, article_size=20_000)))
        assert job.state is JobState.COMPLETED
    finally:
        lab.stop()


def test_many_calls_read_the_authorities_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(make_certificate(tmp_path, "127.0.0.1")))
    servers = [NewsServer(f"s{at}", "nowhere.test") for at in range(16)]
    with ThreadPoolExecutor(len(servers)) as callers:
        contexts = set(callers.map(tls_context, servers))
    assert len(contexts) == 1
    assert contexts.pop().get_ca_certs()
    assert tls_context(NewsServer("any", "nowhere.test", verify=0)).cert_store_stats()["x509"] == 0


def test_authorities_that_changed_are_read_anew(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    trusted = make_certificate(tmp_path, "127.0.0.1")
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    server = NewsServer("a", "nowhere.test")
    before = tls_context(server)
    assert tls_context(server) is before
    os.utime(trusted, ns=(1, 1))
    assert tls_context(server) is not before


async def test_an_address_that_is_dead_is_no_reason_not_to_try_the_next(
    lab: NewsLab, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name with an IPv6 and an IPv4 address, where only the latter answers."""
    families: list[int] = []

    def both(host: str, port: int, family: int, kind: int) -> list[tuple[object, ...]]:
        families.append(family)
        six = (socket.AF_INET6, kind, 0, "", ("::1", 1, 0, 0))
        four = (socket.AF_INET, kind, 0, "", (lab.host, port))
        return [one for one in (six, four) if family in (socket.AF_UNSPEC, one[0])]

    monkeypatch.setattr("matinee.engines.usenet.dial.socket.getaddrinfo", both)
    engine = await start()
    assert "200" in await engine.test_server(server_of(lab, host="news.test"))
    assert "200" in await engine.test_server(server_of(lab, host="news.test", ip_version=4))
    with pytest.raises(Unreachable):
        await engine.test_server(server_of(lab, host="news.test", ip_version=6))
    assert families == [socket.AF_UNSPEC, socket.AF_INET, socket.AF_INET6]
