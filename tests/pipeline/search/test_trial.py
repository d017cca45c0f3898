import socket
from dataclasses import replace

import pytest

from matinee.kernel.database import Database
from matinee.kernel.errors import Refused, Unreachable
from matinee.media.indexing import Abilities, Page
from matinee.store.indexers import StoredIndexer
from tests.pipeline.search.fakes import Fake, Time, house_of, offer

LAB = StoredIndexer(name="Lab", kind="fake", settings={"url": "http://lab"})


class LoggingIn(Fake):
    refusal: Refused | None = None

    async def sign_in(self) -> str:
        if self.refusal:
            raise self.refusal
        return "as anna"


async def steps_of(database: Database, fake: Fake, stored: StoredIndexer = LAB, *, link: bool = False) -> list[str]:
    async with house_of(database) as house:
        house.fakes[fake.name] = fake
        steps = await house.hub.test(stored, link=link)
        assert fake.is_closed or steps[0].name == "settings"
        return [f"{step.name}: {step.text}" if step.ok else f"{step.name} FAILED: {step.text}" for step in steps]


async def test_all_steps_are_told(on_sqlite: Database) -> None:
    assert await steps_of(on_sqlite, LoggingIn("Lab", [offer()]), link=True) == [
        "settings: fake",
        "address: http://lab",
        "login: as anna",
        "caps: search, movie, tvsearch; 2 categories",
        "search: 1 rows",
        "rows: 1 of 1 can be read",
        "download link: a torrent of 8 bytes",
    ]


async def test_a_download_is_fetched_only_when_asked_for(on_sqlite: Database) -> None:
    fake = Fake("Lab", [offer()])
    assert (await steps_of(on_sqlite, fake))[-1] == "rows: 1 of 1 can be read"
    assert fake.grabbed == []


async def test_bad_settings_ask_nobody(on_sqlite: Database) -> None:
    told = await steps_of(on_sqlite, Fake("Lab"), replace(LAB, priority=99))
    assert told == ["settings FAILED: indexer 'Lab': priority must be 1 (first) to 50 (last)"]


async def test_nobody_there_is_the_address(on_sqlite: Database) -> None:
    error = Unreachable("Lab: no connection (no such name)")
    error.__cause__ = socket.gaierror()
    told = await steps_of(on_sqlite, Fake("Lab", error=error))
    assert told[-1] == "address FAILED: Lab: no connection (no such name)"


async def test_a_wrong_password_is_the_login(on_sqlite: Database) -> None:
    fake = LoggingIn("Lab")
    fake.refusal = Refused("Lab: wrong password")
    told = await steps_of(on_sqlite, fake)
    assert told[1:] == ["address: http://lab", "login FAILED: Lab: wrong password"]


@pytest.mark.parametrize(
    ("fake", "last"),
    [
        (Fake("Lab", can=Abilities()), "caps FAILED: it offers no kind of search: is this the address of its API?"),
        (Fake("Lab"), "search FAILED: no results in the chosen categories: choose others, or none for all"),
        (
            Fake("Lab", answers=lambda question: Page((), 3, troubles=("row 1: no title",))),
            "rows FAILED: none of its 3 rows can be read: row 1: no title",
        ),
        (Fake("Lab", error=Refused("Lab: key invalid")), "search FAILED: Lab: key invalid"),
    ],
)
async def test_the_failing_step_is_named(on_sqlite: Database, fake: Fake, last: str) -> None:
    assert (await steps_of(on_sqlite, fake))[-1] == last


async def test_categories_that_it_has_not_are_told_with_those_it_has(on_sqlite: Database) -> None:
    told = await steps_of(on_sqlite, Fake("Lab"), replace(LAB, settings={"categories": "3000"}))
    assert told[-1].startswith("caps FAILED: it has none of the chosen categories; choose of its own: 2040 Movies/HD")


async def test_one_that_hangs_is_given_up(on_sqlite: Database) -> None:
    import asyncio

    told = await steps_of(on_sqlite, Fake("Lab", gate=asyncio.Event()), replace(LAB, deadline=0.02))
    assert told[-1] == "search FAILED: Lab: no answer within 0.02 seconds"


async def test_a_test_that_passes_frees_a_blocked_indexer_and_keeps_its_pace(on_sqlite: Database) -> None:
    time, fake = Time(), Fake("Lab", error=Unreachable("Lab: HTTP 500"))
    async with house_of(on_sqlite, fake, time=time) as house:
        await house.search()
        fake.error, fake.releases = None, [offer()]
        await house.hub.test(house.hub.seat(house.id("Lab")).stored)
        assert house.hub.seat(house.id("Lab")).health.state == "well"
        assert fake.at[1] - fake.at[0] >= 2.0
