"""A program of the owner's that prints the port, for providers whose call is not spoken here."""

import asyncio
import contextlib
import os
import signal
import stat
import sys
from collections.abc import Mapping
from pathlib import Path

from matinee.engines.tunnel.errand import Porter, environment
from matinee.engines.tunnel.ports import Given
from matinee.engines.tunnel.ways.call import port_in
from matinee.kernel.errors import Refused, Unreachable

SECONDS = 30.0
AGAIN = 45.0
LARGEST_ANSWER = 4096
MOST_PORTS = 16


class Program:
    """Run in the room as any guarded program is: by its file, without a shell, without our rights and secrets."""

    def __init__(self, porter: Porter, file: Path, told: Mapping[str, str], *, seconds: float = SECONDS) -> None:
        self._porter, self._file, self._told, self._seconds = porter, file, told, seconds

    async def ask(self) -> Given:
        """What it prints: one port or several. Refused when it fails, Unreachable when it takes too long."""
        judge(self._file)
        room = self._porter.room.arguments([str(self._file)], parent=os.getpid())
        running = await asyncio.create_subprocess_exec(
            sys.executable,
            *room,
            env={**environment(), **self._told},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        try:
            async with asyncio.timeout(self._seconds):
                said, complaint, status = await _ended(running)
        except TimeoutError as error:
            raise Unreachable(f"{self._file} has told no port within {self._seconds:.0f} s") from error
        finally:
            await _swept(running)
        if status != 0:
            raise Refused(f"{self._file} ended with status {status}: {_last_line(complaint)}")
        return Given(ports_in(said, self._file), AGAIN)


async def _ended(running: asyncio.subprocess.Process) -> tuple[bytes, bytes, int]:
    if running.stdout is None or running.stderr is None:
        raise Unreachable("the program that tells the port has no voice")
    said, complaint = await asyncio.gather(_heard(running.stdout), _heard(running.stderr))
    return said, complaint, await running.wait()


async def _heard(line: asyncio.StreamReader) -> bytes:
    """All is read, so that it is not held up; only the beginning is kept."""
    kept = b""
    while piece := await line.read(LARGEST_ANSWER):
        kept = (kept + piece)[:LARGEST_ANSWER]
    return kept


async def _swept(running: asyncio.subprocess.Process) -> None:
    """It and what it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(running.pid, signal.SIGKILL)
    await running.wait()


def judge(file: Path) -> None:
    """Refused unless it is a program that only its owner can have written, given by its whole path."""
    if not file.is_absolute():
        raise Refused(f"{file}: give the whole path of the program that tells the port")
    try:
        found = file.stat()
    except OSError as error:
        raise Refused(f"{file}: the program that tells the port is not there ({error.strerror})") from error
    if not stat.S_ISREG(found.st_mode) or not os.access(file, os.X_OK):
        raise Refused(f"{file} is no program: run chmod +x on it")
    if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH) or found.st_uid not in {0, os.geteuid()}:
        raise Refused(f"{file} can be changed by others: it must be yours, and chmod go-w run on it")


def ports_in(said: bytes, file: Path) -> tuple[int, ...]:
    """Numbers with blanks or commas between them. Refused when there is anything else."""
    words = said.decode("utf-8", "replace").replace(",", " ").split()
    if not words or len(words) > MOST_PORTS or not all(word.isascii() and word.isdigit() for word in words):
        raise Refused(f"{file} must print the port and nothing else")
    return tuple(port_in(int(word[:6])) for word in words)


def _last_line(complaint: bytes) -> str:
    lines = complaint.decode("utf-8", "replace").strip().splitlines()
    return lines[-1][:200] if lines else "it says no reason"
