"""What the engine obeys: goals of giving back, schedules, folders until complete, and a private tracker's word."""

import asyncio
import shutil
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import libtorrent as lt
import pytest

from matinee.engines.torrent import LibtorrentEngine
from matinee.engines.torrent.door import Door
from matinee.engines.torrent.limits import has_seeded_enough, what_follows
from matinee.engines.torrent.pages import rebuilt
from matinee.engines.torrent.schedule import holds_now
from matinee.engines.torrent.session import chosen, limits_now
from matinee.kernel.errors import Conflict, Refused
from matinee.pipeline.torrent_port import (
    NO_LIMIT,
    Alternative,
    Category,
    Encryption,
    Layout,
    LimitAction,
    LimitMode,
    Phase,
    Preferences,
    Proxy,
    ProxyKind,
    ShareLimits,
    StopCondition,
    Torrent,
    TorrentOrder,
)
from tests.engines.torrent.swarm import Made, content_hash, make_film, make_torrent, seeding, tracker, until, working

HOUSE = ShareLimits(2.0, 600, 60, LimitAction.STOP, LimitMode.ANY)


def seeder(**more: object) -> Torrent:
    torrent = Torrent("1" * 40, "Tin Comet", Phase.SEEDING, Path("/d"), Path("/d/x"), 0, complete=True, downloaded=1000)
    return replace(torrent, **{"active_at": 1_000_000, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("torrent", "enough"),
    [
        (seeder(uploaded=2000), True),
        (seeder(uploaded=1999, seconds_seeding=35_999), False),
        (seeder(seconds_seeding=36_000), True),
        (seeder(seconds_seeding=36_000, stopped=True), False),
        (seeder(seconds_seeding=36_000, moving=True), False),
        (seeder(active_at=1_000_000 - 3600), True),
        (seeder(uploaded=2000, limits=ShareLimits(ratio=NO_LIMIT)), False),
        (seeder(uploaded=2000, limits=ShareLimits(mode=LimitMode.ALL)), False),
        (seeder(uploaded=2000, seconds_seeding=36_000, active_at=0, limits=ShareLimits(mode=LimitMode.ALL)), True),
    ],
)
def test_a_torrent_gives_until_its_limits(torrent: Torrent, enough: bool) -> None:
    assert has_seeded_enough(torrent, HOUSE, 1_000_000) is enough


@pytest.mark.parametrize(
    ("torrent", "enough"),
    [
        (seeder(active_at=0, seconds_seeding=100_000), False),
        (seeder(active_at=0, uploaded=2500), False),
        (seeder(uploaded=3000), True),
        (seeder(seconds_seeding=72 * 3600), True),
    ],
)
def test_a_private_trackers_goal_is_lowered_by_nothing(torrent: Torrent, enough: bool) -> None:
    private = replace(torrent, private=True, limits=ShareLimits(3.0, 72 * 60, 1))
    assert has_seeded_enough(private, HOUSE, 1_000_000) is enough


def test_what_follows_is_its_own_or_the_houses() -> None:
    house = replace(HOUSE, action=LimitAction.REMOVE)
    assert what_follows(seeder(), house) is LimitAction.REMOVE
    assert what_follows(seeder(limits=ShareLimits(action=LimitAction.SUPER_SEED)), house) is LimitAction.SUPER_SEED


@pytest.mark.parametrize(
    ("moment", "days", "holds"),
    [
        ("2026-11-23 22:30", 0, True),
        ("2026-11-24 06:59", 0, True),
        ("2026-11-24 07:00", 0, False),
        ("2026-11-27 22:30", 1, True),
        ("2026-11-28 06:00", 1, True),  # Saturday morning is Friday's night
        ("2026-11-28 22:30", 1, False),
        ("2026-11-28 22:30", 2, True),
        ("2026-11-23 22:30", 3, True),
        ("2026-11-23 22:30", 4, False),
    ],
)
def test_the_schedule_counts_a_night_to_its_evening(moment: str, days: int, holds: bool) -> None:
    night = Alternative(scheduled=True, from_hour=22, to_hour=7, days=days)
    assert holds_now(night, datetime.fromisoformat(moment)) is holds


async def test_the_hour_changes_the_limits_and_the_owners_hand_counts_in_between(engine: LibtorrentEngine) -> None:
    night = Alternative(down_limit=500, scheduled=True, from_hour=22, to_hour=7)
    await engine.set_preferences(replace(engine.preferences(), alternative=night))
    await engine._look_at_the_clock(datetime(2026, 11, 23, 23, 0))
    assert limits_now(engine.preferences())[0] == 500
    off = replace(engine.preferences(), alternative=replace(engine.preferences().alternative, on=False))
    await engine.set_preferences(off)
    await engine._look_at_the_clock(datetime(2026, 11, 23, 23, 1))
    assert not engine.preferences().alternative.on
    await engine._look_at_the_clock(datetime(2026, 11, 24, 7, 0))
    await engine._look_at_the_clock(datetime(2026, 11, 24, 22, 0))
    assert engine.preferences().alternative.on


@pytest.mark.parametrize(
    ("action", "there", "files"),
    [
        (LimitAction.REMOVE, False, True),
        (LimitAction.REMOVE_WITH_FILES, False, False),
        (LimitAction.SUPER_SEED, True, True),
    ],
)
async def test_giving_back_enough_ends_as_wished(
    engine: LibtorrentEngine, film: Made, action: LimitAction, there: bool, files: bool
) -> None:
    shutil.copytree(film.content, engine.root / film.content.name)
    id = await engine.add(TorrentOrder(torrent=film.torrent, limits=ShareLimits(ratio=0, action=action)))
    async with asyncio.timeout(20):
        while id in engine._swarm.lives and not engine._swarm.lives[id].record.super_seeding:
            await engine.changed_since(engine.revision, 5)
    assert (id in engine.torrents()) is there
    assert bool(list(engine.root.rglob("*.mkv"))) is files


# Folders


async def test_a_torrent_lies_elsewhere_until_it_is_complete(engine: LibtorrentEngine, film: Made) -> None:
    await engine.put_category("films", Category("films", "half"))
    with seeding(film, rate=500_000):
        id = await engine.add(TorrentOrder(torrent=film.torrent, category="films"))
        half = await until(engine, id, lambda torrent: torrent.done > 0)
        assert half.content == engine.root / "half" / film.content.name
        done = await until(engine, id, lambda torrent: torrent.complete and not torrent.moving)
    assert done.content == engine.root / "films" / film.content.name
    assert content_hash(done.content) == content_hash(film.content)
    assert not list((engine.root / "half").rglob("*.mkv"))


async def test_a_move_that_was_cut_short_is_finished_at_the_next_start(tmp_path: Path, film: Made) -> None:
    async with working(tmp_path) as engine:
        shutil.copytree(film.content, engine.root / film.content.name)
        id = await engine.add(TorrentOrder(torrent=film.torrent))
        await until(engine, id, lambda torrent: torrent.complete)
        target = engine.root / "films"
    page = tmp_path / "state" / "torrents" / f"{id}.json"
    text = page.read_text().replace('"moving_to": ""', f'"moving_to": "{target}"')
    page.write_text(text.replace(f'"folder": "{engine.root}"', f'"folder": "{target}"'))
    text = page.read_text().replace('"lies": ""', f'"lies": "{engine.root}"')
    page.write_text(text)
    async with working(tmp_path) as engine:
        torrent = await until(engine, id, lambda torrent: torrent.complete and not torrent.moving)
        assert torrent.content == target / film.content.name
        assert content_hash(torrent.content) == content_hash(film.content)


async def test_nothing_is_overwritten_by_a_move(
    engine: LibtorrentEngine, film: Made, caplog: pytest.LogCaptureFixture
) -> None:
    shutil.copytree(film.content, engine.root / film.content.name)
    id = await engine.add(TorrentOrder(torrent=film.torrent))
    await until(engine, id, lambda torrent: torrent.complete)
    theirs = engine.root / "films" / film.content.name / f"{film.content.name}.mkv"
    theirs.parent.mkdir(parents=True)
    theirs.write_bytes(b"theirs")
    await engine.set_folder([id], Path("films"))
    stuck = await until(engine, id, lambda torrent: bool(torrent.error))
    assert "could not be moved" in stuck.error
    assert theirs.read_bytes() == b"theirs"
    assert content_hash(stuck.content) == content_hash(film.content)


async def test_torrents_that_follow_their_category_move_with_it(engine: LibtorrentEngine, film: Made) -> None:
    shutil.copytree(film.content, engine.root / film.content.name)
    id = await engine.add(TorrentOrder(torrent=film.torrent, auto=True))
    await until(engine, id, lambda torrent: torrent.complete)
    await engine.put_category("films", "films")
    await engine.set_category([id], "films")
    moved = await until(engine, id, lambda torrent: torrent.folder.name == "films" and not torrent.moving)
    assert content_hash(moved.content) == content_hash(film.content)


@pytest.mark.parametrize("magnet", [False, True])
async def test_a_layout_without_a_folder_survives_a_restart(tmp_path: Path, film: Made, magnet: bool) -> None:
    names = {f"{film.content.name}.mkv", f"{film.content.name}.srt"}
    with seeding(film) as source:
        async with working(tmp_path) as engine:
            link = f"magnet:?xt=urn:btih:{film.infohash}{source.magnet_peer}"
            order = TorrentOrder(torrent=None if magnet else film.torrent, magnet=link if magnet else None)
            id = await engine.add(replace(order, layout=Layout.NO_SUBFOLDER))
            await until(engine, id, lambda torrent: torrent.complete)
            assert {str(file.path) for file in await engine.files(id)} == names
    async with working(tmp_path) as engine:
        await until(engine, id, lambda torrent: torrent.complete)
        assert {path.name for path in engine.root.iterdir()} == names


async def test_a_single_file_gets_a_folder_when_wished(engine: LibtorrentEngine, tmp_path: Path) -> None:
    (tmp_path / "Film.mkv").write_bytes(b"x" * 50_000)
    made = make_torrent(tmp_path / "Film.mkv")
    id = await engine.add(TorrentOrder(torrent=made.torrent, stopped=True, layout=Layout.SUBFOLDER))
    assert [str(file.path) for file in await engine.files(id)] == ["Film/Film.mkv"]
    assert engine.torrent(id).content == engine.root / "Film"


async def test_renamed_files_and_other_trackers_survive_a_restart(tmp_path: Path, film: Made) -> None:
    name = film.content.name
    async with working(tmp_path) as engine:
        shutil.copytree(film.content, engine.root / name)
        id = await engine.add(TorrentOrder(torrent=film.torrent))
        await until(engine, id, lambda torrent: torrent.complete)
        await engine.rename_file(id, f"{name}/{name}.mkv", f"{name}/film.mkv")
        await engine.add_trackers(id, [["http://127.0.0.1:1/x"]])
        assert (engine.root / name / "film.mkv").exists()
    async with working(tmp_path) as engine:
        again = await until(engine, id, lambda torrent: torrent.complete)
        assert {file.path.name for file in await engine.files(id)} == {"film.mkv", f"{name}.srt"}
        assert [one.url for one in await engine.trackers(id)][1:] == ["http://127.0.0.1:1/x"]
        assert again.tracker_count == 2


async def test_files_with_unwanted_names_are_left_out(engine: LibtorrentEngine, film: Made) -> None:
    await engine.set_preferences(replace(engine.preferences(), excluded_names=("*.SRT",)))
    with seeding(film):
        id = await engine.add(TorrentOrder(torrent=film.torrent))
        await until(engine, id, lambda torrent: torrent.complete)
    assert {file.path.suffix: file.priority for file in await engine.files(id)} == {".mkv": 1, ".srt": 0}


async def test_a_torrent_stops_once_its_files_are_known_or_checked(engine: LibtorrentEngine, film: Made) -> None:
    with seeding(film) as source:
        link = f"magnet:?xt=urn:btih:{film.infohash}{source.magnet_peer}"
        id = await engine.add(TorrentOrder(magnet=link, stop_condition=StopCondition.METADATA_RECEIVED))
        known = await until(engine, id, lambda torrent: torrent.stopped)
        assert known.pieces and not known.done
        exported = await engine.exported(id)
        assert lt.load_torrent_buffer(exported).info_hashes.v1 == lt.load_torrent_buffer(film.torrent).info_hashes.v1
        await engine.remove([id], delete_files=True)
        await engine.add(TorrentOrder(torrent=film.torrent, stop_condition=StopCondition.FILES_CHECKED))
        await until(engine, id, lambda torrent: torrent.stopped)
        await engine.start_torrents([id])
        await until(engine, id, lambda torrent: torrent.complete)


async def test_a_torrent_of_version_2_alone_is_downloaded(engine: LibtorrentEngine, tmp_path: Path) -> None:
    content = make_film(tmp_path / "elsewhere", size=300_000)
    async with tracker() as url:
        creator = lt.create_torrent(lt.list_files(str(content)), 16384, lt.create_torrent.v2_only)
        creator.add_tracker(url)
        lt.set_piece_hashes(creator, str(content.parent))
        made = Made(lt.bencode(creator.generate()), "", content)
        with seeding(made):
            id = await engine.add(TorrentOrder(torrent=made.torrent))
            done = await until(engine, id, lambda torrent: torrent.complete)
    assert (len(id), done.infohash_v1, done.infohash_v2[:40]) == (40, "", id)
    assert content_hash(done.content) == content_hash(content)


# Private torrents, and the network


def private(film: Made) -> Made:
    torrent: Any = lt.bdecode(film.torrent)
    torrent[b"info"][b"private"] = 1
    blob = lt.bencode(torrent)
    return Made(blob, str(lt.load_torrent_buffer(blob).info_hashes.v1), film.content)


async def test_a_private_torrent_knows_only_its_tracker(engine: LibtorrentEngine, film: Made) -> None:
    await engine.set_preferences(replace(engine.preferences(), trackers=("http://127.0.0.1:1/everybody",)))
    made = private(film)
    id = await engine.add(TorrentOrder(torrent=made.torrent))
    flags = engine._swarm.live(id).handle.flags()
    for flag in (lt.torrent_flags.disable_dht, lt.torrent_flags.disable_pex, lt.torrent_flags.disable_lsd):
        assert flags & flag
    assert len(await engine.trackers(id)) == 1
    with pytest.raises(Conflict, match="only its tracker"):
        await engine.connect(id, "127.0.0.1", 1)
    other = await engine.add(TorrentOrder(torrent=film.torrent))
    assert len(await engine.trackers(other)) == 2


async def test_peers_are_exchanged_no_more_at_once(engine: LibtorrentEngine, film: Made) -> None:
    id = await engine.add(TorrentOrder(torrent=film.torrent))
    handle = engine._swarm.live(id).handle
    assert not handle.flags() & lt.torrent_flags.disable_pex
    await engine.set_preferences(replace(engine.preferences(), pex=False))
    assert handle.flags() & lt.torrent_flags.disable_pex


def test_a_device_bars_local_discovery_and_a_proxy_bars_what_goes_past_it() -> None:
    asked = Preferences(dht=True, lsd=True)
    assert chosen(Door("127.0.0.1"), asked)["enable_lsd"]
    assert not chosen(Door("127.0.0.1", "wg0"), asked)["enable_lsd"]
    behind = chosen(Door("127.0.0.1"), replace(asked, proxy=Proxy(ProxyKind.HTTP, "127.0.0.1", 8080)))
    assert not (behind["enable_dht"] or behind["enable_incoming_utp"] or behind["enable_outgoing_utp"])


@pytest.mark.parametrize("kind", [ProxyKind.SOCKS5, ProxyKind.HTTP])
async def test_nothing_goes_past_a_proxy_that_is_down(engine: LibtorrentEngine, film: Made, kind: ProxyKind) -> None:
    await engine.set_preferences(replace(engine.preferences(), proxy=Proxy(kind, "127.0.0.1", 9)))
    with seeding(film) as source:
        id = await engine.add(TorrentOrder(torrent=film.torrent))
        await engine.connect(id, "127.0.0.1", source.port)
        told = await until(engine, id, lambda torrent: bool(torrent.tracker_message))
        assert source.uploaded == 0
    assert told.done == 0


async def test_encryption_can_be_required_and_refused(engine: LibtorrentEngine, film: Made) -> None:
    await engine.set_preferences(replace(engine.preferences(), encryption=Encryption.REQUIRED))
    with seeding(film, rate=300_000):
        id = await engine.add(TorrentOrder(torrent=film.torrent))
        await until(engine, id, lambda torrent: torrent.done > 0)
        (peer,) = await engine.peers(id)
        assert "E" in peer.flags
        await until(engine, id, lambda torrent: torrent.complete)


async def test_a_ban_holds_over_a_restart(tmp_path: Path) -> None:
    async with working(tmp_path) as engine:
        await engine.ban(["2001:DB8::1", "192.0.2.1"])
        with pytest.raises(Refused):
            await engine.ban(["everybody"])
    async with working(tmp_path) as engine:
        assert engine.preferences().banned == ("192.0.2.1", "2001:db8::1")
        assert engine._swarm.session.get_ip_filter().access("192.0.2.1")


async def test_the_port_is_opened_anew(engine: LibtorrentEngine) -> None:
    port = engine.preferences().port
    await engine.reopen()
    async with asyncio.timeout(10):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                break
            except ConnectionError:
                await asyncio.sleep(0.02)
    writer.close()
    await writer.wait_closed()


def test_pages_are_read_back_as_they_were() -> None:
    page = {"limits": {"ratio": 1.5, "action": "remove"}, "banned": ["192.0.2.1"], "of tomorrow": 1}
    read = rebuilt(Preferences, page)
    assert (read.limits.action, read.limits.ratio, read.banned) == (LimitAction.REMOVE, 1.5, ("192.0.2.1",))
    with pytest.raises(ValueError, match="explode"):
        rebuilt(Preferences, {"limits": {"action": "explode"}})


async def test_quiet_seeders_grow_older_and_keep_their_time(tmp_path: Path, film: Made) -> None:
    async with working(tmp_path, save_seconds=0.2) as engine:
        shutil.copytree(film.content, engine.root / film.content.name)
        id = await engine.add(TorrentOrder(torrent=film.torrent))
        before = await until(engine, id, lambda torrent: torrent.seconds_seeding >= 2)
    async with working(tmp_path) as engine:
        assert engine.torrent(id).seconds_seeding >= before.seconds_seeding - 1
