"""What the house costs while nobody watches: seconds to the first page, memory, processor, processes.

python bench/idle.py [--json FILE] [--starts 3] [--settle 10] [--watch 20] [--command "matinee serve"]
"""

import argparse
import os
import shlex
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import AbstractContextManager
from dataclasses import asdict
from pathlib import Path
from subprocess import DEVNULL, Popen
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench import measure  # noqa: E402  # found only now when started as a file

AIMS = {"first_page_seconds": 3.0, "pss_mib": 250.0}


def main() -> None:
    options = _options()
    with tempfile.TemporaryDirectory(prefix="matinee-idle-") as folder:
        house = Path(folder)
        figures = {"machine": measure.machine(), **_starts(options, house), **_idle(options, house)}
    _print(figures)
    measure.save(options.json, figures)
    for name, aim in AIMS.items():
        measure.judge(name, figures[name], aim)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--command", default=f"{ROOT / '.venv/bin/matinee'} serve", help="what starts the house")
    parser.add_argument("--starts", type=int, default=3, help="warm starts to take the median of")
    parser.add_argument("--settle", type=float, default=10, help="seconds before memory is read")
    parser.add_argument("--watch", type=float, default=20, help="seconds over which the processor is watched")
    parser.add_argument("--log", action="store_true", help="let the house write its diary here")
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


def _house(options: argparse.Namespace, house: Path, port: int) -> AbstractContextManager[Popen[bytes]]:
    """The house as its owner starts it, with an empty data folder of its own."""
    settings = house / "matinee.toml"
    settings.write_text(
        f'data = "{house / "data"}"\n[server]\nport = {port}\n[library]\nroot = "{house / "media"}"\n'
        '[tunnel]\nmode = "none"\n[torrent]\nport = 0\ndht = false\n'
    )
    command: list[str | Path] = [*shlex.split(options.command), "--config", settings]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MATINEE_")}
    output = None if options.log else DEVNULL
    return measure.running(command, cwd=house, env=environment, stdout=output, stderr=output)


def _starts(options: argparse.Namespace, house: Path) -> dict[str, Any]:
    """Seconds from the start of the process to the first page; the cold start makes the database."""
    seconds = [_seconds_to_first_page(options, house) for _ in range(options.starts + 1)]
    return {
        "cold_start_seconds": seconds[0],
        "warm_start_seconds": seconds[1:],
        "first_page_seconds": measure.median(seconds[1:]),
    }


def _seconds_to_first_page(options: argparse.Namespace, house: Path) -> float:
    port = measure.free_port()
    start = time.perf_counter()
    with _house(options, house, port) as process:
        _wait_for(process, port, "/")
        return time.perf_counter() - start


def _idle(options: argparse.Namespace, house: Path) -> dict[str, Any]:
    """Memory and processor of the whole tree, once it has settled."""
    port = measure.free_port()
    with _house(options, house, port) as process:
        _wait_for(process, port, "/healthz")
        time.sleep(options.settle)
        before, start = measure.cpu_seconds(process.pid), time.perf_counter()
        time.sleep(options.watch)
        share = (measure.cpu_seconds(process.pid) - before) / (time.perf_counter() - start)
        tree = measure.cost_of_tree(process.pid)
    return {
        "pss_mib": sum(each.pss for each in tree) / measure.MIB,
        "rss_mib": sum(each.rss for each in tree) / measure.MIB,
        "cpu_percent": share * 100,
        "processes": [asdict(each) for each in tree],
    }


def _wait_for(process: Popen[bytes], port: int, path: str) -> None:
    def is_there() -> bool:
        if process.poll() is not None:
            raise SystemExit(f"the house ended by itself with code {process.returncode}: see --log")
        return _answers(f"http://127.0.0.1:{port}{path}")

    measure.wait_until(is_there, f"{path} to answer with 200", seconds=60)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def _print(figures: dict[str, Any]) -> None:
    warm = ", ".join(f"{seconds:.2f}" for seconds in figures["warm_start_seconds"])
    tree = figures["processes"]
    print(
        f"first page  {figures['first_page_seconds']:.2f} s warm ({warm}), {figures['cold_start_seconds']:.2f} s cold"
    )
    print(f"idle        {figures['cpu_percent']:.2f} % of one core")
    print(f"memory      {figures['pss_mib']:.0f} MiB PSS, {figures['rss_mib']:.0f} MiB RSS, {len(tree)} processes:")
    for each in tree:
        print(f"    {each['pss'] / measure.MIB:6.1f} MiB PSS  {each['rss'] / measure.MIB:6.1f} MiB RSS  {each['name']}")


if __name__ == "__main__":
    main()
