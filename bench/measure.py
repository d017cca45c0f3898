"""What a program costs: its seconds of processor and its memory, children included."""

import contextlib
import json
import os
import signal
import socket
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

MIB = 1024 * 1024


@dataclass(frozen=True)
class ProcessCost:
    """One process of a tree: memory in bytes, processor in seconds since its start."""

    pid: int
    name: str
    pss: int
    rss: int
    cpu: float


def cost_of_tree(root: int) -> list[ProcessCost]:
    """Every living process of the tree, the root first."""
    parent = psutil.Process(root)
    found = []
    for process in [parent, *parent.children(recursive=True)]:
        with contextlib.suppress(psutil.NoSuchProcess), process.oneshot():
            found.append(_cost(process))
    return found


def _cost(process: psutil.Process) -> ProcessCost:
    memory, cpu = process.memory_full_info(), process.cpu_times()
    # Children that ended and were waited for count as well.
    seconds = cpu.user + cpu.system + cpu.children_user + cpu.children_system
    return ProcessCost(process.pid, _name(process), memory.pss, memory.rss, seconds)


def _name(process: psutil.Process) -> str:
    """The program and its first plain words: `matinee serve`, `ffmpeg`."""
    words = [word for word in process.cmdline() if not word.startswith("-")]
    words = words[1:] if len(words) > 1 and Path(words[0]).name.startswith("python") else words
    return " ".join([Path(words[0]).name, *words[1:2]]) if words else process.name()


def cpu_seconds(root: int) -> float:
    """Processor seconds of the whole tree so far."""
    return sum(each.cpu for each in cost_of_tree(root))


def rss_mib(root: int) -> float:
    """Resident memory of the whole tree, in MiB; pages shared by several processes count several times."""
    return sum(each.rss for each in cost_of_tree(root)) / MIB


@contextlib.contextmanager
def running(command: Sequence[str | Path], **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    """A program, for as long as the block lasts; it is asked to end, and made to after ten seconds."""
    process = subprocess.Popen([str(word) for word in command], **options)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until(is_true: Callable[[], bool], what: str, *, seconds: float = 30.0, every: float = 0.02) -> float:
    """Look again and again; the seconds it took, or an error that names what did not come."""
    start = time.perf_counter()
    while not is_true():
        if time.perf_counter() - start > seconds:
            raise SystemExit(f"waited {seconds:g} seconds in vain for {what}")
        time.sleep(every)
    return time.perf_counter() - start


def free_port() -> int:
    """A port of loopback that was free a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as once:
        return int(once.getsockname()[1])


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of all values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def median(values: Sequence[float]) -> float:
    """The one in the middle."""
    return statistics.median(values)


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    return {"cores": os.cpu_count(), "load": os.getloadavg()[0], "kernel": os.uname().release}


def save(path: Path | None, figures: Any) -> None:
    """Write the figures as JSON, where a file was named."""
    if path is not None:
        path.write_text(json.dumps(figures, indent=2) + "\n")


def judge(name: str, figure: float, aim: float) -> None:
    """Say whether a figure stays under its aim; end with a failure when it does not."""
    print(f"aim {name} <= {aim:g}: {'reached' if figure <= aim else 'MISSED'} ({figure:.2f})")
    if figure > aim:
        raise SystemExit(1)
