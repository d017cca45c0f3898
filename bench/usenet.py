"""How fast a film comes from usenet: ours beside Debian's NZBGet, in turn, and what receiving and decoding alone allow.

    python bench/usenet.py [--gib 2] [--rounds 1] [--cases plain:8:0,tls:20:30] [--only ours,nzbget,raw] [--json FILE]

A case is plain or tls, connections, and milliseconds that each command takes. The server is the lab's, a process of its
own; what it saw of requests under way proves who pipelines. Files go to memory and are compared by sha1. MB are 10^6
bytes of the film; the time runs from handing over the NZB until the job is in the history, checked by its par2 set.
NZBGet runs as its documentation advises for speed: ArticleCache and WriteBuffer of 1024, DirectWrite, CRC checked, no
unpacking, its own quick par check.
"""

import argparse
import asyncio
import base64
import contextlib
import hashlib
import importlib
import json
import multiprocessing
import os
import resource
import selectors
import shutil
import socket
import ssl
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench import measure  # noqa: E402  # found only now when started as a file
from matinee.engines.usenet import NewsEngine  # noqa: E402
from matinee.lab.certificates import make_certificate  # noqa: E402
from matinee.lab.news import NewsLab  # noqa: E402
from matinee.lab.news_command import limit  # noqa: E402
from matinee.lab.news_posts import made_up  # noqa: E402
from matinee.pipeline.usenet_port import JobState, NewsServer  # noqa: E402

sabctools: Any = importlib.import_module("sabctools")

ALL = ",".join(f"{line}:{conns}:{ms}" for line in ("plain", "tls") for ms in (0, 30) for conns in (8, 20, 50))
FILE_MIB = 51.27  # 75 articles of 700 KiB
NAME = "Bench.Film.2026.1080p.WEB.x264-LAB"
PATIENCE = 300.0
MEMORY = Path("/dev/shm")
AIMS = {"plain": 1.7, "tls": 1.2, "8 connections at 30 ms": 5.0}
AIM_CPU, AIM_RSS = 0.65, 120.0


@dataclass(frozen=True)
class Case:
    """How the server is reached."""

    tls: bool
    connections: int
    latency: float

    def __str__(self) -> str:
        return f"{'tls' if self.tls else 'plain'}, {self.connections} connections, {1000 * self.latency:g} ms"


@dataclass(frozen=True)
class Run:
    """One client in one case."""

    client: str
    case: Case
    mb_per_second: float
    cpu_per_gb: float
    rss_mb: float
    is_right: bool
    outstanding: int


@dataclass(frozen=True)
class Post:
    """What there is to fetch, and where."""

    nzb: Path
    hashes: dict[str, str]
    ids: tuple[str, ...]
    size: int
    ports: dict[bool, int]
    authority: Path


def main() -> None:
    options = _options()
    clients = [name for name in CLIENTS if name in options.only.split(",")]
    if "nzbget" in clients and not shutil.which("nzbget"):
        print("nzbget: skipped, it is not installed (apt-get install nzbget)")
        clients.remove("nzbget")
    runs: list[Run] = []
    place = MEMORY if MEMORY.is_dir() else None
    with (
        tempfile.TemporaryDirectory(prefix="matinee-bench-", dir=place) as name,
        _server(Path(name), options) as served,
    ):
        post, ask = served
        print(f"the server alone: {ask('limit', None):.0f} MB/s plain", flush=True)
        for case in map(_case, options.cases.split(",")):
            for number in range(options.rounds):
                for client in clients if number % 2 == 0 else reversed(clients):
                    runs.append(_measure(client, case, post, ask, Path(name)))
                    print(_line(runs[-1]), flush=True)
    measure.save(options.json, {"machine": measure.machine(), "runs": [asdict(run) for run in runs]})
    _compare(runs)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gib", type=float, default=2.0, help="size of the film")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--cases", default=ALL)
    parser.add_argument("--only", default=",".join(CLIENTS))
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


def _case(told: str) -> Case:
    line, connections, ms = told.split(":")
    return Case(line == "tls", int(connections), float(ms) / 1000)


def _line(run: Run) -> str:
    right = "files right" if run.is_right else "FILES WRONG"
    return (
        f"{run.case!s:34} {run.client:7} {run.mb_per_second:6.0f} MB/s  {run.cpu_per_gb:5.2f} CPU-s/GB"
        f"  {run.rss_mb:5.0f} MB  {right}, up to {run.outstanding} requests under way"
    )


# the server


@contextlib.contextmanager
def _server(folder: Path, options: argparse.Namespace) -> Iterator[tuple[Post, Callable[[str, Any], Any]]]:
    here, there = multiprocessing.Pipe()
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=_serve, args=(there, folder, options.gib))
    process.start()
    there.close()

    def ask(what: str, value: Any) -> Any:
        here.send((what, value))
        return here.recv()

    try:
        yield here.recv(), ask
    finally:
        with contextlib.suppress(OSError):
            here.send(("end", None))
        process.join(10)


def _serve(told: Connection, folder: Path, gib: float) -> None:
    """Post the film and serve it, plain and over TLS, until told to end."""
    certificate = make_certificate(folder)
    plain = NewsLab()
    secure = NewsLab(certificate=certificate, shelf=plain.shelf, threads=2)
    labs = {False: plain, True: secure}
    posted, hashes, size = _post(plain, folder, max(1, round(gib * 1024 / FILE_MIB)))
    nzb = folder / "film.nzb"
    nzb.write_bytes(posted.nzb)
    for lab in labs.values():
        lab.start()
    film = tuple(one for name, ids in posted.articles.items() if name in hashes for one in ids)
    told.send(Post(nzb, hashes, film, size, {tls: lab.port for tls, lab in labs.items()}, certificate))
    while True:
        try:
            what, value = told.recv()
        except EOFError:
            return
        if what == "end":
            return
        if what == "limit":
            told.send(limit(plain, posted, seconds=2.0))
            continue
        for lab in labs.values():
            if what == "latency":
                lab.manners.latency = value
                lab.manners.outstanding.clear()
        told.send(max(max(lab.manners.outstanding, default=0) for lab in labs.values()))


def _post(lab: NewsLab, folder: Path, files: int) -> tuple[Any, dict[str, str], int]:
    made = folder / "made"
    made.mkdir()
    content: dict[str, bytes | Path] = {}
    hashes: dict[str, str] = {}
    size = 0
    for at in range(files):
        data = made_up(int(FILE_MIB * 2**20), at)
        path = made / f"{NAME}.part{at + 1:02}.bin"
        path.write_bytes(data)
        content[path.name], hashes[path.name] = path, hashlib.sha1(data).hexdigest()
        size += len(data)
    posted = lab.post(NAME, content, par2_blocks=20)
    shutil.rmtree(made)
    return posted, hashes, size


# the clients


def _measure(client: str, case: Case, post: Post, ask: Callable[[str, Any], Any], folder: Path) -> Run:
    ask("latency", case.latency)
    place = folder / client
    place.mkdir()
    try:
        seconds, cpu, rss = CLIENTS[client](case, post, place)
        is_right = client == "raw" or _is_right(place, post.hashes)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    outstanding = ask("seen", None)
    return Run(client, case, post.size / seconds / 1e6, cpu / post.size * 1e9, rss / 1e6, is_right, outstanding)


def _is_right(place: Path, hashes: dict[str, str]) -> bool:
    found = {path.name: path for path in place.rglob("*.bin")}
    return all(name in found and _sha1(found[name]) == right for name, right in hashes.items())


def _sha1(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha1").hexdigest()


def _in_a_child(work: Callable[..., tuple[float, float]], *words: Any) -> tuple[float, float, float]:
    """Seconds, CPU-seconds and most memory in bytes of a function in a process of its own."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_count, args=(there, work, *words))
    process.start()
    there.close()
    if not here.poll(PATIENCE):
        process.kill()
        raise SystemExit("a client did not end")
    told: tuple[float, float, float] = here.recv()
    process.join()
    return told


def _count(told: Connection, work: Callable[..., tuple[float, float]], *words: Any) -> None:
    begun = work(*words)
    told.send((time.perf_counter() - begun[0], _cpu() - begun[1], _peak(os.getpid())))


def _cpu() -> float:
    mine, others = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return mine.ru_utime + mine.ru_stime + others.ru_utime + others.ru_stime


def _peak(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return 1024.0 * next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def _ours(case: Case, post: Post, place: Path) -> tuple[float, float, float]:
    return _in_a_child(_fetch_with_ours, case, post, place)


def _fetch_with_ours(case: Case, post: Post, place: Path) -> tuple[float, float]:
    return asyncio.run(_fetch_with_engine(case, post, place))


async def _fetch_with_engine(case: Case, post: Post, place: Path) -> tuple[float, float]:
    engine = NewsEngine(place / "state", complete=place / "complete", incomplete=place / "incomplete")
    await engine.open()
    # The certificate is nobody's: NZBGet 21 checks none by default either.
    server = NewsServer("lab", "127.0.0.1", post.ports[case.tls], connections=case.connections, tls=case.tls, verify=0)
    await engine.set_servers([server])
    nzb = post.nzb.read_bytes()
    begun = time.perf_counter(), _cpu()
    await engine.add(nzb, name=NAME)
    seen = 0
    while not engine.history():
        seen = await engine.changed(seen)
    lasted, spent = time.perf_counter() - begun[0], _cpu() - begun[1]
    if engine.history()[0].state is not JobState.COMPLETED:
        print(f"ours: {engine.history()[0].message}", file=sys.stderr)
    await engine.close()
    return time.perf_counter() - lasted, _cpu() - spent


def _nzbget(case: Case, post: Post, place: Path) -> tuple[float, float, float]:
    port = measure.free_port()
    with measure.running(_nzbget_command(case, post, place, port), stdout=-3, stderr=-3) as process:
        call = _rpc(port)
        measure.wait_until(lambda: _answers(call), "nzbget")
        content = base64.b64encode(post.nzb.read_bytes()).decode()
        cpu, start = measure.cpu_seconds(process.pid), time.perf_counter()
        call("append", [f"{NAME}.nzb", content, "", 0, False, False, "", 0, "FORCE", []])
        measure.wait_until(lambda: bool(call("history", [False])), "nzbget to finish", seconds=PATIENCE, every=0.05)
        seconds = time.perf_counter() - start
        return seconds, measure.cpu_seconds(process.pid) - cpu, _peak(process.pid)


def _nzbget_command(case: Case, post: Post, place: Path, port: int) -> list[str]:
    told = {
        "MainDir": place,
        "DestDir": place / "complete",
        "InterDir": place / "incomplete",
        "QueueDir": place / "queue",
        "TempDir": place / "temporary",
        "NzbDir": place / "nzb",
        "LockFile": place / "nzbget.lock",
        "OutputMode": "log",
        "WriteLog": "none",
        "ControlIP": "127.0.0.1",
        "ControlPort": port,
        "ControlUsername": "",
        "ControlPassword": "",
        "Server1.Active": "yes",
        "Server1.Host": "127.0.0.1",
        "Server1.Port": post.ports[case.tls],
        "Server1.Encryption": "yes" if case.tls else "no",
        "Server1.Connections": case.connections,
        "CertCheck": "no",
        "ArticleCache": 1024,
        "WriteBuffer": 1024,
        "DirectWrite": "yes",
        "CrcCheck": "yes",
        "ArticleInterval": 1,
        "ParCheck": "auto",
        "ParQuick": "yes",
        "ParRename": "no",
        "Unpack": "no",
        "DiskSpace": 0,
        "ContinuePartial": "no",
        "DupeCheck": "no",
        "HealthCheck": "none",
        "KeepHistory": 1,
    }
    options = [word for name, value in told.items() for word in ("-o", f"{name}={value}")]
    return ["nzbget", "-n", "-s", *options]


def _rpc(port: int) -> Callable[[str, list[Any]], Any]:
    def call(method: str, params: list[Any]) -> Any:
        body = json.dumps({"method": method, "params": params}).encode()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/jsonrpc", body, timeout=20) as answer:
            return json.load(answer)["result"]

    return call


def _answers(call: Callable[[str, list[Any]], Any]) -> bool:
    with contextlib.suppress(OSError):
        return bool(call("version", []))
    return False


def _raw(case: Case, post: Post, place: Path) -> tuple[float, float, float]:
    return _in_a_child(_fetch_raw, case, post)


def _fetch_raw(case: Case, post: Post) -> tuple[float, float]:
    """Receive and decode everything, write nothing: two threads, as many requests under way as ours at its best."""
    begun = time.perf_counter(), _cpu()
    waiting = list(reversed(post.ids))
    lock = threading.Lock()

    def take() -> bytes:
        with lock:
            return f"BODY <{waiting.pop()}>\r\n".encode() if waiting else b""

    threads = [threading.Thread(target=_receive, args=(case, post, take, case.connections // 2)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return begun


def _receive(case: Case, post: Post, take: Callable[[], bytes], connections: int) -> None:
    selector = selectors.DefaultSelector()
    for _ in range(connections):
        caller = _connect(case, post)
        asked = [command for command in (take() for _ in range(8)) if command]
        caller.sendall(b"".join(asked))
        caller.setblocking(False)
        decoder = sabctools.Decoder(2**20)
        for command in asked:
            decoder.expect(command)
        selector.register(caller, selectors.EVENT_READ, decoder)
    left = connections
    while left:
        for key, _ in selector.select():
            left -= _drain(key.fileobj, key.data, take, selector)


def _drain(caller: Any, decoder: Any, take: Callable[[], bytes], selector: selectors.BaseSelector) -> int:
    """Take what came; 1 when there is nothing more to come."""
    while True:
        try:
            got = caller.recv_into(decoder)
        except (BlockingIOError, ssl.SSLWantReadError):
            return 0
        decoder.process(got)
        for _ in decoder:
            if command := take():
                caller.send(command)
                decoder.expect(command)
        if not got or not decoder.expected:
            selector.unregister(caller)
            caller.close()
            return 1
        if not isinstance(caller, ssl.SSLSocket):
            return 0


def _connect(case: Case, post: Post) -> socket.socket:
    caller = socket.create_connection(("127.0.0.1", post.ports[case.tls]))
    if case.tls:
        caller = ssl.create_default_context(cafile=str(post.authority)).wrap_socket(caller, server_hostname="127.0.0.1")
    caller.recv(100)
    return caller


CLIENTS: dict[str, Callable[[Case, Post, Path], tuple[float, float, float]]] = {
    "ours": _ours,
    "nzbget": _nzbget,
    "raw": _raw,
}


# the judgement


def _compare(runs: Sequence[Run]) -> None:
    """Ours beside NZBGet in each case, and whether the aims were reached."""
    wrong = [run for run in runs if not run.is_right]
    for case in dict.fromkeys(run.case for run in runs):
        ours, theirs = _median(runs, "ours", case), _median(runs, "nzbget", case)
        if ours and theirs:
            speed, cpu = ours[0] / theirs[0], ours[1] / theirs[1]
            aim = AIMS["8 connections at 30 ms"] if case.latency and case.connections == 8 else _aim(case)
            verdict = "reached" if speed >= aim and cpu <= AIM_CPU and ours[2] <= AIM_RSS else "MISSED"
            cost = f"{cpu:.2f}x CPU (aim {AIM_CPU}), {ours[2]:.0f} MB (aim {AIM_RSS:g})"
            print(f"{case!s:34} {speed:.2f}x speed (aim {aim:g}), {cost}: {verdict}")
    if wrong:
        raise SystemExit(f"{len(wrong)} runs had wrong files")


def _aim(case: Case) -> float:
    return AIMS["tls" if case.tls else "plain"]


def _median(runs: Sequence[Run], client: str, case: Case) -> tuple[float, float, float] | None:
    mine = [run for run in runs if run.client == client and run.case == case and run.is_right]
    if not mine:
        return None
    return (
        measure.median([run.mb_per_second for run in mine]),
        measure.median([run.cpu_per_gb for run in mine]),
        measure.median([run.rss_mb for run in mine]),
    )


if __name__ == "__main__":
    main()
