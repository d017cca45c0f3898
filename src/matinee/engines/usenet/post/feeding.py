"""A process in the cell that is given one volume after the other, as they come."""

import asyncio
import contextlib
import json
from dataclasses import dataclass
from pathlib import Path

from matinee.engines.usenet.post.running import MEMORY, NO_LIMIT, start_cell

LONGEST_SILENCE = 120.0  # seconds over one volume


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a volume: it was the last one, or there is trouble; else more is needed."""

    is_done: bool = False
    trouble: str = ""
    words: str = ""


class Feed:
    """Opens one archive of stored files into `stage`, the only place it can write to."""

    def __init__(self, stage: Path) -> None:
        self._stage = stage
        self._process: asyncio.subprocess.Process | None = None

    async def give(self, volume: Path) -> Answer:
        """The next volume, which is whole."""
        process = self._process = self._process or await self._start()
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("a program without ears and mouth")
        try:
            process.stdin.write(json.dumps(str(volume)).encode() + b"\n")
            await process.stdin.drain()
            async with asyncio.timeout(LONGEST_SILENCE):
                said = json.loads(await process.stdout.readline())
        except (ConnectionError, ValueError, TimeoutError) as error:
            return Answer(trouble="damaged", words=f"the program that opens it ended: {error}")
        return Answer(bool(said.get("done")), said.get("trouble", ""), said.get("message", ""))

    async def _start(self) -> asyncio.subprocess.Process:
        process = await start_cell(self._stage, complaints=asyncio.subprocess.DEVNULL)
        order = {
            "feeds": True,
            "into": str(self._stage),
            "writes": [str(self._stage)],
            "largest": NO_LIMIT,  # what is stored becomes no larger than it came
            "memory": MEMORY,
        }
        if process.stdin:
            process.stdin.write(json.dumps(order).encode() + b"\n")
        return process

    async def stop(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        if process.stdin:
            process.stdin.close()
