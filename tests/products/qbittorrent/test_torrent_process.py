"""The torrent engine as a process: it survives kill -9, stops with its parent, and is alone on its state."""

import asyncio
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import libtorrent as lt
import pytest

from matinee.handed_over import TORRENT_PASSWORD
from matinee.kernel.apart import LONGEST_SOCKET_PATH, read_secret, unix_door
from matinee.kernel.errors import Refused
from matinee.own_programs import OwnPrograms
from matinee.pipeline.ports import DownloadState, Payload
from matinee.settings import Settings
from tests.engines.torrent.swarm import Made, content_hash, seeding
from tests.products.qbittorrent.process import TorrentProcess, torrent_process
from tests.products.qbittorrent.test_qbittorrent_client import payload, seen


def pieces_kept(process: TorrentProcess, film: Made) -> int:
    path = process.state / "torrents" / f"{film.infohash}.progress"
    return sum(lt.read_resume_data(path.read_bytes()).have_pieces) if path.exists() else 0


async def test_a_killed_download_goes_on_and_fetches_no_kept_piece_twice(tmp_path: Path, film: Made) -> None:
    with seeding(film, rate=400_000) as seeder, torrent_process(tmp_path) as process:
        client = process.client()
        id = await client.add(payload(film), category="films", folder=process.downloads)
        await seen(client, lambda all: all[id].done > 500_000)
        await client.stop(id)
        await seen(client, lambda all: all[id].state is DownloadState.PAUSED)
        async with asyncio.timeout(10):
            while not pieces_kept(process, film):  # noqa: ASYNC110  another process writes it
                await asyncio.sleep(0.02)
        kept = (pieces_kept(process, film) - 1) * 16 * 1024  # the last piece of a film is a short one
        await client.resume(id)
        await seen(client, lambda all: all[id].state is DownloadState.DOWNLOADING)
        process.kill()
        await client.close()

        before = seeder.uploaded
        process.start()
        client = process.client()
        first = (await seen(client, lambda all: id in all and all[id].state is not DownloadState.CHECKING))[id]
        seeder.unlimit()
        done = (await seen(client, lambda all: all[id].state is DownloadState.COMPLETE))[id]
        await client.close()
        assert kept > 400_000
        assert first.done >= kept
        assert seeder.uploaded - before <= done.size - kept + 2 * 16 * 1024
        assert content_hash(done.path) == content_hash(film.content)


async def test_a_download_is_on_disk_before_it_is_accepted(tmp_path: Path, film: Made) -> None:
    with torrent_process(tmp_path) as process:
        client = process.client()
        await client.add(payload(film), category="films", folder=process.downloads / "films")
        magnet = Payload("1" * 40, magnet=f"magnet:?xt=urn:btih:{'1' * 40}&dn=Night+Tram")
        await client.add(magnet, category="series", folder=process.downloads / "series")
        process.kill()
        await client.close()
        process.start()
        client = process.client()
        there = await seen(client, lambda all: len(all) == 2)
        assert there["1" * 40].name == "Night Tram"
        assert there[film.infohash].path == process.downloads / "films" / film.content.name
        await client.close()


async def test_sigterm_keeps_the_progress_and_ends_well(tmp_path: Path, film: Made) -> None:
    with seeding(film, rate=400_000), torrent_process(tmp_path) as process:
        client = process.client()
        id = await client.add(payload(film), category="films", folder=process.downloads)
        await seen(client, lambda all: all[id].done > 300_000)
        before = time.monotonic()
        assert process.stop() == 0
        assert time.monotonic() - before < 6
        assert pieces_kept(process, film) * 16 * 1024 >= 300_000
        assert not process.socket.exists()
        await client.close()


async def test_it_ends_when_told_so_through_its_door(tmp_path: Path) -> None:
    with torrent_process(tmp_path) as process:
        client = process.client()
        await client._call("POST", "app/shutdown")
        assert process.running
        assert await asyncio.to_thread(process.running.wait, 10) == 0
        await client.close()


async def test_a_watcher_does_not_hold_up_the_end(tmp_path: Path) -> None:
    with torrent_process(tmp_path) as process:
        client = process.client()
        watching = client.watch()
        await anext(watching)
        waiting = asyncio.ensure_future(anext(watching))
        await client.probe()
        before = time.monotonic()
        assert await asyncio.to_thread(process.stop) == 0
        assert time.monotonic() - before < 3
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await client.close()


async def test_only_its_owner_may_open_the_socket(tmp_path: Path) -> None:
    with torrent_process(tmp_path) as process:
        assert stat.S_IMODE(process.socket.stat().st_mode) == 0o600
        assert stat.S_IMODE(process.state.stat().st_mode) == 0o700


def run(process: TorrentProcess, *more: str) -> "subprocess.CompletedProcess[str]":
    arguments = [*process.arguments, *more]
    return subprocess.run(arguments, env=process.environment, capture_output=True, text=True, timeout=20, check=False)


def test_a_second_process_on_the_same_state_is_refused(tmp_path: Path) -> None:
    with torrent_process(tmp_path) as process:
        second = run(process)
    assert second.returncode == 1
    assert "another torrent engine is already running" in second.stderr


@pytest.mark.parametrize(
    ("tunnel", "door"),
    [
        ({"mode": "interface", "device": "lo"}, ["--device", "lo"]),
        ({"mode": "none"}, ["--bind", "0.0.0.0"]),
    ],
)
def test_the_house_ties_it_to_the_tunnels_device(tmp_path: Path, tunnel: dict[str, str], door: list[str]) -> None:
    settings = Settings.model_validate({"data": tmp_path, "tunnel": tunnel})
    arguments = OwnPrograms(settings).torrent_arguments()
    assert [word for word in arguments if word in ("--device", "--bind")] == door[:1]
    assert arguments[arguments.index(door[0]) + 1] == door[1]


def test_the_house_does_not_start_it_without_the_device(tmp_path: Path) -> None:
    settings = Settings.model_validate({"data": tmp_path, "tunnel": {"mode": "interface", "device": "wg-nowhere"}})
    with pytest.raises(Refused, match="start the VPN first"):
        OwnPrograms(settings).torrent_arguments()


def test_it_ends_with_its_parent(tmp_path: Path) -> None:
    process = TorrentProcess(tmp_path)
    parent = subprocess.Popen(
        [sys.executable, "-c", f"import subprocess; subprocess.run({process.arguments!r})"],
        env=process.environment,
    )
    wait_for(process.socket.exists)
    parent.kill()
    parent.wait()
    wait_for(lambda: not process.socket.exists())


def wait_for(condition: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_parent_that_is_gone_already_is_noticed(tmp_path: Path) -> None:
    process = TorrentProcess(tmp_path)
    orphan = run(process, "--parent", "999999999")
    assert "the process that started the torrent engine is gone" in orphan.stderr


def test_a_socket_left_behind_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "torrent.sock"
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    with unix_door(path) as door:
        assert door.getsockname() == str(path)
    assert not path.exists()


def test_a_file_in_the_sockets_place_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "torrent.sock"
    path.write_text("mine")
    with pytest.raises(Refused, match="no socket"), unix_door(path):
        pass
    assert path.read_text() == "mine"


def test_a_socket_path_that_is_too_long_is_told(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="longer than"), unix_door(tmp_path / ("x" * LONGEST_SOCKET_PATH)):
        pass


def test_the_password_comes_from_a_private_file_or_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "password"
    file.write_text("right\n")
    file.chmod(0o644)
    with pytest.raises(Refused, match="chmod 600"):
        read_secret(TORRENT_PASSWORD, file, option="--password-file")
    file.chmod(0o600)
    assert read_secret(TORRENT_PASSWORD, file, option="--password-file") == "right"
    monkeypatch.setenv(TORRENT_PASSWORD, "also right")
    assert read_secret(TORRENT_PASSWORD, option="--password-file", what="password") == "also right"
    assert TORRENT_PASSWORD not in os.environ
    with pytest.raises(Refused, match="no password"):
        read_secret(TORRENT_PASSWORD, option="--password-file", what="password")


def test_it_is_a_light_process(tmp_path: Path) -> None:
    with torrent_process(tmp_path) as process:
        assert process.running
        status = Path(f"/proc/{process.running.pid}/status").read_text()
        resident = int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])
        maps = Path(f"/proc/{process.running.pid}/maps").read_text()
        assert resident < 75 * 1024
        assert not any(name in maps for name in ("pydantic_core", "sqlalchemy", "/av/"))
        process.running.send_signal(signal.SIGTERM)
        assert process.running.wait(timeout=10) == 0
