"""The usenet engine as a process: it downloads, survives kill -9, ends with its parent, and is alone on its state."""

import asyncio
import os
import stat
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from matinee.handed_over import USENET_KEY
from matinee.kernel.apart import LONGEST_SOCKET_PATH, port_door, read_secret, unix_door
from matinee.kernel.errors import Refused
from matinee.lab.news import NewsLab
from matinee.lab.news_posts import made_up
from matinee.pipeline.ports import DownloadState, Payload
from matinee.products.sabnzbd.client import SABnzbdClient
from tests.products.qbittorrent.real import free_port
from tests.products.sabnzbd.process import UsenetProcess, usenet_process
from tests.products.sabnzbd.test_sabnzbd_client import seen

FILM = made_up(3_000_000, seed=5)


@pytest.fixture
async def news() -> AsyncIterator[NewsLab]:
    async with NewsLab() as news:
        yield news


async def told_of(client: SABnzbdClient, news: NewsLab) -> None:
    """Tell the engine of the news server, as another program would."""
    asked: dict[str, str | int] = {"section": "servers", "keyword": "lab", "host": "127.0.0.1", "port": news.port}
    await client._call("set_config", {**asked, "ssl": 0, "connections": 4})


@pytest.mark.parametrize("on_a_port", [False, True], ids=["on a unix socket", "on a port"])
async def test_a_download_is_added_watched_complete_and_removed(tmp_path: Path, news: NewsLab, on_a_port: bool) -> None:
    payload = Payload(nzb=news.add_post("Tin Comet 2021", {"tin.comet.mkv": FILM}))
    with usenet_process(tmp_path, free_port() if on_a_port else 0) as process:
        client = process.client()
        await told_of(client, news)
        id = await client.add(payload, category="films", folder=process.complete / "films")
        done = (await seen(client, lambda all: all[id].state is DownloadState.COMPLETE, 30))[id]
        assert done.path == process.complete / "films" / "Tin Comet 2021"
        assert [path.read_bytes() for path in done.path.iterdir()] == [FILM]
        assert await client.add(payload, category="films", folder=process.complete / "films") == id
        await client.remove(id, delete_files=True)
        assert not done.path.exists()
        await client.close()


async def test_a_killed_engine_goes_on(tmp_path: Path, news: NewsLab) -> None:
    payload = Payload(nzb=news.add_post("Night Tram", {"tram.mkv": FILM}))
    news.pause()
    with usenet_process(tmp_path) as process:
        client = process.client()
        await told_of(client, news)
        id = await client.add(payload, category="films", folder=process.complete / "films")
        process.kill()
        await client.close()
        news.start()
        process.start()
        client = process.client()
        done = (await seen(client, lambda all: all[id].state is DownloadState.COMPLETE, 30))[id]
        assert done.path.joinpath("tram.mkv").read_bytes() == FILM
        await client.close()


async def test_sigterm_ends_it_well_and_a_watcher_does_not_hold_it_up(tmp_path: Path) -> None:
    with usenet_process(tmp_path) as process:
        client = process.client()
        watching = client.watch()
        await anext(watching)
        waiting = asyncio.ensure_future(anext(watching))
        await client.probe()
        before = time.monotonic()
        assert await asyncio.to_thread(process.stop) == 0
        assert time.monotonic() - before < 4
        assert not process.socket.exists()
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await client.close()


async def test_only_its_owner_may_open_the_socket(tmp_path: Path) -> None:
    with usenet_process(tmp_path) as process:
        assert stat.S_IMODE(process.socket.stat().st_mode) == 0o600


def run(process: UsenetProcess, *more: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    given = {**process.environment, **environment}
    return subprocess.run(
        [*process.arguments, *more], env=given, capture_output=True, text=True, timeout=20, check=False
    )


def test_a_second_process_on_the_same_state_is_refused(tmp_path: Path) -> None:
    with usenet_process(tmp_path) as process:
        second = run(process)
    assert second.returncode == 1
    assert "another usenet engine" in second.stderr


def test_a_key_that_can_be_guessed_is_refused(tmp_path: Path) -> None:
    told = run(UsenetProcess(tmp_path), **{USENET_KEY: "short"})
    assert told.returncode == 1
    assert "at least 16 characters" in told.stderr


def test_it_ends_with_its_parent(tmp_path: Path) -> None:
    process = UsenetProcess(tmp_path)
    code = f"import subprocess; subprocess.run({process.arguments!r})"
    parent = subprocess.Popen([sys.executable, "-c", code], env=process.environment)
    wait_for(process.socket.exists)
    parent.kill()
    parent.wait()
    wait_for(lambda: not process.socket.exists())
    assert "is gone" in run(process, "--parent", "999999999").stderr


def wait_for(condition: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_it_is_a_light_process(tmp_path: Path) -> None:
    with usenet_process(tmp_path) as process:
        assert process.running
        status = Path(f"/proc/{process.running.pid}/status").read_text()
        maps = Path(f"/proc/{process.running.pid}/maps").read_text()
        resident = int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])
        assert resident < 75 * 1024
        assert not any(name in maps for name in ("pydantic_core", "sqlalchemy", "/av/", "libtorrent"))


def test_a_door_is_opened_where_nothing_else_stands(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(Refused, match="no socket"), unix_door(tmp_path / "file"):
        pass
    with pytest.raises(Refused, match="longer than"), unix_door(tmp_path / ("x" * LONGEST_SOCKET_PATH)):
        pass
    with port_door("127.0.0.1", 0) as door, pytest.raises(Refused, match="cannot be opened"):  # noqa: SIM117
        with port_door("127.0.0.1", door.getsockname()[1]):
            pass


def test_a_secret_comes_from_a_private_file_or_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "key"
    file.write_text("right\n")
    file.chmod(0o644)
    with pytest.raises(Refused, match="chmod 600"):
        read_secret("THE_KEY", file, option="--key-file")
    file.chmod(0o600)
    assert read_secret("THE_KEY", file, option="--key-file") == "right"
    monkeypatch.setenv("THE_KEY", "also right")
    assert read_secret("THE_KEY", option="--key-file") == "also right"
    assert "THE_KEY" not in os.environ
    with pytest.raises(Refused, match="set THE_KEY or give --key-file"):
        read_secret("THE_KEY", option="--key-file")
