"""The two memories every claim about the store is tried on: SQLite in a file, and a PostgreSQL of our own."""

import asyncio
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from argon2 import PasswordHasher

from matinee.kernel import auth
from matinee.kernel.database import Database, metadata
from matinee.kernel.events import Bus
from matinee.store.migrations import migrate, newest

TEMPLATE = "migrated"
USER = "matinee"
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=", "max_connections=60")


# Everything out that a test may have brought in, and every count from one again.
_SWEEP = f"""
DO $$ DECLARE found record; BEGIN
    PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid();
    SET session_replication_role = replica;
    FOR found IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
        IF found.tablename = ANY ('{{{",".join(metadata.tables)}}}') THEN
            EXECUTE format('DELETE FROM %I', found.tablename);
        ELSE
            EXECUTE format('DROP TABLE %I CASCADE', found.tablename);
        END IF;
    END LOOP;
    FOR found IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' LOOP
        EXECUTE format('ALTER SEQUENCE %I RESTART', found.sequencename);
    END LOOP;
    UPDATE alembic_version SET version_num = '{newest()}';
END $$
"""


@dataclass
class Cluster:
    """A PostgreSQL of this test run, reached through a socket in its own folder."""

    folder: Path
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    spare: list[str] = field(default_factory=list)

    def url(self, name: str) -> str:
        return f"postgresql://{USER}@/{name}?host={self.folder}"

    def run(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def fresh(self, template: str) -> str:
        """The URL of a new database, as empty or as full as the template."""
        name = f"house{next(self.numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return self.url(name)

    @contextmanager
    def lent(self) -> Iterator[str]:
        """The URL of a migrated database without any rows; the next one gets it again (a copy takes 0.2 s)."""
        url = self.spare.pop() if self.spare else self.fresh(TEMPLATE)
        yield url
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(_SWEEP.encode())
        self.spare.append(url)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """PostgreSQL started from Debian's binaries, or skipped by name."""
    binaries = _binaries()
    if binaries is None:
        pytest.skip("PostgreSQL is not installed (as root: apt-get install postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="mpg"))  # short: a socket's path has room for 107 letters
    who = _somebody_else()
    if who:
        os.chown(folder, who.pw_uid, who.pw_gid)
    given: dict[str, Any] = {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []} if who else {}
    data, options = str(folder / "data"), [word for option in FAST for word in ("-c", option)]
    subprocess.run(
        [str(binaries / "initdb"), "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"],
        check=True,
        capture_output=True,
        cwd=folder,
        **given,
    )
    log = (folder / "log").open("w")
    command = [str(binaries / "postgres"), "-D", data, "-k", str(folder), *options]
    server = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, **given)
    try:
        _wait_until_ready(binaries, folder, server)
        yield Cluster(folder)
    finally:
        server.send_signal(signal.SIGQUIT)  # nothing is to be kept
        server.wait(30)
        log.close()
        shutil.rmtree(folder, ignore_errors=True)


def _binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    return found[-1].parent if found else None


def _somebody_else() -> "pwd.struct_passwd | None":
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


def _wait_until_ready(binaries: Path, folder: Path, server: "subprocess.Popen[bytes]") -> None:
    ready = [str(binaries / "pg_isready"), "--quiet", "--host", str(folder)]
    while subprocess.run(ready, check=False).returncode:
        if server.poll() is not None:
            pytest.fail(f"PostgreSQL did not start: {(folder / 'log').read_text()[-500:]}")


@pytest.fixture(scope="session")
def migrated_cluster(cluster: Cluster) -> Cluster:
    """The cluster with a database of the newest schema, to be copied."""
    cluster.run(f"CREATE DATABASE {TEMPLATE}")
    _migrate(cluster.url(TEMPLATE))
    return cluster


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file of the newest schema, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "matinee.db"
    _migrate(f"sqlite:///{path}")
    return path


def _migrate(url: str) -> None:
    database = Database(url, Bus())
    database.open(migrate)
    asyncio.run(database.close())


@pytest.fixture
def sqlite_url(migrated_file: Path, tmp_path: Path) -> str:
    """A SQLite database of the newest schema."""
    path = tmp_path / "matinee.db"
    shutil.copyfile(migrated_file, path)
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A database of the newest schema, once on each engine."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_url")
    else:
        cluster: Cluster = request.getfixturevalue("migrated_cluster")
        with cluster.lent() as url:
            yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without a single table, once on each engine."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    cluster: Cluster = request.getfixturevalue("cluster")
    return cluster.fresh("template0")


@pytest.fixture
async def opened(database_url: str) -> AsyncIterator[Database]:
    """The memory of a house, open, once on each engine."""
    async for database in _open(database_url):
        yield database


@pytest.fixture
async def on_sqlite(sqlite_url: str) -> AsyncIterator[Database]:
    """The memory of a house, open, on SQLite alone: for claims that are not about the database."""
    async for database in _open(sqlite_url):
        yield database


@pytest.fixture
async def on_postgresql(migrated_cluster: Cluster) -> AsyncIterator[Database]:
    """The memory of a house, open, on PostgreSQL alone."""
    with migrated_cluster.lent() as url:
        async for database in _open(url):
            yield database


@pytest.fixture
def light_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are hashed lightly where they are not what a claim is about."""
    monkeypatch.setattr(auth, "PasswordHasher", lambda **_: PasswordHasher(1, 8, 1))


async def _open(url: str) -> AsyncIterator[Database]:
    database = Database(url, Bus())
    database.open(migrate)
    yield database
    await database.close()
