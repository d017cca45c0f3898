"""Who stands around the indexers: the proxies that lead to them, and the apps that are told of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import JSON, Column, Connection, Integer, String, Table, delete, insert, select, update

from matinee.kernel.database import Transaction, metadata
from matinee.kernel.errors import Conflict, NotFound, Refused

PROXY_KINDS = ("http", "socks4", "socks5", "flaresolverr")
APP_KINDS = ("radarr", "sonarr")
SYNCS = ("disabled", "addOnly", "fullSync")


def _named(name: str) -> Table:
    return Table(
        name,
        metadata,
        Column("id", Integer, primary_key=True),
        Column("name", String(100), nullable=False, unique=True),
        Column("kind", String(40), nullable=False),
        Column("body", JSON, nullable=False),
    )


indexer_proxies = _named("indexer_proxies")
indexer_apps = _named("indexer_apps")


@dataclass(frozen=True, slots=True)
class StoredProxy:
    """A way to the indexers that share one of its tags; without tags to all. `url` as `socks5://host:1080`."""

    id: int = 0
    name: str = ""
    kind: str = "http"
    url: str = ""
    username: str = ""
    password: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredApp:
    """A Radarr or Sonarr that is told of our indexers; `remote` is by our indexer's id the one it has there.

    `own_url` is where the app reaches us, `sync` disabled, addOnly or fullSync.
    """

    id: int = 0
    name: str = ""
    kind: str = "radarr"
    url: str = ""
    api_key: str = ""
    own_url: str = ""
    sync: str = "fullSync"
    tags: tuple[str, ...] = ()
    remote: Mapping[int, int] = field(default_factory=dict)


T = TypeVar("T", StoredProxy, StoredApp)
_SHAPES: Mapping[type, TypeAdapter[Any]] = {kind: TypeAdapter(kind) for kind in (StoredProxy, StoredApp)}
_TABLES: Mapping[type, Table] = {StoredProxy: indexer_proxies, StoredApp: indexer_apps}
_WORDS: Mapping[type, str] = {StoredProxy: "proxy", StoredApp: "app"}
_KINDS: Mapping[type, tuple[str, ...]] = {StoredProxy: PROXY_KINDS, StoredApp: APP_KINDS}


def read_proxies(db: Connection) -> dict[int, StoredProxy]:
    """All proxies by their ids."""
    return _read(db, StoredProxy)


def read_proxy(db: Connection, proxy_id: int) -> StoredProxy:
    """The proxy with this id; NotFound when there is none."""
    return _one(db, StoredProxy, proxy_id)


def add_proxy(tx: Transaction, proxy: StoredProxy) -> int:
    """Keep a new proxy; returns its id. Conflict when its name is taken, Refused for an unknown kind."""
    return _add(tx, proxy)


def change_proxy(tx: Transaction, proxy: StoredProxy) -> None:
    """Keep a proxy as it is now."""
    _change(tx, proxy)


def remove_proxy(tx: Transaction, proxy_id: int) -> None:
    """Forget a proxy."""
    _remove(tx, StoredProxy, proxy_id)


def read_apps(db: Connection) -> dict[int, StoredApp]:
    """All apps by their ids."""
    return _read(db, StoredApp)


def read_app(db: Connection, app_id: int) -> StoredApp:
    """The app with this id; NotFound when there is none."""
    return _one(db, StoredApp, app_id)


def add_app(tx: Transaction, app: StoredApp) -> int:
    """Keep a new app; returns its id. Conflict when its name is taken, Refused for an unknown kind."""
    _check_sync(app)
    return _add(tx, app)


def change_app(tx: Transaction, app: StoredApp) -> None:
    """Keep an app as it is now."""
    _check_sync(app)
    _change(tx, app)


def remove_app(tx: Transaction, app_id: int) -> None:
    """Forget an app."""
    _remove(tx, StoredApp, app_id)


def _read(db: Connection, kind: type[T]) -> dict[int, T]:
    table = _TABLES[kind]
    return {row.id: _made(row, kind) for row in db.execute(select(table).order_by(table.c.id))}


def _one(db: Connection, kind: type[T], row_id: int) -> T:
    table = _TABLES[kind]
    row = db.execute(select(table).where(table.c.id == row_id)).one_or_none()
    if row is None:
        raise NotFound(f"there is no {_WORDS[kind]} {row_id} beside the indexers")
    return _made(row, kind)


def _made(row: Any, kind: type[T]) -> T:
    one: T = _SHAPES[kind].validate_python(row.body)
    return replace(one, id=row.id, name=row.name, kind=row.kind)


def _add(tx: Transaction, one: StoredProxy | StoredApp) -> int:
    table = _TABLES[type(one)]
    _check(tx.connection, one)
    new_id: int = tx.execute(insert(table).returning(table.c.id).values(**_row(one))).scalar_one()
    return new_id


def _change(tx: Transaction, one: T) -> None:
    table = _TABLES[type(one)]
    _one(tx.connection, type(one), one.id)
    _check(tx.connection, one)
    tx.execute(update(table).where(table.c.id == one.id).values(**_row(one)))


def _remove(tx: Transaction, kind: type[T], row_id: int) -> None:
    _one(tx.connection, kind, row_id)
    tx.execute(delete(_TABLES[kind]).where(_TABLES[kind].c.id == row_id))


def _row(one: StoredProxy | StoredApp) -> dict[str, Any]:
    body = _SHAPES[type(one)].dump_python(one, mode="json", exclude={"id", "name", "kind"})
    return {"name": one.name, "kind": one.kind, "body": body}


def _check(db: Connection, one: StoredProxy | StoredApp) -> None:
    table, word, kinds = _TABLES[type(one)], _WORDS[type(one)], _KINDS[type(one)]
    if not 1 <= len(one.name.strip()) <= 100:
        raise Refused(f"{word}: its name must have 1 to 100 letters", field="name")
    if one.kind not in kinds:
        raise Refused(f"{word} '{one.name}': its kind must be one of {', '.join(kinds)}", field="kind")
    names = db.execute(select(table.c.name).where(table.c.id != one.id)).scalars()
    if one.name.casefold() in {known.casefold() for known in names}:
        raise Conflict(f"there is a {word} called '{one.name}' already", field="name")


def _check_sync(app: StoredApp) -> None:
    if app.sync not in SYNCS:
        raise Refused(f"app '{app.name}': its sync must be one of {', '.join(SYNCS)}", field="sync")
