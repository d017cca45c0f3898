"""The doorkeeper: who may come in, by password, cookie or key; and how often one may try."""

import asyncio
import hashlib
import hmac
import math
import secrets
import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Column, Connection, ForeignKey, Integer, String, Table, delete, func, select, update

from matinee.kernel.database import Database, Moment, Transaction, metadata
from matinee.kernel.errors import Conflict, NotFound, Refused

SESSION_LASTS = timedelta(days=30)
SHORTEST_PASSWORD = 10
LONGEST_NAME = 64
_TOUCH_EVERY = timedelta(minutes=10)
_HASHED_AT_ONCE = 2
_MOST_WAITING = 8
_MOST_REMEMBERED = 10_000

T = TypeVar("T")

users = Table(
    "users",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(64), nullable=False),
    Column("name_key", String(64), nullable=False, unique=True),
    Column("role", String(12), nullable=False),
    Column("password_hash", String(200), nullable=False),
    Column("created", Moment, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("csrf", String(64), nullable=False),
    Column("created", Moment, nullable=False),
    Column("seen", Moment, nullable=False),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("name", String(64), nullable=False),
    Column("key_hash", String(64), nullable=False, unique=True),
    Column("created", Moment, nullable=False),
    Column("last_used", Moment),
)


class Role(StrEnum):
    """What a person may do; the owner may do everything."""

    OWNER = "owner"
    MANAGER = "manager"
    MEMBER = "member"
    CHILD = "child"


@dataclass(frozen=True, slots=True)
class User:
    """Somebody of the house."""

    id: int
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is asking, and by which means; `csrf` is None for an app with its own key."""

    user: User
    csrf: str | None


@dataclass(frozen=True, slots=True)
class NewSession:
    """A fresh session: the token goes into the cookie and is nowhere else."""

    token: str
    csrf: str
    user: User


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key of an app, without the key itself."""

    id: int
    name: str
    created: datetime
    last_used: datetime | None


class TooManyTries(Refused):
    """The door stays shut for a while."""


@dataclass
class Patience:
    """Slows down who guesses: after some wrong tries whoever it is rests for a doubling time, in seconds."""

    free: int = 5
    longest: float = 60.0
    tries: dict[Hashable, tuple[int, float]] = field(default_factory=dict)

    def check(self, who: Hashable) -> None:
        """Raise TooManyTries while they rest."""
        count, since = self.tries.get(who, (0, 0.0))
        over = min(count - self.free, 30)
        rest = since + min(2.0**over, self.longest) - time.monotonic() if over >= 0 else 0.0
        if rest > 0:
            raise TooManyTries(f"Too many wrong passwords. Try again in {math.ceil(rest)} seconds.")

    def failed(self, who: Hashable) -> None:
        """Count a wrong try; whoever tried the longest ago is forgotten when there are too many."""
        count, _ = self.tries.pop(who, (0, 0.0))
        self.tries[who] = (count + 1, time.monotonic())
        if len(self.tries) > _MOST_REMEMBERED:
            del self.tries[next(iter(self.tries))]

    def succeeded(self, who: Hashable) -> None:
        """Forget the wrong tries."""
        self.tries.pop(who, None)


class Bench:
    """Passwords are hashed here, a few at a time and beside everything else: each takes memory and time."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_HASHED_AT_ONCE, thread_name_prefix="passwords")
        self._seats = threading.Semaphore(_HASHED_AT_ONCE + _MOST_WAITING)

    async def __call__(self, call: Callable[..., T], *args: str) -> T:
        """The call's answer. TooManyTries when too many are waiting for theirs."""
        if not self._seats.acquire(blocking=False):
            raise TooManyTries("Too many people are at the door. Try again in a few seconds.")
        asked = self._threads.submit(call, *args)
        asked.add_done_callback(lambda _: self._seats.release())  # also when nobody waits for it any more
        return await asyncio.wrap_future(asked)


class Doorkeeper:
    """Makes and checks accounts, sessions and keys. Tokens are kept as hashes only."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._hasher = PasswordHasher(memory_cost=19456, time_cost=2, parallelism=1)  # the OWASP minimum for argon2id
        self._patience = Patience()  # with a name tried from an address
        self._patience_with_names = Patience(free=20, longest=10.0)  # wherever from; short, or it locks out the owner
        self._bench = Bench()
        self._nobody = self._hasher.hash(secrets.token_urlsafe())

    async def anyone_here(self) -> bool:
        """Whether the house has an owner yet."""
        return await self._database.read(lambda db: db.execute(select(users.c.id).limit(1)).scalar() is not None)

    async def create_user(self, name: str, password: str, role: Role, moment: datetime) -> User:
        """Open an account. Refused for a short password, Conflict for a name that is taken."""
        name = " ".join(name.split())
        if not name:
            raise Refused("A name is needed.", field="name")
        if len(name.casefold()) > LONGEST_NAME:
            raise Refused(f"The name is too long: at most {LONGEST_NAME} characters.")
        if len(password) < SHORTEST_PASSWORD:
            raise Refused(f"The password is too short: at least {SHORTEST_PASSWORD} characters.", field="password")
        password_hash = await self._bench(self._hasher.hash, password)

        def change(tx: Transaction) -> User:
            if role is Role.OWNER and _owner_exists(tx.connection):
                raise Conflict("The house has an owner already.")
            if tx.execute(select(users.c.id).where(users.c.name_key == name.casefold())).scalar() is not None:
                raise Conflict(f"The name {name} is taken.", field="name")
            values = {"name": name, "name_key": name.casefold(), "role": role, "created": moment}
            return User(tx.insert(users, password_hash=password_hash, **values), name, role)

        return await self._database.write(change)

    async def sign_in(self, name: str, password: str, moment: datetime, *, address: str = "") -> NewSession:
        """Check name and password and open a session. Refused says neither which of both was wrong.

        `address` is where the try comes from: a guesser there does not keep others from the same name.
        """
        key = " ".join(name.split()).casefold()
        counted = ((self._patience, (address, key)), (self._patience_with_names, key))
        for patience, who in counted:
            patience.check(who)
        for patience, who in counted:  # before anything is waited for: many tries at once are many tries
            patience.failed(who)
        row = await self._database.read(lambda db: db.execute(select(users).where(users.c.name_key == key)).first())
        fits = await self._bench(self._fits, row.password_hash if row else self._nobody, password)
        if row is None or not fits:
            raise Refused("Name or password is wrong.")
        for patience, who in counted:
            patience.succeeded(who)
        return await self.open_session(User(row.id, row.name, Role(row.role)), moment)

    async def open_session(self, user: User, moment: datetime) -> NewSession:
        """Let somebody in who has been checked."""
        token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(24)

        def change(tx: Transaction) -> None:
            tx.execute(delete(sessions).where(sessions.c.seen < moment - SESSION_LASTS))
            values = {"token_hash": digest(token), "user_id": user.id, "csrf": csrf}
            tx.execute(sessions.insert().values(**values, created=moment, seen=moment))

        await self._database.write(change)
        return NewSession(token, csrf, user)

    async def sign_out(self, token: str) -> None:
        """Forget a session."""
        await self._database.write(
            lambda tx: tx.execute(delete(sessions).where(sessions.c.token_hash == digest(token)))
        )

    async def by_session(self, token: str, moment: datetime) -> Identity | None:
        """Who holds this cookie; None when it is unknown or too old."""
        found = await self._database.read(lambda db: _session(db, token))
        if found is None:
            return None
        identity, seen = found
        if moment - seen > SESSION_LASTS:
            return None
        if moment - seen > _TOUCH_EVERY:
            mine = sessions.c.token_hash == digest(token)
            await self._database.write(lambda tx: tx.execute(update(sessions).where(mine).values(seen=moment)))
        return identity

    async def by_key(self, key: str, moment: datetime) -> Identity | None:
        """Whose app holds this key; None when it is unknown or revoked."""
        found = await self._database.read(lambda db: _key(db, key))
        if found is None:
            return None
        user, key_id, last_used = found
        if last_used is None or moment - last_used > _TOUCH_EVERY:
            mine = api_keys.c.id == key_id
            await self._database.write(lambda tx: tx.execute(update(api_keys).where(mine).values(last_used=moment)))
        return Identity(user, None)

    async def make_key(self, user_id: int, name: str, moment: datetime) -> tuple[ApiKey, str]:
        """A new key for an app; the key itself is given once and never again."""
        key = secrets.token_urlsafe(32)
        values = {"user_id": user_id, "name": name, "key_hash": digest(key), "created": moment}
        key_id = await self._database.write(lambda tx: tx.insert(api_keys, **values))
        return ApiKey(key_id, name, moment, None), key

    async def keys(self) -> list[ApiKey]:
        """All keys of the house."""
        query = select(api_keys.c.id, api_keys.c.name, api_keys.c.created, api_keys.c.last_used).order_by(api_keys.c.id)
        return await self._database.read(lambda db: [ApiKey(*row) for row in db.execute(query)])

    async def revoke_key(self, key_id: int) -> None:
        """The key opens nothing any more. NotFound when there is none."""
        gone = await self._database.write(
            lambda tx: tx.execute(delete(api_keys).where(api_keys.c.id == key_id)).rowcount
        )
        if not gone:
            raise NotFound(f"there is no key {key_id}")

    def _fits(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False


def users_by_id(db: Connection) -> dict[int, User]:
    """Everybody of the house."""
    return {row.id: User(row.id, row.name, Role(row.role)) for row in db.execute(select(users))}


def digest(token: str) -> str:
    """How a token is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


def same(one: str, other: str) -> bool:
    """Compare secrets without telling by the time it takes where they differ."""
    return hmac.compare_digest(one.encode(), other.encode())


def _owner_exists(db: Connection) -> bool:
    return bool(db.execute(select(func.count()).where(users.c.role == Role.OWNER)).scalar())


def _session(db: Connection, token: str) -> tuple[Identity, datetime] | None:
    query = (
        select(users.c.id, users.c.name, users.c.role, sessions.c.csrf, sessions.c.seen)
        .join(users, users.c.id == sessions.c.user_id)
        .where(sessions.c.token_hash == digest(token))
    )
    row = db.execute(query).one_or_none()
    return (Identity(User(row.id, row.name, Role(row.role)), row.csrf), row.seen) if row else None


def _key(db: Connection, key: str) -> tuple[User, int, datetime | None] | None:
    query = (
        select(users.c.id, users.c.name, users.c.role, api_keys.c.id.label("key_id"), api_keys.c.last_used)
        .join(users, users.c.id == api_keys.c.user_id)
        .where(api_keys.c.key_hash == digest(key))
    )
    row = db.execute(query).one_or_none()
    return (User(row.id, row.name, Role(row.role)), row.key_id, row.last_used) if row else None
