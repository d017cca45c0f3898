"""How fast and how cheaply a torrent comes in: our engine beside the real qbittorrent-nox, from one seeder.

    python bench/torrent.py [--rounds 3] [--mib 1024] [--many 2000] [--only ours,real,many] [--json FILE]

Both download the same film in turn over TCP from one seeder on loopback, driven through the same WebAPI, with the
same encryption (`--encryption` off, allowed or required). Everything lies in memory (`--folder`). Then our engine is
started with very many seeding torrents. Both ends share the machine: trust the ratios, not the values.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httpx2

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench import measure  # noqa: E402  # found only now when started as a file
from tests.engines.torrent.swarm import Made, Seeder, make_torrent  # noqa: E402
from tests.products.qbittorrent.process import PASSWORD, USERNAME, TorrentProcess  # noqa: E402
from tests.products.qbittorrent.real import BINARY, real_qbittorrent  # noqa: E402

AIM_SPEED, AIM_CPU, AIM_MEMORY, AIM_START = 1.1, 0.8, 0.2, 10.0
ENCRYPTION = {"allowed": 0, "required": 1, "off": 2}
PIECE = 2 * measure.MIB
LOOK_EVERY = 0.1
MB = 1_000_000


@dataclass(frozen=True)
class Run:
    """One download: memory is the highest resident set, in MiB."""

    client: str
    mb_per_second: float
    cpu_per_gb: float
    peak_mib: float


@dataclass(frozen=True)
class Client:
    """A qBittorrent at work, whoever made it."""

    api: httpx2.Client
    pid: int

    def post(self, call: str, **more: Any) -> str:
        answer = self.api.post(call, **more)
        answer.raise_for_status()
        return answer.text

    def rows(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.api.get("torrents/info").json()
        return found


def main() -> None:
    options = _options()
    only = options.only.split(",")
    if "real" in only and BINARY is None:
        print("qbittorrent-nox: skipped, it is not installed (apt-get install qbittorrent-nox)")
        only.remove("real")
    with tempfile.TemporaryDirectory(prefix="matinee-torrent-", dir=options.folder) as folder:
        runs = _downloads(options, Path(folder), [name for name in CLIENTS if name in only])
        many = _very_many(options.many, Path(folder)) if "many" in only else {}
    measure.save(options.json, {"machine": measure.machine(), "runs": [asdict(run) for run in runs], "many": many})
    if {"ours", "real"} <= set(only):
        _judge(runs)
    if many:
        measure.judge("start_seconds", many["start_seconds"], AIM_START)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--mib", type=int, default=1024, help="size of the film")
    parser.add_argument("--many", type=int, default=2000, help="how many torrents seed at once in the second part")
    parser.add_argument("--encryption", choices=list(ENCRYPTION), default="off")
    parser.add_argument("--only", default="ours,real,many", help="some of ours, real and many")
    parser.add_argument("--folder", type=Path, default=Path("/dev/shm"), help="where everything lies")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--seed", nargs=2, metavar=("TORRENT", "CONTENT"), help=argparse.SUPPRESS)
    return parser.parse_args()


# one film


def _downloads(options: argparse.Namespace, folder: Path, names: list[str]) -> list[Run]:
    if not names:
        return []
    film, runs = _film(folder / "seeder", options.mib), []
    with _seeder(film, folder) as port:
        for number in range(options.rounds):
            for name in names if number % 2 == 0 else reversed(names):
                run = _download(name, folder / f"{name}-{number}", film, port, ENCRYPTION[options.encryption])
                runs.append(run)
                print(f"round {number + 1}: {_told(run)}", file=sys.stderr)
    for name in names:
        print(f"median  {_told(_median(runs, name))}")
    return runs


def _film(folder: Path, mib: int) -> Made:
    content = folder / "Tin Comet (2021)"
    content.mkdir(parents=True)
    with (content / "Tin Comet (2021).mkv").open("wb") as file:
        for _ in range(mib):
            file.write(os.urandom(measure.MIB))
    return make_torrent(content, piece=PIECE)


@contextmanager
def _seeder(film: Made, folder: Path) -> Iterator[int]:
    """A process of its own, so that its work is nobody's; yields its port."""
    torrent = folder / "film.torrent"
    torrent.write_bytes(film.torrent)
    command: list[str | Path] = [sys.executable, Path(__file__), "--seed", torrent, film.content]
    with measure.running(command, stdout=subprocess.PIPE) as process:
        assert process.stdout
        yield int(process.stdout.readline())


def seed(torrent: Path, content: Path) -> None:
    """The other end, until it is ended. Its pieces were hashed when the torrent was made."""
    blob = torrent.read_bytes()
    seeder = Seeder(Made(blob, "", content))
    print(seeder.port, flush=True)
    time.sleep(3600)


def _download(name: str, folder: Path, film: Made, port: int, encryption: int) -> Run:
    size = sum(file.stat().st_size for file in film.content.iterdir())
    with CLIENTS[name](folder) as client:
        client.post("app/setPreferences", data={"json": f'{{"encryption": {encryption}, "bittorrent_protocol": 1}}'})
        before = measure.cpu_seconds(client.pid)
        upload = {"torrents": ("film.torrent", film.torrent)}
        client.post("torrents/add", files=upload, data={"stopped": "false", "paused": "false"})
        measure.wait_until(lambda: bool(client.rows()), "the torrent to be listed")
        hash = client.rows()[0]["hash"]
        start = time.perf_counter()
        client.post("torrents/addPeers", data={"hashes": hash, "peers": f"127.0.0.1:{port}"})
        measure.wait_until(lambda: _is_whole(client), "the film", seconds=300, every=LOOK_EVERY)
        seconds = time.perf_counter() - start
        cpu, peak = measure.cpu_seconds(client.pid) - before, _peak_mib(client.pid)
    shutil.rmtree(folder)
    return Run(name, size / MB / seconds, cpu / (size / 1e9), peak)


def _is_whole(client: Client) -> bool:
    (row,) = client.rows()
    return bool(row["progress"] == 1 and row["state"].endswith(("UP", "uploading")))


def _peak_mib(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024


@contextmanager
def _ours(folder: Path) -> Iterator[Client]:
    folder.mkdir(parents=True, exist_ok=True)
    process = TorrentProcess(folder)
    process.start()
    assert process.running
    try:
        with _entered(httpx2.HTTPTransport(uds=str(process.socket)), "http://torrent", USERNAME, PASSWORD) as api:
            yield Client(api, process.running.pid)
    finally:
        process.stop()


@contextmanager
def _real(folder: Path) -> Iterator[Client]:
    folder.mkdir(parents=True)
    with (
        real_qbittorrent(folder) as real,
        _entered(httpx2.HTTPTransport(), real.url, real.username, real.password) as api,
    ):
        yield Client(api, real.pid)


@contextmanager
def _entered(line: httpx2.HTTPTransport, url: str, username: str, password: str) -> Iterator[httpx2.Client]:
    with httpx2.Client(transport=line, base_url=f"{url}/api/v2/", timeout=120) as api:
        api.post("auth/login", data={"username": username, "password": password}).raise_for_status()
        yield api


CLIENTS: dict[str, Callable[[Path], AbstractContextManager[Client]]] = {"ours": _ours, "real": _real}


def _median(runs: list[Run], client: str) -> Run:
    theirs = [run for run in runs if run.client == client]
    figures = ("mb_per_second", "cpu_per_gb", "peak_mib")
    return Run(client, *(measure.median([getattr(run, figure) for run in theirs]) for figure in figures))


def _told(run: Run) -> str:
    speed, cpu, peak = run.mb_per_second, run.cpu_per_gb, run.peak_mib
    return f"{run.client:5} {speed:6.0f} MB/s  {cpu:5.2f} CPU-s/GB  {peak:6.0f} MiB at most"


def _judge(runs: list[Run]) -> None:
    ours, real = _median(runs, "ours"), _median(runs, "real")
    speed = ours.mb_per_second / real.mb_per_second
    cpu, memory = ours.cpu_per_gb / real.cpu_per_gb, ours.peak_mib / real.peak_mib
    print(f"ours beside the real one: {speed:.2f} x the speed, {cpu:.2f} x the CPU, {memory:.2f} x the memory")
    measure.judge("slowness beside the real one", 1 / speed, 1 / AIM_SPEED)
    measure.judge("CPU beside the real one", cpu, AIM_CPU)
    measure.judge("memory beside the real one", memory, AIM_MEMORY)


# very many


def _very_many(count: int, folder: Path) -> dict[str, float]:
    """Seconds from the start of the process until all of them seed, and what holding them costs."""
    home = folder / "many"
    _put_in(count, home)
    start = time.perf_counter()
    with _ours(home) as client:
        measure.wait_until(lambda: _all_seed(client, count), "all torrents to seed", seconds=120)
        seconds = time.perf_counter() - start
        time.sleep(2)
        before = measure.cpu_seconds(client.pid)
        time.sleep(10)
        share = (measure.cpu_seconds(client.pid) - before) / 10
        memory = measure.rss_mib(client.pid)
        closing = time.perf_counter()
    closed = time.perf_counter() - closing
    print(f"{count} torrents seed {seconds:.1f} s after the start, at rest {100 * share:.1f} % of a core", end="")
    print(f" and {memory:.0f} MiB; closed in {closed:.1f} s")
    return {"start_seconds": seconds, "cpu_share": share, "memory_mib": memory, "close_seconds": closed}


def _put_in(count: int, home: Path) -> None:
    """Torrents whose files are there already."""
    with _ours(home) as client:
        for number in range(count):
            content = home / "downloads" / f"Film {number}"
            content.mkdir(parents=True)
            (content / f"Film {number}.mkv").write_bytes(os.urandom(20_000))
            client.post("torrents/add", files={"torrents": ("x.torrent", make_torrent(content).torrent)})
        measure.wait_until(lambda: _all_seed(client, count), "all torrents to be checked", seconds=300, every=0.5)


def _all_seed(client: Client, count: int) -> bool:
    rows = client.rows()
    return len(rows) == count and all(row["state"] in ("stalledUP", "uploading") for row in rows)


if __name__ == "__main__":
    if "--seed" in sys.argv:
        seed(*(Path(word) for word in _options().seed))
    else:
        main()
