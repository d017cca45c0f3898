from pathlib import Path

import libtorrent as lt
import pytest

from matinee.lab import films
from matinee.lab.bencode import bencode
from matinee.lab.films import film_stock
from matinee.lab.offers import CUTS, OFFERS, Ghost
from matinee.lab.reels import COMET_REEL, FILM_SECONDS
from matinee.lab.torrents import describe
from matinee.media.file import is_executable

SMALL = tuple(offer for offer in OFFERS if offer.name == "Tin.Comet.2021.HDCAM.x264-SHAKY")
SMALL_CUTS = tuple(cut for cut in CUTS if cut in [file.source for offer in SMALL for file in offer.files])


@pytest.fixture
def small_recipe(monkeypatch: pytest.MonkeyPatch) -> None:
    """One film, one cut."""
    monkeypatch.setattr(films, "OFFERS", SMALL)
    monkeypatch.setattr(films, "CUTS", SMALL_CUTS)
    monkeypatch.setattr(films, "REELS", (COMET_REEL,))


def test_films_once_made_are_used_again(lab_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(films, "_make", lambda *_: pytest.fail("made again"))
    assert len(film_stock(lab_folder)) == len(OFFERS)


@pytest.mark.usefixtures("small_recipe")
def test_the_same_recipe_gives_the_same_infohash(tmp_path: Path) -> None:
    heard: list[tuple[int, int]] = []
    one = film_stock(tmp_path / "one", lambda done, total: heard.append((done, total)))
    other = film_stock(tmp_path / "other")
    assert [torrent.infohash for torrent in one] == [torrent.infohash for torrent in other]
    assert heard[0] == (0, 4)
    assert heard[-1] == (4, 4)


@pytest.mark.usefixtures("small_recipe")
def test_a_new_recipe_makes_the_films_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    film_stock(tmp_path)
    before = set(tmp_path.glob("films-*/"))
    (tmp_path / "making" / "left-over").mkdir(parents=True)
    monkeypatch.setattr(films, "RECIPE", films.RECIPE + 1)
    film_stock(tmp_path)
    after = set(tmp_path.glob("films-*/"))
    assert len(after) == 1
    assert after.isdisjoint(before)
    assert not (tmp_path / "making").exists()


def test_sizes_are_visible_but_short(lab_folder: Path) -> None:
    sizes = {torrent.offer.name: torrent.size / 1e6 for torrent in film_stock(lab_folder)}
    assert 40 < sizes["Tin.Comet.2021.1080p.WEB-DL.AAC2.0.H.264-LAB"] < 60
    assert 25 < sizes["Night.Tram.S01E02.1080p.WEB-DL.AAC2.0.H.264-LAB"] < 40
    assert FILM_SECONDS == 60


def test_torrents_are_read_by_libtorrent(lab_folder: Path) -> None:
    for torrent in film_stock(lab_folder):
        read = lt.load_torrent_buffer(torrent.file("http://127.0.0.1:1/announce"))
        assert read.trackers == ["http://127.0.0.1:1/announce"]
        assert read.ti is not None
        assert read.ti.info_hashes().v1.to_bytes() == torrent.infohash
        assert read.ti.total_size() == torrent.size


def test_a_torrent_tells_the_same_of_the_same_bytes(lab_folder: Path) -> None:
    torrent = next(torrent for torrent in film_stock(lab_folder) if torrent.offer == SMALL[0])
    assert describe(torrent.offer, torrent.folder) == torrent.info


def test_the_climbing_torrent_climbs_but_lies_at_home(lab_folder: Path) -> None:
    climbing = [torrent for torrent in film_stock(lab_folder) if torrent.offer.climbing]
    assert climbing
    for torrent in climbing:
        assert b"l2:..2:..8:evil.mp4e" in torrent.info
        assert (torrent.folder / torrent.on_disk[0]).resolve().is_relative_to(torrent.folder.resolve())


def test_one_release_brings_a_program() -> None:
    with_program = [offer.name for offer in OFFERS for file in offer.files if is_executable(Path(file.path))]
    assert with_program == ["Paper.Orchard.2023.1080p.BluRay.x264-SETUP"]


def test_ghosts_have_no_bytes(lab_folder: Path) -> None:
    for torrent in film_stock(lab_folder):
        there = [(torrent.folder / place).exists() for place in torrent.on_disk]
        assert all(there) is not any(isinstance(file.source, Ghost) for file in torrent.offer.files)


@pytest.mark.parametrize(
    ("thing", "written"),
    [(-3, b"i-3e"), ("é", b"2:\xc3\xa9"), ([1, b"a"], b"li1e1:ae"), ({"b": 1, "a": {}}, b"d1:ade1:bi1ee")],
)
def test_bencoding_is_canonical(thing: object, written: bytes) -> None:
    assert bencode(thing) == written  # type: ignore[arg-type]
