"""How soon a film in RAR volumes is there after its last article: opened while it comes, and afterwards, in turn.

    python bench/usenet_unpack.py [--mib 400] [--volume 20] [--rounds 3] [--speeds 0,100] [--folder /var/tmp]

The server is the lab's, a process of its own. Speeds are limits in MB (10^6 bytes) a second, 0 is none. Each result is
compared by sha1. "after" is the time from the last article until the job is in the history, "all" from handing it over.
"""

import argparse
import asyncio
import hashlib
import importlib
import multiprocessing
import shutil
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from matinee.engines.usenet import NewsEngine, Settings  # noqa: E402
from matinee.lab.news import NewsLab  # noqa: E402
from matinee.lab.news_posts import made_up  # noqa: E402
from matinee.pipeline.usenet_port import JobState, NewsServer  # noqa: E402

rars: Any = importlib.import_module("rars")
MIB = 2**20
PATIENCE = 300.0


def serve(pipe: Connection, mib: int, volume: int, folder: str) -> None:
    """Post the film in volumes, with a par2 set, and serve it until told to end."""
    with tempfile.TemporaryDirectory(prefix="matinee-unpack-", dir=folder) as place:
        builder = rars.RarBuilder(store=True, volume_size=volume * MIB, format="rar50")
        film = b"".join(made_up(MIB, at) for at in range(mib))
        builder.add_bytes(film, "The.Film.mkv")
        volumes = {path.name: Path(path) for path in builder.write_volumes(str(Path(place) / "film.part1.rar"))}
        lab = NewsLab()
        posted = lab.post("Film", volumes, article_size=700 * 1024, par2_blocks=4)
        for path in volumes.values():
            path.unlink()
        lab.start()
        pipe.send((lab.port, posted.nzb, hashlib.sha1(film, usedforsecurity=False).hexdigest(), len(volumes)))
        pipe.recv()
        lab.stop()


async def once(port: int, nzb: bytes, sha1: str, speed: int, folder: Path, *, direct: bool) -> tuple[float, float]:
    """Seconds from the last article to the end, and of all."""
    engine = NewsEngine(
        folder / "state", complete=folder / "complete", incomplete=folder / "incomplete", settings=Settings()
    )
    await engine.open()
    try:
        await engine.set_servers([NewsServer("lab", "127.0.0.1", port, tls=False, connections=8)])
        await engine.set_preferences(replace(engine.preferences(), direct_unpack=direct))
        await engine.set_speed_limit(speed * 1_000_000)
        began = time.perf_counter()
        await engine.add(nzb, name="Film")
        last = await _fetched(engine)
        async with asyncio.timeout(PATIENCE):
            revision = 0
            while not engine.history():
                revision = await engine.changed(revision)
        done = time.perf_counter()
        (job,) = engine.history()
        film = (job.storage or Path()) / "The.Film.mkv"
        if job.state is not JobState.COMPLETED or hashlib.sha1(film.read_bytes()).hexdigest() != sha1:
            raise SystemExit(f"the film is not as it was posted: {job.message}")
        if direct is not any("while it came" in line for lines in job.stages.values() for line in lines):
            raise SystemExit(f"it was not opened as wished: {job.stages}")
        return done - last, done - began
    finally:
        await engine.close()


async def _fetched(engine: NewsEngine) -> float:
    """When the last article had come."""
    async with asyncio.timeout(PATIENCE):
        revision = 0
        while any(job.state in {JobState.QUEUED, JobState.DOWNLOADING} for job in engine.queue()):
            revision = await engine.changed(revision)
    return time.perf_counter()


def main() -> None:
    """Measure, and print a table."""
    asks = argparse.ArgumentParser(description=__doc__)
    asks.add_argument("--mib", type=int, default=400)
    asks.add_argument("--volume", type=int, default=20, help="MiB")
    asks.add_argument("--rounds", type=int, default=3)
    asks.add_argument("--speeds", default="0,100")
    asks.add_argument("--folder", default=tempfile.gettempdir())
    said = asks.parse_args()
    context = multiprocessing.get_context("spawn")
    pipe, theirs = context.Pipe()
    server = context.Process(target=serve, args=(theirs, said.mib, said.volume, said.folder))
    server.start()
    theirs.close()
    port, nzb, sha1, volumes = pipe.recv()
    print(f"{said.mib} MiB in {volumes} volumes, files in {said.folder}")
    for speed in map(int, said.speeds.split(",")):
        seen: dict[bool, list[tuple[float, float]]] = {False: [], True: []}
        for _ in range(said.rounds):
            for direct in (False, True):
                folder = Path(tempfile.mkdtemp(prefix="matinee-unpack-", dir=said.folder))
                seen[direct].append(asyncio.run(once(port, nzb, sha1, speed, folder, direct=direct)))
                shutil.rmtree(folder)
        for direct, times in seen.items():
            after, whole = (statistics.median(one[at] for one in times) for at in (0, 1))
            word = "while it comes" if direct else "afterwards"
            print(f"{speed or 'no'} MB/s limit, {word:15} after {after:6.2f} s, all {whole:6.2f} s")
    pipe.send(None)
    server.join()


if __name__ == "__main__":
    main()
