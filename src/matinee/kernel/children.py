"""Programs the house keeps running: when one falls over it is picked up, a little later each time."""

import asyncio
import contextlib
import logging
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence

from matinee.kernel.errors import MatineeError

log = logging.getLogger(__name__)

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 30.0
STEADY_SECONDS = 60.0
STOP_SECONDS = 10.0
# Of our environment; the keys and passwords in the rest are none of a child's business.
PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "PYTHONPATH", "LD_LIBRARY_PATH", "VIRTUAL_ENV")


class Child:
    """One program of ours in a process of its own, restarted with back-off for as long as `run` runs.

    `arguments` are asked for at each start; what they refuse with is logged, and asked again later.
    """

    def __init__(self, name: str, arguments: Callable[[], Sequence[str]], environment: Mapping[str, str]) -> None:
        self.name = name
        self._arguments = arguments
        self._environment = dict(environment)
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int | None:
        """The process' number while it runs."""
        return self._process.pid if self._process else None

    async def run(self) -> None:
        """Keep it running; cancelling this stops it, kindly first."""
        pause = FIRST_PAUSE
        while True:
            started = time.monotonic()
            try:
                ending = f"it ended with status {await self._once()}"
            except MatineeError as error:
                ending = str(error)
            except Exception as error:  # no memory, no descriptors: the child must come back all the same
                log.exception("%s could not be started", self.name)
                ending = f"it could not be started ({type(error).__name__})"
            finally:
                self._process = None
            if time.monotonic() - started > STEADY_SECONDS:
                pause = FIRST_PAUSE
            log.warning("%s: %s; started again in %.1f s", self.name, ending, pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _once(self) -> int:
        given = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        environment = {**given, **self._environment}
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, *self._arguments(), env=environment, stdin=asyncio.subprocess.DEVNULL
        )
        log.info("%s runs (pid %d)", self.name, self._process.pid)
        try:
            return await self._process.wait()
        except asyncio.CancelledError:
            await self._stop(self._process)
            raise

    async def _stop(self, process: asyncio.subprocess.Process) -> None:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await process.wait()
        except TimeoutError:
            log.warning("%s did not stop in %d s and is killed", self.name, STOP_SECONDS)
            process.kill()
            await process.wait()
