"""How quickly and how rightly release names are read: ours beside guessit and parsett.

    python bench/parse.py [--rounds 3] [--names 400] [--json FILE]

Each reader runs in a process of its own and reads titles of the shared corpus. It is warmed up with other titles of
it, as a house that runs for weeks is, and reads none twice: nothing is cached. Whoever takes it is told whether an
episode or a movie is read, as searching knows it (parsett takes no such hint). Rates are names per processor second.
What is judged, for all three by the same rule: season and episode of the single-episode records, the resolution of
the quality records, the title of the movie records, and the release group. The peers are installed below var/bench,
pinned.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench import measure  # noqa: E402  # found only now when started as a file

CORPUS = ROOT.parent / "shared" / "corpus"
PEERS = ROOT / "var" / "bench" / "reading-peers"
READERS = ("ours", "guessit", "parsett")
AIMS = {"guessit": 100.0, "parsett": 10.0}
CALLS = ("parse_title", "parse_movie_title", "parse_quality", "parse_release_group")


@dataclass(frozen=True)
class Question:
    """A name, whose it is (`movie` or `series`), and what its reading must say."""

    theme: str
    name: str
    kind: str
    wanted: Any


def main() -> None:
    options = _options()
    if options.reader:
        _read_as(options.reader)
        return
    _install_peers()
    names, questions = _names(), _questions()
    shuffled = random.Random(7).sample(names, len(names))
    sample, warm = shuffled[: options.names], shuffled[options.names : 2 * options.names]
    rates: dict[str, list[float]] = {reader: [] for reader in READERS}
    for number in range(options.rounds):
        for reader in READERS if number % 2 == 0 else reversed(READERS):
            seconds = _ask(reader, sample, warm)["seconds"]
            rates[reader].append(len(sample) / seconds)
            print(f"round {number + 1} of {options.rounds}: {reader}", file=sys.stderr)
    accuracy = {reader: _accuracy(reader, questions) for reader in READERS}
    speed = {reader: measure.median(found) for reader, found in rates.items()}
    _print(speed, accuracy, questions)
    measure.save(options.json, {"machine": measure.machine(), "names_per_second": rates, "accuracy": accuracy})
    for peer, aim in AIMS.items():
        ratio = speed["ours"] / speed[peer]
        print(f"aim ours / {peer} >= {aim:g}: {'reached' if ratio >= aim else 'MISSED'} ({ratio:.1f})")
    if any(speed["ours"] < aim * speed[peer] for peer, aim in AIMS.items()):
        raise SystemExit(1)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--names", type=int, default=600, help="how many names a round; guessit needs 25 ms for each")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--reader", choices=READERS, help=argparse.SUPPRESS)
    return parser.parse_args()


def _install_peers() -> None:
    wanted = ROOT / "bench" / "reading-peers.txt"
    if not (PEERS / "guessit").exists():
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*command, "--target", str(PEERS), "--requirement", str(wanted)], check=True)


def _records() -> list[dict[str, Any]]:
    if not CORPUS.exists():
        raise SystemExit(f"there is no corpus at {CORPUS}")
    found = []
    for path in sorted(CORPUS.glob("*.json")):
        for record in json.loads(path.read_text()):
            is_judged = not any(record.get(key) for key in ("ignored_upstream", "input_is_template", "generator"))
            if is_judged and "v4" in record.get("branches", ["v4"]) and isinstance(record["input"], str):
                found.append({**record, "expect": record.get("v4_expect") or record["expect"], "file": path.stem})
    return found


def _names() -> list[tuple[str, str]]:
    return list(dict.fromkeys((record["input"], _kind(record)) for record in _records() if record["call"] in CALLS))


def _kind(record: dict[str, Any]) -> str:
    return "movie" if record["file"].startswith("radarr") else "series"


def _questions() -> list[Question]:
    """What all three readers can answer, by the same rule."""
    found = []
    for record in _records():
        name, expect, call, kind = record["input"], record["expect"], record["call"], _kind(record)
        if record["file"] == "sonarr_SingleEpisodeParserFixture" and expect.get("episodes"):
            found.append(Question("season and episode", name, kind, [expect["season"], expect["episodes"]]))
        if call == "parse_quality" and expect.get("quality_resolution"):
            found.append(Question("resolution", name, kind, expect["quality_resolution"]))
        if call == "parse_movie_title" and expect.get("title"):
            found.append(Question("movie title", name, kind, expect["title"]))
        if call == "parse_movie_title" and expect.get("year"):
            found.append(Question("year", name, kind, expect["year"]))
        if call == "parse_release_group":
            found.append(Question("release group", name, kind, expect["release_group"]))
    return found


def _ask(reader: str, names: Sequence[tuple[str, str]], warm: Sequence[tuple[str, str]] = ()) -> dict[str, Any]:
    """Let one reader read all names in a process of its own."""
    command = [sys.executable, __file__, "--reader", reader]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(PEERS)))}
    if reader == "ours":
        environment["PYTHONPATH"] = str(ROOT / "src")
    done = subprocess.run(
        command, input=json.dumps([warm, names]), capture_output=True, text=True, env=environment, check=True
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _read_as(reader: str) -> None:
    """In the child: read the names of standard input, print the seconds and what was read."""
    read, told = _READ[reader]()
    warm, names = json.load(sys.stdin)
    for name, kind in warm:
        read(name, kind)
    begun = time.process_time()
    found = [read(name, kind) for name, kind in names]
    seconds = time.process_time() - begun
    print(json.dumps({"seconds": seconds, "answers": [told(each) for each in found]}))


def _ours() -> tuple[Callable[[str, str], Any], Callable[[Any], dict[str, Any]]]:
    from matinee.media.parse import read_name  # noqa: PLC0415  # each child loads its own reader only
    from matinee.media.title import Kind  # noqa: PLC0415

    def told(name: Any) -> dict[str, Any]:
        return {
            "season and episode": [name.season, list(name.episodes)],
            "resolution": name.quality.resolution,
            "movie title": name.title,
            "year": name.year,
            "release group": name.group,
        }

    kinds = {kind.value: kind for kind in Kind}
    return lambda name, kind: read_name.__wrapped__(name, kinds[kind]), told


def _guessit() -> tuple[Callable[[str, str], Any], Callable[[Any], dict[str, Any]]]:
    from guessit import guessit  # type: ignore[import-not-found]  # noqa: PLC0415

    def told(found: Any) -> dict[str, Any]:
        return {
            "season and episode": [found.get("season"), _listed(found.get("episode"))],
            "resolution": _lines(found.get("screen_size")),
            "movie title": found.get("title"),
            "year": found.get("year"),
            "release group": found.get("release_group"),
        }

    types = {"movie": {"type": "movie"}, "series": {"type": "episode"}}
    return lambda name, kind: guessit(name, types[kind]), told


def _parsett() -> tuple[Callable[[str, str], Any], Callable[[Any], dict[str, Any]]]:
    from PTT import parse_title  # type: ignore[import-not-found]  # noqa: PLC0415

    def told(found: Any) -> dict[str, Any]:
        seasons = found.get("seasons") or [None]
        return {
            "season and episode": [seasons[0] if len(seasons) == 1 else seasons, found.get("episodes") or []],
            "resolution": _lines(found.get("resolution")),
            "movie title": found.get("title"),
            "year": found.get("year"),
            "release group": found.get("group"),
        }

    return lambda name, kind: parse_title(name), told


_READ = {"ours": _ours, "guessit": _guessit, "parsett": _parsett}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _lines(text: Any) -> int:
    digits = "".join(letter for letter in str(text or "") if letter.isdigit())
    return int(digits) if digits else 0


def _accuracy(reader: str, questions: Sequence[Question]) -> dict[str, float]:
    """The share of right answers by theme, in percent."""
    answers = _ask(reader, [(question.name, question.kind) for question in questions])["answers"]
    right: dict[str, list[bool]] = {}
    for question, answer in zip(questions, answers, strict=True):
        right.setdefault(question.theme, []).append(_is_right(question, answer[question.theme]))
    return {theme: 100 * sum(found) / len(found) for theme, found in right.items()}


def _is_right(question: Question, answer: Any) -> bool:
    if question.theme == "movie title":
        return str(answer or "").casefold() == str(question.wanted).casefold()
    right: bool = (answer or None) == (question.wanted or None)
    return right


def _print(speed: dict[str, float], accuracy: dict[str, dict[str, float]], questions: Iterable[Question]) -> None:
    counted = {theme: sum(q.theme == theme for q in questions) for theme in accuracy["ours"]}
    print(f"{'':32}" + "".join(f"{reader:>12}" for reader in READERS))
    print(f"{'names a second, one core':32}" + "".join(f"{speed[reader]:12,.0f}" for reader in READERS))
    for theme, count in counted.items():
        row = "".join(f"{accuracy[reader][theme]:10.1f} %" for reader in READERS)
        print(f"{f'{theme} ({count})':32}{row}")


if __name__ == "__main__":
    main()
