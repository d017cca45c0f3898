"""`matinee serve` that pulls its own plug once, at an exact point of a journey.

MATINEE_PLUG holds "STEP PHASE MARKER": the step's name, when (begun: written down as running; committing:
all work done, nothing committed; done: just committed), and a file that says it has happened already.
"""

import os
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from matinee import cli
from matinee.kernel.database import Transaction
from matinee.kernel.journal import State
from matinee.kernel.journeys import Journey, Step


def pull(marker: Path) -> None:
    """No power, right now."""
    marker.touch()
    os.kill(os.getpid(), signal.SIGKILL)


def install(step_name: str, phase: str, marker: Path) -> None:
    """Put the plug where it will be pulled."""
    begin, finish, do_step = Journey._begin, Journey._finish, Journey.step

    def due(name: str, now: str) -> bool:
        return name == step_name and phase == now and not marker.exists()

    async def begun(self: Journey, seq: int, step: Step) -> None:
        await begin(self, seq, step)
        if due(step.name, "begun"):
            pull(marker)

    def committing(self: Journey, tx: Transaction, seq: int, step: Step, state: State, result: Any) -> None:
        finish(self, tx, seq, step, state, result)
        if due(step.name, "committing"):
            pull(marker)

    async def done(self: Journey, name: str, work: Callable[[Step], Awaitable[Any]]) -> Any:
        result = await do_step(self, name, work)
        if due(name, "done"):
            pull(marker)
        return result

    Journey._begin, Journey._finish, Journey.step = begun, committing, done  # type: ignore[method-assign]


if __name__ == "__main__":
    name, when, where = os.environ["MATINEE_PLUG"].split(" ", 2)
    install(name, when, Path(where))
    cli.main()
