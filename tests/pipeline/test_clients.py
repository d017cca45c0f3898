"""Which client downloads a release, and where its files lie for this house."""

from pathlib import Path

import pytest

from matinee.media.release import Protocol, Release
from matinee.pipeline.clients import ClientSeat, derived, fitting, local_path

FAST = ClientSeat("Fast", priority=10)
SLOW = ClientSeat("Slow", priority=30)
OWN = ClientSeat("Own", priority=50, indexers=frozenset({"Corner"}))
NEWS = ClientSeat("News", Protocol.USENET)
ALL = (SLOW, NEWS, OWN, FAST)


def release(indexer: str = "Lab", protocol: Protocol = Protocol.TORRENT) -> Release:
    return Release("guid", "Tin.Comet.2021", indexer, "http://lab/x", 1, protocol)


@pytest.mark.parametrize(
    ("of", "names"),
    [
        (release(), ["Fast", "Slow"]),
        (release("Corner"), ["Own", "Fast", "Slow"]),
        (release(protocol=Protocol.USENET), ["News"]),
    ],
)
def test_the_one_for_its_indexer_goes_first_then_by_priority(of: Release, names: list[str]) -> None:
    assert [seat.name for seat in fitting(ALL, of)] == names


def test_a_path_of_another_machine_is_ours_below_the_shared_folder(tmp_path: Path) -> None:
    seat = ClientSeat("Far", theirs="/downloads", ours=tmp_path)
    assert local_path(seat, Path("/downloads/Tin Comet/film.mkv")) == tmp_path / "Tin Comet" / "film.mkv"
    assert local_path(seat, Path("/elsewhere/film.mkv")) == Path("/elsewhere/film.mkv")
    assert local_path(FAST, Path("/downloads/film.mkv")) == Path("/downloads/film.mkv")


def test_without_a_word_the_end_of_the_path_is_looked_for_in_our_folder(tmp_path: Path) -> None:
    (tmp_path / "Tin Comet").mkdir()
    (tmp_path / "Tin Comet" / "film.mkv").write_bytes(b"film")
    assert derived(Path("/data/torrents/Tin Comet/film.mkv"), tmp_path) == tmp_path / "Tin Comet" / "film.mkv"
    assert derived(Path("/data/torrents/Nothing"), tmp_path) is None
    assert derived(Path("/"), tmp_path) is None
    assert derived(Path("../.."), tmp_path) is None
