import asyncio
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError, StatementError

from matinee.kernel import database as module
from matinee.kernel.database import Database, Moment, Transaction, filesystem_of
from matinee.kernel.errors import Conflict, Refused, Unreachable
from matinee.kernel.events import Bus, Event
from matinee.store.migrations import migrate

EVENING = datetime(2024, 5, 4, 20, 15, tzinfo=UTC)

lamps = Table(
    "lamps",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("name", String(40), unique=True),
    Column("lit", Moment),
    Column("count", Integer, default=0),
)


@dataclass(frozen=True, slots=True)
class LampBought(Event):
    name: str


@pytest.fixture
async def shed(opened: Database) -> Database:
    """A database with a table of its own."""
    await opened.write(lambda tx: lamps.metadata.create_all(tx.connection))
    return opened


def buy(name: str, lit: datetime | None = None) -> Any:
    def change(tx: Transaction) -> int:
        new_id = tx.insert(lamps, name=name, lit=lit)
        tx.publish(LampBought(name))
        return new_id

    return change


async def names(shed: Database) -> list[str]:
    return await shed.read(lambda db: list(db.execute(select(lamps.c.name).order_by(lamps.c.id)).scalars()))


async def test_what_is_written_can_be_read(shed: Database) -> None:
    new_id = await shed.write(buy("desk", EVENING))
    row = await shed.read(lambda db: db.execute(select(lamps)).one())
    assert tuple(row) == (new_id, "desk", EVENING, 0)


async def test_of_two_hundred_writers_at_once_none_is_lost(shed: Database) -> None:
    await shed.write(buy("desk"))

    def count_up(tx: Transaction) -> None:
        known = tx.execute(select(lamps.c.count)).scalar_one()
        tx.execute(update(lamps).values(count=known + 1))

    reading = asyncio.gather(*(shed.read(lambda db: db.execute(select(lamps.c.count)).scalar_one()) for _ in range(50)))
    await asyncio.gather(*(shed.write(count_up) for _ in range(200)))
    assert await shed.read(lambda db: db.execute(select(lamps.c.count)).scalar_one()) == 200
    assert all(0 <= seen <= 200 for seen in await reading)


async def test_one_hand_writes(shed: Database) -> None:
    hands = await asyncio.gather(*(shed.write(lambda tx: threading.current_thread().name) for _ in range(20)))
    assert set(hands) == {"writer"}


async def test_a_change_that_fails_leaves_nothing_and_tells_nothing(shed: Database) -> None:
    heard: list[Event] = []
    shed.bus.listen(LampBought, heard.append)

    def change(tx: Transaction) -> None:
        buy("desk")(tx)
        raise Conflict("no more lamps")

    with pytest.raises(Conflict, match="no more lamps"):
        await shed.write(change)
    assert await names(shed) == []
    assert heard == []
    await shed.write(buy("floor"))
    assert heard == [LampBought("floor")]


async def test_what_the_database_forbids_leaves_nothing_either(shed: Database) -> None:
    await shed.write(buy("desk"))

    def change(tx: Transaction) -> None:
        buy("floor")(tx)
        buy("desk")(tx)

    with pytest.raises(IntegrityError):
        await shed.write(change)
    assert await names(shed) == ["desk"]


async def test_events_go_out_after_the_commit(shed: Database) -> None:
    seen: list[int] = []

    def look(event: LampBought) -> None:
        with shed._reader_engine.connect() as another:
            seen.append(another.execute(select(func.count()).select_from(lamps)).scalar_one())

    shed.bus.listen(LampBought, look)
    for number in range(3):
        await shed.write(buy(f"lamp {number}"))
        assert seen == list(range(1, number + 2))


async def test_events_come_in_the_order_of_the_changes(shed: Database) -> None:
    heard: list[str] = []
    shed.bus.listen(LampBought, lambda event: heard.append(event.name))
    await asyncio.gather(*(shed.write(buy(f"lamp {number:02}")) for number in range(30)))
    assert heard == await names(shed) == sorted(heard)


async def test_the_news_goes_out_before_the_writer_goes_on(shed: Database) -> None:
    heard: list[Event] = []
    shed.bus.listen(LampBought, heard.append)
    await shed.write(buy("desk"))
    assert heard == [LampBought("desk")]


async def test_what_a_cancelled_waiter_wrote_is_written(shed: Database) -> None:
    heard: list[Event] = []
    shed.bus.listen(LampBought, heard.append)
    begun, go_on = threading.Event(), threading.Event()

    def change(tx: Transaction) -> None:
        buy("desk")(tx)
        begun.set()
        go_on.wait(10)

    waiter = asyncio.create_task(shed.write(change))
    await asyncio.to_thread(begun.wait, 10)
    waiter.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiter
    go_on.set()
    await shed.write(lambda tx: None)
    assert await names(shed) == ["desk"]
    assert heard == [LampBought("desk")]


async def test_a_change_that_fails_after_its_waiter_left_disturbs_nobody(shed: Database) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def change(tx: Transaction) -> None:
        begun.set()
        go_on.wait(10)
        raise Conflict("nobody hears this")

    waiter = asyncio.create_task(shed.write(change))
    await asyncio.to_thread(begun.wait, 10)
    waiter.cancel()
    await asyncio.gather(waiter, return_exceptions=True)
    go_on.set()
    await shed.write(buy("desk"))
    assert await names(shed) == ["desk"]


async def test_readers_do_not_wait_for_the_writer(shed: Database) -> None:
    await shed.write(buy("desk"))
    begun, go_on = threading.Event(), threading.Event()

    def change(tx: Transaction) -> None:
        buy("floor")(tx)
        begun.set()
        go_on.wait(10)

    writing = asyncio.create_task(shed.write(change))
    await asyncio.to_thread(begun.wait, 10)
    assert await names(shed) == ["desk"]
    go_on.set()
    await writing
    assert await names(shed) == ["desk", "floor"]


async def test_closing_finishes_what_was_asked_for(shed: Database) -> None:
    writing = [asyncio.create_task(shed.write(buy(f"lamp {number}"))) for number in range(10)]
    await asyncio.sleep(0)
    await shed.close()
    assert len(await asyncio.gather(*writing)) == 10


async def test_a_closed_memory_says_so_and_nobody_waits_for_ever(shed: Database) -> None:
    await shed.close()
    with pytest.raises(Unreachable, match="closed"):
        await shed.write(buy("desk"))
    with pytest.raises(Unreachable, match="closed"):
        await names(shed)


async def test_a_reader_that_meets_trouble_says_come_again(shed: Database) -> None:
    def broken(db: Connection) -> None:
        db.execute(text("SELECT pg_terminate_backend(pg_backend_pid())") if not shed.is_sqlite else _interrupted(db))

    def _interrupted(db: Connection) -> Any:
        raw: Any = db.connection.dbapi_connection
        raw.set_progress_handler(lambda: 1, 1)
        return text("SELECT name FROM lamps ORDER BY name")

    with pytest.raises(Unreachable, match="database: "):
        await shed.read(broken)


async def test_moments_keep_their_instant_whatever_the_zone(shed: Database) -> None:
    elsewhere = EVENING.astimezone(timezone(timedelta(hours=9)))
    await shed.write(buy("desk", elsewhere))
    lit = await shed.read(lambda db: db.execute(select(lamps.c.lit)).scalar_one())
    assert lit == EVENING
    assert lit.utcoffset() == timedelta(0)
    assert await shed.read(lambda db: db.execute(select(lamps.c.id).where(lamps.c.lit == elsewhere)).scalar()) == 1


async def test_a_time_without_a_zone_is_refused(shed: Database) -> None:
    with pytest.raises(StatementError, match="without a zone"):
        await shed.write(buy("desk", EVENING.replace(tzinfo=None)))


async def test_text_of_any_language_is_kept(shed: Database) -> None:
    await shed.write(buy("Ночной трамвай 夜の電車 🎬"))
    assert await names(shed) == ["Ночной трамвай 夜の電車 🎬"]


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "fuse.sshfs"])
def test_a_network_file_system_is_refused_with_the_cure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(module, "filesystem_of", lambda folder: kind)
    database = Database(f"sqlite:///{tmp_path}/house.db", Bus())
    with pytest.raises(Refused, match=f"network file system .{kind}.*local disk.*PostgreSQL"):
        database.open(lambda connection: None)
    assert not (tmp_path / "house.db").exists()


def test_the_file_system_of_a_folder_is_that_of_the_nearest_mount() -> None:
    assert filesystem_of(Path("/proc/self")) == "proc"
    assert filesystem_of(Path("/proc")) == "proc"


async def test_a_file_that_is_no_database_is_refused_and_untouched(tmp_path: Path) -> None:
    path = tmp_path / "house.db"
    path.write_bytes(b"my holiday pictures" * 100)
    database = Database(f"sqlite:///{path}", Bus())
    with pytest.raises(Refused, match="not a database"):
        database.open(migrate)
    await database.close()
    assert path.read_bytes() == b"my holiday pictures" * 100


async def test_a_database_that_is_not_there_is_unreachable_and_named_without_its_password(tmp_path: Path) -> None:
    database = Database(f"postgresql://house:hush-hush@/house?host={tmp_path}", Bus())
    with pytest.raises(Unreachable, match="house:\\*\\*\\*@") as caught:
        database.open(lambda connection: None)
    await database.close()
    assert "hush" not in str(caught.value)


async def test_the_house_outlives_a_restart_of_postgresql(on_postgresql: Database) -> None:
    shed = on_postgresql
    await shed.write(lambda tx: lamps.metadata.create_all(tx.connection))
    await shed.write(buy("desk"))
    await names(shed)
    url = shed.url.render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    await shed.write(buy("floor"))
    assert await names(shed) == ["desk", "floor"]


async def test_a_connection_lost_in_the_middle_writes_nothing_and_says_come_again(on_postgresql: Database) -> None:
    shed = on_postgresql
    await shed.write(lambda tx: lamps.metadata.create_all(tx.connection))

    def change(tx: Transaction) -> None:
        buy("desk")(tx)
        tx.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with pytest.raises(Unreachable, match="database: "):
        await shed.write(change)
    assert await names(shed) == []
    await shed.write(lambda tx: tx.execute(insert(lamps).values(name="floor")))
    assert await names(shed) == ["floor"]


async def test_all_that_one_reader_sees_is_of_one_moment(shed: Database) -> None:
    await shed.write(buy("desk"))
    looked, go_on = threading.Event(), threading.Event()

    def look_twice(db: Connection) -> tuple[int, int]:
        count = select(func.count()).select_from(lamps)
        first = db.execute(count).scalar_one()
        looked.set()
        go_on.wait(10)
        return first, db.execute(count).scalar_one()

    reading = asyncio.create_task(shed.read(look_twice))
    await asyncio.to_thread(looked.wait, 10)
    await shed.write(buy("floor"))
    go_on.set()
    assert await reading == (1, 1)
