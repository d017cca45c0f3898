"""The memory of the house: many may read at once, one hand writes, and news goes out after it is safe."""

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import (
    Connection,
    CursorResult,
    DateTime,
    Dialect,
    Engine,
    Executable,
    MetaData,
    Table,
    create_engine,
    event,
    insert,
    make_url,
)
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.types import TypeDecorator

from matinee.kernel.errors import Refused, Unreachable
from matinee.kernel.events import Bus, Event

T = TypeVar("T")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

READERS = 4
_BUSY_SECONDS = 30
_NETWORK_FILESYSTEMS = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p"})


class Moment(TypeDecorator[datetime]):
    """A point in time, kept and given back in UTC on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Naive times are refused: nobody knows what they mean."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be kept")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """SQLite forgets the zone; it was UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


@dataclass
class Transaction:
    """One change of the memory, all or nothing. Events published here go out after the commit."""

    connection: Connection
    events: list[Event] = field(default_factory=list)

    def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        """Run one statement inside the change."""
        return self.connection.execute(statement, parameters)

    def insert(self, table: Table, **values: Any) -> int:
        """Add one row to a table with an `id`; returns the new id."""
        new_id: int = self.execute(insert(table).returning(table.c.id).values(**values)).scalar_one()
        return new_id

    def publish(self, *events: Event) -> None:
        """Tell the house, once this change is safe."""
        self.events += events


@dataclass(frozen=True)
class _Change:
    do: Callable[[Transaction], Any]
    loop: asyncio.AbstractEventLoop
    future: "asyncio.Future[Any]"


class Database:
    """SQLite (write-ahead log) or PostgreSQL by URL; one writer thread, a few readers.

    Functions given to `read` and `write` run in those threads: they are plain and touch nothing else.
    """

    def __init__(self, url: str, bus: Bus) -> None:
        self.url = make_url(url)
        self.bus = bus
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._writer_engine = self._engine(writer=True)
        self._reader_engine = self._engine(writer=False)
        self._changes: queue.SimpleQueue[_Change | None] = queue.SimpleQueue()
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="reader")
        self._thread: threading.Thread | None = None
        self._closed = False

    def open(self, migrate: Callable[[Connection], None]) -> None:
        """Bring the tables up to date and start the writer. Refused when the place is unfit."""
        if self.is_sqlite:
            self._check_folder()
        try:
            with self._writer_engine.begin() as connection:
                migrate(connection)
        except DBAPIError as error:
            kind = Unreachable if isinstance(error, OperationalError) else Refused
            raise kind(f"database {self.url.render_as_string(hide_password=True)}: {error.orig}") from error
        self._thread = threading.Thread(target=self._write_all, name="writer", daemon=True)
        self._thread.start()

    async def read(self, query: Callable[[Connection], T]) -> T:
        """Ask the memory, in a reader's thread. Unreachable when it does not answer."""
        if self._closed:
            raise Unreachable("database: it is closed")
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, query)

    async def write(self, change: Callable[[Transaction], T]) -> T:
        """Change the memory, all or nothing; returns after the commit and after its events went out.

        The change is finished even when the one who waits for it is cancelled.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        if self._closed:
            raise Unreachable("database: it is closed")
        self._changes.put(_Change(change, loop, future))
        return await asyncio.shield(future)

    async def close(self) -> None:
        """Finish what is being written and let go."""
        self._closed = True
        if self._thread:
            self._changes.put(None)
            await asyncio.to_thread(self._thread.join)
        self._readers.shutdown()
        self._reader_engine.dispose()
        self._writer_engine.dispose()

    def _read(self, query: Callable[[Connection], T]) -> T:
        try:
            with self._reader_engine.connect() as connection:
                return query(connection)
        except DBAPIError as error:
            raise _in_words(error) from error

    def _write_all(self) -> None:
        """The one hand that writes, until told to stop."""
        while (change := self._changes.get()) is not None:
            try:
                events, result = self._write_one(change)
            except Exception as error:  # whatever went wrong belongs to the one who asked
                _call(change.loop, _fail, change.future, error)
            else:
                _call(change.loop, self._deliver, change.future, events, result)

    def _write_one(self, change: _Change) -> tuple[list[Event], Any]:
        with self._writer_engine.begin() as connection:
            transaction = Transaction(connection)
            result = change.do(transaction)
        return transaction.events, result

    def _deliver(self, future: "asyncio.Future[Any]", events: list[Event], result: Any) -> None:
        self.bus.publish(*events)
        if not future.done():
            future.set_result(result)

    def _engine(self, *, writer: bool) -> Engine:
        if not self.is_sqlite:
            url = self.url.set(drivername="postgresql+psycopg")
            pool: dict[str, Any] = {"pool_size": 1 if writer else READERS, "max_overflow": 0, "pool_pre_ping": True}
            # All that one reader sees is of one moment, as it is with SQLite.
            return create_engine(url, isolation_level="READ COMMITTED" if writer else "REPEATABLE READ", **pool)
        engine = create_engine(
            self.url,
            pool_size=1 if writer else READERS,
            max_overflow=0,
            connect_args={"timeout": _BUSY_SECONDS, "check_same_thread": False},
        )
        event.listen(engine, "connect", _tune_sqlite)
        event.listen(engine, "begin", _begin_immediately if writer else _begin)
        return engine

    def _check_folder(self) -> None:
        path = Path(self.url.database or "")
        path.parent.mkdir(parents=True, exist_ok=True)
        kind = filesystem_of(path.parent)
        if kind in _NETWORK_FILESYSTEMS:
            raise Refused(
                f"database {path}: lies on a network file system ({kind}), where SQLite loses data. "
                "Put it on a local disk (database.url) or use PostgreSQL."
            )


def _call(loop: asyncio.AbstractEventLoop, *what: Any) -> None:
    """Hand a result back to its loop; a loop that is gone no longer wants it."""
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(*what)


def _fail(future: "asyncio.Future[Any]", error: Exception) -> None:
    if not future.done():
        future.set_exception(_in_words(error) if isinstance(error, DBAPIError) else error)


def _in_words(error: DBAPIError) -> Exception:
    """What may work later is Unreachable; the rest are faults of ours and stay as they are."""
    if isinstance(error, OperationalError):
        return Unreachable(f"database: {error.orig}")
    if error.connection_invalidated:
        return Unreachable(f"database: the connection was lost: {error.orig}")
    return error


def _tune_sqlite(connection: Any, record: Any) -> None:
    connection.isolation_level = None  # the driver's own implicit BEGIN would come too late
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "cache_size=-4096"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _begin_immediately(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def filesystem_of(folder: Path) -> str:
    """The kind of file system a folder lies on, by /proc/mounts; empty where that is not known."""
    try:
        mounts = Path("/proc/mounts").read_text().splitlines()
    except OSError:
        return ""
    target = folder.resolve()
    best, kind = -1, ""
    for line in mounts:
        _, point, name, *_ = line.split()
        place = Path(point.replace("\\040", " "))
        if target.is_relative_to(place) and len(place.parts) > best:
            best, kind = len(place.parts), name
    return kind
