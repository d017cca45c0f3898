import asyncio
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from matinee.kernel import auth
from matinee.kernel.auth import SESSION_LASTS, Bench, Doorkeeper, Patience, Role, TooManyTries, User, same
from matinee.kernel.database import Database
from matinee.kernel.errors import Conflict, NotFound, Refused

EVENING = datetime(2024, 5, 4, 20, 15, tzinfo=UTC)
PASSWORD = "correct horse battery"


@pytest.fixture
def door(opened: Database) -> Doorkeeper:
    return Doorkeeper(opened)


@pytest.fixture
def sqlite_door(on_sqlite: Database) -> Doorkeeper:
    return Doorkeeper(on_sqlite)


async def anna(door: Doorkeeper, role: Role = Role.OWNER) -> User:
    return await door.create_user("Anna", PASSWORD, role, EVENING)


async def everything_kept(door: Doorkeeper) -> str:
    """All that the memory holds about people, sessions and keys, as one text."""
    tables = (auth.users, auth.sessions, auth.api_keys)
    return await door._database.read(lambda db: str([list(db.execute(select(table))) for table in tables]))


async def test_a_person_signs_in_with_name_and_password(door: Doorkeeper) -> None:
    assert not await door.anyone_here()
    user = await anna(door)
    assert await door.anyone_here()
    session = await door.sign_in("  aNNa ", PASSWORD, EVENING)
    identity = await door.by_session(session.token, EVENING)
    assert identity and (identity.user, identity.csrf) == (user, session.csrf)


async def test_neither_passwords_nor_tokens_nor_keys_are_kept(door: Doorkeeper) -> None:
    user = await anna(door)
    session = await door.sign_in("anna", PASSWORD, EVENING)
    _, key = await door.make_key(user.id, "TV", EVENING)
    kept = await everything_kept(door)
    assert not any(secret in kept for secret in (PASSWORD, session.token, key))
    assert "$argon2id$v=19$m=19456,t=2,p=1$" in kept


@pytest.mark.parametrize(("name", "password"), [("anna", "wrong horse battery"), ("nobody", PASSWORD), ("", "")])
async def test_it_is_not_told_whether_name_or_password_is_wrong(
    sqlite_door: Doorkeeper, name: str, password: str
) -> None:
    await anna(sqlite_door)
    with pytest.raises(Refused, match=r"^Name or password is wrong\.$"):
        await sqlite_door.sign_in(name, password, EVENING)


async def test_a_name_is_taken_once_however_it_is_written(door: Doorkeeper) -> None:
    await anna(door)
    with pytest.raises(Conflict, match="ANNA is taken"):
        await door.create_user(" ANNA ", PASSWORD, Role.MEMBER, EVENING)


@pytest.mark.parametrize(
    ("name", "password", "says"),
    [("", PASSWORD, "name is needed"), (" \t", PASSWORD, "name is needed"), ("Ben", "short", "at least 10"),
     ("ß" * 40, PASSWORD, "at most 64"), ("n" * 65, PASSWORD, "at most 64")],
)  # fmt: skip
async def test_an_account_that_cannot_be_is_refused_in_words(
    door: Doorkeeper, name: str, password: str, says: str
) -> None:
    with pytest.raises(Refused, match=says):
        await door.create_user(name, password, Role.OWNER, EVENING)
    assert not await door.anyone_here()


async def test_of_many_set_ups_at_once_one_makes_the_owner(door: Doorkeeper) -> None:
    names = [f"owner {number}" for number in range(8)]
    results = await asyncio.gather(
        *(door.create_user(name, PASSWORD, Role.OWNER, EVENING) for name in names), return_exceptions=True
    )
    assert sum(isinstance(result, User) for result in results) == 1
    assert sum(isinstance(result, Conflict) for result in results) == 7
    count = select(func.count()).select_from(auth.users)
    assert await door._database.read(lambda db: db.execute(count).scalar_one()) == 1


async def test_a_session_ends_when_signed_out(door: Doorkeeper) -> None:
    await anna(door)
    first, second = [await door.sign_in("anna", PASSWORD, EVENING) for _ in range(2)]
    await door.sign_out(first.token)
    await door.sign_out("never given out")
    assert await door.by_session(first.token, EVENING) is None
    assert await door.by_session(second.token, EVENING)


async def test_a_session_lasts_as_long_as_it_is_used(door: Doorkeeper) -> None:
    await anna(door)
    session = await door.sign_in("anna", PASSWORD, EVENING)
    nearly = EVENING + SESSION_LASTS - timedelta(minutes=1)
    assert await door.by_session(session.token, nearly)
    assert await door.by_session(session.token, nearly + SESSION_LASTS - timedelta(minutes=1))
    assert await door.by_session(session.token, nearly + 3 * SESSION_LASTS) is None


async def test_sessions_long_unused_are_swept_out(door: Doorkeeper) -> None:
    await anna(door)
    await door.sign_in("anna", PASSWORD, EVENING)
    await door.sign_in("anna", PASSWORD, EVENING + 2 * SESSION_LASTS)
    count = select(func.count()).select_from(auth.sessions)
    assert await door._database.read(lambda db: db.execute(count).scalar_one()) == 1


async def test_every_session_has_a_token_and_a_csrf_of_its_own(sqlite_door: Doorkeeper) -> None:
    await anna(sqlite_door)
    sessions = [await sqlite_door.sign_in("anna", PASSWORD, EVENING) for _ in range(3)]
    assert len({value for session in sessions for value in (session.token, session.csrf)}) == 6
    assert all(len(session.token) >= 43 for session in sessions)


async def test_a_key_opens_until_it_is_revoked(door: Doorkeeper) -> None:
    user = await anna(door)
    made, key = await door.make_key(user.id, "TV", EVENING)
    identity = await door.by_key(key, EVENING)
    assert identity and identity.user == user
    assert identity.csrf is None
    assert [(known.name, known.last_used) for known in await door.keys()] == [("TV", EVENING)]
    await door.revoke_key(made.id)
    assert await door.by_key(key, EVENING) is None
    assert await door.keys() == []
    with pytest.raises(NotFound):
        await door.revoke_key(made.id)


async def test_tokens_do_not_open_as_keys_nor_keys_as_tokens(door: Doorkeeper) -> None:
    user = await anna(door)
    session = await door.sign_in("anna", PASSWORD, EVENING)
    _, key = await door.make_key(user.id, "TV", EVENING)
    assert await door.by_key(session.token, EVENING) is None
    assert await door.by_session(key, EVENING) is None
    assert await door.by_key(session.csrf, EVENING) is None
    assert await door.by_session("", EVENING) is None


async def test_who_guesses_must_wait_and_the_right_password_too(
    sqlite_door: Doorkeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: moment)
    await anna(sqlite_door)
    for _ in range(5):
        with pytest.raises(Refused, match="wrong"):
            await sqlite_door.sign_in("anna", "guess guess guess", EVENING)
    with pytest.raises(TooManyTries, match="in 1 seconds"):
        await sqlite_door.sign_in("Anna", PASSWORD, EVENING)
    moment += 1.1
    assert await sqlite_door.sign_in("anna", PASSWORD, EVENING)


async def test_guesses_at_the_same_time_are_counted_each(sqlite_door: Doorkeeper) -> None:
    await anna(sqlite_door)
    guesses = (sqlite_door.sign_in("anna", f"guess number {number}", EVENING) for number in range(40))
    results = await asyncio.gather(*guesses, return_exceptions=True)
    assert sum(isinstance(result, TooManyTries) for result in results) == 35


async def test_signing_in_from_several_devices_at_once_is_no_guessing(sqlite_door: Doorkeeper) -> None:
    await anna(sqlite_door)
    for _ in range(3):
        await asyncio.gather(*(sqlite_door.sign_in("anna", PASSWORD, EVENING) for _ in range(4)))


def test_patience_grows_to_a_minute_and_is_regained(monkeypatch: pytest.MonkeyPatch) -> None:
    moment = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: moment)
    patience = Patience()
    for _ in range(30):
        patience.failed("anna")
    moment += 59
    with pytest.raises(TooManyTries):
        patience.check("anna")
    patience.check("ben")
    moment += 2
    patience.check("anna")
    patience.succeeded("anna")
    assert not patience.tries


def test_patience_does_not_remember_endlessly_many_names() -> None:
    patience = Patience()
    for number in range(25_000):
        patience.failed(str(number))
    assert len(patience.tries) <= 10_001


def test_secrets_are_compared_whole() -> None:
    assert same("ключ", "ключ")
    assert not same("key", "key ")
    assert not same("", "key")


def test_patience_forgets_the_oldest_and_keeps_who_is_at_it() -> None:
    patience = Patience()
    for _ in range(9):
        patience.failed("anna")
    for number in range(9_000):
        patience.failed(f"early {number}")
    patience.failed("anna")
    for number in range(9_000):
        patience.failed(f"late {number}")
    with pytest.raises(TooManyTries):
        patience.check("anna")


async def test_a_guesser_does_not_keep_others_from_the_same_name(sqlite_door: Doorkeeper) -> None:
    await anna(sqlite_door)
    for _ in range(6):
        with pytest.raises(Refused):
            await sqlite_door.sign_in("anna", "guess guess guess", EVENING, address="203.0.113.9")
    with pytest.raises(TooManyTries):
        await sqlite_door.sign_in("anna", PASSWORD, EVENING, address="203.0.113.9")
    assert await sqlite_door.sign_in("anna", PASSWORD, EVENING, address="192.168.1.2")


async def test_a_name_guessed_from_everywhere_rests_too(sqlite_door: Doorkeeper) -> None:
    await anna(sqlite_door)
    for number in range(20):
        with pytest.raises(Refused, match="is wrong"):
            await sqlite_door.sign_in("anna", "guess guess guess", EVENING, address=f"203.0.113.{number}")
    with pytest.raises(TooManyTries):
        await sqlite_door.sign_in("anna", PASSWORD, EVENING, address="192.168.1.2")


async def test_passwords_are_hashed_two_at_a_time_and_few_may_wait() -> None:
    bench, go = Bench(), threading.Event()
    working: list[str] = []

    def hash(password: str) -> str:
        working.append(password)
        go.wait(10)
        return password

    asked = [asyncio.create_task(bench(hash, str(number))) for number in range(12)]
    try:
        done, _ = await asyncio.wait(asked, timeout=0.2)
        assert [type(task.exception()) for task in done] == [TooManyTries, TooManyTries]
        assert len(working) == 2
    finally:
        go.set()
    results = await asyncio.gather(*asked, return_exceptions=True)
    assert sorted(result for result in results if isinstance(result, str)) == sorted(map(str, range(10)))
    assert await bench(hash, "again") == "again"
