import asyncio
import json
import signal
import sys
from pathlib import Path

import httpx2
import pytest

from matinee.lab import Faults, IndexerFault, Lab


def test_an_unknown_switch_is_refused_and_nothing_is_set() -> None:
    faults = Faults()
    with pytest.raises(ValueError, match="no such fault: tracker_sings"):
        faults.turn({"metadata_down": True, "tracker_sings": True})
    with pytest.raises(ValueError, match="retry_after wants int"):
        faults.turn({"metadata_down": True, "retry_after": "soon"})
    assert faults == Faults()


async def test_switches_are_turned_over_http(lab: Lab, browser: httpx2.AsyncClient) -> None:
    desk = lab.addresses.control
    answer = await browser.post(f"{desk}/faults", json={"indexer": "limit", "retry_after": 3})
    assert answer.json()["faults"]["indexer"] == "limit"
    assert lab.faults.indexer is IndexerFault.LIMIT
    assert (await browser.post(f"{desk}/faults", json={"indexer": "drunk"})).status_code == 400
    assert (await browser.post(f"{desk}/faults", json=[])).status_code == 400
    assert (await browser.post(f"{desk}/faults", content=b"{")).status_code == 400


async def test_the_seeder_is_told_over_http(lab: Lab, browser: httpx2.AsyncClient) -> None:
    desk = lab.addresses.control
    answer = await browser.post(f"{desk}/seeder", json={"seeding": False, "rate": 1000})
    assert (answer.json()["seeding"], answer.json()["seed_rate"]) == (False, 1000)
    assert not any(release["seeds"] for release in answer.json()["releases"])
    answer = await browser.post(f"{desk}/seeder", json={"seeding": True, "rate": None})
    assert answer.json()["releases"][0]["seeds"] == 1
    assert (await browser.post(f"{desk}/seeder", json={"rate": "fast"})).status_code == 400


async def test_a_lab_starts_again_after_it_stopped(lab_folder: Path) -> None:
    lab = Lab(lab_folder)
    await lab.stop()
    first = await lab.start()
    await lab.stop()
    with pytest.raises(RuntimeError, match="not running"):
        _ = lab.addresses
    assert (await lab.start()).tmdb_key == first.tmdb_key
    await lab.stop()


async def test_a_taken_port_is_told(lab: Lab, lab_folder: Path) -> None:
    port = httpx2.URL(lab.addresses.tmdb).port
    assert port is not None
    with pytest.raises(OSError, match="in use"):
        await Lab(lab_folder, port=port).start()


async def test_the_lab_runs_as_a_process(lab_folder: Path, tmp_path: Path, browser: httpx2.AsyncClient) -> None:
    ready = tmp_path / "ready.json"
    command = [sys.executable, "-m", "matinee.lab", "--folder", str(lab_folder), "--ready-file", str(ready)]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    try:
        first = (await process.stdout.readline()).decode().split()
        await process.stdout.readuntil(b"/lab\n")
        state = (await browser.get(f"{first[1].removesuffix('/tmdb/3')}/lab/state")).json()
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert json.loads(ready.read_text()) == state["addresses"]
