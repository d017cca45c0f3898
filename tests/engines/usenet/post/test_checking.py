"""Whole files are known by folding checksums; damaged ones are repaired with the fewest blocks."""

import random
import zlib

import pytest

from matinee.engines.usenet.post import Arrived, Volume, crc_of_parts, fewest
from matinee.engines.usenet.post.checking import crc_of_slices
from matinee.engines.usenet.post.packets import read_sets
from tests.engines.usenet.post.parcels import FILM, SLICE, Parcel


def test_the_checksum_of_a_file_folds_from_those_of_its_articles() -> None:
    parts = [FILM[:1000], FILM[1000:1001], FILM[1001:]]
    assert crc_of_parts((zlib.crc32(part), len(part)) for part in parts) == zlib.crc32(FILM)


@pytest.mark.parametrize("length", [1, SLICE - 1, SLICE, SLICE + 1, 7 * SLICE, len(FILM)])
def test_the_checksum_of_a_file_folds_from_those_of_its_padded_slices(length: int) -> None:
    data = FILM[:length]
    slices = [data[at : at + SLICE].ljust(SLICE, b"\0") for at in range(0, length, SLICE)]
    assert crc_of_slices([zlib.crc32(one) for one in slices], SLICE, length) == zlib.crc32(data)


def test_a_set_is_read_from_its_files(parcel: Parcel) -> None:
    parcel.put("film.mkv", FILM)
    parcel.put("film.nfo", b"about the film")
    parcel.protect(4)
    [found] = read_sets([parcel.folder / "film.par2", *parcel.elsewhere.glob("*.vol*")])
    assert {file.name: file.length for file in found.files} == {"film.mkv": len(FILM), "film.nfo": 14}
    assert found.slice_size == SLICE
    assert found.blocks == {0, 1, 2, 3}


def test_damaged_packets_are_passed_over(parcel: Parcel) -> None:
    parcel.put("film.mkv", FILM)
    parcel.protect(2)
    index = parcel.folder / "film.par2"
    whole = index.read_bytes()
    dice = random.Random(5)
    for _ in range(200):
        broken = bytearray(whole)
        for _ in range(dice.randint(1, 20)):
            broken[dice.randrange(len(broken))] = dice.randrange(256)
        index.write_bytes(bytes(broken[: dice.randint(1, len(broken))]))
        for one in read_sets([index]):
            assert all(file.name == "film.mkv" for file in one.files)


async def test_a_whole_download_is_not_read_at_all(parcel: Parcel) -> None:
    parcel.put("film.mkv", FILM)
    parcel.protect()
    result = await parcel.finish()
    assert result.is_complete
    assert parcel.names() == ["film.mkv"]
    assert not parcel.fetched
    assert result.stages["QuickCheck"] == ["All 1 files are whole, by their checksums"]


async def test_a_damaged_file_is_repaired_with_the_fewest_blocks(parcel: Parcel) -> None:
    parcel.put("film.mkv", FILM)
    parcel.protect(15)
    parcel.damage("film.mkv", 3 * SLICE, 5 * SLICE)
    result = await parcel.finish()
    assert result.is_complete, result.message
    assert (parcel.folder / "film.mkv").read_bytes() == FILM
    assert parcel.names() == ["film.mkv"]
    assert sum(parcel.volumes[name].blocks for name in parcel.fetched) == 2
    assert any(state == "Repairing" for state, _ in parcel.told)


async def test_a_file_that_never_came_is_made_from_the_blocks(parcel: Parcel) -> None:
    parcel.put("film.mkv", FILM)
    parcel.put("film.srt", FILM[: 3 * SLICE])
    parcel.protect(8)
    parcel.lose("film.srt")
    result = await parcel.finish()
    assert result.is_complete, result.message
    assert (parcel.folder / "film.srt").read_bytes() == FILM[: 3 * SLICE]


async def test_damage_that_nobody_told_of_is_found_by_reading(parcel: Parcel) -> None:
    parcel.put("film.mkv", FILM)
    parcel.protect(8)
    parcel.damage("film.mkv", 10, 20)
    parcel.known["film.mkv"] = Arrived("film.mkv", len(FILM))
    result = await parcel.finish()
    assert result.is_complete, result.message
    assert (parcel.folder / "film.mkv").read_bytes() == FILM


async def test_too_much_damage_is_a_failure_in_words(parcel: Parcel) -> None:
    parcel.put("film.mkv", FILM)
    parcel.protect(2)
    parcel.damage("film.mkv", 0, 20 * SLICE)
    result = await parcel.finish()
    assert not result.is_complete
    assert "recovery blocks are missing" in result.message
    assert (parcel.folder / "film.mkv").exists()


async def test_damage_without_a_par2_set_names_the_file(parcel: Parcel) -> None:
    parcel.put("film.mkv", FILM)
    parcel.damage("film.mkv", 0, 100)
    result = await parcel.finish()
    assert not result.is_complete
    assert "film.mkv" in result.message


async def test_a_set_without_its_index_is_known_by_its_smallest_volume(parcel: Parcel) -> None:
    parcel.put("film.mkv", FILM)
    parcel.protect(8)
    (parcel.folder / "film.par2").unlink()
    del parcel.known["film.par2"]
    parcel.damage("film.mkv", 0, SLICE)
    result = await parcel.finish()
    assert result.is_complete, result.message
    assert (parcel.folder / "film.mkv").read_bytes() == FILM


async def test_made_up_names_give_way_to_those_of_the_set(parcel: Parcel) -> None:
    parcel.put("The.Film.mkv", FILM)
    parcel.put("The.Film.srt", FILM[: 2 * SLICE][::-1])
    parcel.protect()
    for at, name in enumerate(["The.Film.mkv", "The.Film.srt", "film.par2"]):
        parcel.rename(name, f"{at:032x}")
    result = await parcel.finish()
    assert result.is_complete, result.message
    assert {"The.Film.mkv", "The.Film.srt"} <= set(parcel.names())
    assert (parcel.folder / "The.Film.mkv").read_bytes() == FILM


async def test_files_that_begin_alike_are_told_apart_by_their_checksum(parcel: Parcel) -> None:
    parcel.put("one.mkv", FILM)
    parcel.put("two.mkv", FILM[:20_000] + FILM[:20_000:-1])
    second = (parcel.folder / "two.mkv").read_bytes()
    parcel.protect()
    parcel.rename("one.mkv", "b" * 32)
    parcel.rename("two.mkv", "a" * 32)
    assert (await parcel.finish()).is_complete
    assert (parcel.folder / "one.mkv").read_bytes() == FILM
    assert (parcel.folder / "two.mkv").read_bytes() == second


def test_the_fewest_volumes_that_cover_the_damage_are_chosen() -> None:
    volumes = [Volume(str(blocks), f"x.vol{blocks}", blocks, 1000 * blocks + 50) for blocks in (1, 2, 4, 8, 16)]
    for need in range(1, 32):
        assert sum(one.blocks for one in fewest(volumes, need)) == need
    assert fewest(volumes, 0) == ()
    assert len(fewest(volumes, 99)) == 5
    many = [Volume(str(at), "x", 1, 10) for at in range(500)]
    assert len(fewest(many, 7)) == 7
