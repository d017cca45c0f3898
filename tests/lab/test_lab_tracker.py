import asyncio
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes

import av
import httpx2
import libtorrent as lt
import pytest

from matinee.lab import Lab
from matinee.lab.torrents import Torrent
from matinee.lab.tracker import Tracker

HASH, OTHER_HASH = bytes(range(20)), bytes(range(20, 40))
HOST = "127.0.0.1"


def query(infohash: bytes = HASH, peer: bytes = b"-XX0000-000000000001", **more: object) -> bytes:
    fields = {"port": 6001, "left": 0, "uploaded": 0, "downloaded": 0, "compact": 1, **more}
    head = f"info_hash={quote_from_bytes(infohash, safe='')}&peer_id={quote_from_bytes(peer)}"
    return "&".join([head, *(f"{key}={value}" for key, value in fields.items())]).encode()


def read(answer: bytes) -> dict[bytes, object]:
    found: Any = lt.bdecode(answer)
    assert isinstance(found, dict)
    return found


def test_a_newcomer_hears_of_the_others_but_not_of_itself() -> None:
    tracker = Tracker([HASH])
    tracker.announce(query(port=6001, left=0, event="started"), HOST)
    heard = read(tracker.announce(query(port=6002, left=9, event="started"), HOST))
    assert heard[b"peers"] == bytes([127, 0, 0, 1]) + (6001).to_bytes(2, "big")
    assert (heard[b"complete"], heard[b"incomplete"]) == (1, 1)


def test_peers_come_in_the_long_form_when_asked() -> None:
    tracker = Tracker([HASH])
    tracker.announce(query(port=6001), HOST)
    assert read(tracker.announce(query(port=6002, compact=0), HOST))[b"peers"] == [{b"ip": b"127.0.0.1", b"port": 6001}]


def test_who_stops_is_forgotten() -> None:
    tracker = Tracker([HASH])
    tracker.announce(query(port=6001), HOST)
    tracker.announce(query(port=6001, event="stopped"), HOST)
    assert read(tracker.announce(query(port=6002), HOST))[b"peers"] == b""


def test_numwant_is_honoured() -> None:
    tracker = Tracker([HASH])
    for port in range(6001, 6006):
        tracker.announce(query(port=port), HOST)
    peers = read(tracker.announce(query(port=7000, numwant=2), HOST))[b"peers"]
    assert isinstance(peers, bytes)
    assert len(peers) == 2 * 6


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (b"port=1", b"info_hash is missing"),
        (query(OTHER_HASH), b"torrent not registered with this tracker"),
        (query(b"short"), b"info_hash and peer_id are 20 bytes each"),
        (query(port="many"), b"port is no number"),
    ],
)
def test_a_bad_announce_is_told_why(asked: bytes, reason: bytes) -> None:
    assert read(Tracker([HASH]).announce(asked, HOST)) == {b"failure reason": reason}


def test_scrape_counts() -> None:
    tracker = Tracker([HASH, OTHER_HASH])
    tracker.announce(query(port=6001, left=0, event="completed"), HOST)
    tracker.announce(query(port=6002, left=5), HOST)
    one = read(tracker.scrape(f"info_hash={quote_from_bytes(HASH)}".encode()))
    assert one == {b"files": {HASH: {b"complete": 1, b"downloaded": 1, b"incomplete": 1}}}
    everything = read(tracker.scrape(b""))[b"files"]
    assert isinstance(everything, dict)
    assert everything.keys() == {HASH, OTHER_HASH}


async def test_a_client_downloads_a_film_that_plays(lab: Lab, tmp_path: Path) -> None:
    torrent = named(lab, "Tin.Comet.2021.1080p.WEB-DL.AAC2.0.H.264-LAB")
    await leech(torrent, lab, tmp_path)
    with av.open(str(tmp_path / torrent.on_disk[0])) as film:
        picture, sound = film.streams.video[0], film.streams.audio[0]
        assert (picture.codec_context.name, picture.width, picture.height) == ("h264", 1920, 1080)
        assert (sound.codec_context.name, sound.language) == ("aac", "eng")
        assert film.duration is not None
        assert abs(film.duration / av.time_base - 60) < 0.5
        assert [chapter["metadata"]["title"] for chapter in film.chapters()][:2] == [
            "The Scrapyard",
            "Solder and Stars",
        ]
        assert next(film.decode(video=0)).key_frame


async def test_a_mislabelled_film_is_not_what_it_says(lab: Lab, tmp_path: Path) -> None:
    torrent = named(lab, "The.Salt.Lighthouse.2019.1080p.BluRay.x264-FLASH")
    await leech(torrent, lab, tmp_path)
    with av.open(str(tmp_path / torrent.on_disk[0])) as film:
        assert film.streams.video[0].height == 360


async def test_the_seeder_keeps_to_its_rate(lab: Lab, tmp_path: Path) -> None:
    torrent = named(lab, "Tin.Comet.2021.HDCAM.x264-SHAKY")
    lab.set_seed_rate(3_000_000)
    start = asyncio.get_running_loop().time()
    await leech(torrent, lab, tmp_path)
    assert torrent.size / (asyncio.get_running_loop().time() - start) < 3_600_000


async def test_the_seeder_goes_and_comes_back(lab: Lab) -> None:
    swarm = lab.street.tracker.swarms[named(lab, "Tin.Comet.2021.1080p.WEB-DL.AAC2.0.H.264-LAB").infohash]
    assert swarm.seeds == 1
    swarm.left["127.0.0.1", 1] = 0  # somebody else stays
    await lab.stop_seeding()
    assert swarm.seeds == 1
    await lab.start_seeding()
    assert swarm.seeds == 2


async def test_ghosts_have_no_seeds(lab: Lab) -> None:
    assert lab.street.tracker.swarms[named(lab, "Tin.Comet.2021.1080p.BluRay.x264-GONE").infohash].seeds == 0


async def test_the_seeder_goes_at_once_when_the_tracker_hangs(lab: Lab) -> None:
    lab.faults.tracker_hangs = True
    await lab.stop_seeding()
    assert not lab.street.seeder.seeding


async def test_a_hanging_tracker_says_nothing_and_does_not_keep_the_lab(
    lab_folder: Path, browser: httpx2.AsyncClient
) -> None:
    async with Lab(lab_folder) as lab:
        lab.faults.tracker_hangs = True
        with pytest.raises(httpx2.ReadTimeout):
            await browser.get(lab.addresses.tracker, timeout=0.2)
        lab.faults.tracker_hangs = False
        assert (await browser.get(lab.addresses.tracker)).content.startswith(b"d14:failure reason")
        lab.faults.tracker_hangs = True


def named(lab: Lab, name: str) -> Torrent:
    return next(torrent for torrent in lab.street.torrents if torrent.offer.name == name)


async def leech(torrent: Torrent, lab: Lab, folder: Path) -> None:
    """Download a torrent as any client would: from its file and its tracker alone."""
    alerts = lt.alert.category_t.status_notification
    session = lt.session(
        {"listen_interfaces": f"{HOST}:0", "enable_dht": False, "enable_lsd": False, "alert_mask": alerts}
    )
    wanted = lt.load_torrent_buffer(torrent.file(lab.addresses.tracker))
    wanted.save_path = str(folder)
    session.add_torrent(wanted)
    while not any(isinstance(alert, lt.torrent_finished_alert) for alert in session.pop_alerts()):
        await asyncio.to_thread(session.wait_for_alert, 1000)
    session.apply_settings({"stop_tracker_timeout": 0})
    del session
