"""A house that tells small tales until somebody pulls the plug: each line of input lets it live once more.

`python tests/kernel/telling.py URL JOURNEYS`. For every line read a child is forked and its pid printed; the child
prints a dot for each piece of work it begins, and `done` when every journey has ended. It is made to be killed.
"""

import asyncio
import os
import sys
from datetime import timedelta

from sqlalchemy import Column, Integer, MetaData, String, Table, func, insert, select

from matinee.kernel.clock import now
from matinee.kernel.database import Database, Transaction
from matinee.kernel.errors import Refused, Unreachable
from matinee.kernel.events import Bus
from matinee.kernel.journal import journeys as table
from matinee.kernel.journal import unfinished
from matinee.kernel.journeys import Backoff, Journey, Journeys, Step

STEPS = ("asked", "searched", "grabbed", "imported")

# Without a key that would hide a second effect.
effects = Table("effects", MetaData(), Column("journey", Integer), Column("step", String(20)))


async def tale(journey: Journey) -> None:
    """Four steps with an effect each, one that fails at first, one that is refused, and a rest."""
    for name in STEPS:
        await journey.step(name, _work(journey, name))
    await journey.rest("rested", now() + timedelta(milliseconds=5), "Resting.")
    try:
        await journey.step("refused", _refusing)
    except Refused:
        await journey.step("went on", _work(journey, "went on"))


def _work(journey: Journey, name: str):  # type: ignore[no-untyped-def]
    async def work(step: Step) -> str:
        os.write(1, b".\n")
        if name == "searched" and step.attempt == 1:
            raise Unreachable("nobody answers yet")
        await asyncio.sleep(0)
        step.on_commit(lambda tx: _effect(tx, journey.subject, name))
        return name

    return work


async def _refusing(step: Step) -> None:
    raise Refused("not like this")


def _effect(tx: Transaction, subject: int, name: str) -> None:
    tx.execute(insert(effects).values(journey=subject, step=name))


async def live(url: str, wanted: int) -> None:
    """Take up what is under way, begin some more, and say so when all has ended."""
    database = Database(url, Bus())
    database.open(lambda connection: None)
    journeys = Journeys(database, backoff=Backoff(first=timedelta(milliseconds=5)))
    journeys.tell("tale", tale)
    await database.write(lambda tx: _begin(tx, journeys, wanted))
    await journeys.open()
    with database.bus.reading() as events:
        while await database.read(unfinished):
            await asyncio.wait(under_way) if (under_way := [*journeys._running.values()]) else await anext(events)
    await journeys.close()
    await database.close()
    os.write(1, b"done\n")


def _begin(tx: Transaction, journeys: Journeys, wanted: int) -> None:
    if not tx.connection.dialect.has_table(tx.connection, "effects"):
        effects.metadata.create_all(tx.connection)
    known = tx.execute(select(func.count()).select_from(table)).scalar_one()
    for subject in range(known, known + wanted):
        journeys.start(tx, "tale", subject)


def main(url: str, wanted: int) -> None:
    """One life a line."""
    for _ in sys.stdin:
        pid = os.fork()
        if not pid:
            asyncio.run(live(url, wanted))
            os._exit(0)
        os.write(1, f"{pid}\n".encode())
        os.waitpid(pid, 0)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
