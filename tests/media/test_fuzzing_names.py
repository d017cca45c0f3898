"""A fuzzer that watches which lines it reaches finds no name that raises or takes long."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

SECONDS = 20
SEEDS = [
    "Night.Tram.S01E02-E03.PROPER.1080p.WEB-DL.x264-GROUP",
    "[Group] Night Tram - 07v2 (1080p) [9A3C12F0].mkv",
    "Tin.Comet.AKA.Blechkomet.2021.Directors.Cut.2160p.UHD.BluRay.REMUX.DV-GROUP",
    "【组】[标题/Title][第12话][1080P][简繁].mkv",
    "Night Tram - 2026-11-24 - German.DL.720p/film.en.forced.srt",
]


def test_what_a_fuzzer_invents_is_read_in_time(tmp_path: Path) -> None:
    if importlib.util.find_spec("atheris") is None:
        pytest.skip("atheris is not installed here: it has no wheel for this Python or machine")
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    for number, seed in enumerate(SEEDS):
        (seeds / str(number)).write_text(seed)
    script = Path(__file__).with_name("fuzz_reading.py")
    command = [sys.executable, str(script), f"-max_total_time={SECONDS}", "-max_len=600", "-timeout=10", str(seeds)]
    done = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, text=True, timeout=SECONDS + 100)
    _, raised, trace = done.stderr.partition("Uncaught Python exception")
    assert done.returncode == 0, raised + trace if raised else done.stderr[-2000:]
    assert "Done " in done.stderr
