"""The library's files take the names of the owner's scheme, and nothing is lost on the way."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest

from matinee.kernel.database import Database
from matinee.media.naming import DEFAULT
from matinee.pipeline.renaming import Rename, look_at_names, rename_files
from matinee.store.files import all_files
from matinee.store.profiles import keep_naming
from tests.pipeline.household import SERIES, Household, household

GOOD = "Tin.Comet.2021.1080p.WEB-DL.x264-GOOD"
OLD = PurePosixPath("Movies/Tin Comet (2021)/Tin Comet (2021) WEBDL-1080p.mkv")
NEW = PurePosixPath("Movies/Tin Comet [tt0133093]/Tin.Comet.2021-GOOD.mkv")
SCHEME = replace(DEFAULT, movie="{Movie.Title}.{Release Year}{-Release Group}", movie_folder="{Movie Title} [{ImdbId}]")


@pytest.fixture
async def house(opened: Database, tmp_path: Path) -> AsyncIterator[Household]:
    """A household with one film on the shelf."""
    async with household(opened, tmp_path) as made:
        made.indexer.offer(GOOD)
        await made.ready(await made.wish())
        yield made


async def kept(house: Household) -> list[PurePosixPath]:
    return [file.path for file in await house.database.read(all_files)]


async def adopt(house: Household) -> list[Rename]:
    await house.parts.tastes.change(lambda tx: keep_naming(tx, SCHEME))
    return await look_at_names(house.parts)


async def test_a_look_changes_nothing(house: Household) -> None:
    (told,) = await look_at_names(house.parts, SCHEME)
    assert (told.old, told.new, told.label) == (OLD, NEW, "Tin Comet (2021)")
    assert await kept(house) == [OLD]
    assert (house.library / OLD).exists()
    assert await look_at_names(house.parts) == []


async def test_a_file_moves_with_its_row_and_leaves_no_empty_folder(house: Household) -> None:
    (told,) = await adopt(house)
    (done,) = await rename_files(house.parts, [told.file_id])
    assert done.trouble == ""
    assert await kept(house) == [NEW]
    assert (house.library / NEW).samefile(house.client.folder / f"{GOOD}.mkv")
    assert not (house.library / OLD.parent).exists()
    assert await look_at_names(house.parts) == []


async def test_only_the_files_chosen_are_renamed(house: Household) -> None:
    await adopt(house)
    assert await rename_files(house.parts, []) == []
    assert await kept(house) == [OLD]


async def test_another_file_is_never_overwritten(house: Household) -> None:
    (told,) = await adopt(house)
    (house.library / NEW).parent.mkdir()
    (house.library / NEW).write_bytes(b"somebody's")
    (done,) = await rename_files(house.parts, [told.file_id])
    assert done.trouble == f"'{NEW.name}' is there already: look which of the two you want"
    assert await kept(house) == [OLD]
    assert (house.library / NEW).read_bytes() == b"somebody's"
    assert (house.library / OLD).exists()


async def test_what_was_moved_before_the_lights_went_out_is_written_down_afterwards(house: Household) -> None:
    (told,) = await adopt(house)
    (house.library / NEW).parent.mkdir()
    (house.library / OLD).rename(house.library / NEW)
    (done,) = await rename_files(house.parts, [told.file_id])
    assert (done.trouble, await kept(house)) == ("", [NEW])


async def test_a_file_whose_disk_is_away_keeps_its_place_in_memory(house: Household) -> None:
    (told,) = await adopt(house)
    (house.library / OLD).unlink()
    (done,) = await rename_files(house.parts, [told.file_id])
    assert done.trouble == f"'{OLD.name}' is not where it should be: is its disk there?"
    assert await kept(house) == [OLD]


async def test_what_comes_next_is_called_by_the_new_scheme(house: Household) -> None:
    await adopt(house)
    house.indexer.offer("Night.Tram.S01E02.1080p.WEB-DL.x264-GRP")
    scheme = replace(SCHEME, standard="{Series Title} {season}x{episode:00} [{Quality Title}]")
    await house.parts.tastes.change(lambda tx: keep_naming(tx, scheme))
    house.probe.facts = replace(house.probe.facts, duration=2700.0)
    await house.ready(await house.wish(SERIES.ref, episodes=((1, 2),)))
    assert PurePosixPath("Series/Night Tram/Season 01/Night Tram 1x02 [WEBDL-1080p].mkv") in await kept(house)
