"""A program that works on a stranger's files: locked in, watched, and ended when it goes too far."""

import asyncio
import contextlib
import json
import os
import re
import sys
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

CELL = Path(__file__).with_name("cell.py")
LOOK = 0.25  # seconds between looks at what it makes
MEMORY = 6 * 2**30  # address space; what it really uses is far less
MOST_FILES = 50_000
MOST_LINES = 4000  # that are kept of what it says
NO_LIMIT = 2**50

_LINES = re.compile(rb"[\r\n]+")


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be run: a `command`, or the built-in RAR opener with its `volumes`.

    `writes` are the only folders it can write to; in the last of them it may make `total` bytes at most.
    """

    writes: tuple[Path, ...]
    command: tuple[str, ...] | None = None
    volumes: tuple[Path, ...] = ()
    password: str = field(default="", repr=False)
    total: int = NO_LIMIT
    folder: Path | None = None  # where it works


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it ended; `is_too_large` when it was ended for making too much."""

    code: int
    lines: tuple[str, ...]
    is_too_large: bool = False

    @property
    def text(self) -> str:
        """All it said."""
        return "\n".join(self.lines)


async def start_cell(folder: Path, *, complaints: int) -> asyncio.subprocess.Process:
    """A guarded process in this folder, which waits for its order; `complaints` is where its stderr goes."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        str(CELL),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=complaints,
        cwd=folder,
        env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
        start_new_session=True,
    )


async def run(order: Order, on_line: Callable[[str], None] | None = None) -> Outcome:
    """Run it to its end; a cancelled task ends it as well."""
    process = await start_cell(order.folder or order.writes[-1], complaints=asyncio.subprocess.STDOUT)
    watch = asyncio.create_task(_watch(process, order))
    try:
        lines = await _talk(process, order, on_line)
        code = await process.wait()
    finally:
        watch.cancel()
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        with contextlib.suppress(asyncio.CancelledError):
            await watch
    return Outcome(code, tuple(lines), watch.done() and not watch.cancelled() and watch.result())


async def _talk(
    process: asyncio.subprocess.Process, order: Order, on_line: Callable[[str], None] | None
) -> Sequence[str]:
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("a program without ears and mouth")
    with contextlib.suppress(ConnectionError):
        process.stdin.write(_letter(order))
        process.stdin.close()
    lines: deque[str] = deque(maxlen=MOST_LINES)
    rest = b""
    while chunk := await process.stdout.read(65536):
        *whole, rest = _LINES.split(rest[-4096:] + chunk)
        for line in (one.decode(errors="replace").strip() for one in whole):
            if line:
                lines.append(line)
            if line and on_line is not None:
                on_line(line)
    return [*lines, rest.decode(errors="replace").strip()]


def _letter(order: Order) -> bytes:
    return json.dumps(
        {
            "command": order.command,
            "volumes": [str(one) for one in order.volumes],
            "into": str(order.writes[-1]),
            "writes": [str(one) for one in order.writes],
            "password": order.password,
            "largest": min(order.total, NO_LIMIT),
            "total": min(order.total, NO_LIMIT),
            "memory": MEMORY,
        }
    ).encode()


async def _watch(process: asyncio.subprocess.Process, order: Order) -> bool:
    """Whether it had to be ended for what it made."""
    if order.total >= NO_LIMIT:
        return False
    while process.returncode is None:
        await asyncio.sleep(LOOK)
        size, files = await asyncio.to_thread(measure, order.writes[-1])
        if size > order.total or files > MOST_FILES:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            return True
    return False


def measure(folder: Path) -> tuple[int, int]:
    """Bytes and number of all that is in a folder; links are not followed."""
    size = files = 0
    for place, folders, names in os.walk(folder):
        files += len(folders) + len(names)
        for name in names:
            with contextlib.suppress(OSError):
                size += (Path(place) / name).lstat().st_size
    return size, files
