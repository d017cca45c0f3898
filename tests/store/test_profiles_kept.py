import sqlite3
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from matinee.kernel.database import Database, Transaction
from matinee.kernel.errors import Conflict, NotFound
from matinee.kernel.events import Bus
from matinee.media.starting import FORMER_NAMES, STARTING_FORMATS, STARTING_PROFILES
from matinee.store import profiles, titles
from matinee.store.migrations import migrate
from tests.store.keep_schema import FORMAT, PROFILE, SCHEMAS, Ids, populate, read_likes


@pytest.fixture
async def house(opened: Database) -> Database:
    """A memory with an evening in it."""
    await opened.write(populate)
    return opened


async def test_what_is_liked_is_read_back_alike_on_both_engines(house: Database) -> None:
    told = await house.read(read_likes)
    assert told["profiles"] == {1: PROFILE}
    assert told["formats"] == {1: FORMAT}
    assert told["profiles"][1].rank("Bluray-1080p") == 1
    kept = told["preferences"]
    assert [one.name for one in kept.delay_profiles] == ["Late", "All"]
    assert (kept.limits.largest_mb, kept.indexers["Lab"].least_seeders) == (9000, 3)
    assert kept.release_profiles[0].must_not == ("cam", "/hd-?ts/i")
    assert kept.sizes["WEBDL-1080p"].preferred == 30.0


async def test_a_new_house_gets_the_starting_profiles_and_an_old_one_keeps_its_own(opened: Database) -> None:
    def settle(tx: Transaction) -> None:
        profiles.settle_in(tx, STARTING_FORMATS, STARTING_PROFILES)

    await opened.write(settle)
    assert tuple((await opened.read(profiles.read_profiles)).values()) == STARTING_PROFILES
    assert tuple((await opened.read(profiles.read_formats)).values()) == STARTING_FORMATS
    await opened.write(lambda tx: profiles.remove_profile(tx, 1))
    await opened.write(settle)
    assert len(await opened.read(profiles.read_profiles)) == len(STARTING_PROFILES) - 1


async def test_a_profile_takes_its_titles_along_when_it_is_renamed(house: Database) -> None:
    await house.write(lambda tx: profiles.change_profile(tx, 1, replace(PROFILE, name="Small")))
    slot = await house.read(lambda db: titles.slot_by_id(db, Ids.movie_slot))
    assert slot.profile == "Small"


async def test_a_profile_in_use_is_not_forgotten(house: Database) -> None:
    with pytest.raises(Conflict, match="2 titles are kept by the profile '1080p, small'"):
        await house.write(lambda tx: profiles.remove_profile(tx, 1))


async def test_a_score_follows_its_format(house: Database) -> None:
    await house.write(lambda tx: profiles.change_format(tx, 1, replace(FORMAT, name="x265")))
    assert (await house.read(profiles.read_profiles))[1].scores == {"x265": 10}
    await house.write(lambda tx: profiles.remove_format(tx, 1))
    assert (await house.read(profiles.read_profiles))[1].scores == {}


@pytest.mark.parametrize("name", ["HEVC", "hevc"])
async def test_a_name_is_given_once(house: Database, name: str) -> None:
    with pytest.raises(Conflict) as error:
        await house.write(lambda tx: profiles.add_format(tx, replace(FORMAT, name=name)))
    assert error.value.field == "name"


async def test_what_is_not_there_cannot_be_changed(house: Database) -> None:
    with pytest.raises(NotFound):
        await house.write(lambda tx: profiles.change_profile(tx, 99, PROFILE))


async def test_the_profiles_that_were_built_in_are_called_by_their_new_names(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    connection = sqlite3.connect(path)
    connection.executescript((SCHEMAS / "0002.sql").read_text())
    for slot, name in ((1, "4K"), (2, "Any")):
        connection.execute("UPDATE slots SET profile = ? WHERE id = ?", (name, slot))
    connection.commit()
    connection.close()
    old = Database(f"sqlite:///{path}", Bus())
    old.open(migrate)
    kept = [await old.read(partial(titles.slot_by_id, slot_id=slot)) for slot in (1, 2)]
    assert [slot.profile for slot in kept] == [FORMER_NAMES["4K"], FORMER_NAMES["Any"]]
    await old.close()
