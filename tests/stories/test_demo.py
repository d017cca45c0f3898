"""The first command of a newcomer: it shows the whole way, checks itself, and says where it failed."""

import asyncio
import json
import sys
from pathlib import Path

import pytest

from tests.stories.conftest import LAB_FOLDER


async def demo(folder: Path, *, films: bool = True) -> tuple[int, str]:
    """Run `matinee demo --once` in a folder; its exit code and all that it said."""
    if films:
        (folder / "lab").symlink_to(LAB_FOLDER)
    program = (sys.executable, "-m", "matinee.cli", "demo", "--once", "--var", str(folder))
    out = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*program, stdout=out, stderr=asyncio.subprocess.STDOUT)
    told, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, told.decode()


@pytest.mark.usefixtures("lab")  # its films are made by then
async def test_the_demo_brings_both_and_reports(tmp_path: Path) -> None:
    code, told = await demo(tmp_path)
    assert code == 0, told
    report = json.loads((tmp_path / "demo" / "report.json").read_text())
    assert report["ok"]
    assert report["own_seconds"] < 1
    assert report["total_seconds"] > 0
    for journey in report["journeys"]:
        stages = [stage["stage"] for stage in journey["stages"]]
        assert list(dict.fromkeys(stages)) == ["asked", "searched", "grabbed", "downloaded", "imported", "ready"]
        assert all(stage["start"] <= stage["end"] for stage in journey["stages"])
    assert {check["stage"] for check in report["checks"]} == {"imported", "ready"}
    assert "codec.exe" in told, "it says why a release was left aside"


async def test_a_demo_that_cannot_go_on_says_so_and_fails(tmp_path: Path) -> None:
    (tmp_path / "lab").write_text("in the way")
    code, told = await demo(tmp_path, films=False)
    assert code != 0
    assert "Traceback" not in told
    assert str(tmp_path / "lab") in told
