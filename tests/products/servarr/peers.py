"""Clients other people wrote, each in a folder of its own below var/peers, and our apps at a real door for them."""

import asyncio
import json
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from starlette.types import ASGIApp

ROOT = Path(__file__).parents[3]


def peer(requirement: str) -> Path:
    """The python that can import the package; the test is skipped where it does not install."""
    name = requirement.partition("==")[0]
    folder = ROOT / "var" / "peers" / name
    python = folder / "bin" / "python"
    if _has(python, name):
        return python
    making: list[str | Path] = [sys.executable, "-m", "venv", folder]
    installing: list[str | Path] = [python, "-m", "pip", "install", "-q", requirement]
    for command in (making, installing):
        try:
            done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=300)
        except (OSError, subprocess.TimeoutExpired) as error:
            pytest.skip(f"{requirement} cannot be installed: {error}")
        if done.returncode:
            pytest.skip(f"{requirement} cannot be installed: {done.stderr[-300:]}")
    return python


def _has(python: Path, package: str) -> bool:
    """Whether it was installed before."""
    if not python.exists():
        return False
    return (
        subprocess.run([python, "-m", "pip", "show", "-q", package], check=False, capture_output=True).returncode == 0
    )


async def run(python: Path, script: Path, *told: str) -> Any:
    """What the script prints as JSON; its complaints when it fails."""
    process = await asyncio.create_subprocess_exec(
        python, script, *told, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, err = await asyncio.wait_for(process.communicate(), 120)
    assert process.returncode == 0, err.decode()[-4000:]
    return json.loads(out)


@asynccontextmanager
async def served(app: ASGIApp) -> AsyncIterator[str]:
    """The app at a real address of this machine."""
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off", timeout_graceful_shutdown=1))
    with socket.create_server(("127.0.0.1", 0)) as door:
        serving = asyncio.create_task(server.serve([door]))
        yield f"http://127.0.0.1:{door.getsockname()[1]}"
        server.should_exit = True
        await serving
