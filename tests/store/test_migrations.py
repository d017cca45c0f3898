import sqlite3
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from matinee.kernel.database import Database, metadata
from matinee.kernel.errors import Refused
from matinee.kernel.events import Bus
from matinee.store.migrations import current, migrate, newest, scripts
from tests.store.keep_schema import SCHEMAS, keep, populate, read_asked, read_back, read_likes

KEPT = sorted(SCHEMAS.glob("*.sql"))


async def test_an_empty_database_gets_every_table(empty_database_url: str) -> None:
    database = Database(empty_database_url, Bus())
    database.open(migrate)
    tables = await database.read(lambda db: set(inspect(db).get_table_names()))
    assert tables == {*metadata.tables, "alembic_version"}
    assert await database.read(current) == newest()
    await database.close()


async def test_the_migrated_schema_is_the_one_the_code_means(opened: Database) -> None:
    def compare(db: Connection) -> list[Any]:
        context = MigrationContext.configure(db, opts={"compare_type": True, "compare_server_default": True})
        return list(compare_metadata(context, metadata))

    assert await opened.read(compare) == []


async def test_constraints_have_names_that_later_migrations_can_use(opened: Database) -> None:
    def nameless(db: Connection) -> list[str]:
        look = inspect(db)
        return [
            table
            for table in metadata.tables
            for thing in (*look.get_foreign_keys(table), *look.get_unique_constraints(table), *look.get_indexes(table))
            if not thing["name"]
        ]

    assert await opened.read(nameless) == []


async def test_opening_again_changes_nothing(database_url: str) -> None:
    for _ in range(2):
        database = Database(database_url, Bus())
        database.open(migrate)
        await database.write(lambda tx: tx.execute(text("SELECT 1")))
        await database.close()


async def test_a_database_from_the_future_is_refused_with_the_cure(opened: Database) -> None:
    await opened.write(lambda tx: tx.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    later = Database(opened.url.render_as_string(hide_password=False), Bus())
    with pytest.raises(Refused, match=r"schema 9999 is newer .* Start the newer Matinee again, or restore a backup"):
        later.open(migrate)
    await later.close()
    assert await opened.read(current) == "9999"


async def test_a_migration_that_fails_leaves_the_database_as_it_was(empty_database_url: str) -> None:
    def half(connection: Connection) -> None:
        migrate(connection)
        raise RuntimeError("the power failed")

    database = Database(empty_database_url, Bus())
    with pytest.raises(RuntimeError):
        database.open(half)
    database.open(lambda connection: None)
    assert await database.read(lambda db: inspect(db).get_table_names()) == []
    await database.close()


def test_the_migrations_are_one_line() -> None:
    revisions = list(scripts().walk_revisions())
    assert len(scripts().get_heads()) == 1
    assert [revision.revision for revision in reversed(revisions)] == [f"{n + 1:04}" for n in range(len(revisions))]


def test_every_schema_that_ever_was_is_kept() -> None:
    revisions = {revision.revision for revision in scripts().walk_revisions()}
    assert {path.stem for path in KEPT} == revisions, "run: python tests/store/keep_schema.py"


def test_the_newest_schema_is_kept_as_it_is(tmp_path: Path) -> None:
    kept, today = (SCHEMAS / f"{newest()}.sql").read_text(), keep(tmp_path).read_text()
    assert _tables(kept) == _tables(today), "run: python tests/store/keep_schema.py"


def _tables(sql: str) -> list[str]:
    return [part.strip() for part in sql.split(";\n") if part.strip().startswith("CREATE")]


@pytest.mark.parametrize("kept", KEPT, ids=lambda path: path.stem)
async def test_the_newest_code_reads_what_every_older_one_wrote(
    kept: Path, tmp_path: Path, on_sqlite: Database
) -> None:
    path = tmp_path / "old.db"
    connection = sqlite3.connect(path)
    connection.executescript(kept.read_text())
    connection.close()
    old = Database(f"sqlite:///{path}", Bus())
    old.open(migrate)
    await on_sqlite.write(populate)
    assert await old.read(read_back) == await on_sqlite.read(read_back)
    if kept.stem >= "0003":
        assert await old.read(read_likes) == await on_sqlite.read(read_likes)
    if kept.stem >= "0004":
        assert await old.read(read_asked) == await on_sqlite.read(read_asked)
    assert await old.read(current) == newest()
    await old.close()
