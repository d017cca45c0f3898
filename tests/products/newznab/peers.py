"""Other people's programs from PyPI, each in an environment of its own below var/peers."""

import asyncio
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

PEERS = Path(__file__).parents[3] / "var" / "peers"
PIP = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--retries", "1", "--timeout", "20")


@cache
def peer(package: str) -> Path:
    """The programs of a package, installed when they are not; the test is skipped where that cannot be."""
    folder = PEERS / package
    programs, whole = folder / "bin", folder / "whole"
    if not whole.exists():
        try:
            subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True, capture_output=True, timeout=120)
            subprocess.run([programs / "python", *PIP, package], check=True, capture_output=True, timeout=240)
        except (OSError, subprocess.SubprocessError) as error:
            pytest.skip(f"{package} is not there and cannot be installed: {type(error).__name__}")
        whole.touch()
    return programs


async def run(program: Path, *words: str, folder: Path, seconds: float = 90) -> str:
    """What the program says; an AssertionError with it when it ends badly."""
    process = await asyncio.create_subprocess_exec(
        program, *words, cwd=folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    try:
        told, _ = await asyncio.wait_for(process.communicate(), seconds)
    except TimeoutError:
        process.kill()
        await process.wait()
        raise
    assert process.returncode == 0, told.decode(errors="replace")
    return told.decode(errors="replace")
