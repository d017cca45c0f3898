"""The same questions to the real programs, where they are installed."""

import asyncio
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from matinee.kernel.errors import MatineeError, Refused
from matinee.topology.checks.lines import RedisCheck
from matinee.topology.checks.postgresql import PostgresqlCheck
from matinee.topology.probe import Check

HERE = "127.0.0.1"


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind((HERE, 0))
        return int(taken.getsockname()[1])


@contextmanager
def running(*command: str, user: str | None = None) -> Iterator[None]:
    """A program for the time of a test."""
    # Only root can and must become somebody else.
    user = user if os.geteuid() == 0 else None
    program = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, user=user)
    try:
        yield
    finally:
        program.terminate()
        program.wait(20)


async def patiently(check: Check) -> str:
    """What the check sees as soon as the program is up."""
    for _ in range(150):
        try:
            return await check()
        except MatineeError:
            await asyncio.sleep(0.1)
    return await check()


async def test_a_real_redis_answers(tmp_path: Path) -> None:
    redis = shutil.which("redis-server")
    if redis is None:
        pytest.skip("redis-server is not installed")
    port = free_port()
    with running(
        redis, "--port", str(port), "--bind", HERE, "--save", "", "--dir", str(tmp_path), "--requirepass", "secret"
    ):
        assert await patiently(RedisCheck("Redis", HERE, port)) == "Redis answers, and wants a login"
        assert await RedisCheck("Redis", HERE, port, password="secret")() == "PONG"
        with pytest.raises(Refused, match="wrong password"):
            await RedisCheck("Redis", HERE, port, password="another")()


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
async def test_a_real_postgresql_answers(tls: bool) -> None:
    postgres = max(Path("/usr/lib/postgresql").glob("*/bin/postgres"), default=None)
    if postgres is None:
        pytest.skip("postgresql is not installed")
    if tls and shutil.which("openssl") is None:
        pytest.skip("openssl, to make a certificate, is not installed")
    user = "postgres" if os.geteuid() == 0 else None
    # Not pytest's tmp_path: PostgreSQL's own user may not enter root's folders.
    with TemporaryDirectory() as home:
        port = free_port()
        options = new_database(postgres.with_name("initdb"), Path(home), user)
        options += certificate(Path(home), user) if tls else []
        with running(str(postgres), *options, "-p", str(port), "-h", HERE, "-k", home, "-F", user=user):
            seen = await patiently(PostgresqlCheck("PostgreSQL", HERE, port))
    assert seen == "PostgreSQL answers (login by SCRAM)" + (", over TLS" if tls else "")


def new_database(initdb: Path, home: Path, user: str | None) -> list[str]:
    """An empty database; the options to run it."""
    if user:
        shutil.chown(home, user)
    (home / "password").write_text("secret\n")
    (home / "password").chmod(0o644)
    make = (str(initdb), "-D", f"{home}/base", "-A", "scram-sha-256", "--pwfile", f"{home}/password", "-U", "owner")
    quietly(*make, "--no-sync", "--no-locale", user=user)
    return ["-D", f"{home}/base"]


def certificate(home: Path, user: str | None) -> list[str]:
    """A self-made certificate; the options to use it."""
    key, cert = f"{home}/key", f"{home}/cert"
    make = (
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-subj",
        "/CN=home",
        "-keyout",
        key,
        "-out",
        cert,
    )
    quietly(*make, user=user)
    return ["-c", "ssl=on", "-c", f"ssl_cert_file={cert}", "-c", f"ssl_key_file={key}"]


def quietly(*command: str, user: str | None) -> None:
    """Run a command to its end, or fail."""
    subprocess.run(command, check=True, capture_output=True, user=user, cwd="/")
