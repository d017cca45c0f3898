"""The plug is pulled, for real and at any moment: every effect is there, and none is there twice."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, select

from matinee.kernel.journal import State, journeys, steps
from tests.kernel.telling import STEPS, effects

SCRIPT = Path(__file__).with_name("telling.py")
JOURNEYS = 3  # new ones in every life
KILLS = 22


@pytest.fixture
def house(database_url: str) -> Iterator["subprocess.Popen[str]"]:
    """The process that gives birth to the houses."""
    house = subprocess.Popen(
        [sys.executable, SCRIPT, database_url, str(JOURNEYS)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    yield house
    assert house.stdin and house.stdout
    house.stdin.close()
    house.wait(20)
    house.stdout.close()


class Life:
    """One life of the house."""

    def __init__(self, house: "subprocess.Popen[str]") -> None:
        assert house.stdin and house.stdout
        self.house, self.lines = house, house.stdout
        house.stdin.write("live\n")
        house.stdin.flush()
        self.pid, self.begun, self.ended = 0, 0, False
        while not self.pid:  # dots of the life before may still lie in the pipe
            line = self._line()
            self.pid = int(line) if line.isdigit() else 0

    def watch(self, pieces_of_work: int) -> None:
        """Look on until so much was begun, or all is done."""
        while not self.ended and self.begun < pieces_of_work:
            self.ended = self._line() == "done"
            self.begun += not self.ended

    def _line(self) -> str:
        line = self.lines.readline().strip()
        assert line, "the house broke down by itself"
        return line

    def kill(self, after: float) -> None:
        """`kill -9`, some microseconds after what was seen last."""
        until = time.perf_counter() + after
        while time.perf_counter() < until:
            pass
        with contextlib.suppress(ProcessLookupError):  # it was done in that very moment
            os.kill(self.pid, signal.SIGKILL)


def test_killed_at_any_moment_each_effect_happens_exactly_once(
    house: "subprocess.Popen[str]", database_url: str
) -> None:
    chance = random.Random(1927)
    for _ in range(KILLS):
        life = Life(house)
        life.watch(chance.randrange(1, 24))
        life.kill(chance.random() * 0.004)
    last = Life(house)
    last.watch(1_000_000)
    assert last.ended
    engine = create_engine(make_url(database_url) if "sqlite" in database_url else _with_driver(database_url))
    with engine.connect() as db:
        found = Counter(tuple(row) for row in db.execute(select(effects)))
        subjects = set(db.execute(select(journeys.c.subject)).scalars())
        states = set(db.execute(select(journeys.c.state)).scalars())
        attempts = db.execute(select(steps.c.attempts).where(steps.c.name == "searched")).scalars().all()
    engine.dispose()
    assert found == {(subject, step): 1 for subject in subjects for step in (*STEPS, "went on")}
    assert states == {State.DONE}
    assert len(subjects) > KILLS
    assert max(attempts) > min(attempts) >= 2, "no work was ever cut off"


def _with_driver(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://")
