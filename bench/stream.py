"""How cheaply a film leaves the house: ours beside nginx, Starlette's usual way, and bare asyncio.

    python bench/stream.py [--rounds 3] [--json FILE] [--only ours,nginx] [--mib 1024]

Every player reads the whole file with `Range: bytes=0-` and throws it away in the kernel. Trust the
CPU-seconds; MB/s depend on the neighbours of the machine.
"""

import argparse
import http.client
import multiprocessing
import os
import shutil
import socket
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench import measure  # noqa: E402  # found only now when started as a file

FOLDER = ROOT / "var" / "bench"
AIM_CPU_PER_GIB = 0.6
PATH = "/film.mkv"
PAUSE_BETWEEN_PINGS = 0.005


@dataclass(frozen=True)
class Run:
    """One server, some players at once, one round. Latency in seconds, None where there is no API."""

    server: str
    players: int
    mb_per_second: float
    cpu_per_gib: float
    rss_mib: float
    ping_median: float | None
    ping_p99: float | None


def main() -> None:
    options = _options()
    film = _film(options.mib)
    servers = [name for name in SERVERS if not options.only or name in options.only.split(",")]
    if "nginx" in servers and not shutil.which("nginx"):
        print("nginx: skipped, it is not installed (apt-get install nginx-light)")
        servers.remove("nginx")
    runs = []
    for number in range(options.rounds):
        for name in servers if number % 2 == 0 else reversed(servers):
            runs += list(_measure(name, film))
            print(f"round {number + 1} of {options.rounds}: {name}", file=sys.stderr)
    _print(runs, servers)
    measure.save(options.json, {"machine": measure.machine(), "runs": [asdict(run) for run in runs]})
    dearest = max(_medians(runs, "ours", players)["cpu_per_gib"] for players in (1, 4)) if "ours" in servers else 0.0
    measure.judge("CPU-seconds a GiB", dearest, AIM_CPU_PER_GIB)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--mib", type=int, default=1024, help="size of the film")
    parser.add_argument("--only", default="", help=f"some of {','.join(SERVERS)}")
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


def _film(mib: int) -> Path:
    """A film of noise, made once."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    film = FOLDER / f"film-{mib}.mkv"
    if not film.exists() or film.stat().st_size != mib * measure.MIB:
        with film.open("wb") as file:
            for _ in range(mib):
                file.write(os.urandom(measure.MIB))
    return film


def _measure(name: str, film: Path) -> Iterator[Run]:
    """Start one server and play to one player, then to four."""
    port = measure.free_port()
    with measure.running(SERVERS[name](port, film), cwd=ROOT) as server:
        measure.wait_until(lambda: _answers(port), f"{name} to answer")
        _play((port, 1, film.stat().st_size))  # into memory, and past first imports
        for players in (1, 4):
            yield _run(name, server.pid, port, players, film.stat().st_size)


def _run(name: str, pid: int, port: int, players: int, size: int) -> Run:
    """Players in one process of their own, the caller of the API in another."""
    before = measure.cpu_seconds(pid)
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        stop = FOLDER / "stop"
        stop.unlink(missing_ok=True)
        pings = pool.apply_async(_ping, ((port, stop),)) if name in WITH_API else None
        seconds = pool.apply(_play, ((port, players, size),))
        stop.touch()
        latencies = pings.get() if pings else []
    spent = measure.cpu_seconds(pid) - before
    total = players * size
    return Run(
        name,
        players,
        total / seconds / 1e6,
        spent / (total / 1024**3),
        measure.rss_mib(pid),
        measure.median(latencies) if latencies else None,
        measure.percentile(latencies, 0.99) if latencies else None,
    )


def _play(task: tuple[int, int, int]) -> float:
    """Several players at once in one process; the seconds until all have the whole film."""
    port, players, size = task
    start = time.perf_counter()
    with ThreadPoolExecutor(players) as pool:
        list(pool.map(_watch, [port] * players, [size] * players))
    return time.perf_counter() - start


def _watch(port: int, size: int) -> None:
    """Ask for the film and take it all, without copying it: MSG_TRUNC drops the bytes in the kernel."""
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(f"GET {PATH} HTTP/1.1\r\nHost: bench\r\nRange: bytes=0-\r\n\r\n".encode())
        bucket = bytearray(measure.MIB)
        left = size - _begun(line)
        while left > 0:
            taken = line.recv_into(bucket, len(bucket), socket.MSG_TRUNC)
            if not taken:
                raise SystemExit(f"the film ended {left} bytes too early")
            left -= taken


def _begun(line: socket.socket) -> int:
    """Read the headers, and say how much of the film came with them."""
    head = b""
    while b"\r\n\r\n" not in head:
        head += line.recv(4096)
    if not head.startswith(b"HTTP/1.1 206"):
        raise SystemExit(f"expected 206, got {head[:60]!r}")
    return len(head.partition(b"\r\n\r\n")[2])


def _ping(task: tuple[int, Path]) -> list[float]:
    """Call the API again and again while films play; the seconds each call took."""
    port, stop = task
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    latencies = []
    while not stop.exists():
        start = time.perf_counter()
        line.request("GET", "/ping")
        line.getresponse().read()
        latencies.append(time.perf_counter() - start)
        time.sleep(PAUSE_BETWEEN_PINGS)
    line.close()
    return latencies


def _answers(port: int) -> bool:
    with socket.socket() as knock:
        return knock.connect_ex(("127.0.0.1", port)) == 0


# The servers: how each is started.

Command = list[str | Path]


def _python(kind: str) -> Callable[[int, Path], Command]:
    return lambda port, film: [sys.executable, "-m", "bench.stream_servers", kind, str(port), film]


def _nginx(port: int, film: Path) -> Command:
    """nginx as it comes, with one worker and sendfile."""
    folder = FOLDER / "nginx"
    (folder / "www").mkdir(parents=True, exist_ok=True)
    link = folder / "www" / PATH.lstrip("/")
    link.unlink(missing_ok=True)
    link.symlink_to(film)
    configuration = folder / "nginx.conf"
    configuration.write_text(
        f"user root;\nworker_processes 1;\ndaemon off;\nerror_log stderr crit;\npid {folder}/pid;\n"
        f"events {{}}\nhttp {{ access_log off; sendfile on; tcp_nopush on; client_body_temp_path {folder};\n"
        f"proxy_temp_path {folder}; fastcgi_temp_path {folder}; uwsgi_temp_path {folder}; scgi_temp_path {folder};\n"
        f"server {{ listen 127.0.0.1:{port}; root {folder}/www; location = /ping {{ return 200 pong; }} }} }}\n"
    )
    return ["nginx", "-p", folder, "-c", configuration]


SERVERS: dict[str, Callable[[int, Path], Command]] = {
    "ours": _python("ours"),
    "nginx": _nginx,
    "starlette": _python("starlette"),
    "asyncio": _python("asyncio"),
}
WITH_API = ("ours", "nginx", "starlette")


def _print(runs: list[Run], servers: list[str]) -> None:
    """Medians, beside nginx."""
    titles = ("server", "players", "MB/s", "cpu-s/GiB", "x nginx", "RSS MiB", "ping ms", "p99 ms")
    print("".join(f"{title:>10}" for title in titles))
    for players in (1, 4):
        nginx = _medians(runs, "nginx", players)
        for name in servers:
            here = _medians(runs, name, players)
            ratio = f"{here['cpu_per_gib'] / nginx['cpu_per_gib']:.2f}" if nginx else "-"
            cells = (
                name,
                str(players),
                f"{here['mb_per_second']:.0f}",
                f"{here['cpu_per_gib']:.3f}",
                ratio,
                f"{here['rss_mib']:.0f}",
                _ms(here.get("ping_median")),
                _ms(here.get("ping_p99")),
            )
            print("".join(f"{cell:>10}" for cell in cells))


def _medians(runs: list[Run], name: str, players: int) -> dict[str, float]:
    chosen = [asdict(run) for run in runs if (run.server, run.players) == (name, players)]
    fields = ("mb_per_second", "cpu_per_gib", "rss_mib", "ping_median", "ping_p99")
    columns = {field: [run[field] for run in chosen if run[field] is not None] for field in fields}
    return {field: measure.median(values) for field, values in columns.items() if values}


def _ms(seconds: float | None) -> str:
    return "-" if seconds is None else f"{seconds * 1000:.1f}"


if __name__ == "__main__":
    main()
