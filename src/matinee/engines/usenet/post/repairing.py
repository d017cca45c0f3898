"""par2 makes a damaged download whole again: asked only when the checksums did not fold."""

import contextlib
import importlib
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matinee.engines.usenet.post.running import Order, run
from matinee.kernel.errors import Unreachable

_MORE = re.compile(r"You need (\d+) more recovery blocks?")
_PERCENT = re.compile(r"(\d{1,3})(?:\.\d+)?%")
_FULL = ("no space left", "disk full", "could not write", "disk quota")


@dataclass(frozen=True, slots=True)
class Repair:
    """How par2 judged: whether all is whole now, whether it had to repair, and how many blocks it still lacks."""

    is_whole: bool
    has_repaired: bool = False
    lacks: int = 0
    is_disk_full: bool = False
    words: str = ""


def par2_program() -> str:
    """The one that came with the house, or the system's; Unreachable when there is none."""
    with contextlib.suppress(ImportError):
        carried: Any = importlib.import_module("par2.cli")
        if Path(carried.par2_executable()).is_file():
            return str(carried.par2_executable())
    found = shutil.which("par2")
    if found is None:
        raise Unreachable("par2 is missing, so nothing can be repaired: install par2cmdline-turbo")
    return found


async def repair(folder: Path, index: Path, others: Sequence[Path], tell: Callable[[str, int], None]) -> Repair:
    """Verify and repair what the set with this `index` file protects; `others` are looked through for lost slices.

    `tell` hears "Verifying" or "Repairing" and the per cent done.
    """
    command = (par2_program(), "repair", "-q", "-B", str(folder), "--", str(index), *(str(one) for one in others))
    command = tuple(word for word in command if word != "-q")
    done = await run(Order((folder,), command), lambda line: _tell(line, tell))
    more = _MORE.search(done.text)
    if more:
        return Repair(False, lacks=int(more[1]), words=f"{more[1]} more recovery blocks are needed")
    said = done.text.lower()
    if done.code == 0:
        return Repair(True, has_repaired="repair complete" in said)
    is_full = any(word in said for word in _FULL)
    return Repair(False, is_disk_full=is_full, words=done.lines[-1] if done.lines else f"par2 ended with {done.code}")


def _tell(line: str, tell: Callable[[str, int], None]) -> None:
    percent = _PERCENT.search(line)
    if percent:
        tell("Repairing" if line.startswith(("Repairing", "Constructing", "Solving")) else "Verifying", int(percent[1]))


def sweep_backups(folder: Path, names: Sequence[str]) -> None:
    """Throw away the damaged originals, which par2 keeps as `name.1`."""
    for name in names:
        for at in range(1, 4):
            (folder / f"{name}.{at}").unlink(missing_ok=True)
