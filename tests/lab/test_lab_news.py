"""The news server of the lab: it sends what was posted, counts, and misbehaves as told."""

import asyncio
import importlib
import json
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from matinee.lab.certificates import make_certificate
from matinee.lab.news import NewsLab
from matinee.lab.news_faults import Fault
from matinee.lab.news_posts import Posted, made_up

sabctools: Any = importlib.import_module("sabctools")
FILM = made_up(200_000, 3)


def ask(lab: NewsLab, commands: Sequence[str], *, trusts: Path | None = None, wait: float = 5.0) -> list[Any]:
    """Ask everything at once; the answers behind the greeting, until all came or the line is dead."""
    caller = socket.create_connection((lab.host, lab.port), timeout=wait)
    if trusts is not None:
        caller = ssl.create_default_context(cafile=str(trusts)).wrap_socket(caller, server_hostname=lab.host)
    decoder = sabctools.Decoder(2**20)
    answers: list[Any] = []
    with caller:
        caller.sendall("".join(f"{command}\r\n" for command in commands).encode())
        while len(answers) <= len(commands):
            try:
                got = caller.recv_into(decoder)
            except (TimeoutError, ConnectionError):
                break
            if not got:
                break
            decoder.process(got)
            answers += list(decoder)
    return answers[1:]


def bodies(posted: Posted) -> list[str]:
    return [f"BODY <{one}>" for one in posted.ids]


async def test_what_was_posted_comes_back(tmp_path: Path) -> None:
    async with NewsLab() as lab:
        posted = lab.post("film.mkv", FILM, article_size=30_000)
        answers = await asyncio.to_thread(ask, lab, bodies(posted))
        assert b"".join(bytes(one.data) for one in answers) == FILM
        assert all(one.crc == one.crc_expected for one in answers)
        assert max(lab.statistics()["outstanding"]) == 7


async def test_it_comes_back_through_tls(tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path)
    async with NewsLab(certificate=certificate) as lab:
        posted = lab.post("film.mkv", FILM, article_size=30_000)
        answers = await asyncio.to_thread(ask, lab, bodies(posted), trusts=certificate)
        assert b"".join(bytes(one.data) for one in answers) == FILM


async def test_an_article_has_its_head_and_stat_has_none() -> None:
    async with NewsLab() as lab:
        posted = lab.post("film.mkv", FILM[:100])
        one = posted.ids[0]
        answers = await asyncio.to_thread(ask, lab, [f"ARTICLE <{one}>", f"STAT <{one}>", "STAT <nobody>", "DANCE"])
        assert [answer.status_code for answer in answers] == [220, 223, 430, 500]
        assert any("Subject:" in line for line in answers[0].lines)
        assert bytes(answers[0].data) == FILM[:100]


async def test_nobody_reads_without_a_password() -> None:
    async with NewsLab(users={"me": "mine"}) as lab:
        posted = lab.post("film.mkv", FILM[:100])
        words = [*bodies(posted), "AUTHINFO USER me", "AUTHINFO PASS yours", "AUTHINFO PASS mine", *bodies(posted)]
        answers = await asyncio.to_thread(ask, lab, words)
        assert [answer.status_code for answer in answers] == [480, 381, 481, 281, 222]


async def test_latency_is_for_each_command_and_passes_at_once_when_pipelined() -> None:
    async with NewsLab(latency=0.1) as lab:
        posted = lab.post("film.mkv", FILM, article_size=30_000)
        start = time.monotonic()
        assert len(await asyncio.to_thread(ask, lab, bodies(posted))) == 7
        assert 0.1 <= time.monotonic() - start < 0.4


@pytest.mark.parametrize(
    ("fault", "code"), [(Fault.MISSING, 430), (Fault.BUSY, 400), (Fault.LOGIN, 480), (Fault.FORBIDDEN, 502)]
)
async def test_a_fault_by_its_code(fault: Fault, code: int) -> None:
    async with NewsLab() as lab:
        posted = lab.post("film.mkv", FILM[:100])
        lab.faults.choose(posted.ids[0], fault)
        answers = await asyncio.to_thread(ask, lab, bodies(posted))
        assert [answer.status_code for answer in answers] == [code]
        again = await asyncio.to_thread(ask, lab, bodies(posted))
        assert [answer.status_code for answer in again] == [430 if fault is Fault.MISSING else 222]


async def test_a_corrupt_article_fails_its_checksum() -> None:
    async with NewsLab() as lab:
        posted = lab.post("film.mkv", FILM)
        lab.faults.choose(posted.ids[0], Fault.CORRUPT)
        [answer] = await asyncio.to_thread(ask, lab, bodies(posted))
        assert answer.crc is None
        assert sum(one != other for one, other in zip(answer.data, FILM, strict=True)) == 1


async def test_a_truncated_article_is_shorter_and_a_mislabelled_one_lies() -> None:
    async with NewsLab() as lab:
        posted = lab.post("film.mkv", FILM, article_size=100_000)
        lab.faults.choose(posted.ids[0], Fault.TRUNCATED)
        lab.faults.choose(posted.ids[1], Fault.MISLABELLED)
        short, lying = await asyncio.to_thread(ask, lab, bodies(posted))
        assert 0 < short.bytes_decoded < 100_000
        assert lying.part_begin == 400_000_000_000


async def test_a_line_goes_dead_once() -> None:
    async with NewsLab() as lab:
        posted = lab.post("film.mkv", FILM)
        for fault in (Fault.DROP, Fault.SLOW, Fault.HANG):
            lab.faults.choose(posted.ids[0], fault)
            assert await asyncio.to_thread(ask, lab, bodies(posted), wait=0.2) == []
            assert len(await asyncio.to_thread(ask, lab, bodies(posted))) == 1


async def test_rates_hit_the_same_articles_each_time() -> None:
    async with NewsLab(rates={Fault.MISSING: 300_000}, seed=1) as lab:
        posted = lab.post("film.mkv", FILM, article_size=1000)
        first = await asyncio.to_thread(ask, lab, bodies(posted))
        again = await asyncio.to_thread(ask, lab, bodies(posted))
        codes = [answer.status_code for answer in first]
        assert codes == [answer.status_code for answer in again]
        assert 30 < codes.count(430) < 90


async def test_too_many_callers_and_too_many_requests_are_turned_away() -> None:
    async with NewsLab(most_connections=1, most_outstanding=2) as lab:
        posted = lab.post("film.mkv", FILM, article_size=30_000)
        lab.manners.latency = 0.05
        assert len(await asyncio.to_thread(ask, lab, bodies(posted))) == 0
        with (
            socket.create_connection((lab.host, lab.port)) as first,
            socket.create_connection((lab.host, lab.port)) as second,
        ):
            assert first.recv(100).startswith(b"200")
            assert second.recv(100).startswith(b"502")


async def test_it_can_go_away_and_come_back() -> None:
    async with NewsLab() as lab:
        posted = lab.post("film.mkv", FILM)
        port = lab.port
        lab.pause()
        with pytest.raises(ConnectionError):
            await asyncio.to_thread(ask, lab, bodies(posted))
        lab.start()
        assert lab.port == port
        assert len(await asyncio.to_thread(ask, lab, bodies(posted))) == 1


def test_it_runs_alone(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "matinee.lab.news", "--files", "1", "--mib", "1", "--nzb", str(tmp_path / "x.nzb")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        told = json.loads(server.stdout.readline())
        assert told["articles"] == 2
        assert (tmp_path / "x.nzb").read_bytes().count(b"<segment ") == 2
        server.terminate()
        assert json.loads(server.stdout.readline())["sent"] == 0
