"""What stands above every list: version, disks, limits, and all jobs together."""

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from matinee.pipeline.usenet_port import UsenetEngine, UsenetJob
from matinee.products.sabnzbd.memory import Memory
from matinee.products.sabnzbd.wire import VERSION, mib, time_left, units

GIB = 2**30


def header(engine: UsenetEngine, memory: Memory) -> dict[str, Any]:
    """What stands at the top of queue and status."""
    unfinished, finished = (_space(folder) for folder in (engine.incomplete_folder, engine.complete_folder))
    quota, spent = engine.quota()
    return {
        "version": VERSION,
        "paused": engine.is_paused,
        "pause_int": memory.pause_left(),
        "paused_all": False,
        "diskspace1": f"{unfinished[1] / GIB:.2f}",
        "diskspace2": f"{finished[1] / GIB:.2f}",
        "diskspace1_norm": units(unfinished[1]),
        "diskspace2_norm": units(finished[1]),
        "diskspacetotal1": f"{unfinished[0] / GIB:.2f}",
        "diskspacetotal2": f"{finished[0] / GIB:.2f}",
        "speedlimit": str(_percent(engine, memory)),
        "speedlimit_abs": str(float(engine.speed_limit)) if engine.speed_limit else "0",
        "have_warnings": str(len(memory.warnings)),
        "finishaction": None,
        "quota": units(quota.size),
        "have_quota": quota.size > 0,
        "left_quota": units(max(quota.size - spent.used, 0)),
        "cache_art": "0",
        "cache_size": "0 B",
    }


def _space(folder: Path) -> tuple[int, int]:
    """All and free bytes of the disk that the folder is on, or will be."""
    there = next((one for one in (folder, *folder.parents) if one.exists()), Path("/"))
    usage = shutil.disk_usage(there)
    return usage.total, usage.free


def _percent(engine: UsenetEngine, memory: Memory) -> int:
    if engine.speed_limit and memory.line:
        return min(round(engine.speed_limit * 100 / memory.line), 100)
    return 100 if engine.speed_limit else memory.percent


def totals(jobs: Iterable[UsenetJob], speed: int) -> dict[str, Any]:
    """Size, rest and time of these jobs together."""
    counted = list(jobs)
    size, left = sum(job.size for job in counted), sum(job.left for job in counted)
    return {
        "kbpersec": f"{speed / 1024:.2f}",
        "speed": units(speed),
        "mb": mib(size),
        "mbleft": mib(left),
        "size": units(size, "B"),
        "sizeleft": units(left, "B"),
        "timeleft": time_left(left / speed) if speed > 0 else "0:00:00",
    }
