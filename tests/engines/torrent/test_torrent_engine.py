"""The torrent engine by itself: it downloads, it explains, it forgets nothing."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import libtorrent as lt
import pytest

from matinee.engines.torrent import LibtorrentEngine
from matinee.kernel.errors import Conflict, NotFound, Refused, Unreachable
from matinee.pipeline.torrent_port import Phase, Piece, ShareLimits, TorrentOrder, TrackerState
from tests.engines.torrent.swarm import Made, content_hash, make_film, make_torrent, seeding, tracker, until, working


async def test_a_torrent_is_downloaded_whole(engine: LibtorrentEngine, film: Made) -> None:
    with seeding(film):
        id = await engine.add(TorrentOrder(torrent=film.torrent, category="films"))
        done = await until(engine, id, lambda torrent: torrent.complete)
    assert id == film.infohash
    assert done.done == done.size == done.total_size
    assert done.completed_at >= done.added_at
    assert content_hash(done.content) == content_hash(film.content)
    assert set(await engine.pieces(id)) == {Piece.HERE}


async def test_a_magnet_link_is_downloaded_whole(engine: LibtorrentEngine, film: Made) -> None:
    with seeding(film) as seeder:
        magnet = f"magnet:?xt=urn:btih:{film.infohash}{seeder.magnet_peer}"
        id = await engine.add(TorrentOrder(magnet=magnet))
        done = await until(engine, id, lambda torrent: torrent.complete)
    assert done.name == film.content.name
    assert content_hash(done.content) == content_hash(film.content)


async def test_a_torrent_of_both_versions_goes_by_its_old_hash(engine: LibtorrentEngine, tmp_path: Path) -> None:
    made = make_torrent(make_film(tmp_path / "elsewhere", size=50_000), v1_only=False)
    id = await engine.add(TorrentOrder(torrent=made.torrent))
    assert id == made.infohash == engine.torrent(id).infohash_v1
    assert len(engine.torrent(id).infohash_v2) == 64


async def test_the_same_torrent_twice_is_a_conflict(engine: LibtorrentEngine, film: Made) -> None:
    await engine.add(TorrentOrder(torrent=film.torrent))
    with pytest.raises(Conflict, match="is there already"):
        await engine.add(TorrentOrder(magnet=f"magnet:?xt=urn:btih:{film.infohash}"))


@pytest.mark.parametrize("rubbish", [b"", b"<html>", b"d4:infoi3ee", b"l" * 5000, b"magnet:?dn=x", b"magnet:?xt=\xff"])
async def test_what_is_no_torrent_is_refused(engine: LibtorrentEngine, rubbish: bytes) -> None:
    with pytest.raises(Refused, match="not a valid torrent"):
        await engine.add(TorrentOrder(torrent=rubbish))
    assert not engine.torrents()


async def test_a_folder_outside_the_download_folder_is_refused(engine: LibtorrentEngine, film: Made) -> None:
    for folder in (Path("/etc"), Path("../elsewhere"), engine.root / ".." / "x"):
        with pytest.raises(Refused, match="outside the download folder"):
            await engine.add(TorrentOrder(torrent=film.torrent, folder=folder))
    assert not engine.torrents()


async def test_a_category_gives_the_folder(engine: LibtorrentEngine, film: Made) -> None:
    await engine.put_category("films", "movies")
    id = await engine.add(TorrentOrder(torrent=film.torrent, category="films"))
    assert engine.torrent(id).folder == engine.root / "movies"


# Names that climb


def evil_torrent(tmp_path: Path) -> Made:
    content = make_film(tmp_path / "evil", size=30_000, name="Film", subtitle=False)
    torrent: Any = lt.bdecode(make_torrent(content).torrent)
    torrent[b"info"][b"files"][0][b"path"] = [b"..", b"..", b"evil.mkv"]
    blob = lt.bencode(torrent)
    params = lt.load_torrent_buffer(blob)
    assert params.ti
    there = content.parent / params.ti.layout().file_path(0)
    there.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(content / "Film.mkv", there)
    return Made(blob, str(params.info_hashes.v1), content)


async def test_a_torrent_whose_names_climb_is_refused_before_anything_is_written(
    engine: LibtorrentEngine, tmp_path: Path
) -> None:
    with pytest.raises(Refused, match=r"evil\.mkv"):
        await engine.add(TorrentOrder(torrent=evil_torrent(tmp_path).torrent))
    assert not engine.torrents()
    assert not engine.root.exists()


async def test_a_magnet_whose_names_climb_stops_with_the_reason(engine: LibtorrentEngine, tmp_path: Path) -> None:
    evil = evil_torrent(tmp_path)
    with seeding(evil) as seeder:
        id = await engine.add(TorrentOrder(magnet=f"magnet:?xt=urn:btih:{evil.infohash}{seeder.magnet_peer}"))
        refused = await until(engine, id, lambda torrent: bool(torrent.error))
        await engine.start_torrents([id])
    assert "evil.mkv" in refused.error
    assert refused.stopped
    assert engine.torrent(id).error
    assert not engine.root.exists()


# Stopping, starting, choosing


async def test_a_stopped_torrent_stays_stopped_over_a_restart(tmp_path: Path, film: Made) -> None:
    async with working(tmp_path) as engine:
        order = TorrentOrder(torrent=film.torrent, tags=frozenset({"tonight"}), category="films")
        id = await engine.add(order)
        await engine.stop_torrents([id])
    async with working(tmp_path) as engine:
        torrent = engine.torrent(id)
        assert torrent.stopped
        assert torrent.category == "films"
        assert torrent.tags == {"tonight"}
        assert set(engine.categories()) == {"films"}
        with seeding(film):
            await engine.start_torrents([id])
            await engine.reannounce([id])
            await until(engine, id, lambda torrent: torrent.complete)


async def test_a_file_that_is_not_wanted_is_not_downloaded(engine: LibtorrentEngine, film: Made) -> None:
    id = await engine.add(TorrentOrder(torrent=film.torrent, stopped=True))
    big = next(file for file in await engine.files(id) if file.path.suffix == ".mkv")
    await engine.set_file_priority(id, [big.index], 0)
    await engine.start_torrents([id])
    with seeding(film):
        done = await until(engine, id, lambda torrent: torrent.complete)
    assert done.size < big.size
    assert {file.path.suffix: file.priority for file in await engine.files(id)} == {".mkv": 0, ".srt": 1}


async def test_an_unknown_file_is_a_conflict(engine: LibtorrentEngine, film: Made) -> None:
    id = await engine.add(TorrentOrder(torrent=film.torrent, stopped=True))
    with pytest.raises(Conflict, match="only 2 files"):
        await engine.set_file_priority(id, [2], 1)


async def test_a_torrent_that_seeded_enough_is_stopped(engine: LibtorrentEngine, film: Made) -> None:
    id = await engine.add(TorrentOrder(torrent=film.torrent, limits=ShareLimits(ratio=0)))
    with seeding(film):
        done = await until(engine, id, lambda torrent: torrent.complete and torrent.stopped)
    assert done.ratio == 0


async def test_files_already_there_are_checked_and_not_downloaded(engine: LibtorrentEngine, film: Made) -> None:
    id = await complete_without_peers(engine, film)
    assert engine.torrent(id).downloaded == 0


async def test_a_stopped_torrent_is_checked_and_stays_stopped(engine: LibtorrentEngine, film: Made) -> None:
    id = await engine.add(TorrentOrder(torrent=film.torrent, stopped=True))
    shutil.copytree(film.content, engine.root / film.content.name)
    await engine.recheck([id])
    checked = await until(engine, id, lambda torrent: torrent.complete)
    assert checked.stopped
    assert checked.done == checked.size


async def test_other_preferences_hold_at_once_and_after_a_restart(tmp_path: Path) -> None:
    async with working(tmp_path) as engine:
        await engine.set_preferences(replace(engine.preferences(), down_limit=5000, queueing=True))
        assert engine.preferences().down_limit == 5000
    async with working(tmp_path) as engine:
        assert engine.preferences().down_limit == 5000
        assert engine.preferences().queueing
        assert engine.preferences().port


# Going


async def test_a_torrent_leaves_without_its_files(engine: LibtorrentEngine, film: Made) -> None:
    with seeding(film):
        id = await engine.add(TorrentOrder(torrent=film.torrent))
        done = await until(engine, id, lambda torrent: torrent.complete)
    await engine.remove([id], delete_files=False)
    assert content_hash(done.content) == content_hash(film.content)
    with pytest.raises(NotFound):
        engine.torrent(id)


async def test_a_torrent_leaves_with_its_files(engine: LibtorrentEngine, film: Made, tmp_path: Path) -> None:
    with seeding(film):
        id = await engine.add(TorrentOrder(torrent=film.torrent))
        await until(engine, id, lambda torrent: torrent.complete)
    await engine.remove([id], delete_files=True)
    assert not list(engine.root.rglob("*"))
    assert not list((tmp_path / "state" / "torrents").iterdir())


async def test_a_removal_that_was_cut_short_is_finished_at_the_next_start(tmp_path: Path, film: Made) -> None:
    async with working(tmp_path) as engine:
        id = await complete_without_peers(engine, film)
    page = tmp_path / "state" / "torrents" / f"{id}.json"
    page.write_text(page.read_text().replace('"leaving": ""', '"leaving": "delete"'))
    async with working(tmp_path) as engine:
        assert not engine.torrents()
        assert not list(engine.root.rglob("*.mkv"))
    assert not page.exists()


async def complete_without_peers(engine: LibtorrentEngine, film: Made) -> str:
    """The files lie there already."""
    shutil.copytree(film.content, engine.root / film.content.name)
    id = await engine.add(TorrentOrder(torrent=film.torrent))
    await until(engine, id, lambda torrent: torrent.complete)
    return id


# Trouble


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    if os.geteuid() != 0:
        pytest.skip("a small disk can be mounted by root only")
    disk = tmp_path / "small disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], check=True)
    yield disk
    subprocess.run(["umount", "--lazy", disk], check=True)


def give_space(disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,size=8m", disk], check=True)


async def test_a_full_disk_is_explained_and_space_lets_it_go_on(
    tmp_path: Path, small_disk: Path, film: Made, caplog: pytest.LogCaptureFixture
) -> None:
    async with working(tmp_path, small_disk) as engine:
        with seeding(film):
            id = await engine.add(TorrentOrder(torrent=film.torrent))
            stuck = await until(engine, id, lambda torrent: bool(torrent.error))
            assert "No space left on device" in stuck.error
            assert film.content.name in stuck.error
            give_space(small_disk)
            await engine.start_torrents([id])
            done = await until(engine, id, lambda torrent: torrent.complete)
        assert not done.error
        assert content_hash(done.content) == content_hash(film.content)
    assert "No space left" in caplog.text


async def test_files_that_are_gone_are_missing_and_not_downloaded_again(tmp_path: Path, film: Made) -> None:
    with seeding(film):
        async with working(tmp_path) as engine:
            id = await engine.add(TorrentOrder(torrent=film.torrent))
            done = await until(engine, id, lambda torrent: torrent.complete)
        shutil.rmtree(done.content)
        async with working(tmp_path) as engine:
            gone = await until(engine, id, lambda torrent: torrent.missing)
            assert not gone.complete
            await engine.start_torrents([id])
            again = await until(engine, id, lambda torrent: torrent.complete)
            assert content_hash(again.content) == content_hash(film.content)


async def test_a_torrent_can_be_removed_when_the_state_cannot_be_written(
    engine: LibtorrentEngine, film: Made, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    id = await complete_without_peers(engine, film)

    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("matinee.engines.torrent.archive.write_durably", full)
    with pytest.raises(Unreachable, match="cannot write its state"):
        await engine.set_sequential([id], True)
    await engine.remove([id], delete_files=True)
    assert not engine.torrents()
    assert not list(engine.root.rglob("*.mkv"))
    assert "could not be noted" in caplog.text


async def test_a_trackers_refusal_is_passed_on(engine: LibtorrentEngine, tmp_path: Path) -> None:
    async with tracker(refusing="unregistered torrent") as url:
        made = make_torrent(make_film(tmp_path / "elsewhere", size=50_000), tracker=url)
        id = await engine.add(TorrentOrder(torrent=made.torrent))
        torrent = await until(engine, id, lambda torrent: bool(torrent.tracker_message))
        assert "unregistered torrent" in torrent.tracker_message
        (only,) = await engine.trackers(id)
        assert only.state is TrackerState.FAILING
        assert "unregistered torrent" in only.message


async def test_a_second_engine_on_the_same_state_is_refused(engine: LibtorrentEngine, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="another torrent engine is already running"):
        LibtorrentEngine(tmp_path / "state", engine.root)


async def test_a_damaged_page_is_told_and_left_where_it_is(
    tmp_path: Path, film: Made, caplog: pytest.LogCaptureFixture
) -> None:
    async with working(tmp_path) as engine:
        await engine.add(TorrentOrder(torrent=film.torrent))
    page = tmp_path / "state" / "torrents" / f"{film.infohash}.json"
    page.write_bytes(b"{")
    async with working(tmp_path) as engine:
        assert not engine.torrents()
    assert "is left out" in caplog.text
    assert page.read_bytes() == b"{"


async def test_damaged_progress_only_costs_a_check(tmp_path: Path, film: Made) -> None:
    async with working(tmp_path) as engine:
        id = await complete_without_peers(engine, film)
    (tmp_path / "state" / "torrents" / f"{id}.progress").write_bytes(b"rubbish")
    async with working(tmp_path) as engine:
        again = await until(engine, id, lambda torrent: torrent.complete)
        assert again.phase is Phase.SEEDING


async def test_an_address_that_is_not_ours_is_told_and_never_replaced(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with working(tmp_path, bind_address="192.0.2.1") as engine:
        assert not engine.traffic().listening
    assert "cannot listen on 192.0.2.1" in caplog.text
